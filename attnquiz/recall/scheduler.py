"""When a face comes back: FSRS-6 through py-fsrs, in study days. Besides this file only ``fit`` imports fsrs.

py-fsrs counts blocks of 24 hours from the clock time of a review, so an evening and the next morning are the same day
to it. It is given the study day at 00:00 UTC instead: elapsed time is then whole study days, and the clock matters to
nothing but the steps of the first minutes. FSRS: Ye, Su, Cao 2022 (doi.org/10.1145/3534678.3539081); equations of
version 6: the "Algorithm" page of the open-spaced-repetition wiki.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from attnquiz.errors import RecallError
from attnquiz.recall.day import as_utc
from attnquiz.recall.face import Face
from attnquiz.recall.fuzz import fuzzed
from attnquiz.recall.memory import Memory, State, begun
from attnquiz.recall.rating import Rating

VERSION = "py-fsrs 6.3.2, study days 1"  # the second part counts changes to this file that change an outcome
DEFAULT_WEIGHTS: tuple[float, ...] = DEFAULT_PARAMETERS
LONGEST_STABILITY = 36_500.0  # days; fsrs-rs stops there too, py-fsrs grows until it overflows
SHORTEST_START = 3.0  # days of stability of whatever counts as known without a review
A_DAY = timedelta(days=1)
LEARNING_STEPS = (timedelta(minutes=1), timedelta(minutes=10))
RELEARNING_STEPS = (timedelta(minutes=10),)

_THEIRS = {
    State.LEARNING: fsrs.State.Learning,
    State.REVIEW: fsrs.State.Review,
    State.RELEARNING: fsrs.State.Relearning,
}
_OURS = {theirs: ours for ours, theirs in _THEIRS.items()}


@dataclass(frozen=True, slots=True)
class Scheduler:
    """FSRS with its settings, checked: a RecallError says which of them makes no sense.

    ``retention`` is the recall at which a face should come back, 0.70 to 0.99; ``maximum_interval`` is in days; the
    steps are the waits of a face that is not spaced out yet, ascending and shorter than a day.
    """

    retention: float = 0.9
    maximum_interval: int = 36_500
    learning_steps: tuple[timedelta, ...] = LEARNING_STEPS
    relearning_steps: tuple[timedelta, ...] = RELEARNING_STEPS
    weights: tuple[float, ...] = DEFAULT_WEIGHTS
    weights_id: str = field(default="default", compare=False)  # what a review calls these weights
    _fsrs: fsrs.Scheduler = field(init=False, repr=False, compare=False)
    _decay: float = field(init=False, repr=False, compare=False)
    _factor: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check_retention(self.retention)
        _check_maximum(self.maximum_interval)
        for name in ("learning_steps", "relearning_steps", "weights"):
            object.__setattr__(self, name, tuple(getattr(self, name)))  # lists come from JSON; ours must be hashable
        _check_steps("learning", self.learning_steps)
        _check_steps("relearning", self.relearning_steps)
        check_weights(self.weights)
        theirs = fsrs.Scheduler(
            parameters=self.weights,
            desired_retention=self.retention,
            learning_steps=self.learning_steps,
            relearning_steps=self.relearning_steps,
            maximum_interval=self.maximum_interval,
            enable_fuzzing=False,
        )
        object.__setattr__(self, "_fsrs", theirs)
        object.__setattr__(self, "_decay", -self.weights[20])
        object.__setattr__(self, "_factor", 0.9 ** (1 / self._decay) - 1)

    def review(self, face: Face, memory: Memory | None, rating: Rating, at: datetime, day: date) -> Memory:
        """What is believed about ``face`` after an answer at the instant ``at`` of the study day ``day``.

        ``memory`` is what was believed before, None for a face never reviewed. Raises RecallError for a review
        before the latest one.
        """
        return self._outcomes(face, memory, at, day, Rating(rating))[rating]

    def preview(self, face: Face, memory: Memory | None, at: datetime, day: date) -> dict[Rating, Memory]:
        """What ``review`` would return for each rating. A better rating never comes back sooner."""
        return self._outcomes(face, memory, at, day, Rating.EASY)

    def start(self, at: datetime, day: date, wait: int) -> Memory:
        """What is believed about a face that counts as known though it was never reviewed: it is asked after ``wait``
        days, and lasts hardly longer, so that a mistake shows soon. As difficult as what was Good at first sight."""
        midnight = _midnight(day)
        good, _ = self._fsrs.review_card(_their_card(None, midnight), fsrs.Rating.Good, midnight)
        stability = max(float(wait), SHORTEST_START)
        return begun(stability, good.difficulty, day + timedelta(days=wait), day, as_utc(at))

    def recall(self, memory: Memory, day: date) -> float:
        """The predicted probability of recall on ``day``: 1 up to the day of the review, then falling."""
        elapsed = max(0, (day - memory.last_day).days)
        return (1 + self._factor * elapsed / memory.stability) ** self._decay  # as py-fsrs, which wants a card made

    def _outcomes(
        self, face: Face, memory: Memory | None, at: datetime, day: date, best: Rating
    ) -> dict[Rating, Memory]:
        """The memory after each rating up to ``best``.

        The worse ratings are worked out as well, because the wait of a better one is never shorter than theirs:
        weights within FSRS's bounds can put Good after Easy.
        """
        at = as_utc(at)
        _check_order(face, memory, at, day)
        midnight = _midnight(day)
        before = _their_card(memory, midnight)
        reviews = memory.reviews if memory else 0
        outcomes: dict[Rating, Memory] = {}
        longest = 1
        for rating in Rating:
            if rating > best:
                break
            after, _ = self._fsrs.review_card(before, fsrs.Rating(rating), midnight)
            state, wait = _OURS[after.state], after.due - midnight
            if state is State.REVIEW:
                longest = max(longest, wait.days)
                due_day, due_at = day + timedelta(days=fuzzed(longest, face, reviews, self.maximum_interval)), None
            else:
                due_day, due_at = day, at + min(wait, A_DAY)  # one step of 20 hours makes 30 of Hard
            outcomes[rating] = Memory(
                state=state,
                step=after.step,
                stability=min(after.stability, LONGEST_STABILITY),
                difficulty=after.difficulty,
                due_day=due_day,
                due_at=due_at,
                last_day=day,
                last_at=at,
                reviews=reviews + 1,
                lapses=_lapses(memory, rating),
            )
        return outcomes


def wait(memory: Memory, at: datetime, day: date) -> timedelta:
    """How long ``memory`` has to wait, seen from ``at`` on ``day``: whole days in REVIEW. Negative when overdue."""
    return memory.due_day - day if memory.due_at is None else memory.due_at - as_utc(at)


def check_weights(weights: Sequence[float]) -> None:
    """Raise RecallError unless these are 21 numbers within the bounds of FSRS-6."""
    if len(weights) != len(DEFAULT_WEIGHTS):
        raise RecallError(f"FSRS-6 has {len(DEFAULT_WEIGHTS)} weights, but {len(weights)} were given.")
    bounds = zip(weights, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    for index, (weight, low, high) in enumerate(bounds):
        if not _is_number(weight) or not low <= weight <= high:
            raise RecallError(f"FSRS weight {index} is {weight!r}, but it must lie between {low} and {high}.")


def _check_retention(retention: float) -> None:
    if not _is_number(retention) or not 0.70 <= retention <= 0.99:
        raise RecallError(
            f"The desired retention cannot be {retention!r}: choose a number from 0.70 (fewer reviews) to 0.99 (more)."
        )


def _check_maximum(days: int) -> None:
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= 36_500:
        raise RecallError(f"The longest interval cannot be {days!r}: choose a whole number of days from 1 to 36500.")


def _check_steps(name: str, steps: tuple[timedelta, ...]) -> None:
    if not all(isinstance(step, timedelta) and timedelta(0) < step < A_DAY for step in steps):
        raise RecallError(f"Each of the {name} steps must be longer than nothing and shorter than a day.")
    if any(later <= earlier for earlier, later in pairwise(steps)):
        raise RecallError(f"The {name} steps must get longer from one to the next.")


def _check_order(face: Face, memory: Memory | None, at: datetime, day: date) -> None:
    if memory is not None and (day < memory.last_day or at < memory.last_at):
        raise RecallError(
            f"This answer to {face} (study day {day}, {at.isoformat()}) lies before its latest review (study day "
            f"{memory.last_day}, {memory.last_at.isoformat()}): check the computer's clock and time zone."
        )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _their_card(memory: Memory | None, midnight: datetime) -> fsrs.Card:
    # Always with an id and a due date: without them py-fsrs reads the clock and sleeps a millisecond.
    if memory is None:
        return fsrs.Card(card_id=0, due=midnight)
    return fsrs.Card(
        card_id=0,
        state=_THEIRS[memory.state],
        step=memory.step,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=midnight,
        last_review=_midnight(memory.last_day),
    )


def _lapses(memory: Memory | None, rating: Rating) -> int:
    if memory is None:
        return 0
    return memory.lapses + (memory.state is State.REVIEW and rating is Rating.AGAIN)
