"""The file: opened once with all checks, then a connection per use."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from attnquiz.errors import StoreError
from attnquiz.store.log import Writing
from attnquiz.store.reading import Reading
from attnquiz.store.schema import APPLICATION, MIGRATIONS, SET, Migration, migrations
from attnquiz.store.trouble import sentence

__all__ = ["Reading", "Store", "Writing"]

PATIENCE = 5.0  # seconds to wait for another writer
READ, WRITE = ("BEGIN", "ROLLBACK"), ("BEGIN IMMEDIATE", "COMMIT")  # how a transaction begins, and ends well
_PRAGMAS = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
_OLDEST = (3, 38, 0)  # strict tables, JSON


@dataclass(frozen=True, slots=True)
class Store:
    """Where a learner's answers are kept. A value: it holds no connection, so every thread and process may use it."""

    path: Path
    learner: str

    @classmethod
    def open(cls, path: Path, learner: str = "local") -> "Store":
        """Make the file and its folder where they are missing, bring an older file up to date, and check that it can
        be written. Raises StoreError, a sentence, for whatever stands in the way."""
        if not learner:
            raise StoreError("A learner needs a name that is not empty.")
        path = Path(path).absolute()
        prepare(path)
        return cls(path, learner)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """One consistent view, for the length of the block."""
        with transaction(self.path, READ) as db:
            yield Reading(db, self.learner)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """One transaction: kept when the block ends, forgotten when anything is raised in it."""
        with transaction(self.path, WRITE) as db:
            yield Writing(db, self.learner)

    def hold(self) -> AbstractContextManager[object]:
        """Something to keep for as long as a process answers, and to close after that; nothing is asked of it.

        When the last connection to a file closes, SQLite moves its write-ahead log into the file and waits for the disk
        several times more. One connection that stays spares every answer that; what an answer promises is the same.
        """
        try:
            db = connect(self.path, check_same_thread=False)  # closed by whichever thread ends last
            db.execute("SELECT 1 FROM log LIMIT 1").fetchone()
        except sqlite3.Error as error:
            raise sentence(error, self.path) from error
        return closing(db)


def connect(path: Path, mode: str = "rw", *, check_same_thread: bool = True) -> sqlite3.Connection:
    """A connection that begins and commits only when told to. ``mode``: ro, rw, or rwc to create the file."""
    db = sqlite3.connect(f"{path.as_uri()}?mode={mode}", uri=True, timeout=PATIENCE, isolation_level=None,
                         check_same_thread=check_same_thread)
    try:
        db.executescript(_PRAGMAS)
    except BaseException:
        db.close()
        raise
    return db


@contextmanager
def transaction(path: Path, begin_and_end: tuple[str, str]) -> Iterator[sqlite3.Connection]:
    """A connection for one use, READ or WRITE: what was written is kept unless anything is raised in the block."""
    begin, end = begin_and_end
    try:
        with closing(connect(path)) as db:  # closing without an end rolls back, whatever stopped the block
            db.execute(begin)
            yield db
            db.execute(end)
    except sqlite3.Error as error:
        raise sentence(error, path) from error


def prepare(path: Path, steps: Sequence[Migration] = MIGRATIONS) -> None:
    """Create the file or bring it up to date. Safe for many processes at once."""
    if sqlite3.sqlite_version_info < _OLDEST:
        raise StoreError(f"This Python brings SQLite {sqlite3.sqlite_version}; 3.38 is needed: use a newer Python.")
    _check_place(path)
    try:
        with closing(connect(path, "rwc")) as db:
            db.execute("BEGIN")  # one view: another process may be making the file at this moment
            missing = _missing(db, path, steps)
            db.execute("ROLLBACK")
            if missing or db.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                use_wal(db)  # a backup that was put here by hand has none either
            if missing:
                _migrate(db, path, steps)
            db.execute("DELETE FROM unrated WHERE 0")  # a read-only file shows itself here, not at the first answer
    except sqlite3.Error as error:
        raise sentence(error, path) from error


def _check_place(path: Path) -> None:
    try:
        if path.is_dir():
            raise StoreError(f"{path} is a folder, but a file is needed: let ATTNQUIZ_DB name a file in it.")
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be used ({error.strerror or error}): mend the folder {path.parent}, or let ATTNQUIZ_DB "
            "name a file elsewhere."
        ) from error


def _missing(db: sqlite3.Connection, path: Path, steps: Sequence[Migration]) -> list[str]:
    """The migrations that the file has yet to see. Call it within a transaction."""
    names = [step.__name__ for step in steps]
    applied = applied_to(db)
    unknown = [name for name in applied if name not in names]
    if unknown:
        raise StoreError(
            f"{path} was written by a newer version of attnquiz (it has {unknown[-1]}, this one knows {names[-1]}): "
            "update attnquiz. The file was left as it is."
        )
    owner = db.execute("PRAGMA application_id").fetchone()[0]
    holds_something = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if holds_something and (owner != APPLICATION or not applied):
        raise StoreError(
            f"{path} is a database of another program and was left as it is: let ATTNQUIZ_DB name another file."
        )
    return [name for name in names if name not in applied]


def applied_to(db: sqlite3.Connection) -> list[str]:
    """The migrations that a file has seen; none where it is not ours."""
    known = db.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone()
    if not known:
        return []
    rows = db.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY rowid", (SET,))
    return [name for (name,) in rows]


def use_wal(db: sqlite3.Connection) -> None:
    """The switch does not wait for others, who may be at it in the same moment."""
    for _ in range(100):
        try:
            db.execute("PRAGMA journal_mode = WAL").fetchone()
            return
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY"):
                raise
            time.sleep(PATIENCE / 100)
    db.execute("PRAGMA journal_mode = WAL").fetchone()


def _migrate(db: sqlite3.Connection, path: Path, steps: Sequence[Migration]) -> None:
    from sqlite_utils import Database

    db.execute("BEGIN IMMEDIATE")
    try:
        if _missing(db, path, steps):  # another process may have been quicker
            applied = applied_to(db)
            if applied:
                _keep_copy(path, applied[-1])
            migrations(steps).apply(Database(db, recursive_triggers=False, execute_plugins=False))
            if applied:
                _fill(db)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _fill(db: sqlite3.Connection) -> None:
    """What is added up is worked out anew: what a migration says of it is said by the log."""
    from attnquiz.store import derived, tally

    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'tally'").fetchone():
        tally.rebuild(db, derived.taken_back(db))


def _keep_copy(path: Path, version: str) -> Path:
    """Copy the file as it stands beside itself, such as ``attnquiz-m001_log-1.sqlite3``, and never over a copy."""
    counter = 1
    while (copy := path.with_name(f"{path.stem}-{version}-{counter}{path.suffix}")).exists():
        counter += 1
    from attnquiz.store import copying

    copying.copy(path, copy)
    return copy
