"""The table ``tally``: what statistics count, added up by day or week, kept in the transaction of each answer.

Read it, let it follow a change, or work it out anew from the log. What is counted says ``rollup``.
"""

import sqlite3
from collections.abc import Container, Iterator
from datetime import date
from functools import lru_cache

from attnquiz.recall.face import Face
from attnquiz.store.rollup import (
    VARIED,
    Fact,
    Measure,
    Row,
    Scope,
    Sums,
    Tally,
    Total,
    cells,
    of_concept,
    of_kind,
    rows,
)

KEY = "learner, scope, measure, day, slot"
_READ = ", ".join(Fact._fields[:17]) + (
    ", predicted_recall, json_extract(memory_before, '$.state'), json_extract(memory_before, '$.last_day'),"
    " json_extract(memory_before, '$.due_day')"
)
_KINDS = ", ".join(f"'{kind}'" for kind in sorted(VARIED))
_FRESH = (
    f"card_kind IN ({_KINDS}) AND NOT EXISTS (SELECT 1 FROM effective AS e WHERE e.learner = r.learner"
    " AND e.card = r.card AND e.deletion = r.deletion AND e.number < r.number AND e.kind = 'review'"
    " AND e.variant = r.variant)"
)
_FACTS = f"SELECT {_READ}, {_FRESH} FROM effective AS r WHERE kind = 'review'"
_ADD = (
    "INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
    " SET n = n + excluded.n, hits = hits + excluded.hits, total = total + excluded.total"
)
_PUT = "INSERT OR REPLACE INTO tally VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_DROP = "DELETE FROM tally WHERE learner = ? AND scope = ? AND measure = ? AND day = ? AND slot = ?"
_CLEAR = f"{_DROP} AND n = 0"

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
        self._several: tuple[tuple[Scope, int], dict[Row, Sums]] | None = None  # the latest answer, and when

    def tallies(self, measure: Measure, scope: Scope | None = None) -> list[Tally]:
        """What is counted, by day (or Monday) and slot, in order."""
        scope = scope or Scope()
        if scope.several:
            found = sorted((day, slot, *sums) for (_, _, which, day, slot), sums in self._counted(scope).items()
                           if which == measure)
        else:
            condition, values = _kept(self.learner, measure, scope)
            one = f"SELECT day, slot, n, hits, total FROM tally WHERE {condition} ORDER BY day, slot"
            many = f"SELECT day, slot, sum(n), sum(hits), sum(total) FROM tally WHERE {condition} GROUP BY 1, 2"
            found = self._db.execute(f"{many} ORDER BY 1, 2" if len(scope.concepts or ()) > 1 else one, values)
        return [Tally(_day(day), *rest) for day, *rest in found]

    def totals(self, measure: Measure, scope: Scope | None = None) -> dict[int, Total]:
        """The same for the whole period, by slot."""
        scope = scope or Scope()
        if scope.several:
            summed: dict[int, Total] = {}
            for each in self.tallies(measure, scope):
                n, hits, total = summed.get(each.slot, (0, 0, 0))
                summed[each.slot] = Total(n + each.n, hits + each.hits, total + each.total)
            return dict(sorted(summed.items()))
        condition, values = _kept(self.learner, measure, scope)
        sql = f"SELECT slot, sum(n), sum(hits), sum(total) FROM tally WHERE {condition} GROUP BY slot ORDER BY slot"
        return {slot: Total(*sums) for slot, *sums in self._db.execute(sql, values)}

    def _counted(self, scope: Scope) -> dict[Row, Sums]:
        """All measures of a scope with several filters, from the log; the next question is about the same."""
        now = (scope, self._db.total_changes)
        if self._several is None or self._several[0] != now:
            concepts = sorted(scope.concepts or ())
            condition = f"learner = ? AND card_kind = ? AND concept IN ({', '.join('?' * len(concepts))})"
            values = [self.learner, scope.kind, *concepts]
            since = "" if scope.since is None else scope.since.isoformat()
            found = cells(_facts(self._db, f"{condition} AND +study_day >= ?", *values, since))
            summed: dict[Row, Sums] = {}
            for (learner, _, _, measure, day, slot), sums in found.items():
                if day >= since:
                    held = summed.setdefault((learner, "", measure, day, slot), [0, 0, 0])
                    held[:] = map(sum, zip(held, sums, strict=True))
            self._several = now, summed
        return self._several[1]


