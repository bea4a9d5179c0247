"""Again and good alone: chosen in the menu of a card that only the learner grades."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.pages.seen import press

REVIEW = "pages/study/review.py"
DECK = Path(__file__).parents[1] / "kinds.md"


@pytest.fixture
def ask(visit, db):
    """``ask("kind-basic")`` opens the review page with that card of tests/kinds.md."""
    (db.parent / "decks").mkdir()
    shutil.copy(DECK, db.parent / "decks")
    return lambda card: visit(REVIEW, card=card)


def ratings(at):
    """The buttons below the large one: (key, the rating on it)."""
    shown = [button for button in at.button if str(button.key).startswith("rating:")]
    return [(button.proto.shortcut, button.label.split()[0]) for button in shown]


def log(db, columns, kind):
    with closing(sqlite3.connect(db)) as file:
        return file.execute(f"select {columns} from log where kind = ? order by number", [kind]).fetchall()


FOUR = [("1", "Again"), ("2", "Hard"), ("3", "Good"), ("4", "Easy")]
TWO = [("1", "Again"), ("3", "Good")]


def test_it_is_chosen_in_the_menu_and_holds_in_every_tab_to_come(ask, visit, db):
    at = press(ask("kind-basic"), "This card")
    assert at.toggle(key="two-ratings").value is False
    at.toggle(key="two-ratings").set_value(True).run()
    assert log(db, "payload", "setting") == [('{"name": "two_ratings", "value": "on"}',)]
    at = press(at, "Not sure")
    assert ratings(at) == TWO
    assert log(db, "proposed", "attempt") == [(3,)]
    press(at, "Next: Good")
    assert log(db, "rating", "review") == [(3,)]

    at = press(press(visit(REVIEW, card="kind-basic"), "This card"), "I don't know")
    assert (at.toggle(key="two-ratings").value, ratings(at)) == (True, TWO)
    press(at, "Next: Again")
    assert len(log(db, "id", "setting")) == 1, "nothing is written by looking"


def test_it_can_be_chosen_and_taken_back_after_the_answer(ask):
    at = press(press(ask("kind-basic"), "Not sure"), "This card")
    assert ratings(at) == FOUR
    assert [b.label for b in at.button if b.label.startswith("Next: Hard")]
    at.toggle(key="two-ratings").set_value(True).run()
    assert ratings(at) == TWO
    assert [b.label for b in at.button if b.label.startswith("Next: Good")]
    at.toggle(key="two-ratings").set_value(False).run()
    assert ratings(at) == FOUR


def test_a_card_that_is_graded_keeps_its_four_ratings_and_offers_no_choice(ask):
    at = press(ask("kind-basic"), "This card")
    at.toggle(key="two-ratings").set_value(True).run()
    at.query_params["card"] = "kind-code"
    at.run()
    at = press(at, "This card")
    assert [toggle.label for toggle in at.toggle] == []
    assert ratings(press(at, "I don't know")) == FOUR


def test_no_cap_is_announced_that_two_ratings_do_not_know(ask, db):
    mine = "## hinted\nkind: basic\n\nQ: Why?\n\nHint: One.\n\nHint: Two.\n\nA: So.\n"
    (db.parent / "decks" / "mine.md").write_text(mine, encoding="utf-8")
    at = press(press(ask("hinted"), "This card"), "A hint")
    assert "One hint taken: Hard is the best rating proposed." in [caption.value for caption in at.caption]
    at.toggle(key="two-ratings").set_value(True).run()
    assert not [caption.value for caption in at.caption if "hint" in caption.value]
    assert "Two hints taken: Again is proposed." in [caption.value for caption in press(at, "A hint").caption]
