"""What the log says about cards set aside, flags, confident errors, and the course of a face."""

from datetime import date, timedelta

import pytest

from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Store
from attnquiz.store.entry import Happened
from tests.store.hand import Hand, everything, read

WHY = Face("why-separate-v")
ONE, TWO = Face("shape-of-scores", 1), Face("shape-of-scores", 2)
SURE_AND_WRONG = {"verdict": "wrong", "confidence": "sure"}


def write(hand, kind, face, token=None, payload=None):
    entry = hand.entry(kind, face, token=token, payload=payload)
    with hand.store.writing() as w:
        w.append(entry)
    return entry


def confident_errors(store):
    return read(store, "pending", date.max)[1]  # all is due by then


def test_a_card_is_suspended_until_that_is_taken_back(store, hand, sound):
    suspend = write(hand, Happened.SUSPEND, TWO, "t")
    assert read(store, "suspended") == {"shape-of-scores": suspend}
    assert hand.undo() == suspend
    assert read(store, "suspended") == {}
    hand.redo()
    assert read(store, "suspended") == {"shape-of-scores": suspend}
    assert sound() == []


def test_of_two_suspends_of_one_card_the_latest_speaks(store, hand):
    first, second = write(hand, Happened.SUSPEND, ONE), write(hand, Happened.SUSPEND, TWO)
    assert read(store, "suspended") == {"shape-of-scores": second}
    hand.withdraw(second)
    assert read(store, "suspended") == {"shape-of-scores": first}


def test_a_card_is_buried_for_its_study_day_and_no_longer(store, hand):
    bury = write(hand, Happened.BURY, WHY, "t")
    assert read(store, "buried", hand.day) == {"why-separate-v"}
    assert read(store, "buried", hand.day - timedelta(days=1)) == {"why-separate-v"}, "a traveller's day may go back"
    assert read(store, "buried", hand.day + timedelta(days=1)) == frozenset()
    hand.withdraw(bury)
    assert read(store, "buried", hand.day) == frozenset()


def test_flags_are_kept_in_order_and_can_be_taken_back(store, hand):
    first = write(hand, Happened.FLAG, WHY, "a", '{"reason": "unclear", "note": "<b>which?</b>"}')
    second = write(hand, Happened.FLAG, ONE, "b", '{"reason": "wrong", "note": ""}')
    assert read(store, "flags") == [first, second]
    assert hand.undo() == second
    assert read(store, "flags") == [first]


def test_one_learner_sets_nothing_aside_for_another(path, hand):
    write(hand, Happened.SUSPEND, WHY)
    write(hand, Happened.BURY, ONE)
    write(hand, Happened.FLAG, ONE, payload="{}")
    hand.answer(ONE, **SURE_AND_WRONG)
    other = Store.open(path, "grace")
    Hand(other).answer(WHY)
    asked = [read(other, what) for what in ("suspended", "flags")]
    asked += [read(other, "buried", hand.day), confident_errors(other)]
    assert asked == [{}, [], frozenset(), frozenset()]


def test_neither_a_flag_nor_a_marking_makes_the_card_on_the_screen_another_one(store, hand):
    attempt = hand.commit(WHY)
    before = read(store, "token", WHY)
    write(hand, Happened.FLAG, WHY, "own", '{"reason": "wrong", "note": ""}')
    write(hand, Happened.MARKING, WHY, payload=f'{{"attempt": "{attempt.id}", "ticks": []}}')
    assert read(store, "token", WHY) == before
    write(hand, Happened.BURY, WHY, before)
    assert read(store, "token", WHY) != before


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        (SURE_AND_WRONG, True),
        ({"verdict": "wrong", "confidence": "unsure"}, False),
        ({"verdict": "right", "confidence": "sure"}, False),
        ({"verdict": "unknown", "confidence": "unsure"}, False),
    ],
)
def test_a_confident_error_is_wrong_and_sure(store, hand, changes, counts):
    hand.answer(WHY, Rating.AGAIN, **changes)
    assert confident_errors(store) == ({WHY} if counts else frozenset())


def test_a_confident_error_stands_until_an_answer_on_another_day(store, hand):
    hand.answer(TWO, Rating.AGAIN, **SURE_AND_WRONG)
    hand.answer(TWO, Rating.GOOD)
    assert confident_errors(store) == {TWO}, "right again within minutes says little"
    hand.now += timedelta(days=2)
    hand.answer(TWO, Rating.GOOD)
    assert confident_errors(store) == frozenset()
    hand.undo()
    assert confident_errors(store) == {TWO}


def test_a_confident_error_that_was_taken_back_is_none(store, hand):
    hand.answer(WHY, Rating.GOOD)
    hand.answer(WHY, Rating.AGAIN, **SURE_AND_WRONG)
    hand.undo()
    assert confident_errors(store) == frozenset()


def test_a_confident_error_of_a_sibling_or_of_another_learner_is_none(path, hand):
    hand.answer(ONE, Rating.AGAIN, **SURE_AND_WRONG)
    hand.answer(TWO)
    other = Store.open(path, "grace")
    Hand(other).answer(ONE)
    assert confident_errors(hand.store) == {ONE}
    assert confident_errors(other) == frozenset()


def test_a_confident_error_is_told_of_what_comes_back_by_then_alone(store, hand):
    hand.answer(WHY, Rating.EASY, **SURE_AND_WRONG)  # who was sure may say so all the same
    due = read(store, "memory", WHY).due_day
    days = (hand.day, due - timedelta(days=1), due)
    assert [read(store, "pending", day)[1] for day in days] == [frozenset(), frozenset(), {WHY}]


def test_a_learner_begins_with_faces_of_their_own(path, hand):
    hand.answer(WHY, Rating.EASY)
    other = Store.open(path, "grace")
    for face in (WHY, ONE):
        Hand(other).answer(face, Rating.AGAIN)
    assert (read(hand.store, "met"), read(other, "met")) == ([str(WHY)], [str(ONE), str(WHY)])
    cards = [WHY.card, ONE.card]
    assert read(hand.store, "memories_of", cards) == {WHY: read(hand.store, "memory", WHY)}
    assert read(other, "memories_of", cards) == {face: read(other, "memory", face) for face in (WHY, ONE)}
    assert read(hand.store, "standings").name == [str(WHY)]
    assert read(hand.store, "pending", hand.day) == ({}, frozenset(), {str(WHY)})


def test_the_course_of_a_face_is_its_reviews_with_the_memory_after_each(store, hand):
    reviews, memories = [], []
    for days in (0, 3, 9, 20):
        hand.now += timedelta(days=days)
        reviews.append(hand.answer(WHY))
        memories.append(read(store, "memory", WHY))
    hand.answer(ONE)
    assert read(store, "course", WHY) == list(zip(reviews, memories, strict=True))
    assert read(store, "course", Face("never")) == []


def test_the_course_is_replayed_when_an_early_review_was_taken_back(store, hand):
    first = hand.answer(WHY, Rating.AGAIN)
    hand.now += timedelta(days=1)
    second = hand.answer(WHY, Rating.EASY)
    hand.withdraw(first)
    ((review, memory),) = read(store, "course", WHY)
    assert review == second
    assert memory == read(store, "memory", WHY)
    assert memory.reviews == 1


def test_a_second_entry_with_the_same_token_is_refused(store, hand):
    write(hand, Happened.SUSPEND, WHY, "once")
    with pytest.raises(Exception, match="already answered in another tab"):
        write(hand, Happened.SUSPEND, WHY, "once")
    assert len(everything(store)) == 1
