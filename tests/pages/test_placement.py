"""The placement test through app.py, without a browser."""

import pytest

from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from tests.noon import ZONE
from tests.pages.seen import count, labels, press, press_at_once, texts

PAGE, TODAY = "pages/study/placement.py", "pages/study/today.py"


def links(at):
    return [each.proto.label for each in at.get("page_link")]


def question(at):
    return at.get("progress")[0].proto.text


@pytest.fixture
def ended(visit):
    """A test of which everything was answered with "I don't know"."""
    at = press(visit(PAGE), "Start the test")
    while "I don't know" in labels(at):
        press(at, "I don't know")
    return at


@pytest.fixture
def knowing(visit, db):
    """A test that somebody took who knows a lot: written by the study room, so that the page only shows its result."""
    from attnquiz.cards.collection import load, shipped
    from attnquiz.study.drill import Desk
    from attnquiz.ui import place
    from tests.study.test_placement import basics, sat

    desk = Desk(Store.open(db), load(shipped()), ZONE, "test")
    test = sat(desk, place.now(), basics(desk))
    return visit(PAGE), test


def test_a_newcomer_is_offered_the_test_and_told_what_it_is(visit, db):
    today = visit()
    assert "Know some of this already?" in texts(today)
    assert any(label.startswith("Take the placement test") for label in links(today))
    at = visit(PAGE)
    assert at.title[0].value == "Placement"
    for said in ("12 to 15 short questions", "about 5 minutes", "stop at any time", "locks nothing", "until the end"):
        assert said in texts(at)
    assert any(label.startswith("Skip it") for label in links(at))
    assert count(db, "placement") == 0, "looking writes nothing"


def test_questions_follow_one_another_without_a_word_on_right_or_wrong(visit, db):
    at = press(visit(PAGE), "Start the test")
    assert question(at) == "Question 1 of 12 to 15"
    at.text_input[0].input("0.123")
    press(at, "Answer")
    if at.info:  # this card wants something else: the sentence says how to write it
        assert question(at) == "Question 1 of 12 to 15"
        press(at, "I don't know")
    assert question(at) == "Question 2 of 12 to 15"
    assert not {"right", "wrong", "correct"} & set(texts(at).lower().replace(".", " ").split()) - {"right"}
    assert not at.success
    assert not at.error
    assert (count(db, "placement"), count(db, "attempt"), count(db, "review")) == (2, 0, 0)


def test_an_answer_that_cannot_be_read_is_asked_again(visit, db):
    at = press(visit(PAGE), "Start the test")
    press(at, "Answer")
    assert at.info
    assert question(at) == "Question 1 of 12 to 15"
    assert count(db, "placement") == 1


def test_the_second_half_of_a_double_click_answers_nothing(visit, db):
    at = press(visit(PAGE), "Start the test")
    press(at, "I don't know")
    press_at_once(at, "I don't know")
    assert question(at) == "Question 2 of 12 to 15"
    assert count(db, "placement") == 2


def test_another_tab_and_a_reload_go_on_where_the_test_was(visit, db):
    at = press(visit(PAGE), "Start the test")
    press(at, "I don't know")
    other = visit(PAGE)
    assert question(other) == "Question 2 of 12 to 15"
    assert other.markdown[0].value == at.markdown[0].value
    press(other, "I don't know")
    press(at, "I don't know")  # the other tab was quicker: this press is not counted for the next question
    assert question(at) == "Question 3 of 12 to 15"
    assert count(db, "placement") == 3


def test_who_knows_nothing_is_sent_to_the_beginning_and_nothing_is_written(ended, db):
    assert "Nothing counts as known for sure yet" in texts(ended)
    assert "Dot product" in texts(ended)
    assert [b.label for b in ended.button] == ["Go to Today", "Take the test again"]
    assert count(db, "start") == 0


def test_a_test_can_be_stopped_before_its_first_answer_and_begun_again(visit, db):
    at = press(press(visit(PAGE), "Start the test"), "Stop and see")
    assert "You stopped before the first answer." in texts(at)
    press(at, "Take the test again")
    assert question(at) == "Question 1 of 12 to 15"


def test_the_result_says_what_counts_as_known_and_where_to_start_and_holds_only_when_it_is_used(knowing, db, visit):
    at, test = knowing
    assert f"So {len(test.known)} of 60 concepts count as known." in texts(at)
    assert [h.value for h in at.header] == ["Where to start", "What counts as known"]
    assert at.expander[0].label == "Your answers"
    assert count(db, "start") == 0
    press(at, "Use this")
    assert "In use" in at.success[0].value
    assert count(db, "start") > len(test.known)
    assert examine(Store.open(db)) == []
    today = visit()
    assert "Know some of this already?" not in texts(today)
    assert any("The placement test" in label for label in links(today)), "it stays within reach"
    new = [h for h in today.subheader if h.value == "Ready to learn"]
    assert new, "what builds on it is open"


def test_what_was_used_can_be_taken_back_on_the_page_and_used_again(knowing, db):
    at, _ = knowing
    press(at, "Use this")
    starts = count(db, "start")
    press(at, "Take it back")
    assert count(db, "withdrawal") == starts
    press(at, "Use this")
    assert count(db, "start") == 2 * starts
    assert examine(Store.open(db)) == []


def test_not_now_leads_to_today_and_writes_nothing(knowing, db):
    at, test = knowing
    press(at, "Not now")
    assert at.title[0].value == "Today"
    assert (count(db, "start"), count(db, "placement")) == (0, 1 + len(test.answers))


def test_running_the_page_again_writes_nothing(knowing, db):
    at, _ = knowing
    before = db.read_bytes(), count(db, "placement")
    at.run()
    at.run()
    assert (db.read_bytes(), count(db, "placement")) == before
