"""How each kind of card asks, before the answer is committed."""

import streamlit as st

from attnquiz.cards.card import Kind
from attnquiz.cards.faces import asked, blank_name, options
from attnquiz.store.entry import Purpose
from attnquiz.study.proposal import Confidence
from attnquiz.study.session import Phase, Session, Showing
from attnquiz.study.showing import order
from attnquiz.ui import maps, ordering, program, shortcut, words
from attnquiz.ui.answering import (
    LARGE,
    arranged,
    checked,
    chosen,
    committed,
    draw,
    pointed,
    recalled,
    unknown,
)
from attnquiz.ui.focus import focus
from attnquiz.ui.review import session

TYPED = {
    Kind.NUMERIC: "a number such as 0.93, or several: [3, 2]",
    Kind.SHAPE: "a shape such as (2, 8, 5, 5)",
    Kind.CLOZE: "what stands in the blank",
    Kind.CODE: "the code that stands for ____",
}
REVEAL = (committed, "show the answer")
SURE = {  # what the buttons of a kind do, and what the large one says after "Sure:"
    Kind.BASIC: REVEAL,
    Kind.MC: (recalled, "show the options"),
    Kind.EXPERIMENT: (recalled, "show the options"),
    Kind.BUG: (recalled, "I see it"),
    Kind.ORDER: (arranged, "check"),
    Kind.HEATMAP: (pointed, "check"),
}


def question() -> None:
    """The question, and a note on the last step where there is one."""
    sitting = session()
    showing = sitting.showing
    if showing is None:
        return
    program.style()
    if showing.purpose is Purpose.PROBE:
        st.caption("Spot check: drawn at random to see whether the forecasts are true.")
    if showing.card.kind in (Kind.BUG, Kind.CODE) and sitting.phase is not Phase.LEARN:
        program.question(sitting)
    elif sitting.phase is not Phase.LEARN:
        st.markdown(words.markdown(asked(showing.card, showing.face.deletion, showing.variant)))
    if sitting.phase is not Phase.LEARN:
        shortcut.badge(showing.card.shortcut)
    if sitting.note:
        st.info(sitting.note, icon=":material/info:")


def asking(*, reading: bool = False) -> None:
    """The field, the list or the map, the options, and how sure the learner is.

    Where the learner is ``reading`` a text, the keyboard stays with it until there is something to correct.
    """
    sitting = session()
    if sitting.showing is None or sitting.phase not in (Phase.ASK, Phase.CHOOSE):
        return
    kind = sitting.showing.card.kind
    if sitting.phase is Phase.CHOOSE:
        program.choosing(sitting) if kind is Kind.BUG else _options(sitting.showing)
        st.button(
            "After all, I don't know", key=f"giveup:{sitting.showing.token}", shortcut="d", type="tertiary",
            on_click=unknown, args=(sitting.showing.token, "d"),
        )  # fmt: skip
    elif kind in TYPED or kind is Kind.EXPLAIN:
        _form(sitting)
        if not reading or sitting.retried or sitting.note:
            focus("typed", f"{sitting.token}:{sitting.retried}:{sitting.note}")
    else:
        _moved(sitting, reading)
        _confidence(sitting.showing)
    draw()


def _moved(sitting: Session, reading: bool) -> None:
    """What is moved about before it is checked: the steps of an order, the place on a map."""
    showing = sitting.showing
    kind = {Kind.ORDER: ordering, Kind.HEATMAP: maps}.get(showing.card.kind)
    if kind is None:
        return
    kind.asked(showing)
    if not reading:
        focus(kind.PLACE, showing.token)


def _confidence(showing: Showing) -> None:
    step, what = REVEAL if showing.retired else SURE[showing.card.kind]
    if showing.memory is None and step in (committed, recalled):
        st.caption("Answer in your head, then say how sure you are.")
    st.button(
        f"Sure: {what}", key=f"primary:{showing.token}", type="primary", shortcut=LARGE, width="stretch",
        on_click=step, args=(showing.token, Confidence.SURE, LARGE),
    )  # fmt: skip
    left, right = st.columns(2, wrap=False)
    left.button(
        "Not sure", key=f"unsure:{showing.token}", shortcut="2", width="stretch",
        on_click=step, args=(showing.token, Confidence.UNSURE, "2"),
    )  # fmt: skip
    right.button(
        "I don't know", key=f"unknown:{showing.token}", shortcut="3", width="stretch",
        on_click=unknown, args=(showing.token, "3"),
    )  # fmt: skip


def _form(sitting: Session) -> None:
    showing = sitting.showing
    explain = showing.card.kind is Kind.EXPLAIN
    verb = "compare" if explain else "check"
    with st.form(f"form:{showing.token}", border=False), st.container(key="typed"):
        field(showing)
        st.form_submit_button(
            f"Sure: {verb}", key=f"primary:{showing.token}", type="primary", width="stretch",
            on_click=checked, args=(showing.token, Confidence.SURE),
        )  # fmt: skip
        left, right = st.columns(2, wrap=False)
        left.form_submit_button(
            f"Not sure: {verb}", key=f"unsure:{showing.token}", width="stretch",
            on_click=checked, args=(showing.token, Confidence.UNSURE),
        )  # fmt: skip
        right.form_submit_button(
            "I don't know", key=f"unknown:{showing.token}", width="stretch",
            on_click=unknown, args=(showing.token,),
        )  # fmt: skip


def field(showing: Showing) -> None:
    """Where an answer is typed."""
    key = f"answer:{showing.token}"
    if showing.card.kind is Kind.EXPLAIN:
        st.text_area("Your explanation", key=key, height="content", placeholder="in your own words")
        return
    blank = blank_name(showing.card, showing.face.deletion)
    label = f"Your answer ({blank})" if blank else "Your answer"
    st.text_input(label, key=key, placeholder=TYPED[showing.card.kind], autocomplete="off")


def _options(showing: Showing) -> None:
    texts = options(showing.card, showing.variant)
    for number, index in enumerate(order(showing), start=1):
        st.button(
            words.markdown(texts[index]), key=f"option:{index}:{showing.token}", shortcut=str(number),
            width="stretch", on_click=chosen, args=(showing.token, index, str(number)),
        )  # fmt: skip
