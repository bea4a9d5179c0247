"""The ``vars`` lines of a card: Python literals, never code, multiplied into variants."""

import ast
import keyword
import math
import re
import warnings
from collections.abc import Mapping
from itertools import product
from types import MappingProxyType
from typing import Any

from attnquiz.cards.problem import shown
from attnquiz.cards.raw import Field, RawCard

MOST_VARIANTS = 1_000
LONGEST_LINE = 10_000
LARGEST_NUMBER = 10**15  # what a float still tells apart from its neighbours
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,30}")


def variants(raw: RawCard) -> tuple[Mapping[str, Any], ...]:
    """Every combination of the card's ``vars`` lines; one empty mapping where there are none. Raises Problem."""
    lines = [_line(raw, field) for field in raw.fields_named("vars")]
    seen: set[str] = set()
    for field, rows in zip(raw.fields_named("vars"), lines, strict=True):
        twice = seen & rows[0].keys()
        if twice:
            raise raw.problem(field, f"{min(twice)!r} gets values in two vars lines", "keep one of them")
        seen |= rows[0].keys()
    number = math.prod(len(rows) for rows in lines)
    if number > MOST_VARIANTS:
        problem = f"the vars lines make {number:,} variants"
        raise raw.problem("vars", problem, f"at most {MOST_VARIANTS:,}: give fewer values")
    return tuple(MappingProxyType({k: v for row in rows for k, v in row.items()}) for rows in product(*lines))


def _line(raw: RawCard, field: Field) -> list[dict[str, Any]]:
    """``a, b = (1, 2) | (3, 4)`` as [{a: 1, b: 2}, {a: 3, b: 4}]."""
    if len(field.value) > LONGEST_LINE:
        raise raw.problem(field, f"a vars line of more than {LONGEST_LINE:,} characters", "shorten it")
    left, equals, right = field.value.partition("=")
    names = [name.strip() for name in left.split(",")]
    if not equals or not right.strip():
        raise raw.problem(field, f"{shown(field.value)} gives no values", "write: vars: n = 4 | 8 | 16")
    for name in names:
        if not _NAME.fullmatch(name) or keyword.iskeyword(name):
            raise raw.problem(field, f"{shown(name)} is no name for a value", "use letters, such as n or d_k")
    if len(set(names)) < len(names):
        raise raw.problem(field, f"a name occurs twice in {shown(left)}", "give every value a name of its own")
    return [_row(raw, field, names, text) for text in _split_outside_quotes(right, "|")]


def _row(raw: RawCard, field: Field, names: list[str], text: str) -> dict[str, Any]:
    value = _literal(raw, field, text.strip())
    if len(names) == 1:
        return {names[0]: value}
    if not isinstance(value, tuple | list) or len(value) != len(names):
        raise raw.problem(field, f"{shown(text)} does not give {len(names)} values", "write: a, b = (1, 2) | (3, 4)")
    return dict(zip(names, value, strict=True))


def _literal(raw: RawCard, field: Field, text: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\d" in a string is the author's business
            value = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        value = None
    if not _plain(value):
        remedy = 'use numbers, "texts", lists [1, 2] and tuples (1, 2), with | between the variants'
        raise raw.problem(field, f"{shown(text)} is no plain value", remedy)
    return value


def _plain(value: Any) -> bool:
    """Numbers that can be computed with, texts, and lists and tuples of them."""
    if isinstance(value, list | tuple):
        return all(_plain(entry) for entry in value)
    if isinstance(value, int | float):
        return math.isfinite(value) and abs(value) <= LARGEST_NUMBER
    return isinstance(value, str)


def _split_outside_quotes(text: str, mark: str) -> list[str]:
    """``text`` cut at every ``mark`` (one character) that stands outside quotes."""
    pieces, start, quote, escaped = [], 0, "", False
    for index, character in enumerate(text):
        if escaped:
            escaped = False
        elif quote:
            escaped = character == "\\"
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == mark:
            pieces.append(text[start:index])
            start = index + 1
    return [*pieces, text[start:]]
