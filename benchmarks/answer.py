"""An answer through study.drill against a bare sqlite3 connection that writes the same rows.

10,000 cards, 100,000 earlier reviews, synchronous=FULL. Both write into copies of one file with the same tables,
indexes and triggers, in turns, so that the machine's moods meet both. Run: ``python -m benchmarks.answer``.
"""

import argparse
import shutil
import sqlite3
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attnquiz.cards.collection import Collection, load, shipped
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import VERSION, Scheduler
from attnquiz.store.database import Store
from attnquiz.store.entry import Entry, Happened, Purpose
from attnquiz.store.memory import dump
from attnquiz.store.rows import ENTRY, MEMORY
from attnquiz.study import drill
from attnquiz.study.proposal import Confidence
from attnquiz.study.session import Session

START = datetime(2026, 1, 1, 9, tzinfo=UTC)
COLUMNS = [name.strip() for name in ENTRY.split(",")]


def big_collection(cards: int) -> Collection:
    """Copies of one shipped numeric card under their own names."""
    content = load(shipped())
    card = content.cards["num-softmax-first"]
    names = [f"card-{number:05}" for number in range(cards)]
    return replace(content, cards={name: replace(card, id=name) for name in names})


def fill(store: Store, collection: Collection, reviews: int) -> None:
    """Earlier reviews, ``reviews / cards`` of each card, one a week; nothing is due before the last of them."""
    scheduler = Scheduler()
    rounds = reviews // len(collection.cards)
    with store.writing() as w:
        for name, card in collection.cards.items():
            memory = None
            for turn in range(rounds):
                at = START + timedelta(days=7 * turn)
                after = scheduler.review(Face(name), memory, Rating.GOOD, at, at.date())
                common = {
                    "learner": "local", "at": at, "zone": "UTC", "study_day": at.date(), "app_version": "bench",
                    "face": Face(name), "concept": card.concept, "card_kind": card.kind, "rev": 1, "content": "0",
                    "purpose": Purpose.DUE if memory else Purpose.NEW, "variant": 0, "seed": 0, "shown_at": at,
                    "committed_at": at, "answer": "0.5", "confidence": "sure", "hints": 0, "retried": False,
                    "verdict": "right", "proposed": Rating.GOOD,
                    "predicted_recall": scheduler.recall(memory, at.date()) if memory else None,
                }  # fmt: skip
                attempt = Entry(
                    id=str(uuid.uuid4()), kind=Happened.ATTEMPT, token=str(uuid.uuid4()), **common
                )  # fmt: skip
                review = Entry(
                    id=str(uuid.uuid4()), kind=Happened.REVIEW, token=str(uuid.uuid4()), attempt=attempt.id,
                    rating=Rating.GOOD, memory_before=dump(memory) if memory else None, memory_after=dump(after),
                    weights="default", retention=0.9, scheduler=VERSION, **common,
                )  # fmt: skip
                w.append(attempt)
                w.append(review)
                memory = after
            w.remember(Face(name), memory)


def written(path: Path, ids: tuple[str, ...]) -> list[tuple]:
    """The rows that an answer wrote, to be written again by hand."""
    with closing(sqlite3.connect(path)) as db:
        marks = ",".join("?" * len(ids))
        return db.execute(f"SELECT {ENTRY} FROM log WHERE id IN ({marks}) ORDER BY number", ids).fetchall()


def memory_row(path: Path, face: Face) -> tuple:
    with closing(sqlite3.connect(path)) as db:
        sql = f"SELECT learner, card, deletion, {MEMORY} FROM memory WHERE card = ? AND deletion = ?"
        return db.execute(sql, face).fetchone()


def bare(path: Path, rows: list[tuple], memory: tuple | None) -> float:
    """Seconds to write rows of the log, and a row of memory, with nothing but sqlite3: connect, transaction, close."""
    insert = f"INSERT INTO log ({ENTRY}) VALUES ({','.join('?' * len(COLUMNS))})"
    begun = time.perf_counter()
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA synchronous = FULL")
    db.execute("BEGIN IMMEDIATE")
    for row in rows:
        db.execute(insert, row)
    if memory is not None:
        db.execute(f"INSERT OR REPLACE INTO memory VALUES ({','.join('?' * len(memory))})", memory)
    db.execute("COMMIT")
    db.close()
    return time.perf_counter() - begun


