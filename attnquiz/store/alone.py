"""One process at a time: a lock beside the file of answers, which the system lets go when its holder ends, however.

SQLite locks files the same way on every system, so the lock is an empty database. How far the work is stands in a
second file, and a third one asks the holder to stop: no process has to find another one by its number.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from attnquiz.errors import StoreError

PATIENCE = 1.0  # seconds: somebody who asks whether the lock is held may hold it for a moment


@dataclass(frozen=True, slots=True)
class Post:
    """Where work on the file of answers at ``path`` is locked, told and stopped."""

    path: Path
    work: str  # such as "fit": begins the names of the three files

    @property
    def lock(self) -> Path:
        return self._beside("lock")

    @contextmanager
    def held(self, refusal: str) -> Iterator[None]:
        """Nobody else holds it during the block; StoreError with the sentence ``refusal`` where somebody does."""
        with closing(self._taken(refusal)):
            self._clear()
            try:
                yield
            finally:
                self._clear()

    def _taken(self, refusal: str) -> sqlite3.Connection:
        db = sqlite3.connect(self.lock, timeout=PATIENCE, isolation_level=None)
        try:
            db.execute("PRAGMA journal_mode = MEMORY").fetchone()  # nothing is written: no journal beside it
            db.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            db.close()
            raise StoreError(refusal if _is_busy(error) else f"{self.lock} cannot be used ({error}).") from error
        return db

    def is_held(self) -> bool:
        if not self.lock.exists():
            return False
        try:
            with closing(sqlite3.connect(f"{self.lock.as_uri()}?mode=ro", uri=True, timeout=0)) as db:
                db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            return _is_busy(error)
        return False

    def tell(self, text: str) -> None:
        """How far it is; the whole text or the one before it. Nothing depends on it."""
        new = self._beside("new")
        with suppress(OSError):
            new.write_text(text, encoding="utf-8")
            os.replace(new, self._beside("told"))

    def told(self) -> str:
        try:
            return self._beside("told").read_text(encoding="utf-8")
        except OSError:
            return ""

    def ask_to_stop(self) -> None:
        """The holder stops at its next step. Where nobody holds the lock, nothing is asked."""
        if self.is_held():
            self._beside("stop").touch()

    def is_asked_to_stop(self) -> bool:
        return self._beside("stop").exists()

    def files(self) -> list[Path]:
        """All that may lie there."""
        return [self._beside(name) for name in ("lock", "told", "new", "stop")]

    def _beside(self, name: str) -> Path:
        return self.path.with_name(f"{self.path.stem}-{self.work}.{name}")

    def _clear(self) -> None:
        for file in self.files()[1:]:
            with suppress(OSError):
                file.unlink(missing_ok=True)


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
