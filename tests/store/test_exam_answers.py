"""Answers of an exam in the log: they wait for nothing, move nothing and stay."""

import uuid
from dataclasses import replace

import pytest

from attnquiz.errors import LateAnswer
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store.doctor import examine
from attnquiz.store.entry import Purpose
from tests.store.hand import Hand, everything, read

WHY, SHAPE = Face("why-separate-v"), Face("shape-of-scores", 2)
EXAM = {"purpose": Purpose.EXAM, "confidence": None, "proposed": None}


@pytest.fixture
def hand(store):
    return Hand(store)


def examined(hand, face=WHY):
    """An answer in an exam, with a token of its own."""
    return hand.attempt(face, str(uuid.uuid4()), **EXAM)


def append(store, *entries):
    with store.writing() as w:
        for entry in entries:
            w.append(entry)


def test_an_answer_in_an_exam_waits_for_no_rating_however_it_is_written(store, hand):
    append(store, examined(hand))
    with store.writing() as w:
        w.extend([examined(hand), hand.attempt(SHAPE, w.token(SHAPE))], {})
    assert read(store, "unrated") == {SHAPE}
    assert read(store, "open_attempt").face == SHAPE
    assert examine(store) == []


def test_it_cannot_be_rated_taken_back_or_undone(store, hand):
    attempt = examined(hand)
    append(store, attempt)
    with pytest.raises(LateAnswer):
        hand.rate(attempt)
    with pytest.raises(LateAnswer):
        hand.withdraw(attempt)
    assert (read(store, "undoable"), read(store, "memories")) == (None, {})
    assert len(everything(store)) == 1


def test_a_card_on_the_screen_stays_answerable_and_what_was_undone_can_be_redone(store, hand):
    hand.answer(WHY)
    hand.undo()
    before = read(store, "token", WHY)
    append(store, examined(hand))
    assert read(store, "token", WHY) == before
    assert hand.redo() is not None
    assert read(store, "memory", WHY).reviews == 1
    assert examine(store) == []


def test_the_usual_time_of_an_answer_leaves_exams_out(store, hand):
    hand.answer(WHY)
    usual = read(store, "medians")
    slow = examined(hand)
    append(store, replace(slow, shown_at=slow.shown_at.replace(year=2020)))
    assert read(store, "medians") == usual


def test_its_token_counts_once(store, hand):
    attempt = examined(hand)
    append(store, attempt)
    with pytest.raises(LateAnswer):
        append(store, replace(attempt, id=str(uuid.uuid4())))
    assert read(store, "of_token", attempt.token).id == attempt.id
    assert read(store, "of_token", "another") is None
    hand.answer(SHAPE, Rating.GOOD)
    assert read(store, "introduced", hand.day) == 1
