"""All memories at once, in plain numbers: figures about ten thousand faces need neither dates nor objects."""

import sqlite3
from datetime import date

from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory
from attnquiz.store.rows import MEMORY, memories_of

Standing = tuple[str, int, str, float, float, int, int, int]
"""card, deletion, state, stability, difficulty, due, last and reviews: ``due`` and ``last`` are days from today, below
0 where they are past."""

_DAYS = "unixepoch({}) / 86400 - unixepoch(:today) / 86400"
_SQL = (
    f"SELECT card, deletion, state, stability, difficulty, {_DAYS.format('due_day')}, {_DAYS.format('last_day')},"
    " reviews FROM memory WHERE learner = :learner"
)
_PENDING = f"SELECT card, deletion, {MEMORY} FROM memory WHERE learner = ? AND (due_at NOT NULL OR due_day <= ?)"
_LEARNT = "SELECT card, deletion FROM memory WHERE learner = ? AND due_at IS NULL AND reviews > 0 AND last_day < ?"


class Standings:
    """What a Reading knows of all memories at once."""

    _db: sqlite3.Connection
    learner: str

    def standings(self, today: date) -> list[Standing]:
        """Every face that was ever reviewed, or counts as known."""
        return self._db.execute(_SQL, {"today": today.isoformat(), "learner": self.learner}).fetchall()

    def pending(self, today: date) -> dict[Face, Memory]:
        """The faces that come back today, should have come back, or are in their first minutes."""
        return memories_of(self._db.execute(_PENDING, (self.learner, today.isoformat())))

    def learnt(self, today: date) -> list[Face]:
        """The faces that were reviewed before today, and come back after days."""
        return list(map(Face._make, self._db.execute(_LEARNT, (self.learner, today.isoformat()))))

    def met(self) -> set[tuple[str, int]]:
        """Card and deletion of every face that was ever reviewed, or counts as known."""
        return set(self._db.execute("SELECT card, deletion FROM memory WHERE learner = ?", (self.learner,)))
