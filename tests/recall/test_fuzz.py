"""Fuzz stays in its range, and is the same every time."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as some

from attnquiz.recall.face import Face
from attnquiz.recall.fuzz import fuzz_range, fuzzed

faces = some.builds(Face, some.text(min_size=1, max_size=30), some.integers(0, 9))


@pytest.mark.parametrize(
    ("days", "expected"),
    # by hand: 1 day, plus 15 % of the part from 2.5 to 7 days, 10 % of that from 7 to 20, 5 % of the rest
    [(1, (1, 1)), (2, (2, 2)), (3, (2, 4)), (7, (5, 9)), (10, (8, 12)), (20, (17, 23)), (100, (93, 107))],
)
def test_the_range_widens_with_the_interval(days: int, expected: tuple[int, int]) -> None:
    assert fuzz_range(days, 36_500) == expected


def test_no_end_of_the_range_lies_above_the_maximum() -> None:
    assert fuzz_range(10, 11) == (8, 11)
    assert fuzz_range(10, 10) == (8, 10)
    assert fuzz_range(3, 3) == (2, 3)


def test_every_day_of_the_range_is_used_about_equally_often() -> None:
    """py-fsrs 6.3.2 gives 13 one time in ten, and 8 half as often as the others."""
    counts = Counter(fuzzed(10, Face(f"card-{n}"), 3, 36_500) for n in range(10_000))
    assert set(counts) == {8, 9, 10, 11, 12}
    assert all(1_800 < count < 2_200 for count in counts.values())  # 2,000 each, standard deviation 40


def test_the_next_review_of_the_face_draws_another_place() -> None:
    draws = [fuzzed(1_000, Face("why-divide"), reviews, 36_500) for reviews in range(50)]
    assert len(set(draws)) > 20


def test_two_blanks_of_one_card_are_spread_apart() -> None:
    assert [fuzzed(1_000, Face("formula", n), 4, 36_500) for n in (1, 2)] != [
        fuzzed(1_000, Face("formula", 0), 4, 36_500)
    ] * 2


def test_the_drawn_days_never_change_between_versions() -> None:
    """Golden: replaying a log made years ago must find the same due days."""
    assert [fuzzed(50, Face("why-separate-v", n), n, 36_500) for n in range(8)] == [54, 46, 54, 47, 46, 47, 49, 52]


@given(days=some.integers(1, 36_500), face=faces, reviews=some.integers(0, 500), maximum=some.integers(1, 36_500))
def test_fuzz_stays_inside_its_range(days: int, face: Face, reviews: int, maximum: int) -> None:
    days = min(days, maximum)
    shortest, longest = fuzz_range(days, maximum)
    assert 1 <= shortest <= days <= longest <= maximum
    assert shortest <= fuzzed(days, face, reviews, maximum) <= longest
    assert fuzzed(days, face, reviews, maximum) == fuzzed(days, face, reviews, maximum)


@given(days=some.integers(1, 36_499), face=faces, reviews=some.integers(0, 500), maximum=some.integers(1, 36_500))
def test_a_longer_interval_never_becomes_the_shorter_one(days: int, face: Face, reviews: int, maximum: int) -> None:
    first, second = min(days, maximum), min(days + 1, maximum)
    assert fuzzed(first, face, reviews, maximum) <= fuzzed(second, face, reviews, maximum)
