"""The arithmetic of what goes in: vectors, positions, matrices, queries, keys and values."""

import math
from collections.abc import Callable
from dataclasses import replace

from attnquiz.attention.position import t5_buckets
from attnquiz.attention.variant import Positions
from attnquiz.sandbox import sides
from attnquiz.sandbox.entry import Entry
from attnquiz.sandbox.numbers import numbers
from attnquiz.sandbox.terms import parts, terms
from attnquiz.sandbox.torch_lines import sharing
from attnquiz.sandbox.written import factor, formula, number, product, total

FILE = "The experiment's file gives this number."


def _given(this: Entry) -> list[str]:
    """Of a number that nothing comes before."""
    return [_origin(this), formula(_LETTERS.get(this.name, this.name), number(this.value(this.name)))]


def _matrix(this: Entry) -> list[str]:
    """Of a number in the matrices that all heads share: which head it works for."""
    kind = this.name[-1]
    width = this.at("mixed" if kind == "o" else kind).shape[-1]
    head, inside = divmod(this.row if kind == "o" else this.column, width)
    made = {"q": "the query", "k": "the key", "v": "the value"}
    use = (
        f"It carries dimension {inside} of head {head} into dimension {this.column} of the output."
        if kind == "o"
        else f"It carries dimension {this.row} of X into dimension {inside} of {made[kind]} in head {head}."
    )
    origin, last = _given(this)
    return [f"{use} {origin}", last]


def _origin(this: Entry) -> str:
    """Where a number that goes in comes from."""
    e, block = this.e, sides.editable(this.e, this.name)
    if this.edit is not None:
        return f"You wrote this number. Before, it was {_before(this, block):.4g}."
    base = block.removesuffix("_2")
    if e.block(block) is not None or e.block(base) is not None:
        return FILE
    if base in ("X", "MEMORY"):
        return f"Drawn from seed {e.seed} for this word; the same word always gets the same vector."
    if base in ("W_A", "T5", "POSITIONS") or base.startswith("W_"):
        return f"Drawn from seed {e.seed}. In a model, training finds this number."
    return f"Drawn from seed {e.seed}."


def _before(this: Entry, block: str) -> float:
    """The number that an edit of what goes in stands for."""
    bare = replace(this.e, edits=tuple(edit for edit in this.e.edits if edit != this.edit))
    name = "POSITION" if block == "POSITIONS" else block.removesuffix("_2")
    return numbers(bare)[name][this.edit.row, this.edit.column].item()


def _vector(this: Entry) -> list[str]:
    found = parts(this)
    if not found:
        return _given(this)
    words = (
        "The second layer starts from the sum of what the first layer got and what it made of it:"
        if this.name == "x" and this.e.layer == 1
        else "The vector of the token and the vector of its position are added:"
    )
    values = list(found.values())
    return [words, formula(total([number(values[0]), factor(values[1])], values), number(this.value(this.name)))]


def _position(this: Entry) -> list[str]:
    e = this.e
    if e.positions is Positions.LEARNED:
        return [f"Position {this.row} has a vector of its own. {_origin(this)}", _given(this)[1]]
    wave, power = ("sin", "cos")[this.column % 2], this.column // 2 * 2
    return [
        f"Position {this.row} on a wave that is slower from one pair of dimensions to the next:",
        formula(
            rf"\{wave}\left(\frac{{{this.row}}}{{10000^{{{power}/{e.d_model}}}}}\right)", number(this.value("position"))
        ),
    ]


