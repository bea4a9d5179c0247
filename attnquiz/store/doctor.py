"""Is the file what it should be? Replays the log and compares. Reads, never writes."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from attnquiz.errors import StoreError
from attnquiz.store import tally
from attnquiz.store.database import READ, Store, transaction
from attnquiz.store.derived import Row, ratings_of, remembered, replays, taken_back, waiting_attempts
from attnquiz.store.rows import MEMORY
from attnquiz.store.schema import built

MAPPED = 2**31 - 2**16  # bytes of the file that are read where they lie: SQLite looks up each row in each index
LARGE = 32 * 1024 * 1024  # bytes from which a second process is worth its start
Found = tuple[list[str], list[str]]  # what SQLite finds; where it finds nothing, what differs from the log


def examine(store: Store, large: int = LARGE) -> list[str]:
    """What is wrong with the file, a sentence each; empty when nothing is. All learners in it are looked at.

    Of a file of ``large`` bytes or more, a process of its own looks at one half: much of either is Python, in which
    threads take turns. Raises StoreError where the file cannot be opened at all.
    """
    troubles: list[Exception] = []

    def found(half: Callable[[], Found]) -> Found:
        try:
            return half()
        except Exception as error:  # a damaged file may lead anywhere; the other half may know that it is damaged
            troubles.append(error)
            return [], []

    with _beside(store.path, large) as other_half:
        damage, differs = found(lambda: _indexes_and_statistics(store.path))
        more_damage, memories = found(other_half)
    damage = list(dict.fromkeys([*damage, *more_damage]))
    if troubles and not damage:
        raise troubles[0]
    return damage or [*differs, *memories]  # whatever else could be said of a damaged file is guesswork


@contextmanager
def _beside(path: Path, large: int) -> Iterator[Callable[[], Found]]:
    """Ask for ``_rows_and_memories``, which a process of its own has begun with where the file is large."""
    if path.stat().st_size < large:
        yield lambda: _rows_and_memories(path)
        return
    command = [sys.executable, "-m", __name__, str(path)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:

        def found() -> Found:
            said, _ = process.communicate()
            if process.returncode != 0:
                raise StoreError(f"The check of {path} was stopped half way: start it again.")
            return json.loads(said)

        try:
            yield found
        finally:
            process.kill()  # or who stops the doctor would wait for it


def _indexes_and_statistics(path: Path) -> Found:
    """One half: pages and indexes, what another program changed, and all that is added up."""
    with transaction(path, READ) as db:
        db.execute("PRAGMA ignore_check_constraints = ON")  # the other half looks at them
        damage, changed = list(_damage(db, "integrity_check")), list(schema(db))
        if damage or not _has_all_tables(changed):
            return damage, changed
        return [], [*changed, *_tallies(db, taken_back(db))]


def _rows_and_memories(path: Path) -> Found:
    """The other half, about as long: every row by every CHECK, what refers to nothing, and what is remembered."""
    with transaction(path, READ) as db:
        damage = list(_damage(db, "quick_check"))
        if damage or not _has_all_tables(schema(db)):
            return damage, []
        withdrawn = taken_back(db)
        return [], [*_references(db), *_standing(db, withdrawn), *_memories(db, withdrawn)]


def _damage(db: sqlite3.Connection, check: str) -> Iterator[str]:
    """What SQLite itself finds: pages, indexes, CHECKs, tokens or ids that exist twice."""
    db.execute(f"PRAGMA mmap_size = {MAPPED}")
    try:
        for (line,) in db.execute(f"PRAGMA {check}").fetchall():
            if line != "ok":
                yield f"SQLite finds damage: {line}."
    except sqlite3.DatabaseError as error:
        yield f"SQLite cannot read the file: {error}."


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


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_rows_and_memories(Path(sys.argv[1]))))
