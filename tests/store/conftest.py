"""Contract tests take the store as a fixture: another backend would be added here."""

import pytest

from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from tests.store.hand import Hand


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "answers.sqlite3"


@pytest.fixture
def store(path):
    return Store.open(path)


@pytest.fixture
def hand(store):
    return Hand(store)


@pytest.fixture
def sound(store):
    """A check for the end of a test: the file replays to itself."""
    return lambda: examine(store)
