"""How long each stage takes, on the device and in the precision of the experiment."""

import math
import statistics
from collections.abc import Callable

import torch
from torch import Tensor

from attnquiz.attention.attend import for_heads, join_heads, project
from attnquiz.attention.position import rope
from attnquiz.attention.scoring import scores
from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions
from attnquiz.sandbox.agreement import divisor_of
from attnquiz.sandbox.run import Run

Work = Callable[[], Tensor | tuple[Tensor, ...]]


def times(found: Run, clock: Callable[[], float], repeats: int) -> dict[Stage, float]:
    """Seconds by that clock, medians of so many repeats after one that is not counted; stages that do nothing left out.

    Of a long text one head, for all heads of all stages at once would not fit.
    """
    taken: dict[Stage, float] = {}
    with torch.inference_mode():
        for stage, work in works(found).items():
            work()
            taken[stage] = statistics.median(_once(work, clock, found.experiment.device) for _ in range(repeats))
    return taken


def _once(work: Work, clock: Callable[[], float], device: str) -> float:
    _wait_for(device)
    begun = clock()
    work()
    _wait_for(device)
    return clock() - begun


def _wait_for(device: str) -> None:
    """A graphics device works on while Python goes on: the clock must wait for it."""
    if device.startswith("cuda"):
        torch.cuda.synchronize(device)
    elif device == "mps":
        torch.mps.synchronize()


def works(found: Run) -> dict[Stage, Work]:
    """What each stage computes from what the stage before left, of all heads; of a long text of the first."""
    e = found.experiment
    heads = 1 if e.is_long else e.heads

    def part(name: str) -> Tensor:
        taken = torch.stack([found.of(name, head) for head in range(heads)])
        return taken.to(e.device)

    def keyed(name: str) -> Tensor:
        """(heads, n_k, d): of the heads that share a key or value, each its own copy, as `attend` has it."""
        return for_heads(found.tensor(name), e.heads)[:heads].to(e.device)

    q, k, v = part("q_rot"), keyed("k_rot"), keyed("v")
    w_a = found.inputs["W_A"][:heads].to(e.device) if "W_A" in found.inputs else None
    by, w_o = divisor_of(e), found.w_o
    raw, biased, masked, weights, mixed = map(part, ("scores", "biased", "masked", "dropped", "mixed"))
    rows = None if w_o is None else w_o[: heads * mixed.shape[-1]].to(e.device)
    made: dict[Stage, Work] = {} if e.starts_from_qkv else {Stage.PROJECT: _projected(found)}
    made[Stage.SCORE] = lambda: scores(q, k, e.scoring, w_a)
    if e.positions.is_bias:
        bias = part("bias")
        made[Stage.SCALE] = lambda: raw / by + bias
    elif by != 1.0:
        made[Stage.SCALE] = lambda: raw / by
    if found.allowed is not None:
        allowed = found.allowed.to(e.device)
        made[Stage.MASK] = lambda: torch.where(allowed, biased, -math.inf)
    made[Stage.SOFTMAX] = lambda: masked.softmax(dim=-1)
    made[Stage.WEIGH] = lambda: weights @ v
    if rows is not None:
        made[Stage.MERGE] = lambda: project(join_heads(mixed), rows)
    return made


def _projected(found: Run) -> Work:
    e, inputs = found.experiment, found.inputs
    x = inputs["X"].to(e.device)
    keys = inputs.get("MEMORY", inputs["X"]).to(e.device)
    w_q, w_k, w_v = (inputs[name].to(e.device) for name in ("W_Q", "W_K", "W_V"))

    def work() -> tuple[Tensor, ...]:
        q, k, v = project(x, w_q), project(keys, w_k), project(keys, w_v)
        if e.positions is not Positions.ROPE:
            return q, k, v
        return *(rope(wide.unflatten(-1, (-1, e.shape("q")[-1])).transpose(0, 1)) for wide in (q, k)), v

    return work
