"""Predictions of the sandbox in the log: a card's is a review with its own purpose, the others move no memory."""

import json

import pytest

from attnquiz.errors import LateAnswer
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store.entry import Happened, Purpose
from attnquiz.study import drill, predicting
from attnquiz.study.predicting import Prediction
from attnquiz.study.proposal import Confidence
from attnquiz.study.session import Phase

MADE = Prediction({"experiment": "thai-curry"}, "What weight?", "0.5", "0.93", "wrong", "softmax-is-share")


@pytest.fixture
def now(at):
    return at()


def entries(desk):
    with desk.store.reading() as r:
        return list(r.entries())


def test_a_prediction_is_kept_with_all_that_was_asked_and_moves_no_memory(desk, now):
    predicting.keep(desk, MADE, now)
    (kept,) = entries(desk)
    assert kept.kind is Happened.PREDICTION
    said = json.loads(kept.payload)
    assert said == {
        "purpose": "sandbox", "query": {"experiment": "thai-curry"}, "asked": "What weight?", "answer": "0.5",
        "truth": "0.93", "verdict": "wrong", "belief": "softmax-is-share",
    }  # fmt: skip
    with desk.store.reading() as r:
        assert r.memories() == {}
        assert r.undoable() is None, "undo of the quiz takes back answers, not predictions"


def test_a_card_answered_in_the_sandbox_is_an_attempt_and_a_review_of_it_with_that_purpose(desk, now):
    face = Face("soft-numeric", 0)
    session = predicting.begin(desk, face, now)
    done = predicting.answer(desk, session, "0.3333", Confidence.UNSURE, now)
    assert done.phase is Phase.FEEDBACK
    attempt, review = entries(desk)
    assert (attempt.kind, review.kind) == (Happened.ATTEMPT, Happened.REVIEW)
    assert attempt.purpose is review.purpose is Purpose.SANDBOX
    assert review.rating is Rating.AGAIN
    with desk.store.reading() as r:
        assert r.memory(face).reviews == 1


def test_what_cannot_be_read_writes_nothing(desk, now):
    session = predicting.begin(desk, Face("soft-numeric", 0), now)
    unread = predicting.answer(desk, session, "many", Confidence.UNSURE, now)
    assert unread.phase is Phase.ASK
    assert unread.note
    assert entries(desk) == []


def test_a_slip_is_asked_once_again_and_then_counts_as_hard(desk, now):
    session = predicting.begin(desk, Face("soft-cloze", 1), now)
    once = predicting.answer(desk, session, "exponentiats", Confidence.UNSURE, now)
    assert (once.phase, once.retried, entries(desk)) == (Phase.ASK, True, [])
    predicting.answer(desk, once, "exponentiates", Confidence.UNSURE, now)
    attempt, review = entries(desk)
    assert (attempt.verdict, attempt.retried, review.rating) == ("right", True, Rating.HARD)


def test_the_same_showing_counts_once(desk, now):
    session = predicting.begin(desk, Face("mask-mc", 0), now)
    predicting.answer(desk, session, "A", Confidence.UNSURE, now)
    with pytest.raises(LateAnswer):
        predicting.answer(desk, session, "B", Confidence.UNSURE, now)
    assert [entry.kind for entry in entries(desk)] == [Happened.ATTEMPT, Happened.REVIEW]


def test_an_answer_that_waits_for_its_rating_is_settled_first(desk, now):
    waiting = drill.begin(desk, now, first=Face("dot-basic", 0))
    waiting = drill.commit(desk, waiting, "zero", Confidence.SURE, now)
    session = predicting.begin(desk, Face("mask-mc", 0), now)
    predicting.answer(desk, session, "A", Confidence.UNSURE, now)
    with desk.store.reading() as r:
        assert r.open_attempt() is None
    assert [entry.kind for entry in entries(desk)].count(Happened.REVIEW) == 2
