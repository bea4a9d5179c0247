"""How a query q and a key k make one number, their score: three answers of the literature.

Letters: h heads, n_q queries, n_k keys, d_k numbers in a query and in a key.
"""

import math

import torch
from torch import Tensor

from attnquiz.attention.variant import Scoring

AT_ONCE = 1_000_000
"""So many tanh are held at once; more are computed a few queries at a time (4 MB stay in a cache)."""


def scores(
    q: Tensor,  #                   (h, n_q, d_k)
    k: Tensor,  #                   (h, n_k, d_k)
    scoring: Scoring = Scoring.DOT,
    w_a: Tensor | None = None,  #   (h, d_k), learned, for additive scores alone
) -> Tensor:
    """(h, n_q, n_k): the score of every query with every key.

    dot       q . k              Luong et al. 2015, sec. 3.1; Vaswani et al. 2017, eq. 1
    additive  w_a . tanh(q + k)  Bahdanau et al. 2015, appendix A.1.2, where q = W_a s and k = U_a h
    cosine    q . k / (|q| |k|)  Graves et al. 2014, eq. 6; from -1 to 1, and 0 where a vector is zero
    """
    if scoring is Scoring.ADDITIVE:
        return _additive(q, k, w_a)
    if scoring is Scoring.COSINE:
        return unit(q) @ unit(k).transpose(-2, -1)
    return q @ k.transpose(-2, -1)


def unit(x: Tensor) -> Tensor:
    """(..., d) -> (..., d): x / |x|, vectors of length 1; a zero vector stays zero."""
    largest = x.abs().amax(dim=-1, keepdim=True)  # taken out first: squares of 1e30 and of 1e-30 leave float32
    level = x / torch.where(largest == 0, 1.0, largest)
    length = level.norm(dim=-1, keepdim=True)
    return level / torch.where(length == 0, 1.0, length)


def divided_by(d_k: int, *, scoring: Scoring, scale: bool, divisor: float | None, temperature: float) -> float:
    """What scores are divided by. A divisor that is given stands for sqrt(d_k), whatever `scale` says.

    sqrt(d_k) is for dot products alone (Vaswani et al. 2017, sec. 3.2.1, note 4): of d_k products of independent
    numbers of variance 1 the sum has variance d_k. Additive and cosine scores do not grow so.
    """
    if divisor is not None:
        return divisor * temperature
    return math.sqrt(d_k) * temperature if scale and scoring is Scoring.DOT else temperature


def _additive(q: Tensor, k: Tensor, w_a: Tensor) -> Tensor:
    heads, n_k, d_k = k.shape
    rows = max(1, AT_ONCE // (heads * n_k * d_k))
    parts = [torch.tanh(some[:, :, None] + k[:, None]) @ w_a[:, None, :, None] for some in q.split(rows, dim=1)]
    return torch.cat(parts, dim=1).squeeze(-1)
