"""Many entries at once leave the file as if they had come one by one, or not at all."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from attnquiz.errors import StoreError
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from tests.store.hand import Hand, everything, read

WHY, SHAPE = Face("why-separate-v"), Face("shape-of-scores", 2)


def dumped(store):
    with closing(sqlite3.connect(store.path)) as db:
        tables = ("log", "memory", "unrated", "withdrawn", "tally")
        return {table: sorted(db.execute(f"SELECT * FROM {table}"), key=str) for table in tables}


@pytest.fixture
def lived(store, hand):
    """Answers on several days, and one that waits."""
    for day in range(3):
        for face in (WHY, SHAPE):
            hand.answer(face, Rating(2 + day % 2))
        hand.now += timedelta(days=4)
    hand.commit(WHY)
    return store


@pytest.fixture
def copy(tmp_path):
    return Store.open(tmp_path / "copy.sqlite3")


@pytest.mark.parametrize("at_a_time", [1, 4, 5, 100])
def test_many_at_once_are_as_one_by_one(lived, copy, at_a_time):
    entries, memories = everything(lived), read(lived, "memories")
    for start in range(0, len(entries), at_a_time):
        with copy.writing() as w:
            w.extend(entries[start : start + at_a_time], memories)
    assert dumped(copy) == dumped(lived)
    assert examine(copy) == []


def test_nothing_is_kept_of_many_when_one_of_them_is_wrong(lived, copy):
    *entries, last = everything(lived)
    wrong = {
        "never replaced": replace(last, token=entries[0].token),
        "counts start at zero": replace(last, hints=-1),
        "belongs to somebody else": replace(last, learner="grace"),
    }
    for said, entry in wrong.items():
        with pytest.raises(StoreError, match=said), copy.writing() as w:
            w.extend([*entries, entry], {})
        assert set(map(len, dumped(copy).values())) == {0}


def test_what_takes_something_back_is_written_alone(lived, copy):
    Hand(lived, now=everything(lived)[-1].at).undo()
    with pytest.raises(StoreError, match="takes something back"), copy.writing() as w:
        w.extend(everything(lived), {})
