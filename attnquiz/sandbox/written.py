"""Numbers, names and sums as Markdown and LaTeX."""

import math
import re
from collections.abc import Sequence

ENDS = (4, 2)
"""Terms of a long sum that are written out."""
BELOW = (2, 1)
"""The same below a fraction bar, where no line can break."""


def number(value: float) -> str:
    """Four decimals, powers of ten beyond a million and below a ten-thousandth."""
    if math.isnan(value):
        return r"\text{nan}"
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    if value == 0:
        return "0"
    if abs(value) >= 1e6 or abs(value) < 1e-4:
        mantissa, power = f"{value:.3e}".split("e")
        return rf"{mantissa.rstrip('0').rstrip('.')} \times 10^{{{int(power)}}}"
    return f"{value:.4f}".rstrip("0").rstrip(".")


def factor(value: float) -> str:
    """A number that stands after a times or a plus sign: in brackets where it is negative."""
    return f"({number(value)})" if value < 0 else number(value)


def product(left: float, right: float) -> str:
    """left times right, both written out."""
    return rf"{factor(left)} \times {factor(right)}"


def formula(*sides: str) -> str:
    """side = side = ..., as Markdown."""
    return f"$${' = '.join(sides)}$$"


def added(values: Sequence[float]) -> float:
    """The sum, without rounding on the way where the numbers are finite."""
    return math.fsum(values) if all(map(math.isfinite, values)) else sum(values)


def places(count: int) -> str:
    """So many places of a text: "1 place", "3 places"."""
    return "1 place" if count == 1 else f"{count} places"


def total(terms: Sequence[str], values: Sequence[float], ends: tuple[int, int] = ENDS) -> str:
    """term + term + ...; a long sum is cut in its middle, where it says how many terms it leaves out and their sum.

    `ends` are how many terms stand before and after the cut.
    """
    first, last = ends
    if len(terms) <= first + last + 2:
        return " + ".join(terms)
    inside = number(added(values[first:-last]))
    left_out = rf"\underbrace{{\cdots}}_{{{len(terms) - first - last}\text{{ more terms: }}{inside}}}"
    return " + ".join([*terms[:first], left_out, *terms[-last:]])


def plain(name: str) -> str:
    """A token as Markdown that shows it as it is, whatever signs it holds; never code, markup or mathematics."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", name)
