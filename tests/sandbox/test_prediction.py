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
from attnquiz.sandbox.sides import PAIRS

NUMBER = re.compile(r"\$(-?[\d.]+(?:e-?\d+)?)\$")
TIMES = r" \times 10^{"
TEXTS = st.sampled_from(["a", "the cat sat", "one two three four five six", "x " * 30])

HEADS = [{"heads": 1}, {"heads": 2}, {"heads": 2, "kv_heads": 1}, {"heads": 4, "kv_heads": 2}]


@st.composite
def states(draw):
    start = (
        load(draw(st.sampled_from(names())))
        if draw(st.booleans())
        else own_text(
            draw(TEXTS),
            **draw(st.sampled_from(HEADS)),
            dropout=draw(st.sampled_from([0.0, 0.5])),
            mask=draw(st.sampled_from(Mask)),
            padding=draw(st.integers(0, 2)),
            positions=draw(st.sampled_from(Positions)),
            scoring=draw(st.sampled_from(Scoring)),
            memory_text=draw(st.sampled_from([None, "der Kater"])),
            seed=draw(st.integers(0, 99)),
        )
    )
    stage = draw(st.sampled_from(start.stages))
    return start.changed(stage=stage, tensor="", head=draw(st.integers(0, start.heads - 1)))


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
        assert [asked.is_right(key) for key in range(len(weights))] == (weights >= weights.max() - 1e-9).tolist()
        assert asked.choices == found.key_labels
    elif asked.tensor:
        assert found.of(asked.tensor, experiment.head)[asked.row, asked.column].item() == asked.truth
        assert not asked.is_right(asked.truth + 2 * asked.tolerance)
    assert question(found) == asked, "the same state asks the same"


@given(states(), st.sampled_from("qkv"))
def test_the_given_numbers_are_enough_to_work_sums_of_products_out(experiment, projected):
    for stage, tensor in ((Stage.PROJECT, projected), (Stage.SCORE, ""), (Stage.WEIGH, ""), (Stage.MERGE, "")):
        asked = question(run(experiment.changed(stage=stage, tensor=tensor, scoring=Scoring.DOT)))
        if not asked.tensor:
            continue  # nothing to look at, or nothing was projected
        lines = [line.replace(TIMES, "e").replace("}", "") for line in asked.given]
        columns = [[float(n) for n in NUMBER.findall(line)] for line in lines]
        products = [math.prod(row) for row in zip(*columns, strict=True)]
        # without W_O, the output is one of the joined numbers
        found = sum(products) if len(columns) == 2 else products[asked.column]
        rounded = 1e-4 * (1 + sum(abs(n) for column in columns for n in column))  # four decimals of each are written
        assert found == pytest.approx(asked.truth, rel=1e-4, abs=rounded)


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
    wrong = found.of("scores")[asked.row, asked.column].item()  # what it is to who forgets to scale
    beside = replace(asked, truth=wrong - 1.5 * asked.tolerance)
    assert belief_behind(found, beside, wrong) == "forgot-scaling"
    assert belief_behind(found, beside, wrong - 0.9 * asked.tolerance) is None, "right, though near to a belief"


def test_a_score_is_given_before_it_is_scaled():
    asked = question(run(own_text("the cat sat", heads=2, d_model=18, stage=Stage.SCALE)))
    score = float(NUMBER.search(asked.given[0])[1])
    assert "keys are 9 numbers long" in asked.given[0]
    assert asked.is_right(score / 3)


def test_of_tied_keys_each_is_right():
    asked = question(run(own_text("the cat " * 6, heads=1, d_model=8, stage=Stage.SOFTMAX)))
    assert sum(asked.is_right(key) for key in range(12)) == 6


@given(states())
def test_no_hidden_cell_is_asked_about(experiment):
    found = run(experiment)
    asked = question(found)
    if found.allowed is not None and asked.tensor in PAIRS and found.allowed.any():
        assert found.allowed[asked.row].any()
        assert asked.tensor != "scores" or found.allowed[asked.row, asked.column]


def test_a_row_with_nothing_to_look_at_is_asked_how_many_keys_it_has():
    asked = question(run(load("nothing-left").changed(stage=Stage.SOFTMAX)))
    assert asked.truth == 0
    assert asked.is_right(0)
