"""The fixes that are offered for a suspected line."""

from dataclasses import replace

import pytest

from attnquiz.cards.card import Kind
from attnquiz.cards.grading import Verdict, grade
from attnquiz.recall.face import Face
from attnquiz.study import drill
from attnquiz.study.proposal import Confidence
from attnquiz.study.showing import fixes, grading_of

OWN = "b = a + 1"
SAME_DECK = "hide = triu(ones, 1)"


@pytest.fixture
def showing(learner, at):
    return drill.begin(learner.desk, at(), first=learner.face(Kind.BUG)).showing


def test_the_true_fix_stands_among_those_of_other_bugs_of_the_same_deck_first(every_kind, showing):
    for seed in range(40):
        offered = fixes(every_kind, replace(showing, seed=seed))
        assert len(set(offered)) == 3
        assert {OWN, SAME_DECK} < set(offered)
        assert "b = a+1" not in offered  # the same fix in other spaces


def test_a_showing_always_has_the_same_fixes_and_another_may_have_others_in_another_order(every_kind, showing):
    seen = [fixes(every_kind, replace(showing, seed=seed)) for seed in range(40)]
    assert seen == [fixes(every_kind, replace(showing, seed=seed)) for seed in range(40)]
    assert {offered.index(OWN) for offered in seen} == {0, 1, 2}
    assert len({frozenset(offered) for offered in seen}) > 1


def test_a_program_without_a_bug_is_offered_three_fixes_of_others(every_kind, learner, at):
    clean = drill.begin(learner.desk, at(), first=Face("bug-clean")).showing
    for seed in range(20):
        offered = fixes(every_kind, replace(clean, seed=seed))
        assert len({"".join(fix.split()) for fix in offered}) == 3


def test_where_there_are_few_bugs_there_are_fewer_fixes(every_kind, showing):
    alone = replace(every_kind, cards={card.id: card for card in every_kind.cards.values() if card.id == "a-bug"})
    assert fixes(alone, showing) == (OWN,)


def test_a_reload_offers_the_same_fixes_before_and_after_the_answer(learner, every_kind, at):
    ready = learner.ready(Kind.BUG, at())
    again = learner.ready(Kind.BUG, at(0, 9, 5))
    learner.commit(ready, at(0, 9, 6))
    feedback = drill.begin(learner.desk, at(0, 9, 7))
    assert fixes(every_kind, ready.showing) == fixes(every_kind, again.showing) == fixes(every_kind, feedback.showing)


def test_only_the_true_fix_is_right_and_the_others_get_the_line_only(every_kind, showing):
    for seed in range(20):
        offered = fixes(every_kind, replace(showing, seed=seed))
        verdicts = {fix: grade(showing.card, 0, 0, f"2: {fix}").verdict for fix in offered}
        assert verdicts.pop(OWN) is Verdict.RIGHT
        assert set(verdicts.values()) == {Verdict.SLIP}


def test_the_line_without_the_fix_is_hard_and_is_not_asked_again(learner, at):
    ready = learner.ready(Kind.BUG, at())
    session = drill.commit(learner.desk, ready, f"2: {SAME_DECK}", Confidence.SURE, at())
    assert (session.phase, session.retried) == ("feedback", False)
    assert (session.attempt.verdict, session.attempt.proposed.name) == ("slip", "HARD")
    assert grading_of(session.showing, session.attempt).feedback


def test_another_line_shows_the_belief_behind_the_bug(learner, at):
    session = learner.ready(Kind.BUG, at())
    session = drill.commit(learner.desk, session, "0", Confidence.SURE, at())
    assert (session.attempt.verdict, session.attempt.misconception) == ("wrong", "one-less")


def test_a_bug_is_read_first_then_a_line_is_suspected_then_a_fix_chosen(learner, at):
    asked = drill.begin(learner.desk, at(), first=learner.face(Kind.BUG))
    assert (asked.phase, asked.suspect(2).line) == ("ask", None)
    choosing = asked.recall(Confidence.UNSURE, at())
    assert (choosing.phase, choosing.line) == ("choose", None)
    suspected = choosing.suspect(2)
    assert (suspected.line, suspected.suspect(3).line) == (2, 2)
    committed = drill.commit(learner.desk, suspected, f"2: {OWN}", suspected.confidence, at())
    assert (committed.attempt.verdict, committed.attempt.proposed.name) == ("right", "HARD")  # not sure
    assert committed.attempt.recalled_at == at()
