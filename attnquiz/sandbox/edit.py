"""One number put in the place of another: W_Q.0.3:1.5 says that row 0, column 3 of W_Q is 1.5. Torch-free.

Q, K and V count their columns over all heads: column 5 of two heads of width 4 is number 1 of head 1. An edit of Q, K
or V replaces what the projection made; an edit of another matrix replaces a number that goes in.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple, Self

from attnquiz.errors import SandboxError

_WRITTEN = re.compile(r"([A-Z][A-Z_0-9]{0,11})\.([0-9]{1,4})\.([0-9]{1,4}):(.{1,30})")
_CELL = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})")


class Edit(NamedTuple):
    """The number at (row, column) of the matrix with this name."""

    name: str
    row: int
    column: int
    value: float

    def __str__(self) -> str:
        value = f"{self.value:.0f}" if self.value.is_integer() else repr(self.value)
        return f"{self.name}.{self.row}.{self.column}:{value}"

    @classmethod
    def parse(cls, written: str) -> Self:
        """The edit that is written so; SandboxError says how one is written."""
        found = _WRITTEN.fullmatch(written.strip())
        if found is None:
            raise SandboxError(f"edit is {written[:40]!r}; write it like W_Q.0.3:1.5, for row 0, column 3 of W_Q.")
        return cls(found[1], int(found[2]), int(found[3]), number(found[4], f"{found[1]} at {found[2]}, {found[3]}"))


Cell = tuple[int, int]


def number(written: str, place: str) -> float:
    """The number in a text. SandboxError names the place, in words such as "W_Q at 0, 3"."""
    signed = written.replace("\u2212", "-")
    try:
        return float(signed if "." in signed else signed.replace(",", "."))
    except ValueError:
        raise SandboxError(f"{place} would be {written[:40]!r}, which is no number.") from None


def edits(written: str) -> tuple[Edit, ...]:
    """Edits separated by commas."""
    return tuple(Edit.parse(part) for part in written.split(","))


def cells(written: str) -> tuple[Cell, ...]:
    """Cells separated by commas: "0.3,2.1"."""
    found = [_CELL.fullmatch(part.strip()) for part in written.split(",")]
    if not all(found):
        raise SandboxError(f"flips is {written[:40]!r}; write cells like 0.3,2.1 (row and column from 0).")
    return tuple(sorted({(int(cell[1]), int(cell[2])) for cell in found}))


def with_edit(edits: Iterable[Edit], new: Edit) -> tuple[Edit, ...]:
    """The edits with one more; the latest word on a cell counts. In the order of their places."""
    kept = {edit[:3]: edit for edit in edits} | {new[:3]: new}
    return tuple(sorted(kept.values()))
