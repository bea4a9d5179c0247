"""Scores against the distance of query and key: a dot for each pair, and a line through the means."""

import math
from collections.abc import Callable

import pandas as pd

from attnquiz.charts import svg
from attnquiz.charts.drawn import EDGE, short
from attnquiz.charts.palette import BLUE, GREY, ORANGE, PAPER, WORDS

WIDE, HIGH = 520.0, 270.0
SIZE = 12
FEW = 400
"""So many dots may be large enough to look out from below the mean."""


def distance_svg(points: pd.DataFrame, means: pd.DataFrame, title: str, alt: str, theme: str = "light") -> str:
    """``points``: distance, value. ``means``: distance, mean. Keys before the query lie right of 0, where distance is
    above 0; keys after it left of 0."""
    ink = WORDS[theme]
    across = ticks(*_ends(points["distance"], whole=True), whole=True)
    up = ticks(*_ends(points["value"]))
    left = EDGE + max(svg.width_of(short(value), SIZE) for value in up) + 10
    top = EDGE + 54.0
    x_of = _scale(min(across[0], points["distance"].min()), max(across[-1], points["distance"].max()), left, WIDE)
    y_of = _scale(up[0], up[-1], top + HIGH, -HIGH)
    parts = [svg.text(title, EDGE, EDGE + 8, ink, size=15, bold=True)]
    for value in up:
        parts.append(svg.line(left, y_of(value), left + WIDE, y_of(value), GREY, opacity=0.9 if value == 0 else 0.35))
        parts.append(svg.text(short(value), left - 6, y_of(value), ink, size=SIZE, anchor="end"))
    for value in across:
        parts.append(svg.line(x_of(value), top, x_of(value), top + HIGH, GREY, opacity=0.9 if value == 0 else 0.35))
        parts.append(svg.text(f"{value:g}", x_of(value), top + HIGH + 12, ink, size=SIZE, anchor="middle"))
    places = {(round(x_of(d), 1), round(y_of(v), 1)) for d, v in zip(points["distance"], points["value"], strict=True)}
    r = 5 if len(places) <= FEW else 3
    dots = "".join(f"M{svg.number(x - r)} {svg.number(y)}l{r}-{r}l{r} {r}l-{r} {r}z" for x, y in sorted(places))
    parts.append(svg.path(dots, fill=BLUE))
    middle = [(x_of(d), y_of(m)) for d, m in zip(means["distance"], means["mean"], strict=True)]
    trail = "L".join(f"{svg.number(x)} {svg.number(y)}" for x, y in middle)
    parts += [svg.path(f"M{trail}", stroke=ORANGE, thick=2.5), *(svg.circle(x, y, 3, ORANGE) for x, y in middle)]
    parts += _words(left, top, ink)
    return svg.document(left + WIDE + EDGE + 8, top + HIGH + 48 + EDGE, alt, PAPER[theme], parts)


def _words(left: float, top: float, ink: str) -> list[str]:
    """What the marks and the axis mean."""
    y = top - 22
    return [
        svg.path(f"M{svg.number(left)} {svg.number(y)}l4-4l4 4l-4 4z", fill=BLUE),
        svg.text("a pair of tokens", left + 14, y, ink, size=SIZE),
        svg.circle(left + 134, y, 3, ORANGE),
        svg.text("the mean at that distance", left + 144, y, ink, size=SIZE),
        svg.text("distance: place of the query minus place of the key", left, top + HIGH + 34, ink, size=SIZE),
    ]


def _ends(values: pd.Series, whole: bool = False) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    if low == high:
        return low - max(1.0, 0.1 * abs(low)), high + max(1.0, 0.1 * abs(high))
    room = max(0.04 * (high - low), 1e-6 * max(abs(low), abs(high)))
    return (low, high) if whole else (low - room, high + room)


def _scale(low: float, high: float, start: float, length: float) -> Callable[[float], float]:
    return lambda value: start + (float(value) - low) / (high - low) * length


def ticks(low: float, high: float, whole: bool = False) -> list[float]:
    """Round numbers, four to nine of them, that hold both ends between them; where `whole`, those between the ends."""
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in (1, 2, 5, 10) if s * power >= rough * (1 - 1e-9))
    if whole:
        step = max(1.0, round(step))
        return [i * step for i in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return [i * step for i in range(math.floor(low / step), math.ceil(high / step) + 1)]
