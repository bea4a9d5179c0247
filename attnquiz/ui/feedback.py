"""What a learner reads after an answer: the verdict, the refutation of this wrong answer, why, and the ratings."""

import streamlit as st

from attnquiz.cards.card import Choice, Kind
from attnquiz.cards.faces import answered, explained, options
from attnquiz.cards.grading import LETTERS, Grading, Verdict
from attnquiz.cards.sources import cited
from attnquiz.recall.rating import Rating
from attnquiz.study import drill
from attnquiz.study.proposal import Confidence
from attnquiz.study.session import Phase, Session
from attnquiz.study.showing import grading_of
from attnquiz.ui import place, words
from attnquiz.ui.review import draw, rated, session, went_on


def feedback() -> None:
    """Verdict, refutation, answer, why, source: in that order."""
    sitting = session()
    if sitting.phase is not Phase.FEEDBACK:
        return
    showing, attempt = sitting.showing, sitting.attempt
    grading = grading_of(showing, attempt)
    _verdict(grading, attempt.confidence == Confidence.SURE)
    if attempt.answer and showing.card.kind is not Kind.BASIC:
        _own_answer(sitting)
    if grading.verdict is Verdict.WRONG and grading.feedback:
        st.markdown(words.markdown(grading.feedback))
    belief = place.collection().misconceptions.get(grading.misconception or "")
    if belief is not None and grading.verdict is Verdict.WRONG:
        st.caption(f"The belief behind it: “{belief.belief}”")
    why = explained(showing.card, showing.variant)
    with st.container(border=True):
        answer = answered(showing.card, showing.face.deletion, showing.variant)
        st.markdown(words.markdown(f"**Answer**\n\n{answer}" + (f"\n\n**Why**\n\n{why}" if why else "")))
    _source(sitting)


def _verdict(grading: Grading, sure: bool) -> None:
    match grading.verdict:
        case Verdict.RIGHT:
            st.success("Right." if sure else "Right, although you were not sure.")
        case Verdict.SLIP:
            st.success("Right, apart from a slip.")
        case Verdict.WRONG if sure:
            st.error("Not right, and you were sure. Such surprises are remembered best: read on.")
        case Verdict.WRONG:
            st.error("Not right.")
        case Verdict.SELF:
            st.info("Compare this with the answer you had in mind.")
        case _:
            st.info("Read this, then go on. It comes back in a minute.")


def _own_answer(sitting: Session) -> None:
    """Typed text is shown as text: it is never read as Markdown or HTML."""
    body, answer = sitting.showing.card.body, sitting.attempt.answer
    if isinstance(body, Choice):
        option = options(sitting.showing.card, sitting.showing.variant)[LETTERS.index(answer)]
        st.markdown(f"You chose: {words.markdown(option)}")
    else:
        st.text(f"You answered: {answer}")


def _source(sitting: Session) -> None:
    written, references = sitting.showing.card.source, place.collection().sources
    if written:
        full = "  \n".join(references[name] for name in cited(written) if name in references)
        st.caption(f"Source: {words.source(written, references)}", help=full or None)


def ratings() -> None:
    """Go on with the proposed rating, or choose another; each says when the card comes back."""
    sitting = session()
    if sitting.phase is not Phase.FEEDBACK:
        return
    draw(sitting.token)
    waits = {rating: words.wait(delta) for rating, (_, delta) in drill.preview(sitting, place.now()).items()}
    proposed = sitting.attempt.proposed or Rating.GOOD
    st.button(
        f"Next: {proposed.name.capitalize()}, {waits[proposed]}",
        key=f"primary:{sitting.showing.token}", type="primary", shortcut="Space", width="stretch",
        on_click=went_on, args=(sitting.token, proposed),
    )  # fmt: skip
    with st.grid(4, min_column_width=130):  # two by two on a phone
        for rating in Rating:
            st.button(
                f"{rating.name.capitalize()} {waits[rating]}", key=f"rating:{rating}:{sitting.token}",
                shortcut=str(int(rating)), width="stretch", on_click=rated, args=(sitting.token, rating),
            )  # fmt: skip
