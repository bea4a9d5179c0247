"""What a learner reads after an answer: the verdict, the refutation of this wrong answer, why, and the ratings."""

import streamlit as st

from attnquiz.cards.card import CellOf, Kind, Predict, Reference
from attnquiz.cards.grading import Grading, Verdict
from attnquiz.recall.rating import Rating
from attnquiz.sandbox.belief import SWITCHES
from attnquiz.study import drill
from attnquiz.study.marks import rubric_of, suggested
from attnquiz.study.proposal import Confidence
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
    _verdict(grading, attempt.confidence == Confidence.SURE, showing.card.kind)
    if attempt.answer:
        shown.own(showing, attempt.answer)
    if isinstance(showing.card.body, CellOf):
        maps.revealed(showing, attempt.answer or "")
    _refutation(sitting, grading)
    leech = card_menu.is_leech(sitting)  # what is said of one links to the sandbox itself
    if not leech:
        _lapse(sitting)
    shown.right(showing)
    if isinstance(showing.card.body, Predict):
        _what_happens(showing.card.body)
    source(showing.card.source)
    if not leech and not _lapsed(sitting):
        see.link(see.of(showing.card, showing.variant), "See it in the sandbox")
    _rubric(sitting, grading)


def _verdict(grading: Grading, sure: bool, kind: Kind) -> None:
    match grading.verdict:
        case Verdict.RIGHT:
            st.success("Right." if sure else "Right, although you were not sure.")
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
            st.info("Read this, then go on. It comes back in a minute.")


def _refutation(sitting: Session, grading: Grading) -> None:
    """What is wrong with this answer, the belief that leads to it, and the sandbox as if that were true."""
    if grading.verdict is not Verdict.WRONG:
        return
    if grading.feedback:
        st.markdown(words.markdown(grading.feedback))
    belief = place.collection().misconceptions.get(grading.misconception or "")
    if belief is None:
        return
    st.markdown(f"The belief behind it: *{words.markdown(belief.belief)}*")
    if belief.switch in SWITCHES:
        reference = see.of(sitting.showing.card, sitting.showing.variant)
        acted = {"belief": belief.switch}
        see.link(reference if see.query(reference) else _example(belief.switch), "See it as if that were true", acted)


def _example(switch: str) -> Reference:
    """A state of the sandbox in which this belief shows, for cards that name none."""
    arguments = dict(SWITCHES[switch].experiment)
    return Reference(arguments.pop("experiment"), arguments)


def _lapsed(sitting: Session) -> bool:
    return sitting.showing.memory is not None and sitting.attempt.proposed is Rating.AGAIN


def _lapse(sitting: Session) -> None:
    """What was known once and is gone: the sandbox first, not at the end."""
    reference = see.of(sitting.showing.card, sitting.showing.variant)
    if _lapsed(sitting) and see.query(reference) is not None:
        with st.container(border=True):
            st.markdown("You knew this once. Watching it happen brings it back better than reading it again.")
            see.link(reference, "**See it in the sandbox**")


def _what_happens(body: Predict) -> None:
    if body.expect:
        st.markdown(words.markdown(f"**What happens**\n\n{body.expect}"))
    if body.run:
        st.expander("How to run it yourself").markdown(words.markdown(body.run))


def _rubric(sitting: Session, grading: Grading) -> None:
    """The points of an explanation. On an experiment they change nothing: its prediction was the answer."""
    card, points = sitting.showing.card, rubric_of(sitting.showing.card)
    if card.kind is Kind.EXPLAIN and grading.verdict is Verdict.SELF:
        st.markdown("**Does your text say this?**")
        with st.container(key="ticks"):
            rubric.boxes(points, sitting.token)
        focus("ticks", sitting.token)
    elif card.kind is Kind.EXPERIMENT and points:
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
        return written
    points = rubric_of(sitting.showing.card)
    return min(written, suggested(points, rubric.ticks(points, sitting.token)))


def ratings() -> None:
    """Go on with the proposed rating, or choose another; each says when the card comes back."""
    sitting = session()
    if sitting.phase is not Phase.FEEDBACK:
        return
    draw()
    waits = {rating: words.wait(delta) for rating, (_, delta) in drill.preview(sitting, place.now()).items()}
    likely = proposed(sitting)
    st.button(
        f"Next: {likely.name.capitalize()}, {waits[likely]}",
        key=f"primary:{sitting.showing.token}", type="primary", shortcut=LARGE, width="stretch",
        on_click=rated, args=(sitting.token, likely, LARGE),
    )  # fmt: skip
    with st.grid(4, min_column_width=130):  # two by two on a phone
        for rating in Rating:
            key = str(int(rating))
            st.button(
                f"{rating.name.capitalize()} {waits[rating]}", key=f"rating:{rating}:{sitting.token}",
                shortcut=key, width="stretch", on_click=rated, args=(sitting.token, rating, key),
            )  # fmt: skip
