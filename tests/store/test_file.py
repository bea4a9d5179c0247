"""Opening the file: what stands in the way becomes a sentence, and nothing is half written."""

import sqlite3
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from multiprocessing import get_context
from types import SimpleNamespace

import pytest
from sqlite_utils import Database

from attnquiz.errors import StoreError
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store import database
from attnquiz.store.database import Store, connect, prepare
from attnquiz.store.doctor import examine
from attnquiz.store.entry import Happened
from attnquiz.store.log_table import LOG
from attnquiz.store.rollup import Measure
from attnquiz.store.schema import MIGRATIONS, migrations
from tests.store import counting
from tests.store.hand import Hand, everything, older, read
from tests.store.process import run

FACE = Face("why-separate-v")


def m900_marks(db):
    db.execute("CREATE TABLE marks (a TEXT) STRICT")


def m901_never_works(db):
    db.execute("CREATE TABLE half (a TEXT) STRICT")
    db.execute("CREATE TABLE half (a TEXT) STRICT")


def tables(path):
    with closing(sqlite3.connect(path)) as db:
        return {name for (name,) in db.execute("SELECT name FROM sqlite_master")}


def copies(path):
    return sorted(other.name for other in path.parent.glob("answers-*"))


def test_a_file_is_made_with_its_folder_and_opened_again(path):
    store = Store.open(path)
    Hand(store).answer(FACE)
    with Store.open(path).reading() as r:
        assert len(list(r.entries())) == 2
    assert copies(path) == [], "nothing to keep a copy of"
    assert examine(store) == []


