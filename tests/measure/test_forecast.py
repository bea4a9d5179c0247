"""What is due when."""

from datetime import timedelta

import pandas as pd
from hypothesis import given
from hypothesis import strategies as some

from attnquiz.measure.forecast import DUE, OVERDUE, forecast


def test_a_worked_example(memory, today):
    days = forecast([memory(due) for due in (-40, -1, 0, 0, 1, 29, 30, 400)], today)
    shown = days[days.reviews > 0]
    assert list(zip(shown.ahead, shown.kind, shown.reviews, strict=True)) == [
        (0, OVERDUE, 2),
        (0, DUE, 2),
        (1, DUE, 1),
        (29, DUE, 1),
    ]
    assert days.day.iloc[-1] == today + timedelta(days=29)


def test_every_day_has_a_row_even_when_nothing_is_due(today):
    days = forecast([], today)
    assert list(days.ahead) == [0, *range(30)]
    assert list(days.kind) == [OVERDUE] + [DUE] * 30
    assert list(days.day) == [today, *(today + timedelta(days=n) for n in range(30))]
    assert days.reviews.sum() == 0


@given(due=some.lists(some.integers(-100, 100), max_size=80))
def test_the_counts_agree_with_pandas(memory, today, due):
    days = forecast([memory(each) for each in due], today)
    series = pd.Series(due, dtype="int64")
    assert days.reviews.iloc[0] == (series < 0).sum()
    for ahead, reviews in zip(days.ahead[1:], days.reviews[1:], strict=True):
        assert reviews == (series == ahead).sum()
    assert days.reviews.sum() == (series < 30).sum()
