"""Restoring loses nothing: what was there is kept, what comes in is checked, and others see the old or the new."""

import random
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime

import pytest

from attnquiz.errors import StoreError
from attnquiz.exchange import backups
from attnquiz.recall.face import Face
from attnquiz.store.copying import check
from attnquiz.store.database import Store, prepare
from attnquiz.store.doctor import examine
from attnquiz.store.rollup import Measure
from attnquiz.store.schema import MIGRATIONS
from tests.store.hand import Hand, everything, older, read

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ids(store):
    return {entry.id for entry in everything(store)}


def test_a_backup_comes_back_and_so_does_what_was_there_before(path, store, hand):
    made, before = backups.make(path, NOW), everything(store)
    hand.answer(Face("later"))
    after = everything(store)
    with store.hold():  # as the app does
        kept = backups.restore(path, made.path, NOW)
        assert everything(store) == before
        hand.answer(Face("goes on"))
        assert examine(store) == []
        backups.restore(path, kept.path, NOW)
        assert everything(store) == after
        assert examine(store) == []
    assert kept.reason == "before-restore"
    assert len(backups.listed(path)) == 3


def test_a_file_that_is_gone_comes_back_whatever_it_left_beside_it(path, store, hand):
    made, before = backups.make(path, NOW), everything(store)
    with store.hold():
        hand.answer(Face("later"))
        log = path.with_name(path.name + "-wal").read_bytes()
    path.unlink()
    path.with_name(path.name + "-wal").write_bytes(log)  # it would be read into the next file of this name
    assert backups.restore(path, made.path, NOW) is None
    assert everything(store) == before
    assert examine(Store.open(path)) == []
    Hand(store).answer(Face("goes on"))


def test_an_empty_file_needs_no_backup(path, store, tmp_path):
    made = backups.make_at(path, tmp_path / "taken along.sqlite3")
    fresh = Store.open(tmp_path / "new" / "answers.sqlite3")
    assert backups.restore(fresh.path, made, NOW) is None
    assert everything(fresh) == everything(store)
    assert backups.listed(fresh.path) == []


def test_an_older_file_is_brought_up_to_date_and_stays_as_it_is(path, store, tmp_path):
    old = tmp_path / "old.sqlite3"
    with older(old, MIGRATIONS[:3]) as hand:
        hand.answer(Face("of old"))
    before, content = everything(hand.store), old.read_bytes()
    backups.restore(path, old, NOW)
    assert everything(store) == before
    assert examine(Store.open(path)) == []
    assert read(store, "totals", Measure.ANSWERS) == {3: (1, 1, 8000)}
    assert old.read_bytes() == content


def test_a_file_with_pages_of_another_size_fits(path, store, tmp_path):
    other, before = tmp_path / "other.sqlite3", everything(store)
    backups.make_at(path, other)
    with closing(sqlite3.connect(other)) as db:
        db.execute("PRAGMA page_size = 1024")
        db.execute("VACUUM")
    Hand(store).answer(Face("later"))
    backups.restore(path, other, NOW)
    assert everything(store) == before
    assert examine(store) == []


def test_a_damaged_file_is_kept_as_it_is_and_replaced(path, store, hand):
    for _ in range(40):
        hand.answer(Face("card"))
    made, before = backups.make(path, NOW), everything(store)
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * (path.stat().st_size - 8192))
    content = path.read_bytes()
    assert backups.restore(path, made.path, NOW) is None
    (kept,) = (path.parent / backups.FOLDER).glob("*damaged.sqlite3.kept")
    assert kept.read_bytes()[8192 : len(content)] == content[8192:]
    assert everything(store) == before
    assert examine(store) == []
    assert backups.find(path, "newest") == made.path, "damage is nothing to come back to"


def broken(path):
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xff" * (len(content) - 8192)
    path.write_bytes(content)


