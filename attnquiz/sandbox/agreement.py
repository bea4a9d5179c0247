"""How far PyTorch's own attention is from ours, on the same numbers."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import skip_init

from attnquiz.attention.attend import AttentionTrace, join_heads, project
from attnquiz.attention.projections import Projections

LIMITS = {torch.float32: 1e-6, torch.float64: 1e-12}
"""What is promised, relative to the largest entry of the output, while no score reaches LARGEST_SCORE."""
LARGEST_SCORE = 20.0


@dataclass(frozen=True, slots=True)
class Agreement:
    """Largest difference of an output entry, relative to the largest output entry; rows without weights left out.

    `module` is against nn.MultiheadAttention, None where its shapes do not fit this experiment (it wants all
    matrices square); `function` is against F.scaled_dot_product_attention, None where no row has weights.
    `limit` is None where scores reach 20: exp magnifies the rounding of large scores, and nothing is promised.
    """

    module: float | None
    function: float | None
    limit: float | None

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
            return "No row has weights, so there is nothing to compare with PyTorch."
        caution = " Scores of 20 and more magnify rounding." if self.limit is None else ""
        return f"Largest difference, relative to the largest output: {' and '.join(parts)}.{caution}"


def agreement(
    trace: AttentionTrace,
    x: Tensor | None,
    projections: Projections | None,
    *,
    w_o: Tensor | None,
    allowed: Tensor | None,
    scale: bool,
    temperature: float,
) -> Agreement:
    """Compute the same attention with PyTorch's module and function, and compare."""
    divisor = (math.sqrt(trace.k.shape[-1]) if scale else 1.0) * temperature
    theirs = functional.scaled_dot_product_attention(
        trace.q[None], trace.k[None], trace.v[None], attn_mask=allowed, scale=1 / divisor
    )
    by_function = project(join_heads(theirs[0]), w_o)
    by_module = None if x is None or projections is None else _module_output(x, projections, allowed, divisor)
    rows = ~trace.empty_rows.any(dim=0)
    return Agreement(
        None if by_module is None else difference(trace.output[rows], by_module[rows]),
        difference(trace.output[rows], by_function[rows]),
        LIMITS[trace.output.dtype] if trace.scaled.abs().max() < LARGEST_SCORE else None,
    )


def difference(ours: Tensor, theirs: Tensor) -> float | None:
    """Largest absolute difference over the largest absolute entry of theirs; None if there are no entries."""
    if ours.numel() == 0:
        return None
    largest = theirs.abs().max().item()
    return (ours - theirs).abs().max().item() / (largest or 1.0)


def _module_output(x: Tensor, projections: Projections, allowed: Tensor | None, divisor: float) -> Tensor | None:
    """nn.MultiheadAttention with our matrices. It always divides by sqrt(d_k), so another divisor goes into W_Q."""
    p, width = projections, x.shape[-1]
    if any(w is None or w.shape != (width, width) for w in (p.w_q, p.w_k, p.w_v, p.w_o)):
        return None
    module = skip_init(  # drawing weights only to overwrite them would disturb PyTorch's random numbers
        nn.MultiheadAttention, width, p.heads, bias=False, batch_first=True, device=x.device, dtype=x.dtype
    ).eval()
    factor = math.sqrt(width // p.heads) / divisor
    ours = {
        "in_proj_weight": torch.cat([p.w_q if factor == 1.0 else p.w_q * factor, p.w_k, p.w_v], dim=1).T,
        "out_proj.weight": p.w_o.T,
    }
    module.load_state_dict(ours)
    hide = None if allowed is None else ~allowed
    return module(x[None], x[None], x[None], need_weights=False, attn_mask=hide)[0][0]
