"""SVG as text: a handful of shapes, words that cannot be anything but words, and a document around them.

Lengths are in pixels. Only these elements are ever written, and no event, address or script can be among their
attributes; `text` and `title` escape whatever they are given, so a token may hold any sign.
"""

import re
import unicodedata
from collections.abc import Iterable
from xml.sax.saxutils import escape

FONT = "Source Sans, Source Sans 3, Source Sans Pro, Helvetica, Arial, sans-serif"
# What XML 1.0 cannot hold (sec. 2.2), halves of characters included, and marks that turn the direction of what follows.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def clean(words: str) -> str:
    """The words on one line and ready to stand in XML, as an element's text or as an attribute in double quotes."""
    return escape(_UNWRITABLE.sub("", re.sub(r"\s+", " ", words)), {'"': "&quot;", "'": "&#39;"})


def width_of(words: str, size: float) -> float:
    """About how wide the words are, rather too wide than too narrow: nothing here can measure a font."""
    return size * sum(_em(character) for character in words)


def _em(character: str) -> float:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Cc", "Mn", "Me"):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF" or ord(character) > 0x1F000:
        return 1.1
    return 0.3 if character in " .,;:!|'ijlI()[]" else 0.85 if character in "mwMW@%—…" else 0.56


def cut(words: str, room: float, size: float) -> str:
    """As much of the words as fits the room, with … where something is left out."""
    if width_of(words, size) <= room:
        return words
    kept = words
    while kept and width_of(kept + "…", size) > room:
        kept = kept[:-1]
    return kept + "…"


def number(length: float) -> str:
    """A length with two decimals at most."""
    return f"{round(length, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def _tag(name: str, content: str = "", **attributes: object) -> str:
    words = {key: number(v) if isinstance(v, int | float) else str(v) for key, v in attributes.items() if v is not None}
    written = "".join(f' {key.replace("_", "-")}="{clean(value)}"' for key, value in words.items())
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def text(
    words: str,
    x: float,
    y: float,
    fill: str,
    *,
    size: float = 13,
    anchor: str = "start",
    bold: bool = False,
    turn: float = 0,
    halo: str | None = None,
) -> str:
    """Words whose middle is at height y; `anchor` start, middle or end says which of their ends is at x. `turn` in
    degrees, clockwise; `halo` is a colour around the letters, where something runs behind them."""
    around = {"stroke": halo, "stroke_width": 4, "paint_order": "stroke", "stroke_linejoin": "round"} if halo else {}
    place = {"x": x, "y": y + 0.35 * size}
    if turn:
        place = {"transform": f"translate({number(x)} {number(y)}) rotate({number(turn)})", "y": 0.35 * size}
    start = None if anchor == "start" else anchor
    weight = 600 if bold else None
    return _tag(
        "text", clean(words), **place, fill=fill, font_size=size, text_anchor=start, font_weight=weight, **around
    )


def rect(
    x: float, y: float, width: float, height: float, fill: str, *, stroke: str | None = None, thick: float = 1
) -> str:
    """A box, with a frame where `stroke` is a colour."""
    frame = {"stroke": stroke, "stroke_width": thick} if stroke else {}
    return _tag("rect", x=x, y=y, width=width, height=height, fill=fill, **frame)


def line(
    x1: float, y1: float, x2: float, y2: float, stroke: str, *, thick: float = 1, opacity: float | None = None
) -> str:
    """From (x1, y1) to (x2, y2)."""
    ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    return _tag("line", **ends, stroke=stroke, stroke_width=thick, stroke_opacity=opacity)


def circle(x: float, y: float, radius: float, fill: str) -> str:
    """A dot around (x, y)."""
    return _tag("circle", cx=x, cy=y, r=radius, fill=fill)


def path(
    d: str, *, fill: str = "none", stroke: str | None = None, thick: float = 1, opacity: float | None = None
) -> str:
    """A path in SVG's own words: M, L, C and Z with numbers."""
    around = {"stroke": stroke, "stroke_width": thick, "stroke_opacity": opacity} if stroke else {}
    return _tag("path", d=d, fill=fill, **around)


def group(parts: Iterable[str], *, x: float = 0, y: float = 0, crisp: bool = False) -> str:
    """Shapes together, moved by (x, y). Crisp boxes that touch show no seam between them."""
    moved = f"translate({number(x)} {number(y)})" if x or y else None
    return _tag("g", "".join(parts), transform=moved, shape_rendering="crispEdges" if crisp else None)


def hatching(name: str, ink: str, step: float = 6) -> str:
    """The definition of slanted lines; a box is filled with them by `fill=hatched(name)`."""
    d = " ".join(f"M{number(s - 1)} {number(step + 1)}L{number(s + step + 1)} -1" for s in (-step, 0.0, step))
    lines = path(d, stroke=ink, opacity=0.3)
    tile = _tag("pattern", lines, id=name, width=step, height=step, patternUnits="userSpaceOnUse")
    return _tag("defs", tile)


def hatched(name: str) -> str:
    """The fill that refers to such a definition in the same document."""
    return f"url(#{name})"


def document(width: float, height: float, title: str, background: str, parts: Iterable[str]) -> str:
    """A file of its own: nothing it shows lies elsewhere. Its title is what a screen reader says."""
    around = {"width": width, "height": height, "viewBox": f"0 0 {number(width)} {number(height)}"}
    paper = rect(0, 0, width, height, background)
    content = _tag("title", clean(title) or "A picture") + paper + "".join(parts)
    return _tag("svg", content, xmlns="http://www.w3.org/2000/svg", **around, font_family=FONT, role="img")
