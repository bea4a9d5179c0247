"""What is derived and was damaged is what it was before, and whatever is wrong in the log stays as it is."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta

import pytest

from attnquiz.errors import DamagedFile
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Store, connect
from attnquiz.store.doctor import examine
from attnquiz.store.repair import repair
from attnquiz.store.schema import built
from tests.store.hand import Hand

UNKNOWN = "'ffffffff-0000-4000-8000-000000000000'"
HERE = "WHERE card = 'one' AND learner = 'local'"
ANOTHER = (
    "INSERT INTO memory SELECT learner, 'never-asked', deletion, state, step, stability, difficulty, due_day, due_at,"
    f" last_day, last_at, reviews, lapses FROM memory {HERE}"
)


@pytest.fixture
def lived(store, hand):
    """Answers on several days, a start, undone and redone, one that waits, one that waits and was taken back."""
    for day in range(4):
        for card in ("one", "two", "three"):
            hand.answer(Face(card), Rating(1 + day))
        hand.now += timedelta(days=1 + day)
    hand.start(Face("known"))
    hand.undo()
    hand.redo()
    hand.undo()
    hand.undo()
    hand.commit(Face("two"))
    hand.undo()
    hand.commit(Face("three"))
    Hand(Store.open(store.path, "grace")).answer(Face("one"))
    assert examine(store) == []
    return store


def meddle(store, *statements):
    """What another program might do: no CHECK and no trigger stands in its way."""
    with closing(sqlite3.connect(store.path)) as db:
        triggers = {name: sql for (kind, name), sql in built().items() if kind == "trigger"}
        db.execute("PRAGMA ignore_check_constraints = ON")
        for statement in (*(f"DROP TRIGGER {name}" for name in triggers), *statements, *triggers.values()):
            db.execute(statement)
        db.commit()


def tables(store, *names):
    with closing(connect(store.path)) as db:
        return {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in names}


def dump(store):
    return tables(store, "log", "memory", "withdrawn", "unrated", "tally")


def never():
    raise AssertionError("nothing is to be changed")


DAMAGES = {
    "a memory is gone": [f"DELETE FROM memory {HERE}"],
    "all memories are gone": ["DELETE FROM memory"],
    "a memory is wrong": [f"UPDATE memory SET stability = stability + 1e-9, due_day = date(due_day, '1 day') {HERE}"],
    "a memory breaks its CHECKs": [f"UPDATE memory SET stability = -1, state = 'gone' {HERE}"],
    "one memory too many": [ANOTHER],
    "two memories are swapped": [
        f"UPDATE memory SET card = 'x' {HERE}",
        "UPDATE memory SET card = 'one' WHERE card = 'two' AND learner = 'local'",
        "UPDATE memory SET card = 'two' WHERE card = 'x'",
    ],
    "a memory of another learner": [f"UPDATE memory SET learner = 'nobody' {HERE}"],
    "nothing counts as taken back": ["DELETE FROM withdrawn"],
    "too much counts as taken back": ["INSERT OR IGNORE INTO withdrawn SELECT learner, number FROM log LIMIT 9"],
    "an entry that is not there was taken back": ["INSERT INTO withdrawn VALUES ('local', 4711)"],
    "somebody else took something back": ["UPDATE withdrawn SET learner = 'grace'"],
    "nothing waits": ["DELETE FROM unrated"],
    "everything waits": [
        "INSERT OR IGNORE INTO unrated SELECT learner, number FROM log WHERE kind IN ('attempt', 'review')"
    ],
    "somebody else waits": ["UPDATE unrated SET learner = 'grace'"],
    "all of it": [
        ANOTHER, f"UPDATE memory SET lapses = 0, reviews = 1 {HERE}", "DELETE FROM memory WHERE card = 'two'",
        "DELETE FROM withdrawn", "INSERT INTO withdrawn VALUES ('local', 1)", "DELETE FROM unrated",
        "INSERT INTO unrated VALUES ('grace', 2)",
    ],
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_was_damaged_is_what_it_was(lived, damage):
    before = dump(lived)
    meddle(lived, *damage)
    assert dump(lived) != before
    assert examine(lived) != []
    seen = []
    repair(lived, lambda: seen.append(dump(lived)))
    assert dump(lived) == before
    assert examine(lived) == []
    assert len(seen) == 1, "there is one moment to keep a copy in"
    assert seen[0] != before, "and it comes before anything is changed"


def test_a_healthy_file_is_left_alone(lived):
    before = lived.path.read_bytes()
    repair(lived, never)
    assert lived.path.read_bytes() == before


def test_where_no_copy_can_be_kept_nothing_is_changed(lived):
    meddle(lived, "DELETE FROM memory")
    before = dump(lived)
    with pytest.raises(AssertionError):
        repair(lived, never)
    assert dump(lived) == before


def test_nobody_writes_between_the_copy_and_the_repair(lived, hand):
    meddle(lived, "DELETE FROM unrated")
    held = []

    def somebody_else():
        with closing(sqlite3.connect(lived.path, timeout=0)) as db:
            try:
                db.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                held.append(error.sqlite_errorname)

    repair(lived, somebody_else)
    assert held == ["SQLITE_BUSY"]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (f"UPDATE log SET weights = {UNKNOWN} WHERE number = 2", "cannot be replayed"),
        (f"UPDATE log SET cancels = {UNKNOWN} WHERE number ="
         " (SELECT min(number) FROM log WHERE kind = 'withdrawal')", "takes back ffffffff"),
        ("DELETE FROM log WHERE number = 1", "rates"),
        ("DROP INDEX log_face", "log_face is missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_log_stays_and_is_named_and_the_rest_is_mended(lived, wrong, named):
    meddle(lived, wrong)
    log = tables(lived, "log")
    meddle(lived, "DELETE FROM unrated", "DELETE FROM memory WHERE card = 'three'")
    repair(lived, lambda: None)
    left = examine(lived)
    assert left
    assert all(named in finding for finding in left)
    assert tables(lived, "log") == log
    repair(lived, never)


def test_a_memory_that_cannot_be_replayed_stays_as_it_is(lived):
    meddle(lived, f"UPDATE log SET weights = {UNKNOWN} WHERE card = 'one' AND rating", ANOTHER)
    before = [row for row in tables(lived, "memory")["memory"] if row[1] == "one"]
    repair(lived, lambda: None)
    rows = tables(lived, "memory")["memory"]
    assert [row for row in rows if row[1] == "one"] == before
    assert "never-asked" not in {row[1] for row in rows}


@pytest.mark.parametrize("wrong", ["UPDATE log SET confidence = 'maybe' WHERE number = 1", "DROP TABLE withdrawn"])
def test_a_log_that_cannot_be_relied_on_is_no_reason_to_change_anything(lived, wrong):
    meddle(lived, "DELETE FROM memory", wrong)
    before = tables(lived, "log", "memory", "unrated")
    with pytest.raises(DamagedFile, match="restore a backup"):
        repair(lived, never)
    assert tables(lived, "log", "memory", "unrated") == before


def test_a_damaged_page_is_no_reason_to_change_anything(lived):
    meddle(lived, "DELETE FROM memory WHERE card = 'three'")
    with closing(sqlite3.connect(lived.path)) as db:
        page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'log_face'").fetchone()[0]
        size = db.execute("PRAGMA page_size").fetchone()[0]
    with lived.path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    before = lived.path.read_bytes()
    with pytest.raises(DamagedFile, match="restore a backup"):
        repair(lived, never)
    assert lived.path.read_bytes() == before


BROKEN_OFF = """
import sys
from pathlib import Path
from attnquiz.store.database import WRITE, transaction
from attnquiz.store.repair import mend

def wait():
    print("there", flush=True)
    sys.stdin.read()

with transaction(Path(sys.argv[1]), WRITE) as db:
    mend(db, wait if sys.argv[2] == "before" else lambda: None)
    wait()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_process_killed_while_it_repairs_leaves_the_file_as_it_was(lived, moment):
    sound = dump(lived)
    meddle(lived, *DAMAGES["all of it"])
    before, complaints = dump(lived), examine(lived)
    command = [sys.executable, "-c", BROKEN_OFF, lived.path, moment]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "there\n"
        process.kill()
    assert dump(lived) == before
    assert examine(Store.open(lived.path)) == complaints
    repair(lived, lambda: None)
    assert dump(lived) == sound
