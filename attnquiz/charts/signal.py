"""An image or a series that tokens were cut from, with one query and where it looks."""

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from attnquiz.charts import svg
from attnquiz.charts.drawn import EDGE, HATCH, legend
from attnquiz.charts.lines import LEAST
from attnquiz.charts.palette import BLUE, GREY, ORANGE, PAPER, WORDS
from attnquiz.charts.panels import cells

SIDE = 270.0
LARGEST = 0.32
"""Radius of the largest disc in a patch of side 1: the patch must still be seen."""
SIZE = 12
WIDE, HIGH, BARS = 600.0, 150.0, 110.0


def image_svg(
    image: NDArray[np.float64],
    patch: int,
    weights: NDArray[np.float32],
    hidden: NDArray[np.bool_],
    chosen: int | None,
    title: str,
    alt: str,
    theme: str = "light",
) -> str:
    """The image with a disc in each patch, its area in proportion to the weight, beside the weights as a map.

    `weights` and `hidden` have an entry for each patch, row by row; `chosen` is the patch that asks, or None."""
    ink = WORDS[theme]
    rows, columns = (side // patch for side in image.shape)
    cell = SIDE / max(rows, columns)
    top, second = EDGE + 52.0, EDGE + columns * cell + 26
    grid, masked = (part.reshape(rows, columns) for part in (weights, hidden))
    parts = [
        svg.hatching(HATCH, ink),
        svg.text(title, EDGE, EDGE + 8, ink, size=15, bold=True),
        svg.text("The image", EDGE, top - 12, ink, size=SIZE),
        svg.text("Weights of its patches", second, top - 12, ink, size=SIZE),
        svg.group([*_greys(image, cell / patch), *_discs(grid, masked, cell, theme)], x=EDGE, y=top),
        svg.group(cells(grid, masked, (0.0, 1.0), theme, cell), x=second, y=top),
    ]
    for x in (EDGE, second):
        parts.append(svg.rect(x, top, columns * cell, rows * cell, "none", stroke=GREY))
        if chosen is not None:
            box = (x + chosen % columns * cell, top + chosen // columns * cell, cell, cell)
            parts += [svg.rect(*box, "none", stroke=c, thick=t) for c, t in ((PAPER[theme], 6), (ORANGE, 3))]
    foot = top + rows * cell + 18
    parts.append(legend(second, foot, (0.0, 1.0), theme))
    if chosen is not None:
        parts += [svg.rect(EDGE + 2, foot + 1, 12, 12, "none", stroke=ORANGE, thick=3)]
        parts += [svg.text("the query", EDGE + 22, foot + 7, ink, size=SIZE)]
    if hidden.any():
        parts += [svg.rect(EDGE + 100, foot, 14, 14, svg.hatched(HATCH), stroke=GREY)]
        parts += [svg.text("hidden by the mask", EDGE + 120, foot + 7, ink, size=SIZE)]
    width = max(second + max(columns * cell, 190) + EDGE, svg.width_of(title, 15) * 1.1 + 2 * EDGE)
    return svg.document(width, foot + 14 + EDGE, alt, PAPER[theme], parts)


def _greys(image: NDArray[np.float64], side: float) -> list[str]:
    boxes: dict[int, list[str]] = defaultdict(list)
    edge = svg.number(side + 0.3)  # a little over the next one, or the paper shows through between them
    for (i, j), value in np.ndenumerate(image):
        boxes[round(255 * min(max(value, 0.0), 1.0))].append(
            f"M{svg.number(j * side)} {svg.number(i * side)}h{edge}v{edge}h-{edge}z"
        )
    return [svg.path("".join(drawn), fill="#" + f"{grey:02x}" * 3) for grey, drawn in sorted(boxes.items())]


def _discs(weights: NDArray[np.float32], hidden: NDArray[np.bool_], cell: float, theme: str) -> list[str]:
    parts, seen = [], np.where(hidden | np.isnan(weights), 0.0, weights)
    for (i, j), weight in np.ndenumerate(seen):
        if weight >= LEAST:
            middle, radius = ((j + 0.5) * cell, (i + 0.5) * cell), LARGEST * cell * math.sqrt(weight / seen.max())
            parts += [svg.circle(*middle, radius + 1.5, PAPER[theme]), svg.circle(*middle, radius, BLUE)]
    return parts


def series_svg(
    series: Sequence[float],
    weights: NDArray[np.float32],
    hidden: NDArray[np.bool_],
    chosen: int | None,
    title: str,
    alt: str,
    theme: str = "light",
) -> str:
    """The series as a line with a dot for each token, and below it a bar for each weight, on the scale from 0 to 1."""
    ink, count = WORDS[theme], len(series)
    top, left, step = EDGE + 46.0, EDGE + 40.0, WIDE / count
    low, high = min(series), max(series)
    floor = top + HIGH + 26 + BARS
    spots = [
        (left + (i + 0.5) * step, top + HIGH - 8 - (value - low) / ((high - low) or 1.0) * (HIGH - 16))
        for i, value in enumerate(series)
    ]
    trail = "L".join(f"{svg.number(x)} {svg.number(y)}" for x, y in spots)
    parts = [
        svg.hatching(HATCH, ink),
        svg.text(title, EDGE, EDGE + 8, ink, size=15, bold=True),
        *(svg.text(f"{v:.4g}", left - 6, y, ink, size=SIZE, anchor="end") for v, y in _labels(low, high, top)),
        svg.path(f"M{trail}", stroke=GREY, thick=2),
        *(svg.circle(x, y, 3.5, GREY) for x, y in spots),
        *(svg.text(name, left - 6, y, ink, size=SIZE, anchor="end") for name, y in (("1", floor - BARS), ("0", floor))),
        svg.line(left, floor - BARS, left + WIDE, floor - BARS, GREY, opacity=0.35),
    ]
    for i, (x, _) in enumerate(spots):
        weight = 0.0 if hidden[i] or math.isnan(weights[i]) else min(float(weights[i]), 1.0)
        if hidden[i]:
            parts.append(svg.rect(x - step / 2, floor - BARS, step, BARS, svg.hatched(HATCH)))
        parts.append(svg.rect(x - 0.4 * step, floor - weight * BARS, 0.8 * step, weight * BARS, BLUE))
    parts.append(svg.line(left, floor, left + WIDE, floor, GREY))
    if chosen is not None:
        x, y = spots[chosen]
        parts += [svg.line(x, top, x, floor, ORANGE, thick=2), svg.circle(x, y, 6, ORANGE)]
        near = "end" if chosen > count / 2 else "start"
        parts.append(svg.text("the query", x + (-10 if near == "end" else 10), top - 4, ink, size=SIZE, anchor=near))
    words = "Bars: the weight of each place." + (" Slanted lines: hidden by the mask." if hidden.any() else "")
    parts.append(svg.text(words, left, floor + 18, ink, size=SIZE))
    return svg.document(left + WIDE + EDGE, floor + 30 + EDGE, alt, PAPER[theme], parts)


def _labels(low: float, high: float, top: float) -> list[tuple[float, float]]:
    """The two ends of the series, or the one value it always has, and how high they stand."""
    foot = top + HIGH - 8
    return [(low, foot)] if low == high else [(high, top + 8), (low, foot)]
