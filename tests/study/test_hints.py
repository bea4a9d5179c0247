"""Hints that are asked for, and worked steps that stand open by themselves."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.cards.card import Kind
from attnquiz.recall.memory import Memory, State
from attnquiz.recall.rating import Rating
from attnquiz.store.entry import Happened
from attnquiz.study import drill
from attnquiz.study.proposal import helped
from attnquiz.study.session import Phase
from attnquiz.study.steps import WORKED, open_steps


def stable(days, at):
    """A memory with so many days of stability."""
    return Memory(State.REVIEW, None, days, 5.0, at().date(), None, at().date(), at(), 3, 0)


@pytest.mark.parametrize(
    ("hints", "stability", "expected"),
    [
        (0, None, 0), (1, None, 0), (2, None, 1), (4, None, 3),  # all but the last
        (4, 0.2, 3), (4, 0.99, 3), (4, 1.0, 2), (4, 2.5, 1), (4, 2.99, 1), (4, 3.0, 0), (9, 2.9, 6), (9, 3.0, 0),
    ],
)  # fmt: skip
def test_steps_fade_by_one_a_day_of_stability_and_are_gone_after_three(hints, stability, expected):
    assert open_steps(hints, stability) == expected


@given(st.integers(0, 20), st.floats(0, 400), st.floats(0, 400))
def test_a_better_known_card_never_has_more_open_steps_and_the_last_hint_is_never_open(hints, a, b):
    fewer, more = open_steps(hints, max(a, b)), open_steps(hints, min(a, b))
    assert 0 <= fewer <= more <= max(0, hints - 1)


@pytest.mark.parametrize("kind", Kind)
def test_steps_stand_open_where_there_is_something_to_work_out(kind, learner, at):
    showing = drill.begin(learner.desk, at(), first=learner.face(kind)).showing
    hints = len(showing.card.hints)
    worked = kind in ("numeric", "shape", "order", "code", "heatmap", "bug")
    assert (kind in WORKED) is worked
    assert showing.open_steps == (hints - 1 if worked else 0)
    assert replace(showing, memory=stable(9.0, at)).open_steps == 0


def test_open_steps_are_not_hints_and_hints_come_after_them(learner, at):
    session = drill.begin(learner.desk, at(), first=learner.face(Kind.NUMERIC))
    assert (session.showing.open_steps, session.hints) == (3, 0)
    assert session.hint().hints == session.hint().hint().hints == 1  # the fourth is the last
    known = replace(session, showing=replace(session.showing, memory=stable(9.0, at)))
    for asked in (1, 2, 3, 4, 4):
        known = known.hint()
        assert known.hints == asked


@pytest.mark.parametrize("kind", Kind)
def test_a_hint_can_be_asked_for_as_long_as_the_answer_is_open(kind, learner, at):
    session = drill.begin(learner.desk, at(), first=learner.face(kind))
    assert session.hint().hints == 1
    ready = learner.ready(kind, at())
    assert ready.hint().hints == 1
    assert learner.commit(ready, at()).hint().hints == 0
    assert session.learn().hint().hints == 0


@pytest.mark.parametrize(("hints", "most"), [(0, Rating.EASY), (1, Rating.HARD), (2, Rating.AGAIN), (7, Rating.AGAIN)])
def test_one_hint_caps_a_suggestion_at_hard_and_more_at_again(hints, most):
    assert [helped(rating, hints) for rating in Rating] == [min(rating, most) for rating in Rating]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(("hints", "proposed"), [(0, Rating.GOOD), (1, Rating.HARD), (2, Rating.AGAIN)])
def test_the_rows_say_how_many_hints_were_asked_for_and_propose_accordingly(kind, hints, proposed, learner, at):
    session = replace(learner.ready(kind, at()), hints=hints)
    session = learner.commit(session, at())
    assert (session.attempt.hints, session.attempt.proposed) == (hints, proposed)
    drill.rate(learner.desk, session, proposed, at())
    with learner.desk.store.reading() as r:
        review = next(entry for entry in r.entries() if entry.kind is Happened.REVIEW)
    assert (review.hints, review.rating) == (hints, proposed)


def test_hints_are_forgotten_with_the_next_card(learner, at):
    session = learner.commit(learner.ready(Kind.CODE, at()).hint(), at())
    after = drill.rate(learner.desk, session, Rating.HARD, at())
    assert (after.phase, after.hints) == (Phase.ASK, 0)
