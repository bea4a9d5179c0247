"""A stage as a matrix with names on its sides, ready for a canvas or a table."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch import Tensor

from attnquiz.attention.stage import SHAPES, Stage
from attnquiz.errors import SandboxError
from attnquiz.sandbox.run import Run

PAIRS = ("scores", "scaled", "masked", "weights")
"""Tensors with a query in each row and a key in each column; in the others a column is a place in a vector."""
WHOLE = ("x", "joined", "output")
"""Tensors without heads."""

_TITLES = {
    "x": "X, the vectors of the tokens",
    "q": "Queries",
    "k": "Keys",
    "v": "Values",
    "scores": "Scores",
    "scaled": "Scaled scores",
    "masked": "Masked scores",
    "weights": "Weights",
    "mixed": "Mixed values",
    "joined": "Heads side by side",
    "output": "Output",
}


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Values (rows, columns) in float32: nan where there is no value. `hidden` is True where the mask forbids.

    A hidden cell has no masked score (nan), but it has a weight: exactly 0. `domain` is fixed: 0 to 1 for weights, as
    long as they are shares; symmetric around 0 and the same for scores, scaled and masked; and another, symmetric, for
    all vectors.
    """

    tensor: str
    title: str
    values: NDArray[np.float32]
    hidden: NDArray[np.bool_]
    row_names: tuple[str, ...]
    column_names: tuple[str, ...]
    row_axis: str
    column_axis: str
    domain: tuple[float, float]
    shape: str


def matrix(run: Run, stage: Stage, head: int = 0, tensor: str = "") -> Matrix:
    """What stage and head show. PROJECT shows q unless asked for k or v; MERGE the output unless asked for joined."""
    name = tensor or stage.tensors[0]
    if name not in stage.tensors:
        raise SandboxError(f"tensor is {name[:40]!r}; stage {stage} shows {', '.join(stage.tensors)}.")
    if not 0 <= head < run.experiment.heads:
        raise SandboxError(f"head is {head}; choose a number from 0 to {run.experiment.heads - 1}.")
    values = _values(run, name, head)
    hidden = _hidden(run, name, values)
    title = _TITLES[name] + ("" if name in WHOLE or run.experiment.heads == 1 else f" of head {head}")
    return Matrix(
        name,
        title,
        np.where(hidden, np.float32("nan"), values) if name == "masked" else values,
        hidden,
        run.labels,
        column_names(run, name, values.shape[1]),
        "query" if name in PAIRS else "token",
        "key" if name in PAIRS else "dimension",
        domain(run, name),
        shape_text(run, name),
    )


def matrices(run: Run, stage: Stage, head: int = 0) -> tuple[Matrix, ...]:
    """All that a stage shows: three at PROJECT, two at MERGE, else one."""
    return tuple(matrix(run, stage, head, name) for name in stage.tensors)


def on_one_scale(first: Matrix, second: Matrix) -> tuple[Matrix, Matrix]:
    """Two pictures of one tensor, their colours on the wider of the two scales, so that equal numbers look alike.

    Weights keep their own: 0 to 1, unless they are no shares.
    """
    if first.tensor == "weights":
        return first, second
    wider = max(first.domain, second.domain, key=lambda ends: ends[1])
    return replace(first, domain=wider), replace(second, domain=wider)


def frame(shown: Matrix) -> pd.DataFrame:
    """One line for each cell, row by row: query, key, value (or token, dimension, value)."""
    rows, columns = shown.values.shape
    return pd.DataFrame(
        {
            shown.row_axis: np.repeat(np.array(shown.row_names, dtype=object), columns),
            shown.column_axis: np.tile(np.array(shown.column_names, dtype=object), rows),
            "value": shown.values.ravel(),
        }
    )


def table(shown: Matrix) -> pd.DataFrame:
    """The matrix itself, named on both sides."""
    return pd.DataFrame(shown.values, index=list(shown.row_names), columns=list(shown.column_names))


def shape_text(run: Run, name: str) -> str:
    """In letters and in numbers: "scores (h, n_q, n_k) = (2, 5, 5)"."""
    sides = ", ".join(str(side) for side in run.tensor(name).shape)
    return f"{name} ({', '.join(SHAPES[name])}) = ({sides})"


def column_names(run: Run, name: str, columns: int) -> tuple[str, ...]:
    """Tokens, or numbers from 0, or the experiment's own names for the columns of X."""
    if name in PAIRS:
        return run.labels
    if name == "x" and run.experiment.features:
        return run.experiment.features
    return tuple(str(column) for column in range(columns))


def domain(run: Run, name: str) -> tuple[float, float]:
    """Ends of the colour scale: the same for all heads and for all tensors that one compares."""
    if name == "weights":
        return _ends_of_weights(run.tensor(name).nan_to_num(0.0))
    together = ("scores", "scaled") if name in PAIRS else ("q", "k", "v", "mixed", "joined", "output")
    names = together if name in PAIRS or run.x is None else ("x", *together)
    largest = max(run.tensor(each).nan_to_num(0.0, 0.0, 0.0).abs().max().item() for each in names)
    return (-_round_up(largest), _round_up(largest))


def _ends_of_weights(weights: Tensor) -> tuple[float, float]:
    """Shares lie between 0 and 1; what a wrong belief makes of them need not."""
    low, high = weights.min().item(), weights.max().item()
    if low >= 0 and high <= 1 + 1e-6:
        return (0.0, 1.0)
    largest = _round_up(max(-low, high))
    return (-largest if low < 0 else 0.0, largest)


def _values(run: Run, name: str, head: int) -> NDArray[np.float32]:
    found = run.tensor(name).float().numpy()
    return found if name in WHOLE else found[head]


def _hidden(run: Run, name: str, values: NDArray[np.float32]) -> NDArray[np.bool_]:
    if name == "masked":
        return np.isneginf(values)
    if name != "weights" or run.allowed is None:
        return np.zeros(values.shape, dtype=bool)
    return ~run.allowed.numpy()


def _round_up(largest: float) -> float:
    """The next of ... 1, 1.5, 2, 3, 5, 7, 10 ...: small changes leave the colours as they are."""
    if largest == 0.0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(largest))
    return next(step * power for step in (1, 1.5, 2, 3, 5, 7, 10, 15) if step * power >= largest * (1 - 1e-9))
