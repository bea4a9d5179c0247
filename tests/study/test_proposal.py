"""The rating that an answer suggests."""

import pytest

from attnquiz.cards.grading import Verdict
from attnquiz.recall.rating import Rating
from attnquiz.study.proposal import Confidence, propose

SURE, UNSURE = Confidence


@pytest.mark.parametrize(
    ("verdict", "confidence", "retried", "seconds", "rating"),
    [
        (Verdict.RIGHT, SURE, False, 10, Rating.GOOD),
        (Verdict.RIGHT, UNSURE, False, 10, Rating.HARD),
        (Verdict.RIGHT, SURE, True, 10, Rating.HARD),  # after a slip
        (Verdict.RIGHT, SURE, False, 26, Rating.HARD),  # more than 2.5 times the median of 10
        (Verdict.RIGHT, SURE, False, 25, Rating.GOOD),
        (Verdict.SLIP, SURE, True, 10, Rating.HARD),
        (Verdict.SELF, SURE, False, 10, Rating.GOOD),
        (Verdict.SELF, UNSURE, False, 10, Rating.HARD),
        (Verdict.WRONG, SURE, False, 1, Rating.AGAIN),
        (Verdict.WRONG, UNSURE, True, 99, Rating.AGAIN),
        (Verdict.UNKNOWN, UNSURE, False, 1, Rating.AGAIN),
    ],
)
def test_the_proposed_rating_follows_verdict_doubt_and_time(verdict, confidence, retried, seconds, rating):
    assert propose(verdict, confidence, retried=retried, seconds=seconds, median=10.0) is rating


def test_without_a_median_of_their_own_nobody_is_slow():
    assert propose(Verdict.RIGHT, SURE, seconds=1e6, median=None) is Rating.GOOD
