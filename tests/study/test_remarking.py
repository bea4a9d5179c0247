"""Marking one's own explanation again, three study days later."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from attnquiz.cards.card import Kind
from attnquiz.errors import LateAnswer
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store.doctor import examine
from attnquiz.store.entry import Happened
from attnquiz.study import drill
from attnquiz.study.marks import Marks
from attnquiz.study.proposal import Confidence
from attnquiz.study.remarking import agreement, mark_again, waiting
from attnquiz.study.session import Phase

EXPLAIN = Face("an-explanation")


@pytest.fixture
def explain(learner, at):
    """Write an explanation on some day and mark it."""

    def write(day=0, ticks=(0, 1), text="One is followed by two.", hour=9):
        now = at(day, hour)
        session = drill.begin(learner.desk, now, first=EXPLAIN)
        session = drill.commit(learner.desk, session, text, Confidence.SURE, now)
        drill.rate(learner.desk, session, Rating.EASY, now, Marks(ticks))

    return write


@pytest.fixture
def ready(learner, store, at):
    """What waits on the study day of a moment."""

    def look(day, collection=learner.desk.collection):
        with store.reading() as r:
            return waiting(r, collection, at(day).date())

    return look


def agreed(learner, collection=None):
    with learner.desk.store.reading() as r:
        return agreement(r, collection or learner.desk.collection)


def markings(store):
    with store.reading() as r:
        return [entry for entry in r.effective() if entry.kind is Happened.MARKING]


def test_an_explanation_waits_three_study_days(explain, ready):
    explain(ticks=(0, 2))
    assert [len(ready(day)) for day in (0, 1, 2, 3, 99)] == [0, 0, 0, 1, 1]
    (one,) = ready(3)
    assert (one.attempt.answer, one.card.id, one.first) == ("One is followed by two.", "an-explanation", (0, 2))


def test_study_days_count_and_not_hours(explain, ready, at):
    explain(0, hour=23)  # one o'clock in Berlin, still the first study day
    assert len(ready(3)) == 1


def test_a_second_marking_is_kept_and_moves_no_memory(explain, ready, learner, store, at):
    explain()
    with store.reading() as r:
        before = r.memories()
    (one,) = ready(3)
    mark_again(learner.desk, one, (3, 1, 1, 8), at(3))
    (marking,) = markings(store)
    assert json.loads(marking.payload) == {"attempt": one.attempt.id, "ticks": [1, 3]}
    assert (marking.face, marking.study_day, marking.zone) == (EXPLAIN, at(3).date(), "Europe/Berlin")
    assert ready(9) == []
    with store.reading() as r:
        assert (r.memories(), len(r.reviews())) == (before, 1)
    assert examine(store) == []


def test_agreement_counts_the_points_on_which_both_markings_say_the_same(explain, ready, learner, at):
    assert agreed(learner) == (0, 0)
    explain(0, ticks=(0, 1))
    explain(1, ticks=())
    assert agreed(learner) == (0, 0)
    first, second = ready(4)
    mark_again(learner.desk, first, (0, 2), at(4))  # of four points, 0 and 3 as before
    assert agreed(learner) == (2, 4)
    mark_again(learner.desk, second, (), at(4))
    assert agreed(learner) == (6, 8)


def test_an_explanation_is_marked_again_once(explain, ready, learner, store, at):
    explain()
    (one,) = ready(3)
    mark_again(learner.desk, one, (0,), at(3))
    with pytest.raises(LateAnswer, match="another tab"):
        mark_again(learner.desk, one, (1,), at(3))
    assert len(markings(store)) == 1


def test_of_many_clicks_at_once_one_is_counted(explain, ready, learner, store, at):
    explain()
    (one,) = ready(3)

    def click(number):
        try:
            mark_again(learner.desk, one, (number % 4,), at(3))
        except LateAnswer:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(click, range(8))) == 1
    assert len(markings(store)) == 1


def test_undo_takes_a_second_marking_back_and_redo_brings_it_again(explain, ready, learner, store, at):
    explain()
    (one,) = ready(3)
    mark_again(learner.desk, one, (0,), at(3))
    session = drill.undo(learner.desk, at(3, 10))
    assert session.note == "Taken back."
    assert session.showing.face != EXPLAIN  # the explanation is not asked early because its marking was taken back
    assert (markings(store), ready(3), agreed(learner)) == ([], [one], (0, 0))
    assert drill.redo(learner.desk, at(3, 11)).note == "Done again."
    assert (len(markings(store)), ready(3), agreed(learner)) == (1, [], (3, 4))
    assert examine(store) == []


def test_a_marking_that_was_taken_back_can_be_given_otherwise(explain, ready, learner, store, at):
    explain()
    (one,) = ready(3)
    mark_again(learner.desk, one, (0,), at(3))
    drill.undo(learner.desk, at(3, 10))
    mark_again(learner.desk, one, (0, 1), at(3, 11))
    assert agreed(learner) == (4, 4)
    assert drill.redo(learner.desk, at(3, 12)).note == "There is nothing to redo."


def test_an_explanation_whose_rating_was_taken_back_cannot_be_marked_again(explain, ready, learner, store, at):
    explain()
    (one,) = ready(3)
    drill.undo(learner.desk, at(3))
    assert ready(3) == []
    with pytest.raises(LateAnswer):
        mark_again(learner.desk, one, (0,), at(3))
    assert markings(store) == []


def test_a_marking_leaves_the_question_in_another_tab_as_it_is(explain, ready, learner, store, at):
    explain()
    shown = drill.begin(learner.desk, at(3), first=EXPLAIN)
    mark_again(learner.desk, ready(3)[0], (0,), at(3))
    reloaded = drill.begin(learner.desk, at(3), first=EXPLAIN)
    assert (reloaded.showing.token, reloaded.showing.seed) == (shown.showing.token, shown.showing.seed)
    learner.commit(shown, at(3, 10))
    with pytest.raises(LateAnswer):
        learner.commit(reloaded, at(3, 10))


def test_what_was_not_known_or_is_not_rated_or_is_of_another_kind_does_not_wait(explain, ready, learner, at):
    desk = learner.desk
    session = drill.commit(desk, drill.begin(desk, at(), first=EXPLAIN), None, Confidence.UNSURE, at())
    drill.rate(desk, session, Rating.AGAIN, at())
    experiment = learner.commit(learner.ready(Kind.EXPERIMENT, at()), at())
    drill.rate(desk, experiment, Rating.GOOD, at(), Marks((0,), "a map"))
    learner.commit(learner.ready(Kind.EXPLAIN, at(0, 10)), at(0, 10))  # never rated
    assert ready(9) == []


def test_an_explanation_of_an_earlier_revision_is_not_compared_with_the_points_of_another(explain, ready, learner, at):
    explain()
    explain(1)
    mark_again(learner.desk, ready(9)[0], (0,), at(9))
    card = learner.desk.collection.cards[EXPLAIN.card]
    revised = {**learner.desk.collection.cards, card.id: replace(card, rev=card.rev + 1)}
    collection = replace(learner.desk.collection, cards=revised)
    assert (ready(9, collection), agreed(learner, collection)) == ([], (0, 0))
    without = replace(collection, cards={})
    assert (ready(9, without), agreed(learner, without)) == ([], (0, 0))


def test_the_oldest_explanation_comes_first(explain, ready, at):
    for day in (2, 5, 9):
        explain(day, text=f"written on day {day}")
    assert [one.attempt.answer for one in ready(12)] == ["written on day 2", "written on day 5", "written on day 9"]
    assert [one.attempt.study_day for one in ready(9)] == [at(2).date(), at(5).date()]


def test_an_explanation_that_nobody_marked_has_no_first_marking_to_agree_with(learner, store, ready, at):
    elsewhere = drill.begin(learner.desk, at())
    learner.commit(learner.ready(Kind.EXPLAIN, at()), at())
    after = learner.commit(elsewhere, at() + timedelta(minutes=1))  # which rates the answer before
    assert after.phase is Phase.FEEDBACK
    with store.reading() as r:
        (review,) = [entry for entry in r.effective() if entry.kind is Happened.REVIEW]
    assert (review.face, review.payload) == (EXPLAIN, None)
    assert ready(9) == []
