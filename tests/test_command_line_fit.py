"""``python -m attnquiz fit`` in processes of its own: finished, refused, stopped, killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from attnquiz.recall.face import Face
from attnquiz.store.alone import Post
from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from tests.recall.hidden import written
from tests.store.hand import Hand, everything

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return written(tmp_path_factory.mktemp("fit") / "answers.sqlite3")


@pytest.fixture
def begin():
    """Begins a fit; whatever is still running at the end is ended."""
    begun = []

    def run(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "attnquiz", "fit", *map(str, arguments)], cwd=ROOT, env=os.environ | {},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        begun.append(process)
        return process

    yield run
    for process in begun:
        if process.poll() is None:
            process.kill()
        process.communicate()


def until_it_fits(path, process):
    post = Post(path, "fit")
    for _ in range(1200):
        if post.is_held() and float(json.loads(post.told() or "0")) > 0.02:
            return post
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    raise AssertionError("it never began")


def test_a_stopped_fit_writes_nothing_and_two_at_once_are_one_too_many(path, begin):
    before = everything(Store.open(path))
    first = begin(path)
    post = until_it_fits(path, first)
    second = begin(path)
    out, error = second.communicate(timeout=120)
    assert (second.returncode, out) == (2, "")
    assert error == (
        "The weights of this file are being fitted already, by the app or on another command line. Wait for it.\n"
    )
    post.ask_to_stop()
    out, error = first.communicate(timeout=120)
    assert (first.returncode, out) == (2, "")
    assert error.splitlines()[-1] == "Stopped."
    assert not post.is_held()
    assert everything(Store.open(path)) == before


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="nothing is killed like that on Windows")
def test_a_killed_fit_leaves_nothing_half_and_the_next_one_begins_and_ends_well(path, begin):
    store = Store.open(path)
    before = everything(store)
    process = begin(path, "--gently")
    post = until_it_fits(path, process)
    Hand(store).answer(Face("meanwhile"))  # a fit holds nobody up
    process.kill()
    process.wait()
    assert not post.is_held()
    assert len(everything(store)) == len(before) + 2
    out, error = begin(path).communicate(timeout=300)
    assert out.startswith("Tuned: on ")
    assert "fell from" in out
    assert "Fitting" in error
    with store.reading() as r:
        assert len(r.weights_kept()) == 1
    assert examine(store) == []


def test_where_there_is_nothing_to_fit_a_sentence_says_so(tmp_path, begin):
    nowhere = begin(tmp_path / "nowhere.sqlite3")
    assert "There are no answers yet" in nowhere.communicate(timeout=120)[1]
    assert nowhere.returncode == 2
    assert list(tmp_path.iterdir()) == []
    few = Hand(Store.open(tmp_path / "few.sqlite3"))
    few.answer(Face("card"))
    process = begin(tmp_path / "few.sqlite3")
    assert "There is not enough to learn from yet: 0 of 720 answers" in process.communicate(timeout=120)[1]
    assert process.returncode == 2
