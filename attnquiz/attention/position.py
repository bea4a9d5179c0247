"""How order gets into attention: queries and keys turned (RoPE), or a number for each distance added to scaled scores.

Positions count from 0 on both sides, so the distance of query i and key j is i - j. Sinusoidal positions, which are
added to X, are in `draw`. Letters: h heads, n_q queries, n_k keys, d numbers in a query or key.
"""

import math

import torch
from torch import Tensor


def rope(x: Tensor, base: float = 10_000.0) -> Tensor:
    """(h, n, d) -> (h, n, d), d even: pair i of row m, numbers 2i and 2i + 1, turned by the angle m base^(-2i / d).

    Su et al. 2021, sec. 3.2.2, eq. 15, and eq. 34 for this way of computing it. Angles are in radians and float64: in
    float32 the angles of late positions are off, and with them the promise that a score depends on i - j only.
    """
    n, d = x.shape[-2:]
    turns = base ** (-torch.arange(0, d, 2, dtype=torch.float64) / d)  #             (d / 2,)
    angles = torch.arange(n, dtype=torch.float64)[:, None] * turns  #                (n, d / 2)
    cos, sin = (table.to(x.dtype).to(x.device) for table in (angles.cos(), angles.sin()))
    first, second = x[..., 0::2], x[..., 1::2]
    return torch.stack([first * cos - second * sin, first * sin + second * cos], dim=-1).flatten(-2)


def alibi_slopes(heads: int) -> tuple[float, ...]:
    """(h,): for 8 heads 1/2, 1/4 ... 1/256 (Press et al. 2022, sec. 3): each head takes another price for distance.

    For h = 2^a heads the sequence starts at 2^(-8/h) and goes on by that factor. Other numbers of heads take the
    sequence of the next smaller power of two, then every second slope of the one of twice that power: the rule of the
    authors' code (github.com/ofirpress/attention_with_linear_biases, fairseq/models/transformer.py, get_slopes).
    """
    power = 2 ** int(math.log2(heads))
    first = tuple(2.0 ** (-8 * i / power) for i in range(1, power + 1))
    return first if power == heads else first + alibi_slopes(2 * power)[0::2][: heads - power]


def alibi(n_q: int, n_k: int, heads: int) -> Tensor:
    """(h, n_q, n_k) float64: -slope |i - j| for each head (Press et al. 2022, sec. 3, figure 3).

    The paper is about causal attention, where i - j is never negative; without that mask both sides cost the same.
    """
    return torch.stack([linear(n_q, n_k, slope) for slope in alibi_slopes(heads)])


def linear(n_q: int, n_k: int, slope: float) -> Tensor:
    """(n_q, n_k) float64: -slope |i - j|, what ALiBi adds in the head of that slope."""
    return -slope * _offsets(n_q, n_k).abs().double()


def t5_buckets(n_q: int, n_k: int, *, one_way: bool, buckets: int = 32, farthest: int = 128) -> Tensor:
    """(n_q, n_k) int64: the bucket that the distance of query i and key j falls into (Raffel et al. 2020, sec. 2.1).

    Near distances have a bucket each, farther ones share buckets that widen as the logarithm up to `farthest`, and all
    beyond share the last. One way (a decoder): all buckets are for keys at or before the query, and later keys count as
    distance 0. Both ways: the first half is for keys at or before the query, the second half for later ones. The
    rule in numbers is that of the authors' code (mesh_tensorflow/transformer/transformer_layers.py,
    _relative_position_bucket).
    """
    offsets = _offsets(n_q, n_k)
    count = buckets if one_way else buckets // 2
    distance = offsets.clamp(min=0) if one_way else offsets.abs()
    exact = count // 2
    # log2 of float64 has no error at powers of two, so no distance falls into the bucket before its own
    growth = (distance.clamp(min=exact).double() / exact).log2() / math.log2(farthest / exact)
    shared = (exact + (growth * (count - exact)).long()).clamp(max=count - 1)
    bucket = torch.where(distance < exact, distance, shared)
    return bucket if one_way else torch.where(offsets < 0, bucket + count, bucket)


def t5(table: Tensor, n_q: int, n_k: int, *, one_way: bool) -> Tensor:
    """(buckets, h) -> (h, n_q, n_k): each head's learned number for the bucket of each distance, to be added to scores.

    T5 itself divides by no sqrt(d_k): its matrices start smaller instead (Raffel et al. 2020, authors' code).
    """
    places = t5_buckets(n_q, n_k, one_way=one_way, buckets=len(table)).to(table.device)
    return table[places].permute(2, 0, 1)


def _offsets(n_q: int, n_k: int) -> Tensor:
    """(n_q, n_k) int64: i - j, negative for keys after the query."""
    return torch.arange(n_q)[:, None] - torch.arange(n_k)
