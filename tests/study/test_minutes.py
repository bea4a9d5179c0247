"""A limit of minutes: what is due is cut to what fits at the learner's pace, and new cards wait for what waits."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import Scheduler
from attnquiz.study import drill
from attnquiz.study.choices import choose
from attnquiz.study.outlook import look
from attnquiz.study.pace import LONGEST, USUAL, Pace, fitting, spent
from attnquiz.study.preferences import Preferences
from attnquiz.study.proposal import Confidence
from attnquiz.study.queue import Today, build

SURE = Confidence.SURE
PACE = Pace({"basic": 10.0, "numeric": 40.0, "mc": 20.0})  # the others 23.3 seconds


@pytest.fixture
def due(every_kind, at):
    """Every card due, the first ones known least; and the day."""
    day, memories = at(100).date(), {}
    for place, card in enumerate(every_kind.cards.values()):
        face = Face(card.id, 1 if card.kind == "cloze" else 0)
        memory = Scheduler().review(face, None, Rating.EASY, at(50), at(50).date())
        memories[face] = replace(memory, stability=5.0 + place, due_day=day - timedelta(days=1))
    return memories, day


def queue(collection, memories, day, minutes, done=Today(), pace=PACE, **more):  # noqa: B008
    preferences = Preferences(minutes_per_day=minutes, **more)
    return build(collection, memories, done, Scheduler(), preferences, day, pace=pace)


def test_what_is_due_is_cut_to_what_fits_the_weakest_first(every_kind, due):
    memories, day = due
    whole = queue(every_kind, memories, day, 0)
    assert (len(whole.due), whole.later) == (len(memories), 0)
    seconds = PACE.of(every_kind, whole.due)
    cut = queue(every_kind, memories, day, 1)
    assert cut.due == whole.due[: len(cut.due)]
    assert sum(seconds[: len(cut.due)]) <= 60 < sum(seconds[: len(cut.due) + 1])
    assert cut.later == len(memories) - len(cut.due)
    assert queue(every_kind, memories, day, 60).due == whole.due
    half = queue(every_kind, memories, day, 1, Today(reviewed=2, seconds=40.0))
    assert 0 < len(half.due) < len(cut.due)
    assert queue(every_kind, memories, day, 1, Today(reviewed=2, seconds=60.0)).due == ()
    few = queue(every_kind, memories, day, 60, reviews_per_day=3)
    assert (len(few.due), few.later) == (3, len(memories) - 3)


def test_new_cards_wait_while_anything_due_has_to_and_get_what_is_left(every_kind, due):
    memories, day = due
    some_due = dict(list(memories.items())[:4])
    cost = sum(PACE.of(every_kind, some_due))
    fresh = queue(every_kind, some_due, day, 0).new
    assert len(fresh) > 2
    assert queue(every_kind, some_due, day, 1, Today(seconds=61.0 - cost)).new == (), "one of those due has to wait"
    everything = queue(every_kind, some_due, day, 600)
    assert (everything.new, everything.later) == (fresh, 0)
    two = sum(2 * each for each in PACE.of(every_kind, fresh[:2]))
    for more, expected in ((0.1, fresh[:2]), (-0.1, fresh[:1])):
        assert queue(every_kind, some_due, day, 10, Today(seconds=600 - cost - two - more)).new == expected
    slow = next(face for face in memories if every_kind.cards[face.card].kind == "numeric")
    half_a_minute = Today(seconds=30.0)
    assert queue(every_kind, {}, day, 1, half_a_minute).new, "a quick one fits"
    waits = queue(every_kind, {slow: memories[slow]}, day, 1, half_a_minute)
    assert (waits.due, waits.later, waits.new) == ((), 1, ()), "also where a new one would fit and what is due does not"
    few = queue(every_kind, some_due, day, 0, reviews_per_day=1)
    assert (few.later, set(few.new) >= set(fresh)) == (3, True), "a limit of reviews holds no new card back"
    unlimited = queue(every_kind, memories, day, 0, reviews_per_day=1)
    assert unlimited.later, "without a limit of minutes nothing is held back for the others"


@given(seconds=some.lists(some.floats(1, 300)), left=some.floats(0, 5000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_as_many_fit_as_a_slow_count_says(seconds, left):
    number = fitting(seconds, left)
    assert sum(seconds[:number]) <= left + 1e-6
    assert number == len(seconds) or sum(seconds[: number + 1]) > left - 1e-6


def test_what_fills_the_time_to_the_last_second_fits():
    assert [fitting([10.0, 20.0, 5.0], left) for left in (9.5, 10.0, 29.5, 30.0, 35.0)] == [0, 1, 1, 2, 3]


def test_a_pace_that_is_not_known_yet_is_the_usual_one(every_kind):
    faces = [Face(card.id) for card in every_kind.cards.values()]
    assert set(Pace().of(every_kind, faces)) == {USUAL}
    assert Pace({"basic": 4.0, "mc": 8.0}).usual == 6.0


def test_minutes_are_counted_from_question_to_answer_and_nobody_is_charged_for_a_walk(desk, store, at):
    now = at()
    for seconds in (30, 4000, -5):
        session = drill.begin(desk, now)
        committed = drill.commit(desk, session, None, SURE, now + timedelta(seconds=seconds))
        now += timedelta(seconds=max(seconds, 0) + 60)
        drill.rate(desk, committed, Rating.EASY, now)
    with store.reading() as r:
        assert spent(r.reviews_of(at().date())) == 30 + LONGEST


def test_todays_queue_follows_the_limit_and_can_be_seen_before(desk, store, at):
    for _ in range(3):
        session = drill.begin(desk, at())
        committed = drill.commit(desk, session, None, SURE, at(0, 9, 0, 40))
        drill.rate(desk, committed, Rating.EASY, at(0, 9, 1))
    day = 30
    ahead = look(store, desk.collection, "Europe/Berlin", at(day))
    assert (len(ahead.queue.due), ahead.queue.later) == (3, 0)
    chosen = replace(ahead.preferences, minutes_per_day=1)
    seen = look(store, desk.collection, "Europe/Berlin", at(day), chosen)
    assert (len(seen.queue.due), seen.queue.later, seen.queue.new) == (1, 2, ())
    choose(desk, "minutes_per_day", "1", at(day))
    session = drill.begin(desk, at(day))
    assert session.queue.later == 2
    committed = drill.commit(desk, session, None, SURE, at(day, 9, 0, 50))
    done = drill.rate(desk, committed, Rating.EASY, at(day, 9, 1))
    assert done.showing is None
    after = look(store, desk.collection, "Europe/Berlin", at(day, 9, 2))
    assert after.queue.later == 2
    assert look(store, desk.collection, "Europe/Berlin", at(day + 1)).queue.due
