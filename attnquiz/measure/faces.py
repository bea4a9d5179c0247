"""The memories of many faces as columns, so that ten thousand of them are one calculation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from attnquiz.measure.workload import Curves
from attnquiz.recall.memory import State
from attnquiz.store.rollup import LEARNING, MATURE, OLD_ENOUGH, RELEARNING, YOUNG
from attnquiz.store.standing import LETTERS, Standing

CLASSES = ("new", "learning", "relearning", "young", "mature", "suspended", "buried")
SUSPENDED, BURIED = 5, 6  # after those of a review
SPACED, FIRST_MINUTES = LETTERS[State.REVIEW].encode(), LETTERS[State.LEARNING].encode()


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """Faces that were reviewed or count as known, one entry of each column for each."""

    concept: NDArray[np.object_]  # its id; empty where the card has none
    state: NDArray[np.bytes_]  # its letter
    stability: NDArray[np.float64]
    difficulty: NDArray[np.float64]
    due: NDArray[np.int64]  # days from today, below 0 when overdue
    last: NDArray[np.int64]  # days from today to the latest review or the start: 0 or below
    reviews: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.state)

    @property
    def spaced(self) -> NDArray[np.bool_]:
        """Whether a face comes back after days, not minutes."""
        return self.state == SPACED

    @property
    def interval(self) -> NDArray[np.int64]:
        """Days from the latest review to the next, at least one."""
        return np.maximum(self.due - self.last, 1)

    def recall(self, weights: Sequence[float]) -> NDArray[np.float64]:
        """Predicted recall today."""
        return Curves(weights).recall(self.stability, np.maximum(-self.last, 0))

    def of(self, chosen: NDArray[np.bool_]) -> "Faces":
        """Some of them."""
        return Faces(*(getattr(self, name)[chosen] for name in self.__slots__))

    def classes(self) -> NDArray[np.int64]:
        """What each is: an index into ``CLASSES``, from LEARNING to MATURE."""
        spaced = np.where(self.interval >= OLD_ENOUGH, MATURE, YOUNG)
        minutes = np.where(self.state == FIRST_MINUTES, LEARNING, RELEARNING)
        return np.where(self.spaced, spaced, minutes)

    def after(self, buried: NDArray[np.bool_]) -> NDArray[np.int64]:
        """When each is due, days from today, where buried ones wait until tomorrow."""
        return np.where(buried, np.maximum(self.due, 1), self.due)


def faces(standing: Standing, concepts: Sequence[str | None], today: date) -> Faces:
    """From the columns of the table of memories, with the id of the concept of each; None where a face has no part in
    the figures."""
    strength = np.array(standing.strength, dtype=np.float64)
    found = Faces(
        concept=np.array(concepts, dtype=object),
        state=np.frombuffer(standing.state.encode(), "S1"),
        stability=strength[::2],
        difficulty=strength[1::2],
        due=_days(standing.due_day, today),
        last=_days(standing.last_day, today),
        reviews=np.fromstring(standing.reviews, dtype=np.int64, sep=","),
    )
    return found.of(np.array([concept is not None for concept in concepts])) if None in concepts else found


def _days(dates: str, today: date) -> NDArray[np.int64]:
    """From today to each of these."""
    return (np.frombuffer(dates.encode(), "S10").astype("M8[D]") - np.datetime64(today)).astype(np.int64)
