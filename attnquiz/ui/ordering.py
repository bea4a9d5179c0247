"""Steps to put in order."""

import streamlit as st

from attnquiz.cards.card import Ordering
from attnquiz.cards.holes import fill
from attnquiz.cards.truth import names_of
from attnquiz.study.session import Showing
from attnquiz.study.showing import order


def texts(showing: Showing) -> tuple[str, ...]:
    """The steps as they are written, with the holes filled; none on other kinds."""
    body, names = showing.card.body, names_of(showing.card, showing.variant)
    return tuple(fill(step, names) for step in body.steps) if isinstance(body, Ordering) else ()


def current(showing: Showing) -> tuple[int, ...]:
    """The order in which the steps stand now: indices into them as written."""
    return order(showing)


def steps_view(showing: Showing) -> None:
    """The steps in the learner's order, to be moved."""
    st.markdown("\n".join(f"{number}. {texts(showing)[index]}" for number, index in enumerate(order(showing), 1)))
