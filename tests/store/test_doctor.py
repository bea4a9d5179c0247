"""The doctor finds what is wrong, and nothing where nothing is."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from attnquiz.errors import StoreError
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import DEFAULT_WEIGHTS
from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from attnquiz.store.entry import Happened
from attnquiz.store.schema import built
from tests.store.hand import Hand

WHY = Face("why-separate-v")
SHAPE = Face("shape-of-scores", 2)


@pytest.fixture
def lived(store, hand):
    """A file with some life in it: answers on several days, undone, redone, one that waits, two learners."""
    for day in range(4):
        for face in (WHY, SHAPE):
            hand.answer(face, Rating(1 + day))
        hand.now += timedelta(days=1 + day)
    hand.undo()
    hand.undo()
    hand.redo()
    hand.undo()
    hand.commit(SHAPE)
    with store.writing() as w:
        w.append(hand.entry(Happened.WEIGHTS, payload=f'{{"weights": {list(DEFAULT_WEIGHTS)}}}'))
    Hand(Store.open(store.path, "grace")).answer(WHY)
    return store


def meddle(store, *statements):
    """What another program might do: no CHECK, no foreign key, no trigger stands in its way."""
    with closing(sqlite3.connect(store.path)) as db:
        triggers = [sql for kind, sql in db.execute("SELECT type, sql FROM sqlite_master") if kind == "trigger"]
        db.execute("PRAGMA ignore_check_constraints = ON")
        for kind, name in built():
            if kind == "trigger":
                db.execute(f"DROP TRIGGER {name}")
        for statement in (*statements, *triggers):
            db.execute(statement)
        db.commit()


def id_of(store, condition):
    with closing(sqlite3.connect(store.path)) as db:
        return db.execute(f"SELECT id FROM log WHERE {condition}").fetchone()[0]


def test_a_file_with_some_life_in_it_is_sound(lived):
    assert examine(lived) == []
    meddle(lived)
    assert examine(lived) == [], "the meddling of the other tests finds nothing by itself"


@pytest.mark.parametrize(
    ("field", "value"),
    [("stability", "stability + 1e-9"), ("difficulty", "difficulty * 0.99"), ("due_day", "date(due_day, '1 day')"),
     ("last_day", "date(last_day, '1 day')"), ("reviews", "reviews + 1"), ("lapses", "lapses + 1")],
)  # fmt: skip
def test_a_memory_that_differs_from_the_log_is_named_with_its_field(lived, field, value):
    meddle(lived, f"UPDATE memory SET {field} = {value} WHERE card = 'why-separate-v' AND learner = 'local'")
    (finding,) = (f for f in examine(lived) if not f.startswith("SQLite"))
    assert "why-separate-v (learner local)" in finding
    assert field in finding


def test_a_missing_memory_and_one_without_reviews_are_found(lived):
    meddle(
        lived,
        "INSERT INTO memory SELECT learner, 'never-asked', deletion, state, step, stability, difficulty, due_day,"
        " due_at, last_day, last_at, reviews, lapses FROM memory WHERE learner = 'local' LIMIT 1",
        "DELETE FROM memory WHERE card = 'shape-of-scores' AND learner = 'local'",
    )
    no_review, missing = examine(lived)
    assert "never-asked" in no_review
    assert "(learner local) has no review" in no_review
    assert "shape-of-scores/2 (learner local) is missing" in missing


def test_a_review_changed_in_the_log_is_found(lived):
    meddle(lived, "UPDATE log SET rating = 1 WHERE rating = 3 AND learner = 'local'")
    assert any("differs from the log in" in finding for finding in examine(lived))


def test_a_review_without_its_attempt_is_found(lived):
    attempt = id_of(lived, "kind = 'attempt'")
    meddle(lived, f"DELETE FROM log WHERE id = '{attempt}'")
    findings = examine(lived)
    assert any(
        finding.startswith("The review") and f"rates {attempt}, which is not in" in finding for finding in findings
    )


def test_a_withdrawal_that_names_nothing_is_found(lived):
    withdrawal = id_of(lived, "kind = 'withdrawal'")
    meddle(lived, f"UPDATE log SET cancels = 'ffffffff-0000-4000-8000-000000000000' WHERE id = '{withdrawal}'")
    findings = examine(lived)
    assert any(f"The withdrawal {withdrawal} takes back ffffffff" in finding for finding in findings)


def test_a_withdrawal_of_another_learners_entry_is_found(lived):
    theirs = id_of(lived, "learner = 'grace'")
    withdrawal = id_of(lived, "kind = 'withdrawal'")
    meddle(lived, f"UPDATE log SET cancels = '{theirs}' WHERE id = '{withdrawal}'")
    assert any("that it cannot be about" in finding for finding in examine(lived))


@pytest.mark.parametrize("table", ["withdrawn", "unrated"])
def test_what_was_taken_back_or_waits_is_compared_with_the_log(lived, table):
    kind = "review" if table == "withdrawn" else "attempt"
    number = f"SELECT learner, number FROM log WHERE kind = '{kind}' AND number NOT IN (SELECT number FROM {table})"
    meddle(lived, f"INSERT INTO {table} {number} LIMIT 1")
    assert len(examine(lived)) == 1
    meddle(lived, f"DELETE FROM {table}", f"INSERT INTO {table} VALUES ('local', 4711)")
    assert len(examine(lived)) >= 2


def test_a_review_whose_attempt_was_taken_back_is_found(lived):
    attempt = id_of(lived, "number = 1")
    meddle(
        lived,
        "INSERT INTO log (id, learner, kind, at, zone, study_day, app_version, card, deletion, token, cancels) SELECT"
        " '00000000-0000-4000-8000-000000000000', learner, 'withdrawal', at, zone, study_day, app_version, card,"
        f" deletion, 'x', id FROM log WHERE id = '{attempt}'",
        "INSERT INTO withdrawn VALUES ('local', 1)",
    )
    assert [finding for finding in examine(lived) if f"its attempt {attempt} was taken back" in finding]


def test_an_answer_counted_twice_is_found(lived):
    meddle(
        lived,
        "DROP INDEX log_token",
        "UPDATE log SET token = (SELECT token FROM log WHERE number = 1) WHERE number = 3",
    )
    findings = examine(lived)
    assert any("log_token is missing" in finding for finding in findings)
    assert any("was used 2 times" in finding for finding in findings)


def test_weights_that_are_not_in_the_file_are_found(lived):
    meddle(lived, "UPDATE log SET weights = 'ffffffff-0000-4000-8000-000000000000' WHERE number = 2")
    assert any("cannot be replayed: the weights ffffffff" in finding for finding in examine(lived))


@pytest.mark.parametrize("number", ["none", None, 10**400, 4711], ids=["word", "null", "huge", "out of bounds"])
def test_weights_that_fsrs_cannot_use_are_found_and_so_is_whose_memory_needs_them(lived, number):
    weights = id_of(lived, "kind = 'weights'")
    payload = json.dumps({"weights": [number, *DEFAULT_WEIGHTS[1:]]})
    meddle(lived, f"UPDATE log SET payload = '{payload}' WHERE id = '{weights}'")
    sentence = f"The weights {weights} are not 21 numbers that FSRS can use: restore a backup."
    assert examine(lived) == [sentence], "no review names them, but the next one would"
    meddle(lived, f"UPDATE log SET weights = '{weights}' WHERE number = 2")
    assert examine(lived) == [
        sentence,
        f"The memory of why-separate-v (learner local) cannot be replayed: {sentence}",
    ]


def test_rows_that_contradict_themselves_are_found(lived):
    meddle(lived, "UPDATE log SET confidence = 'maybe' WHERE number = 1")
    assert any("CHECK" in finding and "log" in finding for finding in examine(lived))


@pytest.mark.parametrize(("kind", "name"), sorted(made for made, sql in built().items() if sql and made[0] != "table"))
def test_whatever_is_dropped_is_missed(lived, kind, name):
    with closing(sqlite3.connect(lived.path)) as db:
        db.execute(f"DROP {kind} {name}")
    assert any(f"The {kind} {name} is missing" in finding for finding in examine(lived))


def test_a_trigger_that_was_made_harmless_is_found(lived):
    with closing(sqlite3.connect(lived.path)) as db:
        db.execute("DROP TRIGGER log_is_never_cut")
        db.execute("CREATE TRIGGER log_is_never_cut BEFORE DELETE ON log BEGIN SELECT 1; END")
    assert examine(lived) == ["The trigger log_is_never_cut is not as attnquiz made it: another program changed it."]


def test_a_damaged_page_is_found(lived):
    with closing(sqlite3.connect(lived.path)) as db:
        page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'log_face'").fetchone()[0]
        size = db.execute("PRAGMA page_size").fetchone()[0]
    with lived.path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    assert any(finding.startswith("SQLite") for finding in examine(lived))


@pytest.mark.parametrize(
    ("change", "findings"),
    [("SELECT 1", 0), ("UPDATE memory SET reviews = 9 WHERE learner = 'grace'", 1), ("DELETE FROM tally", 8),
     ("INSERT INTO unrated VALUES ('local', 4711)", 1), ("DROP INDEX log_token", 1), ("DROP TABLE unrated", 1),
     ("UPDATE log SET confidence = 'maybe' WHERE number = 1", 1)],
)  # fmt: skip
def test_a_fault_of_either_kind_is_found(lived, change, findings):
    """What SQLite finds, and what the log says, are looked for at the same time."""
    meddle(lived, change)
    found = examine(lived)
    assert len(found) >= findings
    assert bool(found) == bool(findings)


def test_a_check_that_comes_to_no_end_does_not_take_the_file_for_a_sound_one(lived):
    meddle(lived, "UPDATE log SET study_day = '0000-01-01' WHERE number = 2")  # a day to SQLite, none to Python
    with pytest.raises((StoreError, ValueError)):
        examine(lived)


def test_of_a_damaged_file_nothing_else_is_guessed(lived):
    meddle(
        lived,
        "UPDATE log SET confidence = 'maybe' WHERE number = 1",
        "DELETE FROM tally",
        "UPDATE memory SET reviews = 9 WHERE learner = 'grace'",
    )
    findings = examine(lived)
    assert findings
    assert all(finding.startswith("SQLite") for finding in findings)


def test_the_doctor_changes_nothing(lived):
    before = lived.path.read_bytes()
    examine(lived)
    assert lived.path.read_bytes() == before
