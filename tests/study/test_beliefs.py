"""What a learner believes, as the log tells it; and what a study day came to."""

import json
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations, count, product
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.cards.collection import load, shipped
from attnquiz.cards.refutations import refuting
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Store
from attnquiz.store.told import Shown
from attnquiz.study.beliefs import DAYS, _Held, beliefs
from attnquiz.study.drill import begin, commit, rate
from attnquiz.study.proposal import Confidence
from attnquiz.study.summary import Share, gained, summary
from tests.store.hand import Hand

FIRST = date(2026, 6, 1)


class Row(NamedTuple):
    """A review, as far as it says something of beliefs."""

    study_day: date
    card: str
    rating: Rating
    verdict: str | None
    confidence: str | None
    misconception: str | None


def review(day, card, verdict="right", belief=None, confidence="unsure", rating=Rating.GOOD):
    return Row(FIRST + timedelta(days=day), card, rating, verdict, confidence, belief)


def wrong(day, card, belief, confidence="unsure"):
    return review(day, card, "wrong", belief, confidence, Rating.AGAIN)


@pytest.fixture
def beliefs_of(tmp_path, collection):
    """``beliefs_of(rows)`` writes them into a file of their own and says what is believed then."""
    made = count()

    def found(rows):
        hand = Hand(Store.open(tmp_path / f"{next(made)}.sqlite3"))
        for row in rows:
            noon = datetime.combine(row.study_day, time(12), UTC)
            hand.now = max(hand.now, noon) if hand.day == row.study_day else noon
            said = {"verdict": row.verdict, "confidence": row.confidence, "misconception": row.misconception}
            hand.answer(Face(row.card), row.rating, **said)
        with hand.store.reading() as r:
            return beliefs(r, collection)

    return found


def test_every_wrong_option_rule_fault_and_must_not_points_to_the_cards_that_refute_it(collection):
    proofs = refuting(collection.cards.values())
    assert proofs["mask-inverted"] == ("mask-mc",)
    assert proofs["softmax-is-share"] == ("soft-numeric",)
    assert proofs["forgot-head-axis"] == ("far-shape",)
    assert "" not in proofs


def test_a_belief_keeps_when_it_showed_how_often_and_how_sure(beliefs_of):
    (one,) = beliefs_of(
        [
            wrong(0, "mask-mc", "mask-inverted"),
            review(1, "mask-mc"),
            wrong(4, "mask-mc", "mask-inverted", "sure"),
            review(9, "mask-mc"),
            review(9, "mask-mc"),
        ]
    )
    assert (one.id, one.first_seen, one.last_seen) == ("mask-inverted", FIRST, FIRST + timedelta(days=4))
    assert (one.seen, one.sure) == (2, 1)
    assert one.days == (FIRST + timedelta(days=9),)
    assert not one.gone


def test_a_belief_with_one_card_is_gone_after_three_days_on_which_that_card_was_right(beliefs_of):
    rows = [wrong(0, "mask-mc", "mask-inverted"), review(1, "mask-mc"), review(2, "mask-mc")]
    assert not beliefs_of(rows)[0].gone
    assert not beliefs_of([*rows, review(2, "mask-mc")])[0].gone
    assert beliefs_of([*rows, review(3, "mask-mc")])[0].gone


def test_a_belief_that_shows_again_starts_from_nothing(beliefs_of):
    rows = [wrong(0, "mask-mc", "mask-inverted"), *(review(day, "mask-mc") for day in (1, 2, 3))]
    (one,) = beliefs_of([*rows, wrong(8, "mask-mc", "mask-inverted")])
    assert (one.gone, one.days) == (False, ())


def test_on_the_day_on_which_it_showed_only_what_came_after_it_speaks_against_it(beliefs_of):
    before = [review(0, "mask-mc"), wrong(0, "mask-mc", "mask-inverted")]
    assert beliefs_of(before)[0].days == ()
    assert beliefs_of([*before, review(0, "mask-mc")])[0].days == (FIRST,)


def test_what_learners_mark_themselves_speaks_against_a_belief_unless_they_say_again(beliefs_of):
    shown = wrong(0, "mask-mc", "mask-inverted")
    marked = [review(1, "mask-mc", "self", rating=Rating.AGAIN), review(2, "mask-mc", "self", rating=Rating.HARD)]
    assert beliefs_of([shown, *marked])[0].days == (FIRST + timedelta(days=2),)
    assert beliefs_of([review(0, "mask-mc", "self", "mask-inverted"), marked[1]])[0].seen == 1


def test_right_answers_from_long_ago_and_from_yesterday_speak_against_it_alike(beliefs_of):
    rows = [wrong(0, "mask-mc", "mask-inverted"), *(review(day, "mask-mc") for day in (3, 250, 251))]
    assert beliefs_of([*rows[:1], *(review(day, "mask-mc") for day in (3, 400))])[0].days == (
        FIRST + timedelta(days=3),
        FIRST + timedelta(days=400),
    )
    assert beliefs_of([*rows, *(review(day, "dot-basic") for day in (600, 601))])[0].gone


