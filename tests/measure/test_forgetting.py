"""How a face fades: FSRS's own curve from each review to the next."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from attnquiz.measure.forgetting import AHEAD, FINEST, FIRST, FORGOTTEN, REMEMBERED, curve, met
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import DEFAULT_WEIGHTS, Scheduler
from attnquiz.store.entry import Entry, Happened

FACE = Face("card")
DAY = timedelta(days=1)


@pytest.fixture
def course(today):
    """``course((40, 3), (20, 1))``: reviews so many days ago, with these ratings, and the memory after each."""

    def make(*reviews):
        made, memory = [], None
        for minute, (ago, rating) in enumerate(reviews):
            day = today - timedelta(days=ago)
            at = datetime(day.year, day.month, day.day, 12, minute, tzinfo=UTC)
            memory = Scheduler().review(FACE, memory, Rating(rating), at, day)
            entry = Entry(
                id=str(uuid.uuid4()), learner="local", kind=Happened.REVIEW, at=at, zone="UTC", study_day=day,
                app_version="test", face=FACE, rating=Rating(rating),
            )  # fmt: skip
            made.append((entry, memory))
        return made

    return make


def fsrs(days, stability):
    """The forgetting curve of FSRS-6 by hand: (1 + factor t / S) ^ -decay, 90 % after S days."""
    decay = -DEFAULT_WEIGHTS[20]
    return (1 + (0.9 ** (1 / decay) - 1) * days / stability) ** decay


def test_the_curve_is_that_of_fsrs_from_each_review_to_the_next_and_a_month_ahead(course, today):
    reviews = course((40, 4), (20, 4))
    drawn = curve(reviews, Scheduler(), today)
    first, second = (memory.stability for _, memory in reviews)
    expected = [(0, days - 40, fsrs(days, first)) for days in range(21)]
    expected += [(1, days - 20, fsrs(days, second)) for days in range(20 + AHEAD + 1)]
    assert list(zip(drawn.part, drawn.ahead, strict=True)) == [row[:2] for row in expected]
    assert drawn.recall.tolist() == pytest.approx([row[2] for row in expected])
    assert [day - today for day in drawn.day] == [timedelta(days=ahead) for ahead in drawn.ahead]


def test_of_a_day_with_several_reviews_the_last_one_says_how_the_face_fades(course, today):
    reviews = course((40, 3), (20, 1), (20, 3), (20, 3))
    drawn = curve(reviews, Scheduler(), today)
    last = drawn[drawn.part == 1]
    assert last.ahead.tolist() == list(range(-20, 31)), "to a month from today"
    assert last.recall.tolist() == pytest.approx([fsrs(days, reviews[3][1].stability) for days in range(51)])


def test_a_part_begins_at_everything_and_never_rises(course, today):
    drawn = curve(course((90, 3), (80, 1), (79, 3), (50, 3), (1, 2)), Scheduler(), today)
    for _, part in drawn.groupby("part"):
        assert part.recall.iloc[0] == 1
        assert part.recall.is_monotonic_decreasing
    assert drawn.ahead.iloc[-1] == AHEAD


def test_each_day_is_met_once_with_what_was_predicted_for_it(course, today):
    reviews = course((30, 1), (30, 3), (30, 3), (28, 3), (10, 1), (10, 3))
    points = met(reviews, Scheduler(), today)
    assert points.ahead.tolist() == [-30, -28, -10]
    assert points.outcome.tolist() == [FIRST, REMEMBERED, FORGOTTEN]
    assert points.rating.tolist() == ["Again", "Good", "Again"]
    graduated, later = reviews[2][1].stability, reviews[3][1].stability
    assert points.recall.tolist() == pytest.approx([1, fsrs(2, graduated), fsrs(18, later)])


def test_where_a_day_was_predicted_is_where_the_curve_before_it_ends(course, today):
    reviews = course((60, 3), (55, 3), (40, 2), (12, 1), (12, 3), (3, 3))
    drawn, points = curve(reviews, Scheduler(), today), met(reviews, Scheduler(), today)
    ends = drawn.groupby("part").last()
    assert ends.recall.tolist()[:-1] == points.recall.tolist()[1:]
    assert ends.ahead.tolist()[:-1] == points.ahead.tolist()[1:]


def test_a_face_that_was_never_reviewed_has_neither_curve_nor_points(today):
    assert list(curve([], Scheduler(), today)) == ["part", "day", "ahead", "recall"]
    assert len(curve([], Scheduler(), today)) == len(met([], Scheduler(), today)) == 0


def test_a_review_of_today_leaves_a_month_to_draw(course, today):
    drawn = curve(course((0, 3)), Scheduler(), today)
    assert drawn.ahead.tolist() == list(range(AHEAD + 1))


def test_years_are_drawn_with_few_points_and_both_ends_of_each_part(course, today):
    reviews = course(*((ago, 3) for ago in (3000, 2990, 2000, 1999, 5)))
    drawn = curve(reviews, Scheduler(), today)
    assert len(drawn) <= FINEST + 2 * len(reviews)
    parts = drawn.groupby("part").ahead
    assert parts.first().tolist() == [-3000, -2990, -2000, -1999, -5]
    assert parts.last().tolist() == [-2990, -2000, -1999, -5, AHEAD]


@pytest.mark.parametrize("days", [FINEST - AHEAD, FINEST - AHEAD + 1, 2 * FINEST - AHEAD + 1])
def test_a_long_part_has_every_second_or_third_day(course, today, days):
    drawn = curve(course((days, 3)), Scheduler(), today)
    step = -(-(days + AHEAD) // FINEST)
    assert drawn.ahead.diff()[1:-1].unique() == [step]
    assert len(drawn) <= FINEST + 2


def test_days_are_dates(course, today):
    assert all(type(day) is date for day in curve(course((3, 3)), Scheduler(), today).day)


def test_a_start_begins_the_curve_and_predicts_the_first_answer(course, today):
    day = today - timedelta(days=9)
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    memory = Scheduler().start(at, day, 5)
    start = Entry(
        id=str(uuid.uuid4()), learner="local", kind=Happened.START, at=at, zone="UTC", study_day=day,
        app_version="test", face=FACE,
    )  # fmt: skip
    reviews = [(start, memory), *course((4, 1))]
    assert curve(reviews, Scheduler(), today).day[0] == day
    (first,) = met(reviews, Scheduler(), today).itertuples()
    assert (first.ahead, first.outcome) == (-4, FORGOTTEN)
    assert first.recall == pytest.approx(fsrs(5, 5.0)) == pytest.approx(0.9)
    assert met([(start, memory)], Scheduler(), today).empty
