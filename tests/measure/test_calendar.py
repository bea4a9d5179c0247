"""Days of the past half year."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from attnquiz.measure.calendar import WEEKDAYS, WEEKS, by_week, calendar, level
from attnquiz.store.rollup import Tally


@pytest.fixture(scope="session")
def answer(today):
    """``answer(3)``: one answer three days ago."""
    return lambda days_ago: Tally(today - timedelta(days=days_ago), 33, 1, 1, 4000)


def test_a_worked_example(answer, today):
    """Wednesday: 25 whole weeks and three days, from a Monday to today."""
    days = calendar([answer(177), answer(2), answer(0), answer(0)], today)
    assert len(days) == 25 * 7 + 3
    assert days.day.iloc[-1] == today
    assert (days.weekday.iloc[0], days.weekday.iloc[-1]) == ("Mon", "Wed")
    assert days.day.iloc[0] == date(2025, 9, 8) == today - timedelta(days=177)
    assert list(days[days.answers > 0].answers) == [1, 1, 2]
    assert days.monday.iloc[-1] == "2026-03-02"
    assert days.monday.nunique() == WEEKS


@pytest.mark.parametrize(
    ("answers", "expected"), [(0, 0), (1, 1), (9, 1), (10, 2), (24, 2), (25, 3), (49, 3), (50, 4), (900, 4)]
)
def test_a_shade_means_the_same_number_for_ever(answers, expected):
    assert level(answers) == expected


@given(ago=some.lists(some.integers(0, 250), max_size=80), shift=some.integers(0, 6))
def test_the_counts_agree_with_pandas_on_every_weekday(answer, today, ago, shift):
    today = today + timedelta(days=shift)
    days = calendar([answer(each) for each in sorted(ago, reverse=True)], today)
    first = days.day.iloc[0]
    assert first.weekday() == 0
    assert 25 * 7 < len(days) <= 26 * 7
    expected = pd.Series([answer(each).day for each in ago], dtype="object").value_counts()
    assert dict(days[days.answers > 0].set_index("day").answers) == {k: v for k, v in expected.items() if k >= first}
    for row in days.itertuples():
        assert row.weekday == f"{row.day:%a}"
        assert date.fromisoformat(row.monday) == row.day - timedelta(days=row.day.weekday())


def test_the_table_has_a_row_a_week_with_answers_and_no_number_for_days_to_come(answer, today):
    table = by_week(calendar([answer(16)] + [answer(0)] * 3, today))
    assert list(table.columns) == list(WEEKDAYS)
    assert list(table.index) == ["2 Mar", "16 Feb"]
    assert table.iloc[0].tolist() == [0, 0, 3, pd.NA, pd.NA, pd.NA, pd.NA]
    assert table.iloc[1].tolist() == [1, 0, 0, 0, 0, 0, 0]


def test_no_square_lies_before_the_period(answer, today):
    days = calendar([answer(9), answer(0)], today, since=today - timedelta(days=9))
    assert (days.day.iloc[0], len(days), days.answers.sum()) == (today - timedelta(days=9), 10, 2)


def test_a_table_without_answers_is_empty(today):
    assert by_week(calendar([], today)).empty
