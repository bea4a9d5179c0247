"""Reading numbers, vectors and shapes the way people type them.

A comma is a decimal mark, a separator or a mark between thousands, and often only the question tells which. So a text
has *readings*, and whoever grades takes those with as many entries as the answer has:

- ``1,5`` is 1.5, or the vector (1, 5);  ``0,5 2,5`` is (0.5, 2.5);  ``0,5, 2,5`` is (0.5, 2.5)
- ``1,050,624`` is one million;  ``1,050`` is 1.05 or 1050, and either counts
- a single point is always a decimal mark (``1.050`` is 1.05); ``1.050.624`` and ``1.050,5`` group by points
"""

import itertools
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from attnquiz.errors import AttnquizError

MAX_LENGTH = 200  # characters of an answer that is a number, a vector or a shape
MAX_EXPONENT = 400
MAX_SIZE_DIGITS = 18

ONE_NUMBER = "Write one number, such as 0.93, 93% or 14/15."
A_VECTOR = "Write the numbers in order, such as [0.5, 2]."
A_SHAPE = "Write the sizes as whole numbers, such as (2, 8, 5) or 2x8x5."

PLAIN = str.maketrans({
    "−": "-", "‐": "-", "‑": "-", "–": "-", "﹣": "-", "－": "-", "＋": "+",
    "⁄": "/", "∕": "/", "，": ",", "；": ";", "．": ".", "％": "%", "’": "'",
    "\u200b": None, "\u2060": None, "\ufeff": None, "$": None, "`": None,
})  # fmt: skip
CONTAINER = re.compile(r"(?:(?:torch|np|numpy)\.)?(?:size|tensor|array)(?=\()")
NUMERAL = re.compile(r"([+-]?)([0-9][0-9.,' _]*|[.,][0-9]+)(?:e([+-]?[0-9]{1,4}))?(%?)")
INFINITY = re.compile(r"([+-]?)(?:inf|infinity|∞)")
DECIMAL = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")
DECIMAL_COMMA = re.compile(r"[0-9]*,[0-9]+")
THOUSANDS = (
    re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?"),
    re.compile(r"[1-9][0-9]{0,2}(?:(?:\.[0-9]{3}){2,}|(?:\.[0-9]{3})+,[0-9]+)"),
    re.compile(r"[1-9][0-9]{0,2}(?:([ '_])[0-9]{3})(?:\1[0-9]{3})*(?:[.,][0-9]+)?"),
)


class Unreadable(AttnquizError):
    """A typed answer that says nothing that could be right or wrong."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as typed. ``unit`` is one in its last place, None where there is none (a fraction, infinity)."""

    value: Fraction | float
    unit: Fraction | None
    digits: int  # significant ones

    def rounds(self, target: float) -> bool:
        """Whether this is ``target`` rounded to the decimals typed, with at least two significant digits."""
        return self.unit is not None and self.digits >= 2 and abs(self.value - Fraction(target)) <= self.unit / 2


Entry = tuple[Numeral, ...]  # every number that one entry may mean
Reading = tuple[Entry, ...]


def readings(text: str) -> tuple[Reading, ...]:
    """Every way to read ``text`` as one number or as a vector. Raises Unreadable when there is none."""
    inner = _unwrapped(_tidy(text))
    found: dict[Reading, None] = {}
    for parts in _splits(inner):
        entries = tuple(numeral(part) for part in parts)
        if entries and all(entries):
            found[entries] = None
    if not found:
        raise Unreadable(f"That cannot be read as a number. {ONE_NUMBER}")
    return tuple(found)


def shape(text: str) -> tuple[int, ...]:
    """The sizes in ``(2,8,5,5)``, ``2x8x5x5``, ``2 8 5 5`` or ``[2, 8, 5, 5]``. Raises Unreadable."""
    inner = _unwrapped(_tidy(text))
    if not inner and text.strip():
        return ()  # "()" is the shape of a single number
    parts = re.split(r"\s*[x×*·,;]\s*|\s+", inner.removesuffix(","))
    if not all(re.fullmatch(rf"[0-9]{{1,{MAX_SIZE_DIGITS}}}", part) for part in parts):
        raise Unreadable(f"That cannot be read as a shape. {A_SHAPE}")
    return tuple(int(part) for part in parts)


