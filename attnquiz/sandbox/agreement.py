"""How far PyTorch's own attention is from ours, on the same numbers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import skip_init

from attnquiz.attention.attend import AttentionTrace, join_heads, project
from attnquiz.attention.outline import Outline
from attnquiz.attention.scoring import divided_by, unit
from attnquiz.attention.variant import Positions, Scoring

if TYPE_CHECKING:
    from attnquiz.sandbox.experiment import Experiment

LIMITS = {torch.float32: 1e-6, torch.float64: 1e-12}
"""What is promised, relative to the largest entry of the output, while no score reaches LARGEST_SCORE."""
LARGEST_SCORE = 20.0


@dataclass(frozen=True, slots=True)
class Agreement:
    """Largest difference of an output entry, relative to the largest output entry; rows without weights left out.

    `module` is against nn.MultiheadAttention, None where it cannot be told to do this (it wants all matrices square,
    and knows no positions); `function` is against F.scaled_dot_product_attention, None where no row has weights or
    where the scores are no dot products. `limit` is None where scores reach 20, for exp magnifies the rounding of large
    scores, and for numbers of 16 bits: nothing is promised there.
    """

    module: float | None
    function: float | None
    limit: float | None
    reason: str = ""  # a sentence: why nothing could be compared

    @property
    def holds(self) -> bool:
        """Every comparison that could be made is within the limit."""
        limit = math.inf if self.limit is None else self.limit
        return all(found <= limit for found in (self.module, self.function) if found is not None)

    @property
    def sentence(self) -> str:
        """For the page."""
        found = {"nn.MultiheadAttention": self.module, "F.scaled_dot_product_attention": self.function}
        parts = [f"{value:.1e} from {name}" for name, value in found.items() if value is not None]
        if not parts:
            return self.reason
        caution = " Scores of 20 and more magnify rounding." if self.limit is None else ""
        return f"Largest difference, relative to the largest output: {' and '.join(parts)}.{caution}"


NO_FUNCTION = "PyTorch has no function of its own for this, so there is nothing to compare with."
NO_ROWS = "No row has weights, so there is nothing to compare with PyTorch."
DROPPED = "Dropout is drawn at random, and PyTorch would draw other weights, so there is nothing to compare."


def agreement(
    e: "Experiment",
    inputs: Mapping[str, Tensor],
    trace: AttentionTrace | Outline,
    allowed: Tensor | None,
    bias: Tensor | None,
) -> Agreement:
    """Compute the same attention with PyTorch's module and function, and compare. Of a long text only one head."""
    if e.dropout > 0 and not e.is_long:
        return Agreement(None, None, None, DROPPED)
    if isinstance(trace, Outline):
        return _of_first_head(trace)
    theirs = None if e.scoring is Scoring.ADDITIVE else _by_function(e, inputs, trace, allowed, bias)
    module = _module_output(e, inputs, allowed)
    rows = ~trace.empty_rows.any(dim=0)
    return Agreement(
        None if module is None else difference(trace.output[rows], module[rows]),
        None if theirs is None else difference(trace.output[rows], theirs[rows]),
        LIMITS.get(trace.output.dtype) if trace.scaled.abs().max() < LARGEST_SCORE else None,
        NO_FUNCTION if rows.any() else NO_ROWS,
    )


def difference(ours: Tensor, theirs: Tensor) -> float | None:
    """Largest absolute difference over the largest absolute entry of theirs; None if there are no entries."""
    if ours.numel() == 0:
        return None
    largest = theirs.abs().max().item()
    return (ours - theirs).abs().max().item() / (largest or 1.0)


def divisor_of(e: "Experiment") -> float:
    """What the scores are divided by, temperature included."""
    d_k = e.shape("k")[-1]
    return divided_by(d_k, scoring=e.scoring, scale=e.scale, divisor=e.divisor, temperature=e.temperature)


def _of_first_head(trace: Outline) -> Agreement:
    """The stages of a head, computed when asked for, against what PyTorch's function made of all heads at once."""
    head = trace.head(0)
    rows = ~head.empty_rows.any(dim=0)
    found = difference(head.mixed[0][rows], trace.mixed[0][rows])
    return Agreement(None, found, LIMITS.get(head.mixed.dtype) if head.scaled.abs().max() < LARGEST_SCORE else None)


def _by_function(
    e: "Experiment", inputs: Mapping[str, Tensor], trace: AttentionTrace, allowed: Tensor | None, bias: Tensor | None
) -> Tensor:
    q, k = trace.q_rot, trace.k_rot
    if e.scoring is Scoring.COSINE:
        q, k = unit(q), unit(k)
    mask = allowed
    if bias is not None:
        mask = bias if allowed is None else torch.where(allowed, bias, -math.inf)
    theirs = functional.scaled_dot_product_attention(
        q[None], k[None], trace.v[None], attn_mask=mask, scale=1 / divisor_of(e), enable_gqa=True
    )
    return project(join_heads(theirs[0]), inputs.get("W_O"))


def _module_output(e: "Experiment", inputs: Mapping[str, Tensor], allowed: Tensor | None) -> Tensor | None:
    """nn.MultiheadAttention with our matrices. It always divides by sqrt(d_k), so another divisor goes into W_Q."""
    overridden = any(edit.name.removesuffix("_2") in ("Q", "K", "V") for edit in e.edits)
    known = e.scoring is Scoring.DOT and e.positions not in (Positions.ROPE, Positions.ALIBI, Positions.T5)
    if e.starts_from_qkv or overridden or not known:
        return None
    x, width = inputs["X"], e.d_model
    w_q, w_k, w_v, w_o = (inputs[name] for name in ("W_Q", "W_K", "W_V", "W_O"))
    if any(w.shape != (width, width) for w in (w_q, w_k, w_v, w_o)):
        return None
    module = skip_init(  # drawing weights only to overwrite them would disturb PyTorch's random numbers
        nn.MultiheadAttention, width, e.heads, bias=False, batch_first=True, device=x.device, dtype=x.dtype
    ).eval()
    factor = math.sqrt(width // e.heads) / divisor_of(e)
    ours = {
        "in_proj_weight": torch.cat([w_q if factor == 1.0 else w_q * factor, w_k, w_v], dim=1).T,
        "out_proj.weight": w_o.T,
    }
    module.load_state_dict(ours)
    hide = None if allowed is None else ~allowed
    keys = inputs.get("MEMORY", x)[None]
    return module(x[None], keys, keys, need_weights=False, attn_mask=hide)[0][0]
