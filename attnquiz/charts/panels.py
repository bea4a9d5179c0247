"""Several small matrices side by side on one scale of colours: all heads, or weights beside what arrives."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnquiz.charts import svg
from attnquiz.charts.drawn import EDGE, HATCH, legend, short
from attnquiz.charts.palette import GREY, ORANGE, PAPER, WORDS
from attnquiz.charts.shade import shade

LEVELS = 48
"""Colours of a scale that are told apart: cells of one colour are one path, and 64 tokens stay a small file."""
SIDE = 190.0
WIDEST_CELL = 38.0
NAME = 12
SIZES = (12, 11, 10)
"""Of numbers in cells."""
LONGEST_NAME = 80.0
READABLE = 11.0
"""Cells as high as this have names beside them."""
ROOM_FOR_SLANT = 17.0
"""Narrower columns have their names upright: slanted ones would run into each other."""
BETWEEN = 18.0
IN_A_ROW = 2


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One of the matrices: values and hidden are (rows, columns), as for all of them; nan has no colour."""

    title: str
    values: NDArray[np.float32]
    hidden: NDArray[np.bool_]


def panels_svg(
    panels: Sequence[Panel],
    row_names: Sequence[str],
    column_names: Sequence[str],
    domain: tuple[float, float],
    alt: str,
    theme: str = "light",
    *,
    strong: int | None = None,
    marked: tuple[int, int] | None = None,
) -> str:
    """Rows are queries, columns keys, named once at the left and above where there is room; numbers where they fit.

    `strong` is a panel with a heavy frame, `marked` a cell with a frame, in each panel. `alt` is what a screen reader
    says.
    """
    rows, columns = panels[0].values.shape
    cell = min(WIDEST_CELL, SIDE / max(rows, columns))
    named = cell >= READABLE
    left = min(max(svg.width_of(name, NAME) for name in row_names), LONGEST_NAME) + 8 if named else 0.0
    longest = min(max(svg.width_of(name, NAME) for name in column_names), LONGEST_NAME)
    upright = cell < ROOM_FOR_SLANT
    above = longest * (1.0 if upright else 0.71) + 12 if named else 4.0
    wide = max(columns * cell, 60.0, max(svg.width_of(panel.title, NAME + 1) for panel in panels))
    tall = 26 + above + rows * cell
    beside = min(len(panels), IN_A_ROW)
    lines = math.ceil(len(panels) / beside)
    step = left + wide + BETWEEN
    parts = [svg.hatching(HATCH, WORDS[theme])]
    for number, panel in enumerate(panels):
        at = EDGE + (number % beside) * step, EDGE + (number // beside) * (tall + BETWEEN)
        plan = _Plan(cell, left, above, number == strong, marked)
        names = (row_names, column_names) if named else ((), ())
        parts.append(svg.group([_panel(panel, names, domain, theme, plan)], x=at[0], y=at[1]))
    foot = EDGE + lines * (tall + BETWEEN)
    hidden = "hidden by the mask" if any(panel.hidden.any() for panel in panels) else ""
    parts.append(legend(EDGE, foot, domain, theme, hidden))
    slant = above if named and not upright else 0.0  # the name of the last column leans over the edge
    width = max(2 * EDGE + beside * step - BETWEEN + max(0.0, slant - (wide - columns * cell)), 340.0)
    return svg.document(width, foot + 14 + EDGE, alt, PAPER[theme], parts)


@dataclass(frozen=True, slots=True)
class _Plan:
    cell: float
    left: float
    above: float
    strong: bool
    marked: tuple[int, int] | None


def _panel(
    panel: Panel, names: tuple[Sequence[str], Sequence[str]], domain: tuple[float, float], theme: str, plan: _Plan
) -> str:
    cell, ink = plan.cell, WORDS[theme]
    rows, columns = panel.values.shape
    parts = [svg.text(panel.title, plan.left, 8, ink, size=NAME + 1, bold=plan.strong)]
    for i, name in enumerate(names[0]):
        shown = svg.cut(name, plan.left - 6, NAME)
        parts.append(svg.text(shown, plan.left - 5, 26 + plan.above + (i + 0.5) * cell, ink, size=NAME, anchor="end"))
    for j, name in enumerate(names[1]):
        shown = svg.cut(name, LONGEST_NAME, NAME)
        turn = -90 if cell < ROOM_FOR_SLANT else -45
        parts.append(svg.text(shown, plan.left + (j + 0.5) * cell, 20 + plan.above, ink, size=NAME, turn=turn))
    parts.append(svg.group(cells(panel.values, panel.hidden, domain, theme, cell), x=plan.left, y=26 + plan.above))
    thick = 3 if plan.strong else 1
    frame = (plan.left - thick / 2, 26 + plan.above - thick / 2, columns * cell + thick, rows * cell + thick)
    parts.append(svg.rect(*frame, "none", stroke=ink if plan.strong else GREY, thick=thick))
    if plan.marked:
        row, column = plan.marked
        box = (plan.left + column * cell, 26 + plan.above + row * cell, cell, cell)
        parts += [svg.rect(*box, "none", stroke=PAPER[theme], thick=5), svg.rect(*box, "none", stroke=ORANGE, thick=3)]
    return "".join(parts)


def cells(
    values: NDArray[np.float32], hidden: NDArray[np.bool_], domain: tuple[float, float], theme: str, cell: float
) -> list[str]:
    """The coloured cells of one matrix from (0, 0) on, with their numbers where these fit."""
    low, high = domain
    side = svg.number(cell - 1 if cell > ROOM_FOR_SLANT else cell)  # neighbours touch where there is no room for a gap
    empty = hidden | np.isnan(values)
    places = np.clip((np.where(empty, low, values) - low) / ((high - low) or 1.0), 0.0, 1.0)
    levels = np.where(empty, -1, np.rint(places * LEVELS)).astype(int)
    xs, ys = ([svg.number(number * cell) for number in range(count)] for count in values.shape[::-1])
    boxes: dict[int, list[str]] = defaultdict(list)
    for y, row in zip(ys, levels.tolist(), strict=True):
        for x, level in zip(xs, row, strict=True):
            boxes[level].append(f"M{x} {y}h{side}v{side}h-{side}z")
    parts = []
    for level, drawn in sorted(boxes.items()):
        colour = PAPER[theme] if level < 0 else shade(low + level / LEVELS * (high - low), domain, theme).colour
        parts.append(svg.path("".join(drawn), fill=colour))
        if level < 0:
            parts.append(svg.path("".join(drawn), fill=svg.hatched(HATCH)))
    return parts + (_numbers(values, hidden, domain, theme, cell) if cell > ROOM_FOR_SLANT else [])


def _numbers(
    values: NDArray[np.float32], hidden: NDArray[np.bool_], domain: tuple[float, float], theme: str, cell: float
) -> list[str]:
    """The numbers of all cells that are not hidden, none where one of them is too wide."""
    texts = {(i, j): short(float(values[i, j])) for i, j in np.argwhere(~hidden).tolist()}
    size = next((s for s in SIZES if all(svg.width_of(t, s) + 4 <= cell for t in texts.values())), None)
    parts = []
    for (i, j), written in texts.items() if size else ():
        value = float(values[i, j])
        colour = shade(value, domain, theme)
        halo = colour.colour if math.isnan(value) else None
        at = ((j + 0.5) * cell, (i + 0.5) * cell)
        parts.append(svg.text(written, *at, colour.ink, size=size, anchor="middle", halo=halo))
    return parts
