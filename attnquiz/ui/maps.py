"""The map of a heatmap card: chosen from without its weights, shown with them after the answer."""

import re
from collections.abc import Callable
from functools import partial

import streamlit as st

from attnquiz.cards import faces
from attnquiz.cards.maps import Map, asked_for, cells, names_queries_and_keys, preset
from attnquiz.sandbox.written import plain
from attnquiz.study.session import Showing
from attnquiz.ui.cells import Choice, cells_view, sent
from attnquiz.ui.state import held, place_at, placed

PLACE = "map"
NARROW = 4  # columns of numbers, twice side by side, that a phone has room for
TIGHT = "@media (max-width: 480px) { .st-key-tables :is(th, td) { padding: 0.2rem 0.35rem !important } }"


def asked(showing: Showing, then: Callable[[], None] = lambda: None) -> None:
    """Q and K where the question speaks of both, and the grid without its weights; after each choice comes ``then``.

    A question that speaks of neither is to be answered without numbers.
    """
    shown, question = _map(showing), faces.asked(showing.card, showing.face.deletion, showing.variant)
    if names_queries_and_keys(question):
        _queries_and_keys(shown)
    with st.container(key=PLACE):
        cells_view(
            shown.tokens, asked=asked_for(showing.card), chosen=chosen(showing), key=_key(showing),
            on_choice=partial(_remember, showing, then),
        )  # fmt: skip


def _queries_and_keys(shown: Map) -> None:
    """Two small tables side by side, one row a token."""
    st.html(f"<style>{TIGHT}</style>")
    with st.container(key="tables"):
        sides = st.columns(2, wrap=len(shown.q[0]) > NARROW)
    for side, name, rows in zip(sides, "QK", (shown.q, shown.k), strict=True):
        lines = [f"| {name} | {' | '.join(str(column) for column in range(1, len(rows[0]) + 1))} |"]
        lines += [f"| :-- {'| --: ' * len(rows[0])}|"]
        lines += [f"| {plain(token)} | {_numbers(row)} |" for token, row in zip(shown.tokens, rows, strict=True)]
        side.markdown("\n".join(lines))


def _numbers(row: tuple[float, ...]) -> str:
    return " | ".join(f"{value:g}" for value in row)


def revealed(showing: Showing, answer: str) -> None:
    """The grid with its weights, the right cells, and what was chosen."""
    shown = _map(showing)
    cells_view(
        shown.tokens, asked=asked_for(showing.card), chosen=_fitting(showing, read(answer)), values=shown.weights,
        right=cells(showing.card, showing.variant), key=f"weights:{showing.token}", on_choice=lambda: None,
    )  # fmt: skip


def chosen(showing: Showing) -> Choice | None:
    """What the learner has pointed at. A press may bring the choice with it, before it could be remembered."""
    return _fitting(showing, sent(held(_key(showing))) or placed(showing.token))


def answer(showing: Showing) -> str:
    """The choice as the log keeps it: "4,3", "row 4" or "column 4", counted from 0; "" if there is none."""
    choice, what = chosen(showing), asked_for(showing.card)
    if choice is None:
        return ""
    return f"{choice[0]},{choice[1]}" if what == "cell" else f"{what} {choice[0]}"


def choose_first(showing: Showing) -> str:
    """What to say to somebody who has chosen nothing yet."""
    return f"Choose a {asked_for(showing.card)} of the map first: click it, or go there by arrow keys and press enter."


def read(answer: str) -> Choice:
    """The choice that the log keeps so."""
    return tuple(int(number) for number in re.findall(r"\d+", answer))


def _fitting(showing: Showing, choice: Choice | None) -> Choice | None:
    """The choice, if it is of the right sort and lies on the map."""
    wanted, count = 2 if asked_for(showing.card) == "cell" else 1, len(_map(showing).tokens)
    fits = choice is not None and len(choice) == wanted and all(0 <= place < count for place in choice)
    return choice if fits else None


def _remember(showing: Showing, then: Callable[[], None]) -> None:
    choice = sent(held(_key(showing)))
    if choice is not None:
        place_at(showing.token, choice)
        then()


def _key(showing: Showing) -> str:
    return f"cells:{showing.token}"


def _map(showing: Showing) -> Map:
    return preset(showing.card.body.preset, showing.card.path)
