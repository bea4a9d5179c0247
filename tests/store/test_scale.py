"""What an answer asks of the file costs the same however long the log is: counted in steps of SQLite, not in time."""

from datetime import timedelta

import pytest

from attnquiz.recall.face import Face
from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from tests.store.hand import Hand

FACE = Face("card-7")


def lived(path, days):
    """Ten reviews on each of so many days, a few undone; the last day is the same for every ``days``."""
    hand = Hand(Store.open(path))
    end = hand.now + timedelta(days=1000)
    for day in range(days):
        hand.now = end - timedelta(days=days - day)
        with hand.store.writing() as w:
            for number in range(10):
                attempt = hand.attempt(
                    Face(f"card-{number if day >= days - 3 else 100 + 10 * day + number}"), f"{day}.{number}"
                )
                w.append(attempt)
                hand.rate_in(w, attempt, 3)
    hand.undo()
    hand.commit(Face("waits"))
    hand.undo()
    return hand


def steps(hand, what, arguments):
    """How many steps SQLite's virtual machine takes to answer."""
    count = 0

    def step():
        nonlocal count
        count += 1

    with hand.store.reading() as r:
        r._db.set_progress_handler(step, 1)
        getattr(r, what)(*arguments)
    return count


@pytest.fixture(scope="module")
def hands(tmp_path_factory):
    return [lived(tmp_path_factory.mktemp("scale") / "answers.sqlite3", days) for days in (25, 100)]


def test_the_long_and_the_short_log_are_sound(hands):
    assert [examine(hand.store) for hand in hands] == [[], []]


@pytest.mark.parametrize(
    "what",
    ["token", "memory", "open_attempt", "undoable", "redoable", "introduced", "reviewed", "faces_reviewed", "settings",
     "medians", "replayed", "course", "suspended", "buried", "flags"],
)  # fmt: skip
def test_a_question_costs_no_more_after_a_thousand_reviews_than_after_a_few_hundred(hands, what):
    by_day = what in ("introduced", "reviewed", "faces_reviewed", "buried")
    short, long = (
        steps(hand, what, [hand.day] if by_day else [FACE] if what in ("token", "memory", "replayed", "course") else [])
        for hand in hands
    )
    assert long <= 1.1 * short + 20


def test_an_answer_an_undo_and_a_redo_cost_no_more_either(hands):
    costs = []
    for hand in hands:
        count = 0

        def step():
            nonlocal count
            count += 1

        with hand.store.writing() as w:
            w._db.set_progress_handler(step, 1)
            attempt = hand.attempt(FACE, w.token(FACE))
            w.append(attempt)
            hand.rate_in(w, attempt, 3)
            hand.withdraw_in(w, w.undoable())
            hand.withdraw_in(w, w.redoable())
        costs.append(count)
    assert costs[1] <= 1.1 * costs[0] + 20
