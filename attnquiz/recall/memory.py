"""What the scheduler believes about one face now."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class State(StrEnum):
    """Where a face stands in FSRS: first minutes, spaced out, or back after a lapse."""

    LEARNING = "learning"
    REVIEW = "review"
    RELEARNING = "relearning"


@dataclass(frozen=True, slots=True)
class Memory:
    """The state of a face after its latest review, or since it counts as known (``begun``). Any other has no Memory.

    In REVIEW the face is due all of ``due_day`` and ``due_at`` is None. In LEARNING and RELEARNING it is
    due at the instant ``due_at`` (UTC), and ``due_day`` is the study day of the review that set it.
    """

    state: State
    step: int | None  # index into the learning or relearning steps; None in REVIEW
    stability: float  # days until recall falls to 90 %
    difficulty: float  # 1 to 10
    due_day: date
    due_at: datetime | None
    last_day: date  # study day of the latest review, or of the start
    last_at: datetime  # its instant, UTC
    reviews: int  # how many there have been; with the face it seeds the fuzz
    lapses: int  # how often a face in REVIEW was rated AGAIN

    def is_due(self, now: datetime, today: date) -> bool:
        return self.due_at <= now if self.due_at is not None else self.due_day <= today


def begun(stability: float, difficulty: float, due_day: date, day: date, at: datetime) -> Memory:
    """What is believed about a face that was never reviewed and counts as known since the instant ``at`` of ``day``."""
    return Memory(
        State.REVIEW, None, stability, difficulty, due_day, due_at=None, last_day=day, last_at=at, reviews=0, lapses=0
    )
