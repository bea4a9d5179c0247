"""What the log promises, whatever keeps it."""

import threading
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from attnquiz.errors import LateAnswer, StoreError
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import DEFAULT_WEIGHTS, Scheduler
from attnquiz.store.database import Store
from attnquiz.store.entry import Happened, Purpose
from attnquiz.store.memory import dump, load
from tests.store.hand import START, Hand, everything, read

WHY = Face("why-separate-v")
SHAPE = Face("shape-of-scores", 2)


def test_an_entry_comes_back_as_it_was_written(store, hand):
    attempt = hand.commit(
        SHAPE, recalled_at=START, hints=2, retried=True, verdict="wrong", misconception="scale-by-d", wrong_rule=1,
        confidence="unsure", predicted_recall=0.75, answer="(2, 3) · naïve ✓",
    )  # fmt: skip
    review = hand.rate(attempt, Rating.AGAIN)
    setting = hand.entry(Happened.SETTING, payload='{"name": "retention", "value": "0.85"}')
    with store.writing() as w:
        w.append(setting)
    assert everything(store) == [attempt, review, setting]
    assert read(store, "entry", review.id) == review
    assert read(store, "entry", str(uuid.uuid4())) is None


def test_times_are_kept_to_the_microsecond_and_in_utc(store, hand):
    at = datetime(2026, 3, 29, 3, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=2)))
    with store.writing() as w:
        w.append(replace(hand.entry(Happened.REVISION), at=at))
    (entry,) = everything(store)
    assert entry.at == at
    assert entry.at.tzinfo == UTC


def test_a_time_without_a_zone_is_refused(store, hand):
    with pytest.raises(StoreError, match="no time zone"), store.writing() as w:
        w.append(replace(hand.entry(Happened.REVISION), at=datetime(2026, 1, 5)))
    assert everything(store) == []


def test_a_memory_comes_back_as_it_was_remembered(store, hand):
    hand.answer(WHY, Rating.EASY)
    hand.answer(SHAPE, Rating.AGAIN)
    with store.reading() as r:
        memories = r.memories()
        assert memories == {face: r.memory(face) for face in (WHY, SHAPE)}
    for face, rating in ((WHY, Rating.EASY), (SHAPE, Rating.AGAIN)):
        memory = memories[face]
        assert memory == Scheduler().review(face, None, rating, memory.last_at, memory.last_day)
        assert load(dump(memory)) == memory


def test_a_second_answer_with_the_same_token_comes_too_late(store, hand):
    token = read(store, "token", WHY)
    first, second = hand.attempt(WHY, token), hand.attempt(WHY, token)
    with store.writing() as w:
        w.append(first)
    with pytest.raises(LateAnswer, match="nothing was counted twice"), store.writing() as w:
        w.append(second)
    assert everything(store) == [first]


def test_a_late_answer_caught_within_the_transaction_leaves_the_rest_of_it(store, hand):
    token = read(store, "token", WHY)
    with store.writing() as w:
        w.append(hand.attempt(WHY, token))
        with pytest.raises(LateAnswer):
            w.append(hand.attempt(WHY, token))
        other = hand.attempt(SHAPE, w.token(SHAPE))
        w.append(other)
    assert len(everything(store)) == 2
    assert read(store, "open_attempt") == other


def test_a_token_changes_with_every_entry_of_its_face_and_with_no_other(store, hand):
    tokens = [read(store, "token", WHY)]
    others = read(store, "token", SHAPE), read(store, "token", None), read(store, "token", Face("why-separate-v", 1))
    for act in (lambda: hand.commit(WHY), lambda: hand.rate(read(store, "open_attempt")), hand.undo, hand.redo):
        act()
        tokens.append(read(store, "token", WHY))
    assert len({*tokens, *others}) == len(tokens) + len(others)
    assert (
        read(store, "token", SHAPE), read(store, "token", None), read(store, "token", Face("why-separate-v", 1))
    ) == others  # fmt: skip
    assert read(Store(store.path, "someone-else"), "token", WHY) not in tokens


