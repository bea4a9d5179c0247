"""What was counted in the course of time, as finely as pictures of it ask."""

from collections.abc import Sequence
from datetime import date

from attnquiz.measure.spans import blocks, lately, monday
from attnquiz.store.database import Reading
from attnquiz.store.rollup import Measure, Scope, Tally

BY_CLASS = 10  # slots of answers: in the course of time nobody asks how each was rated


def in_blocks(r: Reading, measure: Measure, today: date, scope: Scope) -> list[Tally]:
    """Sums by block and slot, those of answers by class: the database adds them up sooner than Python could read them
    day by day."""
    ends = r.days(measure, scope)
    if ends is None:
        return []
    starts, daily = blocks(ends[0], today, ends[1]), lately(today)
    if measure is not Measure.ANSWERS:
        return r.tallies(measure, scope, starts)
    weekly = [start for start in starts if start < daily]
    by_day = r.tallies(measure, scope, starts[len(weekly) :], BY_CLASS)
    return [*_of_weeks(r, [*weekly, daily], scope), *by_day] if weekly else by_day


def _of_weeks(r: Reading, starts: Sequence[date], scope: Scope) -> list[Tally]:
    """Answers of blocks of whole weeks, without the last one. The first block begins with the first answer, maybe in
    the middle of its week."""
    first, *others = starts
    monday_of_first, end = monday(first), others[-1]
    found = r.tallies(Measure.WEEKLY, scope, [monday_of_first, *others], BY_CLASS)
    return [tally._replace(day=first) if tally.day == monday_of_first else tally for tally in found if tally.day < end]
