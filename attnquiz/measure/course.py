"""What was counted in the course of time, as finely as pictures of it ask."""

from datetime import date

from attnquiz.measure.spans import blocks
from attnquiz.store.database import Reading
from attnquiz.store.rollup import Measure, Scope, Tally


def in_blocks(r: Reading, measure: Measure, today: date, scope: Scope) -> list[Tally]:
    """Sums by block and slot: the database adds them up sooner than Python could read them day by day."""
    ends = r.days(measure, scope)
    return [] if ends is None else r.tallies(measure, scope, blocks(ends[0], today, ends[1]))
