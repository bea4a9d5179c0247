"""A belief acted out on the sandbox page: loudly labelled, the truth beside it, one click away."""

import numpy as np
import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.sandbox.belief import SWITCHES


@pytest.fixture
def pictures(canvases):
    """Title, chosen cell and numbers of every picture, in the order of the page."""
    return lambda at: [(said["title"], said["cell"], values) for said, values, _ in canvases(at)]


def words(at):
    return "\n".join(m.value for m in at.markdown).replace("*", "").replace("$", "")


def test_the_belief_comes_first_and_the_truth_last_both_with_the_same_cell(sandbox, pictures):
    at = sandbox(belief="mask-after-softmax", mask="causal", stage="SOFTMAX", row="how", column="how")
    (theirs, cell, believed), (ours, same_cell, truth) = pictures(at)
    assert theirs == "As if the mask came after softmax: Weights"
    assert ours == "How it is: Weights"
    assert cell == same_cell == [0, 0]
    assert (believed[0, 0], truth[0, 0]) == (pytest.approx(0.2), 1)
    assert "The chosen cell would hold 0.2 instead of 1." in words(at)
    assert words(at).index("As if the mask came after softmax") < words(at).index("How it is")
    assert r"\frac{e^{0}}{e^{0} + e^{-\infty}" in words(at), "the arithmetic is that of the truth"


def test_the_strip_says_that_it_is_not_so_and_one_button_leads_back(sandbox, pictures, address):
    at = sandbox(belief="softmax-over-queries", stage="SOFTMAX", row="Thai")
    strip = at.warning[0]
    assert strip.proto.title == "As if: softmax ran over the queries"
    assert "This is not how attention works." in strip.value
    assert "Softmax normalises over queries." in strip.value
    assert "The numbers differ from stage 6, Softmax, on." in strip.value
    at.button(key="as-it-is").click().run()
    assert address(at) == {"experiment": "thai-curry", "stage": "SOFTMAX", "row": "Thai"}
    assert not at.warning
    assert [title for title, _, _ in pictures(at)] == ["Weights"]


def test_before_the_numbers_part_both_are_alike_and_a_button_leads_to_where_they_do(sandbox, pictures, address):
    at = sandbox(belief="forgot-scaling", stage="SCORE")
    (_, _, believed), (_, _, truth) = pictures(at)
    np.testing.assert_array_equal(believed, truth)
    assert "as it does" in words(at)
    at.button(key="parting").click().run()
    assert address(at)["stage"] == "SCALE"
    assert address(at)["belief"] == "forgot-scaling"
    assert "parting" not in [b.key for b in at.button]


def test_where_it_would_change_nothing_another_example_is_offered(sandbox, address):
    at = sandbox(belief="mask-inverted")
    assert "In this experiment that would change nothing. It takes a mask." in at.warning[0].value
    at.button(key="elsewhere").click().run()
    assert address(at) == dict(SWITCHES["mask-inverted"].experiment)
    assert "The numbers differ from stage 5, Mask, on." in at.warning[0].value


def test_beliefs_are_chosen_by_their_sentences_and_stay_with_the_next_example(sandbox, address):
    at = sandbox(stage="SOFTMAX")
    box = at.radio(key="sandbox-belief")
    sentences = load(shipped()).misconceptions
    assert box.options == ["Nothing: show how it is.", *(sentences[name].belief for name in SWITCHES)]
    box.set_value("scale-by-d").run()
    assert address(at) == {"experiment": "thai-curry", "stage": "SOFTMAX", "belief": "scale-by-d"}
    at.selectbox(key="sandbox-experiment").set_value("two-heads").run()
    assert address(at) == {"experiment": "two-heads", "belief": "scale-by-d"}
    at.button(key="reset").click().run()
    assert address(at) == {}


@pytest.mark.parametrize("belief", SWITCHES.values(), ids=SWITCHES)
def test_every_belief_opens_at_its_own_address(sandbox, belief, pictures):
    at = sandbox(**belief.experiment)
    assert at.warning[0].proto.title == f"As if: {belief.label}"
    (_, cell, believed), (_, _, truth) = pictures(at)
    assert not np.isclose(believed[tuple(cell)], truth[tuple(cell)], atol=0.01)


def test_both_pictures_stand_in_the_table(sandbox):
    at = sandbox(belief="forgot-scaling", stage="SOFTMAX")
    at.session_state["table"] = True
    at.run()
    assert [table.value.loc["curry", "Thai"].round(4) for table in at.dataframe] == [0.9987, 0.9317]
    assert any(c.value == "How it is: Weights" for c in at.caption)


def test_a_belief_that_nobody_can_act_out_gets_a_sentence(sandbox):
    at = sandbox(belief="![x](//example.org/x)")
    assert "which cannot be acted out here" in at.error[0].value
    assert "![" not in at.error[0].value
