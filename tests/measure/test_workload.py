"""A year in advance: held against the scheduler, against a plain loop, and against what must hold for any."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from statistics import fmean

import numpy as np
import pytest

from attnquiz.measure import workload as work
from attnquiz.measure.workload import FIRST_ANSWERS, LATELY, YEAR, Curves, rated, workload
from attnquiz.recall.face import Face
from attnquiz.recall.fuzz import fuzz_range
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import DEFAULT_WEIGHTS, Scheduler

FACE, AT = Face("card"), datetime(2026, 3, 4, 18, tzinfo=UTC)
OTHER = tuple(weight * 1.1 if place in (2, 8, 11) else weight for place, weight in enumerate(DEFAULT_WEIGHTS))


def day_of_answers(scheduler, face, memory, day, rating):
    """One study day of a face as the app does it: until it is spaced out. Its memory, and the number of answers."""
    at = AT + timedelta(days=(day - AT.date()).days)
    memory, answers = scheduler.review(face, memory, rating, at, day), 1
    while memory.due_at is not None:
        memory, answers = scheduler.review(face, memory, Rating.GOOD, memory.due_at, day), answers + 1
    return memory, answers


@pytest.mark.parametrize("weights", [DEFAULT_WEIGHTS, OTHER])
def test_the_curves_are_those_of_the_scheduler(weights):
    scheduler, curves, today = Scheduler(weights=weights), Curves(weights), AT.date()
    for place, (first, number) in enumerate([(Rating.GOOD, 2), (Rating.EASY, 1), (Rating.AGAIN, 3)]):
        memory, answers = day_of_answers(scheduler, FACE, None, today, first)
        stability, difficulty = curves.begun()
        assert (stability[place], difficulty[place]) == pytest.approx((memory.stability, memory.difficulty))
        assert answers == number == FIRST_ANSWERS[place]
        for wait in (1, 3, 40, 700, 2):
            day = memory.last_day + timedelta(days=wait)
            columns = np.array([memory.stability]), np.array([memory.difficulty])
            recall = curves.recall(columns[0], wait)
            assert recall[0] == pytest.approx(scheduler.recall(memory, day))
            for rating in (Rating.EASY, Rating.HARD, Rating.GOOD, Rating.AGAIN):
                after, answers = day_of_answers(scheduler, FACE, memory, day, rating)
                found = curves.answered(*columns, recall, np.array([rating]))
                assert (found[0][0], found[1][0]) == pytest.approx((after.stability, after.difficulty))
                assert answers == 1 + (rating is Rating.AGAIN)
            memory = after


@pytest.mark.parametrize("retention", [0.7, 0.9, 0.97])
def test_a_card_waits_as_long_as_the_scheduler_says_and_its_fuzz_allows(retention):
    scheduler, curves = Scheduler(retention=retention, maximum_interval=300), Curves(DEFAULT_WEIGHTS)
    for stability in (0.01, 0.8, 2.4, 6.6, 19.0, 21.0, 150.0, 9000.0):
        days = scheduler._fsrs._next_interval(stability=stability)
        luck = np.array([0.0, 1 - 1e-9])
        assert tuple(curves.interval(np.array([stability] * 2), scheduler, luck)) == fuzz_range(days, 300)


def by_hand(faces, today, scheduler, new_per_day, reviews_per_day, dice):
    """The same year in plain Python, with the scheduler itself. ``faces``: each with its memory, or None."""
    memories, answers, known = dict(faces), 0, 0.0
    for ahead in range(YEAR):
        day = today + timedelta(days=ahead)
        due = [face for face, memory in memories.items() if memory and memory.due_day <= day]
        due.sort(key=lambda face: scheduler.recall(memories[face], day))
        new = [face for face, memory in memories.items() if memory is None]
        for face in due[:reviews_per_day] + new[:new_per_day]:
            before = memories[face]
            luck = dice.random()
            if before is None:
                place = (luck >= work.FIRST_EASY_FROM) + (luck >= work.FIRST_AGAIN_FROM)
                rating = (Rating.GOOD, Rating.EASY, Rating.AGAIN)[place]
            elif luck < scheduler.recall(before, day):
                rating = Rating(int(rated(np.array(dice.random()))))
            else:
                rating = Rating.AGAIN
            memories[face], more = day_of_answers(scheduler, face, before, day, rating)
            answers += more
        if ahead >= YEAR - LATELY:
            known += sum(scheduler.recall(memory, day) for memory in memories.values() if memory)
    return answers / YEAR, known / LATELY


@pytest.mark.parametrize(("retention", "reviews"), [(0.75, 999), (0.9, 999), (0.95, 8)])
def test_a_year_is_as_long_and_as_good_as_in_a_plain_loop(retention, reviews, today):
    scheduler = Scheduler(retention=retention)
    faces = {Face(f"card {n}"): None for n in range(200)}
    for n in range(80):
        begun = today - timedelta(days=1 + n % 9)
        faces[Face(f"card {n}")] = day_of_answers(Scheduler(), Face(f"card {n}"), None, begun, Rating(n % 4 + 1))[0]
    years = [by_hand(faces, today, scheduler, 3, reviews, Random(seed)) for seed in range(4)]
    answers, known = (fmean(each) for each in zip(*years, strict=True))
    memories = [memory for memory in faces.values() if memory]
    found = workload(memories, 120, today, scheduler, 3, reviews)
    assert found.cards == 200
    assert found.answers == pytest.approx(answers, rel=0.1)
    assert found.known == pytest.approx(known, rel=0.01)


def test_who_wants_to_know_more_answers_more(today):
    years = [workload([], 400, today, Scheduler(retention=each), 10, 999) for each in (0.7, 0.8, 0.87, 0.93, 0.97)]
    assert all(less.answers < more.answers for less, more in pairwise(years))
    assert all(less.known < more.known for less, more in pairwise(years))
    assert years[0].share == years[0].known / 400
    assert years[0].minutes(30) == pytest.approx(years[0].answers / 2)


def test_limits_are_kept(today):
    assert workload([], 300, today, Scheduler(), 0, 999).answers == 0.0
    slow = workload([], 10_000, today, Scheduler(), 2, 999)
    assert 0.05 < slow.share < 0.08, "no more than 730 of 10 000 can have been begun"
    capped = workload([], 1000, today, Scheduler(retention=0.95), 1000, 5)
    assert capped.answers < 2 * 5 + 3 * 1000 / YEAR
    assert workload([], 0, today, Scheduler(), 10, 10).share == 0.0


def test_minutes_are_a_limit_on_all_answers_and_new_cards_get_what_is_left(today, memory):
    due = [memory(due) for due in range(-50, 50)] * 4
    free, tight, none = (
        workload(due, 400, today, Scheduler(retention=0.95), 50, 999, answers_per_day=most) for most in (1e9, 25, 0)
    )
    assert free == workload(due, 400, today, Scheduler(retention=0.95), 50, 999)
    assert free.answers > 30
    assert 20 < tight.answers < 1.1 * 25
    assert tight.known < free.known
    assert none.answers == 0.0


def test_a_limit_of_answers_is_used_up_by_new_cards_and_counts_what_is_forgotten_twice(today):
    """A new card takes two answers or so on its first day, and no more are simulated than stand for all."""
    only_new = workload([], 10_000, today, Scheduler(), 1000, 0, answers_per_day=20)
    assert only_new.answers == pytest.approx(20 * (0.65 * 2 + 0.15 * 1 + 0.2 * 3) / 2, rel=0.02)
    forgetful = workload([], 10_000, today, Scheduler(retention=0.7), 1000, 9999, answers_per_day=100)
    assert forgetful.answers == pytest.approx(100, rel=0.03)


def test_who_was_in_the_first_minutes_today_comes_back_tomorrow(today):
    made = {}
    for ago in (0, 1):
        day = today - timedelta(days=ago)
        made[ago] = Scheduler().review(FACE, None, Rating.GOOD, datetime(2026, 3, 1, tzinfo=UTC), day)
        assert made[ago].due_day == day
    stability, difficulty, last, due = work.columns([made[0], made[1]], 1, today)
    assert (last.tolist(), due.tolist()) == ([0, -1, 0], [1, 0, work.NEVER])
    assert (stability[0], difficulty[0]) == (made[0].stability, made[0].difficulty)


def test_of_ten_thousand_cards_the_seed_decides_which_are_simulated(today, memory):
    memories = [memory(due) for due in range(-50, 50)] * 70
    found = workload(memories, 3000, today, Scheduler(), 20, 200)
    assert found == workload(memories, 3000, today, Scheduler(), 20, 200)
    other = workload(memories, 3000, today, Scheduler(), 20, 200, seed=1)
    assert found.answers == pytest.approx(other.answers, rel=0.1)
