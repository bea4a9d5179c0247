"""What a stage asks: the truth is the number of the trace, and the number of a belief names the belief."""

import math
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions, Scoring
from attnquiz.sandbox.as_if import as_if
from attnquiz.sandbox.experiment import Mask, own_text
from attnquiz.sandbox.library import load, names
from attnquiz.sandbox.prediction import belief_behind, question
from attnquiz.sandbox.run import run

TEXTS = st.sampled_from(["a", "the cat sat", "one two three four five six", "x " * 30])


@st.composite
def states(draw):
    start = (
        load(draw(st.sampled_from(names())))
        if draw(st.booleans())
        else own_text(
            draw(TEXTS),
            heads=draw(st.sampled_from([1, 2, 4])),
            mask=draw(st.sampled_from(Mask)),
            padding=draw(st.integers(0, 2)),
            positions=draw(st.sampled_from(Positions)),
            scoring=draw(st.sampled_from(Scoring)),
            memory_text=draw(st.sampled_from([None, "der Kater"])),
            seed=draw(st.integers(0, 99)),
        )
    )
    stage = draw(st.sampled_from(start.stages))
    return start.changed(stage=stage, head=0)


@given(states())
def test_every_state_asks_for_a_number_of_its_own_trace_and_takes_it(experiment):
    found = run(experiment)
    asked = question(found)
    assert asked.asked.endswith(("?", "\\?"))
    assert asked.given
    assert math.isfinite(asked.truth)
    assert asked.is_right(asked.truth)
    if asked.choices:
        weights = found.of("weights", experiment.head)[asked.row]
        assert weights[int(asked.truth)] == weights.max()
        assert asked.choices == found.key_labels
    elif asked.tensor:
        assert found.of(asked.tensor, experiment.head)[asked.row, asked.column].item() == asked.truth
        assert not asked.is_right(asked.truth + 2 * asked.tolerance)
    assert question(found) == asked, "the same state asks the same"


@given(states())
def test_the_given_numbers_are_enough_to_work_scores_and_sums_out(experiment):
    if experiment.stage not in (Stage.SCORE, Stage.WEIGH) or experiment.scoring is not Scoring.DOT:
        return
    asked = question(run(experiment))
    if asked.tensor in ("scores", "mixed"):
        left, right = ([float(n) for n in re.findall(r"\$(-?[\d.]+)\$", line)] for line in asked.given[:2])
        if len(left) == len(right) and all("times" not in line for line in asked.given):
            products = [a * b for a, b in zip(left, right, strict=True)]
            assert sum(products) == pytest.approx(asked.truth, abs=1e-3 * (1 + sum(map(abs, products))))


@pytest.mark.parametrize(
    ("belief", "state"),
    [
        ("scale-by-d", own_text("the cat sat", heads=1, d_model=8, stage=Stage.SCALE)),
        ("forgot-scaling", own_text("the cat sat", heads=1, d_model=8, stage=Stage.SCALE)),
        ("mix-unweighted", own_text("the cat sat", heads=1, d_model=8, stage=Stage.WEIGH)),
        ("forgot-wo", own_text("the cat sat", heads=1, d_model=8, stage=Stage.MERGE)),
    ],
)
def test_the_number_of_a_belief_names_the_belief(belief, state):
    found = run(state)
    asked = question(found)
    theirs = as_if(replace(found, experiment=replace(state, belief=belief))).of(asked.tensor)[asked.row, asked.column]
    assert belief_behind(found, asked, theirs.item()) == belief


def test_the_truth_and_a_number_from_nowhere_name_no_belief():
    found = run(own_text("the cat sat", heads=1, d_model=8, stage=Stage.SCALE))
    asked = question(found)
    assert belief_behind(found, asked, asked.truth) is None
    assert belief_behind(found, asked, 31_415.9) is None


def test_a_row_with_nothing_to_look_at_is_asked_how_many_keys_it_has():
    asked = question(run(load("nothing-left").changed(stage=Stage.SOFTMAX)))
    assert asked.truth == 0
    assert asked.is_right(0)
