"""What the log alone says that ``withdrawn``, ``unrated`` and ``memory`` should hold."""

import json
import sqlite3
from collections.abc import Collection, Container, Iterator
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from attnquiz.errors import RecallError, StoreError
from attnquiz.recall.face import Face
from attnquiz.store.memory import DEFAULT, MOVES, RATED, Rated, Weights, numbers_of, replay
from attnquiz.store.reading import WAITS
from attnquiz.store.rows import MEMORY, memory_row

Key = tuple[str, Face]  # a learner's face
Row = tuple[Any, ...]  # the values of the columns MEMORY
# Sorted by one text, which is no column of the index of faces: that leads through a large file page by page. A key of
# one part, and ten columns, are what SQLite sorts soonest. The order within a face is for ``replay``.
_BY_FACE = f"SELECT json_array(learner, card, deletion) AS face, {RATED} FROM log WHERE {MOVES} ORDER BY face"
_ID, _WEIGHTS = (1 + Rated._fields.index(name) for name in ("id", "weights"))  # the first column is the face


def taken_back(db: sqlite3.Connection) -> set[str]:
    """Ids of the entries that an effective withdrawal takes back."""
    withdrawn: set[str] = set()
    # The newest first: whatever takes back a withdrawal comes after it. + keeps SQLite from reading all of the log.
    for id, cancels in db.execute("SELECT id, cancels FROM log WHERE cancels NOT NULL ORDER BY +number DESC"):
        if id not in withdrawn:
            withdrawn.add(cancels)
    return withdrawn


def ratings_of(db: sqlite3.Connection, withdrawn: Collection[str]) -> dict[str, str]:
    """Each attempt that was taken back and that an effective review rates all the same, with the id of that review."""
    sql = "SELECT attempt, id FROM log WHERE attempt IN (SELECT value FROM json_each(?))"
    rows = db.execute(sql, (json.dumps(sorted(withdrawn)),))
    return {attempt: id for attempt, id in rows if id not in withdrawn}


def waiting_attempts(db: sqlite3.Connection, withdrawn: Collection[str]) -> Iterator[tuple[str, str, int]]:
    """Id, learner and number of each effective attempt that waits for its rating."""
    gone = "SELECT number FROM log WHERE id IN (SELECT value FROM json_each(?))"
    rated = f"SELECT 1 FROM log AS r WHERE r.attempt = a.id AND r.number NOT IN ({gone})"
    sql = f"SELECT id, learner, number FROM log AS a WHERE {WAITS} AND NOT EXISTS ({rated})"
    for id, learner, number in db.execute(sql, (json.dumps(sorted(withdrawn)),)):
        if id not in withdrawn:
            yield id, learner, number


def remembered(db: sqlite3.Connection) -> dict[Key, Row]:
    """What the table ``memory`` holds, for all learners."""
    rows = db.execute(f"SELECT learner, card, deletion, {MEMORY} FROM memory")
    return {(learner, Face(card, deletion)): tuple(row) for learner, card, deletion, *row in rows}


def payloads_of_weights(db: sqlite3.Connection) -> dict[str, str]:
    """What each weights entry says, of all learners, by its id."""
    return dict(db.execute("SELECT id, payload FROM log WHERE kind = 'weights'"))


def replays(db: sqlite3.Connection, withdrawn: Container[str]) -> dict[Key, Row | str]:
    """What ``memory`` should hold: the effective reviews and starts, replayed; a sentence where they cannot be."""
    weights = payloads_of_weights(db)
    numbers = cache(lambda id: numbers_of(weights[id], id))
    should: dict[Key, Row | str] = {}
    for whose, rows in groupby(db.execute(_BY_FACE), key=itemgetter(0)):
        learner, *of_card = json.loads(whose)
        face = Face._make(of_card)
        replayed = _replayed(face, [row for row in rows if row[_ID] not in withdrawn], weights, numbers)
        if replayed is not None:
            should[learner, face] = replayed
    return should


def _replayed(face: Face, rows: list[Row], there: Collection[str], numbers: Weights) -> Row | str | None:
    unknown = set(map(itemgetter(_WEIGHTS), rows)).difference((None, DEFAULT), there)
    if unknown:
        return f"the weights {', '.join(sorted(unknown))} are not in the file."
    try:
        memory = replay(face, [row[1:] for row in rows], numbers)
    except (RecallError, StoreError) as error:
        return str(error)
    return None if memory is None else memory_row(memory)
