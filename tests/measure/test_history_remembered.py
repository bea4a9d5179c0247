"""What was remembered, and what had been said before: against pandas, from the raw log, through every filter."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from attnquiz.measure import calibration, retention
from attnquiz.measure.proportion import Proportion, difference
from attnquiz.store.rollup import Measure, Tally, Total
from tests.measure.raw import passing, wilson


@pytest.fixture
def rows(log, scope):
    return passing(log, scope)


def check(row, hits, n, predicted=None):
    """A row of measure against the count of pandas."""
    assert row.n == n
    if n < 20:
        assert np.isnan([row.share, row.low, row.high]).all()
        return
    assert (row.share, row.low, row.high) == pytest.approx((hits / n, *wilson(hits, n)))
    if predicted is not None:
        assert row.predicted == pytest.approx(predicted, abs=1e-6)  # kept in millionths


def test_the_table_of_true_retention(rows, reading, scope, day):
    frame = retention.true_retention(reading.tallies(Measure.RETAINED, scope), day, scope.since)
    monday = day - timedelta(days=day.weekday())
    begins = {
        "Today": day, "Yesterday": day - timedelta(days=1), "This week": monday,
        "Last 4 weeks": monday - timedelta(weeks=3), "Last 52 weeks": monday - timedelta(weeks=51),
    }  # fmt: skip
    for row in frame.itertuples():
        part = rows[rows.fair]
        if row.period in begins:
            end = day - timedelta(days=1) if row.period == "Yesterday" else day
            part = part[(part.day >= pd.Timestamp(begins[row.period])) & (part.day <= pd.Timestamp(end))]
        part = part if row.cards == "all" else part[part.mature == (row.cards == "mature")]
        check(row, part.known.sum(), len(part), part.predicted_recall.mean())
    assert frame.period.iloc[-1] == (
        "All time" if scope.since is None else f"Since {scope.since.day} {scope.since:%b %Y}"
    )


def test_retention_over_time(rows, reading, scope, day):
    frame = retention.over_time(reading.tallies(Measure.RETAINED, scope), day)
    fair = rows[rows.fair]
    assert frame.n.sum() == len(fair)
    for row in frame.itertuples():
        part = fair[(fair.day >= pd.Timestamp(row.start)) & (fair.day < pd.Timestamp(row.end))]
        assert row.remembered == part.known.sum()
        check(row, part.known.sum(), len(part), part.predicted_recall.mean())
    assert frame.share.notna().sum() * 2 >= (frame.n > 0).sum()


def test_predicted_against_remembered(rows, reading, scope):
    totals = reading.totals(Measure.PREDICTED, scope)
    frame, fair = calibration.scheduler(totals), rows[rows.fair]
    bins = (fair.predicted_recall * 20).astype(int).clip(upper=19)
    assert frame.at_least.tolist() == [each / 20 for each in sorted(bins.unique())]
    assert (frame.below - frame.at_least).tolist() == pytest.approx([1 / 20] * len(frame))
    for row in frame.itertuples():
        part = fair[bins == round(row.at_least * 20)]
        check(row, part.known.sum(), len(part), part.predicted_recall.mean())
    sample, mean = calibration.predicted(totals)
    assert (sample.hits, sample.n) == (fair.known.sum(), len(fair))
    assert mean == pytest.approx(fair.predicted_recall.mean(), abs=1e-6)


def test_cards_drawn_at_random(rows, reading, scope):
    frame = calibration.probes(reading.totals(Measure.PROBED, scope))
    asked = rows[rows["first"] & (rows.purpose == "probe") & rows.predicted_recall.notna()]
    for row in frame.itertuples():
        part = asked[(asked.due_day <= asked.day) == (row.cards == "due")]
        check(row, part.known.sum(), len(part), part.predicted_recall.mean())


def test_sure_and_unsure(rows, reading, scope):
    frame = calibration.learner(reading.totals(Measure.SURE, scope))
    graded = rows[rows.verdict.isin(["right", "wrong", "slip"]) & rows.confidence.notna()]
    assert frame.n.sum() == len(graded)
    for row in frame.itertuples():
        part = graded[graded.confidence == row.said]
        check(row, (part.verdict == "right").sum(), len(part))


def test_numbers_met_before_and_new_ones(rows, reading, scope):
    frame = calibration.transfer(reading.totals(Measure.VARIANT, scope))
    asked = rows[rows["first"] & rows.card_kind.isin(["numeric", "shape"])]
    asked = asked[asked.verdict.isin(["right", "wrong", "slip", "unknown"])]
    for row in frame.itertuples():
        part = asked[asked.new_variant == (row.numbers == "new")]
        check(row, (part.verdict == "right").sum(), len(part))


def test_the_difference_of_two_shares_is_the_published_one():
    """Newcombe 1998, table II, method 10."""
    assert difference(Proportion(56, 70), Proportion(48, 80)) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert difference(Proportion(9, 10), Proportion(3, 10)) == pytest.approx((0.1705, 0.8090), abs=5e-5)


def test_a_period_leaves_out_what_begins_before_it(today):
    monday = today - timedelta(days=today.weekday())
    assert list(retention.periods(today))[-2:] == ["Last 52 weeks", "All time"]
    assert list(retention.periods(today, monday - timedelta(weeks=3)))[-1] == "Last 4 weeks"
    assert list(retention.periods(today, monday - timedelta(weeks=12)))[-2:] == ["Last 4 weeks", "Since 8 Dec 2025"]
    assert list(retention.periods(today, monday - timedelta(weeks=51)))[-1] == "Last 52 weeks"


def test_an_answer_dated_tomorrow_is_not_of_this_week_but_of_all_time(today):
    """A learner who flew west has answers on a study day that is yet to come here."""
    frame = retention.true_retention([Tally(today + timedelta(days=1), 0, 1, 1, 900_000)], today)
    assert frame[frame.cards == "all"].n.tolist() == [0, 0, 0, 0, 0, 1]


def test_few_answers_are_counted_and_have_no_share(today):
    few = [Tally(today, 1, 19, 18, 19 * 900_000)]
    assert retention.true_retention(few, today)[retention.MEASURED].isna().all(axis=None)
    assert retention.over_time(few, today).n.tolist() == [19]
    assert calibration.probes({0: Total(19, 19, 1)})[["share", "predicted"]].isna().all(axis=None)


def test_without_answers_there_is_nothing(today):
    assert retention.over_time([], today).empty
    assert retention.retention([]).predicted is None
    assert calibration.scheduler({}).empty
    assert not calibration.predicted({})[0].enough


def test_retention_over_time_has_no_spans_shorter_than_a_week(today):
    monday = today - timedelta(days=today.weekday())
    given = [Tally(today - timedelta(days=ago), 1, 30, 27, 30 * 900_000) for ago in (9, 8, 1, 0)]
    frame = retention.over_time(given, today)
    assert frame.start.tolist() == [monday - timedelta(days=7), monday]
    assert frame.end.tolist() == [monday, monday + timedelta(days=7)]
    assert (frame.n.tolist(), frame.share.tolist()) == ([60, 60], [0.9, 0.9])


def test_weeks_without_answers_and_an_answer_dated_next_week_make_no_span_longer(today):
    sunday = today + timedelta(days=6 - today.weekday())
    given = [Tally(sunday + timedelta(days=day), 1, 30, 27, 30 * 900_000) for day in (-91, 0, 1)]
    frame = retention.over_time(given, sunday)
    assert (len(frame), {end - start for start, end in zip(frame.start, frame.end, strict=True)}) == (
        15, {timedelta(days=7)}
    )  # fmt: skip
    assert frame.n[frame.n > 0].to_dict() == {0: 30, 13: 30, 14: 30}


def test_weeks_are_put_together_until_there_are_enough(today):
    """Six answers a week: twenty-four in four weeks."""
    monday = today - timedelta(days=today.weekday())
    tallies = [Tally(monday - timedelta(weeks=ago), 0, 6, 5, 6 * 900_000) for ago in reversed(range(8))]
    frame = retention.over_time(tallies, today)
    assert frame.n.tolist() == [24, 24]
    assert (frame.end - frame.start).tolist() == [timedelta(days=28)] * 2
    assert frame.predicted.tolist() == pytest.approx([0.9, 0.9])
