"""Steps to put in order."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from attnquiz.cards.faces import steps
from attnquiz.study.session import Showing
from attnquiz.study.showing import order
from attnquiz.ui.arrange import arrange, sent
from attnquiz.ui.state import held, place_at, placed

PLACE = "steps"


def asked(showing: Showing, then: Callable[[], None] = lambda: None) -> None:
    """The steps, to be moved; after each move comes ``then``."""
    with st.container(key=PLACE):
        arrange(
            steps(showing.card, showing.variant), current(showing), key=_key(showing),
            on_change=partial(_remember, showing, then),
        )  # fmt: skip


def current(showing: Showing) -> tuple[int, ...]:
    """The order in which the steps stand now: indices into them as written.

    A press may bring the latest move with it, before it could be remembered.
    """
    start = order(showing)
    moved = sent(held(_key(showing))) or placed(showing.token)
    return moved if moved is not None and len(moved) == len(start) else start


def answer(showing: Showing) -> str:
    """The order as the log keeps it: the numbers of the steps as written, "2 1 3"."""
    return " ".join(str(step + 1) for step in current(showing))


def _remember(showing: Showing, then: Callable[[], None]) -> None:
    moved = sent(held(_key(showing)))
    if moved is not None:
        place_at(showing.token, moved)
        then()


def _key(showing: Showing) -> str:
    return f"steps:{showing.token}"
