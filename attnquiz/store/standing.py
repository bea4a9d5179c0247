"""All memories at once, as columns: figures about ten thousand faces need neither dates nor objects."""

import json
import sqlite3
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from attnquiz.recall.memory import State
from attnquiz.store.rows import NAME

LETTERS = {State.REVIEW: "v", State.LEARNING: "l", State.RELEARNING: "r"}


@dataclass(frozen=True, slots=True)
class Standing:
    """Memories as columns, in order of card and deletion. Most are as the file has them, an entry after another in one
    text: who wants numbers has quicker ways than we have here."""

    name: Sequence[str]  # as str(face) writes it
    state: str  # a letter of ``LETTERS`` each
    due_day: str  # ten letters each
    last_day: str  # the same
    reviews: str  # with commas between them
    strength: Sequence[float]  # stability and difficulty of each face in turns

    def __len__(self) -> int:
        return len(self.name)


# A whole column as one text costs a third of ten thousand rows. SQLite would write a float with 15 digits, too few.
# Nobody has checked what a card is called, so names are JSON.
_WHENS = " ".join(f"WHEN '{state}' THEN '{letter}'" for state, letter in LETTERS.items())
_MINE = "FROM memory WHERE learner = ?"
_TEXTS = (
    f"SELECT json_group_array({NAME}), group_concat(CASE state {_WHENS} END, ''), group_concat(due_day, ''),"
    f" group_concat(last_day, ''), group_concat(reviews) {_MINE}"
)
_FLOATS = f"SELECT stability, difficulty {_MINE} ORDER BY card, deletion"


class Standings:
    """What a Reading knows of all memories at once."""

    _db: sqlite3.Connection
    learner: str

    def standings(self) -> Standing:
        """Every face that was ever reviewed, or counts as known."""
        names, *texts = self._db.execute(_TEXTS, (self.learner,)).fetchone()
        floats = self._db.execute(_FLOATS, (self.learner,))
        return Standing(json.loads(names), *(text or "" for text in texts), array("d", chain.from_iterable(floats)))