def _kept(learner: str, measure: Measure, scope: Scope) -> tuple[str, list[str]]:
    """Which rows of the table are meant, with the values for the question marks."""
    scopes = [""] if scope.kind is None else [of_kind(scope.kind)]
    if scope.concepts is not None:
        scopes = sorted(map(of_concept, scope.concepts))
    condition = f"learner = ? AND scope IN ({', '.join('?' * len(scopes))}) AND measure = ?"
    values = [learner, *scopes, measure.value]
    if scope.since is None:
        return condition, values
    return f"{condition} AND day >= ?", [*values, scope.since.isoformat()]


@lru_cache(maxsize=16_384)
def _day(text: str) -> date:
    return date.fromisoformat(text)


def _facts(db: sqlite3.Connection, condition: str, *values: object) -> Iterator[tuple[Fact, bool]]:
    """Effective reviews, each with whether its variant was never met before."""
    for *read, fresh in db.execute(f"{_FACTS} AND {condition}", values):
        yield Fact._make(read), bool(fresh)


def add(db: sqlite3.Connection, since: int) -> None:
    """Let the table follow the new reviews, from this number of the log on."""
    _change(db, rows(cells(_facts(db, "number >= ?", since))))


def of_face(db: sqlite3.Connection, learner: str, face: Face) -> dict[Row, Sums]:
    """What the effective reviews of a face add to the table."""
    return rows(cells(_facts(db, "learner = ? AND card = ? AND deletion = ?", learner, *face)))


def replace(db: sqlite3.Connection, before: dict[Row, Sums], after: dict[Row, Sums]) -> None:
    """Let the table follow a change of what a face adds."""
    nothing = [0, 0, 0]
    change = {
        key: [new - old for new, old in zip(after.get(key, nothing), before.get(key, nothing), strict=True)]
        for key in before.keys() | after.keys()
    }
    _change(db, {key: sums for key, sums in change.items() if any(sums)})


def _change(db: sqlite3.Connection, by: dict[Row, Sums]) -> None:
    db.executemany(_ADD, ((*key, *sums) for key, sums in by.items()))
    db.executemany(_CLEAR, [key for key, (n, _, _) in by.items() if n < 0])


def should(db: sqlite3.Connection, withdrawn: Container[str]) -> dict[Row, Sums]:
    """What the log says that the table should hold, for all learners; ``withdrawn`` are ids."""
    return rows(cells(_all(db, withdrawn)))


def rebuild(db: sqlite3.Connection, withdrawn: Container[str]) -> None:
    """Let the table hold what the log says."""
    for statement, values in changes(db, withdrawn):
        db.executemany(statement, values)


def changes(db: sqlite3.Connection, withdrawn: Container[str]) -> list[tuple[str, list[tuple[object, ...]]]]:
    """Statements that let the table hold what the log says, each with the rows that it is for."""
    right = {key: tuple(sums) for key, sums in should(db, withdrawn).items()}
    found = held(db)
    return [
        (_DROP, [key for key in found if key not in right]),
        (_PUT, [(*key, *sums) for key, sums in right.items() if found.get(key) != sums]),
    ]


def _all(db: sqlite3.Connection, withdrawn: Container[str]) -> Iterator[tuple[Fact, bool]]:
    met: set[tuple[object, ...]] = set()
    for fact in map(Fact._make, db.execute(f"SELECT {_READ} FROM log WHERE kind = 'review' ORDER BY number")):
        if fact.id not in withdrawn:
            which = fact[2:6]  # learner, card, deletion, variant
            yield fact, which not in met
            met.add(which)


def held(db: sqlite3.Connection) -> dict[Row, tuple[int, ...]]:
    """What the table holds, for all learners."""
    return {tuple(row[:5]): tuple(row[5:]) for row in db.execute(f"SELECT {KEY}, n, hits, total FROM tally")}
