"""`attend` with every stage kept, against nn.MultiheadAttention with weights of every head: python benchmarks/attend.py

Both sides do the whole layer (projections in and out, biases) with the same weights, in inference mode, on one
thread; calls of all methods alternate. PyTorch's module is measured with and without a batch axis, because
only the first takes its fast path and neither is always faster; ratios are against the faster of the two.

Then a long text, on as many threads as the app gives it: the outline, which is the output of all heads and every
stage of one, against F.scaled_dot_product_attention between the same projections with the same mask.
Both are handed the mask as a matrix. The outline notices the causal one and says so to PyTorch, which then leaves
out the hidden half; whoever calls the function with is_causal=True has that gain, too: it is not in the ratio.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch is imported
os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch
from torch import Tensor, nn
from torch.nn import functional

from attnquiz.attention.attend import join_heads, project
from attnquiz.attention.mask import causal
from attnquiz.attention.outline import outline
from attnquiz.attention.projections import Projections, multi_head, project_heads
from attnquiz.attention.threads import threads_for

SIZES = ((8, 64, 4, 4000), (64, 256, 8, 1000), (512, 768, 12, 60))  # tokens, width, heads, rounds
LIMITS = {"no mask": 1.15, "causal": 1.30}
LONG = (2048, 768, 12, 15)
LONG_LIMIT = 1.20


def medians(methods: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median seconds of each method; one call of each in turn, so that noise falls on all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in methods}
    for _ in range(rounds):
        for name, method in methods.items():
            start = time.perf_counter()
            method()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


def methods_for(x: Tensor, module: nn.MultiheadAttention, allowed: Tensor | None) -> dict[str, Callable[[], object]]:
    """The three rivals on one input."""
    projections, batch = Projections.of(module), x.unsqueeze(0)
    hide = None if allowed is None else ~allowed
    asked = {"need_weights": True, "average_attn_weights": False, "attn_mask": hide}
    return {
        "attend": lambda: multi_head(x, projections, allowed=allowed),
        "module": lambda: module(x, x, x, **asked),
        "module, batch of one": lambda: module(batch, batch, batch, **asked),
    }


def long_methods_for(
    x: Tensor, module: nn.MultiheadAttention, allowed: Tensor | None
) -> dict[str, Callable[[], object]]:
    """The outline with the stages of one head, and the function."""
    p = Projections.of(module)

    def ours() -> object:
        whole = outline(*project_heads(x, p), allowed=allowed, w_o=p.w_o, b_o=p.b_o)
        return whole.output, whole.head(0).weights

    def theirs() -> object:
        q, k, v = (part[None] for part in project_heads(x, p))
        return project(join_heads(functional.scaled_dot_product_attention(q, k, v, attn_mask=allowed)[0]), p.w_o, p.b_o)

    return {"ours": ours, "function": theirs}


def compared(
    size: tuple[int, int, int, int],
    methods_of: Callable[[Tensor, nn.MultiheadAttention, Tensor | None], dict[str, Callable[[], object]]],
    limits: dict[str, float],
) -> bool:
    """Print the figures of one size with each mask; whether a ratio is above its limit. The first method is ours."""
    tokens, width, heads, rounds = size
    torch.manual_seed(0)
    module = nn.MultiheadAttention(width, heads, batch_first=True).eval()
    x = torch.randn(tokens, width)
    missed = False
    for mask, limit in limits.items():
        methods = methods_of(x, module, causal(tokens) if mask == "causal" else None)
        with torch.inference_mode():
            medians(methods, max(3, rounds // 10))
            (name, ours), *rivals = medians(methods, rounds).items()
        ratio = ours / min(seconds for _, seconds in rivals)
        missed |= ratio > limit
        others = ", ".join(f"{rival} {seconds * 1e6:.0f} us" for rival, seconds in rivals)
        print(
            f"{tokens:4} tokens, width {width:3}, {heads:2} heads, {mask:7}: {name} {ours * 1e6:.0f} us, {others}; "
            f"ratio {ratio:.2f} (at most {limit:.2f}{', MISSED' if ratio > limit else ''})"
        )
    return missed


def main() -> int:
    """Print every figure; 1 if a ratio is above its limit."""
    torch.set_num_threads(1)
    missed = [compared(size, methods_for, LIMITS) for size in SIZES]
    torch.set_num_threads(threads_for(LONG[0]))
    missed.append(compared(LONG, long_methods_for, dict.fromkeys(LIMITS, LONG_LIMIT)))
    return 1 if any(missed) else 0


if __name__ == "__main__":
    sys.exit(main())
