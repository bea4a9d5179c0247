"""What a fit is given, and how two sets of weights are held against each other."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import log, sqrt
from random import Random

import pytest

from attnquiz.errors import RecallError
from attnquiz.recall.face import Face
from attnquiz.recall.fit import (
    FEWEST,
    LONGEST,
    Given,
    compared,
    fit,
    intervals,
    later_part,
    sample,
    split,
    starting,
    targets,
    taught,
)
from attnquiz.recall.fit import _logs as logs
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import DEFAULT_WEIGHTS, Scheduler
from tests.recall.hidden import HIDDEN

START = date(2026, 1, 5)
A, H, G, E = Rating


def on(day, rating=G, **more):
    return Given(START + timedelta(days=day), rating, **more)


def some(faces=40, seed=0):
    """Made-up answers of some faces, two or three times a day when they come up."""
    dice = Random(seed)
    found = {}
    for number in range(faces):
        day, given = dice.randrange(5), []
        for _ in range(dice.randrange(1, 6)):
            given += [on(day, dice.choice(list(Rating))) for _ in range(dice.randrange(1, 3))]
            day += dice.randrange(1, 20)
        found[Face(f"card-{number}")] = given
    return found


def test_the_optimizer_is_given_whole_study_days_and_answers_in_order():
    histories = {Face("b"): [on(0), on(0), on(0), on(1), on(4, A), on(4)], Face("a"): [on(2), on(3)]}
    given = list(logs(histories))
    assert [log.card_id for log in given] == [0] * 6 + [1] * 2, "numbered as they began"
    days = [(later.review_datetime - earlier.review_datetime).days for earlier, later in pairwise(given[:6])]
    assert days == [0, 0, 1, 3, 0]
    assert all(log.review_datetime.tzinfo is UTC for log in given)
    assert [log.rating for log in given[:6]] == [3, 3, 3, 3, 1, 3]


def test_targets_are_what_the_optimizer_learns_from():
    """py-fsrs's own rule, counted by its own scheduler: answers at least a day after the one before."""
    histories = some()
    latest, count = {}, 0
    for each in logs(histories):
        before = latest.get(each.card_id)
        count += before is not None and (each.review_datetime - before).days > 0
        latest[each.card_id] = each.review_datetime
    assert targets(histories) == count > 50


def test_a_fit_sees_no_spot_check_and_only_the_first_answers():
    right, wrong = on(9, G, early=True), on(9, A, early=True)
    assert taught([on(0), right, on(20)]) == [on(0), on(20)]
    assert taught([on(0), on(5), wrong, on(9), on(20)]) == [on(0), on(5)]
    assert len(taught([on(day) for day in range(200)])) == LONGEST


def test_too_few_answers_are_said():
    with pytest.raises(RecallError, match=str(FEWEST)):
        fit(some())


def test_starting_takes_four_of_a_fit():
    assert starting(HIDDEN) == HIDDEN[:4] + DEFAULT_WEIGHTS[4:]


def test_the_later_part_holds_its_share_and_nothing_of_it_is_among_the_earlier_answers():
    histories = some(200)
    since = later_part(histories, 0.25)
    again = [given.day for history in histories.values() for before, given in pairwise(history)
             if given.day > before.day]  # fmt: skip
    assert 0.25 <= sum(day >= since for day in again) / len(again) < 0.35
    earlier = split(histories, since)
    assert all(given.day < since for history in earlier.values() for given in history)
    assert sum(map(len, earlier.values())) == sum(g.day < since for history in histories.values() for g in history)
    assert later_part({Face("once"): [on(0)]}, 0.25) is None


def test_a_sample_keeps_whole_faces_and_is_the_same_each_time():
    histories = some(200)
    kept = sample(histories, 200)
    assert 150 < sum(map(len, kept.values())) <= 200
    assert all(histories[face] == history for face, history in kept.items())
    assert sample(dict(reversed(histories.items())), 200) == kept
    assert sample(histories, 10**6).keys() == histories.keys()


