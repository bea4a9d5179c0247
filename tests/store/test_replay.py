"""Replay takes a shorter way through a history than its course, and arrives at the same memory."""

import json
from datetime import UTC, date, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as some

from attnquiz.recall.face import Face
from attnquiz.recall.scheduler import DEFAULT_WEIGHTS
from attnquiz.store.memory import DEFAULT, Rated, course, replay

FACE = Face("why-separate-v")
DAY, AT = date(2026, 3, 2), datetime(2026, 3, 2, 18, tzinfo=UTC)
OTHER = "11111111-0000-4000-8000-000000000000"  # weights that begin with a longer stability than the default ones
WEIGHTS = {OTHER: (5.0, 6.0, 7.0, 90.0, *DEFAULT_WEIGHTS[4:])}


def review(rating, gap=0, retention=0.9, weights=DEFAULT, early=0):
    return ("review", rating, gap, retention, weights, early)


def start(gap=0):
    return ("start", None, gap, None, None, 0)


reviews = some.builds(
    review, some.integers(1, 4), some.integers(0, 3) | some.integers(0, 400), some.sampled_from([0.8, 0.9]),
    some.sampled_from([DEFAULT, OTHER]), some.sampled_from([0, 0, 0, 1]),
)  # fmt: skip
histories = some.lists(reviews | some.builds(start, some.integers(0, 5)), max_size=14)


def moves(history):
    """The same as the log has it, in order of time; now and then the clock stands earlier than before."""
    written, day = [], DAY
    for number, (kind, rating, gap, retention, weights, early) in enumerate(history):
        day += timedelta(days=gap)
        late = timedelta(days=2 * gap, hours=5) if number % 5 > 2 else timedelta()  # the clock was set back
        at = AT + (day - DAY) - late + timedelta(minutes=number)
        due = (day + timedelta(days=9)).isoformat()
        payload = json.dumps({"stability": 9.5, "difficulty": 4.0, "due_day": due}) if kind == "start" else None
        instant = at.isoformat(timespec="microseconds").replace("+00:00", "Z")
        written.append(
            Rated(day.isoformat(), instant, f"{number:08}", kind, rating, retention, weights, payload, early)
        )
    return written


@given(histories)
@example([])
@example([review(3, early=1)])
@example([start(), review(3, 4, early=1)])
@example([review(4), review(3, 9), review(3, 2, early=1)])
@example([review(4), review(3, 9, 0.8), review(1, 2, early=1), start(1)])
@example([start(), start(), review(2, 9, weights=OTHER)])
@example([review(4), review(3, 9), review(3, 2), review(3, 1), review(3, 1)])
def test_replay_is_the_last_of_the_course_to_the_last_bit(history):
    written = moves(history)
    whole = [memory for _, memory in course(FACE, written, WEIGHTS.__getitem__)]
    assert replay(FACE, reversed(written), WEIGHTS.__getitem__) == (whole[-1] if whole else None)


def test_a_history_moves_memory_at_all():
    first, second = (replay(FACE, moves(history), WEIGHTS.__getitem__) for history in ([review(4)], [review(1)]))
    assert (first.step, second.step) == (None, 0)
