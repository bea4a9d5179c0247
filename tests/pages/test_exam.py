"""An exam through app.py, without a browser: set up, answered, loaded again, handed in."""

import sqlite3
from contextlib import closing

import pytest

from attnquiz.cards.card import Kind
from attnquiz.cards.collection import load, shipped
from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from attnquiz.study import exam
from attnquiz.study.drill import Desk
from attnquiz.study.exam_paper import draw, paper_of
from tests.pages.seen import labels, press, read, unread

PAGE = "pages/study/exam.py"
QUERY = {"levels": "1,2,3", "items": "8", "seed": "4", "form": "A"}
EVERY_KIND = {"levels": "3,4,5", "items": "40", "seed": "1", "form": "A"}


def attempts(db):
    with closing(sqlite3.connect(db)) as file:
        return file.execute("select purpose, verdict from log where kind = 'attempt' order by number").fetchall()


def one(value):
    return value if isinstance(value, str) else value[0]


def texts(at):
    return "\n".join(e.value for e in [*at.markdown, *at.caption, *at.info, *at.success, *at.warning, *at.error])


def question(at):
    return at.get("progress")[0].proto.text


@pytest.fixture
def course():
    return load(shipped())


def opened(visit, **query):
    at = visit(PAGE)
    for name, value in query.items():
        at.query_params[name] = value
    return at.run()


def test_an_exam_is_chosen_and_its_address_is_the_paper(visit, db):
    at = visit(PAGE)
    assert at.title[0].value == "Exam"
    at.slider(key="exam-items").set_value(12)
    at.number_input(key="exam-seed").set_value(7)
    at.selectbox(key="exam-form").set_value("B")
    press(at, "Make the paper")
    paper = paper_of({name: one(value) for name, value in at.query_params.items()})
    assert (paper.blueprint.levels, paper.blueprint.items, paper.seed, paper.form) == ((1, 2, 3), 12, 7, "B")
    assert "Exam 7, form B" in texts(at)
    assert attempts(db) == []
    press(at, "Begin")
    assert question(at) == "Question 1 of 12 · 0 answered"


def test_who_has_begun_nothing_is_told_so(visit):
    at = visit(PAGE)
    at.radio(key="exam-about").set_value("What I have begun").run()
    press(at, "Make the paper")
    assert "You have begun nothing yet" in texts(at)
    at.radio(key="exam-about").set_value("Concepts").run()
    press(at, "Make the paper")
    assert "Choose at least one" in texts(at)


def test_a_whole_exam_with_a_reload_in_the_middle(visit, db, course):
    at = press(opened(visit, **QUERY), "Begin")
    items = draw(course, paper_of(QUERY))
    answered = 0
    for item in items[:5]:
        assert question(at) == f"Question {item.number} of 8 · {answered} answered"
        if item.card.kind is Kind.MC:
            options = [b for b in at.button if (b.key or "").startswith("choose:A:")]
            assert len(options) == 1
            read(at)
            options[0].click().run()
            answered += 1
        elif item.card.kind in (Kind.NUMERIC, Kind.SHAPE):
            at.text_input[0].set_value("(1, 2)" if item.card.kind is Kind.SHAPE else "3")
            answered += 1
        said = texts(at)
        assert "Right" not in said
        assert "Not right" not in said
        press(at, "Next")
    assert attempts(db) == []

    again = opened(visit, **QUERY, place="1")
    assert question(again) == f"Question 1 of 8 · {answered} answered"
    if items[0].card.kind in (Kind.NUMERIC, Kind.SHAPE):
        assert again.text_input[0].value in ("3", "(1, 2)")
    press(again, "Hand in")
    assert f"You have answered {answered} of 8 questions. Without an answer, and so not right:" in texts(again)
    press(again, "Hand in now")
    said = texts(again)
    assert "of 8 right.**" in said
    assert "%" not in said.split("Every question")[0].split("right.**")[0], "eight are too few for a percentage"
    written = attempts(db)
    assert len(written) == 8
    assert {purpose for purpose, _ in written} == {"exam"}
    assert sum(verdict != "unknown" for _, verdict in written) == answered
    assert examine(Store.open(db)) == []
    right = sum(verdict in ("right", "slip") for _, verdict in written)
    assert f"{right} of 8 right" in said
    assert "See it in the sandbox" in [each.proto.label for each in again.get("page_link")]

    later = opened(visit, **QUERY, place="3")
    assert "of 8 right.**" in texts(later), "a reload shows the result"
    fresh = visit(PAGE)
    press(fresh, next(label for label in labels(fresh) if label.startswith("Exam 4, form A")))
    assert "of 8 right.**" in texts(fresh)


