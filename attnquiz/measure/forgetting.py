"""How one face fades from each of its reviews to the next, as FSRS predicts it."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

import pandas as pd

from attnquiz.recall.memory import Memory
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import Scheduler
from attnquiz.store.entry import Entry

AHEAD = 30  # days after today
FINEST = 300  # points of the whole curve, and two more for each of its parts
FIRST, REMEMBERED, FORGOTTEN = "first met", "remembered", "forgotten"

Course = Sequence[tuple[Entry, Memory]]  # a start, if there is one, and reviews in order of time; the memory after each


def curve(course: Course, scheduler: Scheduler, today: date) -> pd.DataFrame:
    """Predicted recall on the study days from the first review, or the start, to 30 days after today.

    Columns: part (a number for each stretch between two days with reviews), day (date), ahead (days from today,
    negative in the past), recall (0 to 1). A day with a review ends one part and begins the next.
    """
    days = _days(course)
    ends = [*(day for day, _ in days), today + timedelta(days=AHEAD)]
    step = max(1, -(-(ends[-1] - ends[0]).days // FINEST)) if days else 1
    rows = [
        (part, day, (day - today).days, scheduler.recall(of_day[-1][1], day))
        for part, ((begin, of_day), end) in enumerate(zip(days, ends[1:], strict=True))
        for day in _between(begin, end, step)
    ]
    return pd.DataFrame(rows, columns=["part", "day", "ahead", "recall"])


def met(course: Course, scheduler: Scheduler, today: date) -> pd.DataFrame:
    """The first review of each study day: what was predicted for it, and what came of it.

    Columns: day, ahead, recall (just before the answer; 1 for the very first, which nothing could predict unless there
    is a start), outcome (``FIRST``, ``REMEMBERED`` or ``FORGOTTEN``), rating.
    """
    rows, before = [], None
    for day, of_day in _days(course):
        rows += [_met(before, day, entry, scheduler, today) for entry, _ in of_day if entry.rating is not None][:1]
        before = of_day[-1][1]
    return pd.DataFrame(rows, columns=["day", "ahead", "recall", "outcome", "rating"])


def _met(before: Memory | None, day: date, review: Entry, scheduler: Scheduler, today: date) -> tuple:
    rating = review.rating
    assert rating is not None  # a review always has one, by CHECK
    recall = 1.0 if before is None else scheduler.recall(before, day)
    outcome = FIRST if before is None else FORGOTTEN if rating is Rating.AGAIN else REMEMBERED
    return day, (day - today).days, recall, outcome, rating.name.capitalize()


def _days(course: Course) -> list[tuple[date, list[tuple[Entry, Memory]]]]:
    """The study days with their reviews: minutes do not show on a curve of days."""
    return [(day, list(of_day)) for day, of_day in groupby(course, key=lambda each: each[0].study_day)]


def _between(begin: date, end: date, step: int) -> list[date]:
    """From ``begin`` to ``end``, both included, every ``step`` days."""
    span = (end - begin).days
    return [begin + timedelta(days=days) for days in [*range(0, span, step), span]]
