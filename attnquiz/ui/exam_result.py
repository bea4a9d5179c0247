"""What came of an exam: how much was right, by level and by concept, and every question with its answer."""

import streamlit as st

from attnquiz.cards.card import CellOf, Kind
from attnquiz.cards.faces import asked
from attnquiz.cards.grading import Verdict
from attnquiz.measure.proportion import ENOUGH
from attnquiz.study import exam
from attnquiz.study.exam import Result, Sitting
from attnquiz.study.exam_print import title
from attnquiz.study.summary import Share
from attnquiz.ui import exam_setup, maps, place, program, see, shown, words
from attnquiz.ui.exam import begun
from attnquiz.ui.focus import top


def result(sitting: Sitting | None) -> None:
    """The result of the latest time this paper was handed in."""
    if sitting is None or sitting.handed is None:
        return
    right = sum(each.right for each in sitting.results)
    st.markdown(f"**{title(sitting.paper)}: {said(Share(right, len(sitting.results)))} right.**")
    st.caption(
        "An exam does not change what comes back to you, or when. Its cards are not asked again on the same day."
    )
    _shares(sitting)
    st.header("Every question", anchor=False)
    program.style()
    for each in sitting.results:
        _each(sitting, each)
    with st.container(horizontal=True):
        st.button("Take this paper again", key="again", on_click=begun, args=(sitting,))
        st.button("Another exam", key="other", on_click=exam_setup.cleared)
    exam_setup.downloads(sitting)
    top("result")


def said(share: Share) -> str:
    """``2 of 3``; with a percentage only where there are enough of them to mean anything."""
    fraction = f"{share.right} of {share.of}"
    return fraction + (f" ({share.right / share.of:.0%})" if share.of >= ENOUGH else "")


def _shares(sitting: Sitting) -> None:
    concepts = place.collection().concepts
    by_level, by_concept = exam.shares(sitting.results, place.collection())
    rows = ["| Level | Right |", "|---|---|", *(f"| {level} | {said(share)} |" for level, share in by_level.items())]
    st.markdown("\n".join(rows))
    with st.expander("By concept"):
        rows = ["| Concept | Right |", "|---|---|"]
        rows += [f"| {concepts[name].title} | {said(share)} |" for name, share in by_concept.items()]
        st.markdown("\n".join(rows))


def _each(sitting: Sitting, each: Result) -> None:
    """One question: open where something can be learnt."""
    item, answer = each.item, each.attempt.answer or ""
    verdict = {Verdict.RIGHT: "Right", Verdict.SLIP: "Right, apart from a slip", Verdict.WRONG: "Not right"}
    label = verdict.get(each.grading.verdict, "Not answered")
    icon = ":material/check:" if each.right else ":material/close:"
    concept = place.collection().concepts[item.card.concept].title
    with st.expander(f"{item.number}. {label} · {concept}", expanded=not each.right, icon=icon):
        showing = exam.showing_of(sitting, item, sitting.handed)
        if item.card.kind in (Kind.BUG, Kind.CODE):
            program.read(showing, whole=True)  # the answer names a line
        else:
            st.markdown(words.markdown(asked(item.card, item.deletion, item.variant)))
        if answer:
            shown.own(showing, answer)
        if isinstance(item.card.body, CellOf):
            maps.revealed(showing, answer)
        _refuted(each)
        shown.right(showing)
        see.link(see.of(item.card, item.variant), "See it in the sandbox")


def _refuted(each: Result) -> None:
    """What is wrong with this answer, and the belief that leads to it."""
    if each.grading.feedback:
        st.markdown(words.markdown(each.grading.feedback))
    belief = place.collection().misconceptions.get(each.grading.misconception or "")
    if belief is not None and not each.right and each.attempt.answer:
        st.markdown(f"The belief behind it: *{words.markdown(belief.belief)}*")
