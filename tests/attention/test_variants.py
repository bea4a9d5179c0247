"""Every variant of `attend` against loops over Python's own numbers, and against PyTorch where PyTorch has it."""

import cmath
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from attnquiz.attention.attend import attend
from attnquiz.attention.cache import cache_bytes
from attnquiz.attention.devices import devices
from attnquiz.attention.mask import both, causal, window
from attnquiz.attention.position import alibi
from attnquiz.attention.projections import Projections, multi_head
from attnquiz.attention.variant import Scoring

LIMITS = {torch.float32: 1e-6, torch.float64: 1e-12}
STAGES = ("scores", "weights", "dropped", "mixed", "output")
on_a_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this computer")


# --- attention with nothing but Python's own numbers ----------------------------------------------


def turned(vector, position):
    """RoPE: pairs are complex numbers."""
    found = []
    for i in range(0, len(vector), 2):
        number = complex(vector[i], vector[i + 1]) * cmath.exp(1j * position * 10000 ** (-i / len(vector)))
        found += [number.real, number.imag]
    return found


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def score(query, key, scoring, w_a):
    if scoring is Scoring.ADDITIVE:
        return sum(w * math.tanh(a + b) for w, a, b in zip(w_a, query, key, strict=True))
    if scoring is Scoring.COSINE:
        return dot(query, key) / (math.sqrt(dot(query, query)) * math.sqrt(dot(key, key)))
    return dot(query, key)


