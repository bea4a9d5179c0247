"""Attention as if a wrong belief were true. A belief replaces one step of the eight; the others stay what they are."""

import math
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from attnquiz.attention import scoring
from attnquiz.attention.attend import AttentionTrace, for_heads, join_heads, project
from attnquiz.attention.position import rope
from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions
from attnquiz.sandbox import sides
from attnquiz.sandbox.agreement import Agreement, divisor_of
from attnquiz.sandbox.run import Run

NOT_COMPARED = Agreement(None, None, None, "PyTorch holds no such belief, so nothing is compared with it.")


def as_if(run: Run) -> Run:
    """The same experiment with the belief that it names. Only the trace and who may look where can differ.

    PyTorch holds no such belief, so nothing is compared with it.
    """
    belief = run.experiment.belief
    other = replace(run, allowed=_ALLOWED.get(belief, lambda run: run.allowed)(run))
    step = _STEPS | _BELIEFS.get(belief, {})
    e = run.experiment
    with torch.inference_mode():
        q, k, v = (step[Stage.PROJECT](other, part) for part in (run.trace.q, run.trace.k, run.trace.v))
        q_rot, k_rot = (rope(q), rope(k)) if e.positions is Positions.ROPE else (q, k)
        every_k, every_v = for_heads(k_rot, e.heads), for_heads(v, e.heads)
        found = step[Stage.SCORE](other, scoring.scores(q_rot, every_k, e.scoring, run.inputs.get("W_A")))
        scaled = step[Stage.SCALE](other, found)
        biased = scaled if run.bias is None else scaled + run.bias
        masked = step[Stage.MASK](other, biased)
        weights = step[Stage.SOFTMAX](other, masked)
        dropped = weights if run.keep is None else weights * run.keep
        mixed = step[Stage.WEIGH](other, dropped, every_v)
        output = step[Stage.MERGE](other, mixed)
    trace = AttentionTrace(
        q, k, v, q_rot, k_rot, found, scaled, biased, masked, weights, dropped, mixed, output
    )  # fmt: skip
    return replace(other, trace=trace, agreement=NOT_COMPARED)


def parting(run: Run, other: Run) -> Stage | None:
    """The first stage at which two runs of one experiment show different numbers; None where they never do."""
    e = run.experiment
    return next((s for s in e.stages if any(differs(run, other, name) for name in sides.tensors(e, s))), None)


def differs(run: Run, other: Run, name: str) -> bool:
    """Whether a tensor differs by more than rounding."""
    ours, theirs = run.tensor(name), other.tensor(name)
    return ours.shape != theirs.shape or not torch.allclose(ours, theirs, rtol=1e-4, atol=1e-6, equal_nan=True)


# --- the steps as they are: what `attend` does, one by one ----------------------------------------


def _keep(run: Run, found: Tensor) -> Tensor:
    return found


def _divided(scores: Tensor, divisor: float) -> Tensor:
    return scores if divisor == 1.0 else scores / divisor


def _scale(run: Run, scores: Tensor) -> Tensor:
    return _divided(scores, divisor_of(run.experiment))


def _mask(run: Run, scaled: Tensor) -> Tensor:
    return scaled if run.allowed is None else torch.where(run.allowed, scaled, -math.inf)


def _softmax(run: Run, masked: Tensor) -> Tensor:
    return masked.softmax(dim=-1)


def _weigh(run: Run, weights: Tensor, v: Tensor) -> Tensor:
    return weights @ v


def _merge(run: Run, mixed: Tensor) -> Tensor:
    return project(join_heads(mixed), run.w_o)


_STEPS: dict[Stage, Callable[..., Tensor]] = {
    Stage.PROJECT: _keep,
    Stage.SCORE: _keep,
    Stage.SCALE: _scale,
    Stage.MASK: _mask,
    Stage.SOFTMAX: _softmax,
    Stage.WEIGH: _weigh,
    Stage.MERGE: _merge,
}


# --- the steps as somebody believes them to be ----------------------------------------------------


def _view_alone(run: Run, part: Tensor) -> Tensor:
    return join_heads(part).reshape(part.shape)


def _is_square(scores: Tensor) -> bool:
    """In cross-attention no token meets itself, and no pair comes twice."""
    return scores.shape[-2] == scores.shape[-1]


def _same_both_ways(run: Run, scores: Tensor) -> Tensor:
    return (scores + scores.transpose(-2, -1)) / 2 if _is_square(scores) else scores


def _self_first(run: Run, scores: Tensor) -> Tensor:
    """The diagonal and the largest score of each row change places."""
    if not _is_square(scores):
        return scores
    largest, place = scores.max(dim=-1, keepdim=True)
    own = scores.diagonal(dim1=-2, dim2=-1)[..., None]
    swapped = scores.scatter(-1, place, own)
    return torch.where(torch.eye(scores.shape[-1], dtype=torch.bool), largest, swapped)


