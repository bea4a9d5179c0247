"""Predict, then reveal: the picture waits, the answer is judged by computing, and the log keeps it with its purpose."""

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from attnquiz.store.database import Store
from attnquiz.store.entry import Happened, Purpose


@pytest.fixture
def log(db):
    """The entries of the file so far."""

    def read():
        with Store.open(db).reading() as r:
            return list(r.entries())

    return read


def predictions(entries):
    return [json.loads(entry.payload) for entry in entries if entry.kind is Happened.PREDICTION]


def words(at):
    return "\n".join(m.value for m in [*at.markdown, *at.success, *at.error, *at.info])


def test_the_picture_waits_for_a_prediction_and_then_shows_whether_it_was_right(sandbox, log, canvases):
    at = sandbox(text="the cat sat", d_model="4", heads="1", stage="SCORE", predict="on")
    assert not canvases(at)
    at.text_input(key="prediction").set_value("123456")
    at.button(key="predict").click().run()
    assert "Not quite. It is" in words(at)
    assert len(canvases(at)) == 1
    (kept,) = predictions(log())
    assert (kept["purpose"], kept["verdict"], kept["answer"]) == ("sandbox", "wrong", "123456")
    assert kept["query"]["stage"] == "SCORE"
    at.button(key="stage-SCALE").click().run()
    assert not canvases(at), "the next stage asks again"
    at.button(key="stage-SCORE").click().run()
    assert len(canvases(at)) == 1, "what was revealed stays so"


def test_the_truth_is_right_to_two_decimals(sandbox, log, canvases):
    at = sandbox(text="the cat sat", d_model="4", heads="1", stage="SCORE", seed="3", predict="on")
    at.text_input(key="prediction").set_value("0")
    at.button(key="predict").click().run()
    truth = float(predictions(log())[0]["truth"])
    assert round(truth, 4) != round(truth, 2)
    again = sandbox(text="the cat sat", d_model="4", heads="1", stage="SCORE", seed="3", predict="on")
    again.text_input(key="prediction").set_value(f"{truth:.2f}")
    again.button(key="predict").click().run()
    assert "Right: " in words(again)
    assert predictions(log())[-1]["verdict"] == "right"


@pytest.mark.parametrize("stage", ["SCORE", "SCALE", "SOFTMAX"])
def test_the_cell_that_was_asked_about_is_the_chosen_one_afterwards(sandbox, stage):
    at = sandbox(text="the cat sat", d_model="4", heads="1", stage=stage, seed="3", predict="on")
    query, key = re.search(r"the query \W*(\w+).* the key \W*(\w+)", words(at)).groups()
    at.text_input(key="prediction").set_value("123456")
    at.button(key="predict").click().run()
    assert "The arithmetic of the cell shows each step." in words(at)
    assert re.search(rf"Query \W*{query}\W*, key \W*{key}\b", words(at))


def test_a_question_about_no_cell_promises_no_arithmetic(sandbox):
    at = sandbox(text="the cat sat", stage="EMBED", predict="on")
    at.text_input(key="prediction").set_value("123456")
    at.button(key="predict").click().run()
    assert "Not quite. It is" in words(at)
    assert "The arithmetic of the cell" not in words(at)


def test_what_is_no_number_is_asked_again_and_nothing_is_written(sandbox, log, canvases):
    at = sandbox(text="the cat sat", stage="SCALE", predict="on")
    for written, sentence in (("<b>three</b>", "cannot be read as a number"), ("[3, 2]", "one number")):
        at.text_input(key="prediction").set_value(written)
        at.button(key="predict").click().run()
        assert sentence in at.warning[0].value
        assert not canvases(at)
        assert not predictions(log())


def test_who_does_not_know_or_does_not_want_to_is_shown_the_picture(sandbox, log, canvases):
    at = sandbox(text="the cat sat", stage="MASK", predict="on")
    at.button(key="no-prediction").click().run()
    assert len(canvases(at)) == 1
    assert [kept["verdict"] for kept in predictions(log())] == ["unknown"]
    at.button(key="stage-MERGE").click().run()
    at.button(key="skip-prediction").click().run()
    assert len(canvases(at)) == 1
    assert len(predictions(log())) == 1
    assert "It is" not in words(at), "that was about another stage"