def numeral(text: str) -> Entry:
    """The numbers that ``text`` (tidied, without brackets) may mean; none when it is not a number."""
    text = text.strip()
    infinity = INFINITY.fullmatch(text)
    if infinity:
        return (Numeral(-math.inf if infinity[1] == "-" else math.inf, None, 1),)
    if "/" in text:
        return tuple(_fractions(text))
    return tuple(_decimals(text))


def _fractions(text: str) -> Iterator[Numeral]:
    percent = text.endswith("%")
    above, _, below = text.removesuffix("%").partition("/")
    for top, bottom in itertools.product(_decimals(above), _decimals(below)):
        if bottom.value != 0:
            yield Numeral(top.value / bottom.value / (100 if percent else 1), None, top.digits)


def _decimals(text: str) -> Iterator[Numeral]:
    match = NUMERAL.fullmatch(text)
    if match is None:
        return
    sign, mantissa, exponent, percent = match.groups()
    power = int(exponent or 0) - (2 if percent else 0)
    if abs(power) > MAX_EXPONENT:
        return
    for written in _marks(mantissa):
        unit = Fraction(10) ** (power - len(written.partition(".")[2]))
        digits = written.replace(".", "")
        value = int(digits) * unit
        yield Numeral(-value if sign == "-" else value, unit, len(digits.lstrip("0")))


def _marks(mantissa: str) -> Iterator[str]:
    """The mantissa with a point as decimal mark and no marks between thousands, once for each way to read it."""
    if DECIMAL.fullmatch(mantissa):
        yield mantissa
    elif DECIMAL_COMMA.fullmatch(mantissa):
        yield mantissa.replace(",", ".")
    commas, points, others = (pattern.fullmatch(mantissa) for pattern in THOUSANDS)
    if commas:
        yield mantissa.replace(",", "")
    elif points:
        yield mantissa.replace(".", "").replace(",", ".")
    elif others:
        yield re.sub(r"[ '_]", "", mantissa).replace(",", ".")


def _tidy(text: str) -> str:
    """Small letters, ASCII digits and signs, single spaces, and none where they separate nothing."""
    if len(text) > MAX_LENGTH:
        raise Unreadable(f"That is too long: such an answer has at most {MAX_LENGTH} characters.")
    plain = text.translate(PLAIN).lower()
    digits = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in plain)
    spaced = " ".join(digits.split()).lstrip("=≈~ ").rstrip(". ")
    spaced = re.sub(r" ?/ ?", "/", spaced).replace(" %", "%")
    spaced = re.sub(r"(?<=[0-9]) ?[x×*·] ?10 ?\^ ?", "e", spaced)
    return re.sub(r"(^|[\[({,;] ?)([+-]) ", r"\1\2", spaced)


def _unwrapped(text: str) -> str:
    """What stands inside of brackets, if the text stands in brackets."""
    inner = CONTAINER.sub("", text)
    for _ in range(2):
        if inner[:1] + inner[-1:] in ("()", "[]", "{}"):
            inner = inner[1:-1].strip()
    return inner


def _splits(text: str) -> Iterator[list[str]]:
    """The ways to take a text apart into entries. A mark at the very end separates nothing."""
    if ";" in text:
        yield text.removesuffix(";").split(";")
        return
    text = text.removesuffix(",")
    yield re.split(r" ?, | ", text)  # spaces separate, with or without a comma; other commas are decimal marks
    yield re.split(r", ", text)  # spaces group thousands
    yield re.split(r" ?, ?| ", text)
    pieces = text.split(",")
    if " " not in text and len(pieces) % 2 == 0:  # 0,5,2,5
        yield [f"{whole},{part}" for whole, part in zip(pieces[::2], pieces[1::2], strict=True)]
