"""Today and Review, through app.py, without a browser."""

import pytest

from tests.pages.seen import button, count, labels, press, press_at_once, read, texts

REVIEW = "pages/study/review.py"


def test_a_newcomer_is_told_what_this_is_and_has_one_button_to_start(visit):
    at = visit()
    assert not at.exception
    assert at.title[0].value == "Today"
    assert [(m.label, m.value) for m in at.metric][::2] == [("Due now", "0"), ("Answered today", "0")]
    assert int(at.metric[1].value) > 0
    button(at, "Start with the first card")
    assert "Ready to learn" in [h.value for h in at.subheader]


def test_nothing_of_the_answer_is_on_the_page_before_an_attempt(visit, collection):
    at = visit(REVIEW)
    from attnquiz.ui.state import KEY

    card = at.session_state[KEY].session.showing.card
    assert card.why not in texts(at)
    assert not [label for label in labels(at) if label.startswith("Next")]


def test_an_answer_goes_from_question_to_feedback_to_the_next_card(visit, db):
    at = visit(REVIEW)
    question = at.markdown[0].value
    press(at, "I don't know")
    assert (count(db, "attempt"), count(db, "review")) == (1, 0)
    assert [label.split()[0] for label in labels(at)[:5]] == ["Next:", "Again", "Hard", "Good", "Easy"]
    assert "**Why**" in texts(at)
    press_at_once(at, "Next: Again, 1 min")
    assert count(db, "review") == 0
    press(at, "Good 10 min")
    assert (count(db, "attempt"), count(db, "review")) == (1, 1)
    assert at.markdown[0].value != question
    assert not at.exception


def test_what_has_been_read_stays_read_while_the_page_is_drawn_again_and_the_next_step_wants_reading(visit, db):
    from attnquiz.ui.state import KEY

    at = press(visit(REVIEW), "I don't know")
    step, since = read(at).session_state[KEY].drawn
    assert at.run().session_state[KEY].drawn == (step, since)
    press(at, "Good 10 min")
    later, then = at.session_state[KEY].drawn
    assert later != step
    assert then > since


def test_running_a_page_again_writes_nothing(visit, db):
    at = visit(REVIEW)
    press(at, "I don't know")
    before = db.read_bytes(), count(db, "attempt"), count(db, "review")
    for _ in range(3):
        at.run()
    assert (db.read_bytes(), count(db, "attempt"), count(db, "review")) == before


def test_the_end_of_a_sitting_says_when_it_goes_on_and_what_undo_found(visit, db):
    at = visit(REVIEW)
    for _ in range(60):
        if not [label for label in labels(at) if label.startswith("I don't know")]:
            break
        press(at, "I don't know")
        press(at, "Easy")
    assert "New cards come tomorrow; the next cards are due" in texts(at)  # twenty a day
    given = count(db, "review")
    assert f"{given} answers to {given} cards, {given} of them new" in texts(at)
    press(at, "Redo")
    assert "There is nothing to redo." in texts(at)
    assert not at.exception


def test_keys_are_shown_on_the_buttons(visit):
    at = visit(REVIEW)
    shortcuts = {b.label.split()[0]: b.proto.shortcut for b in at.button}
    assert (shortcuts["Undo"], shortcuts["Redo"], shortcuts["Keys"]) == ("u", "y", "h")
    press(at, "I don't know")
    shortcuts = {b.label.split()[0]: b.proto.shortcut for b in at.button}
    assert {name: shortcuts[name] for name in ("Again", "Hard", "Good", "Easy")} == {
        "Again": "1", "Hard": "2", "Good": "3", "Easy": "4",
    }  # fmt: skip
    assert shortcuts["Next:"].lower() == "space"


def test_the_large_button_keeps_its_key_through_the_life_of_a_card(visit):
    at = visit(REVIEW)
    before = [b.key for b in at.button if b.key.startswith("primary:")]
    press(at, "I don't know")
    assert [b.key for b in at.button if b.key.startswith("primary:")] == before


def test_a_broken_deck_of_ones_own_is_named_with_its_line_and_the_rest_goes_on(visit, db):
    (db.parent / "decks").mkdir()
    (db.parent / "decks" / "mine.md").write_text("## my-card\nkind: nonsense\n\nQ: Why?\n\nA: So.\n", encoding="utf-8")
    at = visit()
    assert "mine.md:2" in at.code[0].value
    button(at, "Start with the first card")


def test_what_one_has_written_oneself_is_the_first_new_card(visit, db):
    (db.parent / "decks").mkdir()
    (db.parent / "decks" / "mine.md").write_text("Q: Mine?\n\nA: Yes, mine.\n", encoding="utf-8")
    assert "Your own cards" in texts(visit())
    assert "Mine?" in texts(visit(REVIEW))


def test_a_file_that_is_no_database_gives_a_sentence_and_is_left_as_it_is(visit, db):
    db.write_text("Dear diary, this is no database.\n" * 100, encoding="utf-8")
    before = db.read_bytes()
    at = visit()
    assert not at.exception
    assert str(db) in at.error[0].value.replace("\\", "")  # escaped, so that a path is never read as Markdown
    assert db.read_bytes() == before


@pytest.mark.parametrize("page", ["pages/study/today.py", REVIEW])
def test_pages_open_without_an_exception(visit, page):
    assert not visit(page).exception


@pytest.fixture
def collection():
    from attnquiz.cards.collection import load, shipped

    return load(shipped())