def test_a_wrong_number_that_a_belief_would_give_names_the_belief_and_opens_it(sandbox, log):
    at = sandbox(text="the cat sat", d_model="8", heads="1", stage="SCALE", predict="on")
    said = words(at)
    score = float(said.split("The score is $")[1].split("$")[0])
    at.text_input(key="prediction").set_value(f"{score / 8:.4f}")
    at.button(key="predict").click().run()
    assert "as if scores were divided by d_k instead of its root" in words(at)
    assert predictions(log())[0]["belief"] == "scale-by-d"
    at.button(key="as-predicted").click().run()
    assert "scale-by-d" in at.query_params["belief"]
    assert "This is not how attention works" in at.warning[0].value


def test_where_a_card_is_about_the_state_the_answer_is_its_review_with_purpose_sandbox(sandbox, log, canvases):
    at = sandbox(experiment="thai-curry", stage="EMBED", predict="on")
    assert "You switch the causal mask on" in words(at)
    assert not canvases(at)
    at.button(key="option-1").click().run()
    assert "Not right." in words(at)
    assert "**Answer:** it becomes 0.25" in words(at)
    assert "**Why:** " in words(at)
    assert len(canvases(at)) == 1
    attempt, review = (entry for entry in log() if entry.kind in (Happened.ATTEMPT, Happened.REVIEW))
    assert attempt.face.card == review.face.card == "exp-thai-curry"
    assert attempt.purpose == review.purpose == Purpose.SANDBOX
    assert (attempt.verdict, attempt.answer) == ("wrong", "B")
    assert attempt.misconception == "weights-pretrained"
    assert review.memory_after
    assert not predictions(log())
    later = sandbox(experiment="thai-curry", stage="SCORE", predict="on")
    assert "You switch the causal mask on" not in words(later), "it is asked before anything is shown, or not at all"


def pressed_twice():
    """A page that hears two presses before it is drawn again."""
    import streamlit as st

    from attnquiz.ui import place, sandbox_predict
    from attnquiz.ui.state import trouble

    card = place.collection().cards["exp-thai-curry"]
    sandbox_predict._session(card)
    st.button("hear", key="hear", on_click=lambda: [sandbox_predict._answered(card, letter) for letter in "BA"])
    st.write(trouble())


def test_two_presses_write_one_review(log):
    at = AppTest.from_function(pressed_twice)
    at.query_params["experiment"] = "thai-curry"
    at.run().button(key="hear").click().run()
    assert [(entry.kind, entry.answer) for entry in log()] == [(Happened.ATTEMPT, "B"), (Happened.REVIEW, "B")]
    assert "nothing was counted twice" in at.markdown[0].value


def test_edited_numbers_ask_no_card_because_it_is_about_others(sandbox, log, canvases):
    at = sandbox(experiment="thai-curry", stage="EMBED", predict="on", edit="X.0.0:3")
    assert not [button for button in at.button if button.key.startswith("option-")]
    assert "How many numbers does X hold" in words(at)


@pytest.mark.parametrize("mode", [{}, {"predict": "on"}, {"compare": "on"}, {"compare": "on", "edit": "X.0.0:3"}])
def test_pictures_of_other_stages_are_sent_ahead_only_where_they_may_be_seen(sandbox, canvases, mode):
    at = sandbox(text="the cat sat", stage="SCORE", **mode)
    if "predict" in mode:
        at.button(key="skip-prediction").click().run()
    assert [len(said.get("ahead", ())) for said, _, _ in canvases(at)] == {0: [7], 1: [0], 2: [0, 0, 0]}[len(mode)]


def test_without_the_mode_nothing_is_asked(sandbox, canvases):
    at = sandbox(experiment="thai-curry", stage="EMBED")
    assert len(canvases(at)) == 1
    at.toggle(key="sandbox-predict").set_value(True).run()
    assert not canvases(at)
    at.toggle(key="sandbox-predict").set_value(False).run()
    assert len(canvases(at)) == 1


def test_prose_that_would_answer_the_card_comes_after_the_answer(sandbox):
    about = "Only minus infinity takes its weight away"
    for button in ("option-0", "skip-prediction"):
        at = sandbox(experiment="three-masks", stage="EMBED", predict="on")
        assert about not in words(at)
        assert "said after your prediction" in words(at)
        at.button(key=button).click().run()
        assert about in words(at)
        assert about in [*at.success, *at.error, *at.info][0].value, "also where the page above it is not drawn again"
    assert about in words(sandbox(experiment="three-masks", stage="EMBED"))
