"""The made-up learner: the same again from the same seed, as from our screen, and as forgetful as was asked for."""

import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.cards.faces import deletions
from attnquiz.cards.grading import Verdict
from attnquiz.errors import StoreError
from attnquiz.recall.day import study_day
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import DEFAULT_WEIGHTS, Scheduler
from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from attnquiz.store.entry import Happened, Purpose
from attnquiz.store.memory import load as load_memory
from attnquiz.study import drill
from attnquiz.study.desk import Desk
from attnquiz.study.marks import Marks, ticked
from attnquiz.study.preferences import Preferences
from attnquiz.study.proposal import Confidence
from attnquiz.study.session import Phase
from attnquiz.study.simulated import Plan, live, planned, settings, simulate
from attnquiz.study.simulated_answers import Answers
from attnquiz.study.simulated_habits import Habits, calendar
from attnquiz.study.simulated_truth import Law, truth_of

START = date(2024, 3, 20)  # the clocks go forward on the 31st
FACE = Face("a-card")


@pytest.fixture(scope="module")
def collection():
    return load(shipped())


@pytest.fixture(scope="module")
def few(collection):
    """Two cards of each kind."""
    seen, kept = Counter(), {}
    for card in collection.cards.values():
        if seen[card.kind] < 2:
            seen[card.kind] += 1
            kept[card.id] = card
    return replace(collection, cards=kept)


@pytest.fixture
def desk(tmp_path, few):
    return Desk(Store.open(tmp_path / "lived.sqlite3"), few, "Europe/Berlin", "0.1.0")


def answers(days):
    return [answered for day in days for sitting in day.sittings for answered in sitting]


def lived(plan):
    for _ in simulate(plan):
        pass
    return rows(plan.desk.store.path)


def rows(path):
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT * FROM log ORDER BY number").fetchall()


def test_the_same_seed_lives_the_same_life_and_another_another(tmp_path, few):
    first, again, other = (
        lived(Plan(Desk(Store.open(tmp_path / name), few, "Europe/Berlin", "0.1.0"), START, 20, seed=seed))
        for name, seed in (("first", 7), ("again", 7), ("other", 8))
    )
    assert len(first) > 100
    assert first == again
    assert first != other


@pytest.mark.parametrize("minutes", [0, 6])
def test_what_is_made_up_is_what_our_screen_would_have_written(tmp_path, desk, minutes):
    """Each answer given once more, on the real sitting: the same cards come, and the same rows are written."""
    habits = Habits(minutes=15.0, slips=0.3, asks_hint=0.3, gives_up=0.1, sure_wrong=0.7)
    chosen = Preferences(new_per_day=10, minutes_per_day=minutes)
    plan = Plan(desk, START, 30, habits=habits, seed=3, preferences=chosen)
    days = list(live(plan))
    faces = sum(len(deletions(card)) for card in desk.collection.cards.values())
    assert minutes or len({each.face for each in answers(days)}) == faces
    screen = replace(desk, store=Store.open(tmp_path / "screen.sqlite3"))
    with screen.store.writing() as w:
        for entry in settings(plan):
            w.append(entry)
    for sitting in (sitting for day in days for sitting in day.sittings if sitting):
        session = drill.begin(screen, sitting[0].attempt.shown_at)
        for each in sitting:
            assert session.showing.face == each.face
            session = walked(screen, session, each)
    assert sum(each.review.purpose is Purpose.PROBE for each in answers(days)) > 5
    names = ("id", "attempt")
    with screen.store.reading() as r:
        written = [entry for entry in r.entries() if entry.kind is not Happened.SETTING]
        assert r.memories() == {each.face: each.memory for each in answers(days)}
    made_up = [entry for each in answers(days) for entry in (each.attempt, each.review)]
    for entry, ours in zip(written, made_up, strict=True):
        assert replace(entry, **dict.fromkeys(names)) == replace(ours, **dict.fromkeys(names))
    assert examine(screen.store) == []


