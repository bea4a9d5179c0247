"""The file itself refuses what makes no sense, whichever program writes it."""

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import fields
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.errors import StoreError
from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory, State
from attnquiz.store.entry import Entry, Happened, Purpose
from attnquiz.store.log_table import LOG
from attnquiz.store.rows import ENTRY, MEMORY, entry_row, instant_of, text_of
from tests.store.hand import Hand

FACE = Face("why-separate-v")
COLUMNS = ENTRY.split(", ")
NOWHERE = "9f1f7b0c-8a52-4d8e-b6a3-4cbb1f9d6a10"  # an id that is in no file


@pytest.fixture
def file(store, hand):
    """A plain connection to a file that holds one attempt, its review and another attempt that waits."""
    hand.answer(FACE)
    hand.commit(FACE)
    with closing(sqlite3.connect(store.path)) as db:
        db.execute("PRAGMA foreign_keys = ON")
        yield db


@pytest.fixture
def rows(store, file):
    """Sound rows by kind of entry, each of which the file would take."""
    hand = Hand(store)
    with store.reading() as r:
        waiting = r.open_attempt()
        review = hand.review(r, waiting, 3, r.token(FACE))
        withdrawal = hand.entry(Happened.WITHDRAWAL, FACE, token="w", cancels=waiting.id)
        imported = hand.entry(
            Happened.REVIEW, FACE, purpose=Purpose.IMPORT, rating=3, weights="default", retention=0.9, scheduler="anki"
        )
        kinds = {
            "attempt": hand.attempt(FACE, r.token(FACE)),
            "review": review,
            "import": imported,
            "withdrawal": withdrawal,
            "setting": hand.entry(Happened.SETTING, payload='{"name": "retention", "value": "0.9"}'),
            "weights": hand.entry(Happened.WEIGHTS, payload='{"weights": [' + "1," * 20 + "1]}"),
            "suspend": hand.entry(Happened.SUSPEND, FACE),
            "marking": hand.entry(Happened.MARKING, FACE, payload=f'{{"attempt": "{waiting.id}", "ticks": [0, 2]}}'),
            "state": hand.entry(Happened.STATE, payload='{"state": "a1", "name": "", "query": {"mask": "causal"}}'),
            "prediction": hand.entry(Happened.PREDICTION, payload=json.dumps(PREDICTED)),
            "start": hand.entry(Happened.START, FACE, token="s", payload=json.dumps(STARTED)),
            "placement": hand.entry(Happened.PLACEMENT, token="p", payload=json.dumps(PLACED)),
            "begin": hand.entry(Happened.PLACEMENT, token="p", payload='{"placement": "a", "step": "begin"}'),
        }
    return {kind: dict(zip(COLUMNS, entry_row(entry), strict=True)) for kind, entry in kinds.items()}


PREDICTED = {"purpose": "sandbox", "query": {}, "asked": "How much?", "answer": "", "verdict": "unknown"}


STARTED = {"placement": "a", "known": 0.93, "stability": 3, "difficulty": 5.3, "due_day": "2026-01-07"}
PLACED = {"placement": "a", "step": "answer", "concept": "softmax", "card": "num-softmax", "deletion": 0, "variant": 2,
          "answer": "0.5", "verdict": "right"}  # fmt: skip


