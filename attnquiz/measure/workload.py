"""What a desired retention costs and brings: a year of studying, simulated for some cards and scaled to all.

Memory is taken to follow FSRS-6 with the weights of the scheduler. Every day is a study day, due cards come first, and
new ones begin as fast as the limit lets them. What is recalled is rated Good, now and then Hard or Easy.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from attnquiz.recall.fuzz import PARTS
from attnquiz.recall.memory import Memory
from attnquiz.recall.scheduler import LONGEST_STABILITY, Scheduler

YEAR, LATELY = 365, 30  # days; what is known at the end is a mean over the latest of them
SAMPLE = 1000  # cards that are simulated: some of many, or several copies of few
HARD_UP_TO, EASY_FROM = 0.15, 0.9  # of what is recalled, the luck with which it is rated Hard or Easy
FIRST_EASY_FROM, FIRST_AGAIN_FROM = 0.65, 0.8  # of new cards, after their lesson; below these Good
SHORTEST_STABILITY, EASIEST, HARDEST = 0.001, 1.0, 10.0  # bounds of FSRS
AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
FIRST_ANSWERS = np.array([2, 1, 3])  # Good and Good; Easy; Again, Good and Good
NEVER = 10**6  # the day on which a card comes back that was not begun
Array = np.ndarray


@dataclass(frozen=True, slots=True)
class Workload:
    """A year in numbers: answers a day on average, and how many of the cards are known at its end."""

    answers: float
    known: float
    cards: int

    @property
    def share(self) -> float:
        return self.known / self.cards if self.cards else 0.0

    def minutes(self, seconds: float) -> float:
        """A day, where an answer takes so many seconds."""
        return self.answers * seconds / 60


def workload(
    memories: Iterable[Memory], fresh: int, today: date, scheduler: Scheduler, new_per_day: int, reviews_per_day: int,
    seed: int = 0, answers_per_day: float = np.inf,
) -> Workload:  # fmt: skip
    """What a year from ``today`` on is like, with so many cards not begun. The same seed draws the same luck.

    ``answers_per_day`` is what a limit of minutes comes to: new cards get what due ones leave of it.
    """
    stability, difficulty, last, due = columns(list(memories), fresh, today)
    cards = len(stability)
    if not cards:
        return Workload(0.0, 0.0, 0)
    dice = np.random.default_rng(seed)
    some = dice.choice(cards, SAMPLE, replace=False) if cards > SAMPLE else np.tile(np.arange(cards), SAMPLE // cards)
    share = len(some) / cards
    curves = Curves(scheduler.weights)
    stability, difficulty, last, due = (column[some] for column in (stability, difficulty, last, due))
    waiting, answers, known = np.flatnonzero(due == NEVER), 0, 0.0
    first_stability, first_difficulty = curves.begun()
    for day in range(YEAR):
        luck, mood, place = dice.random((3, len(some)))
        asked = np.flatnonzero(due <= day)
        recall = curves.recall(stability[asked], day - last[asked])
        room = answers_per_day * share
        if len(asked) > (most := min(_part(reviews_per_day, share, day), room)):
            most = int(most)
            weakest = np.argsort(recall)[:most]
            asked, recall = asked[weakest], recall[weakest]
        forgot = luck[asked] >= recall
        rating = np.where(forgot, AGAIN, rated(mood[asked]))
        stability[asked], difficulty[asked] = curves.answered(stability[asked], difficulty[asked], recall, rating)
        room = min(max(room - len(asked) - forgot.sum(), 0), 2 * len(some))
        most = min(_part(new_per_day, share, day), int(room / 2))
        begun, waiting = waiting[:most], waiting[most:]
        way = np.digitize(luck[begun], (FIRST_EASY_FROM, FIRST_AGAIN_FROM))
        stability[begun], difficulty[begun] = first_stability[way], first_difficulty[way]
        answers += len(asked) + int(forgot.sum()) + int(FIRST_ANSWERS[way].sum())
        done = np.concatenate([asked, begun])
        last[done] = day
        due[done] = day + curves.interval(stability[done], scheduler, place[done])
        if day >= YEAR - LATELY:
            seen = due < NEVER
            known += float(curves.recall(stability[seen], day - last[seen]).sum()) / LATELY
    return Workload(answers / share / YEAR, known / share, cards)


def rated(mood: Array) -> Array:
    """How what was recalled is rated."""
    return np.where(mood < HARD_UP_TO, HARD, np.where(mood < EASY_FROM, GOOD, EASY))


def columns(memories: Sequence[Memory], fresh: int, today: date) -> tuple[Array, Array, Array, Array]:
    """Stability, difficulty, the day of the latest answer and the day it is due, both counted from today.

    A card in its first minutes that was answered today comes back tomorrow.
    """
    stability = [memory.stability for memory in memories] + [1.0] * fresh
    difficulty = [memory.difficulty for memory in memories] + [5.0] * fresh
    last = [(memory.last_day - today).days for memory in memories]
    due = [max((memory.due_day - today).days, day + 1) for memory, day in zip(memories, last, strict=True)]
    days = np.array([last + [0] * fresh, due + [NEVER] * fresh], dtype=int)
    return np.array(stability), np.array(difficulty), days[0], days[1]


def _part(limit: int, share: float, day: int) -> int:
    """What a daily limit is for the sample today: its parts of a card add up over the days."""
    return int(limit * share * (day + 1)) - int(limit * share * day)


class Curves:
    """The equations of FSRS-6 for many cards at once, as py-fsrs has them for one; a test holds them together."""

    def __init__(self, weights: Sequence[float]) -> None:
        self._w = weights
        self._decay = -weights[20]
        self._factor = 0.9 ** (1 / self._decay) - 1

    def recall(self, stability: Array, days: Array) -> Array:
        return (1 + self._factor * days / stability) ** self._decay

    def interval(self, stability: Array, scheduler: Scheduler, luck: Array) -> Array:
        """Whole days until recall has fallen to the desired retention, spread as in ``recall.fuzz``."""
        days = np.rint(stability / self._factor * (scheduler.retention ** (1 / self._decay) - 1))
        days = np.clip(days, 1, scheduler.maximum_interval)
        delta = 1 + sum(part * np.clip(np.minimum(days, end) - start, 0, None) for start, end, part in PARTS)
        delta = np.where(days < 2.5, 0.0, delta)
        shortest, longest = np.rint(days - delta), np.minimum(np.rint(days + delta), scheduler.maximum_interval)
        return (shortest + np.floor(luck * (longest - shortest + 1))).astype(int)

    def answered(self, stability: Array, difficulty: Array, recall: Array, rating: Array) -> tuple[Array, Array]:
        """After a day on which a card came back. Again is followed by Good some minutes later."""
        forgot = rating == AGAIN
        kept = _within(self._recalled(stability, difficulty, recall, rating))
        lost = self._again_today(_within(self._forgotten(stability, difficulty, recall)))
        after = self._difficulty(difficulty, rating)
        return np.where(forgot, lost, kept), np.where(forgot, self._difficulty(after, GOOD), after)

    def begun(self) -> tuple[Array, Array]:
        """Stabilities and difficulties after a card's first day: Good and Good; Easy; Again, Good and Good."""
        good, easy, again = np.array([self._w[rating - 1] for rating in (GOOD, EASY, AGAIN)])
        first = np.clip(np.array([self._first(rating) for rating in (GOOD, EASY, AGAIN)]), EASIEST, HARDEST)
        once = self._difficulty(first, GOOD)
        stability = np.array([self._again_today(good), easy, self._again_today(self._again_today(again))])
        return stability, np.array([once[0], first[1], self._difficulty(once[2], GOOD)])

    def _recalled(self, stability: Array, difficulty: Array, recall: Array, rating: Array) -> Array:
        w = self._w
        by_rating = np.where(rating == HARD, w[15], np.where(rating == EASY, w[16], 1.0))
        gain = np.exp(w[8]) * (11 - difficulty) * stability ** -w[9] * (np.exp((1 - recall) * w[10]) - 1)
        return stability * (1 + gain * by_rating)

    def _forgotten(self, stability: Array, difficulty: Array, recall: Array) -> Array:
        w = self._w
        left = w[11] * difficulty ** -w[12] * ((stability + 1) ** w[13] - 1) * np.exp((1 - recall) * w[14])
        return np.minimum(left, stability / np.exp(w[17] * w[18]))

    def _again_today(self, stability: Array) -> Array:
        """A Good on the same day."""
        w = self._w
        return _within(stability * np.maximum(np.exp(w[17] * w[18]) * stability ** -w[19], 1.0))

    def _difficulty(self, difficulty: Array, rating: Array | int) -> Array:
        moved = difficulty - (10 - difficulty) * self._w[6] * (rating - 3) / 9
        back = self._w[7] * self._first(EASY) + (1 - self._w[7]) * moved
        return np.clip(back, EASIEST, HARDEST)

    def _first(self, rating: int) -> float:
        return self._w[4] - float(np.exp(self._w[5] * (rating - 1))) + 1


def _within(stability: Array) -> Array:
    return np.clip(stability, SHORTEST_STABILITY, LONGEST_STABILITY)
