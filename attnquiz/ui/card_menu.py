"""What can be done with the card on the screen, besides answering it; and what is said of one that does not stay.

Nothing of the menu is made before it is opened: its picture needs Altair, which answering does without.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import streamlit as st

from attnquiz.cards.collection import shipped
from attnquiz.cards.concepts import Concept
from attnquiz.cards.grading import Verdict
from attnquiz.errors import LateAnswer
from attnquiz.sandbox.written import plain
from attnquiz.study import aside, drill
from attnquiz.study.choices import choose
from attnquiz.study.mastery import Mastery, masteries
from attnquiz.study.preferences import OFF, ON
from attnquiz.study.session import Phase, Session
from attnquiz.ui import place, see, words
from attnquiz.ui.answering import READING
from attnquiz.ui.review import session
from attnquiz.ui.state import act, held, state, typed

REASONS = {
    aside.Reason.UNCLEAR: "Unclear",
    aside.Reason.WRONG: "Something is wrong",
    aside.Reason.TOO_EASY: "Too easy",
}


def menu() -> None:
    """A button, and what it opens."""
    sitting = session()
    if sitting.showing is None:
        return
    opened = state().menu == sitting.showing.token
    st.button(
        "Close" if opened else "This card", key="menu", shortcut="m", type="tertiary",
        icon=":material/expand_less:" if opened else ":material/expand_more:",
        on_click=turned, args=(sitting.showing.token, not opened),
    )  # fmt: skip
    if opened:
        with st.container(border=True, key="this-card"):
            _set_aside(sitting)
            _ratings(sitting)
            _remark(sitting)
            _written(sitting)
            _past(sitting)
        if state().menu_drawn is None:
            state().menu_drawn = place.now()


def _set_aside(sitting: Session) -> None:
    for label, key, said, step in (
        ("Suspend", "s", "Never ask this again. Undo (u) brings it back, and so does the Progress page.", suspended),
        ("Bury till tomorrow", "b", "Not before tomorrow. Undo (u) brings it back.", buried),
    ):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(label, key=f"{key}:{sitting.token}", shortcut=key, on_click=step, args=(sitting.token,))
            st.markdown(said, width="stretch")


def _ratings(sitting: Session) -> None:
    """How finely one rates oneself: one choice for every card that nothing else grades."""
    if sitting.showing.self_graded:
        st.toggle(
            "Two ratings only: again, good", value=sitting.preferences.two_ratings, key="two-ratings",
            on_change=rated_in_two,
        )  # fmt: skip
        st.caption(
            "Yes or no is easier to judge in the same way every time than four grades. "
            "This holds for every card that you answer in your head."
        )


def _remark(sitting: Session) -> None:
    with st.form(f"flag:{sitting.token}", border=False, clear_on_submit=True, enter_to_submit=False):
        st.text_area(
            "A remark about this card", key=f"note:{sitting.token}", max_chars=aside.LONGEST_NOTE, height=80,
            placeholder="What is it? You may also leave this empty.",
        )  # fmt: skip
        with st.container(horizontal=True):
            for reason, label in REASONS.items():
                st.form_submit_button(
                    label, key=f"flag:{reason}:{sitting.token}", icon=":material/flag:", on_click=flagged,
                    args=(sitting.token, reason),
                )  # fmt: skip
    st.caption("Your remark is kept with your answers, and listed on the Progress page.")
    with place.store().reading() as r:
        said = [flag for flag in aside.flags(r) if flag.card == sitting.showing.card.id]
    for flag in said:
        day = words.day_past(flag.entry.study_day, sitting.today)
        st.text(f"Your remark {day}: {flag.reason}" + (f". {flag.note}" if flag.note else ""))


def _written(sitting: Session) -> None:
    card = sitting.showing.card
    st.markdown("**Where it is written**")
    st.text(f"{_within(card.path)}, line {card.line}")
    st.caption("To change the card, edit the file there and save it: the next page you open shows the change.")


def _within(path: Path) -> str:
    """A shipped deck as it lies in the folder of the app, any other by its full name."""
    root = shipped().parent
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _past(sitting: Session) -> None:
    from attnquiz.ui import card_history

    with place.store().reading() as r:
        course = r.course(sitting.showing.face)
    card_history.past(sitting, course)


@act
def turned(token: str, opened: bool) -> None:
    """Open or close the menu of a card: a double click opens it. The second half of one, which may wait until all is
    drawn, closes nothing."""
    drawn = state().menu_drawn
    if opened or drawn is None or (place.now() - drawn).total_seconds() >= READING:
        state().menu, state().menu_drawn = token if opened else "", None


@act
def suspended(token: str) -> None:
    _put_aside(token, aside.suspend)


@act
def buried(token: str) -> None:
    _put_aside(token, aside.bury)


@act
def rated_in_two() -> None:
    """The switch was turned: it belongs to no card, so no step comes too late for it."""
    chosen = choose(place.desk(), "two_ratings", ON if held("two-ratings") else OFF, place.now())
    state().session = replace(session(), preferences=chosen)


def _put_aside(token: str, step: aside.Step) -> None:
    """A click that carries another token than the screen's came too late."""
    sitting = session()
    if sitting.token != token:
        return
    try:
        state().session = step(place.desk(), sitting, place.now())
    except LateAnswer as late:
        state().session = drill.begin(place.desk(), place.now()).say(str(late))


@act
def flagged(token: str, reason: aside.Reason) -> None:
    sitting = session()
    if sitting.token != token:
        return
    try:
        state().session = aside.flag(place.desk(), sitting, reason, typed(f"note:{token}"), place.now())
    except LateAnswer:
        state().session = sitting.say("You have made this remark before; nothing was kept twice.")


def is_leech(sitting: Session) -> bool:
    """Whether a card that was forgotten again and again was not answered right this time either."""
    memory = sitting.showing.memory if sitting.showing is not None else None
    answered = sitting.attempt is not None and sitting.attempt.verdict != Verdict.RIGHT
    return answered and memory is not None and memory.lapses >= aside.LAPSES


def leech() -> None:
    """What may stand behind a card that does not stay, and what to do."""
    sitting = session()
    if sitting.phase is not Phase.FEEDBACK or not is_leech(sitting):
        return
    showing, collection = sitting.showing, place.collection()
    with place.store().reading() as r:
        known = masteries(collection, r.memories(), sitting.preferences.scheduler(), sitting.today)
    found = aside.leech(showing.card, showing.memory, known, collection.concepts)
    if found is None:
        return
    with st.container(border=True, key="leech"):
        st.markdown(
            f"**You have forgotten this {words.count(found.lapses, 'time')}.** Seeing it once more will not change "
            f"that. {_behind(found.weakest, collection.concepts)}Work it out once by hand, in your own words; if the "
            "card itself is the trouble, flag or suspend it under “This card”."
        )
        see.link(see.asked(showing), "Work it out in the sandbox")


def _behind(weakest: Mastery | None, concepts: Mapping[str, Concept]) -> str:
    if weakest is None:
        return ""
    known = "which you have not been asked yet" if weakest.recall is None else (
        f"which you know least of what comes before it (predicted recall {weakest.recall:.0%})"
    )  # fmt: skip
    return f"It builds on **{plain(concepts[weakest.concept].title)}**, {known}: begin there. "
