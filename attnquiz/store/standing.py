"""All memories at once, in plain numbers: figures about ten thousand faces need neither dates nor objects."""

import sqlite3
from datetime import date

Standing = tuple[str, int, str, float, float, int, int, int]
"""card, deletion, state, stability, difficulty, due, last and reviews: ``due`` and ``last`` are days from today, below
0 where they are past."""

_DAYS = "CAST(julianday({}) - julianday(:today) AS INTEGER)"
_SQL = (
    f"SELECT card, deletion, state, stability, difficulty, {_DAYS.format('due_day')}, {_DAYS.format('last_day')},"
    " reviews FROM memory WHERE learner = :learner"
)


class Standings:
    """What a Reading knows of all memories at once."""

    _db: sqlite3.Connection
    learner: str

    def standings(self, today: date) -> list[Standing]:
        """Every face that was ever reviewed, or counts as known."""
        return self._db.execute(_SQL, {"today": today.isoformat(), "learner": self.learner}).fetchall()
