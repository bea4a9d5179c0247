"""A learner's hand for tests: writes what the quiz writes, at instants that it makes up."""

import json
import sqlite3
import uuid
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import VERSION, Scheduler
from attnquiz.store.database import Reading, Store, Writing, prepare
from attnquiz.store.entry import Entry, Happened, Purpose
from attnquiz.store.memory import DEFAULT, dump
from attnquiz.store.tally import TALLY

START = datetime(2026, 1, 5, 10, tzinfo=UTC)


@dataclass
class Hand:
    """``now`` goes on by 20 seconds an action; set it to go to another day."""

    store: Store
    now: datetime = START
    scheduler: Scheduler = field(default_factory=Scheduler)
    weights: str = DEFAULT

    def tick(self) -> datetime:
        self.now += timedelta(seconds=20)
        return self.now

    @property
    def day(self) -> date:
        return self.now.date()

    def entry(self, kind: Happened, face: Face | None = None, **fields: object) -> Entry:
        return Entry(
            id=str(uuid.uuid4()), learner=self.store.learner, kind=kind, at=self.tick(), zone="Europe/Berlin",
            study_day=self.day, app_version="0.1.0", face=face, **fields,
        )  # fmt: skip

    def attempt(self, face: Face, token: str, **changes: object) -> Entry:
        shown = self.tick()
        fields = {
            "concept": "scaling", "card_kind": "numeric", "rev": 1, "content": "0" * 32, "purpose": Purpose.DUE,
            "token": token, "variant": 2, "seed": 7, "shown_at": shown, "committed_at": shown + timedelta(seconds=8),
            "answer": "0.5", "confidence": "sure", "hints": 0, "retried": False, "verdict": "right",
            "proposed": Rating.GOOD,
        }  # fmt: skip
        return self.entry(Happened.ATTEMPT, face, **(fields | changes))

    def review(self, r: Reading, attempt: Entry, rating: Rating, token: str) -> Entry:
        before = r.memory(attempt.face)
        at = self.tick() if before is None else max(self.tick(), before.last_at)
        after = self.scheduler.review(attempt.face, before, rating, at, self.day)
        return replace(
            attempt, id=str(uuid.uuid4()), kind=Happened.REVIEW, at=at, study_day=self.day, token=token,
            attempt=attempt.id, rating=rating, memory_before=None if before is None else dump(before),
            memory_after=dump(after), weights=self.weights, retention=self.scheduler.retention, scheduler=VERSION,
            predicted_recall=None if before is None else self.scheduler.recall(before, self.day),
        )  # fmt: skip

    def commit(self, face: Face, **changes: object) -> Entry:
        with self.store.writing() as w:
            attempt = self.attempt(face, w.token(face), **changes)
            w.append(attempt)
        return attempt

    def rate(self, attempt: Entry, rating: Rating = Rating.GOOD) -> Entry:
        with self.store.writing() as w:
            return self.rate_in(w, attempt, rating)

    def rate_in(self, w: Writing, attempt: Entry, rating: Rating) -> Entry:
        review = self.review(w, attempt, rating, w.token(attempt.face))
        after = self.scheduler.review(attempt.face, w.memory(attempt.face), rating, review.at, review.study_day)
        w.append(review)
        w.remember(attempt.face, after)
        return review

    def answer(self, face: Face, rating: Rating = Rating.GOOD, **changes: object) -> Entry:
        return self.rate(self.commit(face, **changes), rating)

    def start(self, *faces: Face, wait: int = 2, **said: object) -> list[Entry]:
        """Let these faces count as known, all by one placement."""
        said = {"placement": str(uuid.uuid4())} | said
        with self.store.writing() as w:
            started = [self.start_of(face, w.token(face), wait, **said) for face in faces]
            for entry in started:
                w.append(entry)
                w.rebuild(entry.face)
        return started

    def start_of(self, face: Face, token: str, wait: int = 2, **said: object) -> Entry:
        memory = self.scheduler.start(self.now, self.day, wait)
        payload = {
            "placement": "p", "known": 0.9, "stability": memory.stability, "difficulty": memory.difficulty,
            "due_day": memory.due_day.isoformat(),
        }  # fmt: skip
        return self.entry(Happened.START, face, token=token, payload=json.dumps(payload | said))

    def withdraw(self, entry: Entry) -> None:
        with self.store.writing() as w:
            self.withdraw_in(w, entry)

    def withdraw_in(self, w: Writing, entry: Entry) -> None:
        w.withdraw(
            entry, id=str(uuid.uuid4()), at=self.tick(), zone="Europe/Berlin", study_day=self.day, app_version="0.1.0"
        )

    def undo(self) -> Entry | None:
        return self._step("undoable")

    def redo(self) -> Entry | None:
        return self._step("redoable")

    def _step(self, which: str) -> Entry | None:
        with self.store.writing() as w:
            entry = getattr(w, which)()
            for each in w.together(entry) if entry is not None else ():
                self.withdraw_in(w, each)
        return entry


def read(store, what, *arguments):
    """The answer of one question to the store, in a reading of its own."""
    with store.reading() as r:
        return getattr(r, what)(*arguments)


def everything(store):
    """Every entry, in order of arrival."""
    with store.reading() as r:
        return list(r.entries())


@contextmanager
def older(path, migrations):
    """A hand for a file of an earlier version. What is derived since then is lent to it while it writes."""
    path.parent.mkdir(exist_ok=True)
    prepare(path, migrations)
    with closing(sqlite3.connect(path)) as db:
        db.execute(TALLY)
    yield Hand(Store(path, "local"))
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TABLE tally")
