"""Bars for paper: a small picture that needs no program to be seen."""

from collections.abc import Sequence
from typing import NamedTuple

from attnquiz.charts import svg
from attnquiz.charts.distance import ticks
from attnquiz.charts.palette import BLUE, GREY, ORANGE, PAPER, WORDS

WIDE, HIGH, SIZE, EDGE = 330.0, 110.0, 11, 6.0


class Bar(NamedTuple):
    """A number of something; ``label`` stands below it, ``late`` is the part of it that is overdue."""

    label: str
    number: int
    late: int = 0


def bars_svg(bars: Sequence[Bar], alt: str) -> str:
    """The bars side by side from zero, with a scale of whole numbers to their left. Late parts stand at the foot."""
    ink = WORDS["light"]
    most = max((bar.number for bar in bars), default=0)
    marks = [mark for mark in ticks(0, max(most, 4)) if mark == int(mark)]
    left = EDGE + max(svg.width_of(f"{mark:.0f}", SIZE) for mark in marks) + 6
    foot, step = EDGE + HIGH, WIDE / max(len(bars), 1)
    scale = HIGH / marks[-1]
    parts = []
    for mark in marks:
        y = foot - mark * scale
        parts.append(svg.line(left, y, left + WIDE, y, GREY, opacity=0.9 if mark == 0 else 0.3))
        parts.append(svg.text(f"{mark:.0f}", left - 6, y, ink, size=SIZE, anchor="end"))
    for place, bar in enumerate(bars):
        x, late = left + (place + 0.1) * step, bar.late * scale
        if bar.number > bar.late:
            parts.append(svg.rect(x, foot - bar.number * scale, 0.8 * step, bar.number * scale - late, BLUE))
        if bar.late:
            parts.append(svg.rect(x, foot - late, 0.8 * step, late, ORANGE))
        if bar.label:
            parts.append(svg.text(bar.label, x, foot + 10, ink, size=SIZE))
    ends = [left + place * step + svg.width_of(bar.label, SIZE) for place, bar in enumerate(bars)]
    return svg.document(max([left + WIDE, *ends]) + EDGE, foot + 20, alt, PAPER["light"], parts)
