"""Multiple choice: the options come after an answer is in mind, and not at all once the card is known well."""

from dataclasses import replace

import pytest

from attnquiz.cards.card import Kind
from attnquiz.recall.rating import Rating
from attnquiz.store.doctor import examine
from attnquiz.study import drill
from attnquiz.study.proposal import Confidence
from attnquiz.study.session import Phase
from attnquiz.study.showing import RETIRED, grading_of, present

SURE, UNSURE = Confidence
KINDS = pytest.mark.parametrize("kind", Kind)


@pytest.fixture
def known(learner, store, at):
    """Answer a card well until it has more days of stability than retirement asks for; the day after the last time."""

    def until(kind):
        day = 0
        while True:
            with store.reading() as r:
                memory = r.memory(learner.face(kind))
            if memory is not None:
                day = (memory.due_day - at().date()).days
                if memory.stability > RETIRED:
                    return day
            session = learner.commit(learner.ready(kind, at(day)), at(day))
            drill.rate(learner.desk, session, Rating.EASY, at(day))

    return until


@pytest.mark.parametrize("kind", [Kind.MC, Kind.EXPERIMENT, Kind.BUG])
def test_options_are_shown_after_the_learner_has_an_answer_in_mind(kind, learner, at):
    asked = drill.begin(learner.desk, at(), first=learner.face(kind))
    assert (asked.phase, asked.recalled_at) == (Phase.ASK, None)
    choosing = asked.recall(UNSURE, at(0, 9, 1))
    assert (choosing.phase, choosing.confidence, choosing.recalled_at) == (Phase.CHOOSE, UNSURE, at(0, 9, 1))
    assert choosing.recall(SURE, at(0, 9, 2)) == choosing


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.MC, Kind.EXPERIMENT, Kind.BUG)])
def test_kinds_without_options_have_nothing_to_choose(kind, learner, at):
    asked = drill.begin(learner.desk, at(), first=learner.face(kind))
    assert asked.recall(SURE, at()) == asked.suspect(1) == asked


@pytest.mark.parametrize("kind", [Kind.MC, Kind.EXPERIMENT])
@pytest.mark.parametrize(
    ("answer", "confidence", "verdict", "rating", "belief"),
    [
        ("A", SURE, "right", Rating.GOOD, None),
        ("A", UNSURE, "right", Rating.HARD, None),
        ("C", SURE, "wrong", Rating.AGAIN, ...),
        (None, UNSURE, "unknown", Rating.AGAIN, None),
    ],
)
def test_the_chosen_option_grades_the_card(kind, answer, confidence, verdict, rating, belief, learner, at):
    session = learner.ready(kind, at(), confidence)
    attempt = drill.commit(learner.desk, session, answer, confidence, at()).attempt
    expected = {Kind.MC: "one-less", Kind.EXPERIMENT: "one-more"}[kind] if belief is ... else None
    assert (attempt.verdict, attempt.proposed, attempt.misconception) == (verdict, rating, expected)


def test_multiple_choice_known_for_more_than_sixty_days_is_asked_without_its_options(learner, store, known, at):
    day = known(Kind.MC)
    asked = drill.begin(learner.desk, at(day), first=learner.face(Kind.MC))
    assert asked.showing.retired
    assert asked.recall(SURE, at(day)) == asked
    session = drill.commit(learner.desk, asked, "", UNSURE, at(day))
    assert (session.attempt.verdict, session.attempt.proposed, session.attempt.answer) == ("self", Rating.HARD, "")
    assert session.attempt.recalled_at is None
    reloaded = drill.begin(learner.desk, at(day))
    assert (reloaded.phase, reloaded.showing.retired) == (Phase.FEEDBACK, True)
    grading = grading_of(reloaded.showing, reloaded.attempt)
    assert (grading.verdict, grading.feedback, grading.misconception) == ("self", "", None)
    drill.rate(learner.desk, reloaded, Rating.AGAIN, at(day))
    after = drill.begin(learner.desk, at(day), first=learner.face(Kind.MC))
    assert not after.showing.retired  # forgotten: its options are back
    assert drill.undo(learner.desk, at(day)).showing.retired
    assert examine(store) == []


@KINDS
def test_of_all_kinds_only_multiple_choice_retires_and_only_beyond_sixty_days(kind, learner, store, known, at):
    known(kind)
    face, desk = learner.face(kind), learner.desk
    with store.writing() as w:
        memory = w.memory(face)
        for stability in (59.9, 60.0, 60.1):
            w.remember(face, replace(memory, stability=stability))
            retired = present(w, desk.collection, face, at(400)).retired
            assert retired is (kind is Kind.MC and stability > 60)


def test_the_feedback_of_an_answer_that_chose_an_option_is_not_that_of_a_retired_card(learner, at):
    learner.commit(learner.ready(Kind.MC, at()), at())
    assert not drill.begin(learner.desk, at()).showing.retired
