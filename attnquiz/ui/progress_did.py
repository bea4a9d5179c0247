"""The section about what was done: today, on which days, how many answers and minutes, cards begun, at what hour."""

from collections.abc import Callable

import pandas as pd

from attnquiz.charts.answered import answered_chart, begun_chart
from attnquiz.charts.calendar import calendar_chart
from attnquiz.charts.shares import hours_chart
from attnquiz.measure import hours as by_hour
from attnquiz.measure.answered import CLASSES, answered, begun, by_span, of_day
from attnquiz.measure.calendar import by_week, calendar
from attnquiz.measure.proportion import Proportion
from attnquiz.measure.spans import NAMES
from attnquiz.store.rollup import MATURE, Measure
from attnquiz.ui import words
from attnquiz.ui.figure import Figure, too_few
from attnquiz.ui.progress import Seen

SORTS = ("New", "Learning", "Learning again", "Young", "Mature")
SO_FAR = "In all, in this period"


def figures(seen: Seen) -> list[Figure]:
    return [days(seen), reviews(seen), added(seen), hours(seen)]


def today(seen: Seen) -> Figure:
    """The answers of this study day."""
    frame = of_day(seen.tallies(Measure.ANSWERS), seen.today)
    n, again, right = (int(frame[name].sum()) for name in ("answers", "again", "right"))
    said = "Nothing answered yet today."
    if n:
        mature = frame[frame["class"] == CLASSES[MATURE]]
        old = Proportion(int(mature.right.sum()), int(mature.answers.sum()))
        said = (
            f"{words.count(n, 'answer')} in {minutes(frame.minutes.sum())}; {again:,} of them Again.\n"
            f"- **Not Again:** {share(Proportion(right, n))}\n- **Mature cards recalled:** {share(old)}"
        )
    names = ["Before", "Answers", "Minutes", "Again", "Not Again"]
    table = frame.assign(**{"class": _sorts(frame["class"])}).set_axis(names, axis=1)
    return Figure(
        name="today",
        title="What you did today",
        about="The answers of this day, by what each card was before: mature cards wait three weeks or longer.",
        sentence=said,
        table=table,
        formats={"Minutes": ",.1f"},
    )


def days(seen: Seen) -> Figure:
    """On which days answers were given."""
    frame = calendar(seen.tallies(Measure.ANSWERS), seen.today, seen.scope.since)
    active = int((frame.answers > 0).sum())
    number = words.count(int(frame.answers.sum()), "answer")
    weeks = words.count(frame.monday.nunique(), "week")
    return Figure(
        name="calendar",
        title="When you answered",
        about="A square a day, stronger with more answers.",
        sentence=f"{number} on {words.count(active, 'day')} in the last {weeks}.",
        table=by_week(frame).rename(columns=lambda weekday: weekday[:2]).reset_index(),
        chart=calendar_chart(frame) if active else None,
        alt="Calendar: a square a day, stronger with more answers.",
    )


def reviews(seen: Seen) -> Figure:
    """Answers and minutes in spans of time."""
    frame = answered(seen.tallies(Measure.ANSWERS), seen.today)
    said, bar = "Nothing was answered in this period.", "day"
    if len(frame):
        n, bar = int(frame.answers.sum()), _bar(frame)
        said = f"{words.count(n, 'answer')} in {minutes(frame.minutes.sum())}. A bar is {_one(bar)}."
    names = ["From", *SORTS, "Answers", "Minutes"]
    return Figure(
        name="answers",
        title="Answers and time",
        about="How much you answered, by what each card was before. Young cards come back within three weeks, mature "
        "ones later. Time runs from the question to the answer.",
        sentence=said,
        table=by_span(frame).set_axis(names, axis=1) if len(frame) else pd.DataFrame(),
        chart=answered_chart(frame.assign(**{"class": _sorts(frame["class"], str.lower)})) if len(frame) else None,
        alt=f"Bars: answers in each {bar}, by what each card was before.",
        formats={"Minutes": ",.1f"},
    )


def added(seen: Seen) -> Figure:
    """Cards answered for the first time."""
    frame = begun(seen.tallies(Measure.ANSWERS), seen.today)
    said, bar = "No card was begun in this period.", "day"
    if len(frame):
        bar = _bar(frame)
        said = f"{words.count(int(frame.cards.sum()), 'card')} begun. A bar is {_one(bar)}."
    table = frame.drop(columns="end").set_axis(["From", "Cards begun", SO_FAR], axis=1)
    return Figure(
        name="begun",
        title="Cards begun",
        about="Cards and blanks that you answered for the first time: bars for each stretch of time, a line for their "
        "number so far in this period.",
        sentence=said,
        table=table,
        chart=begun_chart(frame) if len(frame) else None,
        alt=f"Bars: cards begun in each {bar}; a line: their number so far.",
    )


def hours(seen: Seen) -> Figure:
    """At what time of the day answers are given, and whether it matters."""
    frame = by_hour.hours(seen.totals(Measure.HOUR))
    n = int(frame.answers.sum())
    busiest = frame.loc[frame.answers.idxmax()]
    said = f"{too_few(int(busiest.answers))[:-1]} in the busiest hour."
    if frame.share.notna().any():
        apart = by_hour.apart(frame)
        said = f"The busiest hour is {_hour(busiest.hour)}: {busiest.answers:,.0f} of {n:,} answers. "
        said += _apart(apart) if len(apart) else "No hour is clearly better or worse than the others."
    names = ["Hour", "Answers", "Not Again", "Share", "Low end", "High end"]
    return Figure(
        name="hours",
        title="Time of day",
        about="Grey bars: how many answers each hour has. Points: the share of them that was not Again, with its 95% "
        "interval. Hours with fewer than 20 answers have no point. Cards differ from hour to hour as well: a worse "
        "hour may only have the harder cards.",
        sentence=said,
        table=frame[frame.answers > 0].set_axis(names, axis=1),
        chart=hours_chart(frame) if frame.share.notna().any() else None,
        alt="Bars: answers in each hour of the day; points: the share of them that was not Again.",
        formats=dict.fromkeys(("Share", "Low end", "High end"), ".0%"),
    )


def minutes(number: float) -> str:
    """``9 minutes``; hours from two of them on."""
    if number >= 120:
        return f"about {words.count(round(number / 60), 'hour')}"
    return "less than a minute" if number < 1 else words.count(round(number), "minute")


def share(sample: Proportion) -> str:
    """With its interval, or that it is too early."""
    return f"{words.share(sample)}." if sample.enough else too_few(sample.n)


def _apart(hours: pd.DataFrame) -> str:
    told = [
        f"{_hour(row.hour)} {row.share:.0%} of {row.answers:,} were not Again, at other times {row.others:.0%}"
        for row in hours.itertuples()
    ]
    return f"From {'; from '.join(told)}."


def _hour(hour: float) -> str:
    return f"{hour:.0f} to {hour + 1:.0f} o'clock"


def _sorts(classes: pd.Series, written: Callable[[str], str] = str) -> list[str]:
    return [written(SORTS[CLASSES.index(name)]) for name in classes]


def _bar(frame: pd.DataFrame) -> str:
    return NAMES[(frame.end[0] - frame.start[0]).days]


def _one(bar: str) -> str:
    return f"a {bar}" if bar in ("day", "week") else bar
