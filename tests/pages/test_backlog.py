"""A backlog on the page of today: how much waits, when it will be gone, and minutes a day, taken and given up."""

import re
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.measure.backlog import days_until_through
from attnquiz.store.database import Store
from attnquiz.study.outlook import look
from attnquiz.study.pace import Pace
from tests.noon import ZONE
from tests.pages.seen import button, texts

SETTINGS = "pages/progress/settings.py"


@pytest.fixture
def neglected(db, history):
    """Whoever has answered 20,000 times and has not been here for years."""
    shutil.copy(history, db)
    return db


def chosen(db):
    with closing(sqlite3.connect(db)) as file:
        sql = "select json_extract(payload, '$.value') from effective where payload like '%minutes_per_day%'"
        return [value for (value,) in file.execute(sql)]


def due_now(at):
    return int(next(metric.value for metric in at.metric if metric.label == "Due now").replace(",", ""))


def test_how_much_waits_and_how_long_it_takes_with_each_number_of_minutes(visit, neglected):
    at = visit()
    assert not at.exception
    ahead = look(Store.open(neglected), load(shipped()), ZONE, datetime.now(UTC))
    due = [face for face, memory in ahead.memories.items() if memory.due_at is None and memory.due_day <= ahead.today]
    with Store.open(neglected).reading() as r:
        pace = Pace(r.medians())
    minutes = sum(pace.of(load(shipped()), due)) / 60
    told = texts(at)
    assert f"**{len(due):,} cards are waiting.**" in told
    said = int(re.search(r"that is about (\d+) (minutes|hours)", told)[1])
    assert said == round(minutes) if "minutes of answering" in told else said == round(minutes / 60)
    one_a_day = len(due) - len(ahead.queue.due) - ahead.queue.later
    assert one_a_day > 1, "blanks of one card"
    assert f"{one_a_day:,} of them come tomorrow at the earliest." in told
    radio = at.radio(key="backlog-minutes")
    assert radio.options == ["10 minutes a day", "20 minutes a day", "30 minutes a day", "No limit of minutes"]
    for offered, caption in zip((10, 20, 30, 0), radio.proto.captions, strict=True):
        days = days_until_through(
            list(ahead.memories.values()), pace.of(load(shipped()), ahead.memories), ahead.today,
            ahead.preferences.scheduler(), offered, ahead.preferences.reviews_per_day,
        )  # fmt: skip
        assert caption == f"caught up in about {days} days"


def test_minutes_are_taken_today_follows_and_settings_takes_them_back(visit, neglected):
    at = visit()
    before = due_now(at)
    at.radio(key="backlog-minutes").set_value(10).run()
    button(at, "Take 10 minutes a day").click().run()
    assert not at.exception
    assert chosen(neglected) == ["10"]
    assert 0 < due_now(at) < before / 4
    assert "Your limit is 10 minutes a day from now on" in texts(at)
    assert "That is what holds now." in texts(at)
    assert not [each for each in at.button if each.key == "backlog-take"]
    settings = visit(SETTINGS)
    assert settings.number_input(key="set-minutes").value == 10
    table = settings.table[0].value.set_index("What to expect")["Now"]
    assert (int(table["Due today"]), int(table["New today"])) == (due_now(at), 0)
    assert int(table["Due, but for later"]) > 200
    settings.button(key="set-undo").click().run()
    assert due_now(visit()) == before


def test_settings_show_what_minutes_do_to_today_before_they_are_applied(visit, neglected):
    at = visit(SETTINGS)
    at.number_input(key="set-minutes").set_value(5).run()
    table = at.table[0].value.set_index("What to expect")
    assert int(table["Chosen"]["Due today"]) < int(table["Now"]["Due today"]) / 4
    assert chosen(neglected) == []
    at.button(key="set-apply").click().run()
    assert chosen(neglected) == ["5"]
    assert "minutes a day" in at.success[0].value


def test_who_has_little_to_do_is_not_told_of_a_backlog(visit):
    at = visit()
    assert "are waiting" not in texts(at)
    assert not at.radio
