"""What helps before the answer: the lesson of a new card, worked steps that stand open, and hints."""

import streamlit as st

from attnquiz.cards.holes import fill
from attnquiz.cards.lessons import Lesson
from attnquiz.cards.truth import names_of
from attnquiz.recall.rating import Rating
from attnquiz.study.session import Phase, Session
from attnquiz.ui import place, see, words
from attnquiz.ui.answering import LARGE, asked, draw, hinted, learning
from attnquiz.ui.review import session, source

CAPS = ("", "One hint taken: Hard is the best rating proposed.", "Two hints taken: Again is proposed.")


def lesson() -> None:
    """The lesson of the card's concept, and one button to go on."""
    sitting = session()
    taught = _lesson(sitting)
    if sitting.phase is not Phase.LEARN or sitting.showing is None or taught is None:
        return
    st.markdown(words.markdown(taught.text))
    source(taught.source)
    see.link(taught.see, "See it in the sandbox")
    st.button(
        "Ask me now", key=f"primary:{sitting.showing.token}", type="primary", shortcut=LARGE, width="stretch",
        on_click=asked, args=(sitting.token,),
    )  # fmt: skip
    draw()


def _lesson(sitting: Session) -> Lesson | None:
    return place.collection().lessons.get(sitting.showing.card.concept) if sitting.showing else None


def aids(lesson: bool = True) -> None:
    """Worked steps, hints, and the buttons that bring more; the ``lesson`` of the concept among them."""
    sitting = session()
    if sitting.showing is None or sitting.phase not in (Phase.ASK, Phase.CHOOSE):
        return
    _steps(sitting)
    left = len(sitting.showing.card.hints) - sitting.showing.open_steps - sitting.hints
    new = lesson and sitting.phase is Phase.ASK and sitting.showing.memory is None and _lesson(sitting) is not None
    if left <= 0 and not new:
        return
    with st.container(horizontal=True, key="aids"):
        if left > 0:
            st.button(
                f"A hint ({left} left)", key=f"hint:{sitting.token}", shortcut="t", type="tertiary",
                on_click=hinted, args=(sitting.token, "t"),
            )  # fmt: skip
        if new:
            st.button(
                "Teach me first", key=f"learn:{sitting.token}", shortcut="l", type="tertiary",
                on_click=learning, args=(sitting.token,),
            )  # fmt: skip


def _steps(sitting: Session) -> None:
    """The steps that stand open and the hints asked for, as one list: a hint is the next step."""
    showing = sitting.showing
    shown = showing.card.hints[: showing.open_steps + sitting.hints]
    if not shown:
        return
    names = names_of(showing.card, showing.variant)
    with st.container(border=True):
        if showing.open_steps:
            st.caption("Steps to follow while this card is new to you:")
        st.markdown("\n".join(f"{number}. {words.markdown(fill(text, names))}" for number, text in enumerate(shown, 1)))
        if sitting.hints > 1 or (sitting.hints and Rating.HARD in sitting.ratings):
            st.caption(CAPS[min(sitting.hints, 2)])
