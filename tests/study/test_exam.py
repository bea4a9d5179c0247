"""Sitting an exam: what is kept, what is handed in, and that nothing else moves."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

import pytest

from attnquiz.cards.card import Kind
from attnquiz.cards.collection import load, shipped
from attnquiz.cards.grading import Verdict
from attnquiz.errors import LateAnswer
from attnquiz.measure.retention import retention
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from attnquiz.store.entry import Happened, Purpose
from attnquiz.store.rollup import Measure, Scope
from attnquiz.study import drill, exam, outlook
from attnquiz.study.askable import faces
from attnquiz.study.drill import Desk
from attnquiz.study.exam_paper import GRADED, Blueprint, Paper, draw
from attnquiz.study.proposal import Confidence
from attnquiz.study.standing import stand
from attnquiz.study.summary import summary
from attnquiz.study.trial import trial

LEVELS = Paper(Blueprint(levels=(1, 2), items=8), seed=3)


@pytest.fixture(scope="module")
def course():
    return load(shipped())


@pytest.fixture
def desk(store, course):
    return Desk(store, course, "Europe/Berlin", "test")


def begun(desk, paper, now):
    exam.begin(desk, paper, exam.look(desk, paper).turn, now)
    return exam.look(desk, paper)


def give(desk, sitting, number, text, now):
    return exam.answer(desk, sitting, number, text, now - timedelta(seconds=30), now)


def log(desk):
    with desk.store.reading() as r:
        return list(r.entries())


def study(desk, at, days, cards=6):
    """Some days of ordinary studying, all right but the first card of each day."""
    for day in range(days):
        session = drill.begin(desk, at(day))
        for number in range(cards):
            if session.showing is None:
                break
            now = at(day, 9, number + 1)
            session = drill.commit(desk, session, None, Confidence.UNSURE, now)
            session = drill.rate(desk, session, Rating.EASY if number else Rating.GOOD, now)


def seen(desk, now):
    """All that an exam must leave as it is."""
    with desk.store.reading() as r:
        today = drill.day_of(r, desk, now)
        counted = {
            "memories": r.memories(), "medians": r.medians(), "unrated": r.unrated(), "open": r.open_attempt(),
            "reviews": r.reviews(), "introduced": r.introduced(today), "reviewed": r.reviewed(today),
            "undo": r.undoable(), "redo": r.redoable(), "errors": r.pending(date.max)[1],
            "retention": retention(r.tallies(Measure.RETAINED)), "summary": summary(r, desk.collection, today),
            "tokens": [r.token(face) for face in r.memories()],
        }  # fmt: skip
    ahead = outlook.look(desk.store, desk.collection, desk.zone, now)
    # Its cards are no spot checks today: that is all that may change.
    return counted, replace(ahead, masteries={}, queue=replace(ahead.queue, waiting=(), probes=None))


def test_what_is_answered_survives_and_can_be_changed_or_taken_back(desk, at):
    sitting = begun(desk, LEVELS, at())
    assert (sitting.turn, sitting.begun, sitting.open) == (1, at(), tuple(range(1, 9)))
    number = next(item.number for item in sitting.items if item.card.kind is Kind.MC)
    give(desk, sitting, number, "A", at(minute=1))
    again = exam.look(Desk(Store.open(desk.store.path), desk.collection, "UTC", "test"), LEVELS)
    assert again.given[number].answer == "A"
    assert [item.card for item in again.items] == [item.card for item in sitting.items]
    give(desk, again, number, "B", at(minute=2))
    assert exam.look(desk, LEVELS).given[number].answer == "B"
    give(desk, exam.look(desk, LEVELS), number, "", at(minute=3))
    assert number in exam.look(desk, LEVELS).open


def test_what_cannot_be_read_is_not_kept_and_no_word_says_right_or_wrong(desk, at):
    sitting = begun(desk, LEVELS, at())
    for item in sitting.items:
        said = give(desk, sitting, item.number, "?" * 600, at(minute=1))
        assert said, item.card.id
        assert "right" not in said.lower().replace("right or wrong", "")
    assert exam.look(desk, LEVELS).given == {}


def test_handing_in_writes_an_attempt_for_each_question_and_nothing_else_moves(desk, at):
    study(desk, at, 4)
    now = at(4)
    paper = exam.without_busy(desk, LEVELS, now)
    before = seen(desk, now)
    sitting = begun(desk, paper, now)
    count = len(log(desk))
    for item in sitting.items[:5]:
        if item.card.kind is Kind.MC:
            give(desk, sitting, item.number, "A", now)
    given = exam.look(desk, paper).given
    exam.hand_in(desk, sitting, now + timedelta(minutes=9))
    written = log(desk)[count:]
    attempts = [entry for entry in written if entry.kind is Happened.ATTEMPT]
    assert [entry.face for entry in attempts] == [item.face for item in sitting.items]
    assert {entry.kind for entry in written} == {Happened.ATTEMPT, Happened.SETTING}
    assert all(entry.purpose is Purpose.EXAM and entry.rating is entry.proposed is None for entry in attempts)
    assert sum(entry.verdict != Verdict.UNKNOWN for entry in attempts) == len(given)
    assert seen(desk, now) == before
    assert examine(desk.store) == []


def test_no_answer_settles_an_exam_and_undo_does_not_reach_it(desk, at):
    study(desk, at, 2)
    sitting = begun(desk, LEVELS, at(2))
    exam.hand_in(desk, sitting, at(2, 10))
    reviews = len(outlook_reviews(desk))
    session = drill.begin(desk, at(2, 11))
    assert session.showing.card.id not in {item.card.id for item in sitting.items}
    session = drill.commit(desk, session, None, Confidence.SURE, at(2, 11, 1))
    assert len(outlook_reviews(desk)) == reviews, "committing settles what waits: nothing did"
    drill.rate(desk, session, Rating.AGAIN, at(2, 11, 2))
    for minute in range(3, 40):
        drill.undo(desk, at(2, 11, minute))
    assert outlook_reviews(desk) == []
    assert len(exam.look(desk, LEVELS).results) == 8
    with desk.store.writing() as w:
        attempt = exam.look(desk, LEVELS).results[0].attempt
        with pytest.raises(LateAnswer):
            drill.withdraw(w, desk, attempt, at(2, 13))
    assert examine(desk.store) == []


def outlook_reviews(desk):
    with desk.store.reading() as r:
        return r.reviews()


def test_an_exam_counts_once_and_two_tabs_make_one(desk, at):
    first = begun(desk, LEVELS, at())
    with pytest.raises(LateAnswer):
        exam.begin(desk, LEVELS, 0, at())
    exam.hand_in(desk, first, at(minute=1))
    count = len(log(desk))
    with pytest.raises(LateAnswer):
        exam.hand_in(desk, first, at(minute=1))
    choice = next(item.number for item in first.items if item.card.kind is Kind.MC)
    with pytest.raises(LateAnswer):
        give(desk, first, choice, "A", at(minute=2))
    assert len(log(desk)) == count
    second = begun(desk, LEVELS, at(minute=3))
    assert (second.turn, second.given, second.results) == (2, {}, ())
    exam.hand_in(desk, second, at(minute=4))
    assert len([entry for entry in log(desk) if entry.kind is Happened.ATTEMPT]) == 16


def test_the_cards_of_an_exam_are_not_asked_again_that_day_but_the_next(desk, at):
    study(desk, at, 3)
    with desk.store.reading() as r:
        due = [face.card for face, memory in r.memories().items()
               if desk.collection.cards[face.card].kind in GRADED]  # fmt: skip
    paper = Paper(Blueprint(concepts=tuple({desk.collection.cards[name].concept for name in due}), items=40))
    asked = {item.card.id for item in draw(desk.collection, paper)}
    later = at(40)
    queue = outlook.look(desk.store, desk.collection, desk.zone, later).queue
    assert asked & {face.card for face in queue.due}, "the paper asks what is due"
    exam.hand_in(desk, begun(desk, paper, later), later)
    ahead = outlook.look(desk.store, desk.collection, desk.zone, later)
    assert not asked & {face.card for face in (*ahead.queue.due, *ahead.queue.new)}
    with desk.store.reading() as r:
        assert outlook.day_queue(r, desk.collection, ahead.preferences, ahead.today) == ahead.queue
        assert asked & outlook.aside(r, ahead.today) == asked
        standing = stand(r, desk.collection, ahead.today, Scope())
    met = {face.card for face in ahead.memories}
    waiting = [name for name, waits in zip(standing.met.name, standing.buried, strict=True) if waits]
    assert {Face.named(name).card for name in waiting} == asked & met
    assert standing.fresh_buried == sum(len(faces(desk.collection.cards[name])) for name in asked - met) > 0
    queue = outlook.look(desk.store, desk.collection, desk.zone, later + timedelta(days=1)).queue
    assert asked & {face.card for face in queue.due}


def test_a_paper_of_ones_own_asks_nothing_that_comes_up_today(desk, at):
    study(desk, at, 3)
    now = at(12)
    paper = Paper(Blueprint(levels=(1, 2, 3), items=40))
    queue = outlook.look(desk.store, desk.collection, desk.zone, now).queue
    busy = {face.card for face in (*(face for _, face in queue.learning), *queue.due, *queue.new)}
    own = exam.without_busy(desk, paper, now)
    assert set(own.without) <= busy
    assert own.without
    assert not busy & {item.card.id for item in draw(desk.collection, own)}


def test_results_are_counted_by_level_and_concept_and_graded_as_try_grades(desk, at, course):
    paper = Paper(Blueprint(levels=(1, 2, 3, 4, 5), items=40), seed=5)
    sitting = begun(desk, paper, at())
    for item in sitting.items:
        give(desk, sitting, item.number, ANSWERS.get(item.card.kind, "3"), at(minute=1))
    sitting = exam.look(desk, paper)
    exam.hand_in(desk, sitting, at(minute=2))
    done = exam.look(desk, paper)
    assert len(done.results) == len(sitting.items) == 40
    for each in done.results:
        answer = sitting.answer(each.item)
        if answer:
            cloze = each.item.card.kind is Kind.CLOZE
            which = each.item.card.body.numbers.index(each.item.deletion) if cloze else each.item.variant
            tried = trial(each.item.card.id, answer, which, None)
            assert (tried["correct"], tried["misconception"]) == (each.right, each.attempt.misconception)
        else:
            assert each.attempt.verdict == Verdict.UNKNOWN
    levels, concepts = exam.shares(done.results, course)
    assert sum(share.of for share in levels.values()) == sum(share.of for share in concepts.values()) == 40
    assert sum(share.right for share in levels.values()) == sum(each.right for each in done.results) > 0
    assert list(levels) == [1, 2, 3, 4, 5]


ANSWERS = {Kind.MC: "A", Kind.ORDER: "1 2 3 4", Kind.BUG: "0", Kind.HEATMAP: "4,3", Kind.SHAPE: "(2, 2)"}


def test_decks_may_change_under_an_exam(desk, at, course):
    sitting = begun(desk, LEVELS, at())
    gone = sitting.items[2].card.id
    poorer = replace(course, cards={name: card for name, card in course.cards.items() if name != gone})
    later = Desk(desk.store, poorer, desk.zone, "test")
    left = exam.look(later, LEVELS)
    assert [item.number for item in left.items] == [1, 2, 4, 5, 6, 7, 8]
    exam.hand_in(later, left, at(minute=1))
    assert len(exam.look(later, LEVELS).results) == 7


def test_doctor_finds_an_exam_answer_that_waits_for_a_rating(desk, at):
    exam.hand_in(desk, begun(desk, LEVELS, at()), at(minute=1))
    with closing(sqlite3.connect(desk.store.path)) as file, file:
        file.execute("insert into unrated select learner, number from log where purpose = 'exam' limit 1")
    (finding,) = examine(desk.store)
    assert "does not wait for a rating" in finding


def test_an_exam_that_is_under_way_is_listed_and_what_was_begun_is_known(desk, at):
    assert exam.begun_concepts(desk) == ()
    study(desk, at, 1)
    concepts = exam.begun_concepts(desk)
    assert concepts
    assert all(name in desk.collection.concepts for name in concepts)
    begun(desk, LEVELS, at(1))
    ((paper, found),) = exam.papers(desk)
    assert (paper, found.handed) == (LEVELS, "")
    assert Face(found.items[0][0], found.items[0][1]) == exam.look(desk, LEVELS).items[0].face