def walked(screen, session, each):
    """One answer on the screen, step by step."""
    attempt, review = each.attempt, each.review
    session = session.learn().ask(attempt.shown_at)
    session = replace(session, showing=replace(session.showing, shown_at=attempt.shown_at))
    if attempt.recalled_at is not None:
        session = session.recall(Confidence(attempt.confidence), attempt.recalled_at)
        assert session.phase is Phase.CHOOSE
    for _ in range(attempt.hints):
        session = session.hint()
    if attempt.retried:
        session = session.forgive("")
    answer = None if attempt.verdict == Verdict.UNKNOWN else attempt.answer
    session = drill.commit(screen, session, answer, Confidence(attempt.confidence), attempt.committed_at)
    marks = Marks(ticked(review.payload), "It came as it had to.") if review.payload else None
    return drill.rate(screen, session, review.rating, review.at, marks)


def test_a_history_is_healthy_and_as_long_as_asked_for(history):
    store = Store.open(history)
    assert examine(store) == []
    with store.reading() as r:
        assert len(r.reviews()) == 20_000
        assert r.open_attempt() is None


def test_no_card_comes_before_it_is_due_and_no_two_faces_of_a_card_on_one_day(history):
    days = defaultdict(lambda: defaultdict(set))
    with Store.open(history).reading() as r:
        for entry in r.entries():
            if entry.kind is Happened.REVIEW:
                days[entry.study_day][entry.face.card].add(entry.face.deletion)
            if entry.kind is Happened.REVIEW and entry.memory_before is not None:
                before = load_memory(entry.memory_before)
                drawn = entry.purpose is Purpose.PROBE
                assert drawn or before.is_due(entry.at + timedelta(minutes=20), entry.study_day)
    assert {len(faces) for cards in days.values() for faces in cards.values()} == {1}


def test_days_are_like_those_of_people(history):
    with Store.open(history).reading() as r:
        reviews, preferences = r.reviews(), Preferences.read(r.settings())
        attempts = [entry for entry in r.entries() if entry.kind is Happened.ATTEMPT]
    by_day = Counter(review.study_day for review in reviews)
    new = Counter(review.study_day for review in reviews if review.state_before is None)
    assert max(by_day.values()) <= preferences.reviews_per_day + 50  # minutes are not counted
    assert max(new.values()) <= preferences.new_per_day
    span = (max(by_day) - min(by_day)).days + 1
    assert 0.7 < len(by_day) / span < 0.95, "some days are skipped, most are not"
    assert all(a.study_day == study_day(a.at, a.zone) for a in attempts)
    assert all(before.at < after.shown_at for before, after in pairwise(attempts))
    hours = Counter(a.at.astimezone(ZoneInfo("Europe/Berlin")).hour for a in attempts)
    assert sum(hours[hour] for hour in range(17, 24)) > 0.5 * len(attempts)
    assert hours[5] < hours[19]
    kinds = {"attempt", "review", "setting"}
    assert {a.verdict for a in attempts} == {"right", "wrong", "self", "unknown"}
    with Store.open(history).reading() as r:
        assert {str(entry.kind) for entry in r.entries()} == kinds


