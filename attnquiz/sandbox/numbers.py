"""Every matrix that an experiment starts from: given in its file, or drawn from its seed. Torch-free."""

import math

import numpy as np
from numpy.typing import NDArray

from attnquiz.attention.draw import drawn, embedded, sinusoidal
from attnquiz.sandbox.experiment import Experiment

Array = NDArray[np.float64]


def numbers(e: Experiment) -> dict[str, Array]:
    """X (positions added), W_Q, W_K, W_V and W_O; or Q, K, V, all heads side by side, and W_O where it is given."""
    return _from_heads(e) if e.starts_from_qkv else _from_vectors(e)


def vectors(e: Experiment) -> Array:
    """(n, d_model): the embeddings before positions are added."""
    rows = e.block("X")
    return embedded(e.tokens, e.d_model, e.seed) if rows is None else np.array(rows)


def _from_vectors(e: Experiment) -> dict[str, Array]:
    x = vectors(e)
    found = {"X": x + sinusoidal(*x.shape) if e.positions else x}
    width_qk, width_v = e.shape("q")[-1] * e.heads, e.shape("v")[-1] * e.heads
    sides = {name: (e.d_model, width) for name, width in (("W_Q", width_qk), ("W_K", width_qk), ("W_V", width_v))}
    sides["W_O"] = (width_v, e.shape("output")[-1])
    return found | {name: _given_or_drawn(e, name, *side, 1 / math.sqrt(side[0])) for name, side in sides.items()}


def _from_heads(e: Experiment) -> dict[str, Array]:
    n = len(e.tokens)
    found = {name: _given_or_drawn(e, name, n, e.shape(name.lower())[-1] * e.heads, 1.0) for name in ("Q", "K", "V")}
    w_o = e.block("W_O")
    return found if w_o is None else found | {"W_O": np.array(w_o)}


def _given_or_drawn(e: Experiment, name: str, rows: int, columns: int, spread: float) -> Array:
    given = e.block(name)
    return drawn(name, rows, columns, e.seed, spread) if given is None else np.array(given)
