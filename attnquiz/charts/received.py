"""How much each key receives, as bars."""

import math

import pandas as pd

from attnquiz.charts import svg
from attnquiz.charts.drawn import EDGE, short
from attnquiz.charts.palette import BLUE, GREY, ORANGE, PAPER, WORDS

NAME = 13
LONGEST_NAME = 110.0
BAR = 120.0
HIGH = 24.0


def received_svg(frame: pd.DataFrame, title: str, alt: str, theme: str = "light") -> str:
    """``frame``: key, sum, queries (how many may look at it), mean. Two bars for each key, each with its number."""
    ink, rows = WORDS[theme], list(frame.itertuples(index=False))
    left = EDGE + min(max(svg.width_of(str(row.key), NAME) for row in rows), LONGEST_NAME) + 10
    second, top = left + BAR + 62, EDGE + 62.0
    parts = [
        svg.text(title, EDGE, EDGE + 8, ink, size=15, bold=True),
        svg.text("Sum of its column", left, top - 18, ink, size=NAME),
        svg.text("Mean (how many queries)", second, top - 18, ink, size=NAME),
    ]
    longest = max(abs(row.sum) for row in rows) or 1.0
    widest = max((abs(row.mean) for row in rows if not math.isnan(row.mean)), default=0.0) or 1.0
    for number, row in enumerate(rows):
        y = top + number * HIGH
        middle = y + HIGH / 2 - 2
        said = "no query may look" if math.isnan(row.mean) else f"{short(row.mean)} ({row.queries})"
        parts += [
            svg.text(svg.cut(str(row.key), LONGEST_NAME, NAME), left - 8, middle, ink, size=NAME, anchor="end"),
            svg.rect(left, y, abs(row.sum) / longest * BAR, HIGH - 6, BLUE),
            svg.text(short(row.sum), left + abs(row.sum) / longest * BAR + 5, middle, ink, size=NAME),
        ]
        length = 0.0 if math.isnan(row.mean) else abs(row.mean) / widest * BAR
        parts += [
            svg.rect(second, y, length, HIGH - 6, ORANGE),
            svg.text(said, second + length + 5, middle, ink, size=NAME),
        ]
    foot = top + len(rows) * HIGH
    parts += [svg.line(x, top - 4, x, foot, GREY) for x in (left, second)]
    width = max(second + BAR + 110, svg.width_of(title, 15) * 1.1 + EDGE) + EDGE
    return svg.document(width, foot + EDGE, alt, PAPER[theme], parts)
