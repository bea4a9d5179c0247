"""A matrix as a picture that can be taken along: the same look as the canvas of the sandbox, in SVG."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from attnquiz.charts import svg
from attnquiz.charts.palette import GREY, PAPER, WORDS
from attnquiz.charts.shade import Shade, inked, shade

NUMBER_SIZES = (14, 13, 12, 11, 10)
NAME = 13
LONGEST_NAME = 110
GAP = 6
EDGE = 16
MOST_CELLS = 40_000
"""More are put together, neighbours in one: a file of a million boxes opens nowhere."""
BAR, BANDS = 120, 60
HATCH = "hidden"


def matrix_svg(
    values: NDArray[np.float32],
    hidden: NDArray[np.bool_],
    row_names: Sequence[str],
    column_names: Sequence[str],
    title: str,
    domain: tuple[float, float],
    theme: str = "light",
    *,
    axes: tuple[str, str] = ("", ""),
    hidden_text: str = "",
    hidden_words: str = "hidden by the mask",
) -> str:
    """The picture of one matrix (rows, columns), with names on both sides, a number in each cell where it fits, and the
    scale of the colours. nan has no colour. Hidden cells are hatched; `hidden_text` stands in them, or their number.

    `axes` say what a row and a column is. Theme is light or dark. Above MOST_CELLS neighbours are averaged, and the
    picture says so.
    """
    step = math.ceil(math.sqrt(values.size / MOST_CELLS)) if values.size > MOST_CELLS else 1
    values, hidden = _thinned(values, step), _thinned(hidden.astype(np.float32), step) > 0.5
    row_names, column_names = row_names[::step], column_names[::step]
    rows, columns = values.shape
    left = min(max(svg.width_of(name, NAME) for name in row_names), LONGEST_NAME) + 2 * GAP
    longest = min(max(svg.width_of(name, NAME) for name in column_names), LONGEST_NAME)
    width = _cell_width(columns, longest)
    slanted = longest + 8 > width
    above = 0.71 * longest + 20 if slanted else NAME + 14
    height = min(width, 40.0)
    said = _axes(axes, step)
    top = EDGE + 24 + 17 * len(said) + above  # the title, what the axes are, the names of the columns
    x, y = EDGE + left, top
    explained = hidden_words if hidden.any() else ""
    lean = 0.71 * longest if slanted else 0  # the last name leans out of the grid
    words = max(svg.width_of(title, 17), legend_width(domain, explained), *(svg.width_of(each, 12) for each in said))
    wide = max(x + columns * width + lean, EDGE + words) + EDGE
    foot = y + rows * height + 18
    ink, paper = WORDS[theme], PAPER[theme]
    texts = [[_written(values[i, j], hidden[i, j], hidden_text) for j in range(columns)] for i in range(rows)]
    size = _number_size(texts, width, height)
    parts = [
        svg.hatching(HATCH, ink),
        svg.text(title, EDGE, EDGE + 10, ink, size=16, bold=True),
        *(svg.text(each, EDGE, EDGE + 34 + 17 * i, ink, size=12) for i, each in enumerate(said)),
        _cells(values, hidden, texts, domain, theme, (x, y, width, height, size)),
        _row_names(row_names, x - GAP, y, height, left - GAP, ink),
        _column_names(column_names, x, y - GAP - 2, width, slanted, ink),
        legend(EDGE, foot, domain, theme, explained),
    ]
    return svg.document(wide, foot + 14 + EDGE, title, paper, parts)


def legend(x: float, y: float, domain: tuple[float, float], theme: str, hidden_words: str = "") -> str:
    """The scale of the colours with its two ends, and what hatching means where there is any; 14 high. Hatching refers
    to the definition HATCH, which the document must hold."""
    ink, paper = WORDS[theme], PAPER[theme]
    low, high = (short(end) for end in domain)
    start = x + svg.width_of(low, 12) + 6
    span = domain[1] - domain[0]
    parts = [svg.text(low, x, y + 7, ink, size=12)]
    for i in range(BANDS):
        colour = shade(domain[0] + span * (i + 0.5) / BANDS, domain, theme).colour
        parts.append(svg.rect(start + i * BAR / BANDS, y, BAR / BANDS, 14, colour))
    parts = [svg.group(parts, crisp=True), svg.rect(start, y, BAR, 14, "none", stroke=GREY)]
    parts.append(svg.text(high, start + BAR + 6, y + 7, ink, size=12))
    if hidden_words:
        there = start + BAR + 6 + svg.width_of(high, 12) + 20
        parts += [svg.rect(there, y, 14, 14, paper, stroke=GREY), svg.rect(there, y, 14, 14, svg.hatched(HATCH))]
        parts.append(svg.text(hidden_words, there + 20, y + 7, ink, size=12))
    return svg.group(parts)


def legend_width(domain: tuple[float, float], hidden_words: str = "") -> float:
    """How wide that is."""
    ends = sum(svg.width_of(short(end), 12) for end in domain) + BAR + 12
    return ends + (40 + svg.width_of(hidden_words, 12) if hidden_words else 0)


def short(value: float) -> str:
    """A number as it stands in a cell: two decimals, fewer where it is large."""
    if math.isnan(value):
        return "nan"
    size = abs(value)
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if size >= 1e5:
        return f"{value:.0e}"
    written = f"{value:.{0 if size >= 1000 else 1 if size >= 100 else 2}f}"
    return "0.00" if written == "-0.00" else written


def _thinned(values: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """Every square of step by step cells as the mean of its numbers; nan where it has none."""
    if step == 1:
        return values
    known = ~np.isnan(values)
    sums, counts = (_summed(part, step) for part in (np.where(known, values, 0.0), known.astype(np.float64)))
    with np.errstate(invalid="ignore"):  # 0 / 0 is what nan is for, and so is inf - inf
        return (sums / counts).astype(np.float32)


def _summed(values: NDArray[np.float64], step: int) -> NDArray[np.float64]:
    by_row = np.add.reduceat(values, np.arange(0, len(values), step), axis=0)
    return np.add.reduceat(by_row, np.arange(0, values.shape[1], step), axis=1)


def _cell_width(columns: int, longest: float) -> float:
    """Wide enough for a number, up to 24 columns; then narrower, so that the picture stays below some 1,400."""
    if columns <= 24:
        return float(min(max(44.0, longest + 8), 64.0))
    return max(1100 / columns, 3.0)


def _axes(axes: tuple[str, str], step: int) -> list[str]:
    said = [f"↓ rows: {axes[0]}"] * bool(axes[0]) + [f"→ columns: {axes[1]}"] * bool(axes[1])
    return said + [f"each box is the mean of {step} × {step} cells"] * (step > 1)


def _written(value: float, hidden: bool, hidden_text: str) -> str:
    if hidden:
        return hidden_text or ("0" if value == 0 else short(value))
    return short(value)


def _number_size(texts: list[list[str]], width: float, height: float) -> int | None:
    """The largest in which every number fits its cell; None where they do not."""
    longest = max((text for row in texts for text in row), key=len)
    fits = (size for size in NUMBER_SIZES if height >= size + 6 and svg.width_of(longest, size) + 5 <= width)
    return next(fits, None)


Plan = tuple[float, float, float, float, int | None]


def _cells(
    values: NDArray[np.float32], hidden: NDArray[np.bool_], texts: list[list[str]], domain: tuple[float, float],
    theme: str, plan: Plan,
) -> str:  # fmt: skip
    x, y, width, height, size = plan
    gap = 1.0 if width > 20 else 0.0
    rows, columns = values.shape
    boxes, words = [svg.rect(x - 1, y - 1, columns * width + 2 - gap, rows * height + 2 - gap, GREY)], []
    for i in range(rows):
        empty = hidden[i] | np.isnan(values[i])
        shades = [_paper(theme) if empty[j] else shade(float(values[i, j]), domain, theme) for j in range(columns)]
        for first, end in _runs(list(zip(shades, empty, strict=True)), apart=bool(gap)):
            box = (x + first * width, y + i * height, (end - first) * width - gap, height - gap)
            boxes.append(svg.rect(*box, shades[first].colour))
            boxes += [svg.rect(*box, svg.hatched(HATCH))] if empty[first] else []
        for j in range(columns) if size else ():
            middle = (x + (j + 0.5) * width - gap / 2, y + (i + 0.5) * height - gap / 2)
            halo = shades[j].colour if empty[j] else None
            words.append(svg.text(texts[i][j], *middle, shades[j].ink, size=size, anchor="middle", halo=halo))
    return svg.group(boxes, crisp=not gap) + svg.group(words)


def _runs(cells: list[tuple[Shade, np.bool_]], apart: bool) -> Iterator[tuple[int, int]]:
    """Neighbours that look alike, as one box where no line is drawn between boxes."""
    first = 0
    for j in range(1, len(cells) + 1):
        if apart or j == len(cells) or cells[j] != cells[first]:
            yield first, j
            first = j


def _paper(theme: str) -> Shade:
    return inked(PAPER[theme])


def _row_names(names: Sequence[str], x: float, y: float, height: float, room: float, ink: str) -> str:
    every = max(1, math.ceil(NAME / height))
    places = range(0, len(names), every)
    return svg.group(
        svg.text(svg.cut(names[i], room, NAME), x, y + (i + 0.5) * height, ink, size=NAME, anchor="end") for i in places
    )


def _column_names(names: Sequence[str], x: float, y: float, width: float, slanted: bool, ink: str) -> str:
    every = max(1, math.ceil(NAME / width))
    parts = []
    for j in range(0, len(names), every):
        middle = x + (j + 0.5) * width
        if slanted:
            name = svg.cut(names[j], LONGEST_NAME, NAME)
            parts.append(svg.text(name, middle, y, ink, size=NAME, turn=-45))
        else:
            parts.append(svg.text(svg.cut(names[j], width - 2, NAME), middle, y - 4, ink, size=NAME, anchor="middle"))
    return svg.group(parts)
