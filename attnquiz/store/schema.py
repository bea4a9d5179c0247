"""The file's tables, as named migrations. What a migration says is history: change the file by adding the next one."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from attnquiz.store.log_table import FIRST_LOG, LOG, MARKED_LOG, STARTS_LOG, STATES_LOG
from attnquiz.store.tables import (
    CONFIDENT_ERRORS,
    DERIVED,
    EFFECTIVE,
    FIRST_MEMORY,
    INDEXES,
    MEMORY,
    STATES,
    TRIGGERS,
)
from attnquiz.store.tally import REVIEWS, TALLY
from attnquiz.store.told import BELIEFS, DAYS, FIRST_BELIEFS

if TYPE_CHECKING:  # imported where it is needed: it brings pandas along, half a second that a learner would wait
    from sqlite_utils import Database, Migrations

SET = "attnquiz"  # the name of our migrations within the file
APPLICATION = 0x61747471  # "attq": PRAGMA application_id, shown by file(1)


def m001_log(db: "Database") -> None:
    """The log, what guards it, and what is derived from it."""
    tables = (FIRST_LOG, *INDEXES, *TRIGGERS, *DERIVED, FIRST_MEMORY, EFFECTIVE)
    for statement in (*tables, f"PRAGMA application_id = {APPLICATION}"):
        db.execute(statement)


def m002_confident_errors(db: "Database") -> None:
    """Answers that were wrong and sure: every sitting asks for them, and they are few."""
    db.execute(CONFIDENT_ERRORS)


def m003_markings(db: "Database") -> None:
    """Second markings, and reviews that keep what was ticked."""
    _make_anew(db, MARKED_LOG, (*INDEXES, CONFIDENT_ERRORS))


def m004_states(db: "Database") -> None:
    """States of the sandbox that are kept, with or without a name, and predictions that were made there."""
    _make_anew(db, STATES_LOG, (*INDEXES, CONFIDENT_ERRORS, STATES))


def m005_starts(db: "Database") -> None:
    """The placement test, and memories that begin without a review."""
    _make_anew(db, STARTS_LOG, (*INDEXES, CONFIDENT_ERRORS, STATES))
    db.execute("ALTER TABLE memory RENAME TO earlier")
    for statement in (MEMORY, "INSERT INTO memory SELECT * FROM earlier", "DROP TABLE earlier"):
        db.execute(statement)


def m006_tally(db: "Database") -> None:
    """What statistics count, added up, and ways to the reviews of some concepts and a kind of card, and of beliefs."""
    for statement in (TALLY, REVIEWS, FIRST_BELIEFS):
        db.execute(statement)


def m007_ever(db: "Database") -> None:
    """Sums for all time, and answers by week: what is added up is worked out anew after every migration.

    And an index that holds all that is asked about beliefs.
    """
    for statement in ("DROP INDEX log_beliefs", BELIEFS):
        db.execute(statement)


def m008_quicker(db: "Database") -> None:
    """The same CHECKs of the log in words that a check of the whole file is done with in half the time.

    No row needs another place for that, so only the words are changed (https://sqlite.org/lang_altertable.html, "Making
    Other Kinds Of Table Schema Changes"); where this SQLite was built to forbid that, the log is made anew.
    And an index of days that holds all that is asked about right answers.
    """
    words = LOG.lstrip().replace("'", "''")
    try:
        db.execute("PRAGMA writable_schema = ON")
        db.execute(f"UPDATE sqlite_master SET sql = '{words}' WHERE type = 'table' AND name = 'log'")
    except sqlite3.DatabaseError:
        _make_anew(db, LOG, (*INDEXES, CONFIDENT_ERRORS, STATES, REVIEWS, BELIEFS))
    # Whoever has the file open reads the words anew, too: an index that is made tells them that something changed.
    for statement in ("PRAGMA writable_schema = RESET", "DROP INDEX log_day", DAYS):
        db.execute(statement)


def _make_anew(db: "Database", log: str, indexes: Sequence[str]) -> None:
    """The log with other CHECKs, and all that was in it: SQLite changes no CHECK of a table that is there."""
    moved = (
        "DROP VIEW effective",
        "ALTER TABLE log RENAME TO earlier",
        log,
        "INSERT INTO log SELECT * FROM earlier",
        "DROP TABLE earlier",  # with its indexes and triggers; a table that is dropped does not ask them
    )
    for statement in (*moved, *indexes, *TRIGGERS, EFFECTIVE):
        db.execute(statement)


Migration = Callable[["Database"], None]
MIGRATIONS: tuple[Migration, ...] = (
    m001_log, m002_confident_errors, m003_markings, m004_states, m005_starts, m006_tally, m007_ever, m008_quicker,
)  # fmt: skip


def migrations(steps: Sequence[Migration] = MIGRATIONS) -> "Migrations":
    """The steps as sqlite-utils knows them: each runs once, in order, together with its record."""
    from sqlite_utils import Migrations

    registered = Migrations(SET)
    for step in steps:
        registered(name=step.__name__)(step)
    return registered


def built() -> dict[tuple[str, str], str | None]:
    """Type and name of everything that the migrations make, with its SQL: what a sound file holds."""
    from sqlite_utils import Database

    db = Database(memory=True, execute_plugins=False)
    migrations().apply(db)
    rows = db.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    db.close()
    return {(kind, name): sql for kind, name, sql in rows}