def triggered(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TRIGGER bad AFTER INSERT ON memory BEGIN DELETE FROM memory; END")


def unguarded(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TRIGGER log_is_never_cut")


def foreign(path):
    path.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE photos (a)")


def newer(path):
    def m900_more(db):
        db.execute("CREATE TABLE more (a TEXT) STRICT")

    prepare(path, (*MIGRATIONS, m900_more))


HOSTILE = {
    "cut": (lambda path: path.write_bytes(path.read_bytes()[:20_000]), "is damaged"),
    "overwritten": (broken, "is damaged"),
    "text": (lambda path: path.write_text("dear diary"), "holds something else"),
    "long text": (lambda path: path.write_text("dear diary" * 10_000), "holds something else"),
    "nothing": (lambda path: path.write_bytes(b""), "holds something else"),
    "photos": (foreign, "holds something else"),
    "newer": (newer, "newer version of attnquiz .*update attnquiz first"),
    "with a trigger": (triggered, "changed by another program"),
    "unguarded": (unguarded, "changed by another program"),
}


@pytest.mark.parametrize("how", HOSTILE)
def test_what_is_no_backup_is_refused_with_a_sentence_and_changes_nothing(path, store, tmp_path, beside, how):
    given, (spoil, sentence) = tmp_path / "given.sqlite3", HOSTILE[how]
    backups.make_at(path, given)
    spoil(given)
    before, there, content = everything(store), beside(), path.read_bytes()
    with pytest.raises(StoreError, match=rf"^given.sqlite3 .*{sentence}.* Nothing was changed"):
        backups.restore(path, given, NOW)
    assert everything(store) == before
    assert (beside(), path.read_bytes()) == (there, content)


def test_a_file_that_is_not_there_and_the_file_itself_are_refused(path, store, tmp_path):
    for chosen, why in ((tmp_path / "nothing", "There is no file"), (tmp_path, "no file"), (path, "the file of answ")):
        with pytest.raises(StoreError, match=why):
            backups.restore(path, chosen, NOW)


def test_a_file_of_another_program_in_the_place_of_the_answers_is_left_alone(path, store, tmp_path):
    made = backups.make_at(path, tmp_path / "taken along.sqlite3")
    photos = tmp_path / "photos.sqlite3"
    photos.touch()
    foreign(photos)
    with pytest.raises(StoreError, match=r"photos.sqlite3 is no file of attnquiz"):
        backups.restore(photos, made, NOW)
    with closing(sqlite3.connect(photos)) as db:
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("photos",)]


def test_a_restore_in_the_midst_of_answers_loses_none_that_was_acknowledged(path, store, hand):
    made = backups.make(path, NOW)
    acknowledged, failures, done = set(), [], threading.Event()

    def answer():
        writer = Hand(store, hand.now)
        while not done.is_set():
            try:
                acknowledged.add(writer.commit(Face("busy")).id)
                acknowledged.add(writer.answer(Face("busy")).id)
            except StoreError as error:
                if "contradicts itself" not in str(error):  # its attempt went with the restore
                    failures.append(error)

    thread = threading.Thread(target=answer)
    thread.start()
    kept = []
    try:
        for _ in range(5):
            time.sleep(0.05)
            kept.append(backups.restore(path, made.path, NOW))
    finally:
        done.set()
        thread.join()
    found = ids(store).union(*(ids(Store(each.path, "local")) for each in kept))
    assert failures == []
    assert len(acknowledged) > 5
    assert acknowledged <= found
    assert examine(store) == []


AGAIN_AND_AGAIN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from attnquiz.exchange import backups
path, *chosen = map(Path, sys.argv[1:])
print("going", flush=True)
for number in range(1000):
    now = datetime(2026, 3, 1, 12, number // 60 % 60, number % 60, tzinfo=UTC)
    backups.restore(path, chosen[number % 2], now) if chosen else backups.make(path, now)
"""


def killed(moment, *arguments):
    with subprocess.Popen([sys.executable, "-c", AGAIN_AND_AGAIN, *arguments], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        time.sleep(moment)
        process.kill()  # SIGKILL: nothing of ours runs after it
    assert process.returncode == -9


@pytest.fixture
def large(path, store):
    """Some megabytes, so that copying takes a while."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE fat (a)")
        db.executemany("INSERT INTO fat VALUES (randomblob(3000))", [()] * 3000)
        db.commit()
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_process_killed_while_it_backs_up_leaves_whole_backups(large, store):
    for number in range(3):
        killed(random.Random(number).uniform(0.1, 0.8), large)
    for backup in backups.listed(large):
        check(backup.path, backup.path.name)
        assert everything(Store(backup.path, "local")) == everything(store)
    assert examine(store) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_process_killed_while_it_restores_leaves_one_of_both_files_whole(large, store, hand, tmp_path):
    first, second = tmp_path / "first.sqlite3", tmp_path / "second.sqlite3"
    states = []
    for to in (first, second):
        backups.make_at(large, to)
        states.append(everything(store))
        hand.answer(Face("in between"))
    states.append(everything(store))
    for number in range(4):
        killed(random.Random(number).uniform(0.1, 1.0), large, first, second)
        assert everything(Store.open(large)) in states
        assert examine(store) == []
    for backup in backups.listed(large):
        check(backup.path, backup.path.name)
