"""Marking one's own explanation."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.cards.card import Kind, RubricPoint
from attnquiz.recall.rating import Rating
from attnquiz.store.doctor import examine
from attnquiz.store.entry import Happened
from attnquiz.study import drill
from attnquiz.study.marks import Marks, rubric_of, score, slipped, suggested
from attnquiz.study.proposal import Confidence

SURE, UNSURE = Confidence
RUBRIC = (
    RubricPoint("a", 2, None), RubricPoint("b", 1, None), RubricPoint("never c", 0, "c"), RubricPoint("d", 2, None),
    RubricPoint("never e", 0, "e"),
)  # fmt: skip


def tens(*points):
    return tuple(RubricPoint("p", worth, None) for worth in points)


@pytest.mark.parametrize(
    ("ticks", "share", "belief"),
    [((), 0, None), ((0, 1, 3), 1, None), ((0,), 0.4, None), ((1, 2), 0.2, "c"), ((4, 2), 0, "c"), ((4,), 0, "e"),
     ((0, 0, 9, -1), 0.4, None)],
)  # fmt: skip
def test_the_score_is_the_share_of_the_points_and_the_first_forbidden_point_names_a_belief(ticks, share, belief):
    assert score(RUBRIC, ticks) == share
    assert slipped(RUBRIC, ticks) == belief


@pytest.mark.parametrize(
    ("rubric", "ticks", "rating"),
    [
        (tens(17, 3), (0,), Rating.GOOD),  # 85 %
        (tens(169, 31), (0,), Rating.HARD),  # 84.5 %
        (tens(3, 2), (0,), Rating.HARD),  # 60 %
        (tens(119, 81), (0,), Rating.AGAIN),  # 59.5 %
        (RUBRIC, (0, 1, 3), Rating.GOOD),
        (RUBRIC, (0, 1, 3, 2), Rating.AGAIN),  # all said, and something that must not be
        (RUBRIC, (0, 3), Rating.HARD),
        (RUBRIC, (), Rating.AGAIN),
        ((), (), Rating.GOOD),  # nothing to fulfil
    ],
)
def test_the_suggested_rating_follows_the_points(rubric, ticks, rating):
    assert suggested(rubric, ticks) is rating


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.data())
def test_one_more_point_never_lowers_the_suggestion(points, data):
    rubric = tens(*points)
    ticks = data.draw(st.sets(st.integers(0, len(points) - 1)))
    more = data.draw(st.integers(0, len(points) - 1))
    assert suggested(rubric, ticks | {more}) >= suggested(rubric, ticks)
    assert suggested(rubric, range(len(points))) is Rating.GOOD


def reviewed(learner, kind, at, marks, answer=...):
    """The review of a card of this kind, rated GOOD with these marks."""
    session = learner.ready(kind, at())
    text = learner.right(session.showing) if answer is ... else answer
    session = drill.commit(learner.desk, session, text, SURE, at())
    drill.rate(learner.desk, session, Rating.GOOD, at(), marks)
    with learner.desk.store.reading() as r:
        return next(entry for entry in r.entries() if entry.kind is Happened.REVIEW)


def test_the_review_of_an_explanation_keeps_the_ticks_and_the_belief_that_one_of_them_shows(learner, at, store):
    review = reviewed(learner, Kind.EXPLAIN, at, Marks((3, 0, 2), "not for explanations"))
    assert json.loads(review.payload) == {"ticks": [0, 2, 3]}
    assert review.misconception == "one-more"
    with store.reading() as r:
        assert [row.misconception for row in r.reviews()] == ["one-more"]
        attempt = r.entry(review.attempt)
    assert (attempt.misconception, attempt.payload) == (None, None)
    assert examine(store) == []


def test_the_review_of_an_experiment_keeps_the_explanation_and_is_rated_by_the_prediction(learner, at, store):
    review = reviewed(learner, Kind.EXPERIMENT, at, Marks((1,), 'Zwei "Karten" – 两'))
    assert json.loads(review.payload) == {"ticks": [1], "explanation": 'Zwei "Karten" – 两'}
    assert (review.misconception, review.verdict) == (None, "right")
    assert examine(store) == []


@pytest.mark.parametrize("kind", Kind)
def test_a_review_with_no_ticks_keeps_none_where_there_could_be_some(kind, learner, at):
    payload = reviewed(learner, kind, at, Marks()).payload
    expected = {Kind.EXPLAIN: {"ticks": []}, Kind.EXPERIMENT: {"ticks": [], "explanation": ""}}
    assert (payload and json.loads(payload)) == expected.get(kind)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.EXPLAIN, Kind.EXPERIMENT)])
def test_marks_say_nothing_about_other_kinds(kind, learner, at):
    assert reviewed(learner, kind, at, Marks((0,), "words")).payload is None


def test_ticks_that_name_no_point_are_dropped(learner, at):
    assert json.loads(reviewed(learner, Kind.EXPLAIN, at, Marks((4, -1, 1, 1))).payload) == {"ticks": [1]}


def test_an_explanation_that_is_never_marked_takes_the_proposed_rating_without_ticks(learner, at, store):
    elsewhere = drill.begin(learner.desk, at())  # another tab, with another card
    committed = learner.commit(learner.ready(Kind.EXPLAIN, at(), UNSURE), at(), UNSURE)
    assert (committed.attempt.verdict, committed.attempt.proposed) == ("self", Rating.HARD)
    learner.commit(elsewhere, at(0, 9, 5))
    with store.reading() as r:
        review = next(entry for entry in r.entries() if entry.kind is Happened.REVIEW)
    assert (review.rating, review.payload) == (Rating.HARD, None)
    assert examine(store) == []


def test_an_explanation_that_the_learner_does_not_know_shows_the_belief_that_the_card_names(learner, at):
    review = reviewed(learner, Kind.EXPLAIN, at, None, answer=None)
    assert (review.verdict, review.misconception) == ("unknown", "one-less")


def test_the_rubric_of_a_card_is_that_of_its_explanation(every_kind):
    sizes = {card.kind: len(rubric_of(card)) for card in every_kind.cards.values()}
    assert {kind: size for kind, size in sizes.items() if size} == {"explain": 4, "experiment": 2}
    assert rubric_of(None) == ()
