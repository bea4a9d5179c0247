"""For every kind of card: at most one review, whatever is clicked when; and the row that tells how it came about."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest

from attnquiz.cards.card import Kind
from attnquiz.cards.faces import variant_for
from attnquiz.errors import LateAnswer
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store.doctor import examine
from attnquiz.store.entry import Happened
from attnquiz.study import drill
from attnquiz.study.proposal import Confidence
from attnquiz.study.session import Phase
from attnquiz.study.showing import fixes, grading_of, order

SURE, UNSURE = Confidence
KINDS = pytest.mark.parametrize("kind", Kind)
WITH_VARIANTS = [Kind.MC, Kind.NUMERIC, Kind.SHAPE, Kind.ORDER]


def rows(store, kind):
    """How many entries of a kind the file holds, counted without any code of ours."""
    with closing(sqlite3.connect(store.path)) as db:
        return db.execute("select count(*) from log where kind = ?", [kind]).fetchone()[0]


def late(step, *arguments):
    """Whether a step came too late."""
    try:
        step(*arguments)
    except LateAnswer:
        return True
    return False


@KINDS
def test_two_tabs_that_show_one_card_count_one_answer_and_one_rating(kind, learner, store, at):
    one, two = learner.ready(kind, at()), learner.ready(kind, at(0, 9, 1))
    one = learner.commit(one, at(0, 9, 2))
    assert late(learner.commit, two, at(0, 9, 3))
    both = drill.begin(learner.desk, at(0, 9, 4))  # the other tab, reloaded
    drill.rate(learner.desk, one, Rating.GOOD, at(0, 9, 5))
    assert late(drill.rate, learner.desk, one, Rating.AGAIN, at(0, 9, 6))
    assert late(drill.rate, learner.desk, both, Rating.AGAIN, at(0, 9, 7))
    assert (rows(store, "attempt"), rows(store, "review")) == (1, 1)
    assert examine(store) == []


@KINDS
def test_of_many_clicks_at_the_same_moment_one_counts(kind, learner, store, at):
    ready = learner.ready(kind, at())
    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(lambda _: not late(learner.commit, ready, at()), range(4))) == 1
        session = drill.begin(learner.desk, at())
        rate = [threads.submit(late, drill.rate, learner.desk, session, rating, at()) for rating in Rating]
        assert sum(not one.result() for one in rate) == 1
    assert (rows(store, "attempt"), rows(store, "review")) == (1, 1)
    assert examine(store) == []


@KINDS
def test_a_second_click_on_the_same_screen_does_nothing(kind, learner, store, at):
    committed = learner.commit(learner.ready(kind, at()), at())
    assert learner.commit(committed, at()) == committed
    assert committed.hint() == committed.learn() == committed.recall(SURE, at()) == committed.suspect(1) == committed
    after = drill.rate(learner.desk, committed, Rating.EASY, at())
    assert drill.rate(learner.desk, after, Rating.EASY, at()) == after  # that is another card, not answered yet
    assert (rows(store, "attempt"), rows(store, "review")) == (1, 1)


@KINDS
def test_an_answer_that_was_undone_elsewhere_is_not_rated_and_can_be_given_anew(kind, learner, store, at):
    ready = learner.ready(kind, at())
    committed = learner.commit(ready, at())
    question = drill.undo(learner.desk, at(0, 9, 1))
    assert (question.phase, question.showing.face) == (Phase.ASK, learner.face(kind))
    assert late(drill.rate, learner.desk, committed, Rating.GOOD, at(0, 9, 2))
    assert late(learner.commit, ready, at(0, 9, 2))
    again = learner.commit(learner.ready(kind, at(0, 9, 3)), at(0, 9, 3))
    drill.rate(learner.desk, again, Rating.GOOD, at(0, 9, 4))
    assert (rows(store, "attempt"), rows(store, "review")) == (2, 1)
    assert examine(store) == []


@KINDS
def test_a_rating_that_was_undone_is_given_once_more_and_not_by_a_tab_that_slept(kind, learner, store, at):
    slept = learner.commit(learner.ready(kind, at()), at())
    drill.rate(learner.desk, slept, Rating.EASY, at())
    feedback = drill.undo(learner.desk, at(0, 9, 1))
    assert (feedback.phase, feedback.showing.face) == (Phase.FEEDBACK, learner.face(kind))
    assert late(drill.rate, learner.desk, slept, Rating.AGAIN, at(0, 9, 2))
    drill.rate(learner.desk, feedback, Rating.HARD, at(0, 9, 3))
    with store.reading() as r:
        assert [review.rating for review in r.reviews()] == [Rating.HARD]
    assert examine(store) == []


@KINDS
def test_a_reload_at_every_moment_shows_the_same_card_in_the_same_way(kind, learner, at):
    def looks(session):
        showing = session.showing
        offered = fixes(learner.desk.collection, showing)
        return showing.face, showing.variant, showing.seed, order(showing), offered, showing.retired

    first = drill.begin(learner.desk, at(), first=learner.face(kind))
    ready = learner.ready(kind, at(0, 10))
    assert looks(first) == looks(ready)
    committed = learner.commit(ready, at(0, 10))
    reloaded = drill.begin(learner.desk, at(0, 11))
    assert looks(reloaded) == looks(first)
    assert (reloaded.attempt, reloaded.token) == (committed.attempt, committed.token)
    assert grading_of(reloaded.showing, reloaded.attempt) == grading_of(committed.showing, committed.attempt)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.BASIC, Kind.EXPLAIN)])
def test_the_feedback_of_a_wrong_answer_is_the_same_after_a_reload(kind, learner, at):
    session = learner.ready(kind, at())
    session = drill.commit(learner.desk, session, learner.wrong(session.showing), SURE, at())
    reloaded = drill.begin(learner.desk, at(0, 9, 1))
    grading = grading_of(reloaded.showing, reloaded.attempt)
    assert (grading.verdict, reloaded.attempt.proposed) == ("wrong", Rating.AGAIN)
    assert grading == grading_of(session.showing, session.attempt)
    assert (grading.misconception, grading.wrong_rule) == (session.attempt.misconception, session.attempt.wrong_rule)


@KINDS
def test_the_row_of_a_review_holds_variant_seed_hints_and_how_sure_the_learner_was(kind, learner, at):
    ready = learner.ready(kind, at(), UNSURE).hint()
    session = learner.commit(ready, at(0, 9, 1), UNSURE)
    drill.rate(learner.desk, session, Rating.HARD, at(0, 9, 2))
    with learner.desk.store.reading() as r:
        review = next(entry for entry in r.entries() if entry.kind is Happened.REVIEW)
    assert (review.variant, review.seed) == (ready.showing.variant, ready.showing.seed)
    assert (review.hints, review.retried, review.confidence) == (1, False, "unsure")
    assert (review.card_kind, review.answer) == (kind, learner.right(ready.showing))
    recall_first = kind in (Kind.MC, Kind.BUG, Kind.EXPERIMENT)
    assert review.recalled_at == (at() if recall_first else None)


@pytest.mark.parametrize("kind", WITH_VARIANTS)
def test_all_variants_are_seen_before_one_comes_again(kind, learner, at):
    face, seen = learner.face(kind), []
    for visit in range(6):
        session = learner.ready(kind, at(visit))
        seen.append(session.showing.variant)
        session = drill.commit(learner.desk, session, None, UNSURE, at(visit))
        if visit == 3:  # what is undone and answered again keeps its variant
            assert drill.undo(learner.desk, at(visit)).showing.variant == seen[-1]
            session = drill.redo(learner.desk, at(visit))
        drill.rate(learner.desk, session, Rating.AGAIN, at(visit))
    assert sorted(seen[:3]) == sorted(seen[3:]) == [0, 1, 2]
    assert seen == [variant_for(learner.desk.collection.cards[face.card], visit) for visit in range(6)]


def test_each_deletion_of_a_cloze_card_has_variants_and_a_memory_of_its_own(learner, at):
    session = drill.begin(learner.desk, at(), first=Face("a-cloze", 2))
    session = drill.commit(learner.desk, session, "normalises", SURE, at())
    drill.rate(learner.desk, session, Rating.GOOD, at())
    with learner.desk.store.reading() as r:
        assert r.memories().keys() == {Face("a-cloze", 2)}


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.BASIC])
def test_nonsense_is_asked_again_and_writes_nothing(kind, learner, store, at):
    ready = learner.ready(kind, at())
    again = drill.commit(learner.desk, ready, learner.nonsense(ready.showing), SURE, at())
    assert (again.phase, again.token, again.retried) == (ready.phase, ready.token, False)
    assert again.note.endswith(".")
    assert rows(store, "attempt") == 0
    assert learner.commit(again, at()).attempt.verdict in ("right", "self")


@KINDS
def test_i_do_not_know_is_an_answer_at_every_moment_before_the_feedback(kind, learner, at):
    for visit, session in enumerate((drill.begin(learner.desk, at(), first=learner.face(kind)), ...)):
        session = learner.ready(kind, at(9)) if session is ... else session
        committed = drill.commit(learner.desk, session, None, UNSURE, at(9 * visit))
        assert (committed.attempt.verdict, committed.attempt.proposed) == ("unknown", Rating.AGAIN)
        assert committed.attempt.misconception == session.showing.card.fault
        drill.rate(learner.desk, committed, Rating.AGAIN, at(9 * visit))


@pytest.mark.parametrize(
    ("kind", "slip"), [(Kind.CLOZE, "exponentiats"), (Kind.NUMERIC, {7: "0.14", 11: "0.091", 13: "0.077"})]
)
def test_a_slip_in_what_was_typed_gets_one_retry_and_the_row_says_so(kind, slip, learner, at):
    ready = learner.ready(kind, at())
    text = slip if isinstance(slip, str) else slip[ready.showing.card.variants[ready.showing.variant]["n"]]
    once = drill.commit(learner.desk, ready, text, SURE, at())
    assert (once.phase, once.retried, once.attempt) == (Phase.ASK, True, None)
    assert once.note
    for answer, verdict in ((learner.right(ready.showing), "right"), (text, "slip")):
        session = drill.commit(learner.desk, once, answer, SURE, at())
        drill.rate(learner.desk, session, Rating.HARD, at())
        with learner.desk.store.reading() as r:
            *_, review = r.entries(learner.face(kind))
        assert (review.verdict, review.retried, review.proposed) == (verdict, True, Rating.HARD)
        drill.undo(learner.desk, at())
        drill.undo(learner.desk, at())
        once = learner.ready(kind, at()).forgive("")


@pytest.mark.parametrize("kind", [Kind.SHAPE, Kind.ORDER, Kind.CODE, Kind.HEATMAP, Kind.MC, Kind.EXPERIMENT])
def test_elsewhere_an_answer_is_right_or_wrong_at_once(kind, learner, at):
    nearly = {
        Kind.SHAPE: "({n}, {n})", Kind.ORDER: "2 1 3 4", Kind.CODE: "dim=-3", Kind.HEATMAP: "curry,curry",
        Kind.MC: "C", Kind.EXPERIMENT: "C",
    }  # fmt: skip
    ready = learner.ready(kind, at())
    session = drill.commit(learner.desk, ready, learner.text(nearly, ready.showing), SURE, at())
    assert (session.phase, session.attempt.verdict, session.attempt.retried) == (Phase.FEEDBACK, "wrong", False)


@KINDS
def test_the_lesson_of_a_new_card_comes_before_the_question_and_nothing_is_answered_in_it(kind, learner, store, at):
    lesson = drill.begin(learner.desk, at(), first=learner.face(kind)).learn()
    assert lesson.phase is Phase.LEARN
    for answer in (None, learner.right(lesson.showing)):
        assert drill.commit(learner.desk, lesson, answer, SURE, at()) == lesson
    assert lesson.recall(SURE, at()) == lesson.hint() == lesson.suspect(1) == lesson
    assert rows(store, "attempt") == 0
    question = lesson.ask(at(0, 9, 5))
    assert (question.phase, question.showing.token) == (Phase.ASK, lesson.showing.token)
    assert question.ask(at(0, 9, 9)) == question
    session = drill.commit(learner.desk, question, None, UNSURE, at(0, 9, 6))
    assert session.attempt.committed_at - session.attempt.shown_at == timedelta(minutes=1)  # reading does not count
    drill.rate(learner.desk, session, Rating.AGAIN, at(0, 9, 6))
    known = drill.begin(learner.desk, at(1), first=learner.face(kind))
    assert known.learn() == known
