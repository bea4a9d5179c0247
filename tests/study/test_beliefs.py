"""What a learner believes, as the log tells it; and what a study day came to."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.cards.collection import load, shipped
from attnquiz.cards.refutations import refuting
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Store
from attnquiz.store.told import Told
from attnquiz.study.beliefs import DAYS, _apart, beliefs, told
from attnquiz.study.drill import begin, commit, rate
from attnquiz.study.proposal import Confidence
from attnquiz.study.summary import Share, summary

FIRST = date(2026, 6, 1)


def review(day, card, verdict="right", belief=None, confidence="unsure", rating=Rating.GOOD):
    return Told(FIRST + timedelta(days=day), card, rating, verdict, confidence, belief)


def wrong(day, card, belief, confidence="unsure"):
    return review(day, card, "wrong", belief, confidence, Rating.AGAIN)


def test_every_wrong_option_rule_fault_and_must_not_points_to_the_cards_that_refute_it(collection):
    proofs = refuting(collection.cards.values())
    assert proofs["mask-inverted"] == ("mask-mc",)
    assert proofs["softmax-is-share"] == ("soft-numeric",)
    assert proofs["forgot-head-axis"] == ("far-shape",)
    assert "" not in proofs


def test_a_belief_keeps_when_it_showed_how_often_and_how_sure(collection):
    (one,) = beliefs(
        [
            wrong(0, "mask-mc", "mask-inverted"),
            review(1, "mask-mc"),
            wrong(4, "mask-mc", "mask-inverted", "sure"),
            review(9, "mask-mc"),
            review(9, "mask-mc"),
        ],
        collection,
    )
    assert (one.id, one.first_seen, one.last_seen) == ("mask-inverted", FIRST, FIRST + timedelta(days=4))
    assert (one.seen, one.sure, one.refuted) == (2, 1, 3)
    assert one.days == (FIRST + timedelta(days=9),)
    assert not one.gone


def test_a_belief_with_one_card_is_gone_after_three_days_on_which_that_card_was_right(collection):
    rows = [wrong(0, "mask-mc", "mask-inverted"), review(1, "mask-mc"), review(2, "mask-mc")]
    assert not beliefs(rows, collection)[0].gone
    assert not beliefs([*rows, review(2, "mask-mc")], collection)[0].gone
    assert beliefs([*rows, review(3, "mask-mc")], collection)[0].gone


def test_a_belief_that_shows_again_starts_from_nothing(collection):
    rows = [wrong(0, "mask-mc", "mask-inverted"), *(review(day, "mask-mc") for day in (1, 2, 3))]
    (one,) = beliefs([*rows, wrong(8, "mask-mc", "mask-inverted")], collection)
    assert (one.gone, one.days, one.refuted) == (False, (), 3)


def test_right_answers_to_other_cards_and_not_knowing_say_nothing_about_a_belief(collection):
    rows = [wrong(0, "mask-mc", "mask-inverted"), *(review(day, "far-shape") for day in (1, 2, 3))]
    assert not beliefs(rows, collection)[0].gone
    assert beliefs([review(0, "mask-mc", "unknown", "mask-inverted", rating=Rating.AGAIN)], collection) == ()


def test_what_the_learner_was_sure_of_comes_first_and_what_is_gone_last(collection):
    rows = [
        wrong(0, "far-shape", "forgot-head-axis"),
        *(review(day, "far-shape") for day in (1, 2, 3)),
        wrong(4, "mask-mc", "mask-inverted", "sure"),
        wrong(6, "soft-numeric", "softmax-is-share"),
        wrong(7, "mask-mc", "causal-excludes-self"),
    ]
    named = [one.id for one in beliefs(rows, collection)]
    assert named == ["mask-inverted", "causal-excludes-self", "softmax-is-share", "forgot-head-axis"]


@given(st.lists(st.sets(st.sampled_from("abcd"), min_size=1), max_size=5))
def test_days_with_cards_of_their_own_are_counted_as_by_trying_everything(days):
    by_choice = max((len(set(pick)) for pick in _picks(days)), default=0)
    assert _apart([set(day) for day in days]) == by_choice


def _picks(days):
    if not days:
        yield ()
        return
    for rest in _picks(days[1:]):
        for card in days[0]:
            yield (card, *rest)


def test_three_days_are_needed():
    assert DAYS == 3


@pytest.fixture
def answered(desk, at):
    """``answered(answer, rating, now)`` answers whatever card is asked first on that day."""

    def one(card, answer, confidence, rating, now):
        session = commit(desk, begin(desk, now, first=Face(card, 0)), answer, confidence, now)
        return rate(desk, session, rating, now + timedelta(seconds=5))

    return one


def test_a_day_is_summed_up_from_the_log(desk, at, answered, collection):
    answered("soft-numeric", "0.1", Confidence.SURE, Rating.AGAIN, at(0))
    answered("mask-mc", "B", Confidence.SURE, Rating.AGAIN, at(0, 10))
    answered("mask-mc", "A", Confidence.SURE, Rating.GOOD, at(1))
    answered("far-shape", None, Confidence.UNSURE, Rating.AGAIN, at(1, 10))
    answered("dot-basic", "", Confidence.UNSURE, Rating.HARD, at(1, 11))
    with desk.store.reading() as r:
        told = summary(r, collection, FIRST + timedelta(days=1))
        by_hand = sum(memory.stability for face, memory in r.memories().items() if face.card != "soft-numeric")
        first = next(e for e in r.reviews_of(FIRST) if e.face.card == "mask-mc")
    assert (told.answers, told.cards) == (3, 3)
    assert (told.sure, told.unsure) == (Share(1, 1), Share(1, 1))
    assert (told.showed, told.refuted, told.gone) == ((), ("mask-inverted",), ())
    assert told.gained == pytest.approx(by_hand - json.loads(first.memory_after)["stability"])


def test_a_belief_is_told_to_be_gone_on_the_day_on_which_it_goes_and_on_no_other(desk, at, answered, collection):
    answered("mask-mc", "B", Confidence.SURE, Rating.AGAIN, at(0))
    told = {}
    for day in (1, 2, 3, 4):
        answered("mask-mc", "A", Confidence.SURE, Rating.GOOD, at(day))
        with desk.store.reading() as r:
            told[day] = summary(r, collection, FIRST + timedelta(days=day)).gone
    assert told == {1: (), 2: (), 3: ("mask-inverted",), 4: ()}


def test_what_is_read_of_a_long_log_says_the_same_as_all_of_it(history, tmp_path):
    path = tmp_path / "answers.sqlite3"
    path.write_bytes(history.read_bytes())
    cards = load(shipped())
    with Store.open(path).reading() as r:
        some = told(r, cards)
        everything = [
            Told(row.study_day, row.face.card, row.rating, row.verdict, row.confidence, row.misconception)
            for row in r.reviews()
        ]
    found = beliefs(some, cards)
    assert len(found) > 50
    assert {one.gone for one in found} == {True, False}
    assert found == beliefs(everything, cards)
    assert len(some) < len(everything)
