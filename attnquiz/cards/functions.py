"""The functions that an answer expression may call, on plain numbers and lists.

Each raises ValueError with a sentence when its arguments make no sense; ``expressions`` adds where it happened.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

Number = int | float

SMALL = 20  # digits that round() may be asked for


class Function(NamedTuple):
    """What to call, with at least and at most so many arguments."""

    call: Callable[..., Any]
    least: int
    most: int


def number(value: Any) -> Number:
    """``value``, if it is a number."""
    if isinstance(value, int | float):
        return value
    raise ValueError(f"a number is needed here, not {_kind(value)}")


def numbers(value: Any) -> list[Number]:
    """The entries of a list or tuple of numbers that is not empty."""
    if not isinstance(value, list | tuple) or not value:
        raise ValueError(f"a list of numbers is needed here, not {_kind(value)}")
    return [number(entry) for entry in value]


def softmax(scores: Any) -> list[float]:
    """exp of each score over the sum of them all; the largest score is subtracted first, so nothing overflows."""
    entries = numbers(scores)
    largest = max(entries)
    exps = [math.exp(entry - largest) for entry in entries]
    total = math.fsum(exps)
    return [entry / total for entry in exps]


def entropy(weights: Any) -> float:
    """Entropy in bits of weights that sum to 1 (Shannon 1948, section 6)."""
    entries = numbers(weights)
    if min(entries) < 0 or abs(math.fsum(entries) - 1) > 1e-6:
        raise ValueError("entropy needs weights that are not negative and sum to 1")
    return math.fsum(-entry * math.log2(entry) for entry in entries if entry > 0)


def dot(left: Any, right: Any) -> Number:
    """The dot product of two vectors of one length."""
    a, b = numbers(left), numbers(right)
    if len(a) != len(b):
        raise ValueError(f"dot needs two vectors of one length, not {len(a)} and {len(b)}")
    return total([x * y for x, y in zip(a, b, strict=True)])


def mix(weights: Any, values: Any) -> list[Number]:
    """The sum of the value vectors, each times its weight: what a query gets from attention."""
    shares = numbers(weights)
    if not isinstance(values, list | tuple) or len(values) != len(shares):
        raise ValueError("mix needs as many value vectors as weights")
    rows = [numbers(row) for row in values]
    if len({len(row) for row in rows}) != 1:
        raise ValueError("mix needs value vectors of one length")
    return [dot(shares, column) for column in zip(*rows, strict=True)]


def ceil_log(n: Any, k: Any) -> int:
    """The least whole L with k**L >= n, without the rounding errors of a logarithm."""
    if not isinstance(n, int) or not isinstance(k, int) or n < 1 or k < 2:
        raise ValueError("ceil_log needs whole numbers n >= 1 and k >= 2")
    power, exponent = 1, 0
    while power < n:
        power, exponent = power * k, exponent + 1
    return exponent


def total(values: Any) -> Number:
    """The sum of a list: exact for whole numbers, correctly rounded once otherwise."""
    entries = numbers(values)
    return sum(entries) if all(isinstance(entry, int) for entry in entries) else math.fsum(entries)


def _least(*values: Any) -> Number:
    return min(_spread(values))


def _largest(*values: Any) -> Number:
    return max(_spread(values))


def _spread(values: Sequence[Any]) -> list[Number]:
    """``min(s)`` and ``min(a, b)`` are both written."""
    return numbers(values[0]) if len(values) == 1 else numbers(values)


def _length(value: Any) -> int:
    if isinstance(value, list | tuple | str):
        return len(value)
    raise ValueError(f"only a list has a length, not {_kind(value)}")


def _rounded(value: Any, digits: Any = None) -> Number:
    if digits is not None and (not isinstance(digits, int) or abs(digits) > SMALL):
        raise ValueError(f"round takes a whole number of digits, at most {SMALL}")
    return round(number(value), digits)


def _on_number(call: Callable[[Number], Number]) -> Callable[[Any], Number]:
    return lambda value: call(number(value))


def _logarithm(value: Any, base: Any = math.e) -> float:
    if number(value) <= 0 or number(base) <= 0 or base == 1:
        raise ValueError("log needs a number above 0, and a base above 0 that is not 1")
    return math.log(value) if base == math.e else math.log(value) / math.log(base)


def _root(value: Any) -> float:
    if number(value) < 0:
        raise ValueError("sqrt needs a number that is not negative")
    return math.sqrt(value)


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return "a text"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    if isinstance(value, frozenset):
        return "a set of cells"
    return "a number" if isinstance(value, int | float) else type(value).__name__


FUNCTIONS: dict[str, Function] = {
    "exp": Function(_on_number(math.exp), 1, 1),
    "log": Function(_logarithm, 1, 2),
    "sqrt": Function(_root, 1, 1),
    "sin": Function(_on_number(math.sin), 1, 1),
    "cos": Function(_on_number(math.cos), 1, 1),
    "abs": Function(_on_number(abs), 1, 1),
    "min": Function(_least, 1, 64),
    "max": Function(_largest, 1, 64),
    "sum": Function(total, 1, 1),
    "len": Function(_length, 1, 1),
    "round": Function(_rounded, 1, 2),
    "ceil": Function(_on_number(math.ceil), 1, 1),
    "floor": Function(_on_number(math.floor), 1, 1),
    "softmax": Function(softmax, 1, 1),
    "entropy": Function(entropy, 1, 1),
    "dot": Function(dot, 2, 2),
    "mix": Function(mix, 2, 2),
    "ceil_log": Function(ceil_log, 2, 2),
}

# Sets of cells of an attention map: known to heatmap cards alone. Name -> number of arguments.
CELL_FUNCTIONS: dict[str, int] = {
    "cell": 2,
    "row": 1,
    "column": 1,
    "argmax_cell": 1,
    "transpose_cell": 1,
    "diagonal_cells": 1,
    "upper_cells": 1,
    "lower_cells": 1,
}