def _project(this: Entry) -> list[str]:
    found = terms(this)
    if found is None:
        return _given(this)
    letter, wide = this.name.upper(), this.head * this.at(this.name).shape[-1] + this.column
    if this.edit is not None:
        words = f"You wrote this number; the projection would give {found.total:.4g}."
        return [words, formula(this.name, number(this.value(this.name)))]
    cross = this.e.is_cross and this.name != "q"
    token, matrix = (this.key(this.row), "Y") if cross else (this.query(), "X")
    lines = [f"The row of {token} in {matrix} times column {wide} of W\\_{letter}, term by term:"]
    if sharing(this.e) > 1 and this.name != "q":
        lines.insert(0, _shared(this))
    terms_of = [product(a, b) for a, b in zip(found.left, found.right, strict=True)]
    return [*lines, formula(total(terms_of, found.products), number(this.value(this.name)))]


def _shared(this: Entry) -> str:
    first = this.head * sharing(this.e)
    return f"Heads {first} to {first + sharing(this.e) - 1} of queries share this head."


def _turned(this: Entry) -> list[str]:
    """RoPE: a pair of numbers, turned."""
    before = this.name.removesuffix("_rot")
    width, pair = this.at(before).shape[-1], this.column // 2
    numbers_of_pair = this.values(before, this.row)[2 * pair : 2 * pair + 2]
    angle = this.row * 10_000.0 ** (-2 * pair / width)
    cos, sin = math.cos(angle), math.sin(angle)
    token = this.query() if this.name == "q_rot" else this.key(this.row)
    kind = {"q": "query", "k": "key"}[before]
    even = this.column % 2 == 0
    waves, sign = (("cos", "sin"), "-") if even else (("sin", "cos"), "+")
    turns = zip(numbers_of_pair, waves, (cos, sin) if even else (sin, cos), strict=True)
    written, worked = [], []
    for value, wave, turn in turns:
        written.append(rf"{factor(value)} \times \{wave}({number(angle)})")
        worked.append(product(value, turn))
    return [
        f"Numbers {2 * pair} and {2 * pair + 1} of the {kind} of {token} are a pair: they are turned by an angle that "
        f"grows with the position, here {this.row}, and less from pair to pair (in radians):",
        formula(rf"{this.row} \times 10000^{{-{2 * pair}/{width}}}", number(angle)),
        f"The {'first' if even else 'second'} number of the turned pair:",
        formula(f" {sign} ".join(written), f" {sign} ".join(worked), number(this.value(this.name))),
    ]


def _table(this: Entry) -> list[str]:
    distances = _distances(this.row, one_way=this.e.mask.is_causal)
    return [f"{distances} {_origin(this)}", _given(this)[1]]


def _distances(bucket: int, *, one_way: bool) -> str:
    """Which keys a bucket of T5 is for, in words."""
    far = 200
    rows = (t5_buckets(far, 1, one_way=one_way)[:, 0], t5_buckets(1, far, one_way=one_way)[0])
    before, after = ((row == bucket).nonzero().flatten().tolist() for row in rows)
    if one_way and bucket == 0:
        return "This bucket is for the query's own place; later keys would fall into it as well, but they are hidden."
    found, side = (before, "before") if before else (after, "after")
    if not found:
        return "No distance falls into this bucket."
    if found == [0]:
        return "This bucket is for the query's own place."
    span = str(found[0]) if len(found) == 1 else f"{found[0]} to {found[-1]}"
    span = f"{found[0]} or more" if found[-1] == far - 1 else span
    return f"This bucket is for keys {span} {'place' if span == '1' else 'places'} {side} the query."


_LETTERS = {
    "embedded": "x", "memory": "y", "position": "p", "w_q": "w", "w_k": "w", "w_v": "w", "w_o": "w", "w_a": "w",
    "t5": "b",
}  # fmt: skip
WAYS: dict[str, Callable[[Entry], list[str]]] = {
    "x": _vector, "embedded": _given, "memory": _vector, "position": _position, "q": _project, "k": _project,
    "v": _project, "q_rot": _turned, "k_rot": _turned, "w_q": _matrix, "w_k": _matrix, "w_v": _matrix, "w_o": _matrix,
    "w_a": _given, "t5": _table,
}  # fmt: skip
"""How each of these tensors is explained."""