def test_one_of_many_threads_with_the_same_token_wins(store, hand):
    token = read(store, "token", WHY)
    attempts = [hand.attempt(WHY, token) for _ in range(12)]
    outcomes = []

    def click(attempt):
        try:
            with store.writing() as w:
                w.append(attempt)
            outcomes.append("written")
        except LateAnswer:
            outcomes.append("late")

    threads = [threading.Thread(target=click, args=(attempt,)) for attempt in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["late"] * 11 + ["written"]
    assert len(everything(store)) == 1


def test_an_attempt_is_rated_once(store, hand, sound):
    attempt = hand.commit(WHY)
    hand.rate(attempt)
    with pytest.raises(LateAnswer):
        hand.rate(attempt, Rating.AGAIN)  # with a token of its own: another tab
    assert read(store, "reviewed", hand.day) == 1
    assert sound() == []


def test_the_newest_unrated_attempt_is_open(store, hand):
    assert read(store, "open_attempt") is None
    first, second = hand.commit(WHY), hand.commit(SHAPE)
    assert read(store, "open_attempt") == second
    hand.rate(second)
    assert read(store, "open_attempt") == first
    hand.rate(first)
    assert read(store, "open_attempt") is None


def test_whatever_stops_a_transaction_leaves_nothing_of_it(store, hand):
    class Stop(BaseException):
        """As Streamlit stops a run."""

    def stopped_run():
        with store.writing() as w:
            w.append(hand.attempt(WHY, w.token(WHY)))
            raise Stop

    with pytest.raises(Stop):
        stopped_run()
    assert everything(store) == []
    hand.answer(WHY)
    assert len(everything(store)) == 2


def test_a_review_is_kept_together_with_its_memory_or_not_at_all(store, hand, sound):
    attempt = hand.commit(WHY)

    def broken_off():
        with store.writing() as w:
            hand.rate_in(w, attempt, Rating.GOOD)
            raise KeyError

    with pytest.raises(KeyError):
        broken_off()
    assert read(store, "memory", WHY) is None
    assert read(store, "open_attempt") == attempt
    assert sound() == []


def test_two_learners_in_one_file_do_not_see_each_other(store, hand, sound):
    other = Hand(Store.open(store.path, "grace"))
    mine = hand.answer(WHY)
    theirs = other.answer(WHY, Rating.AGAIN)
    other.commit(SHAPE)
    assert read(store, "undoable") == mine
    assert read(store, "open_attempt") is None
    assert read(store, "reviewed", hand.day) == 1
    assert read(store, "memory", WHY) != read(other.store, "memory", WHY)
    assert read(store, "entry", theirs.id) is None
    assert [entry.learner for entry in everything(store)] == ["local", "local"]
    assert set(read(store, "memories")) == {WHY}
    with pytest.raises(LateAnswer):
        hand.withdraw(theirs)
    with pytest.raises(StoreError, match="cannot be written for local"), store.writing() as w:
        w.append(other.entry(Happened.REVISION))
    other.undo()
    assert read(store, "redoable") is None
    assert sound() == []


def test_entries_of_a_face_are_its_own_and_effective_ones_are_not_withdrawn(store, hand):
    hand.answer(SHAPE)
    review = hand.answer(WHY)
    hand.undo()
    with store.reading() as r:
        assert [entry.kind for entry in r.entries(WHY)] == ["attempt", "review", "withdrawal"]
        assert [entry.id for entry in r.effective(WHY)] == [review.attempt, list(r.entries())[-1].id]
        assert not r.is_effective(review)
        assert len(list(r.entries(SHAPE))) == 2


def test_an_imported_review_counts_but_is_not_what_undo_takes_back(store, hand, sound):
    ours = hand.answer(WHY)
    imported = hand.entry(
        Happened.REVIEW, SHAPE, purpose=Purpose.IMPORT, rating=Rating.GOOD, weights="default", retention=0.9,
        scheduler="anki",
    )  # fmt: skip
    with store.writing() as w:
        w.append(imported)
        w.rebuild(SHAPE)
    assert read(store, "undoable") == ours
    assert read(store, "memory", SHAPE).reviews == 1
    assert read(store, "reviews")[1].seconds is None
    assert sound() == []


def test_each_review_is_replayed_with_the_retention_and_weights_it_was_given_for(store, hand, sound):
    numbers = [weight * 1.01 for weight in DEFAULT_WEIGHTS]
    chosen = hand.entry(Happened.WEIGHTS, payload=f'{{"weights": {numbers}}}')
    with store.writing() as w:
        w.append(chosen)
    hand.answer(WHY)
    hand.now += timedelta(days=2)
    hand.scheduler, hand.weights = Scheduler(retention=0.8, weights=tuple(numbers)), chosen.id
    hand.answer(WHY)
    hand.now += timedelta(days=9)
    hand.scheduler, hand.weights = Scheduler(retention=0.95), "default"
    hand.answer(WHY)
    assert sound() == []
    with store.writing() as w:
        remembered = w.memory(WHY)
        w.rebuild(WHY)
        assert w.memory(WHY) == remembered


def test_replay_goes_by_study_day_and_not_by_arrival(store, hand, sound):
    def imported(face, day, rating):
        return replace(
            hand.entry(
                Happened.REVIEW, face, purpose=Purpose.IMPORT, rating=rating, weights="default", retention=0.9,
                scheduler="anki",
            ),
            at=datetime(2026, 1, day, 9, tzinfo=UTC),
            study_day=date(2026, 1, day),
        )  # fmt: skip

    history = [(1, Rating.GOOD), (2, Rating.AGAIN), (5, Rating.EASY)]
    for face, order in ((Face("in-order"), history), (Face("out-of-order"), [*history[1:], history[0]])):
        with store.writing() as w:
            for day, rating in order:
                w.append(imported(face, day, rating))
            w.rebuild(face)
    memories = read(store, "memories")
    assert memories[Face("in-order")].stability == memories[Face("out-of-order")].stability
    assert memories[Face("out-of-order")].last_day == date(2026, 1, 5)
    assert sound() == []
