"""The rating that an answer suggests. The learner may always choose another."""

from enum import StrEnum

from attnquiz.cards.grading import Verdict
from attnquiz.recall.rating import Rating

SLOW = 2.5  # times the learner's own median for this kind of card


class Confidence(StrEnum):
    """How sure the learner was, said before any feedback."""

    SURE = "sure"
    UNSURE = "unsure"


def propose(
    verdict: Verdict,
    confidence: Confidence,
    *,
    hints: int = 0,
    retried: bool = False,
    seconds: float = 0.0,
    median: float | None = None,
) -> Rating:
    """AGAIN for what was not known, HARD for what was right with doubt, a hint, a slip or much time, else GOOD.

    EASY is never proposed: only the learner can say it. An answer is never lowered below HARD for its time.
    """
    if verdict in (Verdict.WRONG, Verdict.UNKNOWN):
        return Rating.AGAIN
    slow = median is not None and seconds > SLOW * median
    doubt = confidence is Confidence.UNSURE or verdict is Verdict.SLIP or retried or slow
    return helped(Rating.HARD if doubt else Rating.GOOD, hints)


def among(ratings: tuple[Rating, ...], rating: Rating) -> Rating:
    """A suggestion where only some ratings are offered. HARD is GOOD then: it was known, if with doubt."""
    return rating if rating in ratings else Rating.GOOD


def helped(rating: Rating, hints: int) -> Rating:
    """A suggestion after so many hints asked for: at most HARD after one, AGAIN after more."""
    return min(rating, Rating.HARD if hints == 1 else Rating.AGAIN) if hints else rating
