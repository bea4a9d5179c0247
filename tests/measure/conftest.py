"""Reviews out of thin air, and those of a made-up learner, read by pandas and by the store."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory, State
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Store
from attnquiz.store.entry import Purpose
from attnquiz.store.log import Reading, ReviewRow
from attnquiz.store.rollup import Scope
from tests.measure import raw

TODAY = date(2026, 3, 4)  # a Wednesday


@pytest.fixture(scope="session")
def today() -> date:
    return TODAY


@pytest.fixture(scope="session")
def review() -> Callable[..., ReviewRow]:
    """``review(days_ago=3, rating=Rating.AGAIN)``: otherwise a due card in review, remembered."""

    def make(card: str = "card", days_ago: int = 0, **fields: object) -> ReviewRow:
        day = TODAY - timedelta(days=days_ago)
        row = ReviewRow(
            at=datetime(day.year, day.month, day.day, 18, tzinfo=UTC),
            study_day=day,
            face=Face(card),
            concept="softmax",
            card_kind="basic",
            purpose=Purpose.DUE,
            rating=Rating.GOOD,
            predicted_recall=0.9,
            state_before="review",
            verdict="self",
            confidence=None,
            misconception=None,
            seconds=5.0,
            retention=0.9,
        )
        return row._replace(**fields)

    return make


@pytest.fixture(scope="session")
def memory() -> Callable[..., Memory]:
    """``memory(due_in=2)`` is due the day after tomorrow."""

    def make(due_in: int) -> Memory:
        last = TODAY - timedelta(days=40)
        at = datetime(last.year, last.month, last.day, 18, tzinfo=UTC)
        return Memory(State.REVIEW, None, 10.0, 5.0, TODAY + timedelta(days=due_in), None, last, at, 3, 0)

    return make


@pytest.fixture(scope="session")
def log(history) -> pd.DataFrame:
    """The reviews of the made-up learner as pandas reads them."""
    return raw.log(history)


@pytest.fixture(scope="session")
def day(log) -> date:
    """The last day on which that learner answered."""
    return log.day.max().date()


@pytest.fixture
def reading(history) -> Iterator[Reading]:
    with Store.open(history).reading() as r:
        yield r


@pytest.fixture(params=["all", "kind", "concepts", "several", "period", "all of it"])
def scope(request, log, day) -> Scope:
    """A filter of each sort. The period begins 45 weeks before the last one, on a Monday."""
    since = day - timedelta(days=day.weekday(), weeks=45)
    concepts = frozenset(log.concept.value_counts().index[:20])
    return {
        "all": Scope(),
        "kind": Scope(kind="numeric"),
        "concepts": Scope(concepts=concepts),
        "several": Scope(concepts=concepts, kind="numeric"),
        "period": Scope(since=since),
        "all of it": Scope(concepts=concepts, kind="mc", since=since),
    }[request.param]
