"""What the figures of the past say in words: the finding with its n and its interval, or that it cannot be told yet."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.measure.proportion import Proportion
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Store
from attnquiz.store.rollup import Measure, Scope
from attnquiz.study import drill
from attnquiz.study.proposal import Confidence
from attnquiz.ui import (
    progress_answers,
    progress_cards,
    progress_coming,
    progress_did,
    progress_known,
    progress_remembered,
)
from attnquiz.ui.figure import csv
from attnquiz.ui.progress import Seen
from tests.noon import ZONE


def every(seen):
    """All figures of these sections, by name."""
    found = [progress_did.today(seen), *progress_did.figures(seen), *progress_remembered.figures(seen)]
    found += [*progress_remembered.forecast(seen), *progress_answers.figures(seen)]
    return {each.name: each for each in found}


@pytest.fixture(scope="module")
def collection():
    return load(shipped())


@pytest.fixture
def look(collection):
    """``look(path, now)`` is what the page knows of that file then."""
    readings = []

    def opened(path, now, scope=None):
        desk = drill.Desk(Store.open(path), collection, ZONE, "test")
        readings.append(desk.store.reading())
        return Seen(desk, readings[-1].__enter__(), now, scope)

    yield opened
    for reading in readings:
        reading.__exit__(None, None, None)


@pytest.fixture
def after(history, look):
    """The day on which the made-up learner answered last."""
    seen = look(history, datetime(2030, 1, 1, tzinfo=UTC))
    _, last = seen.reading.days(Measure.ANSWERS)
    return lambda scope=None: look(history, datetime(last.year, last.month, last.day, 12, tzinfo=ZoneInfo(ZONE)), scope)


FILTERS = {
    "all": Scope(),
    "kind": Scope(kind="numeric"),
    "several": Scope(concepts=frozenset({"softmax"}), kind="numeric"),
    "one without cards": Scope(concepts=frozenset({"no such concept"})),
}


@pytest.mark.parametrize("scope", FILTERS.values(), ids=FILTERS)
def test_every_number_stands_beside_its_n_and_nothing_is_drawn_for_few(after, scope):
    for name, each in every(after(scope)).items():
        assert each.sentence, name
        assert "nan" not in each.sentence, name
        assert each.sentence.count("%") == 0 or " of " in each.sentence, name
        assert csv(each).count(b"\n") == len(each.table) + 1 if len(each.table.columns) else True, name
        if each.chart is not None:
            assert each.alt, name


def test_from_a_thousand_up_a_number_has_a_comma(after):
    seen = after()
    figures = [*every(seen).values(), *progress_cards.figures(seen), *progress_coming.figures(seen)]
    told = " ".join([each.sentence for each in figures] + [progress_known.known(seen)])
    assert "20,000 answers" in told
    assert re.findall(r"\d{4}", told) == []


def test_a_long_history_has_every_picture(after):
    figures = every(after())
    undrawn = {name for name, each in figures.items() if each.chart is None}
    assert undrawn - {"probes"} == {"today"}, "today is a list"
    assert "95% interval" in figures["forecast"].sentence
    assert "All time:** " in figures["retention"].sentence
    assert figures["times"].table.Answers.sum() == 20_000


def test_times_of_a_concept_stand_together_and_need_no_second_filter(after):
    seen = after(Scope(concepts=frozenset({"softmax"})))
    assert every(seen)["times"].table.Kind.tolist() == ["All of these"]
    assert not any(scope.several for _, scope in [*seen._totals, *seen._tallies])


def test_a_few_answers_are_told_and_not_judged(db, collection, look):
    desk, now = drill.Desk(Store.open(db), collection, ZONE, "test"), datetime.now(UTC)
    sitting = drill.begin(desk, now)
    for second in range(0, 40, 10):
        sitting = drill.commit(desk, sitting, None, Confidence.UNSURE, now + timedelta(seconds=second + 6))
        sitting = drill.rate(desk, sitting, Rating.AGAIN, now + timedelta(seconds=second + 10))
    figures = every(look(db, now + timedelta(minutes=1)))
    assert figures["today"].sentence.startswith("4 answers in less than a minute; 4 of them Again.")
    assert "Not enough yet: 4 of 20 answers." in figures["today"].sentence
    for name in ("hours", "retention", "retention-over-time", "forecast", "probes", "buttons", "times", "sure"):
        assert figures[name].chart is None, name
        assert "Not enough yet: " in figures[name].sentence, name
        assert "%" not in figures[name].sentence.replace("95%", ""), name
    assert figures["answers"].sentence == "4 answers in less than a minute. A bar is a day."
    for second in range(40, 300, 10):
        sitting = drill.commit(desk, sitting, None, Confidence.UNSURE, now + timedelta(seconds=second + 6))
        sitting = drill.rate(desk, sitting, Rating.AGAIN, now + timedelta(seconds=second + 10))
    times = every(look(db, now + timedelta(minutes=6)))["times"]
    most = times.table.Answers.max()
    assert most < 20 < times.table.Answers.sum()
    assert times.sentence == f"Not enough yet: {most} of 20 timed answers of one kind.", "not 30 of 20"


@pytest.mark.parametrize(
    ("hits", "n", "predicted", "said"),
    [
        (90, 100, 0.91, "cannot be told from this."),
        (800, 1000, 0.9, "The scheduler was too optimistic, by 10.0 points."),
        (990, 1000, 0.9, "The scheduler was too pessimistic, by 9.0 points."),
        (12, 12, 0.9, "Not enough yet: 12 of 20 answers."),
    ],
)
def test_the_scheduler_is_only_blamed_for_what_its_interval_does_not_hold(hits, n, predicted, said):
    assert progress_remembered.bias(Proportion(hits, n), predicted).endswith(said)


def test_a_gap_that_may_be_chance_is_called_that():
    gap = progress_answers._gap
    assert gap(Proportion(30, 40), Proportion(28, 40), ("more", "less")).endswith("no difference can be told yet.")
    assert gap(Proportion(90, 100), Proportion(50, 100), ("More", "Less")).startswith(
        "about 40 points (95% interval 28 to 51)"
    )
    assert gap(Proportion(90, 100), Proportion(50, 100), ("More", "Less")).endswith(". More.")
    assert gap(Proportion(50, 100), Proportion(90, 100), ("More", "Less")).endswith(". Less.")
    assert gap(Proportion(9, 10), Proportion(50, 100), ("More", "Less")) == ""
    assert gap(Proportion(700, 999), Proportion(701, 1000), ("More", "Less")).startswith(
        "about 0 points (95% interval −4 "
    )
    assert gap(Proportion(51, 100), Proportion(50, 100), ("More", "Less")).startswith(
        "about 1 point (95% interval −13 to "
    )
