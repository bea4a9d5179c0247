"""Fits end to end: what they learn from, when, whether they are taken, and what follows for the next answers."""

import json
import shutil
from datetime import UTC, date, datetime, timedelta

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.errors import LateAnswer, RecallError
from attnquiz.recall.face import Face
from attnquiz.recall.fit import Comparison
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import DEFAULT_WEIGHTS, Scheduler
from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from attnquiz.store.entry import Happened, Purpose
from attnquiz.store.tuned import REFUSED, id_of, said
from attnquiz.study import drill, weights
from attnquiz.study.desk import Desk
from attnquiz.study.drill import withdraw
from attnquiz.study.fitting import MANY, NEW, SOME, Fit, Stage, histories, is_time, stage_of, tune
from attnquiz.study.preferences import Preferences
from attnquiz.study.proposal import Confidence
from tests.recall.hidden import HIDDEN, written
from tests.store.hand import Hand

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
A, H, G, E = Rating
BETTER = Comparison(300, before=0.30, after=0.28, error=0.01, expected_before=0.85, expected_after=0.9, recalled=0.9)


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """A learner who remembers unusually well, tuned once: copy the file to write."""
    path = written(tmp_path_factory.mktemp("tuned") / "answers.sqlite3")
    store = Store.open(path)
    with store.reading() as r:
        before = r.memories()
    parts = []
    fit = tune(store, lambda: NOW, "test", parts.append)
    return path, fit, before, parts


@pytest.fixture
def tuned(once, tmp_path):
    path = tmp_path / "answers.sqlite3"
    shutil.copy(once[0], path)
    return Desk(Store.open(path), load(shipped()), "UTC", "test")


def look(store):
    with store.reading() as r:
        return Preferences.of(r)


def answer(desk, now):
    """The next card of the queue, answered Good."""
    session = drill.commit(desk, drill.begin(desk, now), None, Confidence.UNSURE, now)
    shown = {rating: memory for rating, (memory, _) in drill.preview(session, now).items()}
    after = drill.rate(desk, session, G, now)
    with desk.store.reading() as r:
        review = [entry for entry in r.entries(session.showing.face) if entry.kind is Happened.REVIEW][-1]
        return after, review, shown[G], r.memory(session.showing.face)


@pytest.mark.parametrize(
    ("answers", "stage"),
    [(0, Stage.DEFAULTS), (SOME - 1, Stage.DEFAULTS), (SOME, Stage.STARTING), (MANY - 1, Stage.STARTING),
     (MANY, Stage.ALL), (10**6, Stage.ALL)],
)  # fmt: skip
def test_the_more_was_answered_the_more_weights_are_fitted(answers, stage):
    assert stage_of(answers) is stage


@pytest.mark.parametrize(
    ("after", "error", "taken"),
    [(0.28, 0.019, True), (0.28, 0.021, False), (0.31, 0.001, False), (0.2995, 0.0001, False), (0.295, 0.0, True)],
)
def test_the_gate_wants_more_than_chance_and_more_than_nothing(after, error, taken):
    shown = Comparison(300, 0.30, after, error, 0.85, 0.9, 0.9)
    assert Fit(Stage.ALL, HIDDEN, "default", 2000, 1, shown).is_better is taken
    assert not Fit(Stage.ALL, HIDDEN, "default", 2000, 1, None).is_better


def test_an_accepted_fit_is_an_entry_that_says_how_it_did(once, tuned):
    _, fit, before, parts = once
    assert fit.is_better
    assert parts == sorted(parts)
    assert 0 < parts[0] < parts[-1] <= 1
    with tuned.store.reading() as r:
        (entry,) = r.weights_kept()
        payload = said(entry)
        assert r.weights_in_use() == (entry.id, fit.weights)
        assert r.weights(entry.id) == fit.weights
        assert r.memories() == before, "nothing that is due moves"
        assert (payload["up_to"], payload["answers"], payload["stage"]) == (4003, 2000, "all")
    assert payload["after"] < payload["before"]
    assert payload["fsrs"].startswith("py-fsrs 6.3.2")
    assert payload["held_out"] == fit.comparison.answers
    assert examine(tuned.store) == []


def test_what_comes_next_is_scheduled_with_the_fit_and_replays_to_the_same(once, tuned):
    fit = once[1]
    preferences = look(tuned.store)
    assert preferences.scheduler() == Scheduler(weights=fit.weights, retention=0.85)
    _, review, shown, memory = answer(tuned, NOW)
    assert review.weights == id_of(preferences.weights)
    assert shown == memory
    wanted = Scheduler(weights=fit.weights, retention=0.85).review(review.face, None, G, review.at, review.study_day)
    assert memory == wanted
    drill.undo(tuned, NOW + timedelta(minutes=1))
    assert look(tuned.store).weights == preferences.weights, "undo of an answer passes weights by"
    drill.redo(tuned, NOW + timedelta(minutes=2))
    assert examine(tuned.store) == []


