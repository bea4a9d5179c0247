"""When much more is due than a day should hold: how much, how long it takes, and a number of minutes a day for it."""

from datetime import date, timedelta

import streamlit as st

from attnquiz.errors import AttnquizError
from attnquiz.measure.backlog import USUAL_DAYS, days_until_through, is_backlog, usual_day
from attnquiz.measure.spans import monday
from attnquiz.sandbox.written import plain
from attnquiz.store.database import Reading
from attnquiz.store.rollup import Measure, Scope
from attnquiz.study import choices
from attnquiz.study.outlook import Outlook
from attnquiz.study.pace import Pace, spent
from attnquiz.ui import place, words
from attnquiz.ui.state import held, hold, state

OFFERED = (10, 20, 30, 0)  # minutes a day; 0 is no limit
SUGGESTED = 20
MINUTES, SAID = "backlog-minutes", "backlog-said"


def backlog(ahead: Outlook) -> None:
    """Shown on the page of today, and only while there is one."""
    if told := held(SAID):
        hold(SAID, None)
        done, sentence = told
        (st.success if done else st.error)(plain(sentence))
    due = [face for face, memory in ahead.memories.items() if memory.due_at is None and memory.due_day <= ahead.today]
    with place.store().reading() as r:
        if not is_backlog(len(due), _usual(r, ahead.today)):
            return
        pace, today = Pace(r.medians()), spent(r.reviews_of(ahead.today))
    minutes = round(sum(pace.of(place.collection(), due)) / 60)
    with st.container(border=True, gap="small", key="backlog"):
        st.markdown(
            f"**{len(due):,} cards are waiting.** At your pace that is about {_long(minutes)} of answering. You "
            f"need not do them all today: some minutes a day are enough.{_siblings(len(due), ahead)}"
        )
        _choice(ahead, pace, today)


def _usual(r: Reading, today: date) -> float:
    """Answers on a usual day of the last weeks. Today says nothing yet."""
    since = monday(today) - timedelta(days=USUAL_DAYS)
    by_day: dict[date, int] = {}
    for tally in r.tallies(Measure.ANSWERS, Scope(since=since)):
        by_day[tally.day] = by_day.get(tally.day, 0) + tally.n
    return usual_day(number for day, number in by_day.items() if day < today)


def _choice(ahead: Outlook, pace: Pace, today: float) -> None:
    """Minutes a day, each with when that is enough, and the button that takes them."""
    present = ahead.preferences
    offered = sorted({*OFFERED, present.minutes_per_day}, key=lambda minutes: (not minutes, minutes))
    memories, seconds = list(ahead.memories.values()), pace.of(place.collection(), ahead.memories)
    through = [
        days_until_through(
            memories, seconds, ahead.today, present.scheduler(), minutes, present.reviews_per_day, spent=today
        )
        for minutes in offered
    ]
    hold(MINUTES, present.minutes_per_day or SUGGESTED)
    chosen = st.radio(
        "How long do you want to answer each day?", offered, key=MINUTES, format_func=_named,
        captions=[_through(days) for days in through],
    )  # fmt: skip
    if chosen == present.minutes_per_day:
        st.markdown("That is what holds now.")
    else:
        label = f"Take {_named(chosen)}" if chosen else "Take no limit"
        st.button(label, key="backlog-take", icon=":material/check:", on_click=_taken, args=(chosen,))
    st.caption(
        "While a limit holds, the cards you know least come first, and no new card begins as long as one that is due "
        "has to wait. Worked out for somebody who answers every day and forgets as the scheduler expects. You can "
        "change the limit under Settings."
    )


def _taken(minutes: int) -> None:
    try:
        choices.change(place.desk(), {"minutes_per_day": str(minutes)}, place.now())
        said = f"Your limit is {_named(minutes)} from now on." if minutes else "Your days have no limit of minutes now."
        hold(SAID, (True, f"{said} You can take it back under Settings."))
        state().session = None  # its queue was built for what held before
    except AttnquizError as error:
        hold(SAID, (False, str(error)))


def _named(minutes: int) -> str:
    return f"{words.count(minutes, 'minute')} a day" if minutes else "No limit of minutes"


def _through(days: int | None) -> str:
    if days is None:
        return "not caught up within a year"
    return "caught up today" if days == 1 else f"caught up in about {days} days"


def _siblings(due: int, ahead: Outlook) -> str:
    """Why more are waiting than are due now, where the limits of the day are not all that keeps some back."""
    kept = due - len(ahead.queue.due) - ahead.queue.later
    if not kept:
        return ""
    them = "One of them comes" if kept == 1 else f"{kept:,} of them come"
    return f" Every blank of a card is counted, but only one a day is asked: {them} tomorrow at the earliest."


def _long(minutes: int) -> str:
    """Hours from a hundred minutes on."""
    return words.count(minutes, "minute") if minutes < 100 else words.count(round(minutes / 60), "hour")
