"""`attend` against a triple loop in plain Python, and what must hold for any numbers."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.attention.attend import attend, join_heads, split_heads
from attnquiz.attention.mask import both, causal, padding

SIZES = st.tuples(*[st.integers(1, 5)] * 5, st.integers(0, 2**31))


def drawn(sizes, dtype=torch.float64):
    """q (h, n_q, d_k), k (h, n_k, d_k), v (h, n_k, d_v)"""
    h, n_q, n_k, d_k, d_v, seed = sizes
    dice = torch.Generator().manual_seed(seed)
    return tuple(torch.randn(h, n, d, generator=dice, dtype=dtype) for n, d in ((n_q, d_k), (n_k, d_k), (n_k, d_v)))


def some_mask(q, k, seed):
    """Random, but every query may look at one key at least."""
    n_q, n_k = q.shape[1], k.shape[1]
    allowed = torch.rand(n_q, n_k, generator=torch.Generator().manual_seed(seed)) < 0.5
    allowed[:, seed % n_k] = True
    return allowed


def by_loops(q, k, v, allowed, scale, temperature):
    """Equation 1 with nothing but Python's own numbers."""
    weights, mixed = [], []
    for q_head, k_head, v_head in zip(q.tolist(), k.tolist(), v.tolist(), strict=True):
        divisor = (math.sqrt(len(k_head[0])) if scale else 1.0) * temperature
        head_weights, head_mixed = [], []
        for i, query in enumerate(q_head):
            exps = []
            for j, key in enumerate(k_head):
                score = sum(a * b for a, b in zip(query, key, strict=True)) / divisor
                exps.append(math.exp(score) if allowed is None or bool(allowed[i, j]) else 0.0)
            row = [value / sum(exps) for value in exps]
            head_weights.append(row)
            columns = zip(*v_head, strict=True)
            head_mixed.append([sum(w * x for w, x in zip(row, column, strict=True)) for column in columns])
        weights.append(head_weights)
        mixed.append(head_mixed)
    joined = [[x for head in mixed for x in head[i]] for i in range(len(mixed[0]))]
    return weights, mixed, joined


def close(ours, theirs, tolerance=1e-12):
    theirs = torch.as_tensor(theirs, dtype=ours.dtype)
    assert ours.shape == theirs.shape
    assert (ours - theirs).abs().max() <= tolerance * max(1.0, theirs.abs().max().item())


@given(SIZES, st.booleans(), st.booleans(), st.sampled_from([0.5, 1.0, 3.0]))
def test_attend_equals_three_nested_loops(sizes, masked, scale, temperature):
    q, k, v = drawn(sizes)
    allowed = some_mask(q, k, sizes[-1]) if masked else None
    trace = attend(q, k, v, allowed=allowed, scale=scale, temperature=temperature)
    weights, mixed, joined = by_loops(q, k, v, allowed, scale, temperature)
    close(trace.weights, weights)
    close(trace.mixed, mixed)
    close(trace.output, joined)


@given(SIZES)
def test_every_row_of_weights_sums_to_one(sizes):
    q, k, v = drawn(sizes, torch.float32)
    allowed = some_mask(q, k, sizes[-1])
    close(attend(q, k, v, allowed=allowed).weights.sum(dim=-1), torch.ones(q.shape[:2]), 1e-6)


@given(SIZES)
def test_a_forbidden_key_has_a_score_of_minus_infinity_and_a_weight_of_exactly_zero(sizes):
    q, k, v = drawn(sizes, torch.float32)
    allowed = some_mask(q, k, sizes[-1])
    trace = attend(q, k, v, allowed=allowed)
    hidden = (~allowed).expand_as(trace.weights)
    assert (trace.weights[hidden] == 0).all()
    assert trace.masked[hidden].isneginf().all()
    assert trace.masked[~hidden].isfinite().all()


@given(st.integers(2, 12), st.integers(1, 4), st.integers(0, 2**31), st.data())
def test_a_future_token_changes_nothing_earlier_not_even_a_bit(n, h, seed, data):
    q, k, v = drawn((h, n, n, 8, 8, seed), torch.float32)
    now = data.draw(st.integers(0, n - 2))
    later = torch.arange(n) > now
    other_k, other_v = (torch.where(later[:, None], part * -7.0 + 3.0, part) for part in (k, v))
    before = attend(q, k, v, allowed=causal(n))
    after = attend(q, other_k, other_v, allowed=causal(n))
    assert torch.equal(before.output[: now + 1], after.output[: now + 1])
    assert torch.equal(before.weights[:, : now + 1], after.weights[:, : now + 1])


