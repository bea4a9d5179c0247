"""What was answered: how many answers and how much time, by how well each card was known before it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import pandas as pd

from attnquiz.measure.proportion import Proportion
from attnquiz.measure.spans import span, spans, step
from attnquiz.store.rollup import LEARNING, MATURE, NEW, RELEARNING, YOUNG, Tally, Total

CLASSES = ("new", "learning", "relearning", "young", "mature")
RATINGS = ("Again", "Hard", "Good", "Easy")
# What the answer buttons are counted by.
GROUPS = {"learning": (NEW, LEARNING, RELEARNING), "young": (YOUNG,), "mature": (MATURE,)}
MINUTE = 60_000  # milliseconds


def answered(tallies: Iterable[Tally], today: date) -> pd.DataFrame:
    """Answers and minutes for each span from the first answer to today; a row a class, be it of zero.

    Columns: start, end (dates, the day after the last), class, answers, minutes. Of ``Measure.ANSWERS``, in order of
    days.
    """
    tallies = list(tallies)
    if not tallies:
        return pd.DataFrame(columns=["start", "end", "class", "answers", "minutes"])
    first, last = tallies[0].day, tallies[-1].day
    long = step(first, today)
    held = {start: ([0] * len(CLASSES), [0] * len(CLASSES)) for start in spans(first, today, long, last)}
    now = None
    for day, slot, n, _, total in tallies:  # tens of thousands: the day is looked at once
        if day != now:
            now, (answers, took) = day, held[span(day, today, long)]
        answers[slot // 10] += n
        took[slot // 10] += total
    rows = [
        (start, start + timedelta(days=long), name, answers[number], took[number] / MINUTE)
        for start, (answers, took) in held.items()
        for number, name in enumerate(CLASSES)
    ]
    return pd.DataFrame(rows, columns=["start", "end", "class", "answers", "minutes"])


def by_span(frame: pd.DataFrame) -> pd.DataFrame:
    """The same with a row a span: start, a column of answers for each class, answers, minutes."""
    wide = frame.pivot(index="start", columns="class", values="answers")[list(CLASSES)].astype(int)
    sums = frame.groupby("start")[["answers", "minutes"]].sum()
    return wide.join(sums.astype({"answers": int})).reset_index().rename_axis(columns=None)


def of_day(tallies: Sequence[Tally], day: date) -> pd.DataFrame:
    """One day, a row for each class that was answered: class, answers, minutes, again, right (not Again)."""
    rows: dict[int, list[int]] = {}
    for tally in reversed(tallies):
        if tally.day < day:
            break
        if tally.day == day:
            row = rows.setdefault(tally.slot // 10, [0, 0, 0])
            row[0] += tally.n
            row[1] += tally.total
            row[2] += tally.hits
    return pd.DataFrame(
        [(CLASSES[number], n, took / MINUTE, n - hits, hits) for number, (n, took, hits) in sorted(rows.items())],
        columns=["class", "answers", "minutes", "again", "right"],
    )


def begun(tallies: Iterable[Tally], today: date) -> pd.DataFrame:
    """Cards answered for the first time, and how many these are up to then: start, end, cards, so_far."""
    frame = answered((tally for tally in tallies if tally.slot // 10 == NEW), today)
    frame = frame[frame["class"] == CLASSES[NEW]].rename(columns={"answers": "cards"})
    return frame[["start", "end", "cards"]].assign(so_far=frame.cards.cumsum()).reset_index(drop=True)


def buttons(totals: Mapping[int, Total]) -> pd.DataFrame:
    """How often each button was pressed: group (a key of ``GROUPS``), button, answers, of (all answers of the group),
    share (nothing where these are too few)."""
    rows = []
    for group, classes in GROUPS.items():
        pressed = [
            sum(totals[place].n for number in classes if (place := 10 * number + rating) in totals)
            for rating in range(1, len(RATINGS) + 1)
        ]
        for name, number in zip(RATINGS, pressed, strict=True):
            sample = Proportion(number, sum(pressed))
            rows.append((group, name, number, sample.n, sample.share if sample.enough else None))
    return pd.DataFrame(rows, columns=["group", "button", "answers", "of", "share"]).astype({"share": float})
