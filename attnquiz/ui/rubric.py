"""The points of a rubric as boxes to tick, and what ticking them comes to."""

import streamlit as st

from attnquiz.cards.card import RubricPoint
from attnquiz.study.marks import Marks, Rubric, rubric_of
from attnquiz.study.session import Session
from attnquiz.ui import words
from attnquiz.ui.state import held, typed


def boxes(rubric: Rubric, token: str) -> None:
    """One box a point; the ticks belong to this token."""
    for index, point in enumerate(rubric):
        st.checkbox(words.markdown(said(point)), key=f"tick:{index}:{token}")


def ticks(rubric: Rubric, token: str) -> tuple[int, ...]:
    """The points that are ticked now, as numbers from 0."""
    return tuple(index for index in range(len(rubric)) if held(f"tick:{index}:{token}"))


def said(point: RubricPoint) -> str:
    """A point as a sentence; what an explanation must not say begins with "It says that"."""
    if point.misconception is None:
        return point.text[:1].upper() + point.text[1:]
    return f"It {point.text}" if point.text.startswith("says ") else f"It says that {point.text}"


def marks(sitting: Session) -> Marks:
    """What is ticked and written in the feedback on the screen."""
    card, token = sitting.showing.card if sitting.showing else None, sitting.token
    return Marks(ticks(rubric_of(card), token), typed(f"explanation:{token}").strip())
