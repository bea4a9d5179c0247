"""What was done: every number against pandas, from the raw log of 20,000 reviews, through every sort of filter."""

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from attnquiz.measure import answered, calendar, hours, spans, took
from attnquiz.store.rollup import Measure, Tally, Total
from tests.measure.raw import passing, wilson

GROUP = {"new": "learning", "learning": "learning", "relearning": "learning", "young": "young", "mature": "mature"}


@pytest.fixture
def rows(log, scope):
    return passing(log, scope)


@pytest.fixture
def given(reading, scope):
    return reading.tallies(Measure.ANSWERS, scope)


def of_spans(rows, day, frame):
    """To which of the rows of a frame each review belongs."""
    edges = pd.to_datetime([*frame.start.drop_duplicates(), frame.end.iloc[-1]])
    return pd.cut(rows.day, edges, right=False, labels=edges[:-1])


def test_answers_and_minutes_of_each_span_and_class(rows, given, day):
    frame = answered.answered(given, day)
    place = of_spans(rows, day, frame)
    assert place.notna().all()
    expected = (
        rows.assign(start=place).groupby(["start", "was"], observed=True).agg(n=("id", "count"), s=("seconds", "sum"))
    )
    shown = frame[frame.answers > 0]
    assert len(shown) == len(expected)
    for row in shown.itertuples():
        n, seconds = expected.loc[(pd.Timestamp(row.start), row[3])]
        assert row.answers == n
        assert row.minutes == pytest.approx(seconds / 60, abs=n / 60_000)  # whole milliseconds
    table = answered.by_span(frame)
    assert table.answers.sum() == len(rows)
    assert (table[list(answered.CLASSES)].sum(axis=1) == table.answers).all()


