"""The truth of every heatmap card, by PyTorch: the same map, and what its question says about any map."""

import pytest
import torch

from attnquiz.attention.attend import attend
from attnquiz.attention.mask import causal
from attnquiz.cards import maps
from attnquiz.cards.card import Kind
from attnquiz.cards.collection import load, shipped
from attnquiz.cards.grading import Verdict, grade
from attnquiz.sandbox.experiment import Mask
from attnquiz.sandbox.library import load as open_experiment
from attnquiz.sandbox.run import run

CARDS = {card.id: card for card in load(shipped()).cards.values() if card.kind is Kind.HEATMAP}
TOKENS = ("how", "to", "make", "Thai", "curry")


def random_weights(count):
    """(count, 5, 5) under a causal mask, and without one."""
    generator = torch.Generator().manual_seed(2)
    q, k = (torch.randn(count, 5, 4, generator=generator, dtype=torch.float64) for _ in range(2))
    return attend(q, k, k, allowed=causal(5)).weights, attend(q, k, k).weights


@pytest.mark.parametrize("name", CARDS)
def test_the_map_of_a_card_is_that_of_the_sandbox(name):
    preset = CARDS[name].body.preset
    of = maps.preset(preset)
    found = run(open_experiment(preset), dtype=torch.float64)
    assert of.tokens == found.labels
    torch.testing.assert_close(
        torch.tensor(of.weights, dtype=torch.float64), found.trace.weights[0], atol=1e-12, rtol=0, equal_nan=True
    )


@pytest.mark.parametrize("name", CARDS)
def test_no_wrong_cell_is_a_right_one(name):
    card = CARDS[name]
    right = maps.cells(card, 0)
    assert right
    assert card.body.wrong
    for rule in card.body.wrong:
        assert not right & maps.evaluated(card, rule.rule, 0), rule.rule


def test_the_largest_weight_is_that_of_curry_on_thai_and_its_mirror_is_065():
    weights = run(open_experiment("thai-curry")).trace.weights[0]
    largest = weights.argmax().item()
    assert maps.cells(CARDS["heat-curry-largest"], 0) == {(largest // 5, largest % 5)} == {(4, 3)}
    assert weights[3, 4].item() == pytest.approx(0.65, abs=5e-3)
    assert weights.diagonal().max() < weights[4, 3]
    q = run(open_experiment("thai-curry")).trace.q[0]
    assert q.abs().sum(dim=-1).bool().tolist() == [False, False, True, True, True], "three queries are not zero"


def test_under_a_causal_mask_only_the_first_weight_is_certain():
    masked, _ = random_weights(50)
    certain = masked.eq(1).all(dim=0).nonzero().tolist()
    assert {tuple(cell) for cell in certain} == maps.cells(CARDS["heat-causal-certain"], 0) == {(0, 0)}
    assert masked[0].eq(0).sum() == 10, "ten cells above the diagonal are 0"


def test_a_causal_mask_leaves_the_last_row_alone_and_no_other():
    card = CARDS["heat-causal-unchanged"]
    assert maps.asked_for(card) == "row"
    masked, free = random_weights(50)
    assert (masked == free).all(dim=-1).all(dim=0).tolist() == [False, False, False, False, True]
    preset = open_experiment("thai-curry")
    masked, free = (run(preset.changed(mask=mask)).trace.weights[0] for mask in (Mask.CAUSAL, Mask.NONE))
    same = [row for row in range(5) if torch.equal(masked[row], free[row])]
    assert {query for query, _ in maps.cells(card, 0)} == set(same) == {4}
    assert masked[0, 0] == 1


def test_the_row_card_is_graded_by_the_name_of_its_row():
    card = CARDS["heat-causal-unchanged"]
    assert grade(card, 0, 0, "row curry").verdict is Verdict.RIGHT
    assert grade(card, 0, 0, "row how").misconception == "mask-inverted"
    assert grade(card, 0, 0, "row Thai").verdict is Verdict.WRONG
    assert grade(card, 0, 0, "curry,Thai").verdict is Verdict.UNREADABLE
