"""Appending to the log, and letting follow what is derived from it. A Writing lives as long as its ``with`` block."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from attnquiz.errors import LateAnswer, StoreError
from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory
from attnquiz.store import tally
from attnquiz.store.entry import Entry, Happened, Purpose
from attnquiz.store.reading import WAITS, Reading
from attnquiz.store.reviewed import ReviewRow
from attnquiz.store.rows import ENTRY, MEMORY, entry_row, memory_row

__all__ = ["Reading", "ReviewRow", "Writing"]

LATE = "This card was already answered in another tab or by an earlier click; nothing was counted twice."
LATE_UNDO = "That was already taken back or changed in another tab or by an earlier click; nothing was changed."

_INSERT = f"INSERT INTO log ({ENTRY}) VALUES ({', '.join('?' * len(ENTRY.split(',')))})"
REMEMBER = (
    f"INSERT OR REPLACE INTO memory (learner, card, deletion, {MEMORY})"
    f" VALUES (?, ?, ?, {', '.join('?' * len(MEMORY.split(',')))})"
)
# What the entries after a number mean for the attempts that wait.
_UNRATED = f"INSERT INTO unrated SELECT learner, number FROM log WHERE number > ? AND {WAITS}"
_RATED = (
    "DELETE FROM unrated WHERE (learner, number) IN (SELECT a.learner, a.number FROM log AS r"
    " JOIN log AS a ON a.id = r.attempt WHERE r.number > ?)"
)


class Writing(Reading):
    """One transaction: all that is written in the block is kept when it ends, or none of it."""

    def append(self, entry: Entry) -> None:
        """Add an entry to the log and let what is derived follow; after a review or a start say ``remember`` as well.

        Raises LateAnswer when the entry's token is taken, or when the attempt it rates does not wait for a rating.
        """
        if entry.learner != self.learner:
            raise StoreError(f"An entry of {entry.learner} cannot be written for {self.learner}.")
        self._check_in_time(entry)
        try:
            number = self._db.execute(_INSERT, entry_row(entry)).lastrowid
        except sqlite3.IntegrityError as error:
            raise StoreError(f"This {entry.kind} contradicts itself or the log and was not kept: {error}.") from error
        if entry.kind is Happened.ATTEMPT and entry.purpose is not Purpose.EXAM:
            self._db.execute("INSERT INTO unrated VALUES (?, ?)", (self.learner, number))
        elif entry.attempt is not None:
            self._wait_for_rating(entry.attempt)
        elif entry.cancels is not None:
            self._settle(entry.cancels)
        if entry.kind is Happened.REVIEW:
            tally.add(self._db, number)

    def extend(self, entries: Sequence[Entry], memories: Mapping[Face, Memory]) -> None:
        """Add many new entries at once, in order, and remember what is believed after them.

        Much faster than one at a time. CHECKs and triggers watch as always, but whoever is late is not told politely:
        this is for a history that is written whole. Nothing in it may take anything back.
        """
        if any(entry.learner != self.learner or entry.cancels is not None for entry in entries):
            raise StoreError("What takes something back, or belongs to somebody else, cannot be written among many.")
        before = self._db.execute("SELECT ifnull(max(number), 0) FROM log").fetchone()[0]
        try:
            self._db.executemany(_INSERT, map(entry_row, entries))
        except sqlite3.IntegrityError as error:
            raise StoreError(f"One of many entries contradicts itself or the log; none was kept: {error}.") from error
        self._db.execute(_UNRATED, (before,))
        self._db.execute(_RATED, (before,))
        tally.add(self._db, before + 1)
        rows = ((self.learner, *face, *memory_row(memory)) for face, memory in memories.items())
        self._db.executemany(REMEMBER, rows)

    def remember(self, face: Face, memory: Memory | None) -> None:
        """What is believed about ``face`` from now on; None forgets it."""
        if memory is None:
            self._db.execute(
                "DELETE FROM memory WHERE learner = ? AND card = ? AND deletion = ?", (self.learner, *face)
            )
        else:
            self._db.execute(REMEMBER, (self.learner, *face, *memory_row(memory)))

    def rebuild(self, face: Face) -> None:
        """Remember what the log says."""
        self.remember(face, self.replayed(face))

    def withdraw(self, entry: Entry, *, id: str, at: datetime, zone: str, study_day: date, app_version: str) -> None:
        """Take back ``entry`` (undo), or the withdrawal that it is (redo), and rebuild the memory of its face.

        Raises LateAnswer when that has happened already, or when something done since stands in the way: an attempt
        cannot go before its review, a review cannot come back to an attempt that is gone or rated again.
        """
        if not (self.is_effective(entry) and self._may_go(entry)):
            raise LateAnswer(LATE_UNDO)
        withdrawal = Entry(
            id=id, learner=self.learner, kind=Happened.WITHDRAWAL, at=at, zone=zone, study_day=study_day,
            app_version=app_version, face=entry.face, token=self.token(entry.face), cancels=entry.id,
        )  # fmt: skip
        self.append(withdrawal)

    def _check_in_time(self, entry: Entry) -> None:
        if entry.token is not None and self._db.execute("SELECT 1 FROM log WHERE token = ?", (entry.token,)).fetchone():
            raise LateAnswer(LATE)
        if entry.attempt is not None:
            attempt = self.entry(entry.attempt)
            if attempt is not None and not self.is_open(attempt):
                raise LateAnswer(LATE)

    def _may_go(self, entry: Entry) -> bool:
        if entry.kind is Happened.ATTEMPT:
            return self.is_open(entry)
        target = self.entry(entry.cancels) if entry.cancels is not None else None
        attempt = self.entry(target.attempt) if target is not None and target.attempt is not None else None
        return attempt is None or self.is_open(attempt)

    def _settle(self, id: str) -> None:
        """Decide again whether the entry is withdrawn, and so along the chain of withdrawals that it belongs to."""
        sql = "SELECT number, kind, attempt, cancels, card, deletion FROM log WHERE id = ?"
        number, kind, attempt, cancels, *face = self._db.execute(sql, (id,)).fetchone()
        counts = kind == Happened.REVIEW
        before = tally.around(self._db, number) if counts else {}
        self._derive("withdrawn", number, "EXISTS (SELECT 1 FROM effective WHERE cancels = ?)", id)
        if counts:
            tally.replace(self._db, before, tally.around(self._db, number))
        if kind == Happened.ATTEMPT:
            self._wait_for_rating(id)
        elif kind in (Happened.REVIEW, Happened.START):
            if attempt is not None:
                self._wait_for_rating(attempt)
            self.rebuild(Face(*face))
        elif kind == Happened.WITHDRAWAL:
            self._settle(cancels)

    def _wait_for_rating(self, attempt: str) -> None:
        """Decide again whether an attempt waits for a rating."""
        number = self._db.execute("SELECT number FROM log WHERE id = ?", (attempt,)).fetchone()[0]
        waits = (
            f"EXISTS (SELECT 1 FROM effective WHERE id = ?1 AND {WAITS})"
            " AND NOT EXISTS (SELECT 1 FROM effective WHERE attempt = ?1)"
        )
        self._derive("unrated", number, waits, attempt)

    def _derive(self, table: str, number: int, condition: str, id: str) -> None:
        """Keep the log's ``number`` in a derived table exactly if the condition on ``id`` holds."""
        holds = self._db.execute(f"SELECT {condition}", (id,)).fetchone()[0]
        change = f"INSERT OR IGNORE INTO {table} VALUES (?, ?)" if holds else (
            f"DELETE FROM {table} WHERE learner = ? AND number = ?"
        )  # fmt: skip
        self._db.execute(change, (self.learner, number))
