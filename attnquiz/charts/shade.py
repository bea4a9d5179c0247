"""The colour of a number on a scale, and the ink that can be read on it: as the canvas of the sandbox does it."""

import math
from dataclasses import dataclass

from attnquiz.charts.palette import DARKEST, DIVERGING, LIGHTEST, PAPER, SEQUENTIAL

# Above 0.18, black and white contrast equally.
_MIDDLE = 0.18


@dataclass(frozen=True, slots=True)
class Shade:
    """A colour, #rrggbb, and black or white to write on it."""

    colour: str
    ink: str


def stops(domain: tuple[float, float], theme: str) -> tuple[str, ...]:
    """Colours from the low end of a scale to its high end: from one side where it begins at 0, else from both."""
    return (SEQUENTIAL if domain[0] == 0 else DIVERGING)[theme]


def shade(value: float, domain: tuple[float, float], theme: str) -> Shade:
    """Where the value lies between the ends of the scale; beyond them as at the end; paper where it is no number."""
    if math.isnan(value):
        return inked(PAPER[theme])
    low, high = domain
    colours = stops(domain, theme)
    place = min(max((value - low) / ((high - low) or 1.0), 0.0), 1.0) * (len(colours) - 1)
    first = min(int(place), len(colours) - 2)
    pairs = zip(_channels(colours[first]), _channels(colours[first + 1]), strict=True)
    mixed = [round(one + (other - one) * (place - first)) for one, other in pairs]
    return inked("#" + "".join(f"{channel:02x}" for channel in mixed))


def inked(colour: str) -> Shade:
    """The colour, and what can be read on it."""
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return Shade(colour, DARKEST if luminance > _MIDDLE else LIGHTEST)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
