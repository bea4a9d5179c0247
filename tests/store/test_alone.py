"""One process at a time, whatever becomes of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from attnquiz.errors import StoreError
from attnquiz.store.alone import Post

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys, time
from pathlib import Path
from attnquiz.store.alone import Post
with Post(Path(sys.argv[1]), "work").held("busy"):
    Post(Path(sys.argv[1]), "work").tell("0.5")
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def post(tmp_path):
    return Post(tmp_path / "answers.sqlite3", "work")


@pytest.fixture
def holder(post):
    """Another process that holds it until it is ended."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(post.path)], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout.readline().strip() == b"held"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_nobody_holds_it_at_first_and_asking_makes_no_file(post, tmp_path):
    assert not post.is_held()
    assert post.told() == ""
    post.ask_to_stop()
    assert list(tmp_path.iterdir()) == []


def test_it_is_held_for_the_length_of_the_block(post):
    with post.held("busy"):
        assert post.is_held()
        post.tell("0.25")
        assert post.told() == "0.25"
        assert not post.is_asked_to_stop()
        post.ask_to_stop()
        assert post.is_asked_to_stop()
        with pytest.raises(StoreError, match="busy"), post.held("busy"):
            pass
        assert post.told() == "0.25", "whoever was refused has changed nothing"
    assert not post.is_held()
    assert post.told() == ""


def test_what_fails_inside_lets_it_go(post):
    with pytest.raises(ZeroDivisionError), post.held("busy"):
        raise ZeroDivisionError
    with post.held("busy"):
        pass


def test_another_process_is_refused_and_sees_how_far_it_is(post, holder):
    assert post.is_held()
    assert post.told() == "0.5"
    with pytest.raises(StoreError, match=r"^busy$"), post.held("busy"):
        pass


def test_a_killed_process_holds_nothing_and_what_it_left_is_cleared(post, holder):
    post.ask_to_stop()
    holder.kill()
    holder.wait()
    assert not post.is_held()
    with post.held("busy"):
        assert post.told() == ""
        assert not post.is_asked_to_stop()
