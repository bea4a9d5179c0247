"""Whole files: copied while others write, checked, put in the place of the learner's file.

SQLite's own online backup does the copying. It locks as every transaction does, so that a process that is killed in the
middle leaves what was there before.
"""

import os
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from attnquiz.errors import DamagedFile, StoreError
from attnquiz.store.database import PATIENCE, applied_to, connect, prepare, use_wal
from attnquiz.store.schema import APPLICATION, MIGRATIONS, built
from attnquiz.store.trouble import busy, sentence

AT_ONCE = 256  # pages
PART = ".part"
"""How the name of a copy ends while it is being written."""
_SINGLE = "PRAGMA journal_mode = DELETE"  # a copy is one file with nothing beside it, to be read from any disk
_KEPT = "Nothing was changed."


def copy(source: Path, to: Path) -> None:
    """Copy the file as it stands now to the new file ``to``, which is there whole and sound, or not at all."""
    if to.exists():
        raise StoreError(f"{to} is there already and was left as it is: choose another name.")
    part = to.with_name(f"{to.name}.{uuid.uuid4().hex[:8]}{PART}")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with closing(connect(source)) as db, closing(sqlite3.connect(part, isolation_level=None)) as target:
            db.execute("BEGIN")  # one view, however long it takes
            db.backup(target, progress=_impatient(source))
            target.execute(_SINGLE)
        check(part, source.name)
        part.rename(to)
        _settle(to.parent)
    except sqlite3.Error as error:
        full = _is(error, "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY")
        raise _said(error, source.name, to if full else source) from error
    except OSError as error:
        raise StoreError(f"{to} cannot be written ({error.strerror or error}): name another place.") from error
    finally:
        for left in (part, part.with_name(f"{part.name}-journal")):
            with suppress(OSError):
                left.unlink(missing_ok=True)


def _is(error: sqlite3.Error, *names: str) -> bool:
    return getattr(error, "sqlite_errorname", "").startswith(names)


def _damaged(name: str) -> DamagedFile:
    return DamagedFile(f"{name} is damaged. {_KEPT} Another backup may be whole.")


def _said(error: sqlite3.Error, name: str, path: Path) -> StoreError:
    """What to tell of a file that was to be copied or read, and is called ``name``."""
    if _is(error, "SQLITE_NOTADB"):
        return StoreError(f"{name} is no file of attnquiz: it holds something else. {_KEPT}")
    return _damaged(name) if _is(error, "SQLITE_CORRUPT") else sentence(error, path)


def _impatient(path: Path) -> Callable[[int, int, int], None]:
    """For the progress of a backup, which would wait for ever for somebody who does not let go."""

    def look(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):  # SQLite has waited its time already
            raise busy(path)

    return look


def _settle(folder: Path) -> None:
    """Let the disk remember the new name, where an operating system lets us ask for that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def check(path: Path, name: str) -> None:
    """Raise StoreError, a sentence, unless this is a sound file of answers that this version can read."""
    try:
        with closing(connect(path, "ro")) as db:
            applied, known = applied_to(db), [step.__name__ for step in MIGRATIONS]
            unknown = [name for name in applied if name not in known]
            if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION or not applied:
                raise StoreError(f"{name} is no file of attnquiz: it holds something else. {_KEPT}")
            if unknown:
                raise StoreError(
                    f"{name} was written by a newer version of attnquiz (it has {unknown[-1]}, this one knows "
                    f"{known[-1]}): update attnquiz first. {_KEPT}"
                )
            found = db.execute("PRAGMA quick_check(1)").fetchall()
            if found != [("ok",)] or db.execute("PRAGMA encoding").fetchone()[0] != "UTF-8":
                raise _damaged(name)
    except sqlite3.DatabaseError as error:
        raise _said(error, name, path) from error


def stage(chosen: Path, staged: Path, like: Path) -> None:
    """Copy a file that somebody has chosen to ``staged``, bring it up to date, and see that it holds what ours hold.

    ``like`` is the file whose place it is to take: the sizes of their pages have to agree.
    """
    copy(chosen, staged)
    prepare(staged)
    with closing(connect(staged)) as db:
        found = {(kind, name): sql for kind, name, sql in db.execute("SELECT type, name, sql FROM sqlite_master")}
        ours = built()
        lives = [key for key in found if key[0] in ("trigger", "view") and key not in ours]  # what would act on its own
        if lives or any(found.get(key) != sql for key, sql in ours.items()):
            raise StoreError(f"{chosen.name} was changed by another program: choose another. {_KEPT}")
        db.execute(_SINGLE)
        size = _page_size(like)
        if size not in (0, db.execute("PRAGMA page_size").fetchone()[0]):
            db.execute(f"PRAGMA page_size = {size}")
            db.execute("VACUUM")


def _page_size(path: Path) -> int:
    """0 where there is no file yet, or none that SQLite knows. Its header says so even where the rest is damaged.

    Asked of SQLite: whoever opens the file itself, and closes it, takes away every lock that this process has on it.
    """
    if not path.exists():
        return 0
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=PATIENCE)) as db:
        try:
            db.execute("PRAGMA schema_version").fetchone()  # reads the header and nothing else
        except sqlite3.DatabaseError:
            return 0
        return db.execute("PRAGMA page_size").fetchone()[0]


def put(staged: Path, path: Path, keep: Callable[[], object]) -> None:
    """Let ``path`` hold what ``staged`` holds, in one transaction: whoever has it open sees the old or the new.

    ``keep`` is called while nobody else can write, before anything is changed; where it raises, nothing is.
    """
    locked = False
    impatient = _impatient(path)

    def step(status: int, remaining: int, total: int) -> None:
        nonlocal locked
        impatient(status, remaining, total)
        if not locked:  # the first pages, never all of them, are copied into a transaction that is still open
            locked = True
            keep()

    try:
        # Not ``connect``, which reads the tables: where they are damaged, nothing but replacing them helps.
        bare = sqlite3.connect(f"{path.as_uri()}?mode=rwc", uri=True, timeout=PATIENCE, isolation_level=None)
        with closing(bare) as db, closing(connect(staged, "ro")) as source:
            _use_wal_if_whole(db)
            source.execute("BEGIN")
            pages = source.execute("PRAGMA page_count").fetchone()[0]  # and holds its lock from here on
            source.backup(db, pages=max(1, min(AT_ONCE, pages // 2)), progress=step)
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        raise sentence(error, path) from error


def _use_wal_if_whole(db: sqlite3.Connection) -> None:
    try:
        use_wal(db)
    except sqlite3.DatabaseError as error:
        if not _is(error, "SQLITE_CORRUPT"):
            raise


def is_empty(path: Path) -> bool:
    """Whether nothing has happened yet that could be lost."""
    try:
        with closing(connect(path)) as db:
            return not db.execute("SELECT EXISTS (SELECT 1 FROM log)").fetchone()[0]
    except sqlite3.DatabaseError:
        return False  # it cannot be read: whatever is in it may matter to somebody


def edition(path: Path) -> tuple[int, int]:
    """Another one when the file was replaced, by any process: SQLite counts that as a change of tables."""
    try:
        with closing(connect(path)) as db:
            return path.stat().st_ino, int(db.execute("PRAGMA schema_version").fetchone()[0])
    except sqlite3.Error as error:
        raise sentence(error, path) from error
