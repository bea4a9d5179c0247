"""Scaled dot-product attention, one function, every stage kept.

Equation 1 of Vaswani et al. 2017 (sec. 3.2.1), with the mask of sec. 3.2.3 and the heads of sec. 3.2.2:

    Attention(Q, K, V) = softmax(Q K^T / sqrt(d_k)) V

Letters in the margins: h heads, n_q queries, n_k keys, d_k width of a query and of a key in one head,
d_v width of a value in one head, d_model width of a token.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class AttentionTrace:
    """Every stage of one attention. A stage that changed nothing is the very tensor of the stage before."""

    q: Tensor  #       (h, n_q, d_k)
    k: Tensor  #       (h, n_k, d_k)
    v: Tensor  #       (h, n_k, d_v)
    scores: Tensor  #  (h, n_q, n_k)   Q K^T
    scaled: Tensor  #  (h, n_q, n_k)   divided by sqrt(d_k) and by the temperature
    masked: Tensor  #  (h, n_q, n_k)   minus infinity where the query may not look
    weights: Tensor  # (h, n_q, n_k)   softmax over the keys: rows sum to 1
    mixed: Tensor  #   (h, n_q, d_v)   each head's weighted sum of its values
    output: Tensor  #  (n_q, d_model)  heads joined, after W_O

    @property
    def empty_rows(self) -> Tensor:
        """(h, n_q) boolean: queries that may look nowhere. They have no weights: nan, all the way to the output."""
        return self.masked.isneginf().all(dim=-1)

    @property
    def joined(self) -> Tensor:
        """(n_q, h d_v): the heads' results side by side, before W_O."""
        return join_heads(self.mixed)


def split_heads(wide: Tensor, heads: int) -> Tensor:
    """(n, h d) -> (h, n, d). Head i takes columns i d to (i + 1) d."""
    return wide.unflatten(-1, (heads, -1)).transpose(0, 1)


def join_heads(mixed: Tensor) -> Tensor:
    """(h, n, d) -> (n, h d): undoes split_heads."""
    return mixed.transpose(0, 1).flatten(1)


def attend(
    q: Tensor,  #                       (h, n_q, d_k)
    k: Tensor,  #                       (h, n_k, d_k)
    v: Tensor,  #                       (h, n_k, d_v)
    *,
    allowed: Tensor | None = None,  #   (n_q, n_k) or (h, n_q, n_k), True where a query may look
    scale: bool = True,
    temperature: float = 1.0,
    w_o: Tensor | None = None,  #       (h d_v, d_model)
    b_o: Tensor | None = None,  #       (d_model,)
) -> AttentionTrace:
    """Attend from n_q queries to n_k keys; without w_o the output is the joined heads.

    A row whose keys are all forbidden has no weights: exp(-inf) / 0 is nan, and nan it stays in `weights`,
    `mixed` and `output` (see `AttentionTrace.empty_rows`). PyTorch's own functions disagree about such a row
    (torch 2.13, tested): softmax gives nan, F.scaled_dot_product_attention gives 0, nn.MultiheadAttention gives
    nan with need_weights=True and 0 without.
    """
    divisor = (math.sqrt(k.shape[-1]) if scale else 1.0) * temperature

    scores = q @ k.transpose(-2, -1)  #                                                     (h, n_q, n_k)
    scaled = scores if divisor == 1.0 else scores / divisor  #                              (h, n_q, n_k)
    masked = scaled if allowed is None else torch.where(allowed, scaled, -math.inf)  #      (h, n_q, n_k)
    weights = masked.softmax(dim=-1)  #                                                     (h, n_q, n_k)
    mixed = weights @ v  #                                                                  (h, n_q, d_v)
    joined = join_heads(mixed)  #                                                           (n_q, h d_v)
    output = project(joined, w_o, b_o)  #                                                   (n_q, d_model)

    return AttentionTrace(q, k, v, scores, scaled, masked, weights, mixed, output)


def project(x: Tensor, w: Tensor | None, b: Tensor | None = None) -> Tensor:
    """x W + b; what is None is left out. (n, d_in) -> (n, d_out)"""
    if w is None:
        return x if b is None else x + b
    return x @ w if b is None else torch.addmm(b, x, w)
