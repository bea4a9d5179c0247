"""One experiment, computed once: every stage, and how far PyTorch's own functions are from it."""

from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor

from attnquiz.attention.attend import AttentionTrace, attend, split_heads
from attnquiz.attention.devices import Device, devices
from attnquiz.attention.mask import both, causal, padding
from attnquiz.attention.projections import Projections, multi_head
from attnquiz.errors import SandboxError
from attnquiz.sandbox.agreement import Agreement, agreement
from attnquiz.sandbox.experiment import PRECISIONS, Experiment
from attnquiz.sandbox.numbers import numbers

__all__ = ["EMPTY_ROW", "Agreement", "Device", "Run", "devices", "run"]

EMPTY_ROW = (
    "This query may look at no key at all, so it has no weights: they would be 0 divided by 0. PyTorch's own functions "
    "do not agree about such a row: softmax returns nan, F.scaled_dot_product_attention returns 0, and "
    "nn.MultiheadAttention returns nan, or 0 when it is called with need_weights=False."
)


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What came out. All tensors lie in the processor's memory, wherever they were computed."""

    experiment: Experiment
    x: Tensor | None  #                   (n, d_model), None where the experiment starts from Q, K and V
    projections: Projections | None
    w_o: Tensor | None  #                 (h d_v, d_model), None where the output is the joined heads
    allowed: Tensor | None  #             (n, n), True where a query may look; None: everywhere
    trace: AttentionTrace
    agreement: Agreement
    labels: tuple[str, ...]

    @property
    def tokens(self) -> tuple[str, ...]:
        """The tokens as they are written; `labels` are the same, but no two alike."""
        return self.experiment.tokens

    @property
    def empty_rows(self) -> tuple[int, ...]:
        """Queries without weights, by number: the page shows EMPTY_ROW for them."""
        return tuple(self.trace.empty_rows.all(dim=0).nonzero().flatten().tolist())

    def tensor(self, name: str) -> Tensor:
        """A tensor by the name a Stage uses."""
        if name == "x":
            if self.x is None:
                raise SandboxError("This experiment starts from Q, K and V; there is no X. Choose a later stage.")
            return self.x
        return getattr(self.trace, name)


def run(experiment: Experiment, device: str | None = None, dtype: torch.dtype | None = None) -> Run:
    """Compute every stage on a device; None takes what the experiment says. SandboxError where that is not possible."""
    wanted = experiment.device if device is None else device
    kind = getattr(torch, experiment.precision) if dtype is None else dtype
    _check(wanted, kind)
    given = {name: torch.tensor(rows, dtype=kind, device=wanted) for name, rows in numbers(experiment).items()}
    allowed = allowed_for(experiment)
    there = None if allowed is None else allowed.to(wanted)

    with torch.inference_mode():
        projections, x = _projections(experiment, given), given.get("X")
        settings = {"allowed": there, "scale": experiment.scale, "temperature": experiment.temperature}
        if projections is None:
            q, k, v = (split_heads(given[name], experiment.heads) for name in "QKV")
            trace = attend(q, k, v, w_o=given.get("W_O"), **settings)
        else:
            trace = multi_head(x, projections, **settings)
        agrees = agreement(trace, x, projections, w_o=given.get("W_O"), **settings)

    home = None if projections is None else _home(projections)
    here, w_o = (None if part is None else part.cpu() for part in (x, given.get("W_O")))
    return Run(experiment, here, home, w_o, allowed, _home(trace), agrees, experiment.labels)


def allowed_for(e: Experiment) -> Tensor | None:
    """(n, n), True where a query may look; None where nothing is hidden."""
    n = len(e.tokens)
    keep = torch.arange(n) < n - e.padding
    return both(causal(n) if e.mask.is_causal else None, padding(keep, n) if e.mask.is_padding else None)


def _projections(e: Experiment, given: dict[str, Tensor]) -> Projections | None:
    if e.starts_from_qkv:
        return None
    return Projections(e.heads, given["W_Q"], given["W_K"], given["W_V"], given["W_O"])


def _home(value: Any) -> Any:
    """The same, in the processor's memory."""
    moved = {field.name: getattr(value, field.name) for field in fields(value)}
    return type(value)(**{name: part.cpu() if isinstance(part, Tensor) else part for name, part in moved.items()})


def _check(name: str, kind: torch.dtype) -> None:
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