def by_loops(q, k, v, *, allowed, scoring, w_o, b_o, w_a=None, rotary=False, bias=None, keep=None, **settings):
    """The stages as nested lists. Query head i uses head i // (h / g) of keys and values."""
    divided_by = math.sqrt(q.shape[-1]) if scoring is Scoring.DOT and settings.get("scale", True) else 1.0
    divided_by = (settings.get("divisor") or divided_by) * settings.get("temperature", 1.0)
    (h, n_q, _), (g, n_k, _) = q.shape, k.shape
    seen = torch.ones(h, n_q, n_k, dtype=torch.bool) if allowed is None else allowed.expand(h, n_q, n_k)
    found = {name: [] for name in STAGES}
    for head in range(h):
        queries, keys, values = q[head].tolist(), k[head // (h // g)].tolist(), v[head // (h // g)].tolist()
        if rotary:
            queries, keys = ([turned(x, m) for m, x in enumerate(rows)] for rows in (queries, keys))
        rows = {name: [] for name in STAGES}
        for i, query in enumerate(queries):
            raw = [score(query, key, scoring, None if w_a is None else w_a[head].tolist()) for key in keys]
            added = [0.0] * n_k if bias is None else bias[head, i].tolist()
            exps = [math.exp(s / divided_by + b) for s, b in zip(raw, added, strict=True)]
            exps = [e if seen[head, i, j] else 0.0 for j, e in enumerate(exps)]
            weights = [e / sum(exps) for e in exps]
            kept = weights if keep is None else [w * f for w, f in zip(weights, keep[head, i].tolist(), strict=True)]
            mixed = [dot(kept, column) for column in zip(*values, strict=True)]
            for name, row in zip(STAGES, (raw, weights, kept, mixed), strict=False):
                rows[name].append(row)
        for name, matrix in rows.items():
            found[name].append(matrix)
    joined = [[x for head in found["mixed"] for x in head[i]] for i in range(n_q)]
    columns = list(zip(*w_o.tolist(), strict=True))
    found["output"] = [[dot(row, c) + b for c, b in zip(columns, b_o.tolist(), strict=True)] for row in joined]
    return found


VARIANTS = {
    "plain": {},
    "unscaled": {"scale": False},
    "divisor and temperature": {"divisor": 3.5, "temperature": 0.7},
    "divisor without scale": {"scale": False, "divisor": 3.5},
    "rope": {"rotary": True},
    "bias": {"biased": True},
    "rope and bias": {"rotary": True, "biased": True, "temperature": 2.0},
}


def check(apart, asked, dtype, mask, scoring, settings, device="cpu"):
    for seed, sizes in enumerate([(1, 1, 5, 5, 4, 4), (4, 2, 5, 7, 6, 3), (6, 1, 3, 8, 8, 8), (3, 3, 9, 4, 2, 5)]):
        inputs, given = asked(seed, sizes=sizes, dtype=dtype, mask=mask, scoring=scoring, **settings)
        there = {name: part.to(device) if isinstance(part, torch.Tensor) else part for name, part in given.items()}
        trace = attend(*(part.to(device) for part in inputs), **there)
        assert trace.biased.abs().max() < 20
        for name, expected in by_loops(*inputs, **given).items():
            found = getattr(trace, name).cpu()
            theirs = torch.tensor(expected, dtype=torch.float64)
            assert apart(found.double(), theirs) <= LIMITS[dtype], name


@pytest.mark.parametrize("settings", VARIANTS.values(), ids=VARIANTS)
@pytest.mark.parametrize("scoring", Scoring)
@pytest.mark.parametrize("dtype", LIMITS)
def test_every_variant_equals_loops_over_plain_numbers(apart, asked, dtype, mask, scoring, settings):
    check(apart, asked, dtype, mask, scoring, settings)


@pytest.mark.gpu
@on_a_gpu
@pytest.mark.parametrize("settings", VARIANTS.values(), ids=VARIANTS)
@pytest.mark.parametrize("scoring", Scoring)
@pytest.mark.parametrize("dtype", LIMITS)
def test_every_variant_equals_loops_over_plain_numbers_on_a_cuda_device(apart, asked, dtype, scoring, settings):
    check(apart, asked, dtype, "free", scoring, settings, "cuda")


@given(
    st.integers(0, 2**31),
    st.integers(1, 3),
    st.integers(1, 3),
    *[st.integers(1, 6)] * 3,
    st.integers(1, 3),
    st.sampled_from(Scoring),
    st.booleans(),
    st.booleans(),
    st.sampled_from([0.3, 1.0, 4.0]),
)
def test_any_sizes_and_any_mixture_equal_loops(
    apart, asked, seed, g, share, n_q, n_k, d_v, pairs, scoring, rotary, biased, temperature
):
    sizes = (g * share, g, n_q, n_k, 2 * pairs, d_v)
    settings = {"scoring": scoring, "rotary": rotary, "biased": biased, "temperature": temperature}
    inputs, given = asked(seed, sizes=sizes, mask="free for each head", **settings)
    dice = torch.Generator().manual_seed(seed)
    keep = (torch.rand(g * share, n_q, n_k, generator=dice) < 0.75) / 0.75
    trace = attend(*inputs, **given, keep=keep.double())
    for name, expected in by_loops(*inputs, **given, keep=keep.double()).items():
        assert apart(getattr(trace, name), expected) <= 1e-10, name


# --- against PyTorch ------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", LIMITS)
@pytest.mark.parametrize("kv_heads", [1, 2, 4])
def test_shared_keys_and_values_are_those_of_pytorch(apart, asked, dtype, kv_heads, mask):
    sizes = (4, kv_heads, 9, 12, 8, 8)
    inputs, given = asked(kv_heads, sizes=sizes, dtype=dtype, mask=mask)
    theirs = functional.scaled_dot_product_attention(
        *(part[None] for part in inputs),
        attn_mask=None if given["allowed"] is None else given["allowed"].expand(1, 4, 9, 12),
        enable_gqa=True,
    )[0]
    trace = attend(*inputs, **given)
    assert apart(trace.mixed, theirs) <= LIMITS[dtype]
    assert trace.k is inputs[1]
    assert trace.v is inputs[2]


def test_heads_that_share_keys_are_heads_with_the_same_keys_written_out(apart):
    dice = torch.Generator().manual_seed(0)
    x, w_q, w_k, w_v = (torch.randn(6, n, generator=dice, dtype=torch.float64) for n in (8, 8, 4, 4))
    x = x.T.contiguous()[:, :6]
    shared = Projections(4, w_q, w_k, w_v, kv_heads=2)
    twice = [torch.cat([w[:, :2], w[:, :2], w[:, 2:], w[:, 2:]], dim=1) for w in (w_k, w_v)]
    ours, theirs = (multi_head(x, p, allowed=causal(8)) for p in (shared, Projections(4, w_q, *twice)))
    assert ours.k.shape == (2, 8, 2)
    assert apart(ours.output, theirs.output) <= 1e-15


@pytest.mark.parametrize("dtype", LIMITS)
def test_a_bias_is_the_float_mask_of_pytorch(apart, asked, dtype):
    inputs, given = asked(3, sizes=(4, 4, 9, 9, 8, 8), dtype=dtype, mask="causal")
    bias = alibi(9, 9, 4).to(dtype)
    look = torch.where(given["allowed"], bias, -math.inf)
    theirs = functional.scaled_dot_product_attention(*(part[None] for part in inputs), attn_mask=look[None])[0]
    assert apart(attend(*inputs, **given, bias=bias).mixed, theirs) <= LIMITS[dtype]


@pytest.mark.parametrize("dtype", LIMITS)
def test_cosine_scores_are_those_of_pytorch(apart, asked, dtype):
    (q, k, v), given = asked(1, sizes=(3, 3, 5, 7, 6, 6), dtype=dtype, scoring=Scoring.COSINE)
    theirs = functional.cosine_similarity(q[:, :, None], k[:, None], dim=-1)
    trace = attend(q, k, v, **given)
    assert apart(trace.scores, theirs) <= LIMITS[dtype]
    assert trace.scaled is trace.scores, "nothing is divided by sqrt(d_k)"


def test_the_rows_of_dropout_are_those_of_pytorch_and_do_not_sum_to_one(apart):
    torch.manual_seed(5)
    module = nn.MultiheadAttention(8, 2, dropout=0.25, dtype=torch.float64).train()
    x = torch.randn(6, 8, dtype=torch.float64)
    torch.manual_seed(7)
    theirs, dropped = module(x, x, x, average_attn_weights=False)
    torch.manual_seed(7)
    keep = functional.dropout(torch.ones(2, 6, 6, dtype=torch.float64), 0.25)
    with torch.inference_mode():
        trace = multi_head(x, Projections.of(module), keep=keep)
    assert apart(trace.dropped, dropped.detach()) <= 1e-12
    assert apart(trace.output, theirs.detach()) <= 1e-12
    stays = keep > 0
    assert 0 < stays.sum() < stays.numel()
    assert (trace.dropped[~stays] == 0).all()
    assert apart(trace.dropped[stays], trace.weights[stays] / 0.75) <= 1e-15
    assert apart(trace.weights.sum(dim=-1), torch.ones(2, 6)) <= 1e-15
    assert ((trace.dropped.sum(dim=-1) - 1).abs() > 1e-3).any()


# --- what must hold -------------------------------------------------------------------------------


@pytest.mark.parametrize("scoring", Scoring)
@given(st.integers(0, 2**31))
def test_reordering_tokens_reorders_the_outputs_however_scores_are_made(apart, asked, scoring, seed):
    (q, k, v), given = asked(seed, sizes=(4, 2, 6, 6, 4, 4), scoring=scoring)
    order = torch.randperm(6, generator=torch.Generator().manual_seed(seed))
    shuffled = attend(q[:, order], k[:, order], v[:, order], **given).output
    assert apart(shuffled, attend(q, k, v, **given).output[order]) <= 1e-12


@pytest.mark.parametrize("order_gets_in", [{"rotary": True}, {"bias": alibi(6, 6, 4)}], ids=["rope", "alibi"])
def test_with_positions_it_does_not(apart, asked, order_gets_in):
    (q, k, v), given = asked(0, sizes=(4, 2, 6, 6, 4, 4))
    moved = attend(q.roll(1, 1), k.roll(1, 1), v.roll(1, 1), **given, **order_gets_in).output
    assert apart(moved, attend(q, k, v, **given, **order_gets_in).output.roll(1, 0)) > 1e-2


@given(st.integers(0, 2**31), st.integers(1, 4), st.integers(1, 6))
def test_the_shares_of_the_heads_add_up_to_the_output(apart, asked, seed, h, d_v):
    inputs, given = asked(seed, sizes=(h, 1, 4, 5, 4, d_v), mask="free")
    trace = attend(*inputs, **given)
    shares = trace.shares(given["w_o"])
    assert shares.shape == (h, 4, 5)
    assert apart(shares.sum(dim=0) + given["b_o"], trace.output) <= 1e-12
    assert apart(shares[-1], trace.mixed[-1] @ given["w_o"][-d_v:]) <= 1e-12


def test_a_stage_that_changes_nothing_is_the_tensor_of_the_stage_before(asked):
    inputs, given = asked(0)
    trace = attend(*inputs, **given, scale=False)
    assert trace.q_rot is trace.q
    assert trace.k_rot is trace.k
    assert trace.scores is trace.scaled is trace.biased is trace.masked
    assert trace.dropped is trace.weights
    rich = attend(
        *inputs, **given | {"allowed": causal(5, 7)}, rotary=True, bias=torch.ones(4, 5, 7), keep=torch.ones(4, 5, 7)
    )
    stages = (rich.q, rich.q_rot, rich.k, rich.k_rot, rich.scores, rich.scaled, rich.biased, rich.masked, rich.weights)
    assert len({id(stage) for stage in (*stages, rich.dropped)}) == 10
    assert rich.k_rot.shape == rich.k.shape, "shared keys are turned once, before they are shared"


def test_a_bias_may_be_written_in_other_numbers_than_the_scores(asked):
    inputs, given = asked(0, dtype=torch.float32)
    assert attend(*inputs, **given, bias=alibi(5, 7, 4)).output.dtype == torch.float32


@pytest.mark.parametrize("scoring", Scoring)
def test_a_query_that_may_look_nowhere_has_no_weights_in_any_variant(asked, scoring):
    inputs, given = asked(0, scoring=scoring, biased=True, rotary=True)
    allowed = torch.ones(5, 7, dtype=torch.bool).index_fill(0, torch.tensor([2]), False)
    trace = attend(*inputs, **given | {"allowed": allowed, "keep": torch.zeros(4, 5, 7, dtype=torch.float64)})
    assert trace.empty_rows.tolist() == [[False, False, True, False, False]] * 4
    assert trace.output[2].isnan().all()
    assert trace.output[[0, 1, 3, 4]].isfinite().all()


def test_a_window_of_three_shows_the_keys_fewer_than_three_places_away():
    wide = [[abs(i - j) < 3 for j in range(7)] for i in range(5)]
    assert window(5, 7, 3).tolist() == wide
    assert both(window(4, 4, 2), causal(4)).tolist() == [
        [True, False, False, False],
        [True, True, False, False],
        [False, True, True, False],
        [False, False, True, True],
    ]


# --- other kinds of numbers, other sizes ----------------------------------------------------------

ROUGH = {torch.float64: 1e-12, torch.float32: 1e-6, torch.float16: 1e-2, torch.bfloat16: 1e-1}


@pytest.mark.parametrize("scoring", Scoring)
@pytest.mark.parametrize("dtype", devices()[0].dtypes)
def test_the_processor_computes_every_variant_in_every_kind_of_number_it_names(apart, asked, dtype, scoring):
    settings = {"scoring": scoring, "rotary": True, "biased": True, "mask": "free"}
    inputs, given = asked(0, **settings)
    coarse = {name: part.to(dtype) if name in ("w_o", "b_o", "w_a", "bias") else part for name, part in given.items()}
    trace = attend(*(part.to(dtype) for part in inputs), **coarse)
    assert trace.output.dtype == dtype
    assert apart(trace.output.double(), attend(*inputs, **given).output) <= ROUGH[dtype]


def test_a_cache_keeps_a_key_and_a_value_for_each_token_and_each_head_that_is_not_shared():
    q, k, v = (torch.zeros(heads, 100, 64, dtype=torch.float16) for heads in (8, 2, 2))
    trace = attend(q, k, v)
    kept = sum(part.numel() * part.element_size() for part in (trace.k, trace.v))
    assert cache_bytes(100, 2, 64, 64, 2) == kept == 51_200
    assert cache_bytes(100, 8, 64, 64, 2) == 4 * kept
    assert cache_bytes(100, 2, 64, 64, 2, layers=3, batch=5) == 15 * kept
    assert cache_bytes(4096, 32, 128, 128, 2, layers=32) == 2**31, "a model of 32 layers, 4,096 wide: 2 GiB a text"
