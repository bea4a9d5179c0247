"""The reviews that speak for a belief or against it: few of them, so that nobody has to read the whole log."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from attnquiz.recall.rating import Rating

BELIEFS = (
    "CREATE INDEX log_beliefs ON log (learner, misconception) WHERE kind = 'review' AND misconception IS NOT NULL"
)
_NAMED = "learner = :learner AND kind = 'review' AND misconception IS NOT NULL"
_PROOFS = (
    "learner = :learner AND kind = 'review' AND card IN (SELECT value FROM json_each(:cards))"
    " AND verdict IN ('right', 'slip', 'self') AND misconception IS NULL"
)
_TOLD = "study_day, card, rating, verdict, confidence, misconception"
_RATINGS = {rating.value: rating for rating in Rating}


class Told(NamedTuple):
    """What an effective review says of beliefs."""

    study_day: date
    card: str
    rating: Rating
    verdict: str | None
    confidence: str | None
    misconception: str | None


class Telling:
    """What a Reading knows of beliefs."""

    _db: sqlite3.Connection
    learner: str

    def named(self) -> frozenset[str]:
        """The misconceptions that ever showed in an answer."""
        sql = f"SELECT DISTINCT misconception FROM effective WHERE {_NAMED}"
        rows = self._db.execute(sql, {"learner": self.learner})
        return frozenset(name for (name,) in rows)

    def told(self, cards: Iterable[str]) -> list[Told]:
        """Every review that names a misconception, and the right answers to these cards; in order of time."""
        sql = (
            f"SELECT {_TOLD}, at, id FROM effective WHERE {_NAMED} UNION ALL SELECT {_TOLD}, at, id FROM effective"
            f" WHERE {_PROOFS} ORDER BY study_day, at, id"
        )
        rows = self._db.execute(sql, {"learner": self.learner, "cards": json.dumps(sorted(cards))})
        return [
            Told(date.fromisoformat(day), card, _RATINGS[rating], *rest) for day, card, rating, *rest, _, _ in rows
        ]
