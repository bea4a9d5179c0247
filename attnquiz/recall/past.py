"""What a face has been through, in plain numbers: FSRS-6 for all but the latest of many reviews.

``Scheduler.review`` says what a review leads to, through py-fsrs. Once another review has followed, nobody asks any
more when the face was due, or what another rating would have led to. What is left are a few equations. In the same
order they give the same numbers as py-fsrs to the last bit, which tests make sure of, in a tenth of the time.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache
from math import e

from attnquiz.recall.memory import Memory, State
from attnquiz.recall.scheduler import LEARNING_STEPS, LONGEST_STABILITY, RELEARNING_STEPS

AGAIN, HARD, GOOD, EASY = RATINGS = 1, 2, 3, 4
SHORTEST_STABILITY, EASIEST, HARDEST = 0.001, 1.0, 10.0  # bounds of FSRS
_STEPS = {State.LEARNING: len(LEARNING_STEPS), State.RELEARNING: len(RELEARNING_STEPS)}

# A review that another one followed: study day and instant as text, rating, weights. There may be a million of them.
Past = tuple[str, str, int, tuple[float, ...]]
Known = tuple[float, float]  # stability and difficulty


def passed(memory: Memory | None, reviews: Iterable[Past]) -> Memory | None:
    """What is believed after these reviews, in order of their days, with the usual steps: as after ``Scheduler.review``
    of each, except when the face is due. An instant before an earlier one waits for that one."""
    state, step = (State.LEARNING, 0) if memory is None else (memory.state, memory.step)
    stability, difficulty = (0.0, 0.0) if memory is None else (memory.stability, memory.difficulty)
    last, latest = (0, "") if memory is None else (memory.last_day.toordinal(), "")
    count, lapses = (0, 0) if memory is None else (memory.reviews, memory.lapses)
    spaced = State.REVIEW  # looked up once: an enumeration takes its time
    known: tuple[float, ...] | None = None
    for text, at, rating, weights in reviews:
        if weights is not known:
            known, first, after = weights, _first(weights), _after(weights)
        day = _ordinal(text)
        stability, difficulty = after(stability, difficulty, day - last, rating) if last else first[rating]
        if state is spaced:
            if rating == AGAIN:
                state, step, lapses = State.RELEARNING, 0, lapses + 1
        elif rating == AGAIN:
            step = 0
        elif rating == GOOD and step + 1 < _STEPS[state]:
            step += 1
        elif rating != HARD or step >= _STEPS[state]:
            state, step = spaced, None
        if at > latest:
            latest = at
        last, count = day, count + 1
    if not latest:
        return memory
    instant = datetime.fromisoformat(latest)
    instant = instant if memory is None else max(instant, memory.last_at)
    today = date.fromordinal(last)
    due_at = None if state is State.REVIEW else instant
    return Memory(state, step, stability, difficulty, today, due_at, today, instant, count, lapses)


def _begin(w: tuple[float, ...], rating: int) -> float:
    """How difficult a face is after its first review, before any bound."""
    return w[4] - e ** (w[5] * (rating - 1)) + 1


@lru_cache(maxsize=64)
def _first(w: tuple[float, ...]) -> dict[int, Known]:
    """What is known after the first review, by its rating."""
    return {
        rating: (
            min(max(w[rating - 1], SHORTEST_STABILITY), LONGEST_STABILITY),
            min(max(_begin(w, rating), EASIEST), HARDEST),
        )
        for rating in RATINGS
    }


@lru_cache(maxsize=64)
def _after(w: tuple[float, ...]) -> Callable[[float, float, int, int], Known]:
    """FSRS-6 with these weights, in the order in which py-fsrs works it out; what is always the same, once."""
    decay = -w[20]
    factor = 0.9 ** (1 / decay) - 1
    gains, losses, shrinks = e ** w[8], e ** (w[17] * w[18]), w[11]
    by_difficulty, by_stability, by_recall = -w[12], w[13], w[14]
    saturates, by_surprise, same_day_saturates = -w[9], w[10], -w[19]
    same_day = {rating: e ** (w[17] * (rating - 3 + w[18])) for rating in RATINGS}
    bonus = {HARD: w[15], GOOD: 1.0, EASY: w[16]}
    moves = {rating: -(w[6] * (rating - 3)) for rating in RATINGS}
    back, stays = w[7] * _begin(w, EASY), 1 - w[7]

    def after(stability: float, difficulty: float, days: int, rating: int) -> Known:
        """Stability and difficulty after a review so many days after the one before."""
        if days < 1:
            grown = same_day[rating] * stability**same_day_saturates
            then = stability * (grown if rating == AGAIN or grown > 1.0 else 1.0)
        else:
            recall = (1 + factor * days / stability) ** decay
            if rating == AGAIN:
                left = shrinks * difficulty**by_difficulty * ((stability + 1) ** by_stability - 1)
                then = min(left * e ** ((1 - recall) * by_recall), stability / losses)
            else:
                gain = gains * (11 - difficulty) * stability**saturates * (e ** ((1 - recall) * by_surprise) - 1)
                then = stability * (1 + gain * bonus[rating])
        moved = back + stays * (difficulty + (10.0 - difficulty) * moves[rating] / 9.0)
        # Bounds as plain questions: min and max would be a quarter of the time.
        return (
            SHORTEST_STABILITY
            if then < SHORTEST_STABILITY
            else LONGEST_STABILITY
            if then > LONGEST_STABILITY
            else then,
            EASIEST if moved < EASIEST else HARDEST if moved > HARDEST else moved,
        )

    return after


@lru_cache(maxsize=16_384)
def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()
