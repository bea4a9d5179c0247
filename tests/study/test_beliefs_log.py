"""Which entries of the log say something of a belief: whose, until when, in which order, and what was taken back."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Store
from attnquiz.study.beliefs import beliefs
from attnquiz.study.summary import Share, summary
from tests.store.hand import Hand

FIRST = date(2026, 6, 1)
MASK = "mask-mc"  # speaks against two beliefs
INVERTED, EXCLUDES = "mask-inverted", "causal-excludes-self"


def day(number):
    return FIRST + timedelta(days=number)


@pytest.fixture
def hand(tmp_path):
    return Hand(Store.open(tmp_path / "answers.sqlite3"))


def put(hand, number, card=MASK, verdict="right", belief=None, hour=12, since=0, rating=Rating.GOOD, **said):
    """An answer of the study day ``number``, at an hour of that day or of one ``since`` it."""
    hand.now = datetime.combine(day(number + since), time(hour), UTC)
    said = {"verdict": verdict, "misconception": belief, "confidence": "unsure"} | said
    with hand.store.writing() as w:
        attempt = replace(hand.attempt(Face(card), w.token(Face(card)), **said), study_day=day(number))
        w.append(attempt)
        review = replace(hand.review(w, attempt, rating, w.token(Face(card))), study_day=day(number))
        w.append(review)
    return review


def shows(hand, number, belief=INVERTED, **more):
    return put(hand, number, verdict="wrong", belief=belief, rating=Rating.AGAIN, **more)


def believed(hand, collection, until=None):
    with hand.store.reading() as r:
        return {one.id: one for one in beliefs(r, collection, until)}


def test_what_was_taken_back_neither_shows_a_belief_nor_speaks_against_it(hand, collection):
    first, again = shows(hand, 0), shows(hand, 5)
    right = [put(hand, number) for number in (6, 7, 8)]
    assert believed(hand, collection)[INVERTED].gone
    hand.withdraw(right[1])
    one = believed(hand, collection)[INVERTED]
    assert (one.gone, one.days, one.last_seen, one.seen) == (False, (day(6), day(8)), day(5), 2)
    hand.withdraw(again)
    one = believed(hand, collection)[INVERTED]
    assert (one.last_seen, one.seen) == (day(0), 1)
    hand.withdraw(first)
    assert believed(hand, collection) == {}


def test_a_learner_has_beliefs_and_right_answers_of_their_own(hand, collection):
    other = Hand(Store(hand.store.path, "grace"))
    shows(hand, 0)
    shows(other, 1, belief=EXCLUDES)
    for number in (2, 3, 4):
        put(other, number)
    assert [(one.id, one.days) for one in believed(hand, collection).values()] == [(INVERTED, ())]
    assert {name: one.gone for name, one in believed(other, collection).items()} == {EXCLUDES: True}


def test_until_a_day_nothing_of_that_day_and_later_is_known(hand, collection):
    shows(hand, 0)
    put(hand, 1)
    shows(hand, 3, confidence="sure")
    assert believed(hand, collection, day(0)) == {}
    one = believed(hand, collection, day(3))[INVERTED]
    assert (one.last_seen, one.seen, one.sure, one.days) == (day(0), 1, 0, (day(1),))
    assert believed(hand, collection, day(1))[INVERTED].days == ()
    with hand.store.reading() as r:
        assert [summary(r, collection, day(number)).showed for number in (0, 3)] == [(INVERTED,), (INVERTED,)]
        assert [summary(r, collection, day(number)).refuted for number in (0, 1)] == [(), (INVERTED,)]


def test_it_last_showed_on_the_latest_study_day_whatever_the_clock_said(hand, collection):
    """Who flies east, or whose clock is set back, has later days at earlier instants."""
    shows(hand, 2, hour=10)
    shows(hand, 1, hour=12, since=1)
    put(hand, 2, hour=11)
    put(hand, 3, hour=9, since=-1)
    one = believed(hand, collection)[INVERTED]
    assert (one.last_seen, one.days) == (day(2), (day(2), day(3)))


def test_of_one_day_the_latest_time_that_it_showed_counts(hand, collection):
    for hour in (12, 10):
        shows(hand, 0, hour=hour)
    put(hand, 0, hour=11)
    assert believed(hand, collection)[INVERTED].days == ()
    put(hand, 0, hour=13)
    assert believed(hand, collection)[INVERTED].days == (day(0),)


def test_a_slip_is_right_and_an_answer_that_shows_one_belief_speaks_against_no_other(hand, collection):
    shows(hand, 0)
    put(hand, 1, verdict="self", belief=EXCLUDES)
    assert believed(hand, collection)[INVERTED].days == ()
    put(hand, 2, verdict="slip")
    assert believed(hand, collection)[INVERTED].days == (day(2),)


def test_of_a_day_a_slip_was_right_and_what_learners_mark_themselves_unless_it_is_again(hand, collection):
    answers = [("slip", Rating.GOOD), ("self", Rating.HARD), ("self", Rating.AGAIN), ("wrong", Rating.HARD)]
    for verdict, rating in [*answers, ("unknown", Rating.AGAIN)]:
        put(hand, 0, verdict=verdict, rating=rating)
    with hand.store.reading() as r:
        told = summary(r, collection, day(0))
    assert (told.answers, told.cards, told.unsure, told.sure) == (5, 1, Share(2, 4), Share(0, 0))


def test_a_belief_that_no_deck_knows_is_not_told(hand, collection):
    shows(hand, 0, belief="nobody-knows")
    shows(hand, 1)
    assert list(believed(hand, collection)) == [INVERTED]


def test_each_belief_is_read_back_to_the_day_on_which_it_last_showed_itself(hand, collection):
    shows(hand, 0)
    put(hand, 3)
    shows(hand, 5, belief=EXCLUDES)
    put(hand, 7)
    found = believed(hand, collection)
    assert {name: one.days for name, one in found.items()} == {INVERTED: (day(3), day(7)), EXCLUDES: (day(7),)}
    with hand.store.reading() as r:
        assert summary(r, collection, day(5)).refuted == (), "not on that day"
