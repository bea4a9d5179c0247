"""Deleting what a learner has answered. Decks that the learner wrote are no answers, and stay."""

from datetime import datetime
from pathlib import Path

from attnquiz.errors import StoreError
from attnquiz.exchange import backups
from attnquiz.store import copying
from attnquiz.store.alone import Post

WORD = "delete"
"""What has to be typed."""


def forget(path: Path, typed: str, now: datetime, *, backups_too: bool) -> list[Path]:
    """Delete the file of answers and, if wanted, its backups; without that, a last one is made first.

    Which files are gone. Raises StoreError, and deletes nothing, unless the word was typed.
    """
    if typed.strip().lower() != WORD:
        raise StoreError(f"Nothing was deleted: for that, type the word “{WORD}”.")
    fitting = Post(path, "fit")
    fitting.ask_to_stop()
    doomed = [*(path.with_name(path.name + suffix) for suffix in ("", "-wal", "-shm")), *fitting.files()]
    if backups_too:
        doomed += [*(backup.path for backup in backups.listed(path)), *backups.belonging(path)]
    elif path.exists() and not copying.is_empty(path):
        backups.make(path, now, backups.FORGETTING)
    gone = [file for file in dict.fromkeys(doomed) if file.exists()]
    for file in gone:
        try:
            backups.delete(file)
        except OSError as error:
            raise StoreError(
                f"{file} cannot be deleted ({error.strerror or error}): close all copies of the app, then try again."
            ) from error
    return gone
