"""Preferences are checked before they are written down, and the latest change of them can be taken back."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from attnquiz.cards.card import Kind
from attnquiz.errors import LateAnswer, SettingError
from attnquiz.recall.rating import Rating
from attnquiz.store.doctor import examine
from attnquiz.study import drill
from attnquiz.study.choices import change, choose, latest, take_back
from attnquiz.study.outlook import look
from attnquiz.study.preferences import Preferences, check

PREFERENCES = some.builds(
    Preferences, some.integers(70, 97).map(lambda percent: percent / 100), some.integers(0, 1000),
    some.integers(0, 9999), some.integers(0, 23), some.booleans(), some.booleans(),
    some.integers(0, 600),
)  # fmt: skip


def holding(store):
    with store.reading() as r:
        return Preferences.read(r.settings()), latest(r)


@given(PREFERENCES)
def test_what_is_written_is_sound_and_read_as_it_was(preferences):
    for name, value in preferences.written().items():
        check(name, value)
    assert Preferences.read(preferences.written()) == preferences


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("retention", "0.99", "must be a number from 0.70 to 0.97, not '0.99'"),
        ("retention", "nan", "not 'nan'"),
        ("retention", "high", "not 'high'"),
        ("new_per_day", "-1", "New cards a day must be a whole number from 0 to 1000, not '-1'."),
        ("new_per_day", "2.5", "not '2.5'"),
        ("reviews_per_day", "10000", "Reviews a day must be a whole number from 0 to 9999"),
        ("rollover", "24", "from 0 to 23, not '24'"),
        ("two_ratings", "True", "Two ratings can be on or off, not 'True'."),
        ("minutes_per_day", "601", "Minutes a day must be a whole number from 0 (no limit) to 600, not '601'."),
        ("probes", "yes", "Spot checks can be on or off, not 'yes'."),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_whole(desk, store, at, name, value, sentence):
    with pytest.raises(SettingError) as refused:
        change(desk, {"new_per_day": "7", name: value} if name != "new_per_day" else {name: value}, at())
    assert sentence in str(refused.value)
    assert holding(store) == (Preferences(), [])


def test_the_latest_change_is_taken_back_whole_and_then_the_one_before(desk, store, at):
    choose(desk, "new_per_day", "5", at())
    change(desk, {"retention": "0.85", "new_per_day": "9"}, at(1))
    choose(desk, "path.inside", "a 1", at(1, minute=5))  # no preference
    _, both = holding(store)
    assert [json.loads(entry.payload)["name"] for entry in both] == ["retention", "new_per_day"]
    assert take_back(desk, both, at(2)) == Preferences(new_per_day=5)
    with pytest.raises(LateAnswer, match="already taken back"):
        take_back(desk, both, at(2))
    assert take_back(desk, holding(store)[1], at(2)) == Preferences()
    assert holding(store) == (Preferences(), [])
    with store.reading() as r:
        assert r.settings() == {"path.inside": "a 1"}
        assert r.redoable() is None, "redo of answers would change settings unseen"
    assert examine(store) == []


def test_who_looks_at_an_old_page_takes_nothing_newer_back(desk, store, at):
    choose(desk, "new_per_day", "5", at())
    seen = holding(store)[1]
    choose(desk, "new_per_day", "6", at(1))
    with pytest.raises(LateAnswer):
        take_back(desk, seen, at(2))
    assert holding(store)[0] == Preferences(new_per_day=6)


def test_what_would_lie_ahead_is_what_lies_ahead_once_it_is_chosen(desk, store, at):
    fewer = Preferences(new_per_day=1, retention=0.8)
    before = look(store, desk.collection, desk.zone, at())
    seen = look(store, desk.collection, desk.zone, at(), fewer)
    assert look(store, desk.collection, desk.zone, at()) == before, "looking changes nothing"
    assert len(seen.queue.new) == 1 < len(before.queue.new)
    change(desk, {"new_per_day": "1", "retention": "0.8"}, at())
    assert look(store, desk.collection, desk.zone, at()) == seen


def test_a_day_on_which_was_answered_does_not_become_yesterday_again(learner, store, at):
    early = at().replace(hour=5)
    desk = learner.desk
    session = learner.commit(learner.ready(Kind.BASIC, early), early)
    drill.rate(desk, session, Rating.GOOD, early)
    with pytest.raises(SettingError, match="If a day began at 12:00, it would be yesterday again"):
        choose(desk, "rollover", "12", early + timedelta(minutes=1))
    assert holding(store) == (Preferences(), [])
    assert choose(desk, "rollover", "12", early + timedelta(hours=12)).rollover == 12
    choose(desk, "rollover", "1", early + timedelta(hours=12))
    assert examine(store) == []
