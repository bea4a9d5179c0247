"""The parts of the review page, in the order in which they stand on the screen."""

import streamlit as st

from attnquiz.cards.card import Choice, Kind
from attnquiz.cards.faces import asked, blank_name, options
from attnquiz.cards.grading import LETTERS
from attnquiz.errors import LateAnswer
from attnquiz.recall.rating import Rating
from attnquiz.sandbox.written import plain
from attnquiz.study import drill
from attnquiz.study.proposal import Confidence
from attnquiz.study.session import Phase, Session, Showing
from attnquiz.study.showing import order
from attnquiz.ui import place, words
from attnquiz.ui.focus import focus_answer
from attnquiz.ui.state import act, state, trouble, typed

READING = 0.3  # seconds: whoever goes on sooner has not read what is there, but pressed twice
HINTS = {
    Kind.NUMERIC: "a number such as 0.93, or several: [3, 2]",
    Kind.SHAPE: "a shape such as (2, 8, 5, 5)",
    Kind.CLOZE: "what stands in the blank",
}
SHOW = {Kind.BASIC: "show the answer", Kind.MC: "show the options"}
KEYS = """
| key | does |
|---|---|
| space | the large button: show, check, go on |
| 1 2 3 4 | again, hard, good, easy; before that: the options of a question |
| 2, 3 | not sure, I don't know |
| enter | check what you typed (sure); tab, then enter: the buttons after it |
| u, y | undo, redo |
| h | show or hide this list |
"""


def session() -> Session:
    """The sitting of this tab, begun or resumed from the log."""
    if state().session is None or state().session.phase is Phase.DONE:
        before = state().session
        state().session = drill.begin(place.desk(), place.now())
        if before is not None:
            state().session = state().session.say(before.note)
    return state().session


def header() -> None:
    """What went wrong, which concept this is about, and how much is left."""
    sentence = trouble()
    if sentence:
        st.error(plain(sentence))
    sitting = session()
    if sitting.showing is not None:
        learning, due, new = sitting.queue.counts()
        counts = {f"{due} due": due, f"{new} new": new, f"{learning} back in minutes": learning}
        left = [said for said, number in counts.items() if number]
        concept = place.collection().concepts.get(sitting.showing.card.concept)
        about = f"**{concept.title}** · " if concept is not None else ""
        st.caption(f"{about}after this card: {', '.join(left) or 'done'}")


def question() -> None:
    """The question, and a note on the last step where there is one."""
    sitting = session()
    if sitting.showing is None:
        return
    showing = sitting.showing
    st.markdown(words.markdown(asked(showing.card, showing.face.deletion, showing.variant)))
    if sitting.note:
        st.info(sitting.note, icon=":material/info:")


def asking() -> None:
    """Before the answer: how sure the learner is, and the field or the options."""
    sitting = session()
    if sitting.showing is None:
        return
    draw(sitting.token)
    if sitting.phase is Phase.CHOOSE:
        _options(sitting)
    elif sitting.phase is Phase.ASK and sitting.showing.card.kind in HINTS:
        _field(sitting.showing)
    elif sitting.phase is Phase.ASK:
        _confidence(sitting.showing)


def _confidence(showing: Showing) -> None:
    what = SHOW[showing.card.kind]
    step = recalled if isinstance(showing.card.body, Choice) else committed
    st.button(
        f"Sure: {what}", key=f"primary:{showing.token}", type="primary", shortcut="Space", width="stretch",
        on_click=step, args=(showing.token, Confidence.SURE),
    )  # fmt: skip
    left, right = st.columns(2, wrap=False)
    left.button(
        "Not sure", key=f"unsure:{showing.token}", shortcut="2", width="stretch",
        on_click=step, args=(showing.token, Confidence.UNSURE),
    )  # fmt: skip
    right.button(
        "I don't know", key=f"unknown:{showing.token}", shortcut="3", width="stretch",
        on_click=unknown, args=(showing.token,),
    )  # fmt: skip


