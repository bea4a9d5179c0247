"""What a face has been through, in plain numbers: FSRS-6 for all but the latest of many reviews.

``Scheduler.review`` says what a review leads to, through py-fsrs. Once another review has followed, nobody asks any
more when the face was due, or what another rating would have led to. What is left are a few equations. In the same
order they give the same numbers as py-fsrs to the last bit, which tests make sure of, in a tenth of the time.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from math import e
from typing import NamedTuple

from attnquiz.recall.memory import Memory, State
from attnquiz.recall.scheduler import LEARNING_STEPS, LONGEST_STABILITY, RELEARNING_STEPS

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
SHORTEST_STABILITY, EASIEST, HARDEST = 0.001, 1.0, 10.0  # bounds of FSRS
_STEPS = {State.LEARNING: len(LEARNING_STEPS), State.RELEARNING: len(RELEARNING_STEPS)}


class Past(NamedTuple):
    """A review that another one followed."""

    day: str  # a study day, as text
    at: str  # an instant, as text
    rating: int
    weights: tuple[float, ...]


def passed(memory: Memory | None, reviews: Iterable[Past]) -> Memory | None:
    """What is believed after these reviews, in order of their days, with the usual steps: as after ``Scheduler.review``
    of each, except when the face is due. An instant before an earlier one waits for that one."""
    state, step = (State.LEARNING, 0) if memory is None else (memory.state, memory.step)
    stability, difficulty = (0.0, 0.0) if memory is None else (memory.stability, memory.difficulty)
    last, latest = (0, "") if memory is None else (memory.last_day.toordinal(), "")
    count, lapses = (0, 0) if memory is None else (memory.reviews, memory.lapses)
    known: tuple[float, ...] | None = None
    for text, at, rating, weights in reviews:
        if weights is not known:
            known, equations = weights, _equations(weights)
        day = _ordinal(text)
        if last:
            stability, difficulty = equations.after(stability, difficulty, day - last, rating)
        else:
            stability, difficulty = equations.first[rating]
        if state is State.REVIEW:
            if rating == AGAIN:
                state, step, lapses = State.RELEARNING, 0, lapses + 1
        elif rating == AGAIN:
            step = 0
        elif rating == GOOD and step + 1 < _STEPS[state]:
            step += 1
        elif rating != HARD or step >= _STEPS[state]:
            state, step = State.REVIEW, None
        last, latest, count = day, max(latest, at), count + 1
    if not latest:
        return memory
    instant = datetime.fromisoformat(latest)
    instant = instant if memory is None else max(instant, memory.last_at)
    today = date.fromordinal(last)
    due_at = None if state is State.REVIEW else instant
    return Memory(state, step, stability, difficulty, today, due_at, today, instant, count, lapses)


class _Equations:
    """Those of FSRS-6 for one set of weights, in the order in which py-fsrs works them out."""

    def __init__(self, weights: tuple[float, ...]) -> None:
        w = self._w = weights
        self._decay = -w[20]
        self._factor = 0.9 ** (1 / self._decay) - 1
        begin = {rating: w[4] - e ** (w[5] * (rating - 1)) + 1 for rating in (AGAIN, HARD, GOOD, EASY)}
        self.first = {
            rating: (_clamped(w[rating - 1]), min(max(difficulty, EASIEST), HARDEST))
            for rating, difficulty in begin.items()
        }
        self._back = w[7] * begin[EASY]
        self._gain, self._loss = e ** w[8], e ** (w[17] * w[18])
        self._same_day = {rating: e ** (w[17] * (rating - 3 + w[18])) for rating in begin}
        self._bonus = {HARD: w[15], GOOD: 1.0, EASY: w[16]}

    def after(self, stability: float, difficulty: float, days: int, rating: int) -> tuple[float, float]:
        """Stability and difficulty after a review so many days after the one before."""
        w = self._w
        if days < 1:
            grown = self._same_day[rating] * stability ** -w[19]
            then = stability * (grown if rating == AGAIN else max(grown, 1.0))
        else:
            recall = (1 + self._factor * days / stability) ** self._decay
            if rating == AGAIN:
                left = w[11] * difficulty ** -w[12] * ((stability + 1) ** w[13] - 1) * e ** ((1 - recall) * w[14])
                then = min(left, stability / self._loss)
            else:
                gain = self._gain * (11 - difficulty) * stability ** -w[9] * (e ** ((1 - recall) * w[10]) - 1)
                then = stability * (1 + gain * self._bonus[rating])
        moved = difficulty + (10.0 - difficulty) * -(w[6] * (rating - 3)) / 9.0
        return _clamped(then), min(max(self._back + (1 - w[7]) * moved, EASIEST), HARDEST)


def _clamped(stability: float) -> float:
    return min(max(stability, SHORTEST_STABILITY), LONGEST_STABILITY)


@lru_cache(maxsize=64)
def _equations(weights: tuple[float, ...]) -> _Equations:
    return _Equations(weights)


@lru_cache(maxsize=16_384)
def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()
