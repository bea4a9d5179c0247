"""Backups, the CSV and deleting on the command line, in processes of their own."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from attnquiz.exchange import backups
from attnquiz.recall.face import Face
from attnquiz.store.database import Store
from tests.store.hand import Hand, everything

ROOT = Path(__file__).parents[1]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "answers.sqlite3"


@pytest.fixture
def cli(path):
    def run(*arguments, typed=""):
        return subprocess.run(
            [sys.executable, "-m", "attnquiz", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True,
            env=os.environ | {"ATTNQUIZ_DB": str(path)}, timeout=120, input=typed,
        )  # fmt: skip

    return run


@pytest.fixture
def store(path):
    store = Store.open(path)
    Hand(store).answer(Face("card"))
    return store


def sentence(done):
    """Exit code 2, one line on stderr, nothing on stdout."""
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_backup_is_made_listed_and_restored(cli, path, store):
    before = everything(store)
    made = Path(cli("backup").stdout.strip())
    assert made == backups.listed(path)[0].path
    assert cli("backups").stdout.startswith(made.name)
    Hand(store).answer(Face("later"))
    done = cli("restore", "newest")
    assert done.returncode == 0, done.stderr
    assert f"Restored {made}." in done.stdout
    assert str(backups.listed(path)[0].path) in done.stdout
    assert everything(store) == before


def test_a_copy_goes_where_one_wants_it_and_comes_back_by_its_name(cli, path, store, tmp_path):
    to, before = tmp_path / "stick.sqlite3", everything(store)
    assert cli("backup", "--to", to).stdout.strip() == str(to)
    assert "is there already" in sentence(cli("backup", "--to", to))
    path.unlink()
    assert cli("restore", to).returncode == 0
    assert everything(store) == before


def test_what_cannot_be_done_is_a_sentence(cli, path, tmp_path):
    assert "There are no answers yet" in sentence(cli("backup"))
    assert "There are no answers yet" in sentence(cli("export", "--revlog", tmp_path / "reviews.csv"))
    assert "There is no backup" in sentence(cli("restore", "newest"))
    (tmp_path / "diary.txt").write_text("dear diary")
    assert "holds something else" in sentence(cli("restore", tmp_path / "diary.txt"))
    assert not path.exists()


def test_the_reviews_are_exported_once(cli, store, tmp_path):
    to = tmp_path / "reviews.csv"
    assert cli("export", "--revlog", to).stdout == f"1 reviews in {to}\n"
    assert to.read_text().splitlines()[0].startswith("card_id,review_time,")
    assert "is there already" in sentence(cli("export", "--revlog", to))


def test_forgetting_takes_the_word_and_offers_a_copy(cli, path, store, tmp_path):
    assert cli("forget", typed="yes\n").returncode == 2
    assert path.exists()
    copy = tmp_path / "copy.sqlite3"
    done = cli("forget", "--backups", typed=f"y\n{copy}\ndelete\n")
    assert done.returncode == 0, done.stderr
    assert f"Deleted {path}" in done.stdout
    assert copy.exists()
    assert not path.exists()
    assert "nothing to delete" in cli("forget", "--backups").stdout


def meddle(path, statement):
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        db.execute(statement)
        db.commit()


def derived(path):
    with closing(sqlite3.connect(path)) as db:
        return [db.execute(f"SELECT * FROM {table}").fetchall() for table in ("memory", "withdrawn", "unrated")]


def test_the_doctor_repairs_what_is_derived_and_keeps_the_file_as_it_was(cli, path, store):
    assert cli("doctor", "--repair").stdout == f"Healthy: {path}\n"
    before = derived(path)
    meddle(path, "DELETE FROM memory")
    assert cli("doctor").returncode == 1
    assert backups.listed(path) == []
    done = cli("doctor", "--repair")
    (kept,) = backups.listed(path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "Mended: The memory of card (learner local) is missing, though it has reviews or a start.",
        f"The file as it was before is kept in {kept.path}.",
        f"Healthy: {path}",
    ]
    assert kept.reason == "before-repair"
    assert derived(kept.path)[0] == []
    assert derived(path) == before
    assert cli("doctor", "--repair").stdout == f"Healthy: {path}\n"
    assert backups.listed(path) == [kept], "a healthy file needs no copy"


def test_a_memory_that_breaks_its_checks_is_repaired_and_the_file_as_it_was_is_kept(cli, path, store):
    before = derived(path)
    meddle(path, "UPDATE memory SET stability = -1")
    done = cli("doctor", "--repair")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Mended: SQLite finds damage: CHECK constraint failed in memory." in done.stdout
    assert derived(path) == before
    (kept,) = (path.parent / backups.FOLDER).iterdir()
    assert str(kept.parent) in done.stdout
    assert derived(kept) != before


def test_what_is_wrong_in_the_log_is_left_and_said(cli, path, store):
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TRIGGER log_is_never_edited")
        db.commit()
    meddle(path, "UPDATE log SET weights = 'ffffffff-0000-4000-8000-000000000000' WHERE kind = 'review'")
    meddle(path, "INSERT INTO unrated VALUES ('local', 1)")
    log = everything(store)
    done = cli("doctor", "--repair")
    assert done.returncode == 1
    mended, kept, *left = done.stdout.splitlines()
    assert mended.startswith("Mended: The attempt")
    assert str(backups.listed(path)[0].path) in kept
    assert len(left) == 2
    assert "log_is_never_edited is missing" in left[0]
    assert "cannot be replayed" in left[1]
    assert "restore a backup" in done.stderr
    assert everything(store) == log


def test_a_damaged_log_is_not_repaired(cli, path, store):
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TRIGGER log_is_never_edited")
        db.commit()
    meddle(path, "UPDATE log SET confidence = 'maybe'")
    done = cli("doctor", "--repair")
    assert (done.returncode, done.stdout) == (1, cli("doctor").stdout)
    assert "Nothing was repaired" in done.stderr
    assert not (path.parent / backups.FOLDER).exists()


@pytest.mark.parametrize("database", [False, True])
def test_what_is_not_ours_is_not_repaired(cli, path, database):
    if database:
        meddle(path, "CREATE TABLE theirs (a)")
    else:
        path.write_text("no database" * 100)
    before = path.read_bytes()
    said = sentence(cli("doctor", "--repair"))
    assert said == cli("doctor").stderr
    assert "left as it is" in said
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]
