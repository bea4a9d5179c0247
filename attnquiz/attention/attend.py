"""Attention, one function, every stage kept.

Equation 1 of Vaswani et al. 2017 (sec. 3.2.1), with the mask of sec. 3.2.3 and the heads of sec. 3.2.2:

    Attention(Q, K, V) = softmax(Q K^T / sqrt(d_k)) V

and what others put in place of one of its steps. Letters in the margins: h heads, g heads of keys and values (h,
unless queries share them), n_q queries, n_k keys, d_k width of a query and of a key in one head, d_v width of a
value in one head, d_model width of a token.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from attnquiz.attention.position import rope
from attnquiz.attention.scoring import divided_by, scores
from attnquiz.attention.variant import Scoring


@dataclass(frozen=True, slots=True, eq=False)
class AttentionTrace:
    """Every stage of one attention. A stage that changed nothing is the very tensor of the stage before."""

    q: Tensor  #       (h, n_q, d_k)
    k: Tensor  #       (g, n_k, d_k)
    v: Tensor  #       (g, n_k, d_v)
    q_rot: Tensor  #   (h, n_q, d_k)   turned by position: RoPE
    k_rot: Tensor  #   (g, n_k, d_k)
    scores: Tensor  #  (h, n_q, n_k)   Q K^T, or what stands for it
    scaled: Tensor  #  (h, n_q, n_k)   divided by sqrt(d_k) and by the temperature
    biased: Tensor  #  (h, n_q, n_k)   plus a number for each distance: ALiBi, T5
    masked: Tensor  #  (h, n_q, n_k)   minus infinity where the query may not look
    weights: Tensor  # (h, n_q, n_k)   softmax over the keys: rows sum to 1
    dropped: Tensor  # (h, n_q, n_k)   some weights 0, the others larger: dropout
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

    def shares(self, w_o: Tensor) -> Tensor:
        """(h d_v, d_model) -> (h, n_q, d_model): what each head adds to the output; they add up to it, but for b_o.

        Concat(head_1 ... head_h) W_O = sum_i head_i W_O[rows of head i] (Elhage et al. 2021, "Attention heads are
        independent and additive").
        """
        return self.mixed @ w_o.unflatten(0, (len(self.mixed), -1))


def split_heads(wide: Tensor, heads: int) -> Tensor:
    """(n, h d) -> (h, n, d). Head i takes columns i d to (i + 1) d."""
    return wide.unflatten(-1, (heads, -1)).transpose(0, 1)


def join_heads(mixed: Tensor) -> Tensor:
    """(h, n, d) -> (n, h d): undoes split_heads."""
    return mixed.transpose(0, 1).flatten(1)


def attend(
    q: Tensor,  #                       (h, n_q, d_k)
    k: Tensor,  #                       (g, n_k, d_k), g divides h
    v: Tensor,  #                       (g, n_k, d_v)
    *,
    allowed: Tensor | None = None,  #   (n_q, n_k) or (h, n_q, n_k), True where a query may look
    scoring: Scoring = Scoring.DOT,
    w_a: Tensor | None = None,  #       (h, d_k), for additive scores
    rotary: bool = False,
    bias: Tensor | None = None,  #      (h, n_q, n_k), finite
    scale: bool = True,
    divisor: float | None = None,  #    in place of sqrt(d_k)
    temperature: float = 1.0,
    keep: Tensor | None = None,  #      (h, n_q, n_k), 0 or 1 / (1 - p)
    w_o: Tensor | None = None,  #       (h d_v, d_model)
    b_o: Tensor | None = None,  #       (d_model,)
) -> AttentionTrace:
    """Attend from n_q queries to n_k keys; without w_o the output is the joined heads.

    Query head i uses head i // (h / g) of keys and values (Ainslie et al. 2023, sec. 2.2). Dropout comes after
    softmax (`keep` says which weights stay), so the rows of `dropped` do not sum to 1.

    A row whose keys are all forbidden has no weights: exp(-inf) / 0 is nan, and nan it stays in `weights`,
    `mixed` and `output` (see `AttentionTrace.empty_rows`). PyTorch's own functions disagree about such a row
    (torch 2.13, tested): softmax gives nan, F.scaled_dot_product_attention gives 0, nn.MultiheadAttention gives
    nan with need_weights=True and 0 without.
    """
    by = divided_by(q.shape[-1], scoring=scoring, scale=scale, divisor=divisor, temperature=temperature)

    q_rot, k_rot = (rope(q), rope(k)) if rotary else (q, k)
    every_k, every_v = for_heads(k_rot, len(q)), for_heads(v, len(q))  #                (h, n_k, d_k), (h, n_k, d_v)
    raw = scores(q_rot, every_k, scoring, w_a)  #                                       (h, n_q, n_k)
    scaled = raw if by == 1.0 else raw / by  #                                          (h, n_q, n_k)
    biased = scaled if bias is None else scaled + bias.to(scaled)  #                    (h, n_q, n_k)
    masked = biased if allowed is None else torch.where(allowed, biased, -math.inf)  #  (h, n_q, n_k)
    weights = masked.softmax(dim=-1)  #                                                 (h, n_q, n_k)
    dropped = weights if keep is None else weights * keep.to(weights)  #                (h, n_q, n_k)
    mixed = dropped @ every_v  #                                                        (h, n_q, d_v)
    output = project(join_heads(mixed), w_o, b_o)  #                                    (n_q, d_model)

    return AttentionTrace(q, k, v, q_rot, k_rot, raw, scaled, biased, masked, weights, dropped, mixed, output)


def for_heads(part: Tensor, heads: int) -> Tensor:
    """(g, n, d) -> (h, n, d): keys or values for every head of queries, h / g neighbours sharing one."""
    return part if len(part) == heads else part.repeat_interleave(heads // len(part), dim=0)


def project(x: Tensor, w: Tensor | None, b: Tensor | None = None) -> Tensor:
    """x W + b; what is None is left out. (n, d_in) -> (n, d_out)"""
    if w is None:
        return x if b is None else x + b
    return x @ w if b is None else torch.addmm(b, x, w)
