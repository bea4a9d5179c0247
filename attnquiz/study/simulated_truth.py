"""Three ways to forget, each the whole truth about a made-up learner. The scheduler knows nothing of them.

The first is FSRS-6 itself: what plans by it must be right about it. In the second each card is easier or harder to this
learner than FSRS thinks, which is what real learners are like at least. In the third forgetting is a power of time and
other cards of the same concept get in the way, so that FSRS is wrong in kind.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from math import exp
from random import Random
from typing import Protocol

from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import DEFAULT_WEIGHTS, LONGEST_STABILITY, Scheduler

SPREAD = 0.4  # standard deviation of the logarithm of what a card's stability is multiplied by
FLATTEST, STEEPEST = 0.01, 1.0  # exponents of the power law
CROWDING = 0.05  # days that one answer about the same concept counts for


class Law(StrEnum):
    """How a made-up learner forgets."""

    FSRS = "fsrs"
    SPREAD = "spread"
    POWER = "power"


class Truth(Protocol):
    """What a learner really remembers."""

    def chance(self, face: Face, concept: str, memory: Memory, day: date) -> float:
        """That ``face`` is recalled on ``day``, some days after its latest review; ``memory`` is the scheduler's."""
        ...

    def learn(self, face: Face, concept: str, rating: Rating, at: datetime, day: date) -> None:
        """It was answered."""
        ...


def truth_of(law: Law, weights: Sequence[float], dice: Random) -> Truth:
    """``weights`` are those that the learner's memory really follows; the power law has none."""
    if law is Law.POWER:
        return PowerLaw(dice)
    return Fsrs(tuple(weights), SPREAD if law is Law.SPREAD else 0.0, dice)


class Fsrs:
    """FSRS-6 with these weights, and with the stability of each card multiplied by a factor of its own."""

    def __init__(self, weights: tuple[float, ...], spread: float, dice: Random) -> None:
        self._scheduler, self._spread, self._dice = Scheduler(weights=weights), spread, dice
        self._factors: dict[Face, float] = {}
        self._believed = weights == DEFAULT_WEIGHTS  # then the scheduler's memory is the true one
        self._memories: dict[Face, Memory] = {}

    def chance(self, face: Face, concept: str, memory: Memory, day: date) -> float:
        true = memory if self._believed else self._memories[face]
        if self._spread:
            if face not in self._factors:
                self._factors[face] = exp(self._dice.gauss(0.0, self._spread))
            true = replace(true, stability=min(true.stability * self._factors[face], LONGEST_STABILITY))
        return self._scheduler.recall(true, day)

    def learn(self, face: Face, concept: str, rating: Rating, at: datetime, day: date) -> None:
        if not self._believed:
            self._memories[face] = self._scheduler.review(face, self._memories.get(face), rating, at, day)


class PowerLaw:
    """Recall is (1 + days) to the power of -d. Recalling makes d smaller, the more the harder it was; forgetting makes
    it larger, and other answers about the same concept make time count for more."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._exponents: dict[Face, float] = {}
        self._answers: Counter[str] = Counter()  # of each concept
        self._since: dict[Face, tuple[date, int]] = {}  # the day of the latest answer, and how many there were

    def chance(self, face: Face, concept: str, memory: Memory, day: date) -> float:
        latest, answers = self._since[face]
        crowd = CROWDING * (self._answers[concept] - answers)
        return (1.0 + (day - latest).days + crowd) ** -self._exponents[face]

    def learn(self, face: Face, concept: str, rating: Rating, at: datetime, day: date) -> None:
        if face not in self._exponents:
            self._exponents[face] = 0.12 * exp(self._dice.gauss(0.0, SPREAD))
        elif self._since[face][0] < day:
            change = 1.4 if rating is Rating.AGAIN else 0.75
            self._exponents[face] = min(max(change * self._exponents[face], FLATTEST), STEEPEST)
        self._answers[concept] += 1
        self._since[face] = day, self._answers[concept]