def test_a_comparison_is_the_log_loss_of_predictions_made_before_each_answer():
    histories, since = some(60), START + timedelta(days=20)
    gains, losses = {}, ([], [])
    for face, history in histories.items():
        beliefs = [None, None]
        schedulers = [Scheduler(weights=DEFAULT_WEIGHTS), Scheduler(weights=HIDDEN)]
        for given in history:
            at = datetime(given.day.year, given.day.month, given.day.day, tzinfo=UTC)
            if beliefs[0] is not None and given.day > beliefs[0].last_day and given.day >= since:
                chances = [s.recall(belief, given.day) for s, belief in zip(schedulers, beliefs, strict=True)]
                pair = [-log(chance if given.rating > A else 1 - chance) for chance in chances]
                gains.setdefault(face, []).append(pair[0] - pair[1])
                for loss, each in zip(losses, pair, strict=True):
                    loss.append(each)
            pairs = zip(schedulers, beliefs, strict=True)
            beliefs = [s.review(face, belief, given.rating, at, given.day) for s, belief in pairs]
    n = len(losses[0])
    mean = sum(map(sum, gains.values())) / n
    clusters = [sum(gain) - len(gain) * mean for gain in gains.values()]
    c = compared(DEFAULT_WEIGHTS, HIDDEN, histories, since)
    assert c.answers == n > 40
    assert (c.before, c.after) == (pytest.approx(sum(losses[0]) / n), pytest.approx(sum(losses[1]) / n))
    assert c.gain == pytest.approx(mean)
    faces = len(clusters)
    assert c.error == pytest.approx(sqrt(sum(each**2 for each in clusters) * faces / (faces - 1)) / n)


def test_what_does_not_count_is_replayed_and_a_spot_check_counts_but_moves_nothing():
    since = START + timedelta(days=5)
    others = {Face("other"): [on(0), on(6)]}
    plain = compared(DEFAULT_WEIGHTS, HIDDEN, others | {Face("f"): [on(0), on(3), on(10)]}, since)
    helped = [on(0), on(3), on(6, counts=False), on(10)]
    checked = [on(0), on(3), on(6, early=True), on(10)]
    with_help = compared(DEFAULT_WEIGHTS, HIDDEN, others | {Face("f"): helped}, since)
    with_check = compared(DEFAULT_WEIGHTS, HIDDEN, others | {Face("f"): checked}, since)
    assert (plain.answers, with_help.answers, with_check.answers) == (2, 2, 3)
    assert with_help.expected_before > plain.expected_before, "it was answered on the sixth day"
    day_six = compared(DEFAULT_WEIGHTS, HIDDEN, others | {Face("f"): [on(0), on(3), on(6)]}, since)
    sums = 2 * plain.expected_before + 2 * day_six.expected_before - with_check.expected_before * 3
    assert sums == pytest.approx(Scheduler().recall(_memory(), START + timedelta(days=6)))


def _memory():
    at = datetime(2026, 1, 5, tzinfo=UTC)
    return Scheduler().review(Face("other"), None, G, at, START)


def test_too_few_faces_cannot_tell():
    assert compared(DEFAULT_WEIGHTS, HIDDEN, {Face("f"): [on(0), on(9)]}, START) is None


def test_first_intervals_are_those_of_the_scheduler():
    for weights in (DEFAULT_WEIGHTS, HIDDEN):
        scheduler = Scheduler(weights=weights, retention=0.85)
        again, good, easy, later = intervals(weights, 0.85)
        at, day = datetime(2026, 1, 5, tzinfo=UTC), START
        memory = None
        for rating in (G, G):
            memory = scheduler.review(Face("f"), memory, rating, at, day)
        assert abs((memory.due_day - day).days - good) <= max(1, 0.3 * good), "spread, but near"
        assert again <= good <= easy
        assert good < later
