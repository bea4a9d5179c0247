"""What a card's `see:` line may say beyond settings: `see: softmax scores=[2, 1, 0]`. Torch-free.

An argument changes the experiment as it was written, before any setting does. Each speaks the words of a card, not
those of the sandbox, so that a deck can be read without knowing how a state is set up.
"""

import json
import math
from collections.abc import Callable, Mapping
from itertools import cycle, islice
from types import MappingProxyType
from typing import Any

from attnquiz.errors import SandboxError
from attnquiz.experimentfile import MOST_TOKENS
from attnquiz.sandbox.checks import check_rows, whole

LONGEST = 2_000
"""Characters of one argument."""
MOST_KEYS = 64
SUM = 1e-6
"""How far the weights of a row may be from 1 in total."""

Fields = Mapping[str, Any]
"""The fields of an experiment, by name: what the file says, and what the arguments before this one have changed."""
Change = Callable[[Fields, str, str], dict[str, Any]]


def changed(fields: Fields, arguments: Mapping[str, str]) -> dict[str, Any]:
    """The fields with all of these arguments applied, in the order of ARGUMENTS. SandboxError names the argument."""
    found = dict(fields)
    for name, change in ARGUMENTS.items():
        if name in arguments and name not in SIBLINGS:
            found |= change(found, name, arguments[name])
    return found


def _scores(fields: Fields, name: str, written: str) -> dict[str, Any]:
    """One query that scores its keys with these numbers: the query is 1, and each key is its score."""
    return _keys(fields, name, _row(name, written))


def _weights(fields: Fields, name: str, written: str) -> dict[str, Any]:
    """The scores that softmax turns into these weights: their logarithms. A key of weight 0 is hidden."""
    weights = _row(name, written)
    if min(weights) < 0 or abs(sum(weights) - 1) > SUM:
        raise SandboxError(f"{name} is {written[:40]!r}; weights are never negative and add up to 1.")
    least = min(weight for weight in weights if weight)
    scores = tuple(math.log(weight / least) if weight else 0.0 for weight in weights)
    found = _keys(fields, name, scores)
    if 0 in weights:
        found["given"] += (("MASK", (tuple(float(weight > 0) for weight in weights),)),)
    return found


def _keys(fields: Fields, name: str, scores: tuple[float, ...]) -> dict[str, Any]:
    given = dict(fields["given"])
    if not {"Q", "K", "V"} <= given.keys() or len(fields["listed"]) != 1 or not fields["memory_listed"]:
        raise SandboxError(f"{name} fits an experiment in which a single query meets keys, such as softmax or mix.")
    if len(given["V"]) != len(scores):  # one value each, to be told apart in the mixture
        given["V"] = tuple(tuple(float(i == j) for j in range(len(scores))) for i in range(len(scores)))
    given |= {"Q": ((1.0,),), "K": tuple((score,) for score in scores)}
    given.pop("MASK", None)
    return {"given": tuple(given.items()), "memory_listed": _names(fields["memory_listed"], len(scores)), "d_model": 1}


def _values(fields: Fields, name: str, written: str) -> dict[str, Any]:
    if "V" not in dict(fields["given"]):
        raise SandboxError(f"{name} fits an experiment that gives V. This one makes its values from X.")
    rows = _literal(written)
    if not isinstance(rows, list | tuple) or not 1 <= len(rows) <= MOST_KEYS:
        raise _unreadable(name, written, "[[4, 0], [0, 8]]")
    found = tuple(_numbers(name, written, row, "[[4, 0], [0, 8]]") for row in rows)
    check_rows(name, found)
    return {"given": tuple((dict(fields["given"]) | {"V": found}).items())}


def _names(listed: tuple[str, ...], count: int) -> tuple[str, ...]:
    """The listed names; beyond them numbered ones."""
    return (listed + tuple(f"key {number}" for number in range(len(listed) + 1, count + 1)))[:count]


def _asking(fields: Fields, name: str, written: str) -> dict[str, Any]:
    """So many tokens: the first of the list, which begins again where it ends."""
    return {"listed": tuple(islice(cycle(fields["listed"]), _count(name, written, MOST_TOKENS)))}


def _asked(fields: Fields, name: str, written: str) -> dict[str, Any]:
    if not fields["memory_listed"]:
        raise SandboxError(f"{name} counts the tokens of a second text, but this experiment has none. Use n.")
    return {"memory_listed": tuple(islice(cycle(fields["memory_listed"]), _count(name, written, MOST_TOKENS)))}


def _number_of(field: str) -> Change:
    """The field is that number; how large it may be, the experiment says."""
    return lambda fields, name, written: {field: _count(name, written, 10**9)}


def _width_of_a_head(fields: Fields, name: str, written: str) -> dict[str, Any]:
    return {"d_model": fields["heads"] * _count(name, written, 10**9)}


def _sibling(fields: Fields, name: str, written: str) -> dict[str, Any]:
    """The library opens another file instead, see SIBLINGS."""
    return {}


def _count(name: str, written: str, most: int) -> int:
    number = int(written) if written.isdecimal() and written.isascii() and len(written) < 12 else written[:40]
    whole(name, number, 1, most)
    return number


def _row(name: str, written: str) -> tuple[float, ...]:
    found = _numbers(name, written, _literal(written), "[2, 1, 0]")
    check_rows(name, (found,))
    return found


def _numbers(name: str, written: str, value: Any, example: str) -> tuple[float, ...]:
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= MOST_KEYS:
        raise _unreadable(name, written, example)
    if not all(isinstance(entry, int | float) and not isinstance(entry, bool) for entry in value):
        raise _unreadable(name, written, example)
    try:
        return tuple(float(entry) for entry in value)
    except OverflowError:
        raise _unreadable(name, written, example) from None


def _literal(written: str) -> Any:
    """A list as cards write it, in brackets or in parentheses; 2, 1, 0 without either is one too. Read, never run."""
    plain = written.strip().replace("(", "[").replace(")", "]").replace(",]", "]")
    try:
        return json.loads(plain if plain.startswith("[") else f"[{plain}]") if len(written) <= LONGEST else None
    except (ValueError, RecursionError):
        return None


def _unreadable(name: str, written: str, example: str) -> SandboxError:
    return SandboxError(f"{name} is {written[:40]!r}; write up to {MOST_KEYS} numbers like {example}.")


SIBLINGS = ("kind", "data")
"""These open another file: `cross kind=text-image` is the file cross-text-image."""

ARGUMENTS: Mapping[str, Change] = MappingProxyType({
    "kind": _sibling, "data": _sibling, "scores": _scores, "weights": _weights, "values": _values,
    "B": _number_of("batch"), "h": _number_of("heads"), "d": _number_of("d_model"), "d_k": _width_of_a_head,
    "n": _asking, "t": _asking, "s": _asked,
})  # fmt: skip
"""Each takes the fields so far, its own name and what is written, and returns the fields to replace."""

