"""Experiments about numbers, softmax and shapes: what their cards expect and what their prose says, computed."""

import math

import pytest
import torch

from attnquiz.sandbox.address import from_query
from attnquiz.sandbox.run import run


def expects(card, *said):
    """What is to be seen, after making sure that the card says all of these things."""
    whole = " ".join(" ".join([card.body.expect, *(option.feedback for option in card.body.options)]).split())
    for words in said:
        assert words in whole, words


def shown(found, row=0):
    return found.of("weights")[row].tolist()


def bits(weights):
    return -sum(p * math.log2(p) for p in weights if p > 0)


def test_a_long_key_beats_an_aligned_one(opened, changed):
    found = opened(
        "long-key", "3 for \"long\", 2 for \"aligned\" and -2 for \"opposite\"", "0.71, 1 and -1", "45 degrees aside",
    )  # fmt: skip
    assert found.key_labels == ("long", "aligned", "opposite")
    assert found.of("scores").tolist() == [[3, 2, -2]]
    assert changed("long-key", scoring="cosine").of("scores")[0].tolist() == pytest.approx([0.71, 1, -1], abs=5e-3)
    assert math.cos(math.radians(45)) == pytest.approx(0.71, abs=5e-3)
    assert changed("long-key", edit="K.0.0:2").of("scores")[0, :2].tolist() == [2, 2], "they draw level"


def test_softmax_shares_anew_when_one_score_rises(collection, changed):
    expects(
        collection.cards["exp-softmax"], "| scores 1, 0, -1 | 0.67 | 0.24 | 0.09 |",
        "| scores 1, 0, 1 | 0.42 | 0.16 | 0.42 |", "the first is 2.72 times the second", "multiplied by 0.63",
        "The first loses 0.24 and the second 0.09",
    )  # fmt: skip
    before = shown(changed("softmax", scores="[1, 0, -1]"))
    after = shown(changed("softmax", scores="[1, 0, -1]", edit="K.2.0:1"))
    assert before == pytest.approx([0.67, 0.24, 0.09], abs=5e-3)
    assert after == pytest.approx([0.42, 0.16, 0.42], abs=5e-3)
    for each in (before, after):
        assert each[0] / each[1] == pytest.approx(math.e)
    assert [a / b for a, b in zip(after[:2], before[:2], strict=True)] == pytest.approx([0.63, 0.63], abs=5e-3)
    assert [b - a for a, b in zip(after[:2], before[:2], strict=True)] == pytest.approx([0.24, 0.09], abs=5e-3)


def test_a_thousand_more_for_every_score_changes_no_weight(collection, opened, changed):
    found = opened("shift", "2, 1 and 0, the second 1002, 1001 and 1000", "0.67, 0.24 and 0.09 in both rows")
    expects(
        collection.cards["exp-shift"], "1000 added to each score: 0.67, 0.24, 0.09",
        "float32 or float64: nan, nan, nan", "the scores doubled: 0.87, 0.12, 0.02",
    )  # fmt: skip
    assert found.of("scores").tolist() == [[2, 1, 0], [1002, 1001, 1000]]
    for row in (0, 1):
        assert shown(found, row) == pytest.approx([0.67, 0.24, 0.09], abs=5e-3)
    assert shown(found, 1) == pytest.approx(shown(found, 0), abs=1e-12)
    as_the_page_counts = run(from_query({"experiment": "shift"}), dtype=torch.float32)
    assert shown(as_the_page_counts, 1) == pytest.approx([0.67, 0.24, 0.09], abs=5e-3)
    for precision in (torch.float32, torch.float64):
        powers = torch.tensor([1002.0, 1001.0, 1000.0], dtype=precision).exp()
        assert (powers / powers.sum()).isnan().all()
    assert shown(changed("softmax", scores="[4, 2, 0]")) == pytest.approx([0.87, 0.12, 0.02], abs=5e-3)
    assert shown(changed("shift", edit="K.0.1:1003"), 1) != pytest.approx(shown(found, 1), abs=0.1)
    assert shown(changed("shift", edit="K.0.1:1003")) == shown(found)


TEMPERATURES = {
    "100": (0.34, 0.33, 0.33, 1.58), "2": (0.51, 0.31, 0.19, 1.47), "1": (0.67, 0.24, 0.09, 1.20),
    "0.5": (0.87, 0.12, 0.02, 0.64), "0.1": (1.00, 0.00, 0.00, 0.00),
}  # fmt: skip


def test_temperature_evens_out_and_sharpens(collection, changed):
    card = collection.cards["exp-temperature"]
    expects(card, "at 0.1 is 0.00005", "Three equal weights would have 1.58 bits", "0.02, 0.01 and 0")
    for temperature, expected in TEMPERATURES.items():
        expects(card, "| " + " | ".join([temperature, *(f"{number:.2f}" for number in expected)]) + " |")
        weights = shown(changed("softmax", scores="[2, 1, 0]", temperature=temperature))
        assert [*weights, bits(weights)] == pytest.approx(expected, abs=5.1e-3)
        assert weights == sorted(weights, reverse=True)
    scaled = changed("softmax", scores="[2, 1, 0]", temperature="100").of("scaled")[0].tolist()
    assert scaled == pytest.approx([0.02, 0.01, 0])
    assert shown(changed("softmax", scores="[2, 1, 0]", temperature="0.1"))[1] == pytest.approx(0.00005, abs=5e-6)
    assert math.log2(3) == pytest.approx(1.58, abs=5e-3)


