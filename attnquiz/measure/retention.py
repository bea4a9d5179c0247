"""Retention: how much of what came back on its day was still known, against what FSRS had predicted.

Counted are the answers that measure memory (``Measure.RETAINED``): asked because they were due, spaced out, and the
face's first of the day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from attnquiz.measure.proportion import Proportion
from attnquiz.measure.spans import STEPS, monday, span, spans, step
from attnquiz.store.rollup import MILLION, Tally

AGES = {"young": (0,), "mature": (1,), "all": (0, 1)}
WEEKS = (4, 52)
MEASURED = ["share", "low", "high", "predicted"]


@dataclass(frozen=True, slots=True)
class Retention:
    """What was recalled, and the mean prediction for the same answers (None: there were none)."""

    recalled: Proportion
    predicted: float | None

    @property
    def row(self) -> tuple[int, int, float | None, float | None, float | None, float | None]:
        """n, remembered, share, low, high, predicted: the last four are None where there are too few."""
        sample = self.recalled
        return sample.n, sample.hits, *sample.measured, self.predicted if sample.enough else None


def retention(tallies: Iterable[Tally]) -> Retention:
    """All of these together."""
    n = hits = total = 0
    for tally in tallies:
        n, hits, total = n + tally.n, hits + tally.hits, total + tally.total
    return Retention(Proportion(hits, n), total / MILLION / n if n else None)


def periods(today: date, since: date | None = None) -> dict[str, tuple[date, date]]:
    """What the table has a row for, each with its first and its last day: none begins before ``since``."""
    week = monday(today)
    found = {"Today": (today, today), "Yesterday": (today - timedelta(days=1),) * 2, "This week": (week, today)}
    found |= {f"Last {weeks} weeks": (week - timedelta(weeks=weeks - 1), today) for weeks in WEEKS}
    if since is None:
        return found | {"All time": (date.min, date.max)}
    found = {name: ends for name, ends in found.items() if ends[0] >= since}
    if any(begin == since for begin, _ in list(found.values())[2:]):
        return found
    return found | {f"Since {since.day} {since:%b %Y}": (since, today)}


def true_retention(tallies: Iterable[Tally], today: date, since: date | None = None) -> pd.DataFrame:
    """A row for each period and age: period, cards (young, mature, all), n, remembered, share, low, high (the 95 %
    interval), predicted; the last four are missing where there are too few answers."""
    tallies = list(tallies)
    rows = []
    for period, (begin, end) in periods(today, since).items():
        within = [tally for tally in tallies if begin <= tally.day <= end]
        rows += [
            (period, age, *retention(tally for tally in within if tally.slot in slots).row)
            for age, slots in AGES.items()
        ]
    return _frame(rows, ["period", "cards"])


def over_time(tallies: Sequence[Tally], today: date) -> pd.DataFrame:
    """A row for each span of weeks from the first answer to now: start, end (the day after the last), n, remembered,
    share, low, high, predicted. Spans are as long as it takes for half of them to have enough answers.

    The tallies come in order of days."""
    if not tallies:
        return _frame([], ["start", "end"])
    shortest = step(tallies[0].day, today, least=7)
    for long in STEPS[STEPS.index(shortest) :]:
        frame = _cut(tallies, today, long)
        if frame.share.notna().sum() * 2 >= (frame.n > 0).sum():
            break
    return frame


def _cut(tallies: Sequence[Tally], today: date, long: int) -> pd.DataFrame:
    held: dict[date, list[Tally]] = {start: [] for start in spans(tallies[0].day, today, long, tallies[-1].day)}
    for tally in tallies:
        held[span(tally.day, today, long)].append(tally)
    rows = [(start, start + timedelta(days=long), *retention(each).row) for start, each in held.items()]
    return _frame(rows, ["start", "end"])


def _frame(rows: Sequence[tuple], names: Sequence[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[*names, "n", "remembered", *MEASURED])
    return frame.astype(dict.fromkeys(MEASURED, float))
