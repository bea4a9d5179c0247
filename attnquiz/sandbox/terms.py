"""What a number is the sum of: every term, in numbers, for the formula and for the table alike."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from attnquiz.attention.variant import Positions, Scoring
from attnquiz.sandbox.entry import Entry
from attnquiz.sandbox.frames import column_names
from attnquiz.sandbox.numbers import numbers
from attnquiz.sandbox.torch_lines import has_dropout, has_w_o
from attnquiz.sandbox.written import added

LARGEST_EXPONENT = 80.0
"""exp of more than 88 is infinite in float32."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A sum of products, left times right. `by` says what numbers the terms; `also` is what a factor is made of."""

    by: str
    names: tuple[str, ...]
    left_name: str
    left: list[float]
    right_name: str
    right: list[float]
    also: dict[str, list[float]] = field(default_factory=dict)

    @property
    def products(self) -> list[float]:
        """Every term."""
        return [a * b for a, b in zip(self.left, self.right, strict=True)]

    @property
    def total(self) -> float:
        """What they add up to."""
        return added(self.products)


@dataclass(frozen=True, slots=True)
class Exponentials:
    """A row of scores on its way to weights. `shift` was subtracted before exp was taken; 0 where it need not be."""

    scores: list[float]
    shift: float
    exps: list[float]

    @property
    def total(self) -> float:
        """What a weight is divided by."""
        return added(self.exps)


def terms(entry: Entry) -> Terms | None:
    """The products that an entry is the sum of (with cosine scores, its numerator); None where it is no such sum."""
    find = _TERMS.get(entry.name)
    return None if find is None else find(entry)


def parts(entry: Entry) -> dict[str, float]:
    """The two or three numbers that an entry is the plain sum of; empty where it is not."""
    e, name, row, column = entry.e, entry.name, entry.row, entry.column
    if name == "x" and e.layer == 1:
        first = entry.run.first
        found = {"x of layer 0": first.x, "output of layer 0": first.of("output")}
        return {part: tensor[row, column].item() for part, tensor in found.items()}
    if name == "x" and e.positions.is_added:
        return {"vector of the token": entry.value("embedded"), "position": entry.value("position")}
    if name == "memory" and e.positions.is_added:
        given = numbers(e)
        start, position = (given[each][row, column].item() for each in ("MEMORY", "POSITION"))
        return {"vector of the token": start, "position": position}
    return {"scaled score": entry.value("scaled"), "bias": entry.value("bias")} if name == "biased" else {}


def exponentials(entry: Entry) -> Exponentials | None:
    """Of the entry's row of scores; None where no weights come of it: all are hidden, or one is beyond all numbers."""
    row = entry.values("masked", entry.row)
    largest = max(row)
    if not math.isfinite(largest) or any(math.isnan(score) for score in row):
        return None
    shift = largest if abs(largest) > LARGEST_EXPONENT else 0.0
    return Exponentials(row, shift, [math.exp(score - shift) for score in row])


def _dimensions(count: int) -> tuple[str, ...]:
    return tuple(map(str, range(count)))


def _projected(entry: Entry) -> Terms | None:
    if entry.e.starts_from_qkv:
        return None
    source = "memory" if entry.e.is_cross and entry.name != "q" else "x"
    matrix = entry.at(f"w_{entry.name}")
    vector = entry.values(source, entry.row)
    column = matrix[:, entry.head * entry.at(entry.name).shape[-1] + entry.column].tolist()
    names = column_names(entry.run, source, len(vector))
    return Terms("dimension", names, "vector", vector, f"W_{entry.name.upper()}", column)


def _score(entry: Entry) -> Terms:
    turned = "_rot" if entry.e.positions is Positions.ROPE else ""
    q, k = entry.values(f"q{turned}", entry.row), entry.values(f"k{turned}", entry.column)
    if entry.e.scoring is Scoring.ADDITIVE:
        bent = [math.tanh(a + b) for a, b in zip(q, k, strict=True)]
        weights = entry.values("w_a", entry.head)
        return Terms("dimension", _dimensions(len(q)), "w", weights, "tanh(q + k)", bent, {"query": q, "key": k})
    return Terms("dimension", _dimensions(len(q)), "query", q, "key", k)


def _mixed(entry: Entry) -> Terms:
    weights = entry.values("dropped" if has_dropout(entry.e) else "weights", entry.row)
    values = entry.at("v")[:, entry.column].tolist()
    return Terms("key", entry.run.key_labels, "weight", weights, "value", values)


def _output(entry: Entry) -> Terms | None:
    if not has_w_o(entry.e):
        return None
    joined = entry.values("joined", entry.row)
    column = entry.at("w_o")[:, entry.column].tolist()
    width = len(joined) // entry.e.heads
    names = tuple(f"{place % width} of head {place // width}" for place in range(len(joined)))
    return Terms("dimension", names, "joined heads", joined, "W_O", column)


def _share(entry: Entry) -> Terms:
    mixed = entry.values("mixed", entry.row)
    rows = entry.at("w_o")[entry.head * len(mixed) : (entry.head + 1) * len(mixed), entry.column].tolist()
    return Terms("dimension", _dimensions(len(mixed)), "mixed values", mixed, "W_O", rows)


_TERMS: dict[str, Callable[[Entry], Terms | None]] = {
    "q": _projected, "k": _projected, "v": _projected, "scores": _score, "mixed": _mixed, "output": _output,
    "shares": _share,
}  # fmt: skip
