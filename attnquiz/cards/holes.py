"""Texts with holes: ``{{name}}`` stands for the value that a variant gives to a name."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

HOLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
MOST_DECIMALS = 12  # from there on a number is written as Python does


def fill(text: str, names: Mapping[str, Any]) -> str:
    """``text`` with its holes filled. Only bound names are holes, so braces of LaTeX stay as they are."""
    return HOLE.sub(lambda hole: readable(names[hole[1]]) if hole[1] in names else hole[0], text)


def readable(value: Any) -> str:
    """A value as a person writes it: ``[1, 0]``, ``(2, 8)``, ``0.25``, ``0.00001``, ``Thai``."""
    if isinstance(value, list):
        return f"[{', '.join(map(readable, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(readable, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, float) and 1e-12 < abs(value) < 1e-4:
        return f"{Decimal(repr(value)):f}"  # repr would be 1e-05
    return str(value)


def precise(value: Any, tolerance: float) -> str:
    """An answer with the digits that make sense: three at least, and an error of at most a tenth of the tolerance."""
    if isinstance(value, list | tuple):
        entries = ", ".join(precise(entry, tolerance) for entry in value)
        return f"[{entries}]" if isinstance(value, list) else f"({entries}{',' if len(value) == 1 else ''})"
    if isinstance(value, int) or float(value).is_integer():
        return str(int(value))
    for decimals in range(MOST_DECIMALS):
        text = f"{value:.{decimals}f}"
        error = abs(float(text) - value)
        digits = len(text.replace(".", "").lstrip("-0"))
        if error <= 1e-12 * max(1.0, abs(value)) or (error <= tolerance / 10 and digits >= 3):
            return text.rstrip("0").rstrip(".") if "." in text else text
    return readable(value)
