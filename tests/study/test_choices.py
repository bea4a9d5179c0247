"""What a learner chooses about studying: written down, and two ratings instead of four."""

from dataclasses import replace

import pytest

from attnquiz.cards.card import Kind
from attnquiz.recall.rating import Rating
from attnquiz.store.doctor import examine
from attnquiz.study import drill
from attnquiz.study.choices import choose
from attnquiz.study.preferences import OFF, ON, Preferences
from attnquiz.study.proposal import Confidence, among

SURE, UNSURE = Confidence
TWO = (Rating.AGAIN, Rating.GOOD)


def test_the_latest_choice_holds_from_the_next_sitting_on_and_keeps_the_others(desk, store, at):
    assert not drill.begin(desk, at()).preferences.two_ratings
    assert choose(desk, "new_per_day", "7", at()) == Preferences(new_per_day=7)
    assert choose(desk, "two_ratings", ON, at()) == Preferences(new_per_day=7, two_ratings=True)
    assert drill.begin(desk, at(1)).preferences == Preferences(new_per_day=7, two_ratings=True)
    assert choose(desk, "two_ratings", OFF, at(1)) == Preferences(new_per_day=7)
    assert drill.begin(desk, at(1)).preferences == Preferences(new_per_day=7)
    assert not examine(store)


def test_a_choice_is_no_answer_so_undo_passes_it_by_and_makes_no_click_late(learner, store, at):
    session = learner.ready(Kind.BASIC, at())
    choose(learner.desk, "two_ratings", ON, at())
    session = learner.commit(session, at())
    choose(learner.desk, "two_ratings", OFF, at())
    drill.rate(learner.desk, session, Rating.GOOD, at())
    choose(learner.desk, "two_ratings", ON, at())
    assert drill.undo(learner.desk, at()).note == "Taken back."
    with store.reading() as r:
        assert r.memories() == {}
        assert r.settings() == {"two_ratings": "on"}


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("retired", [False, True])
def test_two_ratings_are_for_cards_that_only_the_learner_grades(kind, retired, learner, at):
    session = learner.ready(kind, at())
    session = replace(session, showing=replace(session.showing, retired=retired))
    assert session.ratings == tuple(Rating)
    session = replace(session, preferences=Preferences(two_ratings=True))
    assert session.ratings == (TWO if retired or kind is Kind.BASIC else tuple(Rating))


@pytest.mark.parametrize(
    ("answer", "confidence", "hints", "four", "two"),
    [
        ("", SURE, 0, Rating.GOOD, Rating.GOOD),
        ("", UNSURE, 0, Rating.HARD, Rating.GOOD),
        ("", SURE, 1, Rating.HARD, Rating.GOOD),
        ("", SURE, 2, Rating.AGAIN, Rating.AGAIN),
        (None, UNSURE, 0, Rating.AGAIN, Rating.AGAIN),
    ],
)
def test_of_two_ratings_the_one_is_proposed_that_says_whether_it_was_known(
    learner, at, answer, confidence, hints, four, two
):
    for chosen, proposed in ((OFF, four), (ON, two)):
        choose(learner.desk, "two_ratings", chosen, at())
        session = replace(learner.ready(Kind.BASIC, at(), confidence), hints=hints)
        assert drill.commit(learner.desk, session, answer, confidence, at()).attempt.proposed is proposed
        drill.undo(learner.desk, at())


def test_among_all_ratings_a_suggestion_stays_as_it_is():
    assert [among(tuple(Rating), rating) for rating in Rating] == list(Rating)
    assert [among(TWO, rating) for rating in Rating] == [Rating.AGAIN, Rating.GOOD, Rating.GOOD, Rating.GOOD]