def _field(showing: Showing) -> None:
    hint = HINTS[showing.card.kind]
    with st.form(f"form:{showing.token}", border=False), st.container(key="typed"):
        blank = blank_name(showing.card, showing.face.deletion)
        label = f"Your answer ({blank})" if blank else "Your answer"
        st.text_input(label, key=f"answer:{showing.token}", placeholder=hint, autocomplete="off")
        st.form_submit_button(
            "Sure: check", key=f"primary:{showing.token}", type="primary", width="stretch",
            on_click=checked, args=(showing.token, Confidence.SURE),
        )  # fmt: skip
        left, right = st.columns(2, wrap=False)
        left.form_submit_button(
            "Not sure: check", key=f"unsure:{showing.token}", width="stretch",
            on_click=checked, args=(showing.token, Confidence.UNSURE),
        )  # fmt: skip
        right.form_submit_button(
            "I don't know", key=f"unknown:{showing.token}", width="stretch",
            on_click=unknown, args=(showing.token,),
        )  # fmt: skip
    focus_answer(f"{showing.token}:{session().retried}:{session().note}")


def _options(sitting: Session) -> None:
    showing = sitting.showing
    texts = options(showing.card, showing.variant)
    for number, index in enumerate(order(showing), start=1):
        st.button(
            words.markdown(texts[index]), key=f"option:{index}:{showing.token}",
            shortcut=str(number), width="stretch", on_click=chosen, args=(showing.token, index),
        )  # fmt: skip


def draw(token: str) -> None:
    """Remember since when this step has been on the screen."""
    if state().drawn is None or state().drawn[0] != token:
        state().drawn = (token, place.now())


def _too_soon(token: str) -> bool:
    """Whether a press on the large button is the second half of a double one, meant for the step before.

    Counted from when the step was drawn, because a press may wait in the queue while the server is busy.
    """
    drawn = state().drawn
    return drawn is None or drawn[0] != token or (place.now() - drawn[1]).total_seconds() < READING


@act
def recalled(token: str, confidence: Confidence) -> None:
    if session().token == token and not _too_soon(token):
        state().session = session().recall(confidence, place.now())


@act
def committed(token: str, confidence: Confidence) -> None:
    if not _too_soon(token):
        _commit(token, "", confidence)


@act
def checked(token: str, confidence: Confidence) -> None:
    _commit(token, typed(f"answer:{token}"), confidence)


@act
def chosen(token: str, index: int) -> None:
    _commit(token, LETTERS[index], session().confidence or Confidence.UNSURE)


@act
def unknown(token: str) -> None:
    _commit(token, None, Confidence.UNSURE)


def _commit(token: str, answer: str | None, confidence: Confidence) -> None:
    """A click that carries another token than the screen's came too late: it is not counted."""
    sitting = session()
    if sitting.token != token:
        return
    try:
        state().session = drill.commit(place.desk(), sitting, answer, confidence, place.now())
    except LateAnswer as late:
        state().session = drill.begin(place.desk(), place.now()).say(str(late))


@act
def rated(token: str, rating: Rating) -> None:
    sitting = session()
    if sitting.token != token or sitting.attempt is None:
        return
    try:
        state().session = drill.rate(place.desk(), sitting, rating, place.now())
    except LateAnswer as late:
        state().session = drill.begin(place.desk(), place.now()).say(str(late))


@act
def went_on(token: str, rating: Rating) -> None:
    """The large button goes on with the proposed rating."""
    if not _too_soon(token):
        rated(token, rating)


@act
def undo() -> None:
    state().session = drill.undo(place.desk(), place.now())


@act
def redo() -> None:
    state().session = drill.redo(place.desk(), place.now())


@act
def toggle_keys() -> None:
    state().keys_shown = not state().keys_shown


def footer() -> None:
    """Undo, redo and the list of keys."""
    st.space("small")
    with st.container(horizontal=True):
        st.button("Undo", key="undo", shortcut="u", type="tertiary", on_click=undo)
        st.button("Redo", key="redo", shortcut="y", type="tertiary", on_click=redo)
        st.button("Keys", key="keys", shortcut="h", type="tertiary", on_click=toggle_keys)
    if state().keys_shown:
        st.markdown(KEYS)
