"""The table ``tally``: what statistics count, added up by day or week, kept in the transaction of each answer.

Read it, let it follow a change, or work it out anew from the log. What is counted says ``rollup``.
"""

import json
import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any

from attnquiz.store.rollup import (
    BEFORE,
    FACT,
    VARIED,
    Fact,
    Line,
    Measure,
    Scope,
    Tally,
    Title,
    Total,
    books,
    by_slot,
    of_all_time,
    of_concept,
    of_kind,
)

_PATHS = ", ".join(f"'$.{name}'" for name in BEFORE)
_READ = f"{', '.join(FACT)}, json_extract(memory_before, {_PATHS})"
_KINDS = ", ".join(f"'{kind}'" for kind in sorted(VARIED))
_FRESH = (
    f"card_kind IN ({_KINDS}) AND NOT EXISTS (SELECT 1 FROM effective AS e WHERE e.learner = r.learner"
    " AND e.card = r.card AND e.deletion = r.deletion AND e.number < r.number AND e.kind = 'review'"
    " AND e.variant = r.variant)"
)
_FACTS = f"SELECT {_READ}, {_FRESH} FROM effective AS r WHERE kind = 'review'"
_ALL = f"SELECT {_READ} FROM log WHERE kind = 'review' ORDER BY number"
_ADD = (
    "INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
    " SET n = n + excluded.n, hits = hits + excluded.hits, total = total + excluded.total"
)
_PUT = "INSERT OR REPLACE INTO tally VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_BOOK = "learner = ? AND scope = ? AND measure = ?"
_DROP = f"DELETE FROM tally WHERE {_BOOK} AND day = ? AND slot = ?"
_CLEAR = f"{_DROP} AND n = 0"
_SLOTS = 256  # more than any measure has
# Spans come first: each is one range of the primary key. One number is sorted sooner than two.
_BY_SPAN = (
    f"SELECT key * {_SLOTS} + slot / {{0}}, sum(n), sum(hits), sum(total) FROM json_each(?) CROSS JOIN tally"
    " WHERE {1} AND day >= substr(value, 1, 10) AND day < substr(value, 11) GROUP BY 1 ORDER BY 1"
)
_NEVER = "~"  # after all days

TALLY = """
CREATE TABLE tally (                      -- what statistics count of the effective reviews, added up
  learner TEXT NOT NULL,
  scope TEXT NOT NULL,                    -- all of them (empty), concept:NAME or kind:NAME
  measure TEXT NOT NULL,
  day TEXT NOT NULL,                      -- the study day, or the Monday of its week
  slot INTEGER NOT NULL,                  -- what it means depends on the measure
  n INTEGER NOT NULL,
  hits INTEGER NOT NULL,
  total INTEGER NOT NULL,
  PRIMARY KEY (learner, scope, measure, day, slot)
) STRICT, WITHOUT ROWID
"""
# Not the learner first: that would tempt SQLite away from better ways.
REVIEWS = "CREATE INDEX log_reviews ON log (card_kind, concept, learner) WHERE kind = 'review'"


