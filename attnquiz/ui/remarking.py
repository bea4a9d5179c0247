"""One's own explanation, days later: marked again, without the first marking in sight."""

import streamlit as st

from attnquiz.cards.faces import answered, asked
from attnquiz.errors import LateAnswer
from attnquiz.measure.proportion import ENOUGH
from attnquiz.study import remarking
from attnquiz.study.marks import rubric_of
from attnquiz.study.remarking import Remarking
from attnquiz.ui import place, rubric, words
from attnquiz.ui.answering import LARGE, draw, meant
from attnquiz.ui.review import session
from attnquiz.ui.state import act, state


def again() -> None:
    """The oldest explanation that waits for a second marking, if there is one."""
    with place.store().reading() as r:
        waiting = remarking.waiting(r, place.collection(), session().today)
    if not waiting:
        return
    one = waiting[0]
    draw(one.attempt.id)
    with st.container(border=True):
        st.subheader("Mark your own words again", anchor=False)
        when = words.day_past(one.attempt.study_day, session().today)
        left = f" {words.count(len(waiting), 'answer')} to mark." if len(waiting) > 1 else ""
        st.caption(f"You wrote this {when}. Read it as if somebody else had, and tick what it says.{left}")
        _text(one)
        rubric.boxes(rubric_of(one.card), one.attempt.id)
        st.button(
            "Keep this marking", key=f"primary:{one.attempt.id}", type="primary", shortcut=LARGE, width="stretch",
            on_click=marked, args=(one,),
        )  # fmt: skip


def _text(one: Remarking) -> None:
    variant = min(one.attempt.variant or 0, len(one.card.variants) - 1)  # the card may have lost variants since
    st.markdown(words.markdown(asked(one.card, 0, variant)))
    st.caption("Your words")
    st.text(one.attempt.answer or "")
    st.expander("A model answer").markdown(words.markdown(answered(one.card, 0, variant)))


@act
def marked(one: Remarking) -> None:
    if not meant(LARGE, one.attempt.id):
        return
    points = rubric_of(one.card)
    ticks = rubric.ticks(points, one.attempt.id)
    try:
        remarking.mark_again(place.desk(), one, ticks, place.now())
    except LateAnswer as late:
        state().session = session().say(str(late))
        return
    same = sum((number in ticks) == (number in one.first) for number in range(len(points)))
    state().session = session().say(f"Kept. You agree with your first marking on {same} of {len(points)} points.")


def agreed() -> None:
    """How far the learner's two markings agree: how much one's own marks are worth."""
    with place.store().reading() as r:
        same, points = remarking.agreement(r, place.collection())
    if not points:
        return
    st.subheader("How far you agree with yourself")
    if points < ENOUGH:
        st.markdown(f"Not enough data yet: {points} of {ENOUGH} points marked twice.")
    else:
        st.markdown(f"Marking your own words again days later, you agree on {same / points:.0%} of {points} points.")
