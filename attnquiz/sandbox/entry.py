"""One number of a run: where it stands, and the numbers around it."""

from dataclasses import dataclass, field

from torch import Tensor

from attnquiz.attention.stage import Stage
from attnquiz.errors import SandboxError
from attnquiz.sandbox import sides
from attnquiz.sandbox.edit import Edit
from attnquiz.sandbox.experiment import Experiment
from attnquiz.sandbox.frames import known
from attnquiz.sandbox.run import Run
from attnquiz.sandbox.sides import HEADED
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
    found: dict[str, Tensor] = field(default_factory=dict)  # in a long text a tensor is computed when it is asked for

    @property
    def e(self) -> Experiment:
        """The experiment."""
        return self.run.experiment

    @property
    def shared_head(self) -> int:
        """The head of keys and values that belongs to this entry."""
        return self.head if self.name in _OF_KEYS else self.head // sharing(self.e)

    def at(self, name: str) -> Tensor:
        """(rows, columns): another tensor, of this head."""
        if name not in self.found:
            self.found[name] = self.run.of(name, self.shared_head if name in _OF_KEYS else self.head)
        return self.found[name]

    def values(self, name: str, row: int) -> list[float]:
        """A row of another tensor."""
        return self.at(name)[row].tolist()

    def value(self, name: str) -> float:
        """The number of another tensor at the same place."""
        return self.at(name)[self.row, self.column].item()

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


def entry(run: Run, stage: Stage, head: int, row: int, column: int, tensor: str = "") -> Entry:
    """The entry of what `matrix(run, stage, head, tensor)` shows; SandboxError where there is none."""
    name = known(run, stage, tensor)
    shape = run.experiment.shape(name)
    heads = shape[0] if name in HEADED else run.experiment.heads
    for label, value, count in (("head", head, heads), ("row", row, shape[-2]), ("column", column, shape[-1])):
        if not 0 <= value < count:
            raise SandboxError(f"{label} is {value}; choose a number from 0 to {count - 1}.")
    return Entry(run, name, head, row, column)
