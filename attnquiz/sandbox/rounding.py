"""How far two computers may be apart that compute the same experiment: bounds of the rounding of every tensor.

Each operation on numbers with errors gives a number with an error (Higham 2002, chapter 3, to first order): a product
passes on the errors of its factors, a sum adds them up, and each rounds its own result once more. Softmax turns an
absolute error of a score into a relative error of a weight, which is why large scores lose digits.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from attnquiz.attention.attend import for_heads, join_heads, split_heads
from attnquiz.attention.variant import Positions, Scoring
from attnquiz.sandbox import sides
from attnquiz.sandbox.agreement import divisor_of
from attnquiz.sandbox.run import Run

LARGEST = 1e30
HOPELESS = 40.0
"""An error of a score after which nothing is known of the weights."""


@dataclass(frozen=True, slots=True, eq=False)
class _Rough:
    """Numbers in float64, and how far each may be off."""

    value: Tensor
    error: Tensor

    @property
    def size(self) -> Tensor:
        return self.value.abs()

    def moved(self, by: float) -> "_Rough":
        """With one rounding more."""
        return _Rough(self.value, self.error + by * self.size)


def bounds(run: Run) -> dict[str, float]:
    """The largest error that rounding alone can bring about, for each tensor that is computed. Not for long texts."""
    found = _of_layer(run)
    return {name: _largest(rough) for name, rough in found.items()}


def _largest(rough: _Rough) -> float:
    """What is no number, or beyond all numbers, is the same everywhere."""
    known = rough.error[rough.value.isfinite()]
    return min(known.nan_to_num(LARGEST, LARGEST).max().item(), LARGEST) if known.numel() else 0.0


def _unit(kind: torch.dtype) -> float:
    """What one operation may be off by, relative to its terms. Sums of 16-bit numbers are formed in 32 bits and rounded
    once; a sum of n numbers of 32 or 64 bits is off by some sqrt(n) halves of eps, in whatever order it is formed."""
    return torch.finfo(kind).eps * (0.5 if kind.itemsize == 2 else 2)


def _known(tensor: Tensor) -> _Rough:
    exact = tensor.double()
    return _Rough(exact, torch.zeros_like(exact))


def _product(left: _Rough, right: _Rough, result: Tensor, kind: torch.dtype) -> _Rough:
    passed = left.size @ right.error + left.error @ (right.size + right.error)
    terms = result.double().abs() if kind.itemsize == 2 else left.size @ right.size
    return _Rough(result.double(), passed + _unit(kind) * terms)


def _of_layer(run: Run) -> dict[str, _Rough]:
    e, trace = run.experiment, run.trace
    kind, g = trace.q.dtype, sides.heads_of_keys(run.experiment)
    unit = _unit(kind)
    found = _vectors(run, unit)
    if e.starts_from_qkv:
        found |= {name: _known(getattr(trace, name)) for name in "qkv"}
    else:
        keys = found.get("memory", found["x"])
        for name, rows, heads in (("q", found["x"], e.heads), ("k", keys, g), ("v", keys, g)):
            wide = join_heads(getattr(trace, name))
            rough = _product(rows, _known(run.inputs[f"W_{name.upper()}"]), wide, kind)
            found[name] = _Rough(getattr(trace, name).double(), split_heads(rough.error, heads))
    for name in ("q", "k") if e.positions is Positions.ROPE else ():
        found[f"{name}_rot"] = _turned(found[name], getattr(trace, f"{name}_rot"), unit)
    found |= _pairs(run, found, kind)
    every_v = _every(found["v"], e.heads)
    found["mixed"] = _product(found.get("dropped", found["weights"]), every_v, trace.mixed, kind)
    joined = _Rough(join_heads(found["mixed"].value), join_heads(found["mixed"].error))
    found["output"] = joined if run.w_o is None else _product(joined, _known(run.w_o), trace.output, kind)
    return found


def _vectors(run: Run, unit: float) -> dict[str, _Rough]:
    """What is projected. A second layer starts from what rounding has left of the first."""
    e = run.experiment
    if e.starts_from_qkv:
        return {}
    found = {"x": _known(run.x)} | ({"memory": _known(run.inputs["MEMORY"])} if e.is_cross else {})
    if run.first is not None:
        below = _of_layer(run.first)
        error = below["x"].error + below["output"].error
        return {"x": _Rough(found["x"].value, error).moved(unit)}
    if not e.positions.is_added:
        return found
    position = run.inputs["POSITION"].double().abs()
    return {name: _Rough(r.value, unit * (r.size + 2 * position[: len(r.value)])) for name, r in found.items()}


def _turned(rough: _Rough, result: Tensor, unit: float) -> _Rough:
    """Each number becomes a sum of its pair, times a cosine and a sine."""
    both = (rough.error + 2 * unit * rough.size).unflatten(-1, (-1, 2)).sum(dim=-1)
    return _Rough(result.double(), both.repeat_interleave(2, dim=-1))


def _every(rough: _Rough, heads: int) -> _Rough:
    return _Rough(for_heads(rough.value, heads), for_heads(rough.error, heads))


def _pairs(run: Run, found: dict[str, _Rough], kind: torch.dtype) -> dict[str, _Rough]:
    e, trace, unit = run.experiment, run.trace, _unit(kind)
    q, k = found.get("q_rot", found["q"]), _every(found.get("k_rot", found["k"]), e.heads)
    scores = _scores(run, q, k, kind)
    scaled = _Rough(trace.scaled.double(), scores.error / divisor_of(e)).moved(unit)
    pairs = {"scores": scores, "scaled": scaled}
    if run.bias is not None:
        bias = _known(run.bias).moved(unit)
        biased = _Rough(trace.biased.double(), scaled.error + bias.error)
        pairs |= {"bias": bias, "biased": biased.moved(unit)}
    masked = pairs.get("biased", scaled)
    seen = masked.error if run.allowed is None else torch.where(run.allowed, masked.error, 0.0)
    worst = seen.nan_to_num(0.0, LARGEST).amax(dim=-1, keepdim=True).clamp(max=HOPELESS)
    weights = _known(trace.weights)
    off = (weights.size * (torch.expm1(2 * worst) + 4 * unit)).clamp(max=1.0)
    pairs |= {"masked": _Rough(trace.masked.double(), seen), "weights": _Rough(weights.value, off)}
    if run.keep is not None:
        dropped = _Rough(trace.dropped.double(), off * run.keep.double())
        pairs["dropped"] = dropped.moved(unit)
    return pairs


def _scores(run: Run, q: _Rough, k: _Rough, kind: torch.dtype) -> _Rough:
    scoring, unit, result = run.experiment.scoring, _unit(kind), run.trace.scores
    if scoring is Scoring.ADDITIVE:
        size = q.size[:, :, None] + k.size[:, None]
        error = q.error[:, :, None] + k.error[:, None] + unit * (size + 2)  # a tanh is at most 1, and grows no error
        w_a = run.inputs["W_A"].double().abs()
        return _Rough(result.double(), (error @ w_a[:, None, :, None]).squeeze(-1)).moved(unit)
    if scoring is Scoring.COSINE:
        q, k = (_level(part, unit) for part in (q, k))
    across = _Rough(k.value.transpose(-2, -1), k.error.transpose(-2, -1))
    return _product(q, across, result, kind)


def _level(rough: _Rough, unit: float) -> _Rough:
    """Vectors of length 1; an error counts the more, the shorter the vector was."""
    length = rough.value.norm(dim=-1, keepdim=True)
    length = torch.where(length == 0, 1.0, length)
    return _Rough(rough.value / length, (rough.error + rough.error.norm(dim=-1, keepdim=True)) / length + 2 * unit)
