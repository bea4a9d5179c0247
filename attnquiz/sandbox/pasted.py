"""A whole matrix as text: written out to be edited, and read back as the edits that were made in it. Torch-free."""

import re

import numpy as np
from numpy.typing import NDArray

from attnquiz.errors import SandboxError
from attnquiz.sandbox.checks import LARGEST
from attnquiz.sandbox.edit import Edit, number

MOST_CELLS = 4096
"""Of a matrix that is offered as text."""
LONGEST_NUMBER = 30


def written(matrix: NDArray[np.float64]) -> str:
    """(rows, columns) as lines of numbers, six digits each."""
    return "\n".join(" ".join(_text(value) for value in row) for row in matrix.tolist())


def edits_in(name: str, before: str, after: str) -> tuple[Edit, ...]:
    """What was changed in the text of a matrix; numbers that stayed as they were written are no edits.

    Numbers are separated by spaces, tabs or semicolons; commas separate, too, unless all of them are decimal commas.
    SandboxError where rows or columns are missing or left over, and where something is no number that can be used.
    """
    old, new = _cells(before), _cells(after)
    if len(new) != len(old):
        raise SandboxError(f"{name} would have {len(new)} rows; it needs {len(old)}.")
    found = []
    for row, (olds, news) in enumerate(zip(old, new, strict=True)):
        if len(news) != len(olds):
            raise SandboxError(f"Row {row} of {name} would have {len(news)} numbers; it needs {len(olds)}.")
        for column, (was, is_now) in enumerate(zip(olds, news, strict=True)):
            if was != is_now:
                found.append(Edit(name, row, column, _value(name, row, column, is_now)))
    return tuple(found)


def _text(value: float) -> str:
    return f"{value:.6g}"


def _cells(text: str) -> list[list[str]]:
    bare = re.sub(r"[\[\](){}]", " ", text)
    lines = [line for line in bare.splitlines() if line.strip(" ,;")]
    with_comma = any(re.search(r"\d,\d", line) and re.search(r"[\s;]", line.strip(" ;|")) for line in lines)
    separators = r"[\s;|]+" if with_comma and "." not in text else r"[\s;|,]+"
    return [[part for part in re.split(separators, line) if part] for line in lines]


def _value(name: str, row: int, column: int, text: str) -> float:
    place = f"{name} at {row}, {column}"
    if len(text) > LONGEST_NUMBER:
        raise SandboxError(f"{place} would be {text[:20]!r}..., which is too long for a number.")
    value = number(text, place)
    if not abs(value) <= LARGEST:
        raise SandboxError(f"{place} would be {value:g}. Write a finite number of at most {LARGEST:,.0f} either way.")
    return value
