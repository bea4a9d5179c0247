"""One experiment, computed once: every stage, and how far PyTorch's own functions are from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from attnquiz.attention.attend import AttentionTrace, attend, join_heads, project, split_heads
from attnquiz.attention.devices import Device, devices
from attnquiz.attention.mask import both, causal, padding, window
from attnquiz.attention.outline import Outline, outline
from attnquiz.attention.position import alibi_slopes, linear, t5
from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions
from attnquiz.errors import SandboxError
from attnquiz.sandbox import sides
from attnquiz.sandbox.agreement import Agreement, agreement
from attnquiz.sandbox.checks import PRECISIONS
from attnquiz.sandbox.experiment import Experiment
from attnquiz.sandbox.numbers import keep, numbers, overrides

__all__ = ["EMPTY_ROW", "Agreement", "Device", "Run", "devices", "run"]

EMPTY_ROW = (
    "This query may look at no key at all, so it has no weights: they would be 0 divided by 0. PyTorch's own functions "
    "do not agree about such a row: softmax returns nan, F.scaled_dot_product_attention returns 0, and "
    "nn.MultiheadAttention returns nan, or 0 when it is called with need_weights=False."
)


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What came out of the layer that the experiment stands in. All tensors lie in the processor's memory, wherever
    they were computed. `inputs` are the matrices of `numbers`, as tensors, with the X that this layer really got."""

    experiment: Experiment
    inputs: Mapping[str, Tensor]
    allowed: Tensor | None  #   (n_q, n_k), True where a query may look; None: everywhere
    bias: Tensor | None  #      (h, n_q, n_k), added to the scaled scores; None: nothing, or too long to keep
    keep: Tensor | None  #      (h, n_q, n_k), what dropout multiplies the weights by
    trace: AttentionTrace | Outline
    agreement: Agreement
    first: "Run | None"  #      the first layer, where this is the second
    labels: tuple[str, ...]
    key_labels: tuple[str, ...]

    @property
    def tokens(self) -> tuple[str, ...]:
        """The tokens that ask, as they are written; `labels` are the same, but no two alike."""
        return self.experiment.tokens

    @property
    def x(self) -> Tensor | None:
        """(n_q, d_model): what is projected, positions added. None where the experiment starts from Q, K and V."""
        return self.inputs.get("X")

    @property
    def w_o(self) -> Tensor | None:
        """(h d_v, d_model); None where the output is the joined heads."""
        return self.inputs.get("W_O")

    @property
    def empty_rows(self) -> tuple[int, ...]:
        """Queries without weights, by number: the page shows EMPTY_ROW for them."""
        if self.allowed is None:
            return ()
        return tuple((~self.allowed.any(dim=-1)).nonzero().flatten().tolist())

    def tensor(self, name: str) -> Tensor:
        """A tensor by the name a stage uses, all heads at once. Not for pairs of tokens in a long text."""
        if name in _INPUTS:
            return self._input(name)
        if name == "bias":
            return torch.zeros_like(self.trace.scaled) if self.bias is None else self.bias
        if name == "joined":
            return join_heads(self.trace.mixed)
        if name == "shares":
            return self.trace.mixed @ self.w_o.unflatten(0, (self.experiment.heads, -1))
        return getattr(self.trace, name)

    def of(self, name: str, head: int = 0) -> Tensor:
        """(rows, columns): a tensor by the name a stage uses, of one head if it has heads."""
        if name not in sides.HEADED:
            return self.tensor(name)
        if isinstance(self.trace, Outline) and name in sides.PAIRS:
            alone = _alone(self.trace, head)
            return (alone.biased - alone.scaled if name == "bias" else getattr(alone, name))[0].cpu()
        return self.tensor(name)[head]

    def _input(self, name: str) -> Tensor:
        found = self.inputs.get(_INPUTS[name])
        if found is None and name == "x":
            raise SandboxError("This experiment starts from Q, K and V; there is no X. Choose a later stage.")
        if found is None:
            raise SandboxError(f"This experiment has no {_INPUTS[name]}. Choose another matrix.")
        return found[: len(self.labels)] if name == "position" else found


