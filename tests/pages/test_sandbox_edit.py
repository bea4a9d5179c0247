"""Touching numbers on the page: one is written, every later stage follows, and all of it can be taken back."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

STAGES = "EMBED PROJECT SCORE SCALE MASK SOFTMAX WEIGH MERGE".split()  # noqa: SIM905


@pytest.fixture
def seen(canvases):
    """Title, numbers and marks of the picture."""

    def first(at):
        assert not at.exception
        said, values, marks = canvases(at)[0]
        return said["title"], values, marks

    return first


def labels(at):
    return {stage: at.button(key=f"stage-{stage}").label for stage in STAGES}


def test_a_number_of_w_q_moves_every_later_stage_and_undo_brings_all_back(sandbox, seen, address):
    at = sandbox(experiment="thai-curry", stage="PROJECT", tensor="w_q", row="1", column="3")
    before = {}
    for stage in STAGES[1:]:
        at.button(key=f"stage-{stage}").click().run()
        before[stage] = seen(at)[1].copy()
    at.button(key="stage-PROJECT").click().run()
    at.button(key="tensor-w_q").click().run()
    at.query_params.update({"row": "1", "column": "3"})
    at.run()
    at.text_input(key="sandbox-number").set_value("7").run()
    assert address(at)["edit"] == "W_Q.1.3:7"
    _, values, marks = seen(at)
    assert values[1, 3] == 7
    assert marks[1, 3] == 2 + 4, "changed, and edited by the learner"
    assert {stage for stage, label in labels(at).items() if "•" in label} == set(STAGES[1:])
    for stage in STAGES[1:]:
        at.button(key=f"stage-{stage}").click().run()
        assert not np.array_equal(seen(at)[1], before[stage], equal_nan=True), stage
    at.button(key="undo").click().run()
    assert "edit" not in address(at)
    assert address(at)["stage"] == "MERGE", "the learner stays where they look"
    np.testing.assert_array_equal(seen(at)[1], before["MERGE"])
    assert not any("•" in label for label in labels(at).values())
    at.button(key="redo").click().run()
    assert address(at)["edit"] == "W_Q.1.3:7"
    at.button(key="as-opened").click().run()
    assert "edit" not in address(at)
    assert at.button(key="as-opened").disabled


def test_an_empty_field_brings_the_first_number_back(sandbox, seen, address):
    at = sandbox(experiment="thai-curry", edit="X.4.3:9", row="curry", column="3")
    assert seen(at)[1][4, 3] == 9
    at.text_input(key="sandbox-number").set_value("").run()
    assert "edit" not in address(at)
    assert seen(at)[1][4, 3] == 2


@pytest.mark.parametrize(
    ("written", "sentence"),
    [("two", "no number"), ("nan", "finite number"), ("inf", "finite number"), ("1e38", "finite number")],
)
def test_what_is_no_usable_number_gets_a_sentence_and_changes_nothing(sandbox, seen, written, sentence, address):
    at = sandbox(experiment="thai-curry", row="curry", column="3")
    at.text_input(key="sandbox-number").set_value(written).run()
    assert sentence in at.warning[0].value
    assert "edit" not in address(at)
    assert seen(at)[1][4, 3] == 2


def test_q_is_overwritten_after_the_projection_in_its_own_head(sandbox, seen, address):
    at = sandbox(experiment="two-heads", stage="PROJECT", tensor="q", head="1", row="0", column="0")
    at.text_input(key="sandbox-number").set_value("0.125").run()
    width = seen(at)[1].shape[1]
    assert address(at)["edit"] == f"Q.0.{width}:0.125"
    assert seen(at)[1][0, 0] == 0.125


def test_a_cell_of_the_mask_is_turned_over_and_back(sandbox, seen, address):
    at = sandbox(experiment="thai-curry", stage="MASK", row="curry", column="Thai")
    at.button(key="flip").click().run()
    assert address(at)["flips"] == "4.3"
    _, _, marks = seen(at)
    assert marks[4, 3] & 1, "hidden"
    assert marks[4, 3] & 4, "by the learner"
    at.button(key="stage-SOFTMAX").click().run()
    assert seen(at)[1][4, 3] == 0
    at.button(key="stage-MASK").click().run()
    at.button(key="flip").click().run()
    assert "flips" not in address(at)


def test_a_whole_matrix_is_pasted_and_only_what_differs_is_an_edit(sandbox, seen, address):
    at = sandbox(experiment="thai-curry", stage="PROJECT", tensor="w_q", edit="X.0.0:3")
    at.session_state["whole"] = True
    at.run()
    text = at.text_area(key="sandbox-matrix").value
    assert text.splitlines()[1] == "0 0 0 1"
    at.text_area(key="sandbox-matrix").set_value(text.replace("0 0 0 1", "0 0 0 4")).run()
    at.button(key="apply").click().run()
    assert address(at)["edit"] == "W_Q.1.3:4,W_Q.2.3:4,X.0.0:3"
    at.text_area(key="sandbox-matrix").set_value("1 2\n3 4").run()
    at.button(key="apply").click().run()
    assert "W_Q would have 2 rows; it needs 4" in at.warning[0].value.replace("\\", "")
    assert address(at)["edit"] == "W_Q.1.3:4,W_Q.2.3:4,X.0.0:3"


def test_as_text_the_queries_of_all_heads_stand_side_by_side(sandbox, seen, address):
    at = sandbox(experiment="two-heads", stage="PROJECT", tensor="q", head="1")
    width = seen(at)[1].shape[1]
    at.session_state["whole"] = True
    at.run()
    first, *rest = at.text_area(key="sandbox-matrix").value.splitlines()
    numbers = [*first.split()[:-1], "0.125"]
    assert len(numbers) == 2 * width
    at.text_area(key="sandbox-matrix").set_value("\n".join([" ".join(numbers), *rest])).run()
    at.button(key="apply").click().run()
    assert address(at)["edit"] == f"Q.0.{2 * width - 1}:0.125"
    assert seen(at)[1][0, -1] == 0.125


def left_behind():
    """A page that hears late what was written in a picture."""
    import streamlit as st

    from attnquiz.ui import sandbox_edit, sandbox_picture
    from attnquiz.ui.state import trouble

    for change in (sandbox_edit.write, sandbox_edit.flip):
        st.button("hear", key=change.__name__, on_click=sandbox_picture._there, args=(change, "picture"))
    st.write(trouble())


@pytest.mark.parametrize(
    ("change", "stage", "sent", "made"),
    [
        ("write", "PROJECT", {"edit": {"cell": [1, 2], "written": "9"}}, {"edit": "Q.1.2:9"}),
        ("flip", "MASK", {"flip": {"cell": [1, 2]}}, {"flips": "1.2"}),
    ],
)
def test_what_was_written_in_the_picture_of_a_stage_that_was_left_is_refused(change, stage, sent, made, address):
    for picture in ("stage-EMBED", f"stage-{stage}", ""):
        at = AppTest.from_function(left_behind)
        at.query_params.update({"experiment": "thai-curry", "stage": stage})
        at.session_state["picture"] = {name: said | {"picture": picture} for name, said in sent.items()}
        at.run().button(key=change).click().run()
        assert not at.exception
        refused = picture == "stage-EMBED"
        assert ("gone on to another stage" in at.markdown[0].value) == refused
        assert (made.items() <= address(at).items()) != refused


def test_a_computed_number_cannot_be_written(sandbox):
    at = sandbox(experiment="thai-curry", stage="SOFTMAX")
    assert not [field for field in at.text_input if field.key == "sandbox-number"]


def test_settings_are_undone_too_and_a_walk_through_the_stages_is_no_step(sandbox, address):
    at = sandbox(experiment="thai-curry")
    assert at.button(key="undo").disabled
    at.button(key="stage-SOFTMAX").click().run()
    assert at.button(key="undo").disabled
    at.toggle(key="sandbox-causal").set_value(True).run()
    at.toggle(key="sandbox-scale").set_value(False).run()
    at.button(key="undo").click().run()
    assert (address(at).get("mask"), address(at).get("scale")) == ("causal", None)
    at.button(key="undo").click().run()
    assert address(at) == {"experiment": "thai-curry", "stage": "SOFTMAX"}
    assert at.button(key="undo").disabled
    at.button(key="redo").click().run()
    assert address(at)["mask"] == "causal"
    assert not at.button(key="redo").disabled
    at.toggle(key="sandbox-causal").set_value(False).run()
    assert at.button(key="redo").disabled, "what comes after another change cannot be made again"


def test_other_tokens_get_other_vectors_where_these_are_drawn(sandbox, seen, address):
    at = sandbox(experiment="kv-cache", stage="EMBED")
    first = seen(at)[1].copy()
    words = at.text_input(key="sandbox-tokens").value.split(", ")
    at.text_input(key="sandbox-tokens").set_value(", ".join(["soup", *words[1:]])).run()
    assert address(at)["tokens"].startswith("soup,")
    after = seen(at)[1]
    assert not np.array_equal(after[0], first[0])
    np.testing.assert_array_equal(after[1:], first[1:])
