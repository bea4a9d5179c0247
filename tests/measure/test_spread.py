"""How many cards lie in each part of a scale."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from attnquiz.measure.spread import MOST, WIDTHS, scale, spread

DAYS = some.lists(some.one_of(some.integers(1, 400), some.floats(0.001, 36_500)), min_size=1, max_size=80)


def test_a_worked_example():
    frame = spread(np.array([1, 1, 2, 5, 5, 40]))
    assert list(frame.low[:3]) == [0, 2, 4]  # 40 days in steps of one are more bars than fit
    assert list(frame.cards[frame.cards > 0]) == [2, 1, 2, 1]
    assert frame.share.iloc[-1] == 1
    short = spread(np.array([1, 1, 2, 5, 5, 40]), part=0.5)
    assert list(zip(short.low, short.cards, strict=True)) == [(0, 0), (1, 2), (2, 1)]
    assert short.share.iloc[-1] == 0.5


@pytest.mark.parametrize("width", WIDTHS[:-1])
def test_bars_are_as_narrow_as_there_is_room_for(width):
    last, wider = width * MOST - 1, WIDTHS[WIDTHS.index(width) + 1]
    assert spread(np.array([1, last])).high.tolist() == [width * number for number in range(1, MOST + 1)]
    assert spread(np.array([1, last + 1])).high[0] == wider


def test_the_last_part_of_a_scale_has_its_end_in_it_and_no_other_has():
    frame = scale(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0]))
    assert frame.cards.tolist() == [1, 2]


def test_nothing_is_an_empty_frame():
    assert spread(np.array([])).empty
    assert scale(np.array([]), np.array([0.0, 0.5, 1.0])).cards.tolist() == [0, 0]


@given(values=DAYS, part=some.sampled_from([0.5, 0.95, 1.0]))
def test_the_bars_agree_with_pandas(values, part):
    frame = spread(np.array(values, dtype=float), part)
    series = pd.Series(values, dtype=float)
    for low, high, cards, share in frame.itertuples(index=False):
        assert cards == ((series >= low) & (series < high)).sum()
        assert share == pytest.approx((series < high).mean())
    assert frame.share.iloc[-1] >= part
    assert len(frame) <= MOST or frame.high[0] == WIDTHS[-1]


@given(values=some.lists(some.floats(0, 1), max_size=80))
def test_a_scale_has_its_ends_in_it(values):
    edges = np.linspace(0, 1, 21)
    frame = scale(np.array(values), edges)
    cut = pd.cut(pd.Series([*values], dtype=float), edges, right=False).value_counts(sort=False).tolist()
    cut[-1] += sum(value == 1 for value in values)
    assert frame.cards.tolist() == cut
    assert frame.cards.sum() == len(values)