@lru_cache(maxsize=1)
def _alone(trace: Outline, head: int) -> AttentionTrace:
    """The head that was looked at last: a page asks for many of its stages, one after another."""
    with torch.inference_mode():
        return trace.head(head)


_INPUTS = {
    "x": "X", "embedded": "EMBEDDED", "position": "POSITION", "memory": "MEMORY", "w_q": "W_Q", "w_k": "W_K",
    "w_v": "W_V", "w_o": "W_O", "w_a": "W_A", "t5": "T5",
}  # fmt: skip
"""Names of stages for what goes in."""


def run(
    experiment: Experiment,
    device: str | None = None,
    dtype: torch.dtype | None = None,
    on_head: Callable[[int, int], None] | None = None,
) -> Run:
    """Compute every stage on a device; None takes what the experiment says. SandboxError where that is not possible.

    Of a long text only what all heads share; `on_head` is then told how many heads are done, of how many.
    """
    wanted = experiment.device if device is None else device
    kind = getattr(torch, experiment.precision) if dtype is None else dtype
    check_place(wanted, kind)
    first = None
    if experiment.layer == 1:
        below = replace(experiment, layer=0, stage=Stage.EMBED, tensor="", head=0, row=None, column=None)
        first = run(below, device, dtype)
    with torch.inference_mode():
        return _computed(experiment, first, wanted, kind, on_head)


def _computed(
    e: Experiment, first: Run | None, device: str, kind: torch.dtype, on_head: Callable[[int, int], None] | None
) -> Run:
    given = {name: torch.tensor(rows, dtype=kind, device=device) for name, rows in numbers(e).items()}
    inputs = _embedded(given, first)
    q, k, v = _projected(e, inputs)
    allowed, dropped = allowed_for(e), keep(e)
    there = None if allowed is None else allowed.to(device)
    settings = {
        "allowed": there, "scoring": e.scoring, "w_a": inputs.get("W_A"), "rotary": e.positions is Positions.ROPE,
        "scale": e.scale, "divisor": e.divisor, "temperature": e.temperature, "w_o": inputs.get("W_O"),
    }  # fmt: skip
    bias = bias_for(e, inputs)
    if e.is_long:
        traced = outline(q, k, v, bias=bias, on_head=on_head, **settings)
        every, factors = None, None
    else:
        every = None if bias is None else torch.stack([bias(head) for head in range(e.heads)])
        factors = None if dropped is None else torch.tensor(dropped, dtype=kind, device=device)
        traced = attend(q, k, v, bias=every, keep=factors, **settings)
    agrees = agreement(e, inputs, traced, there, every)
    home = {name: part.cpu() for name, part in inputs.items()}
    back = _home(traced)
    if isinstance(back, Outline):  # its heads are computed at home, when they are asked for
        moved = {name: part.cpu() if isinstance(part, Tensor) else part for name, part in back.settings.items()}
        back = replace(back, settings=moved | {"bias": bias_for(e, home)})
    bias_here, keep_here = (None if part is None else part.cpu() for part in (every, factors))
    return Run(e, home, allowed, bias_here, keep_here, back, agrees, first, e.labels, e.key_labels)


def _embedded(given: dict[str, Tensor], first: Run | None) -> dict[str, Tensor]:
    """With X as this layer gets it: positions added, or what the first layer left."""
    if first is not None:
        return given | {"X": (first.x + first.tensor("output")).to(given["W_Q"].device)}
    if "POSITION" not in given:
        return given
    rows = given["X"].shape[0]
    found = given | {"EMBEDDED": given["X"], "X": given["X"] + given["POSITION"][:rows]}
    if "MEMORY" in given:
        found["MEMORY"] = given["MEMORY"] + given["POSITION"][: given["MEMORY"].shape[0]]
    return found


