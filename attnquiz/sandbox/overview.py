"""A matrix of a long text in two pictures: all of it in bins, and the part around one cell as it is."""

from dataclasses import replace

import numpy as np

from attnquiz.sandbox.experiment import EVERYTHING, FULL
from attnquiz.sandbox.frames import Matrix, round_up

Cell = tuple[int, int]

MOST_BINS = 96
"""Rows and columns of the overview, at most."""
PART = 48
"""Rows and columns of the exact part, at most."""
STEP = PART // 2
"""How far the part moves on at once: a quarter of it is left on every side, and arrow keys never meet its border."""


def is_large(shown: Matrix) -> bool:
    """Too large to be shown at once."""
    return max(shown.values.shape) > EVERYTHING


def bins(count: int, most: int = MOST_BINS) -> tuple[range, ...]:
    """So many places in bins of one size, but for the last, which may be smaller."""
    size = -(-count // most)
    return tuple(range(start, min(start + size, count)) for start in range(0, count, size))


def pooled(shown: Matrix, most: int = MOST_BINS) -> Matrix:
    """The mean of each bin, over what is not hidden and is a number. A bin is hidden where all of it is.

    The ends of the scale are those of the means, which are smaller than the largest single numbers.
    """
    rows, columns = (bins(side, most) for side in shown.values.shape)
    seen = ~shown.hidden & np.isfinite(shown.values)
    counts = _sums(seen, rows, columns)
    sums = _sums(np.where(seen, shown.values, 0.0), rows, columns)
    means = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0).astype(np.float32)
    largest = round_up(float(np.nan_to_num(np.abs(means)).max()))
    low = 0.0 if shown.domain[0] == 0 else -largest
    return replace(
        shown,
        title=f"{shown.title}, all of it in bins",
        values=means,
        hidden=_sums(~shown.hidden, rows, columns) == 0,
        row_names=_names(rows, shown.row_names, shown.row_axis),
        column_names=_names(columns, shown.column_names, shown.column_axis),
        domain=(low, largest),
    )


def bin_of(count: int, place: int) -> int:
    """The bin in which a place lies."""
    return place // len(bins(count)[0])


def middle(count: int, number: int) -> int:
    """The place in the middle of a bin; of a bin that is not there, of the last."""
    found = bins(count)
    chosen = found[min(number, len(found) - 1)]
    return chosen[len(chosen) // 2]


def around(count: int, place: int, most: int = PART, step: int = STEP) -> range:
    """The part in which a place lies. It depends on the place alone, and stays while one walks a short way."""
    start = place // step * step - (most - step) // 2
    start = max(0, min(start, count - most))
    return range(start, min(start + most, count))


def part(shown: Matrix, cell: Cell) -> tuple[Matrix, Cell]:
    """The numbers around a cell as they are, and the row and the column that this part begins with.

    All of a matrix that is not large. Weights of a long text are so small that from 0 to 1 all of them would look
    alike: the ends of their scale are those of the part.
    """
    if not is_large(shown):
        return shown, (0, 0)
    rows, columns = (around(side, place) for side, place in zip(shown.values.shape, cell, strict=True))
    down, across = slice(rows.start, rows.stop), slice(columns.start, columns.stop)
    found = replace(
        shown,
        title=f"{shown.title}, rows {rows.start} to {rows[-1]}, columns {columns.start} to {columns[-1]}",
        values=shown.values[down, across],
        hidden=shown.hidden[down, across],
        row_names=shown.row_names[down],
        column_names=shown.column_names[across],
    )
    if shown.tensor in ("weights", "dropped") and max(shown.values.shape) > FULL:
        found = replace(found, domain=(0.0, round_up(float(np.nan_to_num(found.values).max()))))
    return found, (rows.start, columns.start)


def _sums(values: np.ndarray, rows: tuple[range, ...], columns: tuple[range, ...]) -> np.ndarray:
    across = np.add.reduceat(values, [each.start for each in columns], axis=1, dtype=np.float64)
    return np.add.reduceat(across, [each.start for each in rows], axis=0)


def _names(found: tuple[range, ...], names: tuple[str, ...], axis: str) -> tuple[str, ...]:
    """ "tokens 0 to 21"; the name itself where a bin holds one."""
    many = {"query": "tokens", "key": "tokens", "dimension": "numbers"}.get(axis, f"{axis}s")
    return tuple(names[each.start] if len(each) == 1 else f"{many} {each.start} to {each[-1]}" for each in found)
