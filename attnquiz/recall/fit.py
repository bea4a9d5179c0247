"""FSRS's weights fitted to a learner, with py-fsrs's own optimizer, and held against answers that the fit never saw.

The optimizer counts blocks of 24 hours, so it is given study days. Every answer of a face comes a second later in its
day than the one before it, on all days: otherwise the first answer of a day would come some seconds short of a day.
It brings torch along and takes its time: only a process of its own calls ``fit``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from math import log, sqrt
from typing import NamedTuple

import fsrs

from attnquiz.errors import RecallError
from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import DEFAULT_WEIGHTS, Scheduler

FEWEST = 512  # spaced answers; with fewer, py-fsrs gives the default weights back
LONGEST = 64  # answers of a face that py-fsrs looks at, from the first on
EPOCHS = 5  # rounds that it makes; in each it looks at every face twice, and once before all
STARTING = 4  # weights that are the first stability after each rating
A, G, E = Rating.AGAIN, Rating.GOOD, Rating.EASY
COURSES = ((A, G, G), (G, G), (E,), (G, G, None, G))  # the last one comes back once
SOME_FACE = Face("some")
_LEAST = 1e-9  # a prediction is never surer than this

Progress = Callable[[float], None]  # told the part that is done, from 0 to 1; may raise to stop


class Given(NamedTuple):
    """One answer of a face. ``counts`` says whether it tells how good a prediction was; ``early`` is a spot check of a
    face that was not due: a right answer to it leaves memory alone."""

    day: date
    rating: Rating
    counts: bool = True
    early: bool = False


Histories = Mapping[Face, Sequence[Given]]  # the answers of each face from its first one on, in order


@dataclass(frozen=True, slots=True)
class Predicted:
    """What the scheduler expected of one answer with two sets of weights, and whether it was recalled."""

    face: Face
    recalled: bool
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sets of weights on the same later answers: mean log loss, and what was expected and what came."""

    answers: int
    before: float
    after: float
    error: float  # standard error of the mean difference, with faces as clusters
    expected_before: float
    expected_after: float
    recalled: float

    @property
    def gain(self) -> float:
        return self.before - self.after


def taught(history: Sequence[Given]) -> Sequence[Given]:
    """What a fit may learn from a face.

    Right spot checks of a face that is not due leave memory alone, so the fit must not see them. If it saw those that
    went wrong all the same, forgetting would look commoner than it is: the history ends before the first of them.
    """
    kept: list[Given] = []
    for given in history:
        if (given.early and given.rating is Rating.AGAIN) or len(kept) == LONGEST:
            break
        if not given.early:
            kept.append(given)
    return kept


def targets(histories: Histories) -> int:
    """The answers that a fit learns from: the first of a day on which a face was asked again."""
    return sum(max(0, len({given.day for given in taught(history)}) - 1) for history in histories.values())


def fit(histories: Histories, told: Progress = lambda part: None) -> tuple[float, ...]:
    """All 21 weights, fitted. The same answers give the same weights. Raises RecallError with fewer than FEWEST."""
    if targets(histories) < FEWEST:
        raise RecallError(f"A fit needs {FEWEST} answers to cards that came back on a later day.")
    optimizer = fsrs.Optimizer(list(_logs(histories)))
    # py-fsrs tells nobody how far it is; but it has to look its faces up.
    optimizer._revlogs_train = _Watched(optimizer._revlogs_train, told)
    return tuple(float(weight) for weight in optimizer.compute_optimal_parameters())


def starting(weights: Sequence[float]) -> tuple[float, ...]:
    """The first four of a fit, and the others as they are by default."""
    return (*weights[:STARTING], *DEFAULT_WEIGHTS[STARTING:])


def split(histories: Histories, day: date) -> Histories:
    """The answers before ``day``."""
    earlier = ((face, [given for given in history if given.day < day]) for face, history in histories.items())
    return {face: history for face, history in earlier if history}


def later_part(histories: Histories, share: float) -> date | None:
    """The first day of the later answers: at least ``share`` of all that count lie on it or after it."""
    days = sorted(given.day for history in histories.values() for given in _asked_again(history))
    return days[int(len(days) * (1 - share))] if days else None


def sample(histories: Histories, most: int) -> Histories:
    """Faces that have about ``most`` answers together, drawn by their names, so that a fit ends in time."""
    count, kept = 0, {}
    for face in sorted(histories, key=lambda face: blake2b(str(face).encode(), digest_size=8).digest()):
        count += len(histories[face][:LONGEST])
        if count > most:
            break
        kept[face] = histories[face]
    return kept


