"""A wrong belief beside the truth, in words: what it makes of the chosen cell, and where the numbers part."""

import math

from torch import Tensor

from attnquiz.attention.stage import Stage
from attnquiz.sandbox.as_if import parting
from attnquiz.sandbox.belief import SWITCHES
from attnquiz.sandbox.frames import known
from attnquiz.sandbox.run import Run
from attnquiz.sandbox.written import number, plain


def where(run: Run, other: Run) -> str:
    """At which stage the numbers of the belief leave those of attention; what the belief needs, if they never do."""
    belief, stage = SWITCHES[run.experiment.belief], parting(run, other)
    if stage is None:
        return f"In this experiment that would change nothing. It takes {belief.needs}."
    return f"The numbers differ from stage {stage.number}, {stage.title}, on. {belief.instead}"


def chosen(run: Run, other: Run, stage: Stage, head: int, row: int, column: int, tensor: str = "") -> list[str]:
    """What the belief makes of one cell, and of its row of weights; lines of Markdown."""
    name = known(run, stage, tensor)
    theirs = other.of(name, head)
    if column >= theirs.shape[-1]:
        return [f"The chosen cell would not be there: rows would be {theirs.shape[-1]} long."]
    found, truth = theirs[row][column].item(), run.of(name, head)[row][column].item()
    same = math.isclose(found, truth, rel_tol=1e-4, abs_tol=1e-6) or (math.isnan(found) and math.isnan(truth))
    lines = [f"The chosen cell would hold {_value(found)}{', as it does' if same else f' instead of {_value(truth)}'}."]
    whole = theirs[row].sum().item()
    if name == "weights" and math.isfinite(whole) and abs(whole - 1) > 1e-4:
        lines.append(f'The row of "{plain(run.labels[row])}" would add up to ${number(whole)}$ instead of 1.')
    return lines


def without_weights(run: Run, other: Run, stage: Stage) -> list[str]:
    """Which tokens the belief, and not the mask of the experiment, would leave without weights; why."""
    lost, nowhere = _rows(other.trace.weights.isnan().all(dim=-1)), other.empty_rows
    left = [row for row in lost if row in nowhere and row not in run.empty_rows]
    cancelled = [row for row in lost if row not in nowhere]
    lines = []
    if left and stage.number >= Stage.MASK.number:
        lines.append(f"{_names(run, left)} would have nothing left to look at, so no weights: 0 divided by 0.")
    if cancelled and stage.number >= Stage.SOFTMAX.number:
        lines.append(f"The scores of {_names(run, cancelled)} add up to 0, and of nothing there are no shares.")
    return lines


def _rows(lost: Tensor) -> list[int]:
    """Numbers of the rows that are marked in any head."""
    return lost.any(dim=0).nonzero().flatten().tolist()


def _names(run: Run, rows: list[int]) -> str:
    return ", ".join(f'"{plain(run.labels[row])}"' for row in rows)


def _value(value: float) -> str:
    if math.isnan(value):
        return "no number"
    return "minus infinity" if value == -math.inf else f"**${number(value)}$**"