def _projected(e: Experiment, inputs: Mapping[str, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """q (h, n_q, d_k), k and v (g, n_k, ...), with the learner's numbers in the place of computed ones."""
    sources = {"Q": inputs.get("X"), "K": inputs.get("MEMORY", inputs.get("X"))}
    sources["V"] = sources["K"]
    wide = {
        name: inputs[name] if e.starts_from_qkv else _replaced(project(sources[name], inputs[f"W_{name}"]), e, name)
        for name in "QKV"
    }
    g = sides.heads_of_keys(e)
    return split_heads(wide["Q"], e.heads), split_heads(wide["K"], g), split_heads(wide["V"], g)


def _replaced(wide: Tensor, e: Experiment, name: str) -> Tensor:
    edits = overrides(e, name)
    if not edits:
        return wide
    rows, columns = (torch.tensor([edit[axis] for edit in edits], device=wide.device) for axis in (1, 2))
    values = torch.tensor([edit.value for edit in edits], dtype=wide.dtype, device=wide.device)
    return wide.index_put((rows, columns), values)


def bias_for(e: Experiment, inputs: Mapping[str, Tensor]) -> Callable[[int], Tensor] | None:
    """What positions add to the scaled scores of a head, (n_q, n_k); None where they add nothing."""
    n_q, n_k = len(e.tokens), len(e.key_tokens)
    kind = next(iter(inputs.values()))
    match e.positions:
        case Positions.ALIBI:
            return lambda head: linear(n_q, n_k, alibi_slopes(e.heads)[head]).to(kind)
        case Positions.T5:
            return lambda head: t5(inputs["T5"][:, head : head + 1], n_q, n_k, one_way=e.mask.is_causal)[0]
    return None


def allowed_for(e: Experiment) -> Tensor | None:
    """(n_q, n_k), True where a query may look; None where nothing is hidden."""
    n_q, n_k = len(e.tokens), len(e.key_tokens)
    given = e.block("MASK")
    if given is not None:
        rule = torch.tensor(given) != 0
    else:
        keys = padding(torch.arange(n_k) < n_k - e.padding, n_q) if e.mask.is_padding else None
        rule = both(both(causal(n_q, n_k) if e.mask.is_causal else None, keys), _window(e, n_q, n_k))
    if not e.flips:
        return rule
    rows, columns = (torch.tensor([cell[axis] for cell in e.flips]) for axis in (0, 1))
    whole = torch.ones(n_q, n_k, dtype=torch.bool) if rule is None else rule
    return whole.index_put((rows, columns), ~whole[rows, columns])


def _window(e: Experiment, n_q: int, n_k: int) -> Tensor | None:
    return window(n_q, n_k, e.window) if e.window else None


def _home(value: Any) -> Any:
    """The same, in the processor's memory."""
    moved = {field.name: getattr(value, field.name) for field in fields(value)}
    return replace(value, **{name: part.cpu() for name, part in moved.items() if isinstance(part, Tensor)})


def check_place(name: str, kind: torch.dtype) -> None:
    """SandboxError, unless that device is there and knows numbers of that kind."""
    if kind not in (getattr(torch, name) for name in PRECISIONS):
        raise SandboxError(f"precision is {kind}; choose one of {', '.join(PRECISIONS)}.")
    known = {device.name: device for device in devices()}
    if name not in known:
        present = ", ".join(device.name for device in known.values() if device.present)
        raise SandboxError(f"device is {name[:40]!r}; choose one of {present}.")
    if not known[name].present:
        raise SandboxError(f"device is {name}, which is not here. {known[name].about} Choose cpu.")
    if kind not in known[name].dtypes:
        raise SandboxError(f"device is {name}, which has no {str(kind).removeprefix('torch.')}. Choose float32 or cpu.")
