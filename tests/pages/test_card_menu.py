"""The menu of the card on the screen, cards that do not stay, and what is set aside on the progress page."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.cards.faces import answered as answer_to
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Store
from attnquiz.study import drill
from attnquiz.study.proposal import Confidence
from attnquiz.ui.state import KEY
from tests.noon import ZONE, day
from tests.pages.seen import labels, press, press_at_once

ROOT = Path(__file__).parents[2]
REVIEW, PROGRESS = "pages/study/review.py", "pages/progress/overview.py"
CARD = "num-softmax-first"
HOSTILE = "<b>x</b> **bold** $x$ :red[no]"


def rows(db, sql):
    with closing(sqlite3.connect(db)) as file:
        return file.execute(sql).fetchall()


def kinds(db):
    return [kind for (kind,) in rows(db, "select kind from log order by number")]


def texts(at):
    groups = (at.markdown, at.caption, at.info, at.success, at.error, at.text)
    return "\n".join(element.value for group in groups for element in group)


def _session(at):
    return at.session_state[KEY].session


def card_of(at):
    return _session(at).showing.card.id


def answered(db, *answers, card=CARD, deletion=0, start=60, apart=5):
    """Answers to a card, so many days apart: (what, rating) each, the first ``start`` days ago."""
    desk = drill.Desk(Store.open(db), load(shipped()), ZONE, "test")
    for number, (answer, rating) in enumerate(answers):
        now = datetime.now(UTC) - timedelta(days=start - apart * number)
        session = drill.begin(desk, now, first=Face(card, deletion))
        session = drill.commit(desk, session, answer, Confidence.SURE if answer else Confidence.UNSURE, now)
        drill.rate(desk, session, rating, now + timedelta(seconds=5))


@pytest.fixture
def opened(visit):
    """``opened()`` is the review page with the menu of the card open."""
    return lambda card=CARD: press(visit(REVIEW, card=card), "This card")


def test_the_menu_opens_and_closes_and_belongs_to_its_card(visit):
    at = visit(REVIEW, card=CARD)
    (menu,) = [button for button in at.button if button.key == "menu"]
    assert (menu.label, menu.proto.shortcut) == ("This card", "m")
    assert "Suspend" not in labels(at)
    at = press(at, "This card")
    assert {*labels(at)} >= {"Suspend", "Bury till tomorrow", "Unclear", "Something is wrong", "Too easy"}
    assert "Suspend" in labels(press_at_once(at, "Close")), "the second half of a double press"
    assert "Suspend" not in labels(press(at, "Close"))
    at = press(press(at, "This card"), "Suspend")
    assert "Suspend" not in labels(at), "the next card's menu is closed"


def test_it_says_where_the_card_is_written(opened):
    card = load(shipped()).cards[CARD]
    at = opened()
    assert f"content/decks/{card.path.name}, line {card.line}" in [text.value for text in at.text]
    assert card.path.read_text(encoding="utf-8").splitlines()[card.line - 1] == f"## {CARD}"


def test_a_card_of_ones_own_is_named_by_its_whole_path(opened, db):
    deck = db.parent / "decks" / "mine.md"
    deck.parent.mkdir()
    deck.write_text("Some words.\n\n## my-own\nkind: basic\n\nQ: Why?\n\nA: So.\n", encoding="utf-8")
    assert f"{deck}, line 3" in [text.value for text in opened("my-own").text]


def test_suspending_goes_to_the_next_card_and_progress_brings_it_back(opened, visit, db):
    at = press(opened(), "Suspend")
    assert card_of(at) != CARD
    assert "The card before this one is not asked any more." in texts(at)
    assert kinds(db) == ["suspend"]
    progress = visit(PROGRESS)
    assert "Set aside" in [heading.value for heading in progress.subheader]
    progress = press(progress, f"Bring back {CARD}")
    assert kinds(db) == ["suspend", "withdrawal"]
    assert "Set aside" not in [heading.value for heading in progress.subheader]


def test_a_flag_withdrawn_on_the_progress_page_does_not_make_the_next_answer_late(opened, db):
    at = press(opened(), "Unclear")
    at.switch_page(PROGRESS).run()
    press(at, f"Take back the remark on {CARD}")
    at.switch_page(REVIEW).run()
    at = press(at, "I don't know")
    assert kinds(db) == ["flag", "withdrawal", "attempt"]
    assert "another tab" not in texts(at)


def test_undo_shows_a_suspended_card_again(opened):
    at = press(press(opened(), "Suspend"), "Undo")
    assert card_of(at) == CARD


def test_burying_goes_to_the_next_card_and_is_not_listed(opened, visit, db):
    at = press(opened(), "Bury till tomorrow")
    assert card_of(at) != CARD
    assert "The card before this one is not asked again today." in texts(at)
    assert kinds(db) == ["bury"]
    assert "Set aside" not in [heading.value for heading in visit(PROGRESS).subheader]


def test_a_late_click_in_another_tab_puts_nothing_aside_and_is_told(opened, db):
    one, other = opened(), opened()
    press(one, "Suspend")
    other = press(other, "Bury till tomorrow")
    assert "another tab" in texts(other)
    assert card_of(other) != CARD
    assert kinds(db) == ["suspend"]


def test_a_card_brought_back_in_another_tab_is_told_on_the_progress_page(opened, visit, db):
    press(opened(), "Suspend")
    one, other = visit(PROGRESS), visit(PROGRESS)
    press(one, "Bring back")
    other = press(other, "Bring back")
    assert "already taken back" in other.error[0].value
    assert kinds(db) == ["suspend", "withdrawal"]


def test_a_flag_keeps_its_note_as_text_and_the_card_on_the_screen(opened, visit, db):
    at = opened()
    at.text_area[0].set_value(HOSTILE)
    at = press(at, "Something is wrong")
    assert card_of(at) == CARD
    assert "Kept: you find this card wrong." in texts(at)
    assert [text.value for text in at.text if "<b>" in text.value] == [f"Your remark today: wrong. {HOSTILE}"]
    progress = visit(PROGRESS)
    assert HOSTILE in [text.value for text in progress.text]
    for page in (at, progress):
        assert not [element.value for element in [*page.markdown, *page.caption, *page.info] if "<b>" in element.value]
    press(progress, f"Take back the remark on {CARD}")
    assert kinds(db) == ["flag", "withdrawal"]
    assert not visit(PROGRESS).text


def test_the_same_flag_twice_from_two_tabs_is_kept_once(opened, db):
    one, other = opened(), opened()
    press(one, "Too easy")
    assert "nothing was kept twice" in texts(press(other, "Too easy"))
    assert kinds(db) == ["flag"]


def test_the_past_gives_no_answer_away_before_this_one_and_shows_it_after(opened, db):
    answered(db, ("0.1234", Rating.AGAIN), ("0.6543", Rating.GOOD), (None, Rating.AGAIN))
    at = opened()
    table = at.table[0].value
    assert list(table.columns) == ["Day", "Verdict", "Rating", "Next in"]
    assert table.Verdict.tolist() == ["not known", "wrong, sure", "wrong, sure"]
    assert table.Rating.tolist() == ["Again", "Good", "Again"]
    assert "0.1234" not in texts(at) + str([each.value for each in at.table])
    at = press(at, "I don't know")
    table = at.table[0].value
    assert [said.replace("\\", "") for said in table.Answer] == ["", "0.6543", "0.1234"]
    first = day(datetime.now(UTC) - timedelta(days=60))
    assert table.Day.tolist()[-1] == f"{first.day} {first:%b %Y}"


def test_an_option_is_told_by_its_words(opened, db):
    card = next(card for card in load(shipped()).cards.values() if card.kind == "mc")
    wrong = next(number for number, option in enumerate(card.body.options) if not option.right)
    answered(db, ("ABCD"[wrong], Rating.AGAIN), card=card.id)
    at = press(opened(card.id), "I don't know")
    assert at.table[0].value.Answer[0].replace("\\", "").startswith(card.body.options[wrong].text[:40])


def test_what_was_typed_is_never_read_as_markup(opened, db):
    card = next(card for card in load(shipped()).cards.values() if card.kind == "cloze")
    answered(db, (HOSTILE, Rating.AGAIN), card=card.id, deletion=card.body.numbers[0])
    at = press(opened(card.id), "I don't know")
    assert at.table[0].value.Answer[0] == r"\<b\>x\<\/b\> \*\*bold\*\* \$x\$ \:red\[no\]"


def test_an_answer_that_was_taken_back_is_not_in_the_past(opened, db):
    answered(db, ("0.1234", Rating.AGAIN), ("0.6543", Rating.GOOD))
    desk = drill.Desk(Store.open(db), load(shipped()), ZONE, "test")
    for _ in range(2):  # the rating, and the answer
        drill.undo(desk, datetime.now(UTC))
    assert opened().table[0].value.Rating.tolist() == ["Again"]


def test_only_the_latest_ten_are_listed_and_all_are_counted(opened, db):
    answered(db, *[("0.1", Rating.GOOD)] * 12, start=300, apart=20)
    at = opened()
    assert len(at.table[0].value) == 10
    assert "The latest 10 of 12 times." in texts(at)


def test_the_curve_has_a_sentence_and_a_table_beside_it(opened, db):
    answered(db, ("0.1", Rating.GOOD), ("0.1", Rating.AGAIN), ("0.1", Rating.GOOD), start=30, apart=10)
    at = opened()
    (picture,) = at.get("vega_lite_chart")
    table = at.table[1].value
    assert table.Outcome.tolist() == ["first met", "forgotten", "remembered", "", "", ""]
    today, week, month = table["Predicted recall"].tolist()[-3:]
    assert f"Predicted recall: {today} today, {week} in 7 days, {month} in 30 days" in texts(at)
    assert int(today[:-1]) > int(week[:-1]) > int(month[:-1]) > 0
    assert picture.proto.alt.startswith("Curve: predicted recall")


def test_a_new_card_has_no_past(opened):
    at = opened()
    assert "Nothing yet: this card is new." in texts(at)
    assert not at.table
    assert not at.get("vega_lite_chart")


def test_looking_at_the_menu_writes_nothing(opened, db):
    answered(db, ("0.1", Rating.GOOD))
    at = opened()
    before = kinds(db)
    at.run()
    press(at, "Close")
    assert kinds(db) == before


def test_a_card_forgotten_six_times_says_what_it_builds_on_and_links_once_to_the_sandbox(visit, db):
    card = load(shipped()).cards["bug-scale-width"]
    lapse = [(None, Rating.AGAIN), (None, Rating.GOOD)]
    answered(db, (None, Rating.EASY), *lapse * 5, card=card.id, start=300, apart=20)
    assert "You have forgotten this" not in texts(press(visit(REVIEW, card=card.id), "I don't know"))
    answered(db, *lapse, card=card.id, start=60, apart=20)
    at = press(visit(REVIEW, card=card.id), "I don't know")
    assert "**You have forgotten this 6 times.**" in texts(at)
    assert "It builds on **" in texts(at)
    assert "which you have not been asked yet: begin there." in texts(at)
    links = [link.proto for link in at.get("page_link") if "experiment=" in link.proto.query_string]
    assert [link.label for link in links] == ["Work it out in the sandbox"]


def test_a_card_forgotten_six_times_and_right_today_is_left_alone(visit, db):
    answered(db, (None, Rating.EASY), *[(None, Rating.AGAIN), (None, Rating.GOOD)] * 6, start=300, apart=20)
    at = visit(REVIEW, card=CARD)
    card, variant = load(shipped()).cards[CARD], _session(at).showing.variant
    at.text_input[0].set_value(answer_to(card, 0, variant))
    at = press(at, "Sure: check")
    assert "Right." in texts(at)
    assert "You have forgotten this" not in texts(at)


SEEN = """
import sys
from streamlit.testing.v1 import AppTest

HEAVY = {"altair", "torch", "attnquiz.ui.card_history"}
at = AppTest.from_file("app.py", default_timeout=120)
at.run()
at.query_params["card"] = "num-softmax-first"
at.switch_page("pages/study/review.py").run()
next(button for button in at.button if button.label.startswith("I don't know")).click().run()
print(*sorted(HEAVY & sys.modules.keys()))
at.button(key="menu").click().run()
print(*sorted(HEAVY & sys.modules.keys()))
assert not at.exception, at.exception
"""


def test_pictures_are_loaded_when_a_menu_with_a_past_is_opened_and_torch_not_even_then(tmp_path):
    db = tmp_path / "answers.sqlite3"
    answered(db, ("0.1", Rating.GOOD))
    done = subprocess.run(
        [sys.executable, "-c", SEEN], cwd=ROOT, capture_output=True, text=True, timeout=300,
        env=os.environ | {"ATTNQUIZ_DB": str(db)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["", "altair attnquiz.ui.card_history"]
