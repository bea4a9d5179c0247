"""The outline of a long text: what `attend` computes, kept only as far as it is looked at."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from attnquiz.attention.attend import attend
from attnquiz.attention.mask import causal
from attnquiz.attention.outline import outline
from attnquiz.attention.variant import Scoring

LIMITS = {torch.float32: 1e-6, torch.float64: 1e-12}
STAGES = ("q_rot", "scores", "scaled", "biased", "masked", "weights", "dropped", "mixed")
VARIANTS = {
    "plain": {},
    "divisor and temperature": {"divisor": 3.5, "temperature": 0.7},
    "rope": {"rotary": True},
    "bias": {"biased": True},
    "rope, bias, unscaled": {"rotary": True, "biased": True, "scale": False},
}
on_a_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this computer")


def both_ways(inputs, given):
    bias = given.get("bias")
    by_head = given if bias is None else given | {"bias": lambda i: bias[i]}
    return outline(*inputs, **by_head), attend(*inputs, **given)


def check(apart, inputs, given, limit):
    short, full = both_ways(inputs, given)
    for name in ("q", "k", "v", "q_rot", "k_rot"):
        assert torch.equal(getattr(short, name), getattr(full, name)), name
    assert apart(short.mixed, full.mixed) <= limit
    assert apart(short.output, full.output) <= limit
    shares = full.shares(given["w_o"])
    for i in range(len(full.q)):
        one = short.head(i)
        for name in STAGES:
            ours, theirs = (
                part.masked_fill(part.isneginf(), 0) for part in (getattr(one, name)[0], getattr(full, name)[i])
            )
            assert apart(ours, theirs) <= limit, name
        assert torch.equal(one.masked[0].isneginf(), full.masked[i].isneginf())
        assert torch.equal(one.empty_rows[0], full.empty_rows[i])
        assert apart(one.output, shares[i]) <= limit


@pytest.mark.parametrize("settings", VARIANTS.values(), ids=VARIANTS)
@pytest.mark.parametrize("scoring", Scoring)
@pytest.mark.parametrize("dtype", LIMITS)
def test_it_is_what_attend_computes_in_every_variant(apart, asked, dtype, mask, scoring, settings):
    for seed, sizes in enumerate([(4, 2, 9, 12, 8, 8), (4, 1, 9, 12, 8, 5), (3, 3, 70, 65, 6, 6)]):
        inputs, given = asked(seed, sizes=sizes, dtype=dtype, mask=mask, scoring=scoring, **settings)
        check(apart, inputs, given, LIMITS[dtype])


@pytest.mark.gpu
@on_a_gpu
@pytest.mark.parametrize("settings", VARIANTS.values(), ids=VARIANTS)
@pytest.mark.parametrize("scoring", Scoring)
def test_it_is_what_attend_computes_on_a_cuda_device(apart, asked, mask, scoring, settings):
    inputs, given = asked(0, sizes=(4, 2, 9, 12, 8, 8), mask=mask, scoring=scoring, **settings)
    there = {name: part.cuda() if isinstance(part, torch.Tensor) else part for name, part in given.items()}
    check(apart, tuple(part.cuda() for part in inputs), there, 1e-12)


@pytest.mark.parametrize("scoring", Scoring)
@given(st.integers(0, 2**31), st.booleans(), st.booleans(), st.integers(1, 5))
def test_queries_that_may_look_nowhere_are_nan_here_too(apart, asked, scoring, seed, biased, each_head, d_v):
    inputs, given = asked(seed, sizes=(4, 2, 5, 3, 4, d_v), scoring=scoring, biased=biased)
    dice = torch.Generator().manual_seed(seed)
    allowed = torch.rand(4, 5, 3, generator=dice) < 0.3
    check(apart, inputs, given | {"allowed": allowed if each_head else allowed[0]}, 1e-11)


def test_it_tells_how_far_it_is_head_by_head_or_once_when_all_are_done_together(asked):
    for settings, expected in (({}, [(4, 4)]), ({"scoring": Scoring.ADDITIVE}, [(i, 4) for i in range(1, 5)])):
        inputs, given = asked(0, sizes=(4, 2, 5, 5, 4, 4), **settings)
        told = []
        outline(*inputs, **given, on_head=lambda done, of, told=told: told.append((done, of)))
        assert told == expected


def test_whoever_listens_can_stop_it(asked):
    inputs, given = asked(0, scoring=Scoring.ADDITIVE)
    told = []

    def stop(done, of):
        told.append(done)
        if done == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        outline(*inputs, **given, on_head=stop)
    assert told == [1, 2]


def test_at_2048_tokens_it_keeps_no_matrix_of_scores(apart):
    q, k, v = torch.randn(3, 12, 2048, 16, generator=torch.Generator().manual_seed(0))
    allowed = causal(2048)
    short = outline(q, k, v, allowed=allowed)
    kept = sum(part.numel() for part in (short.q, short.k, short.v, short.mixed, short.output))
    assert kept == 5 * 12 * 2048 * 16
    one = short.head(5)
    assert one.weights.shape == (1, 2048, 2048)
    assert apart(one.mixed[0], short.mixed[5]) <= 1e-6
    theirs = functional.scaled_dot_product_attention(q[None, 5:6], k[None, 5:6], v[None, 5:6], is_causal=True)[0]
    assert apart(one.mixed, theirs) <= 1e-6
