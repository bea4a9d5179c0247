"""The reviews that speak for a belief or against it: few of them, so that nobody has to read the whole log."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

FIRST_BELIEFS = (
    "CREATE INDEX log_beliefs ON log (learner, misconception) WHERE kind = 'review' AND misconception IS NOT NULL"
)
BELIEFS = (  # with all that is asked, so that no row has to be looked up all over the file
    "CREATE INDEX log_beliefs ON log (learner, misconception, study_day, at, verdict, confidence, kind)"
    " WHERE kind = 'review' AND misconception IS NOT NULL"
)
DAYS = (  # the same
    "CREATE INDEX log_day ON log (learner, study_day, at, card, deletion, verdict, rating, misconception, kind)"
    " WHERE kind = 'review'"
)
_SHOWS = (  # not knowing is no belief; + keeps SQLite from the index of days
    "learner = :learner AND kind = 'review' AND misconception IS NOT NULL AND verdict IN ('wrong', 'self')"
    " AND +study_day < :end"
)
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
        last = (  # a look at the end of the index: the largest of all would have to read them all
            f"SELECT study_day || at FROM effective WHERE {_SHOWS} AND misconception = every.misconception"
            " ORDER BY study_day DESC, at DESC LIMIT 1"
        )
        sql = (
            f"SELECT misconception, min(study_day), ({last}), count(*), count(*) FILTER (WHERE confidence = 'sure')"
            f" FROM effective AS every WHERE {_SHOWS} GROUP BY misconception"
        )
        rows = self._db.execute(sql, {"learner": self.learner, "end": _end(until)})
        day = date.fromisoformat
        return [Shown(name, day(first), day(last[:10]), last[10:], *sums) for name, first, last, *sums in rows]

    def right(self, since: date, until: date | None, cards: Iterable[str] | None = None) -> Iterator[Right]:
        """The right answers of each day from ``since`` on and before ``until``, to these cards or to all.

        The latest day first. All answers are read a day at a time, so whoever has heard enough may stop.
        """
        reviews = "kind = 'review'"
        if cards is not None:  # + keeps SQLite from the index of days
            reviews = "+kind = 'review' AND card IN (SELECT value FROM json_each(?))"
        sql = (  # a row for each day: thousands of rows would cost more than what they say
            "SELECT study_day, json_group_array(card), json_group_array(at) FROM effective"
            f" WHERE learner = ? AND study_day >= ? AND study_day < ? AND {_RIGHT} AND {reviews}"
            " GROUP BY study_day ORDER BY study_day DESC"
        )
        given = [] if cards is None else [json.dumps(sorted(cards))]
        for found, names, at in self._db.execute(sql, (self.learner, since.isoformat(), _end(until), *given)):
            yield Right(date.fromisoformat(found), json.loads(names), json.loads(at))


def _end(until: date | None) -> str:
    """A text that comes after all days before ``until``; after all days where there is none."""
    return "~" if until is None else until.isoformat()