def _by_model_width(run: Run, scores: Tensor) -> Tensor:
    e = run.experiment
    return _divided(scores, (math.sqrt(e.d_model) if e.is_scaled else 1.0) * e.temperature)


def _by_key_width(run: Run, scores: Tensor) -> Tensor:
    e = run.experiment
    return _divided(scores, (run.trace.k.shape[-1] if e.is_scaled else 1.0) * e.temperature)


def _unscaled(run: Run, scores: Tensor) -> Tensor:
    return _divided(scores, run.experiment.temperature)


def _over(dim: int) -> Callable[[Run, Tensor], Tensor]:
    """Softmax over another side; a hidden cell has no weight there either, even where all of that side is hidden."""
    return lambda run, masked: torch.where(masked.isneginf(), 0.0, masked.softmax(dim=dim))


def _share(run: Run, masked: Tensor) -> Tensor:
    """nan, a row long, where the scores cancel: there is nothing to take a share of."""
    seen = torch.where(masked.isneginf(), 0.0, masked)
    whole = seen.sum(dim=-1, keepdim=True)
    nothing = whole.abs() <= 1e-6 * seen.abs().sum(dim=-1, keepdim=True)
    return torch.where(nothing, math.nan, seen / whole)


def _zeroed(run: Run, unmasked: Tensor) -> Tensor:
    weights = unmasked.softmax(dim=-1)
    return weights if run.allowed is None else torch.where(run.allowed, weights, 0.0)


def _emptied(run: Run, masked: Tensor) -> Tensor:
    """Rows that may look nowhere have weights of 0."""
    return torch.where(masked.isneginf(), 0.0, masked.softmax(dim=-1))


def _later_more(run: Run, masked: Tensor) -> Tensor:
    heavier = masked.softmax(dim=-1) * torch.arange(1, masked.shape[-1] + 1)
    return heavier / heavier.sum(dim=-1, keepdim=True)


def _unweighted(run: Run, weights: Tensor, v: Tensor) -> Tensor:
    counted = torch.ones_like(weights) if run.allowed is None else run.allowed.to(v.dtype).expand_as(weights)
    return counted @ v


def _averaged(run: Run, mixed: Tensor) -> Tensor:
    return _merge(run, mixed.mean(dim=0, keepdim=True).expand_as(mixed))


def _no_w_o(run: Run, mixed: Tensor) -> Tensor:
    return join_heads(mixed)


_BELIEFS: dict[str, dict[Stage, Callable[..., Tensor]]] = {
    "softmax-over-queries": {Stage.SOFTMAX: _over(-2)},
    "softmax-over-heads": {Stage.SOFTMAX: _over(0)},
    "softmax-is-share": {Stage.SOFTMAX: _share},
    "mask-after-softmax": {Stage.MASK: _keep, Stage.SOFTMAX: _zeroed},
    "padding-masks-rows": {Stage.SOFTMAX: _emptied},
    "scale-by-dmodel": {Stage.SCALE: _by_model_width},
    "scale-by-d": {Stage.SCALE: _by_key_width},
    "forgot-scaling": {Stage.SCALE: _unscaled},
    "heads-average": {Stage.MERGE: _averaged},
    "mix-unweighted": {Stage.WEIGH: _unweighted},
    "symmetric-scores": {Stage.SCORE: _same_both_ways},
    "reshape-mixes-heads": {Stage.PROJECT: _view_alone},
    "forgot-wo": {Stage.MERGE: _no_w_o},
    "recency-built-in": {Stage.SOFTMAX: _later_more},
    "self-match-largest": {Stage.SCORE: _self_first},
}


def _inverted(run: Run) -> Tensor | None:
    return None if run.allowed is None else ~run.allowed


def _strictly_earlier(run: Run) -> Tensor | None:
    return run.allowed.tril(-1) if run.experiment.mask.is_causal else run.allowed


def _rows_of_padding(run: Run) -> Tensor | None:
    e = run.experiment
    if not e.mask.is_padding or e.is_cross:
        return run.allowed
    n = len(run.tokens)
    rows = torch.ones(n, n, dtype=torch.bool)
    rows[n - e.padding :] = False
    return rows.tril() if e.mask.is_causal else rows


_ALLOWED: dict[str, Callable[[Run], Tensor | None]] = {
    "mask-inverted": _inverted,
    "causal-excludes-self": _strictly_earlier,
    "padding-masks-rows": _rows_of_padding,
}
"""Beliefs about who may look where."""
