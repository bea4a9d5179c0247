"""Which tensors and matrices an experiment has, and their sides, known before anything is computed. Torch-free."""

from typing import TYPE_CHECKING

from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions, Scoring

if TYPE_CHECKING:
    from attnquiz.sandbox.experiment import Experiment

Sides = tuple[int, ...]

PAIRS = ("scores", "scaled", "bias", "biased", "masked", "weights", "dropped")
"""Tensors with a query in each row and a key in each column; in the others a column is a place in a vector."""
HEADED = ("q", "k", "v", "q_rot", "k_rot", "mixed", "shares", *PAIRS)
"""Tensors that each head has one of."""
KEYED = ("k", "v", "k_rot", "memory")
"""Tensors whose rows are keys, not queries."""
LEARNED = ("w_q", "w_k", "w_v", "w_o", "w_a", "t5")
"""Matrices that no token has a row of."""
BUCKETS = 32
"""Of distances, in T5."""


def heads_of_keys(e: "Experiment") -> int:
    """How many heads of keys and values there are: fewer than of queries in grouped-query attention."""
    return e.heads if e.kv_heads is None else e.kv_heads


def widths(e: "Experiment") -> tuple[int, int, int]:
    """Columns of a query or key in one head, of a value in one head, and of the output."""
    h, g = e.heads, heads_of_keys(e)
    given = {name.removesuffix("_2"): len(rows[0]) for name, rows in reversed(e.given)}
    sides_qk = [(given[name], h if name in ("W_Q", "Q") else g) for name in ("W_Q", "Q", "W_K", "K") if name in given]
    d_k = next((columns // heads for columns, heads in sides_qk), e.d_model // h)
    default_v = d_k if e.starts_from_qkv else e.d_model // h
    d_v = next((given[name] // g for name in ("W_V", "V") if name in given), default_v)
    return d_k, d_v, given.get("W_O", h * d_v if e.starts_from_qkv else e.d_model)


def shapes(e: "Experiment") -> dict[str, Sides]:
    """Sides of every tensor that a stage can show."""
    n_q, n_k, h, g = len(e.tokens), len(e.key_tokens), e.heads, heads_of_keys(e)
    d_k, d_v, out = widths(e)
    found: dict[str, Sides] = dict.fromkeys(PAIRS, (h, n_q, n_k))
    found |= {"x": (n_q, e.d_model), "embedded": (n_q, e.d_model), "position": (n_q, e.d_model)}
    found |= {"memory": (n_k, e.d_model), "q": (h, n_q, d_k), "k": (g, n_k, d_k), "v": (g, n_k, d_v)}
    found |= {"q_rot": (h, n_q, d_k), "k_rot": (g, n_k, d_k), "mixed": (h, n_q, d_v), "joined": (n_q, h * d_v)}
    found |= {"shares": (h, n_q, out), "output": (n_q, out)}
    sides = _blocks(e)
    return found | {name.lower(): sides[name] for name in ("W_Q", "W_K", "W_V", "W_O", "W_A", "T5")}


def blocks(e: "Experiment") -> dict[str, Sides]:
    """Sides of every matrix that this experiment can be given and that a learner can edit, by its name in a file."""
    sides = _blocks(e)
    if e.starts_from_qkv:
        names = ["Q", "K", "V", "W_O"]
    else:
        names = ["X", "W_Q", "W_K", "W_V", "W_O", "Q", "K", "V"]
        names += ["MEMORY"] * e.is_cross + ["POSITIONS"] * (e.positions is Positions.LEARNED)
        sides |= {f"{name}_2": sides[name] for name in ("W_Q", "W_K", "W_V", "W_O", "W_A", "Q", "K", "V")}
        names += ["W_Q_2", "W_K_2", "W_V_2", "W_O_2", "Q_2", "K_2", "V_2"] * (e.layers == 2)
    names += ["W_A"] * (e.scoring is Scoring.ADDITIVE) + ["T5"] * (e.positions is Positions.T5)
    names += ["W_A_2"] * (e.scoring is Scoring.ADDITIVE and e.layers == 2)
    return {name: sides[name] for name in names}


def _blocks(e: "Experiment") -> dict[str, Sides]:
    n_q, n_k, h, g = len(e.tokens), len(e.key_tokens), e.heads, heads_of_keys(e)
    d_k, d_v, out = widths(e)
    return {
        "X": (n_q, e.d_model), "MEMORY": (n_k, e.d_model), "POSITIONS": (max(n_q, n_k), e.d_model),
        "W_Q": (e.d_model, h * d_k), "W_K": (e.d_model, g * d_k), "W_V": (e.d_model, g * d_v), "W_O": (h * d_v, out),
        "Q": (n_q, h * d_k), "K": (n_k, g * d_k), "V": (n_k, g * d_v), "W_A": (h, d_k), "T5": (BUCKETS, h),
    }  # fmt: skip


def tensors(e: "Experiment", stage: Stage) -> tuple[str, ...]:
    """What a stage of this experiment can show, the usual first."""
    has_w_o = not e.starts_from_qkv or any(name == "W_O" for name, _ in e.given)
    extra: dict[Stage, list[str]] = {
        Stage.EMBED: ["embedded", "position"] * (e.positions.is_added and e.layer == 0) + ["memory"] * e.is_cross,
        Stage.PROJECT: ["q_rot", "k_rot"] * (e.positions is Positions.ROPE)
        + ["w_q", "w_k", "w_v"] * (not e.starts_from_qkv),
        Stage.SCORE: ["w_a"] * (e.scoring is Scoring.ADDITIVE),
        Stage.SCALE: ["bias", "biased"] * e.positions.is_bias + ["t5"] * (e.positions is Positions.T5),
        Stage.SOFTMAX: ["dropped"] * (e.dropout > 0),
        Stage.MERGE: ["shares", "w_o"] * has_w_o,
    }
    return (*stage.tensors, *extra.get(stage, ()))


def editable(e: "Experiment", tensor: str) -> str | None:
    """The name under which the numbers of a tensor are edited; None for what is computed."""
    if tensor == "x":
        name = "X" if not e.positions.is_added and e.layer == 0 else None
    elif tensor == "position":
        name = "POSITIONS" if e.positions is Positions.LEARNED else None
    elif tensor in ("q", "k", "v", "w_q", "w_k", "w_v", "w_o", "w_a"):
        name = tensor.upper() + ("_2" if e.layer == 1 else "")
    else:
        name = {"embedded": "X", "memory": "MEMORY", "t5": "T5"}.get(tensor)
    return name if name in blocks(e) else None
