"""`attend` with every stage kept, against nn.MultiheadAttention with weights of every head: python benchmarks/attend.py

Both sides do the whole layer (projections in and out, biases) with the same weights, in inference mode, on one
thread; calls of all methods alternate. PyTorch's module is measured with and without a batch axis, because
only the first takes its fast path and neither is always faster; ratios are against the faster of the two.
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

from attnquiz.attention.mask import causal
from attnquiz.attention.projections import Projections, multi_head

SIZES = ((8, 64, 4, 4000), (64, 256, 8, 1000), (512, 768, 12, 60))  # tokens, width, heads, rounds
LIMITS = {"no mask": 1.15, "causal": 1.30}


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


def main() -> int:
    """Print every figure; 1 if a ratio is above its limit."""
    torch.set_num_threads(1)
    failed = False
    for tokens, width, heads, rounds in SIZES:
        torch.manual_seed(0)
        module = nn.MultiheadAttention(width, heads, batch_first=True).eval()
        x = torch.randn(tokens, width)
        for mask, limit in LIMITS.items():
            methods = methods_for(x, module, causal(tokens) if mask == "causal" else None)
            with torch.inference_mode():
                medians(methods, max(3, rounds // 10))
                result = medians(methods, rounds)
            ours = result.pop("attend")
            ratio = ours / min(result.values())
            failed |= ratio > limit
            rivals = ", ".join(f"{name} {seconds * 1e6:.0f} us" for name, seconds in result.items())
            print(
                f"{tokens:4} tokens, width {width:3}, {heads:2} heads, {mask:7}: attend {ours * 1e6:.0f} us, {rivals}; "
                f"ratio {ratio:.2f} (at most {limit:.2f}{', MISSED' if ratio > limit else ''})"
            )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
