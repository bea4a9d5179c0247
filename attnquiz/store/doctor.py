"""Is the file what it should be? Replays the log and compares. Reads, never writes."""

import sqlite3
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from attnquiz.errors import StoreError
from attnquiz.store import tally
from attnquiz.store.database import READ, Store, connect, transaction
from attnquiz.store.derived import (
    Row,
    payloads_of_weights,
    ratings_of,
    remembered,
    replays,
    taken_back,
    waiting_attempts,
)
from attnquiz.store.memory import numbers_of
from attnquiz.store.rows import MEMORY
from attnquiz.store.schema import built
from attnquiz.store.trouble import sentence

# Bytes of the file that are read where they lie: SQLite looks up each row in each index.
_MAPPED = f"PRAGMA mmap_size = {2**31 - 2**16}"


def examine(store: Store) -> list[str]:
    """What is wrong with the file, a sentence each; empty when nothing is. All learners in it are looked at.

    SQLite looks at pages, indexes and CHECKs in a thread of its own, where it waits for no Python; what the log says is
    worked out here meanwhile, in about the same time. Raises StoreError where the file cannot be opened at all.
    """
    trouble: Exception | None = None
    differs: list[str] = []
    try:
        opened = connect(store.path, check_same_thread=False)
    except sqlite3.Error as error:
        raise sentence(error, store.path) from error
    with closing(opened) as db, ThreadPoolExecutor(1) as pool:
        damaged = pool.submit(_damage, db)
        try:
            differs = _differs(store.path)
        except Exception as error:  # a damaged file may lead anywhere
            trouble = error
        except BaseException:
            db.interrupt()  # or who stops the doctor would wait for SQLite
            raise
        damage = damaged.result()
    if trouble is not None and not damage:
        raise trouble
    return damage or differs  # whatever else could be said of a damaged file is guesswork


def _damage(db: sqlite3.Connection) -> list[str]:
    """What SQLite itself finds: pages, indexes, CHECKs, tokens or ids that exist twice."""
    db.execute(_MAPPED)
    try:
        found = db.execute("PRAGMA integrity_check").fetchall()
    except sqlite3.DatabaseError as error:
        return [f"SQLite cannot read the file: {error}."]
    return [f"SQLite finds damage: {line}." for (line,) in found if line != "ok"]


def _differs(path: Path) -> list[str]:
    """What another program changed, what refers to nothing, and what is derived otherwise than by the log."""
    with transaction(path, READ) as db:
        db.execute(_MAPPED)
        changed = list(schema(db))
        if not _has_all_tables(changed):
            return changed
        withdrawn = taken_back(db)
        return [
            *changed,
            *_references(db),
            *_weights(db),
            *_standing(db, withdrawn),
            *_tallies(db, withdrawn),
            *_memories(db, withdrawn),
        ]


def _has_all_tables(changed: Iterable[str]) -> bool:
    """Whether there is a table for every question, by the findings of ``schema``."""
    return not any(finding.startswith("The table") for finding in changed)


def schema(db: sqlite3.Connection) -> Iterator[str]:
    """Tables, indexes, triggers and views that another program dropped or changed."""
    found = {(kind, name): sql for kind, name, sql in db.execute("SELECT type, name, sql FROM sqlite_master")}
    for (kind, name), sql in built().items():
        if (kind, name) not in found:
            yield f"The {kind} {name} is missing: another program dropped it."
        elif found[kind, name] != sql:
            yield f"The {kind} {name} is not as attnquiz made it: another program changed it."


def _references(db: sqlite3.Connection) -> Iterator[str]:
    """Withdrawals and reviews that name nothing, or something that they cannot be about."""
    rows = db.execute(
        "SELECT e.id, e.kind, ifnull(e.cancels, e.attempt), n.kind FROM log AS e"
        " LEFT JOIN log AS n ON n.id = ifnull(e.cancels, e.attempt)"
        " WHERE (e.cancels NOT NULL OR e.attempt NOT NULL) AND (n.id IS NULL OR n.number >= e.number"
        "   OR n.learner <> e.learner OR n.card IS NOT e.card OR n.deletion IS NOT e.deletion"
        "   OR (e.attempt NOT NULL AND n.kind <> 'attempt'))"
    )
    for id, kind, names, what in rows:
        verb = "takes back" if kind == "withdrawal" else "rates"
        why = "is not in the file" if what is None else f"is a {what} that it cannot be about"
        yield f"The {kind} {id} {verb} {names}, which {why}."
    for token, count in db.execute(
        "SELECT token, count(*) FROM log WHERE token NOT NULL GROUP BY 1 HAVING count(*) > 1"
    ):
        yield f"The token {token} was used {count} times: an answer was counted more than once."


def _weights(db: sqlite3.Connection) -> Iterator[str]:
    """Weights that nothing can be scheduled with, whether or not a review names them."""
    for id, payload in payloads_of_weights(db).items():
        try:
            numbers_of(payload, id)
        except StoreError as error:
            yield str(error)


def _standing(db: sqlite3.Connection, withdrawn: set[str]) -> Iterator[str]:
    """The tables ``withdrawn`` and ``unrated`` against the log."""
    listed = _listed(db, "withdrawn")
    for id in sorted(withdrawn ^ listed, key=str):
        yield f"The entry {id} {'was' if id in withdrawn else 'was not'} taken back, but is counted the other way."
    for attempt, review in sorted(ratings_of(db, withdrawn).items()):
        yield f"The review {review} counts, but its attempt {attempt} was taken back."
    waiting = {id for id, *_ in waiting_attempts(db, withdrawn)}
    listed = _listed(db, "unrated")
    for id in sorted(waiting ^ listed, key=str):
        yield f"The attempt {id} {'waits' if id in waiting else 'does not wait'} for a rating, but is listed otherwise."


def _listed(db: sqlite3.Connection, table: str) -> set[str | int]:
    """The ids of the entries that a table names; the bare number where the learner has no such entry."""
    rows = db.execute(f"SELECT ifnull(id, t.number) FROM {table} AS t LEFT JOIN log USING (learner, number)")
    return {id for (id,) in rows}


def _memories(db: sqlite3.Connection, withdrawn: set[str]) -> Iterator[str]:
    """The table ``memory`` against the effective reviews and starts, replayed."""
    should, held = replays(db, withdrawn), remembered(db)
    for key in sorted(should.keys() | held.keys()):
        learner, face = key
        who = f"The memory of {face} (learner {learner})"
        if key not in should:
            yield f"{who} has no review and no start that it could come from."
        elif isinstance(replayed := should[key], str):
            yield f"{who} cannot be replayed: {replayed}"
        elif key not in held:
            yield f"{who} is missing, though it has reviews or a start."
        elif fields := list(_different(held[key], replayed)):
            yield f"{who} differs from the log in {', '.join(fields)}."


def _different(held: Row, should: Row) -> Iterator[str]:
    for name, was, by_log in zip(MEMORY.split(", "), held, should, strict=True):
        if was != by_log:
            yield f"{name} ({was!r} in the file, {by_log!r} by the log)"


def _tallies(db: sqlite3.Connection, withdrawn: set[str]) -> Iterator[str]:
    """The table ``tally`` against the effective reviews: a sentence for each measure of each scope."""
    for (learner, scope, measure), held, should in tally.differences(db, withdrawn):
        what = f"{measure}, {scope}" if scope else measure
        days = sorted({line[0] for line in set(held).symmetric_difference(should)})
        where = days[0] if len(days) == 1 else f"{len(days)} days, the first of them {days[0]}"
        yield f"The statistics ({what}, learner {learner}) differ from the log on {where}."
