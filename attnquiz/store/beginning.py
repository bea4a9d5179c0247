"""What a sitting begins with: who was met, what comes back today, what may be drawn. Of ten thousand faces as little is
carried over as the answer needs; names come as one text, which costs less than a row each."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import date

from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory
from attnquiz.store.rows import MEMORY, memories_of

_NAMES = "group_concat(iif(deletion, card || '/' || deletion, card), '\n')"  # as str(face) writes them, a line each
_LEARNT = "(due_at IS NULL AND reviews > 0 AND last_day < :today)"
_MET = (
    f"SELECT {_NAMES} FILTER (WHERE {_LEARNT}), {_NAMES} FILTER (WHERE NOT {_LEARNT}) FROM memory"
    " WHERE learner = :learner"
)
_ERROR = (
    "EXISTS (SELECT 1 FROM effective AS e WHERE e.learner = m.learner AND e.card = m.card AND e.deletion = m.deletion"
    " AND e.study_day = m.last_day AND e.kind = 'review' AND e.verdict = 'wrong' AND e.confidence = 'sure')"
)
_PENDING = (
    f"SELECT {_ERROR}, card, deletion, {MEMORY} FROM memory AS m"
    " WHERE learner = ? AND (due_at NOT NULL OR due_day <= ?)"
)
_OF_CARDS = (
    f"SELECT card, deletion, {MEMORY} FROM memory WHERE learner = ? AND card IN (SELECT value FROM json_each(?))"
)


class Beginning:
    """What a Reading knows of the faces that a sitting may ask."""

    _db: sqlite3.Connection
    learner: str

    def met(self, today: date) -> tuple[list[str], list[str]]:
        """The names of all faces that were ever reviewed, or count as known: first of those that are learnt, which
        were reviewed before today and come back after days, then of the others."""
        learnt, others = self._db.execute(_MET, {"learner": self.learner, "today": today.isoformat()}).fetchone()
        return (learnt or "").splitlines(), (others or "").splitlines()

    def pending(self, today: date) -> tuple[dict[Face, Memory], frozenset[Face]]:
        """The faces that come back today, should have come back, or are in their first minutes; and which of them were
        answered wrong by a learner who was sure, on the study day of their latest review.

        Not in their latest review itself: after an error a face comes back within minutes, and is right by then.
        """
        rows = self._db.execute(_PENDING, (self.learner, today.isoformat())).fetchall()
        errors = frozenset(Face(card, deletion) for error, card, deletion, *_ in rows if error)
        return memories_of(row[1:] for row in rows), errors

    def memories_of(self, cards: Iterable[str]) -> dict[Face, Memory]:
        """Every face of these cards that was ever reviewed, or counts as known."""
        return memories_of(self._db.execute(_OF_CARDS, (self.learner, json.dumps(list(cards)))))
