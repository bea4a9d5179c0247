"""A backlog on the page of today: how much waits, when it will be gone, and minutes a day, taken and given up."""

import re
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.measure.backlog import days_until_through
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Store
from attnquiz.study import choices
from attnquiz.study.desk import Desk
from attnquiz.study.outlook import look
from attnquiz.study.pace import Pace, spent
from attnquiz.study.queue import Queue
from attnquiz.ui import backlog
from attnquiz.ui.state import KEY
from tests.noon import ZONE
from tests.pages.ahead import outlook
from tests.pages.seen import button, texts
from tests.store.hand import Hand

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


def test_from_a_thousand_up_the_numbers_of_progress_have_commas(visit, neglected):
    choices.change(
        Desk(Store.open(neglected), load(shipped()), ZONE, "test"), {"reviews_per_day": "5000"}, datetime.now(UTC)
    )
    due, answers, _ = visit("pages/progress/overview.py").metric
    assert answers.value == "20,000"
    today = visit().metric[0]
    assert due.value == today.value == f"{due_now(visit()):,}"
    assert ("," in due.value) == (due_now(visit()) >= 1000)


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


WAITING = [Face(f"mine-{number}") for number in range(60)]


@pytest.fixture
def desk(db):
    """Sixty cards of one's own that counted as known two days ago and are due today."""
    cards = "".join(f"## {face.card}\nkind: basic\n\nQ: What is {face.card}?\n\nA: It.\n\n" for face in WAITING)
    (db.parent / "decks").mkdir()
    (db.parent / "decks" / "mine.md").write_text(
        f"{cards}## other\nkind: basic\n\nQ: Other?\n\nA: It.\n", encoding="utf-8"
    )
    desk = Desk(Store.open(db), load(shipped(), db.parent / "decks"), ZONE, "test")
    at(desk, days_ago=2).start(*WAITING, wait=2)
    return desk


def at(desk, days_ago):
    """A hand that writes on that day: it is about noon there, and the date is the same in Greenwich."""
    return Hand(desk.store, datetime.now(UTC).replace(hour=12) - timedelta(days=days_ago))


def answered(desk, days_ago, number, seconds=8):
    """So many answers on one day, all to a card that stays in its first minutes."""
    hand, face = at(desk, days_ago), Face("other")
    with desk.store.writing() as w:
        for _ in range(number):
            shown = hand.tick()
            attempt = hand.attempt(face, w.token(face), shown_at=shown, committed_at=shown + timedelta(seconds=seconds))
            w.append(attempt)
            hand.rate_in(w, attempt, Rating.AGAIN)


def test_what_is_due_today_waits_and_what_comes_back_in_minutes_does_not(visit, desk):
    answered(desk, days_ago=0, number=31)
    told = texts(visit())
    assert "**60 cards are waiting.** At your pace that is about 8 minutes of answering." in told, "31 are of today"
    assert "at the earliest" not in told, "no card has two blanks"


@pytest.mark.parametrize(("number", "told"), [(29, True), (30, False)])
def test_what_is_no_more_than_two_usual_days_is_no_backlog(visit, desk, number, told):
    for days_ago in (9, 5):
        answered(desk, days_ago, number)
    assert ("cards are waiting" in texts(visit())) == told


def test_what_was_answered_today_is_taken_off_the_minutes_of_today(visit, desk):
    answered(desk, days_ago=0, number=31, seconds=60)
    radio = visit().radio(key="backlog-minutes")
    ahead = look(desk.store, desk.collection, ZONE, datetime.now(UTC))
    with desk.store.reading() as r:
        pace, done = Pace(r.medians()), spent(r.reviews_of(ahead.today))
    assert done == 31 * 60

    def caption(minutes, done):
        days = days_until_through(
            list(ahead.memories.values()), pace.of(desk.collection, ahead.memories), ahead.today,
            ahead.preferences.scheduler(), minutes, ahead.preferences.reviews_per_day, spent=done,
        )  # fmt: skip
        return "caught up today" if days == 1 else f"caught up in about {days} days"

    captions = list(radio.proto.captions)
    assert captions == [caption(minutes, done) for minutes in (10, 20, 30, 0)]
    assert captions[1] != caption(20, 0)
    assert captions[3] == "caught up today"


def test_ones_own_minutes_are_offered_beside_the_others_and_a_limit_is_given_up(visit, desk, db):
    assert visit().radio(key="backlog-minutes").value == 20, "nothing was chosen yet"
    choices.choose(desk, "minutes_per_day", "25", datetime.now(UTC))
    page = visit("pages/study/review.py")
    assert page.session_state[KEY].session is not None
    page.switch_page("pages/study/today.py").run()
    radio = page.radio(key="backlog-minutes")
    assert [option.split()[0] for option in radio.options] == ["10", "20", "25", "30", "No"]
    assert radio.value == 25
    assert "That is what holds now." in texts(page)
    radio.set_value(0).run()
    assert "That is what holds now." not in texts(page)
    button(page, "Take no limit").click().run()
    assert page.success[0].value.startswith("Your days have no limit of minutes now")
    assert page.session_state[KEY].session is None, "the queue of the day is built anew"
    assert chosen(db)[-1] == "0"
    assert not page.run().success, "it is said once"


def test_numbers_are_said_as_one_says_them():
    assert [backlog._through(days) for days in (None, 1, 2)] == [
        "not caught up within a year", "caught up today", "caught up in about 2 days",
    ]  # fmt: skip
    assert [backlog._long(minutes) for minutes in (1, 99, 100, 200)] == ["1 minute", "99 minutes", "2 hours", "3 hours"]
    asked = outlook(queue=Queue(due=tuple(WAITING[:50]), later=8))
    assert backlog._siblings(58, asked) == ""
    assert "One of them comes tomorrow at the earliest." in backlog._siblings(59, asked)
    assert "2 of them come tomorrow at the earliest." in backlog._siblings(60, asked)
