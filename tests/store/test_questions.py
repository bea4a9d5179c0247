"""What the log answers about days, settings, times and reviews."""

from dataclasses import replace
from datetime import date, timedelta

from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Store
from attnquiz.store.entry import Happened, Purpose
from attnquiz.store.memory import load
from tests.store.hand import START, read

WHY = Face("why-separate-v")
SHAPE = Face("shape-of-scores", 2)


def test_a_day_counts_first_reviews_as_introduced_and_all_as_reviewed(store, hand):
    hand.answer(WHY)
    hand.answer(WHY)
    hand.answer(SHAPE)
    hand.undo()
    first_day = hand.day
    assert (read(store, "introduced", first_day), read(store, "reviewed", first_day)) == (1, 2)
    hand.now += timedelta(days=2)
    hand.answer(WHY)
    hand.answer(Face("new"))
    assert (read(store, "introduced", hand.day), read(store, "reviewed", hand.day)) == (1, 2)
    assert read(store, "faces_reviewed", hand.day) == frozenset({WHY, Face("new")})
    assert read(store, "faces_reviewed", first_day) == frozenset({WHY})
    assert read(store, "reviewed", date(2020, 1, 1)) == 0


def test_taking_back_a_first_review_makes_the_face_new_again(store, hand):
    hand.answer(WHY)
    first_day = hand.day
    hand.undo()
    hand.undo()
    hand.now += timedelta(days=1)
    hand.answer(WHY)
    assert (read(store, "introduced", first_day), read(store, "introduced", hand.day)) == (0, 1)


def test_the_latest_setting_that_was_not_taken_back_holds(store, hand):
    def choose(name, value):
        setting = hand.entry(Happened.SETTING, payload=f'{{"name": "{name}", "value": "{value}"}}')
        with store.writing() as w:
            w.append(setting)
        return setting

    choose("retention", "0.85")
    choose("rollover", "3")
    latest = choose("retention", "0.95")
    assert read(store, "settings") == {"retention": "0.95", "rollover": "3"}
    hand.withdraw(latest)
    assert read(store, "settings") == {"retention": "0.85", "rollover": "3"}


def test_the_usual_time_is_the_median_by_kind_of_the_latest_attempts(store, hand):
    for kind, seconds in (("mc", 1), ("mc", 2), ("mc", 90), ("cloze", 4), ("cloze", 6)):
        shown = hand.now
        hand.commit(WHY, card_kind=kind, shown_at=shown, committed_at=shown + timedelta(seconds=seconds))
    hand.commit(
        WHY, card_kind="shape", shown_at=hand.now, committed_at=hand.now - timedelta(seconds=5)
    )  # clock set back
    assert read(store, "medians") == {"mc": 2.0, "cloze": 5.0}


def test_the_usual_time_forgets_all_but_the_latest_200(store, hand):
    for seconds, count in ((60, 301), (5, 101)):
        with store.writing() as w:
            for _ in range(count):
                token = w.token(WHY)
                w.append(hand.attempt(WHY, token, shown_at=START, committed_at=START + timedelta(seconds=seconds)))
    assert read(store, "medians") == {"numeric": 5.0}


def test_a_learner_is_where_the_latest_entry_was_written(store, hand):
    assert read(store, "zone") is None
    for zone in ("Asia/Tokyo", "Europe/Berlin", "America/Lima"):
        with store.writing() as w:
            w.append(replace(hand.attempt(WHY, w.token(WHY)), zone=zone))
        assert read(store, "zone") == zone
    assert read(Store(store.path, "grace"), "zone") is None


def test_reviews_for_statistics_come_in_the_order_of_study_days(store, hand):
    hand.answer(WHY, Rating.GOOD)
    hand.now += timedelta(days=5)
    later = hand.answer(WHY, Rating.AGAIN, verdict="wrong", misconception="scale-by-d", confidence="unsure")
    hand.answer(SHAPE)
    hand.undo()
    first, second = read(store, "reviews")
    assert first.state_before is None
    assert second.state_before == load(later.memory_before).state
    assert second.face == WHY
    assert (second.rating, second.purpose, second.seconds) == (Rating.AGAIN, Purpose.DUE, 8.0)
    assert (second.verdict, second.misconception, second.confidence) == ("wrong", "scale-by-d", "unsure")
    assert second.predicted_recall == later.predicted_recall
    assert (second.at, second.study_day, second.retention) == (later.at, later.study_day, 0.9)
