"""The frame of the review page: the sitting, what stands above a question, and what stands below everything."""

import streamlit as st

from attnquiz.cards.sources import cited
from attnquiz.sandbox.written import plain
from attnquiz.study import drill
from attnquiz.study.session import Phase, Session
from attnquiz.ui import place, words
from attnquiz.ui.state import act, state, trouble

KEYS = """
| key | does |
|---|---|
| space | the large button: sure, check, go on; in a text, down to it first |
| 2, 3 | not sure, I don't know; with options on the screen: d, after all I don't know |
| 1 to 9, 0 | an option, a line of code, a fix; 0: there is no bug |
| 1 2 3 4 | after the answer: again, hard, good, easy |
| enter | check what you typed (ctrl and enter in a large field); tab leads to the buttons after it |
| arrows | move through a map or a list; space or enter chooses a cell |
| t, l | a hint; teach me first |
| o, n | in a text: read on without answering, the next chapter |
| m | about this card; there: s suspends it, b buries it till tomorrow |
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


def screen() -> str:
    """Names what is on the screen: a lesson, a question with all that leads to its answer, a feedback, or the end."""
    sitting = session()
    step = "question" if sitting.phase in (Phase.ASK, Phase.CHOOSE) else sitting.phase
    return f"{sitting.showing.token if sitting.showing else ''}:{step}"


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


def source(written: str) -> None:
    """Where it stands, in few words; the whole reference is behind the question mark."""
    references = place.collection().sources
    if written:
        full = "  \n".join(references[name] for name in cited(written) if name in references)
        st.caption(f"Source: {words.source(written, references)}", help=full or None)


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
