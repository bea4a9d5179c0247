"""Is the file what it should be? Replays the log and compares. Reads, never writes."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator

from attnquiz.errors import RecallError, StoreError
from attnquiz.recall.face import Face
from attnquiz.store.database import READ, Store, transaction
from attnquiz.store.memory import DEFAULT, MOVES, RATED, Rated, numbers_of, replay
from attnquiz.store.reading import WAITS
from attnquiz.store.rows import MEMORY, memory_row
from attnquiz.store.schema import built


def examine(store: Store) -> list[str]:
    """What is wrong with the file, a sentence each; empty when nothing is. All learners in it are looked at.

    Raises StoreError where the file cannot be opened at all.
    """
    with transaction(store.path, READ) as db:
        findings = list(_damage(db)) or [*_schema(db), *_references(db)]
        if any(finding.startswith(("SQLite", "The table")) for finding in findings):
            return findings  # whatever else could be said would be guesswork
        withdrawn = _withdrawn(db)
        return [*findings, *_standing(db, withdrawn), *_memories(db, withdrawn)]


def _damage(db: sqlite3.Connection) -> Iterator[str]:
    """What SQLite itself finds: pages, indexes, CHECKs, tokens or ids that exist twice."""
    try:
        for (line,) in db.execute("PRAGMA integrity_check").fetchall():
            if line != "ok":
                yield f"SQLite finds damage: {line}."
    except sqlite3.DatabaseError as error:
        yield f"SQLite cannot read the file: {error}."


def _schema(db: sqlite3.Connection) -> Iterator[str]:
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


def _withdrawn(db: sqlite3.Connection) -> set[str]:
    """Ids of the entries that an effective withdrawal takes back, from the log alone."""
    withdrawn: set[str] = set()
    # The newest first: whatever takes back a withdrawal comes after it.
    for id, cancels in db.execute("SELECT id, cancels FROM log WHERE cancels NOT NULL ORDER BY number DESC"):
        if id not in withdrawn:
            withdrawn.add(cancels)
    return withdrawn


def _standing(db: sqlite3.Connection, withdrawn: set[str]) -> Iterator[str]:
    """The tables ``withdrawn`` and ``unrated`` against the log."""
    listed = {
        id for (id,) in db.execute("SELECT ifnull(id, w.number) FROM withdrawn AS w LEFT JOIN log USING (number)")
    }
    for id in sorted(withdrawn ^ listed, key=str):
        yield f"The entry {id} {'was' if id in withdrawn else 'was not'} taken back, but is counted the other way."
    rated = {attempt: id for id, attempt in _pairs(db, "id, attempt", "attempt NOT NULL") if id not in withdrawn}
    attempts = {id for id, _ in _pairs(db, "id, token", WAITS)}
    for attempt in sorted(withdrawn & rated.keys()):
        yield f"The review {rated[attempt]} counts, but its attempt {attempt} was taken back."
    waiting = attempts - withdrawn - rated.keys()
    listed = {id for (id,) in db.execute("SELECT ifnull(id, u.number) FROM unrated AS u LEFT JOIN log USING (number)")}
    for id in sorted(waiting ^ listed, key=str):
        yield f"The attempt {id} {'waits' if id in waiting else 'does not wait'} for a rating, but is listed otherwise."


def _pairs(db: sqlite3.Connection, columns: str, condition: str) -> sqlite3.Cursor:
    return db.execute(f"SELECT {columns} FROM log WHERE {condition}")


def _memories(db: sqlite3.Connection, withdrawn: set[str]) -> Iterator[str]:
    """The table ``memory`` against the effective reviews and starts, replayed."""
    numbers = {id: numbers_of(payload, id) for id, payload in _pairs(db, "id, payload", "kind = 'weights'")}
    moves: dict[tuple[str, Face], list[Rated]] = defaultdict(list)
    for learner, card, deletion, *rated in db.execute(
        f"SELECT learner, card, deletion, {RATED} FROM log WHERE {MOVES}"
    ):
        move = Rated._make(rated)
        if move.id not in withdrawn:
            moves[learner, Face(card, deletion)].append(move)
    held = {
        (learner, Face(card, deletion)): row
        for learner, card, deletion, *row in db.execute(f"SELECT learner, card, deletion, {MEMORY} FROM memory")
    }
    for key in sorted(moves.keys() | held.keys()):
        learner, face = key
        who = f"The memory of {face} (learner {learner})"
        if key not in held:
            yield f"{who} is missing, though it has reviews or a start."
        elif key not in moves:
            yield f"{who} has no review and no start that it could come from."
        else:
            yield from _difference(who, held[key], face, moves[key], numbers)


def _difference(
    who: str, held: list[object], face: Face, moves: list[Rated], numbers: dict[str, tuple[float, ...]]
) -> Iterator[str]:
    unknown = {move.weights for move in moves if move.weights is not None} - {DEFAULT} - numbers.keys()
    if unknown:
        yield f"{who} cannot be replayed: the weights {', '.join(sorted(unknown))} are not in the file."
        return
    try:
        memory = replay(face, moves, numbers.__getitem__)
    except (RecallError, StoreError) as error:
        yield f"{who} cannot be replayed: {error}"
        return
    assert memory is not None  # there are some
    fields = [
        f"{name} ({was!r} in the file, {should!r} by the log)"
        for name, was, should in zip(MEMORY.split(", "), held, memory_row(memory), strict=True)
        if was != should
    ]
    if fields:
        yield f"{who} differs from the log in {', '.join(fields)}."
