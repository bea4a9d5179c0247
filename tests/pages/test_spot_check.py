"""A spot check on the review page: said to be one, and its buttons promise nothing that does not happen."""

from datetime import UTC, datetime, timedelta

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.recall.day import study_day
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import wait
from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from attnquiz.store.entry import Purpose
from attnquiz.study import drill
from attnquiz.study.desk import Desk
from attnquiz.study.preferences import Preferences
from attnquiz.study.proposal import Confidence
from attnquiz.ui import words
from tests.noon import ZONE
from tests.pages.seen import labels, press, texts

REVIEW = "pages/study/review.py"
FACE = Face("why-separate-v")  # rated by who answers it
SAID, STAYS = "Spot check: drawn at random to see whether the forecasts are true.", "A spot check: your schedule stays"


def answer(desk, session, now):
    committed = drill.commit(desk, session.ask(now), None, Confidence.UNSURE, now)
    return drill.rate(desk, committed, Rating.EASY, now)


@pytest.fixture
def drawn(db):
    """A file in which the next card is a spot check of the only one that was learnt, and is not due; its face, and the
    file."""
    desk = Desk(Store.open(db), load(shipped()), ZONE, "test")
    now = datetime.now(UTC)
    then = now - timedelta(days=3)
    answer(desk, drill.begin(desk, then, first=FACE), then)
    session = drill.begin(desk, now - timedelta(minutes=5))
    for second in range(20):
        if session.showing.purpose is Purpose.PROBE:
            return session.showing.face, desk.store
        session = answer(desk, session, now - timedelta(minutes=5, seconds=-second))
    raise AssertionError("one review in twenty is one")


def test_it_is_said_before_the_answer_and_the_schedule_stays(visit, drawn):
    face, store = drawn
    with store.reading() as r:
        before = r.memory(face)
    at = visit(REVIEW)
    assert SAID in texts(at)
    assert STAYS not in texts(at)
    press(at, "I don't know")
    assert STAYS in texts(at)
    now = datetime.now(UTC)
    with store.reading() as r:
        day = study_day(now, ZONE, Preferences.of(r).rollover)
    left = words.wait(wait(before, now, day))
    assert labels(at)[:5] == ["Next: Again, 10 min", "Again 10 min", f"Hard {left}", f"Good {left}", f"Easy {left}"]
    press(at, "Good")
    assert not at.exception
    with store.reading() as r:
        assert r.memory(face) == before
    assert examine(store) == []
    at = visit(REVIEW, card=face.card)
    assert SAID not in texts(at), "looked up by the learner, it is no random draw"
    press(at, "This card")
    assert at.table[0].value["Verdict"].iloc[0] == "not known (spot check)"


def test_who_forgot_has_it_back_in_minutes(visit, drawn):
    face, store = drawn
    at = visit(REVIEW)
    press(at, "I don't know")
    press(at, "Again")
    with store.reading() as r:
        assert (r.memory(face).lapses, r.memory(face).due_at is not None) == (1, True)
    assert SAID not in texts(at)
