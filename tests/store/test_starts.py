"""A face may count as known without a review: its memory begins with a start, and all else goes on from there."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from attnquiz.errors import LateAnswer
from attnquiz.recall.face import Face
from attnquiz.recall.memory import State
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import Scheduler
from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from tests.store.hand import Hand, everything, read
from tests.store.test_doctor import meddle

WHY, SHAPE, OTHER = Face("why-separate-v"), Face("shape-of-scores", 1), Face("shape-of-scores", 2)


def test_a_start_is_a_memory_of_its_own_that_no_review_made(store, hand, sound):
    (start,) = hand.start(WHY, wait=5)
    memory = read(store, "memory", WHY)
    assert (memory.state, memory.step, memory.due_at, memory.reviews, memory.lapses) == (State.REVIEW, None, None, 0, 0)
    assert (memory.stability, memory.due_day - hand.day) == (5.0, timedelta(days=5))
    assert (memory.last_day, memory.last_at) == (start.study_day, start.at)
    assert not memory.is_due(hand.now, hand.day + timedelta(days=4))
    assert memory.is_due(hand.now, hand.day + timedelta(days=5))
    assert (read(store, "replayed", WHY), read(store, "reviews")) == (memory, [])
    assert sound() == []


def test_a_start_is_as_difficult_as_what_was_good_at_first_sight_and_never_shorter_than_three_days(hand):
    at, day = hand.now, hand.day
    good = Scheduler().review(WHY, None, Rating.GOOD, at, day)
    assert Scheduler().start(at, day, 1).difficulty == good.difficulty
    assert [Scheduler().start(at, day, wait).stability for wait in (1, 3, 9)] == [3.0, 3.0, 9.0]


@pytest.mark.parametrize("rating", Rating)
def test_a_review_goes_on_from_the_start(store, hand, sound, rating):
    hand.start(WHY)
    before = read(store, "memory", WHY)
    hand.now += timedelta(days=2)
    review = hand.answer(WHY, rating)
    expected = Scheduler().review(WHY, before, rating, review.at, review.study_day)
    assert read(store, "memory", WHY) == read(store, "replayed", WHY) == expected
    assert (expected.reviews, expected.lapses) == (1, rating is Rating.AGAIN)
    assert [entry.kind for entry, _ in read(store, "course", WHY)] == ["start", "review"]
    assert sound() == []


def test_a_face_that_was_answered_before_is_left_as_it_is(store, hand, sound):
    hand.answer(WHY, Rating.EASY)
    before = read(store, "memory", WHY)
    hand.now += timedelta(days=1)
    hand.start(WHY)
    assert read(store, "memory", WHY) == before
    assert sound() == []


def test_a_second_start_says_nothing_and_holds_when_the_first_is_taken_back(store, hand, sound):
    hand.start(WHY, wait=3)
    hand.now += timedelta(days=1)
    (second,) = hand.start(WHY, wait=9)
    assert read(store, "memory", WHY).stability == 3.0
    hand.withdraw(next(e for e in everything(store) if e.kind == "start"))
    assert (read(store, "memory", WHY).stability, read(store, "memory", WHY).last_at) == (9.0, second.at)
    assert sound() == []


def test_starts_and_reviews_count_by_their_days_whatever_the_order_in_which_they_arrive(store, hand, sound):
    """As after a merge of two files: the start of an earlier day arrives last."""
    early = hand.now
    hand.now += timedelta(days=2)
    review = hand.answer(WHY)
    late, hand.now = hand.now, early
    (start,) = hand.start(WHY)
    hand.now = late
    started = Scheduler().start(start.at, start.study_day, 2)
    assert read(store, "memory", WHY) == Scheduler().review(WHY, started, 3, review.at, review.study_day)
    assert sound() == []


def test_a_whole_placement_goes_back_and_comes_back_in_one_step(store, hand, sound):
    answer = hand.answer(Face("answered-before"))
    kept = read(store, "memories")
    hand.start(WHY, SHAPE)  # another placement, used and
    hand.undo()  # taken back
    starts = hand.start(WHY, SHAPE, OTHER)
    memories = read(store, "memories")
    assert hand.undo() == starts[-1]
    assert read(store, "memories") == kept
    hand.redo()
    assert read(store, "memories") == memories
    assert read(store, "undoable") == starts[-1]
    hand.undo()
    assert hand.undo() == answer
    assert sound() == []


def test_undo_takes_the_answer_back_first_and_then_the_placement(store, hand, sound):
    starts = hand.start(WHY, SHAPE)
    review = hand.answer(WHY)
    assert [hand.undo() for _ in range(3)] == [review, next(e for e in everything(store) if e.id == review.attempt),
                                               starts[-1]]  # fmt: skip
    assert read(store, "memories") == {}
    assert sound() == []


def test_a_placement_that_goes_leaves_what_was_answered_since(store, hand, sound):
    first, _ = hand.start(WHY, SHAPE)
    hand.now += timedelta(days=2)
    review = hand.answer(WHY)
    with store.reading() as r:
        together = r.together(first)
    for each in together:
        hand.withdraw(each)
    assert read(store, "memories") == {WHY: Scheduler().review(WHY, None, 3, review.at, review.study_day)}
    assert sound() == []


def test_placements_of_two_learners_do_not_go_together(store, hand, sound):
    grace = Hand(Store.open(store.path, "grace"))
    hand.start(WHY, placement="same")
    grace.start(WHY, placement="same")
    hand.undo()
    assert (len(read(store, "starts")), len(read(grace.store, "starts"))) == (0, 1)
    assert sound() == []


def test_the_check_of_what_counts_as_known_makes_nothing_new(store, hand):
    hand.start(WHY)
    hand.now += timedelta(days=2)
    hand.answer(WHY)
    hand.answer(SHAPE)
    assert (read(store, "introduced", hand.day), read(store, "reviewed", hand.day)) == (1, 2)


def test_a_card_shown_in_another_tab_before_the_start_cannot_be_answered_as_new(store, hand):
    shown = read(store, "token", WHY)
    hand.start(WHY)
    with pytest.raises(LateAnswer), store.writing() as w:
        w.append(hand.attempt(WHY, shown))


def test_answers_that_wait_for_a_rating_are_known_by_their_face(store, hand):
    hand.commit(WHY)
    hand.answer(SHAPE)
    assert read(store, "unrated") == {WHY}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("stability", "4.5"), ("due_day", "date(due_day, '1 day')"), ("reviews", "1"),
        ("last_day", "date(last_day, '1 day')"),
    ],
)  # fmt: skip
def test_the_doctor_finds_a_memory_that_is_not_what_the_start_says(store, hand, column, value):
    hand.start(WHY, SHAPE)
    meddle(store, f"UPDATE memory SET {column} = {value} WHERE card = '{WHY.card}'")
    (finding,) = examine(store)
    assert f"differs from the log in {column}" in finding


def test_the_doctor_finds_a_start_without_its_memory_and_a_memory_whose_start_is_gone(store, hand):
    hand.start(WHY, SHAPE)
    meddle(store, f"DELETE FROM memory WHERE card = '{WHY.card}'", f"DELETE FROM log WHERE card = '{SHAPE.card}'")
    assert sorted(examine(store)) == [
        "The memory of shape-of-scores/1 (learner local) has no review and no start that it could come from.",
        "The memory of why-separate-v (learner local) is missing, though it has reviews or a start.",
    ]


def test_what_a_start_says_can_be_read_in_the_file_without_us(store, hand):
    hand.start(WHY, wait=3)
    with closing(sqlite3.connect(store.path)) as db:
        card, payload = db.execute("SELECT card, payload FROM log WHERE kind = 'start'").fetchone()
    said = json.loads(payload)
    assert (card, said["stability"], said["due_day"], said["known"]) == (WHY.card, 3.0, "2026-01-08", 0.9)