def test_right_answers_to_other_cards_and_not_knowing_say_nothing_about_a_belief(beliefs_of):
    rows = [wrong(0, "mask-mc", "mask-inverted"), *(review(day, "far-shape") for day in (1, 2, 3))]
    assert not beliefs_of(rows)[0].gone
    assert beliefs_of([review(0, "mask-mc", "unknown", "mask-inverted", rating=Rating.AGAIN)]) == ()


def test_what_the_learner_was_sure_of_comes_first_and_what_is_gone_last(beliefs_of):
    rows = [
        wrong(0, "far-shape", "forgot-head-axis", "sure"),
        *(review(day, "far-shape") for day in (1, 2, 3)),
        wrong(4, "mask-mc", "mask-inverted", "sure"),
        wrong(5, "mask-mc", "causal-excludes-self"),
        wrong(6, "soft-numeric", "softmax-is-share"),
        wrong(7, "mask-mc", "causal-excludes-self"),
    ]
    named = [one.id for one in beliefs_of(rows)]
    assert named == ["mask-inverted", "causal-excludes-self", "softmax-is-share", "forgot-head-axis"]


@given(st.lists(st.sets(st.sampled_from("abcd"), min_size=1), max_size=5))
def test_days_with_cards_of_their_own_are_counted_as_by_trying_everything(days):
    one = _Held(Shown("mask-inverted", FIRST, FIRST, "", 1, 0), ("a", "b", "c", "d"))
    for number, cards in enumerate(days):
        one.refute(FIRST + timedelta(days=9 - number), cards)
        so_far = days[: number + 1]
        by_choice = max(len(set(pick)) for pick in _picks(so_far))
        assert len(one.taken) == by_choice
        assert one.gone == (len(so_far) >= DAYS and by_choice >= DAYS)


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


def test_a_card_answered_twice_has_gained_from_before_the_first_time_to_after_the_last(desk, at, answered):
    for day, minute, rating in (0, 0, Rating.EASY), (9, 0, Rating.AGAIN), (9, 20, Rating.GOOD):
        answered("dot-basic", "", Confidence.UNSURE, rating, at(day, 9, minute))
    with desk.store.reading() as r:
        first, twice = (list(r.reviews_of(FIRST + timedelta(days=day))) for day in (0, 9))
    before, after = (json.loads(each[-1].memory_after)["stability"] for each in (first, twice))
    assert (gained(first), gained(twice)) == (before, after - before)
    assert gained(twice) < 0


def test_a_belief_is_told_to_be_gone_on_the_day_on_which_it_goes_and_on_no_other(desk, at, answered, collection):
    answered("mask-mc", "B", Confidence.SURE, Rating.AGAIN, at(0))
    told = {}
    for day in (1, 2, 3, 4):
        answered("mask-mc", "A", Confidence.SURE, Rating.GOOD, at(day))
        with desk.store.reading() as r:
            told[day] = summary(r, collection, FIRST + timedelta(days=day)).gone
    assert told == {1: (), 2: (), 3: ("mask-inverted",), 4: ()}


def read_from_the_beginning(rows, cards):
    """The same of every effective review, one after the other: what is believed, by its name."""
    proofs = refuting(cards.cards.values())
    held = {}
    for row in rows:
        if row.misconception in cards.misconceptions and row.verdict in ("wrong", "self"):
            first, _, seen, sure, _ = held.get(row.misconception, (row.study_day, None, 0, 0, None))
            held[row.misconception] = first, row.study_day, seen + 1, sure + (row.confidence == "sure"), {}
        elif row.verdict in ("right", "slip") or (row.verdict == "self" and row.rating > 1):
            for name, one in held.items():
                if row.card in proofs.get(name, ()):
                    one[-1].setdefault(row.study_day, set()).add(row.card)
    said = {}
    for name, (*when, since) in held.items():
        wanted, days = min(DAYS, len(proofs.get(name, ()))), sorted(since)
        enough = next((day for day in reversed(days) if gone_with(day, since, wanted)), None)
        said[name] = (*when, enough is not None, tuple(day for day in days if enough is None or day >= enough))
    return said


def gone_with(day, since, wanted):
    """Whether the day and two later ones can be told apart by so many cards, by trying everything."""
    pairs = combinations([later for later in since if later > day], DAYS - 1)
    return any(len(set(pick)) >= wanted for pair in pairs for pick in product(*(since[one] for one in (day, *pair))))


def test_what_is_read_of_a_long_log_says_the_same_as_all_of_it(history, tmp_path):
    path = tmp_path / "answers.sqlite3"
    path.write_bytes(history.read_bytes())
    cards = load(shipped())
    with Store.open(path).reading() as r:
        rows = [
            Row(one.study_day, one.face.card, one.rating, one.verdict, one.confidence, one.misconception)
            for one in r.reviews()
        ]
        days = sorted({row.study_day for row in rows})
        for until in (*days[20 :: len(days) // 12], days[-1] + timedelta(days=1), None):
            found = beliefs(r, cards, until)
            said = {one.id: (one.first_seen, one.last_seen, one.seen, one.sure, one.gone, one.days) for one in found}
            before = [row for row in rows if until is None or row.study_day < until]
            assert said == read_from_the_beginning(before, cards)
    assert len(found) > 50
    assert {one.gone for one in found} == {True, False}
