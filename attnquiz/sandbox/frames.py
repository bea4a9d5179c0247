"""A stage as a matrix with names on its sides, ready for a canvas or a table."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch import Tensor

from attnquiz.attention.stage import SHAPES, Stage
from attnquiz.errors import SandboxError
from attnquiz.sandbox import sides
from attnquiz.sandbox.run import Run
from attnquiz.sandbox.sides import HEADED, KEYED, LEARNED, PAIRS

TITLES = {
    "x": "X, the vectors of the tokens",
    "embedded": "X before positions are added",
    "position": "Positions",
    "memory": "Vectors of the second text",
    "q": "Queries",
    "k": "Keys",
    "v": "Values",
    "q_rot": "Queries, turned",
    "k_rot": "Keys, turned",
    "w_q": "W_Q",
    "w_k": "W_K",
    "w_v": "W_V",
    "w_a": "w, the vector of additive scoring",
    "scores": "Scores",
    "scaled": "Scaled scores",
    "bias": "Bias by distance",
    "biased": "Scaled scores with bias",
    "t5": "Bias of each bucket of distances",
    "masked": "Masked scores",
    "weights": "Weights",
    "dropped": "Weights after dropout",
    "mixed": "Mixed values",
    "joined": "Heads side by side",
    "shares": "Share of the output",
    "w_o": "W_O",
    "output": "Output",
}
_ALIKE = (
    ("scores", "scaled", "bias", "biased", "masked"),
    ("x", "embedded", "position", "memory", "q", "k", "v", "q_rot", "k_rot", "mixed", "joined", "shares", "output"),
    ("w_q", "w_k", "w_v", "w_o"),
    ("w_a",),
    ("t5",),
)
"""Tensors whose colours are on one scale, because one compares them."""


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
    name = known(run, stage, tensor)
    count = run.experiment.shape(name)[0] if name in HEADED else run.experiment.heads
    if not 0 <= head < count:
        raise SandboxError(f"head is {head}; choose a number from 0 to {count - 1}.")
    values = run.of(name, head).float().numpy()
    hidden = _hidden(run, name, values)
    return Matrix(
        name,
        title(run, name, head),
        np.where(hidden, np.float32("nan"), values) if name == "masked" else values,
        hidden,
        row_names(run, name, values.shape[0]),
        column_names(run, name, values.shape[1]),
        "query" if name in PAIRS else "bucket" if name == "t5" else "row" if name in LEARNED else "token",
        "key" if name in PAIRS else "head" if name == "t5" else "column" if name in LEARNED else "dimension",
        domain(run, name, head),
        shape_text(run, name),
    )


def known(run: Run, stage: Stage, tensor: str) -> str:
    """The name of the tensor to show; SandboxError where the stage does not show it."""
    names = sides.tensors(run.experiment, stage)
    if tensor and tensor not in names:
        raise SandboxError(f"tensor is {tensor[:40]!r}; stage {stage} shows {', '.join(names)}.")
    return tensor or names[0]


def title(run: Run, name: str, head: int) -> str:
    """In words: "Weights of head 1"."""
    heads = run.experiment.shape(name)[0] if name in HEADED else 1
    layer = f" in layer {run.experiment.layer}" if run.experiment.layers > 1 else ""
    return TITLES[name] + (f" of head {head}" if heads > 1 else "") + layer


def matrices(run: Run, stage: Stage, head: int = 0) -> tuple[Matrix, ...]:
    """What a stage shows of any attention: three at PROJECT, two at MERGE, else one."""
    return tuple(matrix(run, stage, head, name) for name in stage.tensors)


def on_one_scale(first: Matrix, second: Matrix) -> tuple[Matrix, Matrix]:
    """Two pictures of one tensor, their colours on the wider of the two scales, so that equal numbers look alike.

    Weights keep their own: 0 to 1, unless they are no shares.
    """
    if first.tensor in ("weights", "dropped"):
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
    rows = pd.Index(shown.row_names, name=shown.row_axis)
    return pd.DataFrame(shown.values, index=rows, columns=list(shown.column_names))


def shape_text(run: Run, name: str) -> str:
    """In letters and in numbers: "scores (h, n_q, n_k) = (2, 5, 5)"; with a batch, its size comes first."""
    batched = run.experiment.batch > 1 and name not in LEARNED
    sides = ", ".join(str(side) for side in (run.experiment.batch,) * batched + run.experiment.shape(name))
    return f"{name} ({', '.join(('B',) * batched + SHAPES[name])}) = ({sides})"


def row_names(run: Run, name: str, rows: int) -> tuple[str, ...]:
    """Tokens, or numbers from 0 where no token has a row."""
    if name in LEARNED:
        features = run.experiment.features if name in ("w_q", "w_k", "w_v") else ()
        return features or tuple(map(str, range(rows)))
    return run.key_labels if name in KEYED else run.labels


def column_names(run: Run, name: str, columns: int) -> tuple[str, ...]:
    """Tokens, or numbers from 0, or the experiment's own names for the columns of X."""
    if name in PAIRS:
        return run.key_labels
    if name in ("x", "embedded", "position", "memory") and run.experiment.features:
        return run.experiment.features
    return tuple(map(str, range(columns)))


def domain(run: Run, name: str, head: int = 0) -> tuple[float, float]:
    """Ends of the colour scale: one for all tensors that one compares, and for all heads unless the text is long."""
    if name in ("weights", "dropped"):
        return _ends_of_weights(_all_heads(run, name, head).nan_to_num(0.0))
    together = next(names for names in _ALIKE if name in names)
    shown = {each for stage in run.experiment.stages for each in sides.tensors(run.experiment, stage)}
    parts = [_all_heads(run, each, head) for each in together if each in shown and each != "masked"]
    largest = max(part.nan_to_num(0.0, 0.0, 0.0).abs().max().item() for part in parts)
    return (-round_up(largest), round_up(largest))


def _all_heads(run: Run, name: str, head: int) -> Tensor:
    return run.of(name, head) if run.experiment.is_long and name in PAIRS else run.tensor(name)


def _ends_of_weights(weights: Tensor) -> tuple[float, float]:
    """Shares lie between 0 and 1; what a wrong belief makes of them need not."""
    low, high = weights.min().item(), weights.max().item()
    if low >= 0 and high <= 1 + 1e-6:
        return (0.0, 1.0)
    largest = round_up(max(-low, high))
    return (-largest if low < 0 else 0.0, largest)


def _hidden(run: Run, name: str, values: NDArray[np.float32]) -> NDArray[np.bool_]:
    if name == "masked":
        return np.isneginf(values)
    if name not in ("weights", "dropped") or run.allowed is None:
        return np.zeros(values.shape, dtype=bool)
    return ~run.allowed.numpy()


def round_up(largest: float) -> float:
    """The next of ... 1, 1.5, 2, 3, 5, 7, 10 ...: small changes leave the colours as they are."""
    if largest == 0.0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(largest))
    return next(step * power for step in (1, 1.5, 2, 3, 5, 7, 10, 15) if step * power >= largest * (1 - 1e-9))