def test_people_are_too_sure_slow_where_it_is_hard_and_believe_less_and_less(history):
    with Store.open(history).reading() as r:
        reviews = r.reviews()
    graded = [review for review in reviews if review.verdict in ("right", "wrong")]
    sure = [review.verdict == "right" for review in graded if review.confidence == "sure"]
    unsure = [review.verdict == "right" for review in graded if review.confidence == "unsure"]
    assert sum(unsure) / len(unsure) < sum(sure) / len(sure) < 1.0
    took = defaultdict(list)
    for review in reviews:
        took[review.card_kind].append(review.seconds)
    usual = {kind: sorted(seconds)[len(seconds) // 2] for kind, seconds in took.items()}
    assert usual["cloze"] < usual["mc"] < usual["numeric"] < usual["explain"]
    failed = [review for review in reviews if review.verdict in ("wrong", "unknown")]
    shows = [review.verdict == "wrong" and review.misconception is not None for review in failed]
    early, late = shows[:300], shows[-300:]
    assert 0 < sum(late) < sum(early)


def recalled(days):
    """Of the spaced faces: how many were asked, the share recalled, and the share that was predicted."""
    late = [each.review for each in answers(days) if (each.review.memory_before or "").startswith('{"state":"review"')]
    return (
        len(late),
        sum(review.rating is not Rating.AGAIN for review in late) / len(late),
        sum(review.predicted_recall for review in late) / len(late),
    )


def test_who_forgets_as_fsrs_thinks_recalls_what_is_predicted(tmp_path):
    plan = planned(tmp_path / "new", START, 90, law=Law.FSRS, cards=300, seed=5)
    diligent = replace(plan, habits=replace(plan.habits, skipped=0.0, holidays=0.0))
    n, share, predicted = recalled(live(diligent))
    assert n > 700
    assert abs(predicted - 0.9) < 0.025, "a face that lasts less than a day still waits one"
    assert abs(share - predicted) < 4 * standard_error(n)


def standard_error(n):
    return (0.9 * 0.1 / n) ** 0.5


def test_who_finds_some_cards_easier_and_some_harder_recalls_less_than_is_predicted():
    """What is lost on the harder ones is more than what is won on the easier ones."""
    scheduler, at = Scheduler(), datetime(2026, 1, 5, 12, tzinfo=ZoneInfo("UTC"))
    memory = scheduler.review(FACE, None, Rating.EASY, at, at.date())
    truth, later = truth_of(Law.SPREAD, DEFAULT_WEIGHTS, Random(1)), memory.due_day
    chances = [truth.chance(Face(f"card-{n}"), "softmax", memory, later) for n in range(10_000)]
    predicted = scheduler.recall(memory, later)
    assert 0.001 < predicted - sum(chances) / len(chances) < 0.01
    assert len(set(chances)) == len(chances)


@pytest.mark.parametrize("law", Law)
def test_recall_falls_by_the_day_and_falls_slower_after_it_was_hard_won(law):
    scheduler, at = Scheduler(), datetime(2026, 1, 5, 12, tzinfo=ZoneInfo("UTC"))
    truth, memory, before = truth_of(law, DEFAULT_WEIGHTS, Random(1)), None, 0.0
    for wait in (0, 5, 12):
        memory = scheduler.review(FACE, memory, Rating.GOOD, at + timedelta(wait), at.date() + timedelta(wait))
        truth.learn(FACE, "softmax", Rating.GOOD, at + timedelta(wait), at.date() + timedelta(wait))
        chances = [truth.chance(FACE, "softmax", memory, memory.last_day + timedelta(days)) for days in (1, 10, 100)]
        assert 1 >= chances[0] > chances[1] > chances[2] > 0
        assert chances[1] > before
        before = chances[1]


def test_a_memory_of_other_weights_is_not_the_schedulers(few, tmp_path):
    """What a fit has to find out: the learner forgets faster than the defaults say."""
    weights = tuple(w * 0.03 if place < 4 else w for place, w in enumerate(DEFAULT_WEIGHTS))
    plan = planned(tmp_path / "new", START, 60, law=Law.FSRS, cards=200, seed=5)
    n, share, predicted = recalled(live(replace(plan, weights=weights)))
    assert share < predicted - 4 * standard_error(n)


def test_every_card_has_an_answer_that_is_right_and_one_that_is_wrong_where_there_can_be_one(collection):
    answered = Answers(collection.cards)
    for card in collection.cards.values():
        for face in (Face(card.id, deletion) for deletion in deletions(card)):
            for variant in range(len(card.variants)):
                assert answered.right(face, variant)[1].verdict in (Verdict.RIGHT, Verdict.SELF)
                wrong = answered.wrong(face, variant)
                assert bool(wrong) != (card.kind in ("basic", "explain")), face
                assert {grading.verdict for _, grading in wrong} <= {Verdict.WRONG}


def test_made_up_cards_fill_a_sound_file(tmp_path):
    plan = planned(tmp_path / "many.sqlite3", START, 365, cards=400, reviews=1500)
    assert len(lived(plan)) == 3002  # two settings
    assert examine(plan.desk.store) == []
    with pytest.raises(StoreError, match=r"many\.sqlite3 is there already"):
        planned(tmp_path / "many.sqlite3", START, 365)


def test_a_day_ends_before_the_next_one_begins_whatever_the_clocks_do():
    for zone in ("Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC"):
        for day, sittings in calendar(Habits(minutes=300.0), date(2025, 1, 1), 365, zone, 4, Random(2)):
            for sitting in sittings:
                assert study_day(sitting.begin, zone) == study_day(sitting.end, zone) == day
            assert all(first.end < second.begin for first, second in pairwise(sittings))
