"""Two columns of tokens, and a line for each weight between them."""

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from attnquiz.charts import svg
from attnquiz.charts.drawn import EDGE, short
from attnquiz.charts.palette import BLUE, GREY, ORANGE, PAPER, WORDS

NAME = 13
LONGEST_NAME = 110.0
BRIDGE = 150.0
SHADES = 6
"""Steps of the faint lines, so that 64 tokens make a handful of paths and not thousands."""
LEAST = 0.005
"""Weights that are 0.00 in two decimals have no line."""


def lines_svg(
    values: NDArray[np.float32],
    hidden: NDArray[np.bool_],
    row_names: Sequence[str],
    column_names: Sequence[str],
    chosen: int,
    title: str,
    alt: str,
    theme: str = "light",
) -> str:
    """Queries on the left, keys on the right; the wider a line, the larger the weight. The lines of the chosen query
    are strong and have their numbers, the others faint. Negative weights, which a wrong belief can make, are orange."""
    rows, columns = values.shape
    ink, height = WORDS[theme], 26.0 if max(rows, columns) <= 24 else 20.0
    left = EDGE + max(_room(row_names), svg.width_of("Query", NAME))
    right, top = left + BRIDGE, EDGE + 56.0
    largest = max(float(np.nanmax(np.abs(values), initial=0.0)), 1.0)
    parts = [
        svg.text(title, EDGE, EDGE + 8, ink, size=15, bold=True),
        svg.text("Query", left - 8, top - 18, ink, size=NAME, anchor="end"),
        svg.text("Key", right + 8, top - 18, ink, size=NAME),
    ]
    places = [[top + (i + 0.5) * height for i in range(n)] for n in (rows, columns)]
    parts += _faint(values, hidden, chosen, places, (left, right), largest)
    parts += _strong(values[chosen], hidden[chosen], places[0][chosen], places[1], (left, right), largest)
    for i, name in enumerate(row_names):
        bold, shown = i == chosen, svg.cut(name, LONGEST_NAME, NAME)
        parts.append(svg.text(shown, left - 8, places[0][i], ink, size=NAME, anchor="end", bold=bold))
    for j, name in enumerate(column_names):
        parts.append(svg.text(svg.cut(name, LONGEST_NAME, NAME), right + 8, places[1][j], ink, size=NAME))
        said = "hidden" if hidden[chosen, j] else short(float(values[chosen, j]))
        parts.append(svg.text(said, right + 16 + _room(column_names) + 36, places[1][j], ink, size=NAME, anchor="end"))
    width = max(right + 16 + _room(column_names) + 40 + EDGE, svg.width_of(title, 15) * 1.1 + 2 * EDGE)
    return svg.document(width, top + max(rows, columns) * height + EDGE, alt, PAPER[theme], parts)


def _room(names: Sequence[str]) -> float:
    return min(max(svg.width_of(name, NAME) for name in names), LONGEST_NAME) + 8


def _faint(
    values: NDArray[np.float32], hidden: NDArray[np.bool_], chosen: int, places: list[list[float]],
    ends: tuple[float, float], largest: float,
) -> list[str]:  # fmt: skip
    levels: dict[int, list[str]] = defaultdict(list)
    for i, j in np.argwhere(~hidden & (np.abs(np.nan_to_num(values)) >= LEAST)):
        if i != chosen:
            level = math.ceil(abs(values[i, j]) / largest * SHADES)
            y1, y2 = svg.number(places[0][i]), svg.number(places[1][j])
            levels[level].append(f"M{svg.number(ends[0])} {y1}L{svg.number(ends[1])} {y2}")
    return [
        svg.path("".join(drawn), stroke=GREY, thick=0.5 + 2.5 * level / SHADES, opacity=0.1 + 0.4 * level / SHADES)
        for level, drawn in sorted(levels.items())
    ]


def _strong(
    row: NDArray[np.float32], hidden: NDArray[np.bool_], y: float, places: list[float], ends: tuple[float, float],
    largest: float,
) -> list[str]:  # fmt: skip
    return [
        svg.line(
            ends[0], y, ends[1], places[j], ORANGE if row[j] < 0 else BLUE,
            thick=1 + 7 * abs(float(row[j])) / largest, opacity=0.65 + 0.35 * abs(float(row[j])) / largest,
        )
        for j in np.flatnonzero(~hidden & (np.abs(np.nan_to_num(row)) >= LEAST))
    ]  # fmt: skip