@given(SIZES, st.floats(-5, 5))
def test_adding_a_constant_to_all_scores_of_a_row_changes_no_weight(sizes, constant):
    q, k, v = drawn(sizes)
    extra_q = torch.full((*q.shape[:2], 1), constant, dtype=q.dtype)
    extra_k = torch.ones((*k.shape[:2], 1), dtype=k.dtype)
    shifted = attend(torch.cat([q, extra_q], -1), torch.cat([k, extra_k], -1), v, scale=False)
    plain = attend(q, k, v, scale=False)
    close(shifted.scores, plain.scores + constant)
    close(shifted.weights, plain.weights, 1e-11)


@given(SIZES)
def test_one_hot_values_return_the_weights(sizes):
    q, k, _ = drawn(sizes)
    n_k = k.shape[1]
    trace = attend(q, k, torch.eye(n_k, dtype=q.dtype).expand(q.shape[0], n_k, n_k))
    assert torch.equal(trace.mixed, trace.weights)


@given(SIZES)
def test_reordering_tokens_reorders_the_outputs(sizes):
    h, n, _, d_k, d_v, seed = sizes
    q, k, v = drawn((h, n, n, d_k, d_v, seed))
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
    close(attend(q[:, order], k[:, order], v[:, order]).output, attend(q, k, v).output[order])


@given(SIZES, st.floats(0.1, 10))
def test_a_temperature_divides_the_scaled_scores(sizes, temperature):
    q, k, v = drawn(sizes)
    warm = attend(q, k, v, temperature=temperature)
    close(warm.scaled, attend(q, k, v).scaled / temperature)
    close(warm.output, attend(q / temperature, k, v).output, 1e-11)


def test_a_stage_that_changes_nothing_is_the_same_tensor():
    q, k, v = drawn((2, 3, 3, 4, 4, 0))
    trace = attend(q, k, v, scale=False)
    assert trace.scores is trace.scaled
    assert trace.scaled is trace.masked


def test_nothing_is_changed_in_place():
    q, k, v = drawn((2, 3, 3, 4, 4, 0))
    copies = [part.clone() for part in (q, k, v)]
    trace = attend(q, k, v, allowed=causal(3), temperature=2.0)
    assert all(torch.equal(part, copy) for part, copy in zip((q, k, v), copies, strict=True))
    close(trace.scores, q @ k.transpose(-2, -1))
    close(trace.scaled, trace.scores / 4.0)


def test_head_i_takes_columns_i_d_to_i_plus_1_d():
    wide = torch.arange(24).reshape(3, 8)
    heads = split_heads(wide, 2)
    assert heads.shape == (2, 3, 4)
    assert torch.equal(heads[1], wide[:, 4:])
    assert torch.equal(join_heads(heads), wide)
    assert not torch.equal(heads, wide.view(2, 3, 4)), "view has the right shape and the wrong content"


def test_heads_are_joined_side_by_side_before_w_o():
    q, k, v = drawn((2, 3, 3, 4, 5, 1))
    w_o = torch.randn(10, 6, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    trace = attend(q, k, v, w_o=w_o)
    assert torch.equal(trace.joined, torch.cat([trace.mixed[0], trace.mixed[1]], dim=1))
    close(trace.output, torch.cat([trace.mixed[0], trace.mixed[1]], dim=1) @ w_o)


def test_a_query_that_may_look_nowhere_has_no_weights_and_says_so():
    q, k, v = drawn((2, 3, 3, 4, 4, 0))
    allowed = torch.tensor([[True, False, True], [False, False, False], [True, True, True]])
    trace = attend(q, k, v, allowed=allowed)
    assert trace.empty_rows.tolist() == [[False, True, False]] * 2
    for part in (trace.weights[:, 1], trace.mixed[:, 1], trace.output[1]):
        assert part.isnan().all()
    for part in (trace.weights[:, [0, 2]], trace.mixed[:, [0, 2]], trace.output[[0, 2]]):
        assert part.isfinite().all()


def test_a_causal_mask_lets_a_token_see_itself_and_the_past():
    assert causal(3).tolist() == [[True, False, False], [True, True, False], [True, True, True]]
    assert causal(2, 4).tolist() == [[True, False, False, False], [True, True, False, False]]


def test_a_padding_mask_hides_columns_not_rows():
    keep = torch.tensor([True, True, False])
    assert padding(keep, 3).tolist() == [[True, True, False]] * 3


@pytest.mark.parametrize("first", [None, causal(3)])
@pytest.mark.parametrize("second", [None, padding(torch.tensor([False, True, True]), 3)])
def test_two_masks_allow_what_both_allow(first, second):
    found = both(first, second)
    for i in range(3):
        for j in range(3):
            wanted = all(mask is None or bool(mask[i, j]) for mask in (first, second))
            assert (found is None or bool(found[i, j])) == wanted
