"""The reviews that speak for a belief or against it: few of them, so that nobody has to read the whole log."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

FIRST_BELIEFS = (
    "CREATE INDEX log_beliefs ON log (learner, misconception) WHERE kind = 'review' AND misconception IS NOT NULL"
)
BELIEFS = (  # with all that is asked, so that no row has to be looked up all over the file
    "CREATE INDEX log_beliefs ON log (learner, misconception, study_day, at, verdict, confidence, kind)"
    " WHERE kind = 'review' AND misconception IS NOT NULL"
)
_SHOWS = "misconception IS NOT NULL AND verdict IN ('wrong', 'self')"  # not knowing is no belief
_RIGHT = "(verdict IN ('right', 'slip') OR verdict = 'self' AND rating > 1 AND misconception IS NULL)"


class Shown(NamedTuple):
    """The effective reviews in which a misconception showed."""

    misconception: str
    first_day: date
    last_day: date
    last_at: str  # the instant of the latest of them, as text
    times: int
    sure: int  # of those, times that the learner was sure


class Right(NamedTuple):
    """The effective reviews of a study day that were right, in the learner's own judgement where only that can tell."""

    day: date
    cards: list[str]
    at: list[str]  # the instant of each, as text


class Telling:
    """What a Reading knows of beliefs."""

    _db: sqlite3.Connection
    learner: str

    def shown(self, until: date | None = None) -> list[Shown]:
        """Every misconception that ever showed in an answer, or before the study day ``until``."""
        sql = (  # + keeps SQLite from the index of days
            "SELECT misconception, min(study_day), max(study_day || at), count(*), sum(confidence IS 'sure')"
            f" FROM effective WHERE learner = ? AND kind = 'review' AND {_SHOWS} AND +study_day < ? GROUP BY 1"
        )
        rows = self._db.execute(sql, (self.learner, _end(until)))
        day = date.fromisoformat
        return [Shown(name, day(first), day(last[:10]), last[10:], *sums) for name, first, last, *sums in rows]

    def last_day(self, until: date | None = None) -> date | None:
        """The last study day with a review, or the last one before ``until``; None where there is none."""
        sql = "SELECT max(study_day) FROM log WHERE learner = ? AND kind = 'review' AND study_day < ?"
        (day,) = self._db.execute(sql, (self.learner, _end(until))).fetchone()
        return None if day is None else date.fromisoformat(day)

    def right(self, since: date, until: date | None, cards: Iterable[str] | None = None) -> list[Right]:
        """The right answers of each day from ``since`` on and before ``until``, to these cards or to all."""
        among = "" if cards is None else " AND card IN (SELECT value FROM json_each(?))"
        sql = (  # a row for each day: thousands of rows would cost more than what they say
            "SELECT study_day, json_group_array(card), json_group_array(at) FROM effective WHERE learner = ?"
            f" AND kind = 'review' AND study_day >= ? AND study_day < ? AND {_RIGHT}{among} GROUP BY study_day"
        )
        given = [] if cards is None else [json.dumps(sorted(cards))]
        rows = self._db.execute(sql, (self.learner, since.isoformat(), _end(until), *given))
        return [Right(date.fromisoformat(day), json.loads(names), json.loads(at)) for day, names, at in rows]


def _end(until: date | None) -> str:
    """A text that comes after all days before ``until``; after all days where there is none."""
    return "~" if until is None else until.isoformat()
