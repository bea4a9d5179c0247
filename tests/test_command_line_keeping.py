"""Backups, the CSV and deleting on the command line, in processes of their own."""

import os
import subprocess
import sys
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