def test_a_decided_row_is_hard_to_move(collection, opened, changed):
    found = opened(
        "saturated", "0.73 and 0.27 in the first row, 0.9997 and 0.0003 in the second", "climbs to 0.88",
        "in the second to 0.9999", "adds 1 to its score in both rows",
    )  # fmt: skip
    expects(
        collection.cards["exp-saturation"], "from 0.73 to 0.88, by 0.15", "from 0.9997 to 0.9999, by 0.0002",
        "From 0.73 to 0.88",
    )  # fmt: skip
    moved = changed("saturated", edit="K.0.1:1")
    assert found.of("scores").tolist() == [[1, 0], [8, 0]]
    assert moved.of("scores").tolist() == [[2, 0], [9, 0]]
    for row, before, after, step, digits in ((0, 0.73, 0.88, 0.15, 5e-3), (1, 0.9997, 0.9999, 0.0002, 5e-5)):
        assert shown(found, row)[0] == pytest.approx(before, abs=digits)
        assert shown(moved, row)[0] == pytest.approx(after, abs=digits)
        assert shown(moved, row)[0] - shown(found, row)[0] == pytest.approx(step, abs=digits)
    assert shown(found, 1)[1] == pytest.approx(0.0003, abs=5e-5)


@pytest.mark.parametrize(
    ("scores", "diagonal", "loss", "gradient", "digits"),
    [([1.0, 0.0], 0.20, 0.53, 0.29, 5e-3), ([8.0, 0.0], 0.0003, 1.00, 0.0007, 5e-5)],
)
def test_a_decided_row_hears_little_of_its_mistake(scores, diagonal, loss, gradient, digits, collection):
    expects(
        collection.cards["exp-saturation"], "0.20 on its diagonal in the first row, 0.0003 in the second",
        "the loss is 0.53 in the first row and 1.00 in the second", "at the first score is 0.29 against 0.0007",
    )  # fmt: skip
    s = torch.tensor(scores, dtype=torch.float64, requires_grad=True)
    jacobian = torch.autograd.functional.jacobian(lambda each: each.softmax(dim=-1), s)
    assert jacobian.diagonal().tolist() == pytest.approx([diagonal] * 2, abs=digits)
    lost = (s.softmax(dim=-1) @ torch.tensor([0.0, 1.0], dtype=torch.float64) - 1) ** 2
    lost.backward()
    assert lost.item() == pytest.approx(loss, abs=5e-3)
    assert s.grad.tolist() == pytest.approx([gradient, -gradient], abs=digits)


def gradient_at_w_q(found, factor):
    """Its size, when the layer should give back its own input and all scores are `factor` times as large."""
    m = {name: matrix.clone().requires_grad_() for name, matrix in found.inputs.items()}
    heads = found.experiment.heads
    q, k, v = ((m["X"] @ m[name]).unflatten(-1, (heads, -1)).transpose(0, 1) for name in ("W_Q", "W_K", "W_V"))
    weights = (factor * q @ k.mT / math.sqrt(q.shape[-1])).softmax(dim=-1)
    output = (weights @ v).transpose(0, 1).flatten(1) @ m["W_O"]
    (output - found.inputs["X"]).square().sum().backward()
    return m["W_Q"].grad.norm().item(), weights


def test_larger_scores_first_send_more_gradient_and_then_none(collection, changed):
    (right,) = (option for option in collection.cards["mc-growing-scores"].body.options if option.right)
    assert "25, 55 and 142 at 1, 4 and 16, then 99 at 64 and 0.03 at 256" in right.feedback
    found = changed("who-gets-gradient", seed="3")
    sizes = [gradient_at_w_q(found, factor)[0] for factor in (1, 4, 16, 64, 256)]
    assert sizes[:4] == pytest.approx([25, 55, 142, 99], abs=0.5)
    assert sizes[4] == pytest.approx(0.03, abs=5e-3)
    card = collection.cards["mc-growing-scores"].see.arguments
    state = changed("who-gets-gradient", **card)
    torch.testing.assert_close(state.trace.weights, gradient_at_w_q(found, 16)[1].detach(), atol=1e-12, rtol=0)


@pytest.mark.parametrize("seed", range(8))
def test_in_every_small_layer_that_we_drew_it_grows_at_first_and_collapses_later(seed, changed):
    found = changed("who-gets-gradient", seed=str(seed))
    sizes = [gradient_at_w_q(found, 4**power)[0] for power in range(7)]
    assert sizes[1] > 1.1 * sizes[0]
    assert sizes[-1] < 0.001 * max(sizes)


def test_a_new_word_changes_all_weights_and_no_matrix(collection, changed):
    card = collection.cards["exp-new-word"]
    usual = changed("who-gets-gradient")
    typed = {"text": "we sat by the garden bank", "heads": "2", "d_model": "8", "seed": "4"}
    other = run(from_query(typed), dtype=torch.float64)
    assert [(one, new) for one, new in zip(usual.tokens, other.tokens, strict=True) if one != new] == [
        ("river", "garden")
    ]
    matrices = ("W_Q", "W_K", "W_V", "W_O")
    expects(card, "| W_Q, W_K, W_V, W_O | 256 | 0 |", "The largest change of a weight is 0.45")
    assert sum(usual.inputs[name].numel() for name in matrices) == 256
    assert all(torch.equal(usual.inputs[name], other.inputs[name]) for name in matrices)
    said = {"q": "queries, or keys, or values | 48 | 8", "scores": "scores | 72 | 22", "weights": "weights | 72 | 72"}
    said |= {"output": "output | 48 | 48", "k": said["q"], "v": said["q"]}
    for name, words in said.items():
        expects(card, f"| {words} |")
        moved = (usual.tensor(name) - other.tensor(name)).abs()
        total, changing = words.split(" | ")[1:]
        assert (moved.numel(), int((moved > 1e-6).sum())) == (int(total), int(changing)), name
    assert (usual.trace.weights - other.trace.weights).abs().max().item() == pytest.approx(0.45, abs=5e-3)
