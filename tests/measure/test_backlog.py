"""The forecast of a backlog: against a plain loop with the scheduler itself, and against other orders."""

from datetime import UTC, datetime, timedelta
from random import Random
from statistics import fmean

import numpy as np
import pytest

from attnquiz.measure.backlog import _days, days_until_through, is_backlog, usual_day, weakest
from attnquiz.measure.workload import columns, rated
from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory, State
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import Scheduler


@pytest.fixture
def neglected(today):
    """So many cards that nobody has looked at for some weeks, of all ages."""

    def made(cards, away, seed=0):
        dice = Random(seed)
        memories = []
        for _ in range(cards):
            stability = 2.718 ** dice.gauss(2.5, 1.0)
            last = today - timedelta(days=away + dice.randint(0, 20))
            at = datetime.combine(last, datetime.min.time(), UTC)
            due = last + timedelta(days=max(1, round(stability)))
            memories.append(Memory(State.REVIEW, None, stability, dice.uniform(2, 9), due, None, last, at, 4, 1))
        return memories

    return made


def by_hand(memories, seconds, today, scheduler, minutes, reviews, dice):
    """The same in plain Python, a card at a time, until nothing is left over."""
    faces = {Face(f"card {number}"): memory for number, memory in enumerate(memories)}
    took = dict(zip(faces, seconds, strict=True))
    for ahead in range(365):
        day = today + timedelta(days=ahead)
        at = datetime.combine(day, datetime.min.time(), UTC)
        due = sorted((scheduler.recall(m, day), face) for face, m in faces.items() if m.due_day <= day)
        left, done = 60 * minutes, 0
        for recall, face in due:
            forgot = dice.random() >= recall
            left -= took[face] * (2 if forgot else 1)
            if left < 0 or done == reviews:
                break
            done += 1
            rating = Rating.AGAIN if forgot else Rating(int(rated(np.array(dice.random()))))
            memory = scheduler.review(face, faces[face], rating, at, day)
            while memory.due_at is not None:
                memory = scheduler.review(face, memory, Rating.GOOD, memory.due_at, day)
            faces[face] = memory
        if done == len(due):
            return ahead + 1
    return None


@pytest.mark.parametrize(("minutes", "reviews"), [(20, 9999), (12, 9999), (60, 40)])
def test_a_backlog_takes_as_long_as_in_a_plain_loop(neglected, today, minutes, reviews):
    memories, scheduler = neglected(250, 50), Scheduler()
    seconds = [10.0 + 20 * (number % 3) for number in range(len(memories))]
    expected = fmean(
        by_hand(memories, seconds, today, scheduler, minutes, reviews, Random(seed)) for seed in range(8)
    )
    found = fmean(
        days_until_through(memories, seconds, today, scheduler, minutes, reviews, seed=seed) for seed in range(8)
    )
    assert expected > 3
    assert found == pytest.approx(expected, rel=0.15, abs=0.5)


def test_more_minutes_are_sooner_through_and_no_limit_today(neglected, today):
    memories = neglected(400, 40)
    days = [days_until_through(memories, [20.0] * 400, today, Scheduler(), each, 9999) for each in (60, 30, 20, 15)]
    assert days == sorted(days)
    assert days[0] < days[-1]
    assert days_until_through(memories, [20.0] * 400, today, Scheduler(), 0, 9999) == 1
    assert days_until_through(memories, [20.0] * 400, today, Scheduler(), 0, 100) > 3, "the limit of reviews holds too"
    assert days_until_through(memories, [20.0] * 400, today, Scheduler(), 1, 9999) is None
    assert days_until_through([], [], today, Scheduler(), 10, 9999) == 1


def test_what_was_spent_today_is_gone(neglected, today):
    memories = [memory for memory in neglected(60, 30) if memory.due_day <= today]
    seconds = [10.0] * len(memories)
    assert days_until_through(memories, seconds, today, Scheduler(), 30, 9999) == 1
    assert days_until_through(memories, seconds, today, Scheduler(), 30, 9999, spent=1795.0) > 1


def test_a_sample_of_very_many_takes_as_many_days_as_all_of_few(neglected, today):
    few, many = neglected(900, 60), neglected(9000, 60, seed=1)
    slow = days_until_through(few, [20.0] * 900, today, Scheduler(), 40, 9999)
    assert days_until_through(many, [20.0] * 9000, today, Scheduler(), 400, 9999) == pytest.approx(slow, rel=0.15)


@pytest.mark.parametrize(
    ("cards", "seconds", "limits", "days"),
    [
        (10, 30.0, {"minutes": 5}, 1),  # fills the minutes to the last second
        (10, 30.0, {"minutes": 4.99}, 2),
        (10_000, 1.0, {"minutes": 0, "reviews_per_day": 100}, 100),
        (10_000, 10.0, {"minutes": 5.5}, 304),  # 33 a day, so 3.3 of a thousand that stand for all
        (10_000, 1.0, {"minutes": 200, "spent": 1500.0}, 1),
        (10_000, 1.0, {"minutes": 200, "spent": 2500.0}, 2),
    ],
)
def test_what_is_known_well_is_through_after_as_many_days_as_division_says(today, cards, seconds, limits, days):
    """Nothing of it is forgotten, and nothing comes back within the year."""
    at = datetime.combine(today - timedelta(days=1), datetime.min.time(), UTC)
    known = Memory(State.REVIEW, None, 36_000.0, 5.0, today, None, at.date(), at, 3, 0)
    limits = {"reviews_per_day": 99_999} | limits
    assert days_until_through([known] * cards, [seconds] * cards, today, Scheduler(), **limits) == days


@pytest.mark.parametrize(("away", "answers"), [(45, 60), (45, 30), (150, 50)])
def test_no_other_order_keeps_clearly_more_than_the_weakest_first(neglected, today, away, answers):
    """With luck that knows nothing of the order: what loses most by waiting, what is best known, what is young, old."""
    scheduler, memories = Scheduler(), neglected(500, away)
    state, seconds = columns(memories, 0, today), np.full(500, 20.0)

    def known(order):
        lives = [
            [now for _, now in _days(state, seconds, scheduler, 20.0 * answers, 9999, seed=seed, order=order, until=90)]
            for seed in range(6)
        ]
        return np.mean(lives, axis=0)

    others = {
        "best known first": lambda recall, stability, days: -recall,
        "young first": lambda recall, stability, days: stability,
        "old first": lambda recall, stability, days: -stability,
        "loses most by tomorrow": lambda recall, stability, days: -recall * (1 - recall) / (days + 1),
    }
    ours = known(weakest)
    for name, order in others.items():
        theirs = known(order)
        assert theirs.mean() < 1.01 * ours.mean(), name
        assert theirs[-1] < 1.01 * ours[-1], name


def test_a_backlog_is_much_more_than_a_usual_day():
    assert usual_day([0, 30, 0, 10, 20]) == 20.0
    assert usual_day([]) == 0.0
    assert [is_backlog(due, 20.0) for due in (49, 50, 60)] == [False, True, True]
    assert [is_backlog(due, 60.0) for due in (60, 120, 121)] == [False, False, True]