def test_answers_are_synced_to_the_disk_and_reading_does_not_wait_for_writing(store):
    with closing(connect(store.path)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert db.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL
        assert db.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    with store.writing() as w, store.reading() as r:
        w.append(Hand(store).attempt(FACE, w.token(FACE)))
        assert list(r.entries()) == []


def test_a_reading_is_one_view_however_much_is_written_meanwhile(store, hand):
    with store.reading() as r:
        assert r.memories() == {}
        hand.answer(FACE)
        assert r.memories() == {}
        assert r.open_attempt() is None


def _open(path, moment):
    while time.time() < moment:  # all of them in the same instant
        pass
    Store.open(path)
    return True


def test_eight_processes_may_open_a_new_file_at_once(tmp_path):
    with ProcessPoolExecutor(8, mp_context=get_context("spawn")) as pool:
        list(pool.map(_open, [tmp_path / "warm.sqlite3"] * 8, [0.0] * 8))
        for number in range(15):
            path = tmp_path / f"{number}.sqlite3"
            assert all(pool.map(_open, [path] * 8, [time.time() + 0.05] * 8))
            assert examine(Store(path, "local")) == []
            assert [other.name for other in tmp_path.glob(f"{number}-*")] == [], "no copy of a file that was just made"


def test_a_migration_keeps_a_copy_of_what_was_there(path, hand, store):
    hand.answer(FACE)
    prepare(path, (*MIGRATIONS, m900_marks))
    assert "marks" in tables(path)
    (copy,) = copies(path)
    assert copy == f"answers-{MIGRATIONS[-1].__name__}-1.sqlite3"
    with Store.open(path.with_name(copy)).reading() as r:
        assert len(list(r.entries())) == 2
    assert "marks" not in tables(path.with_name(copy))


def test_a_file_of_the_first_version_keeps_its_answers_and_takes_a_second_marking(path):
    with older(path, MIGRATIONS[:1]) as hand:
        hand.answer(FACE)
        hand.undo()
        waits = hand.commit(Face("another"))
        before = everything(hand.store)
    store = Store.open(path)
    assert everything(store) == before
    assert examine(store) == []
    review = hand.rate(waits)
    with store.writing() as w:
        w.append(hand.entry(Happened.MARKING, FACE, payload=f'{{"attempt": "{waits.id}", "ticks": []}}'))
        waits = hand.attempt(FACE, w.token(FACE))
        w.append(waits)
        w.append(replace(hand.review(w, waits, Rating.GOOD, w.token(FACE)), payload='{"ticks": [0]}'))
        w.rebuild(FACE)
    assert everything(store)[len(before)].id == review.id
    assert examine(store) == []


def test_a_file_of_before_there_were_states_keeps_its_answers_and_takes_a_state(path):
    with older(path, MIGRATIONS[:3]) as hand:
        hand.answer(FACE)
        with hand.store.writing() as w:
            attempt = hand.attempt(FACE, w.token(FACE))
            w.append(attempt)
            w.append(replace(hand.review(w, attempt, Rating.GOOD, w.token(FACE)), payload='{"ticks": [0]}'))
            w.rebuild(FACE)
            w.append(hand.entry(Happened.MARKING, FACE, payload=f'{{"attempt": "{attempt.id}", "ticks": []}}'))
        hand.undo()
        before = everything(hand.store)
    store = Store.open(path)
    assert everything(store) == before
    assert copies(path) == ["answers-m003_markings-1.sqlite3"]
    with store.writing() as w:
        w.append(hand.entry(Happened.STATE, payload='{"state": "a1", "name": "", "query": {}}'))
    assert len(everything(store)) == len(before) + 1
    assert examine(store) == []


def test_a_file_of_before_there_were_starts_keeps_its_memories_and_takes_a_start(path):
    with older(path, MIGRATIONS[:4]) as hand:
        hand.answer(FACE)
        before = read(hand.store, "memories")
    store = Store.open(path)
    assert copies(path) == ["answers-m004_states-1.sqlite3"]
    hand.start(Face("another"))
    with store.reading() as r:
        assert r.memories().keys() == {FACE, Face("another")}
        assert r.memory(FACE) == before[FACE]
    assert examine(store) == []


def test_a_file_of_before_there_were_statistics_gets_them_from_its_log(path):
    with older(path, MIGRATIONS[:5]) as hand:
        for rating in (Rating.GOOD, Rating.AGAIN, Rating.GOOD):
            hand.answer(FACE, rating)
        hand.undo()
    store = Store.open(path)
    assert copies(path) == ["answers-m005_starts-1.sqlite3"]
    assert read(store, "tallies", Measure.ANSWERS) == [(hand.day, 3, 1, 1, 8000), (hand.day, 11, 1, 0, 8000)]
    assert examine(store) == []


def test_a_file_of_before_there_were_sums_for_all_time_gets_them(path, hand):
    for rating in (Rating.GOOD, Rating.AGAIN):
        hand.answer(FACE, rating)
    whole = counting.held(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute("DELETE FROM tally WHERE measure LIKE 'ever:%' OR measure = 'weekly'")
        db.execute("DELETE FROM _sqlite_migrations WHERE name >= 'm007_ever'")
        db.commit()
    store = Store.open(path)
    assert counting.held(path) == whole
    assert read(store, "totals", Measure.ANSWERS) == {3: (1, 1, 8000), 11: (1, 0, 8000)}
    assert examine(store) == []


@pytest.mark.parametrize("forbidden", [False, True])
def test_the_log_gets_other_words_whether_or_not_this_sqlite_lets_them_be_changed(path, forbidden):
    path.parent.mkdir(exist_ok=True)
    prepare(path, MIGRATIONS[:7])
    hand = Hand(Store(path, "local"))
    hand.answer(FACE)
    before = everything(hand.store)
    refused = []

    def allow(action, name, *_):
        if forbidden and not refused and (action, name) == (sqlite3.SQLITE_UPDATE, "sqlite_master"):
            refused.append(name)
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK

    event = (
        "INSERT INTO log (id, learner, kind, at, zone, study_day, app_version) SELECT"
        " '00000000-0000-4000-8000-000000000000', learner, 'event', at, zone, study_day, app_version FROM log LIMIT 1"
    )
    with closing(connect(path)) as db, closing(connect(path)) as open_already:
        assert open_already.execute("SELECT count(*) FROM log").fetchone() == (2,)
        db.set_authorizer(allow)
        migrations().apply(Database(db))
        assert bool(refused) == forbidden
        for connection in (db, open_already):
            with pytest.raises(sqlite3.IntegrityError, match="a kind of entry is one that we know"):
                connection.execute(event)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT sql FROM sqlite_master WHERE name = 'log'").fetchone()[0] == LOG.lstrip()
    assert everything(Store.open(path)) == before
    hand.answer(FACE)
    assert examine(hand.store) == []


def test_a_migration_says_for_ever_what_it_said_at_first():
    """Files were made with it. Whoever wants another file adds a migration."""
    found = {}
    for migration in MIGRATIONS:
        said: list[str] = []
        migration(SimpleNamespace(execute=said.append))
        found[migration.__name__] = sha256("\0".join(said).encode()).hexdigest()[:12]
    assert found == {
        "m001_log": "a6598c0c75d2",
        "m002_confident_errors": "2e4b9598331a",
        "m003_markings": "b7cef3c3523d",
        "m004_states": "8e2d0febeb51",
        "m005_starts": "f74f7e35f5ad",
        "m006_tally": "531811067b68",
        "m007_ever": "368670c3a98d",
        "m008_quicker": "8b0172e4d6cf",
    }


def test_a_copy_never_takes_the_place_of_an_earlier_one(path, store):
    earlier = path.with_name(f"answers-{MIGRATIONS[-1].__name__}-1.sqlite3")
    earlier.write_text("an earlier copy")
    prepare(path, (*MIGRATIONS, m900_marks))
    assert earlier.read_text() == "an earlier copy"
    assert len(copies(path)) == 2


def test_a_migration_that_fails_leaves_the_file_as_it_was(path, hand, store):
    hand.answer(FACE)
    before = tables(path)
    with pytest.raises(StoreError, match="already exists"):
        prepare(path, (*MIGRATIONS, m900_marks, m901_never_works))
    assert tables(path) == before
    assert examine(Store.open(path)) == []


def test_a_newer_file_is_refused_and_left_alone(path, hand, store):
    prepare(path, (*MIGRATIONS, m900_marks))
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"newer version of attnquiz \(it has m900_marks.*update attnquiz"):
        Store.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"just some text\n", b"SQLite format 3\0 but then nonsense" * 100])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"notes.txt is not a file of answers"):
        Store.open(path)
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "photos.sqlite3"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE photos (a)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        Store.open(path)
    assert path.read_bytes() == before


