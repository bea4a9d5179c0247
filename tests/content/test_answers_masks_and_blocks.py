"""Answers of cards about masks, heads and blocks, found again with PyTorch and by counting."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from attnquiz.attention.attend import attend
from attnquiz.attention.mask import causal
from attnquiz.cards import maps
from attnquiz.cards.truth import truth
from tests.content.programs import drawn, same

HIDDEN = float("-inf")


@pytest.fixture
def variants(collection):
    """Each variant of a card: its truth and the numbers in it."""
    return lambda name: [(truth(collection.cards[name], i), v) for i, v in enumerate(collection.cards[name].variants)]


@pytest.fixture(autouse=True)
def seeded():
    with torch.random.fork_rng():
        torch.manual_seed(17)
        yield


# Masks


def test_entries_of_a_causal_table_that_may_be_above_zero(variants):
    for answer, v in variants("num-causal-pairs"):
        weights = attend(*(drawn(1, v["n"], 4) for _ in range(3)), allowed=causal(v["n"])).weights
        assert answer == weights.gt(0).sum()
        assert answer > v["n"] ** 2 / 2, "a little more than half"


def test_the_one_cell_that_only_the_padding_mask_hides(collection):
    card = collection.cards["heat-padding-alone"]
    keep = torch.tensor([True, True, True, False]).expand(4, 4)
    alone = (causal(4) & ~keep).nonzero().tolist()
    assert {tuple(cell) for cell in alone} == maps.cells(card, 0) == {(3, 3)}
    weights = attend(*(drawn(1, 4, 3) for _ in range(3)), allowed=causal(4) & keep).weights[0]
    assert weights[3, :3].gt(0).all(), "the filler's own row is computed like any other"


def test_the_sides_with_which_a_padding_mask_meets_the_keys(variants):
    for answer, v in variants("shape-padding-mask"):
        keep = torch.ones(v["B"], v["s"], dtype=torch.bool)
        keep[0, -2:] = False
        scores = drawn(v["B"], v["h"], v["t"], v["s"])
        weights = scores.masked_fill(~keep.view(answer), HIDDEN).softmax(dim=-1)
        assert weights[0, ..., -2:].eq(0).all()
        assert weights[1:].gt(0).all()
        with pytest.raises(RuntimeError):
            scores.masked_fill(~keep, HIDDEN)
        with pytest.raises(RuntimeError):
            scores.masked_fill(~keep.view(v["B"], 1, v["s"], 1), HIDDEN)


def test_the_share_that_equal_scores_give_to_padding(variants):
    for answer, v in variants("num-padding-share"):
        weights = torch.zeros(v["r"] + v["p"], dtype=torch.float64).softmax(dim=-1)
        assert answer == pytest.approx(weights[v["r"] :].sum().item())


def test_zero_vectors_without_a_mask_make_the_outputs_shrink():
    x = drawn(1, 5, 8)
    filled = torch.cat([x, torch.zeros(1, 3, 8, dtype=torch.float64)], dim=1)
    matrices = [drawn(8, 8) for _ in range(3)]
    alone, padded = (
        functional.scaled_dot_product_attention(*(t @ matrix for matrix in matrices))[0, :5] for t in (x, filled)
    )
    factors = padded / alone
    same(factors, factors[:, :1].expand_as(factors))
    assert factors.lt(1).all()
    assert factors.gt(0).all()


def test_a_mask_after_softmax_and_dividing_by_the_sum_is_a_mask_before(collection):
    scores = torch.tensor([[2.0, 1, 3], [0.3, -4, 1]], dtype=torch.float64)
    after = scores.softmax(dim=-1).masked_fill(torch.tensor([False, False, True]), 0)
    before = scores.masked_fill(torch.tensor([False, False, True]), HIDDEN).softmax(dim=-1)
    same(after / after.sum(dim=-1, keepdim=True), before)
    assert [round(entry, 2) for entry in before[0].tolist()] == [0.73, 0.27, 0]
    assert "0.73 and 0.27" in collection.cards["mc-mask-renormalised"].why


def test_a_row_filled_with_a_low_number_is_a_tie():
    scores = torch.tensor([2.0, 1, 3, -5, 0])
    every, some = torch.ones(5, dtype=torch.bool), torch.tensor([True] * 4 + [False])
    assert scores.masked_fill(every, -1e9).softmax(dim=-1).tolist() == pytest.approx([0.2] * 5)
    assert scores.masked_fill(every, HIDDEN).softmax(dim=-1).isnan().all()
    assert scores.masked_fill(some, -1e9).softmax(dim=-1).tolist() == [0, 0, 0, 0, 1], "fine with a key left"


def test_fillers_on_the_left_have_rows_without_a_key():
    keep = torch.tensor([False, False, True, True, True])
    empty = (~(causal(5) & keep).any(dim=-1)).tolist()
    assert empty == [True, True, False, False, False]
    assert (causal(5) & keep.flip(0)).any(dim=-1).all(), "on the right, no row is empty"


def test_a_row_without_a_key_is_zero_in_one_function_and_nan_in_the_other():
    x, keep = torch.randn(1, 3, 8), torch.tensor([[True, True, True], [False, False, False], [True, True, True]])
    found = functional.scaled_dot_product_attention(x, x, x, attn_mask=keep)
    assert (found[0, 1] == 0).all()
    assert (found[0, 0] != 0).all()
    layer = nn.MultiheadAttention(8, 2, batch_first=True)
    assert layer(x, x, x, key_padding_mask=torch.ones(1, 3, dtype=torch.bool))[0].isnan().all()
    assert torch.full((3,), -torch.inf).softmax(dim=-1).isnan().all(), "plain softmax"


def test_true_takes_part_in_one_function_and_is_ignored_in_the_other():
    keep = torch.tensor([[True, True, False]])
    x = torch.randn(1, 3, 8)
    words = x[:, :2]
    found = functional.scaled_dot_product_attention(x, x, x, attn_mask=keep[:, None, :])
    torch.testing.assert_close(found, functional.scaled_dot_product_attention(x, words, words))
    layer = nn.MultiheadAttention(8, 2, batch_first=True)
    torch.testing.assert_close(layer(x, x, x, key_padding_mask=~keep)[0], layer(x, words, words)[0])
    added = functional.scaled_dot_product_attention(x, x, x, attn_mask=keep[:, None, :].float())
    assert (added - found).abs().max() > 1e-3, "only a mask of numbers is added"


# Training and writing


def write(prompt, count, end):
    """The tokens that a toy decoder writes, and how many passes that took: a pass yields one token."""
    text, passes = list(prompt), 0
    while len(text) < len(prompt) + count:
        passes += 1
        text.append(end(text))
    return text, passes


def test_passes_until_so_many_tokens_are_written(variants):
    for answer, v in variants("num-decoding-passes"):
        _, passes = write(range(v["p"]), v["m"], end=sum)
        assert answer == passes


def test_targets_that_an_unmasked_decoder_can_copy(variants):
    for answer, v in variants("num-copyable-targets"):
        inputs, targets = range(1, v["n"] + 1), range(2, v["m"] + 1)
        assert len(targets) == v["n"]
        assert answer == len(set(targets) & set(inputs))


# Heads


def test_twice_as_many_heads_double_the_weights_and_nothing_else(collection):
    counts = {heads: nn.MultiheadAttention(512, heads) for heads in (1, 8, 16)}
    assert {sum(p.numel() for p in layer.parameters()) for layer in counts.values()} == {1_050_624}
    assert "1,050,624" in collection.cards["mc-double-heads"].why
    x = torch.randn(6, 512)
    tables = {heads: layer(x, x, x, average_attn_weights=False)[1].numel() for heads, layer in counts.items()}
    assert tables[16] == 2 * tables[8]
    assert [counts[heads].head_dim for heads in (8, 16)] == [64, 32]


def test_narrow_heads_multiply_as_often_as_a_wide_one():
    n = 7
    assert 8 * (n * n * 64) == n * n * 512


def test_the_weights_that_pytorch_returns_are_a_mean_of_the_heads():
    layer = nn.MultiheadAttention(6, 2, bias=False, batch_first=True)
    with torch.no_grad():  # head 0 looks for feature 0, head 1 for feature 2
        layer.in_proj_weight.zero_()
        layer.in_proj_weight[0, 5] = layer.in_proj_weight[3, 5] = 30
        layer.in_proj_weight[6, 0] = layer.in_proj_weight[9, 2] = 30
    query, keys = torch.eye(6)[None, 5:], torch.eye(6)[None, :3]
    one, both = (layer(query, keys, keys, average_attn_weights=mean)[1][0] for mean in (True, False))
    torch.testing.assert_close(one, torch.tensor([[0.5, 0, 0.5]]))
    torch.testing.assert_close(both[:, 0], torch.tensor([[1.0, 0, 0], [0, 0, 1]]))


# Blocks


def test_parameters_of_a_feed_forward_network(variants):
    for answer, v in variants("num-ffn-params"):
        network = nn.Sequential(nn.Linear(v["d"], v["f"]), nn.ReLU(), nn.Linear(v["f"], v["d"]))
        assert answer == sum(p.numel() for p in network.parameters())
        assert network(torch.zeros(v["n"], v["d"])).shape == (v["n"], v["d"])


def test_a_unit_after_relu(variants):
    for answer, v in variants("num-relu-unit"):
        x, w = (torch.tensor(v[name], dtype=torch.float64) for name in ("x", "w"))
        assert answer == pytest.approx(functional.relu(functional.linear(x, w[None], torch.tensor([v["b"]]).double())))


def fires(inputs, bias):
    return sum(inputs) + bias > 0


def test_a_bias_makes_any_some_or_all_of_three_and_only_for_zeros_and_ones():
    cases = [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)]
    for bias, least in ((-0.5, 1), (-1.5, 2), (-2.5, 3)):
        assert [fires(case, bias) for case in cases] == [sum(case) >= least for case in cases]
    assert fires((1.6, 0, 0), -1.5)
    assert not fires((1, 0, 0), -1.5)
    assert not fires((1, 0, 0), -2.5)


def layer(*, norm_first):
    return nn.TransformerEncoderLayer(8, 2, 16, dropout=0, batch_first=True, dtype=torch.float64, norm_first=norm_first)


def test_a_pre_norm_layer_whose_last_matrices_are_zero_changes_nothing():
    x = drawn(1, 5, 8)
    for norm_first in (True, False):
        one = layer(norm_first=norm_first)
        with torch.no_grad():
            for last in (one.self_attn.out_proj, one.linear2):
                last.weight.zero_()
                last.bias.zero_()
        assert torch.equal(one(x), x) == norm_first


def test_the_pre_norm_order_is_that_of_pytorch(collection):
    one, x = layer(norm_first=True), drawn(1, 5, 8)
    after_attention = x + one.self_attn(one.norm1(x), one.norm1(x), one.norm1(x))[0]
    normalised = one.norm2(after_attention)
    same(one(x), after_attention + one.linear2(functional.relu(one.linear1(normalised))))
    steps = collection.cards["order-pre-norm"].body.steps
    assert [word for step in steps for word in ("Normalise", "attend", "Add", "feed") if word in step] == [
        "Normalise", "attend", "Add", "Normalise", "feed", "Add",
    ]  # fmt: skip


def test_a_decoder_without_a_shift_can_copy_what_it_sees():
    assert causal(4).diagonal().all()
    assert math.isclose(causal(4).double().sum().item(), 10)


def test_only_self_attention_carries_a_change_to_other_positions():
    one, x = layer(norm_first=False), drawn(1, 5, 8)
    other = x.clone()
    other[0, 2] = drawn(8)
    for part in (one.norm1, lambda t: one.linear2(functional.relu(one.linear1(t)))):
        moved = (part(other) - part(x)).abs().amax(dim=-1)[0]
        assert moved.gt(1e-6).nonzero().flatten().tolist() == [2]
    attention = one.self_attn(other, other, other)[0] - one.self_attn(x, x, x)[0]
    assert attention.abs().amax(dim=-1).gt(1e-6).all()
