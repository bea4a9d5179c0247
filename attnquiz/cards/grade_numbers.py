"""Grading numbers, vectors and shapes: computed on the variant at hand, and compared.

The truth is checked first. A number that is only rounded too far is a slip, and a slip is asked again; it stays a slip
when a wrong rule's value rounds to the same digits, because nothing tells the two apart until there are more digits.
Only where the typed number *is* a wrong rule's value, digit for digit, does the rule explain it better.
"""

from collections.abc import Callable, Iterator
from typing import Any

from attnquiz.cards import reading
from attnquiz.cards.card import Card, Computed
from attnquiz.cards.reading import Numeral, Reading, Unreadable
from attnquiz.cards.truth import believed, entries, near, truth
from attnquiz.cards.verdict import RIGHT, Grading, Verdict, missed, named

MORE_DIGITS = Grading(Verdict.SLIP, feedback="Close: please give more digits.")

Fits = Callable[[Numeral, float], bool]


def numbers(card: Card, body: Computed, variant: int, answer: str) -> Grading:
    """Grade a number or a vector."""
    value = truth(card, variant)
    vector = isinstance(value, list | tuple)
    read = _readings(answer, vector=vector)
    if _any_fits(read, value, _within(body.tolerance)):
        return RIGHT
    rounded = _any_fits(read, value, _rounded(body.tolerance))
    tests = [_within(0)] if rounded else [_within(0), _within(body.tolerance), _rounded(body.tolerance)]
    rules = list(_rules(card, body, variant))
    for fits in tests:  # a rule that fits exactly is named before one that fits within the tolerance
        for number, wrong in rules:
            if _any_fits(read, wrong, fits):
                return named(card, body.wrong, number, variant)
    if rounded:
        return MORE_DIGITS
    _check_count({len(one) for one in read}, len(entries(value)), vector=vector)
    return missed(card)


def shape(card: Card, body: Computed, variant: int, answer: str) -> Grading:
    """Grade the sizes of a tensor: exact, in order."""
    sizes = reading.shape(answer)
    if sizes == truth(card, variant):
        return RIGHT
    for number, wrong in _rules(card, body, variant):
        if sizes == wrong:
            return named(card, body.wrong, number, variant)
    return missed(card)


def _rules(card: Card, body: Computed, variant: int) -> Iterator[tuple[int, Any]]:
    """Each wrong rule that has a value on this variant: its number and the value."""
    for number, rule in enumerate(body.wrong):
        value = believed(card, rule, variant)
        if value is not None:
            yield number, value


def _readings(answer: str, *, vector: bool) -> tuple[Reading, ...]:
    try:
        return reading.readings(answer)
    except Unreadable:
        if vector:
            raise Unreadable(f"That cannot be read as numbers. {reading.A_VECTOR}") from None
        raise


def _check_count(lengths: set[int], wanted: int, *, vector: bool) -> None:
    """One number where several are asked for, or the reverse, is a misunderstanding and not a mistake."""
    if not vector and 1 not in lengths:
        raise Unreadable(f"One number is asked for. {reading.ONE_NUMBER}")
    if wanted > 1 and lengths == {1}:
        raise Unreadable(f"Several numbers are asked for. {reading.A_VECTOR}")


def _within(tolerance: float) -> Fits:
    return lambda numeral, target: near(numeral.value, target, tolerance)


def _rounded(tolerance: float) -> Fits:
    return lambda numeral, target: near(numeral.value, target, tolerance) or numeral.rounds(target)


def _any_fits(read: tuple[Reading, ...], value: Any, fits: Fits) -> bool:
    """Whether some reading has as many entries as ``value``, each of which may mean a number that fits."""
    targets = entries(value)
    return any(
        len(one) == len(targets)
        and all(any(fits(numeral, target) for numeral in entry) for entry, target in zip(one, targets, strict=True))
        for one in read
    )
