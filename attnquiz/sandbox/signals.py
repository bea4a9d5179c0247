"""Tokens that are not words: patches of a small grey image, or readings of a series put into bins. Torch-free.

An IMAGE block holds grey values from 0 (black) to 1 (white), a row of pixels a line. `patch: 2` cuts it into squares of
2 x 2; the token "r0 c1" is the square in row 0, column 1 of squares, and its vector is its pixels, row after row. A
SERIES block holds one line of readings. `bins: 4` cuts the range from the smallest to the largest into 4 equal bins;
the token "3: 14 to 16" is reading 3, counted from 0, and its vector is 1 at the bin it lies in and 0 elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from attnquiz.errors import SandboxError
from attnquiz.experimentfile import MOST_TOKENS, Rows
from attnquiz.sandbox.checks import check_rows, whole

MOST_BINS = 64


@dataclass(frozen=True, slots=True)
class Cut:
    """A signal in tokens: their names, a vector for each, and what the numbers of a vector stand for."""

    tokens: tuple[str, ...]
    x: Rows
    features: tuple[str, ...]


def cut(blocks: Mapping[str, Rows], patch: int, bins: int) -> Cut | None:
    """The tokens of the file's signal; None where it has none. SandboxError begins with what is wrong."""
    if "IMAGE" in blocks and "SERIES" in blocks:
        raise SandboxError("SERIES is given beside IMAGE. Tokens are cut from one of them; leave the other out.")
    for setting, value, block in (("patch", patch, "IMAGE"), ("bins", bins, "SERIES")):
        if value and block not in blocks:
            raise SandboxError(f"{setting} is {value}, but the file has no {block} to cut. Leave it out.")
    if "IMAGE" in blocks:
        return patches(blocks["IMAGE"], patch)
    if "SERIES" in blocks:
        return binned(blocks["SERIES"], bins)
    return None


def patches(image: Rows, side: int) -> Cut:
    """Squares of `side` x `side` pixels, row by row from the top left."""
    check_rows("IMAGE", image)
    whole("patch", side, 1, 32)
    if not all(0 <= pixel <= 1 for row in image for pixel in row):
        raise SandboxError("IMAGE holds a number that is no grey value. Write 0 for black to 1 for white.")
    if len(image) % side or len(image[0]) % side:
        raise SandboxError(
            f"patch is {side}, which does not divide the {len(image)} rows and {len(image[0])} columns of the image."
        )
    rows, columns = len(image) // side, len(image[0]) // side
    _not_too_many("IMAGE", rows * columns)
    places = [(row, column) for row in range(rows) for column in range(columns)]
    inside = [(down, right) for down in range(side) for right in range(side)]
    return Cut(
        tuple(f"r{row} c{column}" for row, column in places),
        tuple(tuple(image[row * side + i][column * side + j] for i, j in inside) for row, column in places),
        tuple(f"pixel {i} {j}" for i, j in inside),
    )


def binned(series: Rows, bins: int) -> Cut:
    """Each reading as 1 at its bin. A reading between two bins lies in the upper one, the largest in the last."""
    check_rows("SERIES", series)
    if len(series) != 1:
        raise SandboxError(f"SERIES has {len(series)} lines. Write the readings on one line.")
    whole("bins", bins, 2, MOST_BINS)
    readings = series[0]
    _not_too_many("SERIES", len(readings))
    low, high = min(readings), max(readings)
    if low == high:
        raise SandboxError("SERIES holds the same reading throughout, which no bins tell apart.")
    found = [min(bins - 1, int((reading - low) * bins / (high - low))) for reading in readings]
    borders = [low + (high - low) * each / bins for each in range(bins + 1)]
    spans = tuple(f"{one:.4g} to {other:.4g}" for one, other in pairwise(borders))
    return Cut(
        tuple(f"{number}: {spans[each]}" for number, each in enumerate(found)),
        tuple(tuple(float(place == each) for place in range(bins)) for each in found),
        spans,
    )


def _not_too_many(name: str, tokens: int) -> None:
    if tokens > MOST_TOKENS:
        raise SandboxError(f"{name} makes {tokens} tokens; at most {MOST_TOKENS} fit. Make it smaller.")
