"""The time of each stage: what is timed is what is shown, and the clock is the caller's."""

import itertools
import time

import pytest
import torch

from attnquiz.attention.attend import join_heads
from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions, Scoring
from attnquiz.sandbox.experiment import Mask, own_text
from attnquiz.sandbox.run import run
from attnquiz.sandbox.timing import times, works

VARIANTS = [
    {},
    {"mask": Mask.CAUSAL, "kv_heads": 2, "positions": Positions.ROPE},
    {"scoring": Scoring.ADDITIVE, "positions": Positions.T5},
    {"scoring": Scoring.COSINE, "memory_text": "other words to look at", "dropout": 0.2},
]


@pytest.mark.parametrize("settings", VARIANTS)
def test_what_is_timed_is_what_the_page_shows(settings):
    found = run(own_text("one two three four five six", heads=4, d_model=16, precision="float64", **settings))
    done = {stage: work() for stage, work in works(found).items()}
    torch.testing.assert_close(done[Stage.SCORE], found.tensor("scores"))
    torch.testing.assert_close(done[Stage.SOFTMAX], found.tensor("weights"))
    torch.testing.assert_close(done[Stage.WEIGH], found.tensor("mixed"))
    torch.testing.assert_close(done[Stage.MERGE], found.tensor("output"))
    assert (Stage.SCALE in done) == (found.experiment.scoring is Scoring.DOT or found.experiment.positions.is_bias)
    if Stage.SCALE in done:
        torch.testing.assert_close(done[Stage.SCALE], found.tensor("biased"))
    if found.allowed is not None:
        torch.testing.assert_close(done[Stage.MASK], found.tensor("masked"))
    q, _, v = done[Stage.PROJECT]
    torch.testing.assert_close(v, join_heads(found.tensor("v")))
    rotary = found.experiment.positions is Positions.ROPE
    torch.testing.assert_close(q, found.tensor("q_rot") if rotary else join_heads(found.tensor("q")))


def test_a_stage_that_does_nothing_has_no_time():
    found = run(own_text("one two three", scale=False))
    assert set(times(found, time.perf_counter, 3)) == {
        Stage.PROJECT, Stage.SCORE, Stage.SOFTMAX, Stage.WEIGH, Stage.MERGE,
    }  # fmt: skip


def test_the_time_of_a_stage_is_the_median_of_its_repeats():
    ticks = itertools.accumulate(itertools.cycle([0.0, 1.0, 0.0, 9.0, 0.0, 2.0]))
    taken = times(run(own_text("one two three", mask=Mask.CAUSAL)), lambda: next(ticks), 3)
    assert set(taken.values()) == {2.0}


def test_of_a_long_text_one_head_is_timed():
    found = run(own_text(" ".join(f"w{i}" for i in range(300)), mask=Mask.CAUSAL))
    done = works(found)
    assert done[Stage.SCORE]().shape == (1, 300, 300)
    torch.testing.assert_close(done[Stage.WEIGH]()[0], found.of("mixed", 0), rtol=1e-4, atol=1e-5)
    assert all(seconds > 0 for seconds in times(found, time.perf_counter, 1).values())
