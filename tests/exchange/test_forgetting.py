"""Deleting takes a word, and takes all of it."""

from datetime import UTC, datetime

import pytest

from attnquiz.errors import StoreError
from attnquiz.exchange import backups
from attnquiz.exchange.forgetting import forget
from attnquiz.recall.face import Face
from attnquiz.store.alone import Post
from attnquiz.store.database import Store
from tests.store.hand import Hand, everything

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["", "yes", "deleted", "delete it"])
def test_without_the_word_nothing_is_deleted(path, store, beside, typed):
    before = everything(store)
    with pytest.raises(StoreError, match=r"Nothing was deleted.*“delete”"):
        forget(path, typed, NOW, backups_too=True)
    assert everything(store) == before
    assert beside() == []


def test_the_file_goes_and_a_backup_brings_it_back(path, store, hand, beside):
    before = everything(store)
    with store.hold():  # a write-ahead log lies beside it
        hand.answer(Face("later"))
        hand.undo()
        before = everything(store)
        forget(path, " Delete ", NOW, backups_too=False)
        assert list(path.parent.glob("answers.sqlite3*")) == []
    assert beside() == ["backups/answers-2026-03-01T12-00-00Z-before-deletion.sqlite3"]
    backups.restore(path, backups.find(path, "newest"), NOW)
    assert everything(Store.open(path)) == before


def test_what_a_fit_keeps_beside_the_file_goes_too(path, store):
    post = Post(path, "fit")
    with post.held("busy"):
        post.tell("0.5")
        forget(path, "delete", NOW, backups_too=True)
        assert not list(path.parent.glob("answers-fit*"))


def test_with_its_backups_nothing_of_it_is_left_and_everything_else_stays(path, store, beside):
    backups.make(path, NOW)
    folder = path.parent / backups.FOLDER
    (folder / "answers-2026-03-01T12-00-00Z-damaged.sqlite3.kept").touch()
    (folder / "answers-2026-03-01T12-00-00Z-restoring-abc").mkdir()
    path.with_name("answers-m004_states-1.sqlite3").touch()
    deck = path.parent / "decks" / "mine.md"
    deck.parent.mkdir()
    deck.touch()
    other = Hand(Store.open(path.with_name("answers-b.sqlite3")))
    other.answer(Face("card"))
    kept = backups.make(other.store.path, NOW)
    forget(path, "delete", NOW, backups_too=True)
    assert not path.exists()
    assert sorted(path.parent.rglob("*")) == sorted([deck, deck.parent, other.store.path, kept.path, folder])
