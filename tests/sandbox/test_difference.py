"""What has moved between before and after."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions
from attnquiz.sandbox import sides
from attnquiz.sandbox.address import beginning
from attnquiz.sandbox.difference import NO_DIFFERENCE, NOTHING_CHANGED, changes, difference, differing, largest
from attnquiz.sandbox.edit import Edit
from attnquiz.sandbox.experiment import Mask, own_text
from attnquiz.sandbox.frames import matrix
from attnquiz.sandbox.library import load, names
from attnquiz.sandbox.run import run

THAI = load("thai-curry")


def moved(e):
    return changes(run(e), run(beginning(e)))


def shown(e, stage, name="", head=0):
    return matrix(run(e), stage, head, name), matrix(run(beginning(e)), stage, head, name)


@pytest.mark.parametrize("name", names())
def test_what_was_only_opened_has_not_changed(name):
    found = moved(load(name))
    assert found.stages == frozenset()
    assert found.first is None


@pytest.mark.parametrize(
    ("changed", "first", "same"),
    [
        ({"temperature": 2.0}, Stage.SCALE, {Stage.PROJECT, Stage.SCORE}),
        ({"mask": Mask.CAUSAL}, Stage.MASK, {Stage.PROJECT, Stage.SCORE, Stage.SCALE}),
        ({"edits": (Edit("W_Q", 0, 0, 7.0),)}, Stage.PROJECT, {Stage.EMBED}),
        ({"edits": (Edit("W_V", 0, 0, 7.0),)}, Stage.PROJECT, {Stage.SCORE, Stage.SCALE, Stage.MASK, Stage.SOFTMAX}),
        ({"edits": (Edit("W_O", 0, 0, 7.0),)}, Stage.MERGE, set(Stage) - {Stage.MERGE}),
        ({"positions": Positions.ALIBI}, Stage.SCALE, {Stage.EMBED, Stage.PROJECT, Stage.SCORE}),
        ({"dropout": 0.5}, Stage.SOFTMAX, {Stage.SCORE, Stage.MASK}),
        ({"heads": 4}, None, set(Stage)),  # sizes of own text are how it begins
    ],
)
def test_a_change_moves_the_stages_from_where_it_enters(changed, first, same):
    found = moved(own_text("the cat sat on the mat", heads=2, d_model=8).changed(**changed))
    assert found.first is first
    assert not found.stages & same


@given(st.integers(0, 7), st.integers(0, 7), st.floats(-3, 3), st.sampled_from(["W_Q", "W_K", "W_V", "W_O"]))
@settings(max_examples=30)
def test_changed_cells_are_those_that_a_loop_finds(row, column, value, name):
    e = own_text("the cat sat on the mat", mask=Mask.CAUSAL).changed(edits=(Edit(name, row, column, value),))
    found = moved(e)
    for stage in e.stages:
        for tensor in sides.tensors(e, stage):
            for head in range(e.shape(tensor)[0] if tensor in sides.HEADED else 1):
                ours, theirs = found.after.of(tensor, head), found.before.of(tensor, head)
                finite = [abs(x) for x in [*ours.flatten().tolist(), *theirs.flatten().tolist()] if math.isfinite(x)]
                limit = 16 * 2**-23 * max(finite)
                pairs = zip(ours.flatten().tolist(), theirs.flatten().tolist(), strict=True)
                expected = [not (a == b or abs(a - b) <= limit) for a, b in pairs]
                assert found.cells(tensor, head).flatten().tolist() == expected


def test_rounding_is_no_change_and_no_number_equals_itself():
    ours = torch.tensor([1.0, math.nan, -math.inf, 0.0, 1.0, math.nan])
    theirs = torch.tensor([1.0 + 2e-7, math.nan, -math.inf, 0.1, -math.inf, 1.0])
    assert differing(ours, theirs).tolist() == [False, False, False, True, True, True]


def test_sides_that_differ_have_no_cells_and_no_difference():
    e = own_text("the cat sat", heads=2, d_model=8).changed(padding=2, stage=Stage.SOFTMAX)
    found = moved(e)
    assert found.stages == frozenset(Stage)
    assert found.cells("weights") is None
    after, before = shown(e, Stage.SOFTMAX)
    assert difference(after, before) is None
    assert largest(after, before) == NO_DIFFERENCE


def test_a_head_and_a_tensor_that_were_not_there_have_no_cells():
    two = own_text("the cat sat", heads=2, d_model=8)
    found = changes(run(two.changed(heads=4, positions=Positions.LEARNED)), run(two))
    assert found.cells("weights", 3) is None
    assert found.cells("position") is None
    assert found.cells("scaled", 0) is not None


def test_after_minus_before_stands_on_a_scale_around_nothing():
    e = THAI.changed(edits=(Edit("W_Q", 0, 0, 9.0),), stage=Stage.SOFTMAX)
    after, before = shown(e, Stage.SOFTMAX)
    found = difference(after, before)
    assert found.title == "After minus before"
    np.testing.assert_array_equal(found.values, after.values - before.values)
    assert found.domain[0] == -found.domain[1] <= -np.abs(found.values).max()


def test_the_largest_change_in_words():
    e = THAI.changed(temperature=4.0, stage=Stage.SOFTMAX)
    after, before = shown(e, Stage.SOFTMAX)
    assert largest(after, before).startswith('The largest change: query "curry", key "Thai": 0.9317 → 0.40')
    assert largest(before, before) == NOTHING_CHANGED


def test_cells_that_the_mask_has_taken_are_counted_and_have_no_difference_of_scores():
    e = THAI.changed(mask=Mask.CAUSAL)
    after, before = shown(e, Stage.MASK)
    assert largest(after, before) == "10 cells are newly hidden."
    found = difference(after, before)
    assert found.hidden.sum() == np.isnan(found.values).sum() == 10
    weights = difference(*shown(e, Stage.SOFTMAX))
    assert not weights.hidden.any()
    assert not np.isnan(weights.values).any()
    assert largest(before, after).endswith("10 cells are no longer hidden.")


@pytest.mark.parametrize("text", ["word " * 300])
def test_a_long_text_is_compared_by_the_head_that_is_looked_at(text):
    e = own_text(text, heads=2, d_model=8).changed(head=1, temperature=2.0)
    found = moved(e)
    assert found.first is Stage.SCALE
    assert found.cells("scaled", 1).any()
