"""What a computed card's answer is, and what its wrong rules would give, on one variant."""

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attnquiz.cards.card import Card, Computed, Kind, WrongRule
from attnquiz.cards.expressions import evaluate
from attnquiz.errors import AttnquizError, ExpressionError

ROUNDING = Fraction(1, 10**12)  # what floating point may be off by, relative, when the tolerance is 0

Entries = tuple[int | float, ...]


def names_of(card: Card, variant: int) -> Mapping[str, Any]:
    """The names that variant number ``variant`` (from 0) binds. Raises AttnquizError when there is no such variant."""
    if not 0 <= variant < len(card.variants):
        raise AttnquizError(f"{card.id} has {len(card.variants)} variants, numbered from 0: there is no {variant}.")
    return card.variants[variant]


def truth(card: Card, variant: int) -> Any:
    """The right answer: a number, or a list (vector) or tuple (shape) of numbers. Raises ExpressionError."""
    return computed(card, _body(card).answer, variant)


def believed(card: Card, rule: WrongRule, variant: int) -> Any | None:
    """What somebody who holds the rule's belief would answer, or None where the rule has no value."""
    try:
        return computed(card, rule.rule, variant)
    except ExpressionError:
        return None


def computed(card: Card, expression: str, variant: int) -> Any:
    """The value of one of the card's expressions. On a shape card it is a tuple of whole numbers."""
    value = evaluate(expression, names_of(card, variant))
    if card.kind is not Kind.SHAPE:
        entries(value)
        return value
    sizes = entries(value) if isinstance(value, list | tuple) else None
    if sizes is None or any(size != int(size) or size < 0 for size in sizes):
        raise ExpressionError(f"“{expression}” gives {value!r}, which is no shape: write a tuple of whole numbers.")
    return tuple(int(size) for size in sizes)


def entries(value: Any) -> Entries:
    """The numbers of an answer: one for a number, all of them for a vector."""
    listed = value if isinstance(value, list | tuple) else (value,)
    if any(not isinstance(entry, int | float) for entry in listed):
        raise ExpressionError(f"{value!r} is neither a number nor a list of numbers.")
    return tuple(listed)


def agree(left: Any, right: Any, tolerance: float) -> bool:
    """Whether two answers are the same: of one length, and no entry further apart than ``tolerance``."""
    a, b = entries(left), entries(right)
    return len(a) == len(b) and all(near(x, y, tolerance) for x, y in zip(a, b, strict=True))


def near(value: Fraction | float, target: float, tolerance: float) -> bool:
    """Whether ``value`` is within ``tolerance`` of ``target``; whole numbers are compared exactly."""
    if isinstance(value, float) and not math.isfinite(value):
        return False  # minus infinity can be typed, but the truth is always finite
    return abs(Fraction(value) - Fraction(target)) <= Fraction(repr(tolerance)) + slack(target)


def slack(target: float) -> Fraction:
    """How far off a computed number may be just because it was computed in floating point."""
    return Fraction(0) if isinstance(target, int) else ROUNDING * max(Fraction(1), abs(Fraction(target)))


def _body(card: Card) -> Computed:
    if not isinstance(card.body, Computed):
        raise AttnquizError(f"{card.id} is of kind {card.kind} and has no computed answer.")
    return card.body
