"""Undo and redo are entries of the log: they survive a restart, and a stale tab gets a sentence."""

from datetime import timedelta

import pytest

from attnquiz.errors import LateAnswer
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import Scheduler
from attnquiz.store.database import Store
from tests.store.hand import Hand, everything, read

WHY = Face("why-separate-v")
SHAPE = Face("shape-of-scores", 2)


def test_undo_twice_and_redo_twice_walk_back_and_forth(store, hand, sound):
    attempt = hand.commit(WHY)
    review = hand.rate(attempt)
    memory = read(store, "memory", WHY)
    assert hand.undo() == review
    assert read(store, "open_attempt") == attempt
    assert read(store, "memory", WHY) is None
    assert hand.undo() == attempt
    assert read(store, "open_attempt") is None
    assert read(store, "undoable") is None
    assert hand.undo() is None
    assert hand.redo().cancels == attempt.id
    assert read(store, "open_attempt") == attempt
    assert hand.redo().cancels == review.id
    assert read(store, "memory", WHY) == memory
    assert hand.redo() is None
    assert read(store, "undoable") == review
    assert sound() == []


def test_undo_redo_undo_goes_on_from_where_it_stands(store, hand, sound):
    first, second = hand.answer(WHY), hand.answer(SHAPE)
    hand.undo()
    hand.redo()
    assert hand.undo() == second
    hand.undo()
    assert hand.undo() == first
    for expected in (first.id, second.attempt, second.id):
        assert hand.redo().cancels == expected
    assert hand.redo() is None
    assert sound() == []


def test_a_new_answer_clears_what_could_be_redone(store, hand):
    hand.answer(WHY)
    hand.undo()
    hand.undo()
    hand.commit(SHAPE)
    assert read(store, "redoable") is None
    hand.undo()
    hand.redo()
    assert read(store, "redoable") is None, "what was undone before the new answer stays gone"


def test_undo_and_redo_survive_a_restart(path, hand):
    review = hand.answer(WHY)
    hand.undo()
    again = Hand(Store.open(path), now=hand.now + timedelta(days=1))
    assert again.redo().cancels == review.id
    assert again.undo() == review


def test_undo_brings_back_the_memory_before(store, hand):
    hand.answer(WHY)
    before = read(store, "memory", WHY)
    hand.now += timedelta(days=3)
    hand.answer(WHY, Rating.AGAIN)
    hand.undo()
    assert read(store, "memory", WHY) == before


def test_an_earlier_review_can_be_taken_back_and_the_later_ones_are_replayed(store, hand, sound):
    first = hand.answer(WHY, Rating.AGAIN)
    hand.now += timedelta(days=1)
    later = hand.answer(WHY, Rating.EASY)
    hand.withdraw(first)
    expected = Scheduler().review(WHY, None, Rating.EASY, later.at, later.study_day)
    assert read(store, "memory", WHY) == expected
    assert sound() == []


def test_what_is_taken_back_already_cannot_be_taken_back_again(store, hand):
    review = hand.answer(WHY)
    hand.withdraw(review)
    count = len(everything(store))
    with pytest.raises(LateAnswer, match="already taken back"):
        hand.withdraw(review)
    assert len(everything(store)) == count


def test_a_stale_tab_cannot_take_an_attempt_from_under_its_review(store, hand):
    attempt = hand.commit(WHY)
    hand.rate(attempt)
    with pytest.raises(LateAnswer):
        hand.withdraw(attempt)


def test_a_stale_tab_cannot_bring_back_a_second_review_of_an_attempt(store, hand, sound):
    attempt = hand.commit(WHY)
    hand.rate(attempt)
    hand.undo()
    stale = read(store, "redoable")
    hand.rate(attempt, Rating.HARD)
    with pytest.raises(LateAnswer):
        hand.withdraw(stale)
    assert read(store, "reviewed", hand.day) == 1
    assert sound() == []


def test_an_attempt_that_was_taken_back_cannot_be_rated(store, hand):
    attempt = hand.commit(WHY)
    hand.undo()
    with pytest.raises(LateAnswer):
        hand.rate(attempt)