def test_the_answers_of_one_day(rows, given):
    for one in rows.study_day.drop_duplicates().iloc[[0, len(rows.study_day.drop_duplicates()) // 2, -1]]:
        frame = answered.of_day(given, pd.Timestamp(one).date()).set_index("class")
        expected = rows[rows.study_day == one].groupby("was")
        assert frame.answers.to_dict() == expected.size().to_dict()
        assert frame.right.to_dict() == expected.known.sum().to_dict()
        assert (frame.answers - frame.right == frame.again).all()
        assert frame.minutes.sum() == pytest.approx(expected.seconds.sum().sum() / 60, abs=0.01)


def test_cards_begun_are_faces_never_answered_before(log, rows, given, day):
    frame = answered.begun(given, day)
    firsts = log.drop_duplicates(["card", "deletion"]).number
    expected = rows[rows.number.isin(firsts)]
    assert frame.cards.sum() == len(expected)
    if len(frame):
        assert frame.cards.tolist() == of_spans(expected, day, frame).value_counts().sort_index().tolist()
        assert frame.so_far.tolist() == frame.cards.cumsum().tolist()


def test_squares_of_the_calendar(rows, given, scope, day):
    frame = calendar.calendar(given, day, scope.since).set_index("day").answers
    expected = rows.groupby(rows.day.dt.date).size()
    assert frame[frame > 0].to_dict() == expected[expected.index >= frame.index[0]].to_dict()


def test_buttons(rows, reading, scope):
    frame = answered.buttons(reading.totals(Measure.ANSWERS, scope))
    counts = pd.crosstab(rows.was.map(GROUP), rows.rating)
    for row in frame.itertuples():
        rating = answered.RATINGS.index(row.button) + 1
        number = counts[rating].get(row.group, 0) if rating in counts else 0
        of = int(counts.loc[row.group].sum()) if row.group in counts.index else 0
        assert (row.answers, row.of) == (number, of)
        assert row.share == pytest.approx(number / of) if of >= 20 else np.isnan(row.share)


def test_hours(rows, reading, scope):
    frame = hours.hours(reading.totals(Measure.HOUR, scope))
    expected = rows.groupby("hour").known.agg(["count", "sum"])
    assert frame.hour.tolist() == list(range(24))
    for row in frame.itertuples():
        n, hits = expected.loc[row.hour] if row.hour in expected.index else (0, 0)
        assert (row.answers, row.remembered) == (n, hits)
        if n >= 20:
            assert (row.share, row.low, row.high) == pytest.approx((hits / n, *wilson(hits, n)))
        else:
            assert np.isnan([row.share, row.low, row.high]).all()


def test_quartiles_of_times_are_those_of_the_answers_within_a_step(rows, reading, scope):
    """A step is 2 ** 0.25: kept as a histogram, no quartile is off by more than that."""
    (row,) = took.times({"all": reading.totals(Measure.TOOK, scope)}).itertuples()
    seconds = rows.seconds.dropna()
    assert row.answers == len(seconds)
    assert row.minutes == pytest.approx(seconds.sum() / 60, abs=len(seconds) / 60_000)
    exact = seconds.quantile([0.25, 0.5, 0.75], interpolation="nearest")
    for found, right in zip((row.quarter, row.median, row.three_quarters), exact, strict=True):
        assert 2**-0.26 < found / right < 2**0.26
    bounds = np.sort(np.concatenate([[0.0], 2 ** (np.arange(0.5, 60) / 4)]))
    counts, _ = np.histogram(seconds.clip(lower=1e-9), bounds)
    expected = np.interp(np.array([0.25, 0.5, 0.75]) * len(seconds), [0, *counts.cumsum()], bounds)
    assert (row.quarter, row.median, row.three_quarters) == pytest.approx(tuple(expected), rel=1e-6)


def test_a_span_of_weeks_begins_on_a_monday_and_the_last_one_ends_with_this_week(today):
    for step in spans.STEPS:
        starts = spans.spans(today - timedelta(days=100), today, step)
        assert starts[0] <= today - timedelta(days=100) < starts[0] + timedelta(days=step)
        assert {(later - one).days for one, later in pairwise(starts)} <= {step}
        if step > 1:
            assert {start.weekday() for start in starts} == {0}
            assert starts[-1] + timedelta(days=step) == spans.monday(today) + timedelta(days=7)
        assert all(spans.span(start, today, step) == start for start in starts)


@pytest.mark.parametrize(("days", "step"), [(0, 1), (59, 1), (60, 7), (400, 7), (500, 28), (4000, 84), (20_000, 364)])
def test_there_are_never_more_spans_than_a_picture_holds(today, days, step):
    assert spans.step(today - timedelta(days=days), today) == step


def test_an_hour_stands_out_only_if_chance_would_not_do(today):
    alike = {hour: Total(200, 180 - hour % 3, 0) for hour in range(24)}
    assert hours.apart(hours.hours(alike)).empty
    assert hours.apart(hours.hours(alike | {3: Total(200, 140, 0)})).hour.tolist() == [3]
    assert hours.apart(hours.hours(alike | {3: Total(25, 18, 0)})).empty, "too few to tell"
    assert hours.apart(hours.hours({})).empty
    assert hours.apart(hours.hours({8: Total(90, 80, 0)})).empty, "nothing to compare with"


def test_an_hour_stands_out_from_four_standard_errors_on_and_where_ten_of_either_outcome_are_expected(today):
    alike = {hour: Total(200, 180, 0) for hour in range(24)}
    for n, hits, stands in (200, 165, []), (200, 160, [3]), (90, 50, []), (120, 70, [3]), (400, 388, [3]):
        found = hours.apart(hours.hours(alike | {3: Total(n, hits, 0)}))
        error = (0.9 * 0.1 * (1 / n + 1 / 4600)) ** 0.5
        assert found.hour.tolist() == stands, (abs(hits / n - 0.9) / error, n * 0.1)
        assert found.others.tolist() == pytest.approx([0.9] * len(stands))


def test_cards_begun_are_shown_from_the_first_of_them_on(today):
    """In a period of which the first answers were to cards met before."""
    given = [Tally(today - timedelta(days=ago), slot, 2, 2, 0) for ago, slot in ((300, 43), (2, 3), (1, 43), (0, 1))]
    frame = answered.begun(given, today)
    assert frame.start.tolist() == [today - timedelta(days=ago) for ago in (2, 1, 0)]
    assert (frame.cards.tolist(), frame.so_far.tolist()) == ([2, 0, 2], [2, 2, 4])


@pytest.mark.parametrize("ago", [3, 200, 1000])
def test_answers_dated_next_week_are_counted(today, ago):
    """On a Sunday evening, by a learner who flew west over the date line."""
    sunday = spans.monday(today) + timedelta(days=6)
    given = [Tally(sunday - timedelta(days=ago), 33, 5, 5, 60_000), Tally(sunday + timedelta(days=1), 43, 2, 2, 0)]
    frame = answered.answered(given, sunday)
    assert frame.answers.sum() == 7
    assert frame.minutes.sum() == 1
    assert frame.start.iloc[-1] <= sunday + timedelta(days=1) < frame.end.iloc[-1]


def test_the_quickest_answers_may_have_taken_no_time_at_all():
    quick, second, four = took.buckets({0: Total(4, 0, 0), 8: Total(2, 0, 0), 4: Total(1, 0, 0)})
    assert (quick.low, quick.high, quick.n) == (0.0, pytest.approx(2**0.125), 4)
    assert (second.low, second.high, second.n) == (pytest.approx(2**0.875), pytest.approx(2**1.125), 1)
    assert (four.low, four.high, four.n) == (pytest.approx(2**1.875), pytest.approx(2**2.125), 2)


def test_quantiles_of_a_histogram_by_hand():
    histogram = [took.Bucket(0.0, 1.0, 2), took.Bucket(1.0, 3.0, 4), took.Bucket(3.0, 7.0, 2)]
    assert [took.quantile(histogram, part) for part in (0.25, 0.5, 0.75, 1)] == [1.0, 2.0, 3.0, 7.0]