def insert(file, row, verb="INSERT"):
    file.execute(f"{verb} INTO log ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


SCREEN = ("variant", "seed", "shown_at", "committed_at", "answer", "hints", "retried", "verdict")
SAID = {
    "variant": 1, "seed": 1, "shown_at": "2026-01-05T10:00:00.000000Z", "recalled_at": "2026-01-05T10:00:00.000000Z",
    "committed_at": "2026-01-05T10:00:00.000000Z", "answer": "4", "confidence": "sure", "hints": 0, "retried": 0,
    "verdict": "right", "misconception": "scale-by-d", "wrong_rule": 0, "proposed": 3, "predicted_recall": 0.5,
}  # fmt: skip

NONSENSE = [
    *[("attempt", column, None) for column in ("id", "learner", "kind", "at", "zone", "study_day", "app_version")],
    *[("attempt", column, None) for column in ("card", "deletion", "purpose", "token", "confidence", "proposed")],
    *[(kind, column, None) for kind in ("attempt", "review") for column in (*SCREEN, "card_kind", "rev", "content")],
    *[("import", column, value) for column, value in (SAID | {"token": "t"}).items()],
    *[("suspend", column, value) for column, value in SAID.items()],
    *[("attempt", column, "") for column in ("learner", "zone", "app_version", "card", "token")],
    *[("attempt", "id", bad) for bad in ("1", "x" * 36, NOWHERE.upper(), 7)],
    ("attempt", "kind", "event"),
    *[
        ("attempt", column, bad)
        for column in ("at", "shown_at", "recalled_at", "committed_at")
        for bad in (
            "2026-01-05", "2026-01-05T10:00:00Z", "2026-01-05T10:00:00.000000+00:00", "2026-02-30T10:00:00.000000Z",
            "2026-01-05 10:00:00.000000Z", "2026-01-05T25:00:00.000000Z", "2026-01-05T24:00:00.000000Z",
            "2026-01-05T10:60:00.000000Z", "2026-01-05T10:00:60.000000Z", "2026-01-05T10:00   .000000Z",
            "2026-01-05T10:00:00.0000  Z", "2026-01-05T10:00:00.0000000Z", "2026-01-05T10:00:00.00000xZ",
            "-026-01-05T10:00:00.000000Z", "now", 7,
        )
    ],
    *[("attempt", "study_day", bad) for bad in ("2026-02-30", "today", "2026-1-5", "2026-01-05T10:00:00", 20260105)],
    *[("attempt", column, -1) for column in ("deletion", "rev", "variant", "hints", "wrong_rule")],
    *[("attempt", column, "two") for column in ("deletion", "rev", "variant", "hints", "wrong_rule", "seed")],
    ("attempt", "purpose", "fun"),
    ("attempt", "purpose", "import"),
    ("suspend", "purpose", "due"),
    ("suspend", "card", None),
    ("suspend", "deletion", None),
    ("attempt", "confidence", "maybe"),
    *[("attempt", "verdict", bad) for bad in ("unreadable", "RIGHT", "")],
    ("attempt", "retried", 2),
    *[("review", column, bad) for column in ("rating", "proposed") for bad in (0, 5, 2.5, "good")],
    *[("review", column, None) for column in ("rating", "attempt", "weights", "retention", "scheduler")],
    ("review", "memory_after", None),
    *[("import", column, None) for column in ("rating", "weights", "retention", "scheduler")],
    *[("attempt", column, value) for column, value in {"rating": 3, "weights": "default", "retention": 0.9}.items()],
    ("attempt", "scheduler", "fsrs"),
    *[("attempt", column, '{"state": "review"}') for column in ("memory_before", "memory_after")],
    *[("review", "memory_before", bad) for bad in ("{", "{}", '{"state": "new"}')],
    *[("review", "memory_after", bad) for bad in ("{", "{}", '{"state": "new"}')],
    *[("review", "retention", bad) for bad in (0, 1, 1.5, -0.1)],
    *[("review", "predicted_recall", bad) for bad in (-0.01, 1.01, "high")],
    ("review", "attempt", NOWHERE),
    *[("review", column, bad) for column, bad in {"answer": "x", "verdict": "wrong", "confidence": "unsure"}.items()],
    *[("review", column, bad) for column, bad in {"variant": 3, "seed": 8, "purpose": "new", "deletion": 1}.items()],
    ("review", "card", "another-card"),
    ("review", "learner", "grace"),
    ("withdrawal", "cancels", None),
    ("withdrawal", "cancels", NOWHERE),
    ("withdrawal", "token", None),
    ("withdrawal", "learner", "grace"),
    ("withdrawal", "card", "another-card"),
    ("withdrawal", "payload", "{}"),
    ("setting", "payload", None),
    *[("setting", "payload", bad) for bad in ("{", '{"name": "retention"}', '{"value": 1}', '{"name": 1, "value": 1}')],
    *[("weights", "payload", bad) for bad in (None, '{"weights": [1, 2, 3]}', "[]")],
    *[(kind, "payload", "{not json") for kind in ("suspend", "review", "marking")],
    ("attempt", "payload", "{}"),
    *[("marking", column, value) for column, value in (SAID | {"card": None, "rating": 3, "attempt": NOWHERE}).items()],
    *[("marking", "payload", bad) for bad in (None, "{}", '{"attempt": "a"}', '{"ticks": []}')],
    *[("marking", "payload", bad) for bad in ('{"attempt": 1, "ticks": []}', '{"attempt": "a", "ticks": 0}')],
    *[("state", column, value) for column, value in (SAID | {"rating": 3, "attempt": NOWHERE}).items()],
    *[("state", "payload", bad) for bad in (None, "{", "{}", '{"name": "a", "query": {}}')],
    ("state", "payload", '{"state": "a", "query": {}}'),
    *[("state", "payload", f'{{"state": {a}, "name": {b}, "query": {c}}}')
      for a, b, c in (('""', '"n"', "{}"), ("1", '"n"', "{}"), ('"a"', "null", "{}"), ('"a"', '"n"', '"mask=causal"'))],
    *[("prediction", column, value) for column, value in (SAID | {"rating": 3, "attempt": NOWHERE}).items()],
    *[("prediction", "payload", json.dumps(PREDICTED | wrong))
      for wrong in ({"purpose": "due"}, {"query": ""}, {"asked": 1}, {"answer": None}, {"verdict": "maybe"})],
    *[(kind, column, value) for kind in ("start", "placement") for column, value in (SAID | {"rating": 3}).items()],
    *[(kind, "token", None) for kind in ("start", "placement", "begin")],
    *[(kind, "payload", bad) for kind in ("start", "placement", "begin") for bad in (None, "{", "{}")],
    *[("start", column, None) for column in ("card", "deletion")],
    *[("start", "payload", json.dumps({k: v for k, v in STARTED.items() if k != left_out})) for left_out in STARTED],
    *[("start", "payload", json.dumps(STARTED | wrong))
      for wrong in ({"placement": 1}, {"known": 1.1}, {"known": "sure"}, {"stability": 0}, {"stability": "long"},
                    {"difficulty": 0.9}, {"difficulty": 11}, {"due_day": "2026-02-30"}, {"due_day": 2026},
                    {"due_day": "2026-01-04"})],
    *[("placement", "payload", json.dumps({k: v for k, v in PLACED.items() if k != left_out})) for left_out in PLACED],
    *[("placement", "payload", json.dumps(PLACED | wrong))
      for wrong in ({"placement": 1}, {"step": "guess"}, {"deletion": "0"}, {"variant": 1.5}, {"answer": None},
                    {"verdict": "unreadable"})],
]  # fmt: skip


@pytest.mark.parametrize(
    "kind",
    [
        "attempt", "review", "import", "withdrawal", "setting", "weights", "suspend", "marking", "state", "prediction",
        "start", "placement", "begin",
    ],
)  # fmt: skip
def test_a_sound_row_is_taken(file, rows, kind):
    insert(file, rows[kind])


@pytest.mark.parametrize(("kind", "column", "value"), NONSENSE)
def test_a_row_that_contradicts_itself_is_refused(file, rows, kind, column, value):
    with pytest.raises((sqlite3.IntegrityError, sqlite3.OperationalError)):  # the latter for the time 'now'
        insert(file, rows[kind] | {column: value})


@pytest.mark.parametrize("kind", ["attempt", "suspend"])
def test_an_answer_and_a_suspend_are_about_a_face(file, rows, kind):
    with pytest.raises(sqlite3.IntegrityError, match="are about a face"):
        insert(file, rows[kind] | {"card": None, "deletion": None})


def test_a_review_has_a_purpose_and_a_suspend_has_none(file, rows):
    with pytest.raises(sqlite3.IntegrityError, match="have a purpose"):
        insert(file, rows["import"] | {"purpose": None, "token": "t"})
    said = {column: rows["attempt"][column] for column in (*SAID, "purpose", "card_kind", "rev", "content")}
    with pytest.raises(sqlite3.IntegrityError, match="have a purpose"):
        insert(file, rows["suspend"] | said)


def test_a_token_exists_once_even_where_the_triggers_are_gone(file, rows):
    file.execute("DROP TRIGGER log_is_never_replaced")
    insert(file, rows["attempt"])
    with pytest.raises(sqlite3.IntegrityError, match=r"UNIQUE constraint failed: log\.token"):
        insert(file, rows["attempt"] | {"id": NOWHERE})


@given(
    st.datetimes(datetime(1, 1, 1)) | st.just(datetime(2026, 12, 31, 23, 59, 59, 999_999)),
    st.none() | st.tuples(st.integers(0, 26), st.sampled_from("0123456789-:.TZ +zt")),
)
def test_an_instant_is_taken_exactly_if_the_program_would_write_it(at, change):
    text = text_of(at.replace(tzinfo=UTC))
    if change is not None:
        text = text[: change[0]] + change[1] + text[change[0] + 1 :]
    row = {"id": NOWHERE, "learner": "a", "kind": "flag", "at": text, "zone": "UTC", "study_day": "2026-01-05",
           "app_version": "1", "card": "a", "deletion": 0}  # fmt: skip
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(LOG)
        try:
            insert(db, row)
            taken = True
        except sqlite3.IntegrityError:
            taken = False
    assert taken == written(text)


def written(text):
    try:
        return text_of(instant_of(text)) == text
    except (ValueError, StoreError):  # the latter where it says no zone
        return False


def test_a_review_cannot_name_something_else_as_its_attempt(file, rows):
    a_review = file.execute("SELECT id FROM log WHERE kind = 'review'").fetchone()[0]
    with pytest.raises(sqlite3.IntegrityError, match="a review repeats what the attempt"):
        insert(file, rows["review"] | {"attempt": a_review})


def test_a_review_may_say_what_was_ticked_and_the_belief_that_it_shows(file, rows):
    insert(file, rows["review"] | {"payload": '{"ticks": [0, 3]}', "misconception": "scale-by-d"})


def test_a_state_is_about_no_face(file, rows):
    with pytest.raises(sqlite3.IntegrityError, match="a state is about no face"):
        insert(file, rows["state"] | {"card": FACE.card, "deletion": 0})


def test_a_step_of_a_placement_is_about_no_face(file, rows):
    with pytest.raises(sqlite3.IntegrityError, match="a step of a placement is about no face"):
        insert(file, rows["begin"] | {"card": FACE.card, "deletion": 0})


def test_a_withdrawal_cannot_take_back_itself(file, rows):
    with pytest.raises(sqlite3.IntegrityError):
        insert(file, rows["withdrawal"] | {"cancels": rows["withdrawal"]["id"]})


@pytest.mark.parametrize("column", ["id", "token"])
@pytest.mark.parametrize("verb", ["INSERT", "INSERT OR REPLACE"])
def test_an_id_and_a_token_exist_once_and_replace_nothing(file, rows, column, verb):
    before = file.execute("SELECT * FROM log").fetchall()
    taken = file.execute(f"SELECT {column} FROM log LIMIT 1").fetchone()[0]
    with pytest.raises(sqlite3.IntegrityError):
        insert(file, rows["attempt"] | {column: taken}, verb)
    with pytest.raises(sqlite3.IntegrityError):
        insert(file, rows["attempt"] | {"number": 1}, verb)
    assert file.execute("SELECT * FROM log").fetchall() == before


def test_an_exam_may_do_without_confidence_and_proposal(file, rows):
    insert(file, rows["attempt"] | {"purpose": "exam", "confidence": None, "proposed": None})


@pytest.mark.parametrize("column", [*COLUMNS, "number"])
def test_the_log_is_never_edited(file, column):
    with pytest.raises(sqlite3.IntegrityError, match="never edited"):
        file.execute(f"UPDATE log SET {column} = {column}")


def test_the_log_is_never_cut(file):
    with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
        file.execute("DELETE FROM log WHERE number = 3")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", "new"), ("step", 0), ("step", -1), ("stability", 0), ("stability", None), ("difficulty", 0.5),
        ("difficulty", 10.5), ("due_day", "soon"), ("due_at", "2026-01-05T10:00:00.000000Z"),
        ("last_day", "2026-02-30"), ("last_at", "2026-01-05"), ("reviews", -1), ("reviews", 0),
        ("lapses", -1), ("lapses", 9), ("deletion", -1), ("deletion", None),
        ("learner", None), ("card", None), ("reviews", 1.5), ("stability", "long"),
    ],
)  # fmt: skip
def test_a_memory_that_contradicts_itself_is_refused(file, column, value):
    row = {
        "learner": "local", "card": "a", "deletion": 0, "state": "review", "step": None, "stability": 3.2,
        "difficulty": 5.0, "due_day": "2026-01-08", "due_at": None, "last_day": "2026-01-05",
        "last_at": "2026-01-05T10:00:00.000000Z", "reviews": 3, "lapses": 1,
    }  # fmt: skip
    sql = f"INSERT INTO memory ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
    file.execute(sql, list(row.values()))
    file.execute("DELETE FROM memory WHERE card = 'a'")
    with pytest.raises(sqlite3.IntegrityError):
        file.execute(sql, list((row | {column: value}).values()))


def test_every_field_of_an_entry_and_of_a_memory_has_its_column(file):
    names = [name for field in fields(Entry) for name in (Face._fields if field.name == "face" else [field.name])]
    assert names == COLUMNS
    assert next(row[1] for row in file.execute("PRAGMA table_info(log)")) == "number"
    assert {row[1] for row in file.execute("PRAGMA table_info(log)")} == {"number", *names}
    assert MEMORY.split(", ") == [field.name for field in fields(Memory)]


def test_the_words_of_the_schema_are_those_of_the_program():
    def words(column):
        return set(re.findall(r"'([a-z]+)'", re.search(rf"CHECK \(+({column} IN .*?)\)\)", LOG)[1]))

    assert words("kind") == set(Happened)
    assert words("purpose") == set(Purpose)
    assert {"learning", "review", "relearning"} == set(State)


def test_every_table_is_strict(file):
    tables = file.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'")
    assert all("STRICT" in sql for (sql,) in tables if not sql.startswith("CREATE TABLE sqlite"))