def compared(before: Sequence[float], after: Sequence[float], histories: Histories, since: date) -> Comparison | None:
    """Both sets of weights on the answers from ``since`` on. None where too few faces came back to tell.

    Each set replays every face from its first answer on; neither sees an answer before it has predicted it.
    """
    old, new = Scheduler(weights=tuple(before)), Scheduler(weights=tuple(after))
    pairs = [pair for face, history in histories.items() for pair in _predicted(face, history, old, new, since)]
    clusters: dict[Face, tuple[float, int]] = {}
    for pair in pairs:
        total, count = clusters.get(pair.face, (0.0, 0))
        gain = _loss(pair.before, pair.recalled) - _loss(pair.after, pair.recalled)
        clusters[pair.face] = total + gain, count + 1
    if len(clusters) < 2:
        return None
    n = len(pairs)
    gain = sum(total for total, _ in clusters.values()) / n
    # The answers of one face hang together, so faces are what was drawn (cluster-robust, Liang and Zeger 1986).
    spread = sum((total - count * gain) ** 2 for total, count in clusters.values())
    return Comparison(
        answers=n,
        before=sum(_loss(pair.before, pair.recalled) for pair in pairs) / n,
        after=sum(_loss(pair.after, pair.recalled) for pair in pairs) / n,
        error=sqrt(spread * len(clusters) / (len(clusters) - 1)) / n,
        expected_before=sum(pair.before for pair in pairs) / n,
        expected_after=sum(pair.after for pair in pairs) / n,
        recalled=sum(pair.recalled for pair in pairs) / n,
    )


def intervals(weights: Sequence[float], retention: float) -> tuple[int, ...]:
    """After how many days a card comes back after each of COURSES, whichever card it is: nothing is spread."""
    scheduler = Scheduler(retention=retention, weights=tuple(weights))
    return tuple(_interval(scheduler, course) for course in COURSES)


def _interval(scheduler: Scheduler, course: Sequence[Rating | None]) -> int:
    """None waits for the day on which the card is due."""
    memory, day, days = None, date(2000, 1, 1), 0
    for rating in course:
        if rating is None:
            day += timedelta(days=days)
            continue
        memory = scheduler.review(SOME_FACE, memory, rating, datetime.combine(day, time.min, UTC), day)
        decay = -scheduler.weights[20]
        passed = (scheduler.retention ** (1 / decay) - 1) / (0.9 ** (1 / decay) - 1)
        days = min(max(round(memory.stability * passed), 1), scheduler.maximum_interval)
    return days


def _asked_again(history: Sequence[Given]) -> Iterable[Given]:
    """The answers that count, each the first of a day on which the face came back."""
    latest = history[0].day
    for given in history[1:]:
        if given.day > latest and given.counts:
            yield given
        latest = given.day


def _predicted(
    face: Face, history: Sequence[Given], old: Scheduler, new: Scheduler, since: date
) -> Iterable[Predicted]:
    if history[-1].day < since:
        return
    was: Memory | None = None
    now: Memory | None = None
    for given in history:
        at = datetime.combine(given.day, time.min, UTC)
        if was is not None and now is not None and given.day > was.last_day and given.day >= since and given.counts:
            yield Predicted(face, given.rating > Rating.AGAIN, old.recall(was, given.day), new.recall(now, given.day))
        if not given.early or given.rating is Rating.AGAIN:
            was = old.review(face, was, given.rating, at, given.day)
            now = new.review(face, now, given.rating, at, given.day)


def _loss(predicted: float, recalled: bool) -> float:
    return -log(max(predicted if recalled else 1 - predicted, _LEAST))


def _logs(histories: Histories) -> Iterable[fsrs.ReviewLog]:
    """Faces are numbered in the order in which they began: the optimizer wants numbers."""
    begun = sorted(histories, key=lambda face: (histories[face][0].day, face))
    for number, face in enumerate(begun):
        for place, given in enumerate(taught(histories[face])):
            at = datetime.combine(given.day, time.min, UTC) + timedelta(seconds=place)
            yield fsrs.ReviewLog(number, fsrs.Rating(given.rating), at, None)


class _Watched(dict):
    """The optimizer's answers by face, telling how often they were looked up."""

    def __init__(self, faces: Mapping[int, list], told: Progress) -> None:
        super().__init__(faces)
        self._told, self._looked, self._all = told, 0, max(1, len(faces) * (2 * EPOCHS + 1))

    def __getitem__(self, face: int) -> list:
        self._looked += 1
        self._told(min(1.0, self._looked / self._all))
        return super().__getitem__(face)