def test_an_empty_file_is_taken_for_a_new_one(tmp_path):
    path = tmp_path / "answers.sqlite3"
    path.touch()
    assert examine(Store.open(path)) == []


def test_a_folder_in_place_of_the_file_is_a_sentence(tmp_path):
    with pytest.raises(StoreError, match="is a folder, but a file is needed"):
        Store.open(tmp_path)


def test_a_file_in_place_of_the_folder_is_a_sentence(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreError, match="cannot be used"):
        Store.open(tmp_path / "data" / "answers.sqlite3")


def test_a_learner_without_a_name_is_refused(path):
    with pytest.raises(StoreError, match="needs a name"):
        Store.open(path, "")


def test_a_file_that_went_away_is_a_sentence_and_is_not_made_anew(store):
    store.path.unlink()
    with pytest.raises(StoreError, match="moved or deleted"), store.reading():
        pass
    assert not store.path.exists()


def test_a_damaged_file_is_a_sentence(store, hand):
    for _ in range(50):
        hand.answer(FACE)
    size = store.path.stat().st_size
    with store.path.open("r+b") as file:
        for page in range(1, size // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 4096)
    with pytest.raises(StoreError, match="is damaged"), store.reading() as r:
        list(r.entries())
    with pytest.raises(StoreError, match="is damaged"):
        Store.open(store.path)


def test_a_writer_that_waits_in_vain_says_so_and_writes_nothing(store, hand, monkeypatch):
    monkeypatch.setattr(database, "PATIENCE", 0.05)
    attempt = hand.attempt(FACE, "t")
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="in use by another program"), store.writing() as w:
            w.append(attempt)
        other.execute("ROLLBACK")
    with store.writing() as w:
        w.append(attempt)


def test_opening_a_file_that_is_up_to_date_loads_neither_sqlite_utils_nor_pandas(store):
    code = """
    with Store.open(Path(sys.argv[1])).reading() as r:
        r.memories()
    print([name for name in ("sqlite_utils", "pandas", "numpy", "torch", "streamlit") if name in sys.modules])
    """
    assert run(code, store.path).strip() == "[]"


def test_a_held_file_is_not_tidied_after_every_answer_and_loses_nothing_when_let_go(tmp_path):
    store = Store.open(tmp_path / "answers.sqlite3")
    log = tmp_path / "answers.sqlite3-wal"
    Hand(store).answer(FACE)
    assert not log.exists()  # the last connection to close tidies up
    with store.hold():
        Hand(store).answer(FACE)
        Hand(store).answer(FACE)  # held, and open to every writer
        assert log.stat().st_size > 0
    assert not log.exists()
    assert examine(store) == []
    with store.reading() as r:
        assert r.memory(FACE).reviews == 3