def ours(desk: drill.Desk, session: Session, now: datetime, said: str) -> tuple[float, float, Session, Session]:
    """Seconds for the commit and for the rating with the next card; the sessions after each."""
    begun = time.perf_counter()
    committed = drill.commit(desk, session, said, Confidence.SURE, now)
    between = time.perf_counter()
    rated = drill.rate(desk, committed, committed.attempt.proposed, now)
    return between - begun, time.perf_counter() - between, committed, rated


def store_alone(store: Store, entry: Entry, face: Face, memory: object | None) -> float:
    """Seconds for one transaction through the store: what `commit` costs without grading or fetching."""
    begun = time.perf_counter()
    with store.writing() as w:
        w.append(entry)
        if memory is not None:
            w.remember(face, memory)
    return time.perf_counter() - begun


def compared(
    desk: drill.Desk, bare_copy: Path, alone: Store | None, session: Session, now: datetime, answers: int,
    say: Callable[[Session], str] = lambda session: "0.576",
) -> dict[str, list[float]]:  # fmt: skip
    """Seconds of so many answers through the drill, and of the same rows written by hand into a copy of the file."""
    times: dict[str, list[float]] = {"ours": [], "bare": [], "alone": []}
    for _ in range(answers):
        if session.showing is None:
            break
        now += timedelta(seconds=20)
        commit, rate, committed, session = ours(desk, session, now, say(session))
        face = committed.showing.face
        with desk.store.reading() as r:
            attempt = r.entry(committed.attempt.id)
            review = next(entry for entry in r.entries(face) if entry.attempt == attempt.id)
            memory = r.memory(face)
        rows, derived = written(desk.store.path, (attempt.id, review.id)), memory_row(desk.store.path, face)
        times["ours"].append(commit + rate)
        times["bare"].append(bare(bare_copy, rows[:1], None) + bare(bare_copy, rows[1:], derived))
        if alone is not None:
            both = store_alone(alone, attempt, face, None) + store_alone(alone, review, face, memory)
            times["alone"].append(both)
    return times


def measure(folder: Path, cards: int, reviews: int, answers: int) -> dict[str, list[float]]:
    collection = big_collection(cards)
    path, floor_path, alone_path = (folder / f"{name}.sqlite3" for name in ("ours", "bare", "alone"))
    fill(Store.open(path), collection, reviews)
    for copy in (floor_path, alone_path):
        copied(path, copy)
    desk = drill.Desk(Store.open(path), collection, "UTC", "bench")
    now = START + timedelta(days=400)
    begun = time.perf_counter()
    session = drill.begin(desk, now)
    begin = [time.perf_counter() - begun]
    return {"begin": begin} | compared(desk, floor_path, Store.open(alone_path), session, now, answers)


def copied(path: Path, to: Path) -> None:
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=10_000)
    parser.add_argument("--reviews", type=int, default=100_000)
    parser.add_argument("--answers", type=int, default=150)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="attnquiz-bench-"))
    try:
        times = measure(folder, options.cards, options.reviews, options.answers)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    medians = {name: statistics.median(seconds) * 1000 for name, seconds in times.items()}
    print(f"{options.cards} cards, {options.reviews} earlier reviews, medians of {options.answers} answers, ms")
    print(f"  begin a sitting      {medians['begin']:8.2f}")
    print(f"  bare sqlite3         {medians['bare']:8.3f}")
    print(f"  store alone          {medians['alone']:8.3f}   x{medians['alone'] / medians['bare']:.2f}  (at most 3)")
    print(f"  answer through drill {medians['ours']:8.3f}   x{medians['ours'] / medians['bare']:.2f}  (at most 5)")


if __name__ == "__main__":
    main()
