"""What is due when, and what it comes to a day."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from attnquiz.measure.faces import Faces
from attnquiz.measure.forecast import DUE, OVERDUE, STEPS, forecast, load

WHOLE = np.int64


def test_a_worked_example(today):
    days = forecast(np.array([-40, -1, 0, 0, 1, 29, 30, 400]), today)
    shown = days[days.reviews > 0]
    assert list(zip(shown.ahead, shown.kind, shown.reviews, shown.so_far, strict=True)) == [
        (0, OVERDUE, 2, 2),
        (0, DUE, 2, 4),
        (1, DUE, 1, 5),
        (29, DUE, 1, 6),
    ]
    assert days.day.iloc[-1] == today + timedelta(days=29)


def test_a_bar_is_a_day_and_in_a_year_a_week(today):
    due = np.array([0, 6, 7, 13, 89, 90, 363, 364])
    month, quarter, year = (forecast(due, today, span).reviews.tolist() for span in STEPS)
    assert (month[:9], sum(month)) == ([0, 1, 0, 0, 0, 0, 0, 1, 1], 4)
    assert (len(quarter), quarter[-1], sum(quarter)) == (91, 1, 5)
    assert (len(year), year[:4], year[13], year[-1], sum(year)) == (53, [0, 2, 2, 0], 2, 1, 7)


@pytest.mark.parametrize("span", STEPS)
def test_every_bar_has_a_row_even_when_nothing_is_due(today, span):
    days = forecast(np.array([], dtype=WHOLE), today, span)
    starts = list(range(0, span, STEPS[span]))
    assert list(days.ahead) == [0, *starts]
    assert list(days.kind) == [OVERDUE] + [DUE] * len(starts)
    assert list(days.day) == [today, *(today + timedelta(days=n) for n in starts)]
    assert days.reviews.sum() == 0


@given(due=some.lists(some.integers(-100, 500), max_size=80), span=some.sampled_from(list(STEPS)))
def test_the_counts_agree_with_pandas(today, due, span):
    days = forecast(np.array(due, dtype=WHOLE), today, span)
    series = pd.Series(due, dtype="int64")
    assert days.reviews.iloc[0] == (series < 0).sum()
    for ahead, reviews in zip(days.ahead[1:], days.reviews[1:], strict=True):
        assert reviews == series.between(ahead, ahead + STEPS[span] - 1).sum()
    assert days.reviews.sum() == days.so_far.iloc[-1] == (series < span).sum()


def test_the_load_of_a_day_is_the_sum_of_one_over_each_interval():
    rows = [("a", b"v", 9.0, 5.0, 4, -6, 3), ("b", b"v", 9.0, 5.0, -8, -12, 3)]  # 10 days, and 4
    rows += [("c", b"l", 9.0, 5.0, 0, 0, 1)]  # comes back within minutes: no part of any day's load
    assert load(Faces(*map(np.array, zip(*rows, strict=True)))) == pytest.approx(1 / 10 + 1 / 4)
    assert load(Faces(*[np.array([])] * 7)) == 0
