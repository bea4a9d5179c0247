"""Before and after: which numbers a change of the set-up has moved, and by how much."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attnquiz.attention.stage import Stage
from attnquiz.sandbox import sides
from attnquiz.sandbox.frames import Matrix, round_up
from attnquiz.sandbox.run import Run

ROUNDING = 16
"""Steps between neighbouring numbers of the precision, at the size of the largest number, that count as rounding."""
NO_DIFFERENCE = "Before and after are of different sizes at this stage, so one cannot be taken from the other."
NOTHING_CHANGED = "Nothing has changed here."


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """What has moved between two runs. `stages` are those that show numbers which differ by more than rounding."""

    before: Run
    after: Run
    stages: frozenset[Stage]

    @property
    def first(self) -> Stage | None:
        """The first stage that differs; None where all are as they were."""
        return min(self.stages, key=lambda stage: stage.number, default=None)

    def cells(self, name: str, head: int = 0) -> NDArray[np.bool_] | None:
        """True where a cell of this tensor differs by more than rounding; None where the sides differ."""
        ours, theirs = _part(self.after, name, head), _part(self.before, name, head)
        return None if theirs is None or ours.shape != theirs.shape else differing(ours, theirs).numpy()


def changes(run: Run, before: Run) -> Changes:
    """Compare every stage of two runs; of a long text only the head that the learner looks at."""
    e = run.experiment
    moved = Changes(before, run, frozenset())
    return replace(moved, stages=frozenset(stage for stage in e.stages if _has_moved(moved, stage)))


def _has_moved(moved: Changes, stage: Stage) -> bool:
    e = moved.after.experiment
    for name in sides.tensors(e, stage):
        count = e.shape(name)[0] if name in sides.HEADED else 1
        for head in [e.head] if e.is_long and name in sides.PAIRS else range(count):
            found = moved.cells(name, head)
            if found is None or found.any():
                return True
    return False


def _part(run: Run, name: str, head: int) -> Tensor | None:
    """A tensor of one head; None where this run has none of that name, or not that head."""
    e = run.experiment
    everything = {each for stage in e.stages for each in sides.tensors(e, stage)}
    always = name in sides.HEADED and name != "shares"  # a stage that changed nothing is the tensor before
    if (name not in everything and not always) or (name in sides.HEADED and head >= e.shape(name)[0]):
        return None
    return run.of(name, head)


def differing(ours: Tensor, theirs: Tensor) -> Tensor:
    """True where two tensors of the same sides differ by more than rounding. What is no finite number equals itself."""
    step = max(torch.finfo(part.dtype).eps for part in (ours, theirs))
    ours, theirs = ours.double(), theirs.double()
    largest = max(part.nan_to_num(0.0, 0.0, 0.0).abs().max().item() for part in (ours, theirs))
    near = (ours - theirs).abs() <= ROUNDING * step * largest
    return ~(near | (ours == theirs) | (ours.isnan() & theirs.isnan()))


def difference(after: Matrix, before: Matrix) -> Matrix | None:
    """After minus before, cell by cell; None where the sides differ. Hidden in either, a score has no difference; a
    weight that is hidden is 0."""
    if after.values.shape != before.values.shape:
        return None
    values = after.values - before.values
    scores = after.tensor == "masked"
    hidden = (after.hidden | before.hidden) if scores else after.hidden & before.hidden
    end = round_up(float(np.nan_to_num(np.abs(values), posinf=0.0).max()))
    return replace(after, title="After minus before", values=values, hidden=hidden, domain=(-end, end))


def largest(after: Matrix, before: Matrix) -> str:
    """The largest change in words: 'The largest change: query "curry", key "Thai": 0.93 → 0.41.' Plain text."""
    found = difference(after, before)
    if found is None:
        return NO_DIFFERENCE
    told = [*_turned(after, before)]
    gap = np.nan_to_num(np.abs(found.values))
    row, column = np.unravel_index(gap.argmax(), gap.shape)
    if gap[row, column] > ROUNDING * np.finfo(np.float32).eps * np.nan_to_num(np.abs(after.values)).max():
        place = f'{after.row_axis} "{after.row_names[row]}", {after.column_axis} "{after.column_names[column]}"'
        numbers = " → ".join(f"{each.values[row, column]:.4g}" for each in (before, after))
        told.insert(0, f"The largest change: {place}: {numbers}.")
    return " ".join(told) or NOTHING_CHANGED


def _turned(after: Matrix, before: Matrix) -> list[str]:
    """How many pairs the mask has taken away or given back."""
    taken, given = (int((one & ~other).sum()) for one, other in
                    ((after.hidden, before.hidden), (before.hidden, after.hidden)))  # fmt: skip
    counted = [(taken, "newly hidden"), (given, "no longer hidden")]
    return [f"{_count(number)} {words}." for number, words in counted if number]


def _count(number: int) -> str:
    return "One cell is" if number == 1 else f"{number} cells are"
