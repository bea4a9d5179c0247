"""What a sitting begins with: who was met, what comes back today, what may not be drawn. Of ten thousand faces as
little is carried over as the answer needs; names come as one text, which costs less than a row each."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import date

from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory
from attnquiz.store.rows import MEMORY, NAME, memories_of

_MET = f"SELECT group_concat({NAME}, '\n') FROM memory WHERE learner = ?"
_ERROR = (
    "EXISTS (SELECT 1 FROM effective AS e WHERE e.learner = m.learner AND e.card = m.card AND e.deletion = m.deletion"
    " AND e.study_day = m.last_day AND e.kind = 'review' AND e.verdict = 'wrong' AND e.confidence = 'sure')"
)
_DUE = "(due_at NOT NULL OR due_day <= :today)"
_UNLEARNT = "(due_at NOT NULL OR last_day >= :today OR reviews = 0)"
_PENDING = (
    f"SELECT iif({_UNLEARNT}, {NAME}, NULL), {_DUE}, {_DUE} AND {_ERROR}, card, deletion, {MEMORY} FROM memory AS m"
    f" WHERE learner = :learner AND ({_DUE} OR {_UNLEARNT})"
)
_BACK = f"SELECT card, deletion, due_at NOT NULL FROM memory WHERE learner = :learner AND {_DUE}"
_OF_CARDS = (
    f"SELECT card, deletion, {MEMORY} FROM memory WHERE learner = ? AND card IN (SELECT value FROM json_each(?))"
)


class Beginning:
    """What a Reading knows of the faces that a sitting may ask."""

    _db: sqlite3.Connection
    learner: str

    def met(self) -> list[str]:
        """The names of all faces that were ever reviewed, or count as known."""
        return (self._db.execute(_MET, (self.learner,)).fetchone()[0] or "").splitlines()

    def pending(self, today: date) -> tuple[dict[Face, Memory], frozenset[Face], frozenset[str]]:
        """The faces that come back today, should have come back, or are in their first minutes; which of them were
        answered wrong by a learner who was sure, on the study day of their latest review; and the names of all faces
        that were met and are not learnt: not reviewed before today, or in their minutes.

        Not wrong in their latest review itself: after an error a face comes back within minutes, and is right by then.
        """
        rows = self._db.execute(_PENDING, {"learner": self.learner, "today": today.isoformat()}).fetchall()
        errors = frozenset(Face(row[3], row[4]) for row in rows if row[2])
        unlearnt = frozenset(row[0] for row in rows if row[0] is not None)
        return memories_of(row[3:] for row in rows if row[1]), errors, unlearnt

    def back(self, today: date) -> tuple[list[Face], list[Face]]:
        """The faces that are in their first minutes, and those that come back today or should have come back."""
        rows = self._db.execute(_BACK, {"learner": self.learner, "today": today.isoformat()}).fetchall()
        minutes, due = ([Face(*face) for *face, which in rows if which == wanted] for wanted in (1, 0))
        return minutes, due

    def memories_of(self, cards: Iterable[str]) -> dict[Face, Memory]:
        """Every face of these cards that was ever reviewed, or counts as known."""
        return memories_of(self._db.execute(_OF_CARDS, (self.learner, json.dumps(list(cards)))))
