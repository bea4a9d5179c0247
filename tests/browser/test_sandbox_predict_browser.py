"""Predict first, in a real Chromium and by keyboard alone: a right number, a wrong one, nonsense, and a card."""

import json

import pytest

from attnquiz.store.database import Store
from attnquiz.store.entry import Happened, Purpose

MATRIX = "canvas[role=application]"
FIELD = ".st-key-prediction input"
SCORE = "text=the+cat+sat&d_model=4&heads=1&seed=3&stage=SCORE&predict=on"  # no card of the course asks this


@pytest.fixture
def asked(app, page, settled):
    """``asked("stage=SCORE")`` opens the page at that address and waits until it asks."""

    def opened(query):
        page.goto(f"{app.url}/attention?{query}")
        page.get_by_role("button", name="I don't know").wait_for(timeout=60_000)
        return settled(page)

    return opened


@pytest.fixture
def log(app):
    """The entries of the learner's file, of these kinds."""

    def read(*kinds):
        with Store.open(app.db).reading() as r:
            return [entry for entry in r.entries() if entry.kind in kinds]

    return read


def focused(page):
    """Wait until the keyboard is in the field."""
    page.wait_for_function("field => document.activeElement === document.querySelector(field)", arg=FIELD)


def tab_to(page, name):
    """Press Tab until the button with this name has the focus."""
    button = page.get_by_role("button", name=name, exact=True)
    for _ in range(60):
        page.keyboard.press("Tab")
        if button.evaluate("button => document.activeElement === button"):
            return
    pytest.fail(f"Tab never comes to {name}.")


def test_the_field_has_the_keyboard_and_a_right_number_shows_the_picture(asked, log, witness):
    page = asked(SCORE)
    assert page.locator(MATRIX).count() == 0
    focused(page)
    page.keyboard.type("123456")
    page.keyboard.press("Enter")
    page.get_by_text("Not quite. It is").wait_for()
    (kept,) = [json.loads(entry.payload) for entry in log(Happened.PREDICTION)]
    truth = f"{float(kept['truth']):.2f}"
    page = asked(SCORE)
    focused(page)
    page.keyboard.type(truth)
    page.keyboard.press("Enter")
    page.get_by_text("Right:").wait_for()
    page.locator(MATRIX).wait_for()
    kept = json.loads(log(Happened.PREDICTION)[-1].payload)
    assert (kept["verdict"], kept["answer"], kept["purpose"]) == ("right", truth, Purpose.SANDBOX)
    assert witness.errors == []


def test_a_wrong_number_is_told_the_truth_and_the_arrow_leads_to_the_next_question(asked, settled, log):
    page = asked(SCORE)
    focused(page)
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    page.get_by_text("Not quite. It is").wait_for()
    page.locator(MATRIX).wait_for()
    settled(page)
    page.keyboard.press("ArrowRight")
    page.get_by_role("heading", name="4. Scale").wait_for()
    focused(page)
    assert page.locator(MATRIX).count() == 0
    assert [json.loads(entry.payload)["verdict"] for entry in log(Happened.PREDICTION)] == ["wrong"]


def test_nonsense_is_asked_again_keeps_nothing_and_can_be_mended(asked, log):
    page = asked(SCORE)
    focused(page)
    page.keyboard.type("<b>much</b>")
    page.keyboard.press("Enter")
    page.get_by_text("cannot be read as a number").wait_for()
    assert page.locator(MATRIX).count() == 0
    assert log(Happened.PREDICTION) == []
    page.locator(FIELD).focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("123456")
    page.keyboard.press("Enter")
    page.get_by_text("Not quite. It is").wait_for()
    page.get_by_text("cannot be read as a number").wait_for(state="detached")


def test_the_card_of_the_state_is_asked_and_its_answer_is_a_review(asked, log):
    page = asked("experiment=thai-curry&stage=EMBED&predict=on")
    page.get_by_text("You switch the causal mask on").wait_for()
    tab_to(page, "I don't know")
    page.keyboard.press("Enter")
    page.locator(MATRIX).wait_for()
    attempt, review = log(Happened.ATTEMPT, Happened.REVIEW)
    assert attempt.face.card == review.face.card == "exp-thai-curry"
    assert attempt.purpose == review.purpose == Purpose.SANDBOX
    assert attempt.verdict == "unknown"
    assert log(Happened.PREDICTION) == []
