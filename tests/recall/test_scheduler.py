"""The scheduler: golden histories of py-fsrs, worked days, and properties over random histories."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from itertools import pairwise
from zoneinfo import ZoneInfo

import fsrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from attnquiz.errors import RecallError
from attnquiz.recall.face import Face
from attnquiz.recall.fuzz import fuzz_range, fuzzed
from attnquiz.recall.memory import Memory, State
from attnquiz.recall.past import passed
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import (
    DEFAULT_WEIGHTS,
    LONGEST_STABILITY,
    VERSION,
    Scheduler,
    wait,
)

AGAIN, HARD, GOOD, EASY = Rating
FACE = Face("why-separate-v")
DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def history(scheduler: Scheduler, ratings: list[Rating], gaps: list[int], hour: int = 18) -> list[Memory]:
    """The memories after reviews ``gaps`` whole days apart, some minutes apart where the gap is 0."""
    memory, day, at, memories = None, DAY, AT.replace(hour=hour), []
    for rating, gap in zip(ratings, gaps, strict=True):
        day, at = day + timedelta(days=gap), at + timedelta(days=gap, minutes=10)
        memory = scheduler.review(FACE, memory, rating, at, day)
        memories.append(memory)
    return memories


def days_until_due(memory: Memory) -> int:
    return (memory.due_day - memory.last_day).days


# ---- golden histories


def test_stability_and_difficulty_are_those_of_fsrs() -> None:
    """The pair that py-fsrs 6.3.2 and fsrs-rs (inference.rs) both test for."""
    last = history(Scheduler(), [AGAIN, GOOD, GOOD, GOOD, GOOD, GOOD], [0, 0, 1, 3, 8, 21])[-1]
    assert last.stability == pytest.approx(53.62691, abs=1e-4)
    assert last.difficulty == pytest.approx(6.3574867, abs=1e-5)


def test_intervals_are_those_of_fsrs_before_fuzz() -> None:
    """Six times Good, twice Again, five times Good, each time on the day that py-fsrs without fuzz asks for."""
    ratings = [GOOD] * 6 + [AGAIN] * 2 + [GOOD] * 5
    golden = [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]
    memories = history(Scheduler(), ratings, [0, *golden[:-1]])
    assert [days_until_due(memory) for memory in memories] == [
        fuzzed(days, FACE, reviews, 36_500) if days else 0 for reviews, days in enumerate(golden)
    ]


@given(
    ratings=some.lists(some.sampled_from(Rating), min_size=1, max_size=20),
    gaps=some.lists(some.integers(0, 400), min_size=20, max_size=20),
    retention=some.sampled_from([0.7, 0.85, 0.9, 0.99]),
)
def test_every_history_on_whole_days_agrees_with_py_fsrs(
    ratings: list[Rating], gaps: list[int], retention: float
) -> None:
    theirs = fsrs.Scheduler(desired_retention=retention, enable_fuzzing=False)
    card, at = fsrs.Card(card_id=1), datetime(2026, 3, 2, tzinfo=UTC)
    memories = history(Scheduler(retention=retention), ratings, gaps[: len(ratings)])
    for rating, gap, memory in zip(ratings, gaps, memories, strict=False):
        at += timedelta(days=gap)
        card, _ = theirs.review_card(card, fsrs.Rating(rating), at)
        assert (memory.state, memory.step) == (State(card.state.name.lower()), card.step)
        assert memory.stability == pytest.approx(min(card.stability, LONGEST_STABILITY), rel=1e-12)
        assert memory.difficulty == pytest.approx(card.difficulty, rel=1e-12)
        if memory.state is State.REVIEW and card.stability < LONGEST_STABILITY:
            assert days_until_due(memory) == fuzzed((card.due - at).days, FACE, memory.reviews - 1, 36_500)


# ---- study days


def test_an_evening_and_the_next_morning_are_a_day_apart() -> None:
    """20:00 and 08:00: py-fsrs sees no day between them and leaves stability at 2.31."""
    scheduler = Scheduler()
    evening = datetime(2026, 3, 2, 20, tzinfo=UTC)
    first = scheduler.review(FACE, None, GOOD, evening, DAY)
    second = scheduler.review(FACE, first, GOOD, evening + 12 * HOUR, DAY + timedelta(days=1))
    assert first.stability == pytest.approx(2.3065)
    assert second.stability == pytest.approx(7.3153, abs=1e-4)


def test_thirty_six_hours_over_one_midnight_are_one_day() -> None:
    """08:00, then 20:00 the next day: one study day, as 24 hours would be, not two."""
    scheduler = Scheduler()
    morning = datetime(2026, 3, 2, 8, tzinfo=UTC)
    first = scheduler.review(FACE, None, GOOD, morning, DAY)
    second = scheduler.review(FACE, first, GOOD, morning + 36 * HOUR, DAY + timedelta(days=1))
    assert second.stability == pytest.approx(7.3153, abs=1e-4)


def test_a_face_in_review_is_due_all_day() -> None:
    memory = Scheduler().review(FACE, None, EASY, AT, DAY)
    assert memory.state is State.REVIEW
    assert memory.due_at is None
    assert memory.step is None
    breakfast = datetime.combine(memory.due_day, AT.time().replace(hour=5), UTC)
    assert memory.is_due(breakfast, memory.due_day)
    assert not memory.is_due(breakfast, memory.due_day - timedelta(days=1))


@given(minutes=some.lists(some.integers(0, 1439), min_size=8, max_size=8), ratings=some.data())
def test_the_clock_time_within_a_study_day_changes_no_memory_in_review(
    minutes: list[int], ratings: some.DataObject
) -> None:
    scheduler, one, other, day = Scheduler(), None, None, DAY
    for minute in minutes:
        rating = ratings.draw(some.sampled_from(Rating))
        at = datetime.combine(day, AT.time().replace(hour=0), UTC)
        one = scheduler.review(FACE, one, rating, at, day)
        other = scheduler.review(FACE, other, rating, at + minute * MINUTE, day)
        same = replace(other, last_at=one.last_at, due_at=one.due_at)
        assert same == one
        day = one.due_day + timedelta(days=1)


# ---- learning and relearning


def test_a_new_face_comes_back_within_minutes_until_it_is_good_twice() -> None:
    scheduler = Scheduler()
    waits = {rating: wait(memory, AT, DAY) for rating, memory in scheduler.preview(FACE, None, AT, DAY).items()}
    assert waits == {
        AGAIN: MINUTE,
        HARD: 5.5 * MINUTE,
        GOOD: 10 * MINUTE,
        EASY: timedelta(days=fuzzed(8, FACE, 0, 36_500)),
    }
    once = scheduler.review(FACE, None, GOOD, AT, DAY)
    assert (once.state, once.step, once.due_at, once.due_day) == (State.LEARNING, 1, AT + 10 * MINUTE, DAY)
    twice = scheduler.review(FACE, once, GOOD, AT + 10 * MINUTE, DAY)
    assert (twice.state, twice.step, twice.due_at) == (State.REVIEW, None, None)
    assert twice.due_day == DAY + timedelta(days=2)


def test_a_forgotten_face_comes_back_within_minutes() -> None:
    scheduler = Scheduler()
    known = scheduler.review(FACE, None, EASY, AT, DAY)
    later, day = AT + timedelta(days=8), DAY + timedelta(days=8)
    forgotten = scheduler.review(FACE, known, AGAIN, later, day)
    assert (forgotten.state, forgotten.step, forgotten.due_at) == (State.RELEARNING, 0, later + 10 * MINUTE)
    assert forgotten.stability < known.stability
    back = scheduler.review(FACE, forgotten, GOOD, later + 10 * MINUTE, day)
    assert back.state is State.REVIEW
    assert back.due_day > day


def test_a_step_is_a_real_instant_even_across_the_rollover() -> None:
    """03:55 in the night of 2 March: ten minutes later it is 3 March, and the face is due at 04:05."""
    night = datetime(2026, 3, 3, 3, 55, tzinfo=UTC)
    memory = Scheduler().review(FACE, None, GOOD, night, DAY)
    assert memory.due_at == night + 10 * MINUTE
    assert not memory.is_due(night + 9 * MINUTE, DAY + timedelta(days=1))
    assert memory.is_due(night + 10 * MINUTE, DAY + timedelta(days=1))
    assert wait(memory, night, DAY) == 10 * MINUTE


def test_a_step_is_counted_from_the_answer_whatever_zone_its_time_was_given_in() -> None:
    eastern = AT.astimezone(ZoneInfo("America/New_York"))
    assert Scheduler().review(FACE, None, GOOD, eastern, DAY).due_at.tzinfo is UTC


def test_without_steps_a_face_goes_straight_to_whole_days() -> None:
    scheduler = Scheduler(learning_steps=(), relearning_steps=())
    for before in (None, scheduler.review(FACE, None, EASY, AT, DAY)):
        outcomes = scheduler.preview(FACE, before, AT, DAY).values()
        assert {memory.state for memory in outcomes} == {State.REVIEW}


def test_a_step_from_longer_steps_of_earlier_settings_is_no_trap() -> None:
    long = Scheduler(learning_steps=tuple(n * MINUTE for n in (1, 5, 10, 20)))
    memory = None
    for _ in range(3):
        memory = long.review(FACE, memory, GOOD, AT, DAY)
    assert memory.step == 3
    outcomes = Scheduler().preview(FACE, memory, AT, DAY)
    assert [outcome.state for outcome in outcomes.values()] == [State.LEARNING] + [State.REVIEW] * 3


def test_only_a_face_in_review_can_lapse() -> None:
    ratings = [AGAIN, AGAIN, GOOD, GOOD, AGAIN, AGAIN, GOOD, AGAIN]
    memories = history(Scheduler(), ratings, [0, 0, 0, 0, 2, 0, 0, 3])
    assert [memory.lapses for memory in memories] == [0, 0, 0, 0, 1, 1, 1, 2]
    assert [memory.reviews for memory in memories] == [1, 2, 3, 4, 5, 6, 7, 8]


# ---- recall


def test_recall_is_the_retention_after_as_many_days_as_the_stability() -> None:
    memory = replace(Scheduler().review(FACE, None, EASY, AT, DAY), stability=8.0)
    assert Scheduler().recall(memory, DAY + timedelta(days=8)) == pytest.approx(0.9, abs=1e-12)


def test_recall_falls_with_every_day_and_starts_at_one() -> None:
    memory = Scheduler().review(FACE, None, EASY, AT, DAY)
    curve = [Scheduler().recall(memory, DAY + timedelta(days=n)) for n in range(1000)]
    assert curve[0] == 1.0
    assert all(later < earlier for earlier, later in pairwise(curve))
    assert 0 < curve[-1] < 0.6


def test_recall_is_one_on_a_study_day_before_the_review() -> None:
    """Somebody who flies west may live a date twice."""
    memory = Scheduler().review(FACE, None, EASY, AT, DAY)
    assert Scheduler().recall(memory, DAY - timedelta(days=1)) == 1.0


# ---- properties over random histories

bounds = [(0.001, 100.0)] * 4 + [(low, high) for low, high in ((1, 10), (0.001, 4), (0.001, 4), (0.001, 0.75))]
bounds += [(0, 4.5), (0, 0.8), (0.001, 3.5), (0.001, 5), (0.001, 0.25), (0.001, 0.9), (0, 4), (0, 1), (1, 6), (0, 2)]
bounds += [(0, 2), (0, 0.8), (0.1, 0.8)]
weights = some.just(DEFAULT_WEIGHTS) | some.tuples(*(some.floats(low, high) for low, high in bounds))
steps = some.lists(some.integers(1, 24 * 60 - 1), max_size=3, unique=True).map(
    lambda minutes: tuple(n * MINUTE for n in sorted(minutes))
)
schedulers = some.builds(
    Scheduler,
    retention=some.floats(0.70, 0.99),
    maximum_interval=some.integers(1, 36_500) | some.integers(1, 30),
    learning_steps=steps,
    relearning_steps=steps,
    weights=weights,
)
answers = some.lists(
    some.tuples(some.sampled_from(Rating), some.integers(0, 60) | some.integers(0, 2000), some.integers(0, 600)),
    max_size=12,
)
faces = some.builds(Face, some.text("abc-", min_size=1, max_size=8), some.integers(0, 3))
# Bounds of FSRS allow Again to start with a longer stability than Easy.
UPSIDE_DOWN = (90.0, 60.0, 30.0, 1.0, *DEFAULT_WEIGHTS[4:])


@given(scheduler=schedulers, answers=answers, face=faces)
@example(scheduler=Scheduler(weights=UPSIDE_DOWN, learning_steps=()), answers=[], face=FACE)
@example(scheduler=Scheduler(learning_steps=(20 * HOUR,), maximum_interval=1), answers=[], face=FACE)
@example(scheduler=Scheduler(maximum_interval=5), answers=[(EASY, 0, 0), (EASY, 5, 0)], face=FACE)
def test_ratings_are_ordered_preview_is_the_outcome_and_the_maximum_holds(
    scheduler: Scheduler, answers: list[tuple[Rating, int, int]], face: Face
) -> None:
    memory, day, at = None, DAY, AT
    for rating, days, minutes in [*answers, (GOOD, 1, 0)]:
        day, at = day + timedelta(days=days), at + timedelta(days=days, minutes=minutes)
        preview = scheduler.preview(face, memory, at, day)
        waits = [wait(preview[each], at, day) for each in (AGAIN, HARD, GOOD, EASY)]
        assert waits == sorted(waits)
        assert timedelta(0) < waits[0]
        assert waits[-1] <= timedelta(days=scheduler.maximum_interval)
        for each in Rating:
            assert scheduler.review(face, memory, each, at, day) == preview[each]
        memory = preview[rating]
        assert (memory.due_at is None) == (memory.step is None) == (memory.state is State.REVIEW)
        assert 0.001 <= memory.stability <= LONGEST_STABILITY
        assert 1 <= memory.difficulty <= 10
        assert (memory.last_day, memory.last_at) == (day, at)
        assert 0 < scheduler.recall(memory, day + timedelta(days=days)) <= 1


@given(answers=answers, face=faces)
def test_an_interval_lies_in_the_fuzz_range_of_the_stability(
    answers: list[tuple[Rating, int, int]], face: Face
) -> None:
    """At a retention of 0.9 the interval before fuzz is the stability, rounded."""
    scheduler, memory, day, at = Scheduler(), None, DAY, AT
    for rating, days, minutes in answers:
        day, at = day + timedelta(days=days), at + timedelta(days=days, minutes=minutes)
        memory = scheduler.review(face, memory, rating, at, day)
        if memory.state is State.REVIEW:
            shortest, longest = fuzz_range(min(max(round(memory.stability), 1), 36_500), 36_500)
            assert shortest <= days_until_due(memory) <= longest


@given(weights=weights, answers=answers, face=faces, begin=some.none() | some.integers(0, 40))
@example(weights=DEFAULT_WEIGHTS, answers=[(r, d, 0) for d in (0, 9) for r in (GOOD, GOOD, AGAIN, HARD)], face=FACE, begin=None)  # fmt: skip  # noqa: E501
@example(weights=UPSIDE_DOWN, answers=[(EASY, 0, 0), (AGAIN, 3, 0), (HARD, 0, 0), (HARD, 1, 0)], face=FACE, begin=3)
def test_what_passed_is_what_reviews_say_to_the_last_bit_but_for_when_the_face_was_due(
    weights: tuple[float, ...], answers: list[tuple[Rating, int, int]], face: Face, begin: int | None
) -> None:
    scheduler, day, at, reviews = Scheduler(weights=weights), DAY, AT, []
    begun = memory = None if begin is None else scheduler.start(AT, DAY, begin)
    for rating, gap, minutes in answers:
        day, at = day + timedelta(days=gap), at + timedelta(days=gap, minutes=minutes)
        memory = scheduler.review(face, memory, rating, at, day)
        reviews.append((day.isoformat(), at.isoformat(timespec="microseconds"), int(rating), weights))
        then = passed(begun, reviews)
        assert replace(then, due_day=memory.due_day, due_at=memory.due_at) == memory
        assert (then.due_at is None) == (memory.due_at is None)


def test_nothing_passed_leaves_what_was_there() -> None:
    begun = Scheduler().start(AT, DAY, 9)
    assert (passed(None, []), passed(begun, [])) == (None, begun)


@given(scheduler=schedulers, answers=answers, days=some.integers(-5, 5000))
def test_recall_is_that_of_py_fsrs_to_the_last_bit(
    scheduler: Scheduler, answers: list[tuple[Rating, int, int]], days: int
) -> None:
    memory = None
    for rating, gap, _ in answers or [(GOOD, 0, 0)]:
        at = AT if memory is None else memory.last_at + timedelta(days=gap)
        memory = scheduler.review(FACE, memory, rating, at, at.date())
    midnight = datetime.combine(memory.last_day, AT.time().replace(hour=0), UTC)
    card = fsrs.Card(1, fsrs.State.Review, None, memory.stability, memory.difficulty, midnight, midnight)
    theirs = scheduler._fsrs.get_card_retrievability(card, midnight + timedelta(days=days))
    assert scheduler.recall(memory, memory.last_day + timedelta(days=days)) == theirs


@given(answers=answers, face=faces)
def test_the_same_history_gives_the_same_memory(answers: list[tuple[Rating, int, int]], face: Face) -> None:
    ends = []
    for scheduler in (Scheduler(), Scheduler()):
        memory, day, at = None, DAY, AT
        for rating, days, minutes in answers:
            day, at = day + timedelta(days=days), at + timedelta(days=days, minutes=minutes)
            memory = scheduler.review(face, memory, rating, at, day)
        ends.append(memory)
    assert ends[0] == ends[1]


def test_stability_stops_growing_before_it_overflows() -> None:
    """Without a limit, Easy a thousand times in a row on one day is a number that no float can hold."""
    scheduler = Scheduler(weights=(*DEFAULT_WEIGHTS[:17], 2.0, 2.0, 0.0, 0.1))
    assert history(scheduler, [EASY] * 1000, [0] * 1000)[-1].stability == LONGEST_STABILITY


# ---- what is refused


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"retention": 1.5}, "retention cannot be 1.5"),
        ({"retention": 0.69}, "retention cannot be 0.69"),
        ({"retention": 1.0}, "retention cannot be 1.0"),
        ({"retention": float("nan")}, "retention cannot be nan"),
        ({"retention": "0.9"}, "retention cannot be '0.9'"),
        ({"maximum_interval": 0}, "longest interval cannot be 0"),
        ({"maximum_interval": 36_501}, "longest interval cannot be 36501"),
        ({"maximum_interval": 10.5}, "longest interval cannot be 10.5"),
        ({"maximum_interval": True}, "longest interval cannot be True"),
        ({"learning_steps": (timedelta(0),)}, "learning steps must be longer than nothing"),
        ({"learning_steps": (-MINUTE,)}, "learning steps must be longer than nothing"),
        ({"learning_steps": (24 * HOUR,)}, "shorter than a day"),
        ({"learning_steps": (60,)}, "learning steps must be longer than nothing"),
        ({"relearning_steps": (10 * MINUTE, MINUTE)}, "relearning steps must get longer"),
        ({"relearning_steps": (MINUTE, MINUTE)}, "relearning steps must get longer"),
        ({"weights": DEFAULT_WEIGHTS[:19]}, "21 weights, but 19"),
        ({"weights": (*DEFAULT_WEIGHTS[:20], 0.9)}, "weight 20 is 0.9, but it must lie between 0.1 and 0.8"),
        ({"weights": (float("nan"), *DEFAULT_WEIGHTS[1:])}, "weight 0 is nan"),
        ({"weights": ("0.2", *DEFAULT_WEIGHTS[1:])}, "weight 0 is '0.2'"),
    ],
)
def test_settings_that_make_no_sense_get_a_sentence(settings: dict, sentence: str) -> None:
    with pytest.raises(RecallError, match=sentence.replace("(", r"\(")):
        Scheduler(**settings)


@pytest.mark.parametrize("settings", [{"retention": 0.70}, {"retention": 0.99}, {"maximum_interval": 1}])
def test_the_ends_of_the_allowed_ranges_are_allowed(settings: dict) -> None:
    Scheduler(**settings)


def test_weights_from_json_make_the_same_scheduler() -> None:
    assert Scheduler(weights=list(DEFAULT_WEIGHTS)) == Scheduler()
    assert hash(Scheduler(weights=list(DEFAULT_WEIGHTS))) == hash(Scheduler())


def test_a_review_in_the_past_is_refused() -> None:
    scheduler = Scheduler()
    memory = scheduler.review(FACE, None, GOOD, AT, DAY)
    with pytest.raises(RecallError, match="before its latest review"):
        scheduler.review(FACE, memory, GOOD, AT - MINUTE, DAY)
    with pytest.raises(RecallError, match="before its latest review"):
        scheduler.preview(FACE, memory, AT + MINUTE, DAY - timedelta(days=1))
    assert scheduler.review(FACE, memory, GOOD, AT, DAY).reviews == 2  # the same instant is no time travel


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(RecallError, match="no time zone"):
        Scheduler().review(FACE, None, GOOD, AT.replace(tzinfo=None), DAY)


def test_a_rating_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="5 is not a valid Rating"):
        Scheduler().review(FACE, None, 5, AT, DAY)


def test_the_recorded_version_names_the_fsrs_that_is_installed() -> None:
    assert f"py-fsrs {version('fsrs')}," in VERSION


def test_fsrs_is_never_left_to_make_up_a_card(monkeypatch: pytest.MonkeyPatch) -> None:
    """fsrs.Card() without an id reads the clock and sleeps for a millisecond."""
    monkeypatch.setattr("time.sleep", lambda seconds: pytest.fail("py-fsrs slept"))
    memory = history(Scheduler(), [GOOD, GOOD, AGAIN], [0, 0, 3])[-1]
    Scheduler().recall(memory, DAY)
