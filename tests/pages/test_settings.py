"""How one studies: seen before it is applied, applied, and taken back."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from attnquiz.measure.workload import Workload
from attnquiz.recall.face import Face
from attnquiz.sandbox.written import plain
from attnquiz.store.database import Store
from attnquiz.store.entry import Happened
from attnquiz.study.preferences import Preferences
from attnquiz.study.queue import Queue
from attnquiz.ui.settings import Ahead
from tests.noon import ZONE
from tests.pages.ahead import outlook
from tests.store.hand import Hand

SETTINGS, REVIEW = "pages/progress/settings.py", "pages/study/review.py"


def test_from_a_thousand_up_what_to_expect_has_commas():
    queue = Queue(due=(Face("a", 0),) * 1234, new=(Face("b", 0),) * 5, later=6789)
    year = Ahead(Preferences(), outlook(queue=queue), Workload(2345.6, 9000.0, 10_000), 60.0)
    assert year.column() == ["2,346", "2,346", "90% (9,000 of 10,000)", "1,234", "5", "6,789"]


def settings(db):
    with closing(sqlite3.connect(db)) as file:
        rows = file.execute("select payload from effective where kind = 'setting' order by number")
        return [payload for (payload,) in rows]


def press(at, key):
    at.button(key=key).click().run()
    assert not at.exception
    return at


def said(at):
    return [element.value for element in [*at.success, *at.error]]


def table(at):
    return at.table[0].value.set_index("What to expect")


def test_a_change_is_seen_applied_and_taken_back(visit, db):
    at = visit(SETTINGS)
    assert not at.exception
    assert list(table(at).columns) == ["Now"]
    assert not {"set-apply", "set-undo"} & {button.key for button in at.button}
    at.slider(key="set-retention").set_value(95)
    at.number_input(key="set-new").set_value(5).run()
    now, chosen = table(at)["Now"], table(at)["Chosen"]
    assert int(chosen["New today"]) == 5 < int(now["New today"])
    assert now["Due today"] == chosen["Due today"] == "0"
    assert any(sentence.value.startswith("With **95%**: about **") for sentence in at.markdown)
    assert settings(db) == [], "nothing is written by looking"

    press(at, "set-apply")
    assert said(at) == ["Changed\\: desired retention\\, new cards a day\\. It holds from now on\\."]
    written = ['{"name": "retention", "value": "0.95"}', '{"name": "new_per_day", "value": "5"}']
    assert settings(db) == written
    assert list(table(at).columns) == ["Now"]
    assert table(at)["Now"].to_dict() == chosen.to_dict()

    later = visit(SETTINGS)
    assert (later.slider(key="set-retention").value, later.number_input(key="set-new").value) == (95, 5)
    press(later, "set-undo")
    assert said(later) == ["The last change is taken back\\."]
    assert (later.slider(key="set-retention").value, later.number_input(key="set-new").value) == (90, 20)
    assert settings(db) == []
    press(at, "set-undo")
    assert "already taken back" in said(at)[0]
    assert (at.slider(key="set-retention").value, at.number_input(key="set-new").value) == (90, 20)


def test_hour_and_buttons_are_written_as_everywhere(visit, db):
    at = visit(SETTINGS)
    at.number_input(key="set-rollover").set_value(6)
    at.radio(key="set-buttons").set_value("Two").run()
    press(at, "set-apply")
    assert settings(db) == ['{"name": "rollover", "value": "6"}', '{"name": "two_ratings", "value": "on"}']
    assert visit(SETTINGS).radio(key="set-buttons").value == "Two"


@pytest.mark.parametrize("retention", ["0.99", "0.855"])
def test_what_the_slider_cannot_show_stays_until_it_is_moved(visit, db, retention):
    hand = Hand(Store.open(db), datetime.now(UTC))
    with hand.store.writing() as w:
        payload = json.dumps({"name": "retention", "value": retention})
        w.append(hand.entry(Happened.SETTING, payload=payload))
    at = visit(SETTINGS)
    assert "set-apply" not in {button.key for button in at.button}
    at.number_input(key="set-new").set_value(5).run()
    press(at, "set-apply")
    assert said(at)[0].startswith("Changed")
    assert len(settings(db)) == 2


def test_a_sitting_begins_anew_with_what_was_chosen(visit, db):
    at = visit(REVIEW)
    assert at.session_state["attnquiz"].session.preferences.new_per_day == 20
    at.switch_page(SETTINGS).run()
    at.number_input(key="set-new").set_value(3).run()
    press(at, "set-apply")
    at.switch_page(REVIEW).run()
    assert at.session_state["attnquiz"].session.preferences.new_per_day == 3


def test_time_zone_and_theme_are_explained(visit):
    told = " ".join(element.value for element in visit(SETTINGS).markdown)
    assert plain(ZONE) in told
    assert "**Theme:**" in told
