"""A file with a few answers in it, and a look at what lies beside it."""

import pytest

from attnquiz.recall.face import Face
from attnquiz.store.database import Store
from tests.store.hand import Hand


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "answers.sqlite3"


@pytest.fixture
def hand(path):
    """Has answered three cards."""
    hand = Hand(Store.open(path))
    for number in range(3):
        hand.answer(Face(f"card-{number}"))
    return hand


@pytest.fixture
def store(hand):
    return hand.store


@pytest.fixture
def beside(path):
    """The names of all files beside the file of answers, sidecars of an open file aside."""

    def names():
        found = [file.relative_to(path.parent).as_posix() for file in path.parent.rglob("*") if file.is_file()]
        return sorted(name for name in found if not name.startswith(path.name))

    return names
