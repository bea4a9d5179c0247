"""How one studies: one slider, the daily limits, when a day begins, how finely one rates. Seen first, then applied."""

from dataclasses import dataclass, replace
from math import inf
from statistics import fmean

import pandas as pd
import streamlit as st

from attnquiz.cards.collection import Collection
from attnquiz.errors import AttnquizError
from attnquiz.measure.workload import Workload, workload
from attnquiz.sandbox.written import plain
from attnquiz.study import askable, choices
from attnquiz.study.outlook import Outlook, look
from attnquiz.study.pace import USUAL, Pace
from attnquiz.study.preferences import HIGHEST, LOWEST, MOST_MINUTES, MOST_NEW, MOST_REVIEWS, Preferences
from attnquiz.ui import place, words
from attnquiz.ui.state import held, hold, state

RETENTION, NEW, REVIEWS, ROLLOVER, BUTTONS = "set-retention", "set-new", "set-reviews", "set-rollover", "set-buttons"
PROBES, MINUTES = "set-probes", "set-minutes"
SAID = "set-said"
FOUR, TWO = "Four", "Two"
NAMES = {
    "retention": "desired retention", "new_per_day": "new cards a day", "reviews_per_day": "reviews a day",
    "rollover": "the hour at which a day begins", "two_ratings": "buttons",
    "probes": "spot checks", "minutes_per_day": "minutes a day",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ahead:
    """What some preferences mean: today, and for a year."""

    preferences: Preferences
    outlook: Outlook
    year: Workload
    seconds: float  # that an answer takes

    def column(self) -> list[str]:
        learning, due, new = self.outlook.queue.counts()
        later = self.outlook.queue.later
        known = f"{self.year.share:.0%} ({round(self.year.known):,} of {self.year.cards:,})"
        minutes = self.year.minutes(self.seconds)
        today = [f"{number:,}" for number in (learning + due, new, later)]
        return [f"{self.year.answers:,.0f}", f"{minutes:,.0f}", known, *today]


EXPECTED = "What to expect"
ROWS = ["Answers a day", "Minutes a day", "Cards known after a year", "Due today", "New today", "Due, but for later"]


@st.fragment
def studying() -> None:
    """The controls, what they would change, and the buttons that change it and take it back."""
    st.header("Studying", anchor=False)
    try:
        _study()
    except AttnquizError as error:  # a damaged file, say: the backups below are the way out
        st.error(plain(str(error)))
    if told := held(SAID):  # below the button that was pressed: on a phone the top is out of sight
        hold(SAID, None)
        done, sentence = told
        (st.success if done else st.error)(plain(sentence))


def _study() -> None:
    with place.store().reading() as r:
        present, latest = Preferences.of(r), choices.latest(r)
        medians = r.medians()
    kept = _retention(present)
    told = st.container()  # beside the slider: on a phone the table is far below it
    chosen = replace(kept, **_limits(present), **_habits(present))
    seconds = _seconds(medians, place.collection())
    now = _ahead(present, seconds)
    ahead = now if chosen == present else _ahead(chosen, seconds)
    with told:
        _told(ahead)
    _compared(now, ahead, measured=bool(medians))
    with st.container(horizontal=True, gap="small"):
        if chosen != present:
            st.button(
                "Apply", key="set-apply", type="primary", icon=":material/check:", on_click=_applied,
                args=(present, chosen),
            )  # fmt: skip
        if latest:
            st.button(
                "Undo the last change", key="set-undo", icon=":material/undo:", on_click=_taken_back, args=(latest,)
            )


def surroundings() -> None:
    """What the browser decides: the time zone and the theme."""
    st.header("Time zone and theme", anchor=False)
    st.markdown(
        f"**Time zone:** {plain(place.zone())}. Your browser says so. Your study days follow it, also when you travel; "
        "days that are over stay as they were."
    )
    st.markdown(
        "**Theme:** light, dark, or as your device has it. Choose it in the menu :material/more_vert: at the top right "
        "of every page. Your browser keeps the choice."
    )


def _retention(present: Preferences) -> Preferences:
    shown = round(100 * min(max(present.retention, LOWEST), HIGHEST))
    hold(RETENTION, shown)
    percent = st.slider(
        "Desired retention", round(100 * LOWEST), round(100 * HIGHEST), step=1, format="%d%%", key=RETENTION
    )
    st.caption("How likely you should still know a card when it comes back: higher means that cards come back sooner.")
    return present if percent == shown else replace(present, retention=percent / 100)


def _limits(present: Preferences) -> dict[str, int]:
    hold(NEW, present.new_per_day)
    hold(REVIEWS, present.reviews_per_day)
    left, right = st.columns(2)
    with left:
        new = st.number_input("New cards a day", 0, max(MOST_NEW, present.new_per_day), step=1, key=NEW)
        st.caption("No more cards than this are asked for the first time on one day.")
    with right:
        most = max(MOST_REVIEWS, present.reviews_per_day)
        reviews = st.number_input("Reviews a day", 0, most, step=10, key=REVIEWS)
        st.caption("After so many answers, cards that are due wait for another day; what you know least comes first.")
    hold(MINUTES, present.minutes_per_day)
    minutes = st.number_input("Minutes a day", 0, MOST_MINUTES, step=5, key=MINUTES)
    st.caption(
        "When they are used up, cards that are due wait for another day, and new ones until none has to wait. "
        "0 means no limit."
    )
    return {"new_per_day": new, "reviews_per_day": reviews, "minutes_per_day": minutes}


def _habits(present: Preferences) -> dict[str, int | bool]:
    hold(ROLLOVER, present.rollover)
    hold(BUTTONS, TWO if present.two_ratings else FOUR)
    left, right = st.columns(2)
    with left:
        rollover = st.number_input("Hour at which a study day begins", 0, 23, step=1, key=ROLLOVER)
        st.caption("From 0 to 23. What you answer before it still counts for the evening before.")
    with right:
        buttons = st.radio("Rating buttons", (FOUR, TWO), horizontal=True, key=BUTTONS)
        st.caption("Two are Again and Good alone, on every card that you answer in your head; others keep all four.")
    hold(PROBES, present.probes)
    probes = st.toggle("Spot checks", key=PROBES)
    st.caption(
        "One answer in twenty is to a card drawn at random, so that the Progress page can say whether the forecasts "
        "are true. A card that was not due keeps its schedule if you know it."
    )
    return {"rollover": rollover, "two_ratings": buttons == TWO, "probes": probes}


def _seconds(medians: dict[str, float], collection: Collection) -> float:
    """What an answer takes this learner: the usual time of each kind of card, as often as there are such cards."""
    faces = [face for card in collection.cards.values() for face in askable.faces(card)]
    return fmean(Pace(medians).of(collection, faces) or [USUAL])


def _ahead(preferences: Preferences, seconds: float) -> Ahead:
    ahead = look(place.store(), place.collection(), place.zone(), place.now(), preferences)
    year = workload(
        ahead.memories.values(), ahead.faces - len(ahead.memories), ahead.today, preferences.scheduler(),
        preferences.new_per_day, preferences.reviews_per_day,
        answers_per_day=60 * preferences.minutes_per_day / seconds if preferences.minutes_per_day else inf,
    )  # fmt: skip
    return Ahead(preferences, ahead, year, seconds)


def _told(chosen: Ahead) -> None:
    year = chosen.year
    told = words.count(round(year.answers), "answer")
    minutes = words.count(round(year.minutes(chosen.seconds)), "minute")
    st.markdown(
        f"With **{chosen.preferences.retention:.0%}**: about **{told}** and **{minutes}** a day, and after a year you "
        f"know about **{year.share:.0%}** of the cards."
    )


def _compared(present: Ahead, chosen: Ahead, *, measured: bool) -> None:
    table = pd.DataFrame({EXPECTED: ROWS, "Now": present.column(), "Chosen": chosen.column()})
    st.table(table if chosen is not present else table[[EXPECTED, "Now"]], hide_index=True, border="horizontal")
    took = "your usual time for an answer" if measured else f"{USUAL:.0f} seconds for an answer"
    st.caption(
        "A simulated year in which you study every day and forget as the scheduler expects, "
        f"with {took}. Real days differ. A new retention moves no card today: each waits as it was told until you "
        "answer it again."
    )


def _applied(present: Preferences, chosen: Preferences) -> None:
    before, after = present.written(), chosen.written()
    changed = {name: value for name, value in after.items() if value != before[name]}
    try:
        choices.change(place.desk(), changed, place.now())
        hold(SAID, (True, f"Changed: {', '.join(NAMES[name] for name in changed)}. It holds from now on."))
        state().session = None  # its queue was built for what held before
    except AttnquizError as error:
        hold(SAID, (False, str(error)))


def _taken_back(latest: list) -> None:
    try:
        choices.take_back(place.desk(), latest, place.now())
        hold(SAID, (True, "The last change is taken back."))
        state().session = None
    except AttnquizError as error:
        hold(SAID, (False, str(error)))
