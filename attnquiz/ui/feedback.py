"""What a learner reads after an answer: the verdict, the refutation of this wrong answer, why, and the ratings."""

import streamlit as st

from attnquiz.cards.card import CellOf, Kind, Predict, Reference
from attnquiz.cards.grading import Grading, Verdict
from attnquiz.recall.memory import State
from attnquiz.recall.rating import Rating
from attnquiz.sandbox.belief import SWITCHES
from attnquiz.store.entry import Entry
from attnquiz.study import drill
from attnquiz.study.marks import rubric_of, suggested
from attnquiz.study.probes import spared
from attnquiz.study.proposal import Confidence, among
from attnquiz.study.session import Phase, Session
from attnquiz.study.showing import grading_of
from attnquiz.ui import card_menu, maps, place, rubric, see, shown, words
from attnquiz.ui.answering import LARGE, draw, rated
from attnquiz.ui.focus import focus
from attnquiz.ui.review import session, source


def feedback() -> None:
    """Verdict, refutation, answer, why, source: in that order."""
    sitting = session()
    if sitting.phase is not Phase.FEEDBACK:
        return
    showing, attempt = sitting.showing, sitting.attempt
    grading = grading_of(showing, attempt)
    _verdict(grading, attempt, showing.card.kind)
    if attempt.answer:
        shown.own(showing, attempt.answer)
    if isinstance(showing.card.body, CellOf):
        maps.revealed(showing, attempt.answer or "")
    # One way into the sandbox: as if the belief were true, by what is said of a forgotten card, or the card's own.
    linked = _refutation(sitting, grading) or card_menu.is_leech(sitting) or _lapse(sitting)
    shown.right(showing)
    _points(sitting, grading)
    if isinstance(showing.card.body, Predict):
        _what_happens(showing.card.body)
    source(showing.card.source)
    if not linked:
        see.link(see.asked(showing), see.label(showing))
    _in_your_words(sitting)


def _verdict(grading: Grading, attempt: Entry, kind: Kind) -> None:
    sure = attempt.confidence == Confidence.SURE
    match grading.verdict:
        case Verdict.RIGHT if sure:
            slow = attempt.proposed is Rating.HARD and not attempt.hints and not attempt.retried
            st.success("Right. It took longer than usual, so Hard is proposed." if slow else "Right.")
        case Verdict.RIGHT:
            st.success("Right, although you were not sure.")
        case Verdict.SLIP if kind is Kind.BUG:
            st.warning(grading.feedback)
        case Verdict.SLIP:
            st.success("Right, apart from a slip.")
        case Verdict.WRONG if sure:
            st.error("Not right, and you were sure. Such surprises are remembered best: read on.")
        case Verdict.WRONG:
            st.error("Not right.")
        case Verdict.SELF if kind is Kind.EXPLAIN:
            st.info("Compare your words with the model answer, and tick what they say.")
        case Verdict.SELF:
            st.info("Compare this with the answer you had in mind.")
        case _:
            st.info("Read this, then go on. It comes back soon.")


def _refutation(sitting: Session, grading: Grading) -> bool:
    """What is wrong with this answer, the belief that leads to it, and the sandbox as if that were true.

    Whether it led to the sandbox."""
    if grading.verdict is not Verdict.WRONG:
        return False
    if grading.feedback:
        st.markdown(words.markdown(grading.feedback))
    belief = place.collection().misconceptions.get(grading.misconception or "")
    if belief is None:
        return False
    st.markdown(f"The belief behind it: *{words.markdown(belief.belief)}*")
    if belief.switch not in SWITCHES:
        return False
    reference = see.asked(sitting.showing)
    acted = {"belief": belief.switch}
    see.link(reference if see.query(reference) else _example(belief.switch), "See it as if that were true", acted)
    return True


def _example(switch: str) -> Reference:
    """A state of the sandbox in which this belief shows, for cards that name none."""
    arguments = dict(SWITCHES[switch].experiment)
    return Reference(arguments.pop("experiment"), arguments)


def _lapse(sitting: Session) -> bool:
    """What was known once and is gone: the sandbox first, not at the end. Whether it was."""
    memory, reference = sitting.showing.memory, see.asked(sitting.showing)
    known = memory is not None and memory.state is not State.LEARNING
    if not known or sitting.attempt.proposed is not Rating.AGAIN or see.query(reference) is None:
        return False
    with st.container(border=True):
        st.markdown("You knew this once. Watching it happen brings it back better than reading it again.")
        see.link(reference, f"**{see.label(sitting.showing)}**")
    return True


def _what_happens(body: Predict) -> None:
    if body.expect:
        st.markdown(words.markdown(f"**What happens**\n\n{body.expect}"))
    if body.run:
        st.expander("How to run it yourself").markdown(words.markdown(body.run))


def _points(sitting: Session, grading: Grading) -> None:
    """The points of an explanation, right below the model answer."""
    if sitting.showing.card.kind is Kind.EXPLAIN and grading.verdict is Verdict.SELF:
        st.markdown("**Does your text say this?**")
        with st.container(key="ticks"):
            rubric.boxes(rubric_of(sitting.showing.card), sitting.token)
        focus("ticks", sitting.token)


def _in_your_words(sitting: Session) -> None:
    """The reason for what happens in an experiment. It changes nothing: the prediction was the answer."""
    points = rubric_of(sitting.showing.card)
    if sitting.showing.card.kind is Kind.EXPERIMENT and points:
        st.text_area(
            "In your words: why?", key=f"explanation:{sitting.token}", on_change="ignore", height="content",
            placeholder="Kept with your answer; it changes no rating.",
        )  # fmt: skip
        with st.expander("Compare your words with these points"):
            rubric.boxes(points, sitting.token)


def proposed(sitting: Session) -> Rating:
    """The rating of the large button: an explanation's follows its ticks, as far as hints and doubt allow."""
    written = sitting.attempt.proposed or Rating.GOOD
    if sitting.showing.card.kind is not Kind.EXPLAIN or sitting.attempt.verdict != Verdict.SELF:
        return among(sitting.ratings, written)  # chosen since the answer, perhaps
    points = rubric_of(sitting.showing.card)
    return min(written, suggested(points, rubric.ticks(points, sitting.token)))


def ratings() -> None:
    """Go on with the proposed rating, or choose another; each says when the card comes back."""
    sitting = session()
    if sitting.phase is not Phase.FEEDBACK:
        return
    waits = {rating: words.wait(delta) for rating, (_, delta) in drill.preview(sitting, place.now()).items()}
    likely = proposed(sitting)
    if spared(sitting.attempt.purpose, sitting.showing.memory, sitting.attempt.study_day):
        st.caption("A spot check: your schedule stays if you know it.")
    st.button(
        f"Next: {likely.name.capitalize()}, {waits[likely]}",
        key=f"primary:{sitting.showing.token}", type="primary", shortcut=LARGE, width="stretch",
        on_click=rated, args=(sitting.token, likely, LARGE),
    )  # fmt: skip
    with st.grid(len(sitting.ratings), min_column_width=130):  # four: two by two on a phone
        for rating in sitting.ratings:
            key = str(int(rating))
            st.button(
                f"{rating.name.capitalize()} {waits[rating]}", key=f"rating:{rating}:{sitting.token}",
                shortcut=key, width="stretch", on_click=rated, args=(sitting.token, rating, key),
            )  # fmt: skip
    draw()