def test_weights_are_taken_back_taken_again_and_left_for_the_defaults(tuned):
    first = look(tuned.store).weights
    weights.use_defaults(tuned, first[0], NOW)
    defaults = look(tuned.store).weights
    assert defaults[1] == DEFAULT_WEIGHTS
    assert defaults[0] != first[0]
    with pytest.raises(LateAnswer):
        weights.take_back(tuned, first[0], NOW)
    weights.take_back(tuned, defaults[0], NOW)
    assert look(tuned.store).weights == first
    weights.take_back(tuned, first[0], NOW)
    assert look(tuned.store).weights is None
    with tuned.store.reading() as r:
        assert r.undoable().kind is Happened.REVIEW
        assert r.redoable() is None, "redo of answers passes weights by"
        gone = r.weights_taken_back()
    weights.take_again(tuned, gone.id, NOW)
    assert look(tuned.store).weights == first
    with pytest.raises(LateAnswer):
        weights.take_again(tuned, gone.id, NOW)
    answer(tuned, NOW)
    weights.take_back(tuned, first[0], NOW)
    assert examine(tuned.store) == [], "reviews keep the weights that they were given"


def test_a_second_fit_of_the_same_answers_is_refused_and_remembered(tuned):
    before = look(tuned.store).weights
    fit = tune(tuned.store, lambda: NOW, "test")
    assert not fit.is_better
    assert look(tuned.store).weights == before
    with tuned.store.reading() as r:
        taken, refused = r.fits()
        assert json.loads(refused.payload)["name"] == REFUSED
        assert said(refused)["instead_of"] == taken.id
        assert said(refused)["before"] == said(taken)["after"]
        assert [entry.id for entry in r.weights_kept()] == [taken.id]
    assert examine(tuned.store) == []


def test_a_fit_begins_by_itself_once_a_day_and_only_after_new_answers(tuned):
    today = NOW.date()
    with tuned.store.reading() as r:
        assert not is_time(r, today), "there was one today"
        assert not is_time(r, today + timedelta(days=1)), "nothing new"
    hand = Hand(tuned.store, NOW + timedelta(days=1))
    for number in range(NEW):
        with tuned.store.reading() as r:
            assert number % 50 or not is_time(r, today + timedelta(days=1))
        hand.answer(Face(f"new-{number}"))
    with tuned.store.reading() as r:
        assert is_time(r, today + timedelta(days=1))
        assert not is_time(r, today)
    weights.tune_by_itself(tuned, False, NOW)
    with tuned.store.reading() as r:
        assert not is_time(r, today + timedelta(days=1))


def test_few_answers_are_left_alone(tmp_path):
    store = Store.open(tmp_path / "few.sqlite3")
    hand = Hand(store)
    for number in range(5):
        hand.answer(Face(f"card-{number}"))
    with store.reading() as r:
        assert not is_time(r, date(2030, 1, 1))
    with pytest.raises(RecallError, match=f"0 of {SOME}"):
        tune(store, lambda: NOW, "test")
    with store.reading() as r:
        assert r.fits() == []


def test_weights_that_changed_meanwhile_are_not_overwritten(tuned):
    def meanwhile(part):
        if look(tuned.store).weights is not None:
            weights.take_back(tuned, look(tuned.store).weights[0], NOW)

    with pytest.raises(LateAnswer, match="meantime"):
        tune(tuned.store, lambda: NOW, "test", meanwhile)
    assert look(tuned.store).weights is None
    with tuned.store.reading() as r:
        assert len(r.fits()) == 1, "only the one that was there"


def test_what_is_learnt_from_is_what_the_scheduler_saw(tmp_path):
    store = Store.open(tmp_path / "kinds.sqlite3")
    hand = Hand(store)
    usual, helped, examined = Face("usual"), Face("helped"), Face("examined")
    hand.answer(usual, A, purpose=Purpose.NEW)
    hand.answer(helped, purpose=Purpose.NEW)
    gone = hand.answer(usual, E)
    hand.now += timedelta(days=3)
    hand.answer(usual, purpose=Purpose.DUE)
    hand.answer(helped, H, purpose=Purpose.SANDBOX)
    hand.commit(examined, purpose=Purpose.EXAM, confidence=None, proposed=None)
    with store.writing() as w:
        withdraw(w, Desk(store, load(shipped()), "UTC", "test"), gone, hand.now)
    with store.reading() as r:
        found = histories(r)
    assert found.keys() == {usual, helped}
    assert [(given.rating, given.early) for given in found[usual]] == [(A, False), (G, False)], "one was taken back"
    assert found[usual][-1].counts
    assert [(given.rating, given.counts) for given in found[helped]] == [(G, False), (H, False)]
    assert [given.day.day for given in found[usual]] == [5, 8]
