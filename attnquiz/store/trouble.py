"""SQLite's troubles as sentences: what is wrong, where, and what to do."""

import sqlite3
from pathlib import Path

from attnquiz.errors import StoreError

_KEPT = "Nothing was half written."
_SENTENCES = {
    "SQLITE_BUSY": "The file {path} is in use by another program. Close other copies of the app or tools that have it "
    "open, then try again. " + _KEPT,
    "SQLITE_LOCKED": "The file {path} is in use by another part of the app. Try again. " + _KEPT,
    "SQLITE_FULL": "The disk that holds {path} is full. Make room on it, then try again. " + _KEPT,
    "SQLITE_READONLY": "{path} cannot be written: the file, its folder or the disk is read-only. Allow writing there, "
    "or let ATTNQUIZ_DB name a file in another folder.",
    "SQLITE_CANTOPEN": "{path} cannot be opened: it has been moved or deleted, or it is in a folder or on a disk that "
    "is read-only. Put it back or allow writing there, or let ATTNQUIZ_DB name another file.",
    "SQLITE_PERM": "{path} may not be opened: mend its permissions, or let ATTNQUIZ_DB name another file.",
    "SQLITE_AUTH": "{path} may not be opened: mend its permissions, or let ATTNQUIZ_DB name another file.",
    "SQLITE_NOTADB": "{path} is not a file of answers: it holds something else. Let ATTNQUIZ_DB name another file, or "
    "move this one away; it was left as it is.",
    "SQLITE_CORRUPT": "{path} is damaged. Keep a copy of it, then restore a backup, or move it away to start anew.",
    "SQLITE_IOERR": "The disk that holds {path} failed or is full ({error}). Make room on it or mend the disk, then "
    "try again. " + _KEPT,
}


def sentence(error: sqlite3.Error, path: Path) -> StoreError:
    """What to tell the person whose file it is."""
    name = getattr(error, "sqlite_errorname", "")  # such as SQLITE_READONLY_DIRECTORY
    for start, text in _SENTENCES.items():
        if name == start or name.startswith(start + "_"):
            return StoreError(text.format(path=path, error=error))
    return StoreError(f"SQLite could not do its work on {path}: {error}. {_KEPT}")


def busy(path: Path) -> StoreError:
    """What to say of a lock that somebody else does not let go."""
    return StoreError(_SENTENCES["SQLITE_BUSY"].format(path=path))
