"""What fitting reads of the log: every answer in short, the weights that were accepted, and the fits that were not."""

import json
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from attnquiz.store.entry import Entry, Happened
from attnquiz.store.memory import DEFAULT, EARLY, numbers_of
from attnquiz.store.rows import ENTRY, entry_of

REFUSED = "fit.refused"  # the name of a setting that remembers a fit that was not taken
Weights = tuple[str, tuple[float, ...]]  # what a review calls them, and the 21 numbers

_KEPT = "learner = ? AND kind = ? AND kind NOT IN ('attempt', 'review', 'withdrawal')"  # as the index wants to hear it
_BRIEF = (
    f"SELECT card, deletion, study_day, kind, rating, purpose, {EARLY}, number FROM effective"
    " WHERE learner = ? AND kind IN ('review', 'start') ORDER BY study_day, at, id"
)
_AGAIN = (
    "SELECT count(*) - count(DISTINCT face) FROM (SELECT DISTINCT card || ' ' || deletion AS face, study_day"
    " FROM effective WHERE learner = ? AND kind = 'review')"
)


class Brief(NamedTuple):
    """A review or a start, in short."""

    card: str
    deletion: int
    study_day: str
    kind: str
    rating: int | None
    purpose: str | None
    early: int  # 1 for a spot check of a face that was not due
    number: int


class Tuned:
    """What a Reading knows about weights."""

    _db: sqlite3.Connection
    learner: str

    def in_brief(self) -> Iterator[Brief]:
        """Effective reviews and starts in order of (study_day, at, id)."""
        return map(Brief._make, self._db.execute(_BRIEF, (self.learner,)))

    def asked_again(self) -> int:
        """On how many days a face came back, over all faces."""
        return self._db.execute(_AGAIN, (self.learner,)).fetchone()[0]

    def reviews_after(self, number: int, most: int) -> int:
        """Effective reviews after this number of the log, counted up to ``most``."""
        sql = "SELECT 1 FROM effective WHERE +learner = ? AND kind = 'review' AND number > ? LIMIT ?"
        return len(self._db.execute(sql, (self.learner, number, most)).fetchall())

    def latest_number(self) -> int:
        """Of the newest entry, whosesoever it is."""
        return self._db.execute("SELECT ifnull(max(number), 0) FROM log").fetchone()[0]

    def weights_in_use(self) -> Weights | None:
        """Those of the latest effective weights entry; None where there is none, and the default ones hold."""
        sql = f"SELECT id, payload FROM effective WHERE {_KEPT} ORDER BY number DESC LIMIT 1"
        row = self._db.execute(sql, (self.learner, Happened.WEIGHTS)).fetchone()
        return None if row is None else (row[0], numbers_of(row[1], row[0]))

    def weights_kept(self) -> list[Entry]:
        """Effective weights entries, in order of arrival."""
        sql = f"SELECT {ENTRY} FROM effective WHERE {_KEPT} ORDER BY number"
        return list(map(entry_of, self._db.execute(sql, (self.learner, Happened.WEIGHTS))))

    def weights_taken_back(self) -> Entry | None:
        """The newest withdrawal of weights, as long as no weights came after it: what may be taken back in turn."""
        sql = (
            f"SELECT {ENTRY} FROM effective WHERE +learner = ? AND kind = 'withdrawal'"
            " AND (SELECT t.kind FROM log AS t WHERE t.id = effective.cancels) = 'weights'"
            f" AND number > ifnull((SELECT max(number) FROM log WHERE {_KEPT}), 0) ORDER BY number DESC LIMIT 1"
        )
        row = self._db.execute(sql, (self.learner, self.learner, Happened.WEIGHTS)).fetchone()
        return None if row is None else entry_of(row)

    def fits(self) -> list[Entry]:
        """All fits in order of arrival: weights that were ever taken, also those that were taken back, and settings
        that remember one that was refused."""
        sql = (
            f"SELECT {ENTRY} FROM log WHERE {_KEPT} AND (kind = 'weights'"
            " OR json_extract(payload, '$.name') = ?) ORDER BY number"
        )
        found = [
            *self._db.execute(sql, (self.learner, Happened.WEIGHTS, REFUSED)),
            *self._db.execute(sql, (self.learner, Happened.SETTING, REFUSED)),
        ]
        return sorted(map(entry_of, found), key=lambda entry: entry.at)


def said(entry: Entry) -> dict[str, object]:
    """What a fit says of itself, whether its weights were taken or not."""
    payload = json.loads(entry.payload or "{}")
    return payload if entry.kind is Happened.WEIGHTS else json.loads(payload["value"])


def id_of(weights: Weights | None) -> str:
    """What a review calls the weights that it was scheduled with."""
    return DEFAULT if weights is None else weights[0]
