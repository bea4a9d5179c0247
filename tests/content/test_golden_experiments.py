"""What the experiment cards expect, read off the sandbox: the numbers of the first collection, state by state."""

import math

import pytest
import torch

from attnquiz.sandbox.address import from_query
from attnquiz.sandbox.as_if import as_if
from attnquiz.sandbox.run import run


def state(name, **settings):
    return run(from_query({"experiment": name, **settings}), dtype=torch.float64)


def rows(found, name="weights"):
    return [[round(entry, 4) for entry in row] for row in found.of(name).tolist()]


def entropy(weights):
    """In bits."""
    return -(weights * weights.clamp(min=1e-300).log2()).sum(dim=-1)


def test_thai_curry_without_a_mask():
    found = state("thai-curry")
    spread, cuisine, dish = [0.2] * 5, [0.0878] * 4 + [0.6488], [0.0171] * 3 + [0.9317, 0.0171]
    assert rows(found) == [spread, spread, cuisine, cuisine, dish]
    assert entropy(found.of("weights")).tolist() == pytest.approx([2.32, 2.32, 1.64, 1.64, 0.50], abs=5e-3)
    assert round(state("thai-curry", scale="off").of("weights")[4, 3].item(), 4) == 0.9987


@pytest.mark.parametrize("query", [{"name": "thai-curry", "mask": "causal"}, {"name": "thai-curry-causal-hidden"}])
def test_thai_curry_under_the_causal_mask(query):
    assert rows(state(**query)) == [
        [1, 0, 0, 0, 0], [0.5, 0.5, 0, 0, 0], [0.3333, 0.3333, 0.3333, 0, 0], [0.25, 0.25, 0.25, 0.25, 0],
        [0.0171, 0.0171, 0.0171, 0.9317, 0.0171],
    ]  # fmt: skip


LENGTHS = {  # d_k: largest weight and entropy in bits without scaling, and both with it
    4: (0.419, 2.58, 0.230, 3.46), 16: (0.679, 1.32, 0.242, 3.41), 64: (0.845, 0.59, 0.243, 3.41),
    256: (0.927, 0.26, 0.249, 3.39), 1024: (0.959, 0.14, 0.244, 3.41),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("d_k", LENGTHS)
def test_scaling_on_average_over_many_draws(d_k):
    found = []
    for scale in ("off", "on"):
        drawn = [state("scaling", d_k=str(d_k), seed=str(seed), scale=scale).of("weights") for seed in range(40)]
        weights = torch.cat(drawn)
        found += [weights.amax(dim=-1).mean().item(), entropy(weights).mean().item()]
    largest, spread, largest_scaled, spread_scaled = LENGTHS[d_k]
    assert found[0::2] == pytest.approx([largest, largest_scaled], abs=0.02)
    assert found[1::2] == pytest.approx([spread, spread_scaled], abs=0.1)


def test_three_ways_to_forbid_a_key_and_what_each_leaves_of_it():
    hidden = state("three-masks")
    assert rows(hidden)[0] == [0.7311, 0.2689, 0]
    for written, expected in [("0", [0.6652, 0.2447, 0.0900]), ("-5", [0.7306, 0.2688, 0.0007])]:
        assert rows(state("three-masks", mask="none", edit=f"X.2.1:{written}"))[0] == expected
    after = as_if(state("three-masks", belief="mask-after-softmax")).of("weights")[0]
    assert [round(entry, 4) for entry in after.tolist()] == [0.2447, 0.0900, 0]
    assert after.sum().item() == pytest.approx(0.3348, abs=5e-5)
    assert [round(entry, 4) for entry in (after / after.sum()).tolist()] == [0.7311, 0.2689, 0]


def test_nothing_left_to_look_at():
    found = state("nothing-left")
    assert found.of("scaled")[0].tolist() == [2, 1, 3]
    assert found.of("weights").isnan().all()
    assert found.empty_rows == (0, 1, 2)
    assert rows(state("nothing-left", mask="none"))[0] == [0.2447, 0.0900, 0.6652]


def test_shuffling_all_tokens():
    usual, reversed_ = state("thai-curry"), state("shuffle")
    assert reversed_.tokens == usual.tokens[::-1]
    torch.testing.assert_close(reversed_.of("output").flip(0), usual.of("output"), atol=1e-12, rtol=0)
    usual, reversed_ = (state(name, positions="sinusoidal").of("output") for name in ("thai-curry", "shuffle"))
    assert (reversed_.flip(0) - usual).abs().max().item() == pytest.approx(1.51, abs=5e-3)
    usual, reversed_ = (state(name, layers="2", layer="1").of("output") for name in ("thai-curry", "shuffle"))
    torch.testing.assert_close(reversed_.flip(0), usual, atol=1e-12, rtol=0)


def push(found, target=1.0):
    """Loss and its gradient at the scores, from what the sandbox shows: a_j (g v_j - sum_k a_k g v_k)."""
    weights, values, output = found.of("weights")[0], found.of("v")[:, 0], found.of("output")[0, 0]
    slope = 2 * (output - target)
    return ((output - target) ** 2).item(), (weights * slope * (values - weights @ values)).tolist()


@pytest.mark.parametrize(
    ("scores", "weights", "output", "loss", "gradient"),
    [
        ("[0, 0]", [0.5, 0.5], 0, 1, [-1, 1]),
        ("[1, -1]", [0.8808, 0.1192], 0.7616, 0.0568, None),
        ("[-10, 10]", [0, 1], -1, 4, [-1.6e-8, 1.6e-8]),
    ],
)
def test_the_first_gradient_from_good_and_bad_scores(scores, weights, output, loss, gradient):
    found = state("mix", scores=scores, values="[[1], [-1]]")
    assert rows(found) == [weights]
    assert found.of("output").item() == pytest.approx(output, abs=5e-5)
    lost, pushed = push(found)
    assert lost == pytest.approx(loss, abs=5e-5)
    assert gradient is None or pushed == pytest.approx(gradient, rel=0.05)


def test_equal_values_push_no_score():
    assert push(state("mix", scores="[0, 0]", values="[[1], [1]]"))[1] == [0, 0]
    assert push(state("mix", scores="[2, -1]", values="[[0.5], [0.5]]"))[1] == pytest.approx([0, 0], abs=1e-15)


def test_where_both_matrices_are_zero_neither_gets_a_gradient():
    found = state("first-gradient", edit="W_K.0.0:0,W_K.1.1:0")
    m = {name: matrix.clone().requires_grad_() for name, matrix in found.inputs.items()}
    scores = (m["X"] @ m["W_Q"]) @ (m["MEMORY"] @ m["W_K"]).T
    output = (scores / math.sqrt(2)).softmax(dim=-1) @ (m["MEMORY"] @ m["W_V"]) @ m["W_O"]
    ((output - 1) ** 2).sum().backward()
    assert m["W_Q"].grad.eq(0).all()
    assert m["W_K"].grad.eq(0).all()
