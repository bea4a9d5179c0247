"""One question of an exam: how it is asked, and what can be chosen. No hints, and no word on what is right."""

from collections.abc import Callable

import streamlit as st

from attnquiz.cards.card import Kind
from attnquiz.cards.collection import Collection
from attnquiz.cards.faces import asked, lines, options
from attnquiz.cards.fences import inline
from attnquiz.cards.grading import LETTERS
from attnquiz.study.exam_paper import Item
from attnquiz.study.session import Showing
from attnquiz.study.showing import fixes, order
from attnquiz.ui import maps, ordering, program, shortcut, words
from attnquiz.ui.asking import TYPED, field
from attnquiz.ui.program import DIGITS
from attnquiz.ui.state import hold, place_at, placed

Keep = Callable[[str], None]
CHOSEN = ":material/check_circle: "


def is_typed(item: Item) -> bool:
    return item.card.kind in TYPED


def is_picked(item: Item) -> bool:
    """Whether one of several is picked, so that none can be picked again."""
    return item.card.kind in (Kind.MC, Kind.BUG)


def place_of(item: Item) -> str:
    """The container that takes the keyboard."""
    return {Kind.ORDER: ordering.PLACE, Kind.HEATMAP: maps.PLACE}.get(item.card.kind, "typed")


def question(showing: Showing) -> None:
    """The question, and what it makes simpler."""
    program.style()
    if showing.card.kind in (Kind.BUG, Kind.CODE):
        program.read(showing, whole=showing.card.kind is Kind.CODE)
    else:
        st.markdown(words.markdown(asked(showing.card, showing.face.deletion, showing.variant)))
    shortcut.badge(showing.card.shortcut)


def typed(showing: Showing, answer: str) -> None:
    """The field, with what was answered before."""
    hold(f"answer:{showing.token}", answer)
    with st.container(key="typed"):
        field(showing)


def chosen(collection: Collection, showing: Showing, answer: str, keep: Keep) -> None:
    """What is chosen, moved or pointed at; it is kept at once."""
    match showing.card.kind:
        case Kind.ORDER:
            _moved_before(showing, tuple(int(step) - 1 for step in answer.split()))
            ordering.asked(showing, lambda: keep(ordering.answer(showing)))
            if not answer:
                st.caption("Nothing is answered until you move a step.")
        case Kind.HEATMAP:
            _moved_before(showing, maps.read(answer))
            maps.asked(showing, lambda: keep(maps.answer(showing)))
        case Kind.BUG:
            _bug(collection, showing, answer, keep)
        case _:
            texts = options(showing.card, showing.variant)
            for number, index in enumerate(order(showing), start=1):
                _choice(
                    showing, words.markdown(texts[index]), str(number), answer == LETTERS[index], keep, LETTERS[index]
                )


def _bug(collection: Collection, showing: Showing, answer: str, keep: Keep) -> None:
    line, _, fix = answer.partition(": ")
    with st.container(key="lines", gap="small"):
        for number, text in enumerate(lines(showing.card, showing.variant), start=1):
            key = str(number) if number <= DIGITS else None
            _choice(showing, inline(f"{number}  {text}"), key, line == str(number), keep, str(number))
        _choice(showing, "There is no bug", "0", line == "0", keep, "0")
    offered = fixes(collection, showing)
    if line in ("", "0") or not offered:
        return
    st.markdown(f"What should line {line} be?")
    with st.container(key="fixes", gap="small"):
        for text in offered:
            _choice(showing, inline(text), None, fix == text, keep, f"{line}: {text}")


def _choice(showing: Showing, label: str, key: str | None, taken: bool, keep: Keep, answer: str) -> None:
    st.button(
        (CHOSEN if taken else "") + label, key=f"choose:{answer}:{showing.token}", shortcut=key, width="stretch",
        type="primary" if taken else "secondary", on_click=keep, args=(answer,),
    )  # fmt: skip


def _moved_before(showing: Showing, kept: tuple[int, ...]) -> None:
    """Put what was answered before where it was, after a reload or a visit to another question."""
    if kept and placed(showing.token) is None:
        place_at(showing.token, kept)
