"""What a sitting begins with: who was met, what comes back today, what may be drawn. Of ten thousand faces as little is
carried over as the answer needs; names come as one text, which costs less than a row each."""

import sqlite3
from datetime import date

from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory
from attnquiz.store.rows import MEMORY, memories_of

_NAMES = (  # as str(face) writes them, a line each
    "SELECT group_concat(CASE deletion WHEN 0 THEN card ELSE card || '/' || deletion END, char(10))"
    " FROM memory WHERE learner = ?"
)
_LEARNT = "due_at IS NULL AND reviews > 0 AND last_day < ?"
_PENDING = "FROM memory AS m WHERE learner = ? AND (due_at NOT NULL OR due_day <= ?)"
_ERRORS = (
    f"SELECT card, deletion {_PENDING} AND EXISTS (SELECT 1 FROM effective AS e"
    " WHERE e.learner = m.learner AND e.card = m.card AND e.deletion = m.deletion AND e.study_day = m.last_day"
    " AND e.kind = 'review' AND e.verdict = 'wrong' AND e.confidence = 'sure')"
)


class Beginning:
    """What a Reading knows of the faces that a sitting may ask."""

    _db: sqlite3.Connection
    learner: str

    def met(self) -> frozenset[str]:
        """The names of all faces that were ever reviewed, or count as known."""
        return frozenset(self._names(_NAMES, self.learner))

    def learnt(self, today: date) -> list[str]:
        """The names of the faces that were reviewed before today, and come back after days."""
        return self._names(f"{_NAMES} AND {_LEARNT}", self.learner, today.isoformat())

    def pending(self, today: date) -> dict[Face, Memory]:
        """The faces that come back today, should have come back, or are in their first minutes."""
        rows = self._db.execute(f"SELECT card, deletion, {MEMORY} {_PENDING}", (self.learner, today.isoformat()))
        return memories_of(rows)

    def confident_errors(self, today: date) -> frozenset[Face]:
        """Of these ``pending`` faces, those that were answered wrong by a learner who was sure, on the study day of
        their latest review.

        Not in their latest review itself: after an error a face comes back within minutes, and is right by then.
        """
        return frozenset(map(Face._make, self._db.execute(_ERRORS, (self.learner, today.isoformat()))))

    def _names(self, sql: str, *values: object) -> list[str]:
        found = self._db.execute(sql, values).fetchone()[0]
        return found.split("\n") if found else []