def test_what_cannot_be_read_is_said_and_stays_to_be_mended(visit, db, course):
    items = draw(course, paper_of(QUERY))
    number = next(item.number for item in items if item.card.kind is Kind.NUMERIC)
    at = press(opened(visit, **QUERY), "Begin")
    at.query_params["place"] = str(number)
    at.run()
    at.text_input[0].set_value("about a half")
    press(at, "Next")
    assert question(at).startswith(f"Question {number} ")
    assert at.info
    assert at.text_input[0].value == "about a half"
    at.text_input[0].set_value("0.5")
    press(at, "Next")
    assert question(at) == f"Question {number + 1} of 8 · 1 answered"
    press(at, "Back")
    assert at.text_input[0].value == "0.5"


@pytest.mark.parametrize("kind", [Kind.BUG, Kind.MC, Kind.CODE, Kind.CLOZE, Kind.SHAPE, Kind.ORDER, Kind.HEATMAP])
def test_every_kind_is_asked_without_help(visit, db, course, kind):
    item = next(item for item in draw(course, paper_of(EVERY_KIND)) if item.card.kind is kind)
    at = press(opened(visit, **EVERY_KIND), "Begin")
    at.query_params["place"] = str(item.number)
    at.run()
    assert not at.exception
    assert not [label for label in labels(at) if "hint" in label.lower() or "teach" in label.lower()]
    if kind is Kind.BUG:
        press(at, "There is no bug")
        assert "Take this answer back" in labels(at)
        options = [b for b in at.button if (b.key or "").startswith("choose:1:")]
        read(at)
        options[0].click().run()
        fixes = [b for b in at.button if (b.key or "").startswith("choose:1: ")]
        assert len(fixes) == 3
        read(at)
        fixes[0].click().run()
        assert question(at).endswith("1 answered")
        press(at, "Take this answer back")
        assert question(at).endswith("0 answered")


def test_a_press_right_after_the_last_chooses_nothing(visit, course):
    items = draw(course, paper_of(QUERY))
    number = next(item.number for item in items if item.card.kind is Kind.MC)
    at = press(opened(visit, **QUERY), "Begin")
    at.query_params["place"] = str(number)
    at.run()
    next(b for b in unread(at).button if (b.key or "").startswith("choose:B:")).click().run()
    assert question(at).endswith("0 answered")


def test_the_time_is_shown_to_those_who_ask(visit):
    at = press(opened(visit, **QUERY), "Begin")
    assert "since you began" not in texts(at)
    at.toggle(key="exam-time").set_value(True).run()
    assert "0 minutes since you began" in texts(at)


def test_an_address_that_is_no_paper_says_why(visit):
    assert "An exam has 5 to 40 questions" in texts(opened(visit, items="99"))
    assert "There is no question for this choice" in texts(opened(visit, items="9", levels="9"))


def test_a_paper_of_another_form_is_taken_again(visit, db, course):
    desk = Desk(Store.open(db), course, "UTC", "test")
    at = press(opened(visit, **QUERY), "Begin")
    press(press(at, "Hand in"), "Hand in now")
    press(at, "Take this paper again")
    assert question(at) == "Question 1 of 8 · 0 answered"
    assert exam.look(desk, paper_of(QUERY)).turn == 2
    assert len(attempts(db)) == 8
