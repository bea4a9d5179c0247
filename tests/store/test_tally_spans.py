"""Sums by span are what sums of days are, through whatever filter, and the first and last day are those of the days."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attnquiz.measure.answered import answered, begun, of_day
from attnquiz.measure.calendar import calendar
from attnquiz.measure.course import in_blocks
from attnquiz.measure.retention import over_time, true_retention
from attnquiz.measure.spans import STEPS, blocks, lately, span
from attnquiz.recall.face import Face
from attnquiz.store.database import Store
from attnquiz.store.rollup import Measure, Scope, by_slot
from tests.store.hand import Hand

SINCE = date(2024, 3, 4)
FILTERS = {
    "all": Scope(),
    "kind": Scope(kind="numeric"),
    "concept": Scope(concepts=frozenset({"softmax"})),
    "concepts": Scope(concepts=frozenset({"softmax", "scaling"})),
    "none": Scope(concepts=frozenset()),
    "several": Scope(concepts=frozenset({"softmax", "scaling"}), kind="numeric"),
    "lately": Scope(since=SINCE),
    "all at once": Scope(concepts=frozenset({"softmax", "scaling"}), kind="numeric", since=SINCE),
}  # fmt: skip


@pytest.fixture(scope="module")
def reading(history):
    with Store.open(history).reading() as r:
        yield r


@pytest.fixture(params=FILTERS.values(), ids=FILTERS)
def scope(request):
    return request.param


def summed(tallies, starts, slots=1):
    """In plain Python: each day looks for its span from the end."""
    sums = Counter()
    for tally in tallies:
        for start in reversed(starts):
            if start <= tally.day:
                slot = tally.slot - tally.slot % slots
                sums.update({(start, slot, place): number for place, number in enumerate(tally[2:])})
                break
    return [(*key, *(sums[(*key, place)] for place in range(3))) for key in sorted({key[:2] for key in sums})]


DAYS = st.dates(date(2013, 6, 1), date(2027, 6, 1))


@given(starts=st.sets(DAYS, max_size=40).map(sorted), measure=st.sampled_from(Measure), slots=st.integers(2, 30))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sums_by_span_are_those_of_the_days(reading, scope, starts, measure, slots):
    found = reading.tallies(measure, scope, starts)
    assert found == summed(reading.tallies(measure, scope), starts)
    assert by_slot(found).keys() <= reading.totals(measure, scope).keys()
    assert reading.tallies(measure, scope, starts, slots) == summed(found, starts, slots)


def test_the_first_and_the_last_day_are_those_of_the_days(reading, scope):
    for measure in Measure:
        days = [tally.day for tally in reading.tallies(measure, scope)]
        assert reading.days(measure, scope) == ((days[0], days[-1]) if days else None)


def test_each_span_of_a_filter_is_one_range_of_the_primary_key(history):
    asked = []
    with Store.open(history).reading() as r:
        r._db.set_trace_callback(asked.append)
        for scope in (Scope(), Scope(kind="numeric"), FILTERS["concepts"], Scope(since=SINCE)):
            r.tallies(Measure.ANSWERS, scope, [SINCE])
        r._db.set_trace_callback(None)
        assert len(asked) == 4
        for sql in asked:
            plan = [line for *_, line in r._db.execute(f"EXPLAIN QUERY PLAN {sql}") if "tally" in line]
            assert plan == ["SEARCH tally USING PRIMARY KEY (learner=? AND scope=? AND measure=? AND day>? AND day<?)"]


@given(first=DAYS, past=st.integers(0, 5000), ahead=st.integers(0, 9))
def test_blocks_are_whole_parts_of_all_spans_that_a_picture_may_have(first, past, ahead):
    today = first + timedelta(days=past)
    last = today + timedelta(days=ahead)
    starts = blocks(first, today, last)
    assert starts[0] == first
    assert starts == sorted(set(starts))
    assert starts[-1] <= last
    for begin, end in zip(starts, [*starts[1:], last + timedelta(days=1)], strict=True):
        if end - begin == timedelta(days=1):
            continue
        fine = [step for step in STEPS if step * 60 >= (today - begin).days + 7]
        for step in fine:
            assert span(begin, today, step) == span(end - timedelta(days=1), today, step)


@pytest.mark.parametrize("later", [0, 1, 9, 40, 200, 500, 3000])
def test_figures_from_blocks_are_those_from_days(reading, scope, later):
    ends = reading.days(Measure.ANSWERS)
    today = ends[1] + timedelta(days=later - 1)
    answers, days = in_blocks(reading, Measure.ANSWERS, today, scope), reading.tallies(Measure.ANSWERS, scope)
    assert len(answers) <= len(days)
    by_class = (tally._replace(slot=tally.slot // 10 * 10) for tally in days)
    assert by_slot(answers) == by_slot(by_class)
    assert len({tally[:2] for tally in answers}) == len(answers)
    for figure in (answered, begun, of_day):
        assert figure(answers, today).equals(figure(days, today))
    assert calendar(answers, today, scope.since).equals(calendar(days, today, scope.since))
    kept, daily = in_blocks(reading, Measure.RETAINED, today, scope), reading.tallies(Measure.RETAINED, scope)
    assert over_time(kept, today).equals(over_time(daily, today))
    assert true_retention(kept, today, scope.since).equals(true_retention(daily, today, scope.since))


@pytest.mark.parametrize("before", [-170, -1, 0, 1, 8])
@pytest.mark.parametrize("today", [date(2026, 3, 1), date(2026, 3, 4)], ids=["Sunday", "Wednesday"])
def test_who_began_about_half_a_year_ago_is_counted_once_and_from_the_first_day(tmp_path, today, before):
    """Where weeks end and days begin: before that, on that day, in the week before it."""
    first = lately(today) - timedelta(days=before)
    hand = Hand(Store.open(tmp_path / "answers.sqlite3"))
    for day in sorted({first, first + timedelta(days=2), lately(today), today}):
        hand.now = datetime.combine(day, time(10), UTC)
        hand.answer(Face(f"card-{day}"), concept="softmax")
    with hand.store.reading() as r:
        for scope in (Scope(), FILTERS["concept"], FILTERS["several"]):
            answers, days = in_blocks(r, Measure.ANSWERS, today, scope), r.tallies(Measure.ANSWERS, scope)
            assert sum(tally.n for tally in answers) == len(days)
            for figure in (answered, begun, of_day):
                assert figure(answers, today).equals(figure(days, today))
            assert calendar(answers, today, None).equals(calendar(days, today, None))
