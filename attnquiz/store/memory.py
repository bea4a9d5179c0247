"""What is derived from starts and reviews: the same entries, replayed in order, give the same memory."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from attnquiz.errors import RecallError, StoreError
from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory, begun
from attnquiz.recall.past import AGAIN, Past, passed
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import DEFAULT_WEIGHTS, Scheduler, check_weights
from attnquiz.store.entry import Happened
from attnquiz.store.rows import MEMORY, instant_of, memory_of, memory_row

DEFAULT = "default"  # the weights of an entry that used the scheduler's own


class Rated(NamedTuple):
    """What replay needs of a review or a start: RATED of the log."""

    study_day: str
    at: str
    id: str
    kind: str
    rating: int | None  # of a review, as are the next two
    retention: float | None
    weights: str | None
    payload: str | None  # of a start: what it begins with
    early: int  # 1 for a spot check of a face that was not due: a right answer to it moves nothing


Move = tuple[str, str, str, str, int | None, float | None, str | None, str | None, int]  # the same without names
# Whether a face was due says the review itself, so that no entry before it, withdrawn or late, changes its meaning.
EARLY = "CASE WHEN purpose = 'probe' THEN ifnull(json_extract(memory_before, '$.due_day') > study_day, 0) ELSE 0 END"
RATED = f"{', '.join(Rated._fields[:-1])}, {EARLY}"
MOVES = "kind IN ('review', 'start')"  # what replay asks the log for
Weights = Callable[[str], tuple[float, ...]]  # id of a weights entry -> the 21 numbers


def replay(face: Face, moves: Iterable[Move], weights: Weights) -> Memory | None:
    """The memory of ``face`` after all of its effective reviews and starts, the last one of its ``course``; None where
    there is none. Only of the last one has to be known when the face is due, so it goes a shorter way."""
    begin: Memory | None = None
    reviews: list[Past] = []
    last: Move | None = None
    used: dict[tuple[str | None, float | None], tuple[float, ...]] = {}
    for move in sorted(moves):
        study_day, at, _, _, rating, retention, which, _, early = move
        if rating is None:  # a start; another one, or one after a review, says nothing
            if begin is None and last is None:
                begin = _started(Rated._make(move))
        elif not _spares(early, rating):
            chosen = which, retention
            if chosen not in used:
                used[chosen] = _scheduler_of(Rated._make(move), weights).weights
            reviews.append((study_day, at, rating, used[chosen]))
            last = move
    if last is None:
        return begin
    return _reviewed(face, passed(begin, reviews[:-1]), Rated._make(last), weights)


def course(face: Face, moves: Iterable[Rated], weights: Weights) -> Iterator[tuple[Rated, Memory]]:
    """The effective reviews of ``face``, each with the memory after it, for the retention and weights it was given;
    before them its start, where it has one. A start after a review says nothing: an answer knows better. A spot check
    of a face that was not due leaves memory as it was, unless the face was forgotten; without any memory before it, it
    is left out.

    They count in order of (study_day, at, id), whatever the order they arrived in, and today's settings have no say.
    A clock that was set back, or a merge, may put a later day at an earlier instant: the instant then waits.
    """
    memory: Memory | None = None
    for move in sorted(moves):
        if move.kind == Happened.START and memory is not None:
            continue
        if not _spares(move.early, move.rating):
            started = move.kind == Happened.START
            memory = _started(move) if started else _reviewed(face, memory, move, weights)
        if memory is not None:
            yield move, memory


def _spares(early: int, rating: int | None) -> bool:
    """Whether a move leaves memory as it was."""
    return bool(early) and rating != AGAIN


def _started(start: Rated) -> Memory:
    said = json.loads(start.payload or "{}")
    due_day, day = date.fromisoformat(said["due_day"]), date.fromisoformat(start.study_day)
    return begun(float(said["stability"]), float(said["difficulty"]), due_day, day, instant_of(start.at))


def _reviewed(face: Face, memory: Memory | None, review: Rated, weights: Weights) -> Memory:
    assert review.rating is not None  # a review has one, by CHECK
    at, day = instant_of(review.at), date.fromisoformat(review.study_day)
    if memory is not None:
        at = max(at, memory.last_at)
    return _scheduler_of(review, weights).review(face, memory, Rating(review.rating), at, day)


def _scheduler_of(review: Rated, weights: Weights) -> Scheduler:
    assert review.retention is not None  # a review has both, by CHECK
    assert review.weights is not None
    return _scheduler(review.retention, DEFAULT_WEIGHTS if review.weights == DEFAULT else weights(review.weights))


@cache
def _scheduler(retention: float, weights: tuple[float, ...]) -> Scheduler:
    return Scheduler(retention=retention, weights=weights)


def numbers_of(payload: str | None, id: str) -> tuple[float, ...]:
    """The 21 numbers of a weights entry."""
    if payload is None:
        raise StoreError(f"A review was scheduled with the weights {id}, which are not in the file: restore a backup.")
    try:
        numbers = tuple(float(number) for number in json.loads(payload)["weights"])
        check_weights(numbers)
    except (OverflowError, RecallError, TypeError, ValueError) as error:
        raise StoreError(f"The weights {id} are not 21 numbers that FSRS can use: restore a backup.") from error
    return numbers


def dump(memory: Memory) -> str:
    """A memory as JSON, for the columns memory_before and memory_after."""
    names = MEMORY.split(", ")
    return json.dumps(dict(zip(names, memory_row(memory), strict=True)), separators=(",", ":"))


def load(text: str) -> Memory:
    """The memory that ``dump`` wrote."""
    values: dict[str, Any] = json.loads(text)
    return memory_of([values[name] for name in MEMORY.split(", ")])
