"""What the fields of a card say, beyond plain text."""

import math
import re
from collections.abc import Mapping
from types import MappingProxyType

from attnquiz.cards.card import Reference, WrongRule
from attnquiz.cards.problem import shown
from attnquiz.cards.raw import RawCard

_ARGUMENT = re.compile(r"\s+(?=[A-Za-z_][\w-]*=)")
_WRONG = re.compile(r"(?P<rule>.*?)\s*->\s*\[(?P<misconception>[^\][]*)\]\s*(?P<feedback>.*)")
_ALLOW = re.compile(r"(?P<rule>L\d\d)\s+(?P<reason>\S.*)")
_PAIR = re.compile(r"(\d{1,3})\s+(\d{1,3})")


def see(raw: RawCard) -> Reference | None:
    """``see: scaling d_k=64 seed=1``: a name, then arguments."""
    value = raw.value("see")
    try:
        return reference(value) if value else None
    except ValueError as error:
        raise raw.problem("see", *error.args) from None


def reference(text: str) -> Reference:
    """``name key=value key=value``; a value runs to the next `` key=``.

    Raises ValueError with two arguments: what is wrong, and what to do.
    """
    name, *arguments = _ARGUMENT.split(text)
    if len(name.split()) != 1 or "=" in name:
        raise ValueError(f"{shown(text)} is not one name, then key=value pairs", "write: see: name key=value")
    pairs: dict[str, str] = {}
    for argument in arguments:
        key, _, value = argument.partition("=")
        if key in pairs:
            raise ValueError(f"{key!r} is given twice", "keep one of them")
        pairs[key] = value.strip()
    return Reference(name, MappingProxyType(pairs))


def wrong(raw: RawCard) -> tuple[WrongRule, ...]:
    """``wrong: EXPR -> [misconception-id] what to say``, one rule a line."""
    rules = []
    for field in raw.fields_named("wrong"):
        found = _WRONG.fullmatch(field.value)
        if not found or not found["rule"] or not found["misconception"].strip():
            remedy = "write: wrong: s / d -> [misconception-id] what to say to whoever did this"
            raise raw.problem(field, f"{shown(field.value)} does not map a wrong answer to a belief", remedy, "L15")
        rules.append(WrongRule(found["rule"], found["misconception"].strip(), found["feedback"], field.line))
    return tuple(rules)


def allow(raw: RawCard) -> Mapping[str, str]:
    """``allow: L14 the reason``: warnings that the author waives."""
    allowed: dict[str, str] = {}
    for field in raw.fields_named("allow"):
        found = _ALLOW.fullmatch(field.value)
        if not found:
            remedy = "write: allow: L14 why it is fine here"
            raise raw.problem(field, f"{shown(field.value)} is not a rule and a reason", remedy)
        allowed[found["rule"]] = found["reason"]
    return MappingProxyType(allowed)


def tolerance(raw: RawCard, default: float) -> float:
    """Absolute, per entry."""
    value = raw.value("tolerance")
    if raw.field("tolerance") is None:
        return default
    number = _number(value)
    if not math.isfinite(number) or number < 0:
        raise raw.problem("tolerance", f"{shown(value)} is no tolerance", "write a number from 0 up, such as 0.01")
    return number


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def whole(raw: RawCard, name: str, least: int, default: int, rule: str = "L00") -> int:
    """A whole number of at least ``least``; ``default`` where the field is missing."""
    if raw.field(name) is None:
        return default
    value = raw.value(name)
    if not re.fullmatch(r"[0-9]{1,6}", value) or int(value) < least:
        raise raw.problem(name, f"{name}: {shown(value)} is no number from {least} up", f"write: {name}: {least}", rule)
    return int(value)


def forms(text: str) -> tuple[str, ...]:
    """Forms of an answer, written with " | " between them."""
    return tuple(form.strip() for form in text.split(" | ") if form.strip())


def free(raw: RawCard, steps: int) -> tuple[tuple[int, int], ...]:
    """``free: 2 3``: pairs of 1-based steps that may be swapped; more pairs after a comma or on lines of their own."""
    pairs = []
    for field in raw.fields_named("free"):
        for text in re.split(r"[,;]", field.value):
            found = _PAIR.fullmatch(text.strip())
            pair = (int(found[1]), int(found[2])) if found else (0, 0)
            if pair[0] == pair[1] or not all(1 <= number <= steps for number in pair):
                remedy = f"write two numbers from 1 to {steps}, such as: free: 2 3"
                raise raw.problem(field, f"{shown(text)} is no pair of steps", remedy, "L17")
            pairs.append(pair)
    return tuple(pairs)