class Tallied:
    """What a Reading knows of the statistics."""

    def __init__(self, db: sqlite3.Connection, learner: str) -> None:
        self._db = db
        self.learner = learner
        self._latest: tuple[tuple[Scope, int], dict[Title, list[Line]]] | None = None  # a question, and its answer

    def tallies(
        self, measure: Measure, scope: Scope | None = None, starts: Sequence[date] | None = None, slots: int = 1
    ) -> list[Tally]:
        """What is counted, by day (or Monday) and slot, in order.

        With ``starts``, first days of spans in order, it is summed by span, and ``day`` is the first of one: what was
        before all of them is left out, the last one has no end. There so many ``slots`` may be put together, under the
        first of them.
        """
        scope = scope or Scope()
        if starts is not None:
            return self._by_span(measure, scope, starts, slots)
        if scope.several:
            found = self._lines(measure, scope)
        else:
            condition, values = _kept(self.learner, measure, scope)
            one = f"SELECT day, slot, n, hits, total FROM tally WHERE {condition} ORDER BY day, slot"
            many = f"SELECT day, slot, sum(n), sum(hits), sum(total) FROM tally WHERE {condition} GROUP BY 1, 2"
            found = self._db.execute(f"{many} ORDER BY 1, 2" if len(scope.concepts or ()) > 1 else one, values)
        make = Tally._make  # tens of thousands, while somebody waits
        return [make((_day(day), slot, n, hits, total)) for day, slot, n, hits, total in found]

    def _by_span(self, measure: Measure, scope: Scope, starts: Sequence[date], slots: int) -> list[Tally]:
        texts = [start.isoformat() for start in starts]
        if scope.several:
            found = _summed(self._lines(measure, scope), texts, slots)
        else:
            condition, values = _kept(self.learner, measure, scope)
            spans = json.dumps([start + stop for start, stop in pairwise([*texts, _NEVER])])
            found = self._db.execute(_BY_SPAN.format(slots, condition), [spans, *values])
        make = Tally._make
        return [
            make((starts[place // _SLOTS], place % _SLOTS * slots, n, hits, total)) for place, n, hits, total in found
        ]

    def days(self, measure: Measure, scope: Scope | None = None) -> tuple[date, date] | None:
        """The first and the last day (or Monday) with anything counted; None where there is nothing."""
        scope = scope or Scope()
        if scope.several:
            days = [line[0] for line in self._lines(measure, scope)]
            first, last = min(days, default=None), max(days, default=None)
        else:
            condition, values = _kept(self.learner, measure, scope)
            ends = (f"(SELECT {end}(day) FROM tally WHERE {condition})" for end in ("min", "max"))
            first, last = self._db.execute(f"SELECT {', '.join(ends)}", values * 2).fetchone()
        return None if first is None else (_day(first), _day(last))

    def totals(self, measure: Measure, scope: Scope | None = None) -> dict[int, Total]:
        """The same for the whole period, by slot."""
        scope = scope or Scope()
        if scope.several:
            return by_slot(self.tallies(measure, scope))
        name = of_all_time(measure) if scope.since is None else measure
        condition, values = _kept(self.learner, name, scope)
        sql = f"SELECT slot, sum(n), sum(hits), sum(total) FROM tally WHERE {condition} GROUP BY slot ORDER BY slot"
        return {slot: Total(*sums) for slot, *sums in self._db.execute(sql, values)}

    def _lines(self, measure: Measure, scope: Scope) -> list[Line]:
        """Through several filters, in order."""
        since = "" if scope.since is None else scope.since.isoformat()
        book = self._from_log(scope).get((self.learner, "", measure.value), [])
        return [line for line in book if line[0] >= since]

    def _from_log(self, scope: Scope) -> dict[Title, list[Line]]:
        """All measures of a scope with several filters; the next question is likely to be about the same."""
        now = (scope, self._db.total_changes)
        if self._latest is None or self._latest[0] != now:
            concepts = sorted(scope.concepts or ())
            condition = (
                f"card_kind = ? AND concept IN ({', '.join('?' * len(concepts))}) AND learner = ? AND +study_day >= ?"
            )
            since = "" if scope.since is None else scope.since.isoformat()
            facts = _facts(self._db, condition, scope.kind, *concepts, self.learner, since)
            self._latest = now, books(facts)
        return self._latest[1]


def _kept(learner: str, measure: str, scope: Scope) -> tuple[str, list[str]]:
    """Which rows of the table are meant, with the values for the question marks."""
    scopes = [""] if scope.kind is None else [of_kind(scope.kind)]
    if scope.concepts is not None:
        scopes = sorted(map(of_concept, scope.concepts))
    condition = f"learner = ? AND scope IN ({', '.join('?' * len(scopes))}) AND measure = ?"
    values = [learner, *scopes, str(measure)]
    if scope.since is None:
        return condition, values
    return f"{condition} AND day >= ?", [*values, scope.since.isoformat()]


def _summed(lines: Iterable[Line], starts: Sequence[str], slots: int) -> list[tuple[int, int, int, int]]:
    """Sums of lines by span and slot, in one number as in ``_BY_SPAN``, in order."""
    summed: dict[int, tuple[int, ...]] = {}
    for day, slot, *sums in lines:
        if number := bisect_right(starts, day):
            place = (number - 1) * _SLOTS + slot // slots
            summed[place] = tuple(map(sum, zip(summed.get(place, (0, 0, 0)), sums, strict=True)))
    return [(place, *sums) for place, sums in sorted(summed.items())]


@lru_cache(maxsize=16_384)
def _day(text: str) -> date:
    return date.fromisoformat(text)


def _facts(db: sqlite3.Connection, condition: str, *values: object) -> Iterator[tuple[Fact, bool]]:
    """Effective reviews, each with whether its variant was never met before."""
    for row in db.execute(f"{_FACTS} AND {condition}", values):
        yield row[:-1], bool(row[-1])


def add(db: sqlite3.Connection, since: int) -> None:
    """Let the table follow the new reviews, from this number of the log on."""
    _change(db, _rows(books(_facts(db, "number >= ?", since))))


def around(db: sqlite3.Connection, number: int) -> dict[Title, list[Line]]:
    """What a review adds to the table, if it counts, and those of its face that ask whether its variant was new."""
    face = "SELECT learner, card, deletion, variant FROM log WHERE number = ?"
    learner, card, deletion, variant = db.execute(face, (number,)).fetchone()
    same = "learner = ? AND card = ? AND deletion = ? AND variant IS ?"
    condition = f"{same} AND (number = ? OR card_kind IN ({_KINDS}))"
    return books(_facts(db, condition, learner, card, deletion, variant, number))


def replace(db: sqlite3.Connection, before: dict[Title, list[Line]], after: dict[Title, list[Line]]) -> None:
    """Let the table follow a change of what some reviews add."""
    change: dict[tuple[object, ...], list[int]] = {}
    for sign, which in ((-1, before), (1, after)):
        for row in _rows(which):
            sums = change.setdefault(row[:5], [0, 0, 0])
            sums[:] = [was + sign * by for was, by in zip(sums, row[5:], strict=True)]
    _change(db, [(*key, *sums) for key, sums in change.items() if any(sums)])


def _rows(found: dict[Title, list[Line]]) -> list[tuple[Any, ...]]:
    """All columns, in the order of the table."""
    return [(*title, *line) for title in sorted(found) for line in found[title]]


def _change(db: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> None:
    db.executemany(_ADD, rows)
    db.executemany(_CLEAR, [row[:5] for row in rows if row[5] < 0])


def differences(db: sqlite3.Connection, withdrawn: Iterable[str]) -> Iterator[tuple[Title, list[Line], list[Line]]]:
    """Where the table does not hold what the log says: the title, what it holds and what it should hold.

    For all learners. ``withdrawn`` are the ids of what the log takes back.
    """
    should = books(_all(db, withdrawn))
    for title in sorted(should.keys() | set(db.execute("SELECT DISTINCT learner, scope, measure FROM tally"))):
        sql = f"SELECT day, slot, n, hits, total FROM tally WHERE {_BOOK} ORDER BY day, slot"
        held, right = db.execute(sql, title).fetchall(), should.pop(title, [])
        if held != right:
            yield title, held, right


def changes(db: sqlite3.Connection, withdrawn: Iterable[str]) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Statements that let the table hold what the log says, each with the rows that it is for."""
    wrong: list[tuple[Any, ...]] = []
    right: list[tuple[Any, ...]] = []
    for title, held, should in differences(db, withdrawn):
        there = set(held)
        wrong += [(*title, *line[:2]) for line in there.difference(should)]
        right += [(*title, *line) for line in should if line not in there]
    return [(_DROP, wrong), (_PUT, right)]


def rebuild(db: sqlite3.Connection, withdrawn: Iterable[str]) -> None:
    """Let the table hold what the log says."""
    for title, _, should in differences(db, withdrawn):
        db.execute(f"DELETE FROM tally WHERE {_BOOK}", title)
        db.executemany(_PUT, ((*title, *line) for line in should))


def _all(db: sqlite3.Connection, withdrawn: Iterable[str]) -> Iterator[tuple[Fact, bool]]:
    """Every review that the log does not take back; the table ``withdrawn`` has no say."""
    gone = {number for id in withdrawn for (number,) in db.execute("SELECT number FROM log WHERE id = ?", (id,))}
    met: set[Fact] = set()  # far fewer than reviews: only cards with numbers have more variants than one
    for fact in db.execute(_ALL):
        if fact[0] not in gone:
            which = fact[1:5]  # learner, card, deletion, variant
            yield fact, which not in met
            met.add(which)
