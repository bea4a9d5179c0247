"""Every matrix that an experiment starts from: given in its file, or drawn from its seed, then edited. Torch-free."""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from attnquiz.attention.draw import drawn, embedded, sinusoidal, uniform
from attnquiz.attention.variant import Positions
from attnquiz.sandbox import sides
from attnquiz.sandbox.edit import Edit
from attnquiz.sandbox.experiment import Experiment

Array = NDArray[np.float64]


def numbers(e: Experiment) -> dict[str, Array]:
    """What goes into the layer that the experiment stands in, by the names of experiment files.

    X (without positions; for the first layer only), POSITION where one is added, MEMORY, W_Q, W_K, W_V and W_O; or Q, K
    and V with all heads side by side, and W_O where it is given. W_A and T5 where the variant needs them.
    """
    found = _from_heads(e) if e.starts_from_qkv else _from_vectors(e)
    return {name: edited(found[name], _edits_of(e, name)) for name in found}


def edited(matrix: Array, edits: Iterable[Edit]) -> Array:
    """The matrix with other numbers at the places of the edits."""
    fresh = matrix.copy()
    for edit in edits:
        fresh[edit.row, edit.column] = edit.value
    return fresh


def overrides(e: Experiment, name: str) -> tuple[Edit, ...]:
    """Edits of Q, K or V where these are computed."""
    return () if e.starts_from_qkv else _edits_of(e, name)


def keep(e: Experiment) -> Array | None:
    """(h, n_q, n_k): 0 where dropout takes a weight away, 1 / (1 - dropout) elsewhere; None without dropout."""
    if e.dropout == 0 or e.is_long:
        return None
    h, n_q, n_k = e.shape("weights")
    stays = uniform(f"dropout{_suffix(e)}", h * n_q, n_k, e.seed) >= e.dropout
    return (stays / (1 - e.dropout)).reshape(h, n_q, n_k)


def _suffix(e: Experiment) -> str:
    return "_2" if e.layer == 1 else ""


def _edits_of(e: Experiment, name: str) -> tuple[Edit, ...]:
    layered = "POSITIONS" if name == "POSITION" else name if name in ("X", "MEMORY", "T5") else name + _suffix(e)
    return tuple(edit for edit in e.edits if edit.name == layered)


def _from_vectors(e: Experiment) -> dict[str, Array]:
    found: dict[str, Array] = {}
    if e.layer == 0:
        found["X"] = _given(e, "X", embedded(e.tokens, e.d_model, e.seed) if e.block("X") is None else None)
    if e.is_cross:
        drawn_too = embedded(e.key_tokens, e.d_model, e.seed) if e.block("MEMORY") is None else None
        found["MEMORY"] = _given(e, "MEMORY", drawn_too)
    if e.positions.is_added and e.layer == 0:
        found["POSITION"] = _positions(e)
    shapes = sides.blocks(e)
    learned = {name: _learned(e, name, *shapes[name]) for name in ("W_Q", "W_K", "W_V", "W_O")}
    return found | learned | _of_variant(e)


def _from_heads(e: Experiment) -> dict[str, Array]:
    shapes = sides.blocks(e)
    found = {name: _given_or_drawn(e, name, *shapes[name], 1.0) for name in ("Q", "K", "V")}
    w_o = e.block("W_O")
    return found | ({} if w_o is None else {"W_O": np.array(w_o)}) | _of_variant(e)


def _of_variant(e: Experiment) -> dict[str, Array]:
    """Numbers that only some kinds of attention learn."""
    shapes = sides.blocks(e)
    names = [name for name in ("W_A", "T5") if name in shapes]
    return {name: _learned(e, name, *shapes[name]) if name == "W_A" else _table(e, name) for name in names}


def _positions(e: Experiment) -> Array:
    rows = max(len(e.tokens), len(e.key_tokens))
    if e.positions is Positions.SINUSOIDAL:
        return sinusoidal(rows, e.d_model)
    return _given_or_drawn(e, "POSITIONS", rows, e.d_model, 1.0)


def _table(e: Experiment, name: str) -> Array:
    return _given_or_drawn(e, name, *sides.blocks(e)[name], 1.0)


def _learned(e: Experiment, name: str, rows: int, columns: int) -> Array:
    """A second layer has its own matrices; where its file gives only those of the first layer, it shares them."""
    spread = 1 / math.sqrt(columns if name == "W_A" else rows)
    if e.layer == 1 and e.block(f"{name}_2") is not None:
        return np.array(e.block(f"{name}_2"))
    if e.block(name) is not None:
        return np.array(e.block(name))
    return drawn(f"{name}{_suffix(e)}", rows, columns, e.seed, spread)


def _given(e: Experiment, name: str, otherwise: Array | None) -> Array:
    return np.array(e.block(name)) if otherwise is None else otherwise


def _given_or_drawn(e: Experiment, name: str, rows: int, columns: int, spread: float) -> Array:
    given = e.block(name)
    return drawn(name, rows, columns, e.seed, spread) if given is None else np.array(given)
