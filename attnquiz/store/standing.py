"""All memories at once, in plain numbers: figures about ten thousand faces need neither dates nor objects."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress


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

    def of(self, chosen: Sequence[bool]) -> "Standing":
        """Some of them."""
        columns = (getattr(self, name) for name in self.__slots__)
        return Standing(*(list(compress(column, chosen)) for column in columns))


_DAYS = "unixepoch({}) / 86400 - unixepoch(:today) / 86400"
_COLUMNS = ("card", "deletion", "state", _DAYS.format("due_day"), _DAYS.format("last_day"), "reviews")
_MINE = "FROM memory WHERE learner = :learner"
# A whole column as one text costs a third of ten thousand rows. SQLite would write a float with 15 digits, too few.
_SQL = f"SELECT {', '.join(f'json_group_array({column})' for column in _COLUMNS)} {_MINE}"
_FLOATS = f"SELECT stability, difficulty {_MINE} ORDER BY card, deletion"


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
