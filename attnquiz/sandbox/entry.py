"""One number of a run: where it stands, and the numbers around it."""

from dataclasses import dataclass, field

import torch
from torch import Tensor

from attnquiz.attention.attend import attend
from attnquiz.attention.position import alibi_slopes, linear, t5
from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions
from attnquiz.errors import SandboxError
from attnquiz.sandbox import sides
from attnquiz.sandbox.edit import Edit
from attnquiz.sandbox.experiment import Experiment
from attnquiz.sandbox.frames import known
from attnquiz.sandbox.run import Run
from attnquiz.sandbox.sides import HEADED, PAIRS
from attnquiz.sandbox.torch_lines import sharing
from attnquiz.sandbox.written import plain

_OF_KEYS = ("k", "v", "k_rot")


@dataclass(frozen=True, slots=True)
class Entry:
    """Row and column of a tensor, in a head (of keys and values for k, v and k_rot; of queries for all others)."""

    run: Run
    name: str
    head: int
    row: int
    column: int
    found: dict[str, Tensor] = field(default_factory=dict)  # in a long text: this row of every tensor of pairs

    @property
    def e(self) -> Experiment:
        """The experiment."""
        return self.run.experiment

    @property
    def shared_head(self) -> int:
        """The head of keys and values that belongs to this entry."""
        return self.head if self.name in _OF_KEYS else self.head // sharing(self.e)

    def at(self, name: str) -> Tensor:
        """(rows, columns): another tensor, of this head. In a long text not for pairs of tokens."""
        return self.run.of(name, self.shared_head if name in _OF_KEYS else self.head)

    def values(self, name: str, row: int) -> list[float]:
        """A row of another tensor; of pairs of tokens the entry's own."""
        return (self._pairs(name) if name in PAIRS else self.at(name)[row]).tolist()

    def value(self, name: str) -> float:
        """The number of another tensor at the same place."""
        row = self._pairs(name) if name in PAIRS else self.at(name)[self.row]
        return row[self.column].item()

    def _pairs(self, name: str) -> Tensor:
        """(n_k,): this row. A whole head of a long text would take seconds."""
        if not self.e.is_long:
            return self.at(name)[self.row]
        if not self.found:
            self.found.update(_row_of_long(self))
        return self.found[name]

    def query(self) -> str:
        """The token of this row, where rows are queries or their vectors, in quotes, as Markdown."""
        return f'"{plain(self.run.labels[self.row])}"'

    def key(self, position: int) -> str:
        """The token of a key, in quotes, as Markdown."""
        return f'"{plain(self.run.key_labels[position])}"'

    @property
    def allowed(self) -> bool:
        """The query of this row may look at the key of this column."""
        return self.run.allowed is None or bool(self.run.allowed[self.row, self.column])

    @property
    def empty(self) -> bool:
        """The query of this row may look nowhere."""
        return self.run.allowed is not None and not self.run.allowed[self.row].any()

    @property
    def edit(self) -> Edit | None:
        """What the learner wrote in this place; None where nothing was written."""
        name = sides.editable(self.e, self.name)
        first = self.head * self.at(self.name).shape[-1] if self.name in ("q", "k", "v") else 0
        place = (name, self.row, first + self.column)
        return next((edit for edit in self.e.edits if edit[:3] == place), None)


def _row_of_long(this: Entry) -> dict[str, Tensor]:
    e, run, head, row = this.e, this.run, slice(this.head, this.head + 1), slice(this.row, this.row + 1)
    shared = slice(this.shared_head, this.shared_head + 1)
    trace, bias, w_a = run.trace, _bias_of_row(this), run.inputs.get("W_A")
    alone = attend(
        trace.q_rot[head, row],
        trace.k_rot[shared],
        trace.v[shared],
        allowed=None if run.allowed is None else run.allowed[row],
        scoring=e.scoring,
        w_a=None if w_a is None else w_a[head],
        bias=bias[None, None],
        scale=e.scale,
        divisor=e.divisor,
        temperature=e.temperature,
    )
    pairs = {name: getattr(alone, name) for name in PAIRS if name != "bias"}
    return {name: part[0, 0] for name, part in pairs.items()} | {"bias": bias}


def _bias_of_row(this: Entry) -> Tensor:
    """(n_k,): what positions add to this row, which depends on the distance only; 0 where they add nothing."""
    e, head, n_k = this.e, this.head, len(this.run.key_labels)
    if not e.positions.is_bias:
        return torch.zeros(n_k)

    def distances(n_q: int, n_k: int) -> Tensor:
        if e.positions is Positions.ALIBI:
            return linear(n_q, n_k, alibi_slopes(e.heads)[head])
        return t5(this.run.inputs["T5"][:, head : head + 1], n_q, n_k, one_way=e.mask.is_causal)[0]

    before, after = distances(this.row + 1, 1)[:, 0].flip(0), distances(1, max(1, n_k - this.row))[0, 1:]
    return torch.cat([before, after])[:n_k]


def entry(run: Run, stage: Stage, head: int, row: int, column: int, tensor: str = "") -> Entry:
    """The entry of what `matrix(run, stage, head, tensor)` shows; SandboxError where there is none."""
    name = known(run, stage, tensor)
    shape = run.experiment.shape(name)
    heads = shape[0] if name in HEADED else run.experiment.heads
    for label, value, count in (("head", head, heads), ("row", row, shape[-2]), ("column", column, shape[-1])):
        if not 0 <= value < count:
            raise SandboxError(f"{label} is {value}; choose a number from 0 to {count - 1}.")
    return Entry(run, name, head, row, column)
