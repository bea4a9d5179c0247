"""When a backlog is worked off with so many minutes a day, simulated forward day by day.

Memory is taken to follow FSRS-6 with the weights of the scheduler. Every day is a study day, no new card is begun,
and as in the queue of a day what is known least comes first. An order that looked cleverer (what loses most by waiting,
what is known best) kept no more: see the tests.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

import numpy as np

from attnquiz.measure.workload import SAMPLE, Curves, columns, rated
from attnquiz.recall.memory import Memory
from attnquiz.recall.scheduler import Scheduler

YEAR = 365
LEAST = 50  # cards due, below which nobody speaks of a backlog
USUAL_DAYS = 60  # days back that say what a usual day is
Array = np.ndarray
Order = Callable[[Array, Array, Array], Array]  # recall, stability and days since the answer: the lowest comes first


def is_backlog(due: int, usual: float) -> bool:
    """Whether so many cards are more than a day should hold: at least fifty, and more than two usual days."""
    return due >= LEAST and due > 2 * usual


def usual_day(answers: Iterable[int]) -> float:
    """Answers on a usual day: the median of the days that had any."""
    counts = [number for number in answers if number]
    return float(np.median(counts)) if counts else 0.0


def weakest(recall: Array, stability: Array, days: Array) -> Array:
    """The order of the queue."""
    return recall


def days_until_through(
    memories: Sequence[Memory], seconds: Sequence[float], today: date, scheduler: Scheduler, minutes: float,
    reviews_per_day: int, *, spent: float = 0.0, seed: int = 0,
) -> int | None:  # fmt: skip
    """On which day, from 1 for today, nothing due is left over for the next; None: not within a year.

    ``seconds`` says how long an answer to each takes, ``spent`` how many there were today. Zero ``minutes`` are no
    limit. A card that is forgotten is answered twice.
    """
    cards = len(memories)
    some = np.random.default_rng(seed).permutation(cards)[:SAMPLE]
    share = len(some) / cards if cards else 1.0
    state = [column[some] for column in columns(memories, 0, today)]
    budget = 60 * minutes * share if minutes else np.inf
    left = _days(
        state, np.array(seconds, dtype=float)[some], scheduler, budget, reviews_per_day * share, spent * share, seed
    )
    return next((day + 1 for day, (waiting, _) in enumerate(left) if not waiting), None)


def _days(
    state: Sequence[Array], seconds: Array, scheduler: Scheduler, budget: float, reviews: float, spent: float = 0.0,
    seed: int = 0, order: Order = weakest, until: int = YEAR,
) -> Iterable[tuple[int, float]]:  # fmt: skip
    """Day by day: how many due cards were left over, and how many are known at its end."""
    stability, difficulty, last, due = (column.copy() for column in state)
    curves, dice = Curves(scheduler.weights), np.random.default_rng(seed)
    left = budget - spent
    for day in range(until):
        luck, mood, place = dice.random((3, len(stability)))
        asked = np.flatnonzero(due <= day)
        recall = curves.recall(stability[asked], day - last[asked])
        first = np.argsort(order(recall, stability[asked], day - last[asked]), kind="stable")
        forgot = luck[asked] >= recall
        cost = np.cumsum((seconds[asked] * (1 + forgot))[first])
        number = min(int(np.searchsorted(cost, left, side="right")), round(reviews))
        done = first[:number]
        unused = left - (cost[number - 1] if number else 0.0)
        # A card that just did not fit, of a sample that stands for many, would have fitted in part.
        left = budget + min(max(unused, 0.0), seconds.max(initial=0.0))
        waiting, asked, recall = len(asked) - number, asked[done], recall[done]
        rating = np.where(forgot[done], 1, rated(mood[asked]))
        stability[asked], difficulty[asked] = curves.answered(stability[asked], difficulty[asked], recall, rating)
        last[asked] = day
        due[asked] = day + curves.interval(stability[asked], scheduler, place[asked])
        yield waiting, float(curves.recall(stability, day - last).sum())
