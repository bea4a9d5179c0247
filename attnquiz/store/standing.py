"""All memories at once, in plain numbers: figures about ten thousand faces need neither dates nor objects."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory
from attnquiz.store.rows import MEMORY, memories_of


@dataclass(frozen=True, slots=True)
class Standing:
    """Memories as columns, an entry of each for each face, in order of card and deletion."""

    card: Sequence[str]
    deletion: Sequence[int]
    state: Sequence[str]
    due: Sequence[int]  # days from today, below 0 where they are past
    last: Sequence[int]
    reviews: Sequence[int]
    stability: Sequence[float]
    difficulty: Sequence[float]

    def __len__(self) -> int:
        return len(self.card)

    def of(self, places: Sequence[int]) -> "Standing":
        """Some of them."""
        return Standing(*([column[place] for place in places] for column in map(self.__getattribute__, self.__slots__)))


_DAYS = "unixepoch({}) / 86400 - unixepoch(:today) / 86400"
_COLUMNS = ("card", "deletion", "state", _DAYS.format("due_day"), _DAYS.format("last_day"), "reviews")
_MINE = "FROM memory WHERE learner = :learner"
# A whole column as one text costs a third of ten thousand rows. SQLite would write a float with 15 digits, too few.
_SQL = f"SELECT {', '.join(f'json_group_array({column})' for column in _COLUMNS)} {_MINE}"
_FLOATS = f"SELECT stability, difficulty {_MINE} ORDER BY card, deletion"
_PENDING = f"SELECT card, deletion, {MEMORY} FROM memory WHERE learner = ? AND (due_at NOT NULL OR due_day <= ?)"
_LEARNT = "SELECT card, deletion FROM memory WHERE learner = ? AND due_at IS NULL AND reviews > 0 AND last_day < ?"


class Standings:
    """What a Reading knows of all memories at once."""

    _db: sqlite3.Connection
    learner: str

    def standings(self, today: date) -> Standing:
        """Every face that was ever reviewed, or counts as known."""
        mine = {"today": today.isoformat(), "learner": self.learner}
        whole = map(json.loads, self._db.execute(_SQL, mine).fetchone())
        floats = self._db.execute(_FLOATS, mine).fetchall()
        return Standing(*whole, *(zip(*floats, strict=True) if floats else ((), ())))

    def pending(self, today: date) -> dict[Face, Memory]:
        """The faces that come back today, should have come back, or are in their first minutes."""
        return memories_of(self._db.execute(_PENDING, (self.learner, today.isoformat())))

    def learnt(self, today: date) -> list[Face]:
        """The faces that were reviewed before today, and come back after days."""
        return list(map(Face._make, self._db.execute(_LEARNT, (self.learner, today.isoformat()))))

    def met(self) -> set[tuple[str, int]]:
        """Card and deletion of every face that was ever reviewed, or counts as known."""
        return set(self._db.execute("SELECT card, deletion FROM memory WHERE learner = ?", (self.learner,)))
