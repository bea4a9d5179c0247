"""Attention over long texts: the output of all heads, and the stages of one head when somebody looks at it.

All stages of 12 heads at 2,048 tokens are 1 GB; queries, keys, values and results are 44 MB, and the stages of one
head are computed again in a moment. Letters as in `attend`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from attnquiz.attention.attend import AttentionTrace, attend, for_heads, join_heads, project
from attnquiz.attention.mask import causal
from attnquiz.attention.position import rope
from attnquiz.attention.scoring import divided_by, unit
from attnquiz.attention.variant import Scoring


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """What all heads come to, on the device where it was computed, and what it takes to look into one of them."""

    q: Tensor  #       (h, n_q, d_k)
    k: Tensor  #       (g, n_k, d_k)
    v: Tensor  #       (g, n_k, d_v)
    q_rot: Tensor  #   (h, n_q, d_k)
    k_rot: Tensor  #   (g, n_k, d_k)
    mixed: Tensor  #   (h, n_q, d_v)
    output: Tensor  #  (n_q, d_model)
    settings: dict[str, Any]

    def head(self, i: int) -> AttentionTrace:
        """Every stage of head i, computed now: tensors with one head; `output` is that head through its rows of W_O."""
        return _head(i, self.q, self.k, self.v, **self.settings)


def outline(
    q: Tensor,  #                       (h, n_q, d_k)
    k: Tensor,  #                       (g, n_k, d_k), g divides h
    v: Tensor,  #                       (g, n_k, d_v)
    *,
    allowed: Tensor | None = None,  #   (n_q, n_k) or (h, n_q, n_k)
    scoring: Scoring = Scoring.DOT,
    w_a: Tensor | None = None,  #       (h, d_k)
    rotary: bool = False,
    bias: Callable[[int], Tensor] | None = None,  # head -> (n_q, n_k), finite
    scale: bool = True,
    divisor: float | None = None,
    temperature: float = 1.0,
    w_o: Tensor | None = None,  #       (h d_v, d_model)
    b_o: Tensor | None = None,  #       (d_model,)
    on_head: Callable[[int, int], None] | None = None,
) -> Outline:
    """What `attend` computes but for dropout, equal up to rounding; queries that may look nowhere are nan here, too.

    `on_head(done, of)` is called after each head, or once where all are done together; what it raises stops the work.
    """
    heads = len(q)
    by = divided_by(q.shape[-1], scoring=scoring, scale=scale, divisor=divisor, temperature=temperature)
    per_head = {"allowed": allowed, "w_a": w_a, "bias": bias, "w_o": w_o}
    settings = {"scoring": scoring, "rotary": rotary, "divisor": by, **per_head}
    q_rot, k_rot = (rope(q), rope(k)) if rotary else (q, k)
    compared = (unit(q_rot), unit(k_rot)) if scoring is Scoring.COSINE else (q_rot, k_rot)
    all_q, all_k, all_v = (for_heads(part, heads) for part in (*compared, v))

    def mixed_of(i: int) -> Tensor:
        if scoring is Scoring.ADDITIVE:
            return _head(i, q, k, v, **settings).mixed
        this = slice(i, i + 1)
        look = _look(_seen(allowed, i), None if bias is None else bias(i).to(q))
        return _fused(all_q[this], all_k[this], all_v[this], look, by)

    def told(mixed: Tensor, done: int) -> Tensor:
        if on_head is not None:
            on_head(done, heads)
        return mixed

    # PyTorch's way without a matrix of scores takes no other widths; all heads at once would then hold all scores
    if bias is None and scoring is not Scoring.ADDITIVE and q.shape[-1] == v.shape[-1]:
        mixed = told(_fused(all_q, all_k, all_v, allowed, by), heads)
    else:
        mixed = torch.cat([told(mixed_of(i), i + 1) for i in range(heads)])
    output = project(join_heads(mixed), w_o, b_o)
    return Outline(q, k, v, q_rot, k_rot, mixed, output, settings)


def _fused(q: Tensor, k: Tensor, v: Tensor, look: Tensor | None, by: float) -> Tensor:
    """(h, n_q, d_v) by F.scaled_dot_product_attention, which says 0 where a query may look nowhere; we say nan."""
    batch = look if look is None or look.dim() == 2 else look[None]
    # said in so many words, the causal mask lets PyTorch leave out the hidden half: less than half the time
    later_hidden = look is not None and look.dtype == torch.bool and torch.equal(look.cpu(), causal(*look.shape[-2:]))
    told = {"is_causal": True} if later_hidden else {"attn_mask": batch}
    mixed = functional.scaled_dot_product_attention(q[None], k[None], v[None], scale=1 / by, **told)[0]
    if look is None or later_hidden:
        return mixed
    seen = look if look.dtype == torch.bool else ~look.isneginf()
    empty = ~seen.any(dim=-1, keepdim=True)
    return torch.where(empty, math.nan, mixed) if empty.any() else mixed


def _look(allowed: Tensor | None, added: Tensor | None) -> Tensor | None:
    """One mask for what may be seen and what is added to scores."""
    if allowed is None or added is None:
        return added if allowed is None else allowed
    return torch.where(allowed, added, -math.inf)


def _seen(allowed: Tensor | None, i: int) -> Tensor | None:
    """(n_q, n_k): where the queries of head i may look."""
    return allowed if allowed is None or allowed.dim() == 2 else allowed[i]


def _head(
    i: int,
    q: Tensor,
    k: Tensor,
    v: Tensor,
    *,
    allowed: Tensor | None,
    w_a: Tensor | None,
    bias: Callable[[int], Tensor] | None,
    w_o: Tensor | None,
    **settings: Any,
) -> AttentionTrace:
    group = len(q) // len(k)
    this, shared = slice(i, i + 1), slice(i // group, i // group + 1)
    return attend(
        q[this],
        k[shared],
        v[shared],
        allowed=_seen(allowed, i),
        w_a=None if w_a is None else w_a[this],
        bias=None if bias is None else bias(i)[None],
        w_o=None if w_o is None else w_o.unflatten(0, (len(q), -1))[i],
        **settings,
    )
