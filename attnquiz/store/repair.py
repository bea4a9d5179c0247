"""Mending what is derived: rebuilt from the log, which is only read."""

import sqlite3
from collections.abc import Callable

from attnquiz.errors import DamagedFile
from attnquiz.store import tally
from attnquiz.store.database import WRITE, Store, transaction
from attnquiz.store.derived import remembered, replays, taken_back, waiting_attempts
from attnquiz.store.doctor import schema
from attnquiz.store.log import REMEMBER

_WELL = {("ok",), ("CHECK constraint failed in memory",)}  # what SQLite may say of a file whose log is whole


def repair(store: Store, keep: Callable[[], object]) -> None:
    """Let ``withdrawn``, ``unrated``, ``memory`` and ``tally`` hold what the log says, of all learners, at once.

    ``keep`` is called while nobody else can write, before anything is changed; where it raises, nothing is. It is not
    called where nothing has to change. A memory that cannot be replayed stays as it is, and the doctor goes on naming
    it. Raises DamagedFile, and changes nothing, where the log cannot be relied on.
    """
    with transaction(store.path, WRITE) as db:
        mend(db, keep)


def mend(db: sqlite3.Connection, keep: Callable[[], object]) -> None:
    """The same within a transaction."""
    if not _log_is_whole(db):
        raise DamagedFile("Nothing was repaired, because the log itself is damaged: restore a backup.")
    changes = _changes(db)
    if changes:
        keep()
        for statement, rows in changes:
            db.executemany(statement, rows)


def _log_is_whole(db: sqlite3.Connection) -> bool:
    try:
        log = db.execute("PRAGMA integrity_check(log)").fetchall()  # the other one ends after a hundred findings
        found = {*log, *db.execute("PRAGMA integrity_check").fetchall()}
    except sqlite3.DatabaseError:
        return False
    return found <= _WELL and not any(finding.startswith("The table") for finding in schema(db))


def _changes(db: sqlite3.Connection) -> list[tuple[str, list[tuple[object, ...]]]]:
    """Statements, each with the rows that it is for; rows that are right already are left alone."""
    withdrawn = taken_back(db)
    entries = db.execute("SELECT id, learner, number FROM log")
    gone = {(learner, number) for id, learner, number in entries if id in withdrawn}
    waiting = {(learner, number) for _, learner, number in waiting_attempts(db, withdrawn)}
    held, should = remembered(db), replays(db, withdrawn)
    false = [(learner, *face) for learner, face in held.keys() - should.keys()]
    right = [
        (learner, *face, *row)
        for (learner, face), row in should.items()
        if not isinstance(row, str) and row != held.get((learner, face))
    ]
    changes = [
        *_listed(db, "withdrawn", gone),
        *_listed(db, "unrated", waiting),
        ("DELETE FROM memory WHERE learner = ? AND card = ? AND deletion = ?", false),
        (REMEMBER, right),
        *tally.changes(db, withdrawn),
    ]
    return [(statement, rows) for statement, rows in changes if rows]


def _listed(
    db: sqlite3.Connection, table: str, should: set[tuple[object, ...]]
) -> list[tuple[str, list[tuple[object, ...]]]]:
    held = set(db.execute(f"SELECT learner, number FROM {table}").fetchall())
    return [
        (f"DELETE FROM {table} WHERE learner = ? AND number = ?", list(held - should)),
        (f"INSERT INTO {table} VALUES (?, ?)", list(should - held)),
    ]
