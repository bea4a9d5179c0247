"""The Wilson interval against published and independently computed values."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as some

from attnquiz.measure.proportion import ENOUGH, Z95, Proportion


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        # Newcombe 1998, Stat. Med. 17, table I, method 3 (score without continuity correction)
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(hits, n, low, high):
    assert Proportion(hits, n).interval() == pytest.approx((low, high), abs=5e-5)


@given(some.integers(1, 5000).flatmap(lambda n: some.tuples(some.integers(0, n), some.just(n))))
def test_the_ends_of_the_interval_are_as_far_from_the_share_as_the_score_test_allows(sample):
    """The definition: |share - p| = z * sqrt(p (1 - p) / n) at both ends."""
    hits, n = sample
    share = Proportion(hits, n).share
    low, high = Proportion(hits, n).interval()
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1
    for end in (low, high):
        assert abs(share - end) == pytest.approx(Z95 * sqrt(end * (1 - end) / n), abs=1e-6)


@given(some.integers(1, 2000).flatmap(lambda n: some.tuples(some.integers(0, n), some.just(n))))
def test_hits_and_misses_mirror_each_other(sample):
    hits, n = sample
    low, high = Proportion(hits, n).interval()
    assert Proportion(n - hits, n).interval() == pytest.approx((1 - high, 1 - low), abs=1e-9)


def test_nothing_asked_means_nothing_known():
    assert Proportion(0, 0).interval() == (0.0, 1.0)
    assert not Proportion(0, 0).enough


def test_twenty_answers_are_enough_and_nineteen_are_not():
    assert ENOUGH == 20
    assert Proportion(1, 20).enough
    assert not Proportion(19, 19).enough
