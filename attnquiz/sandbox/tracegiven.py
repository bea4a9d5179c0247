"""The input of `trace`, checked entry by entry. Torch-free. Every fault is one sentence that names the field."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from attnquiz.errors import SandboxError
from attnquiz.experimentfile import Rows
from attnquiz.sandbox.checks import check_rows

MOST_ROWS = 256
WIDEST = 1024
MOST_SCORES = 2_000_000
_FROM_HEADS = ("q", "k", "v")
_FROM_VECTORS = ("x", "w_q", "w_k", "w_v")
_SETTINGS = ("tokens", "heads", "mask", "scale", "temperature")


@dataclass(frozen=True, slots=True)
class Given:
    """What a trace file says. `matrices` holds q, k, v or x, w_q, w_k, w_v[, w_o]."""

    tokens: tuple[str, ...]
    matrices: Mapping[str, Rows]
    heads: int = 1
    mask: str | tuple[tuple[bool, ...], ...] = "none"
    scale: bool = True
    temperature: float = 1.0


def read(text: str) -> Given:
    """The text of a trace file. SandboxError on anything that is not exactly as `trace` wants it."""
    found = _json(text)
    if not isinstance(found, dict):
        raise SandboxError('A trace file holds one JSON object, such as {"tokens": ..., "q": ...}. This one does not.')
    _check_names(found)
    tokens = _tokens(found.get("tokens"))
    matrices = {name: _matrix(name, value) for name, value in found.items() if name not in _SETTINGS}
    heads = _heads(found.get("heads", 1))
    _check_shapes(len(tokens), heads, matrices)
    return Given(
        tokens,
        matrices,
        heads,
        _mask(found.get("mask", "none"), len(tokens)),
        _scale(found.get("scale", True)),
        _temperature(found.get("temperature", 1)),
    )


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise SandboxError(
            f"Line {error.lineno}, column {error.colno} is not JSON: {error.msg}. Mend it there."
        ) from None
    except RecursionError:
        raise SandboxError("The lists are nested too deeply. A matrix is a list of lists of numbers.") from None
    except ValueError:  # an integer of thousands of digits
        raise SandboxError("A number has too many digits. Write shorter numbers.") from None


def _no_constant(name: str) -> NoReturn:
    raise SandboxError(f"{name} is no number in JSON. Write finite numbers only; a mask hides what should not count.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise SandboxError(f"{name[:40]!r} is given twice. Keep one of them.")
        found[name] = value
    return found


def _check_names(found: dict[str, Any]) -> None:
    known = (*_SETTINGS, *_FROM_HEADS, *_FROM_VECTORS, "w_o")
    for name in found:
        if name not in known:
            raise SandboxError(f"{name[:40]!r} means nothing here. The names are {', '.join(known)}.")
    heads, vectors = ([name for name in names if name in found] for names in (_FROM_HEADS, (*_FROM_VECTORS, "w_o")))
    if heads and vectors:
        raise SandboxError(f"Both {heads[0]} and {vectors[0]} are given. Give q, k, v, or x with w_q, w_k, w_v.")
    if not heads and not vectors:
        raise SandboxError("There is nothing to attend with. Give q, k, v, or x with w_q, w_k, w_v.")
    for name in _FROM_HEADS if heads else _FROM_VECTORS:
        if name not in found:
            raise SandboxError(f"{name} is missing beside {(heads or vectors)[0]}. Add it.")


def _tokens(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(token, str) for token in value):
        raise SandboxError('tokens must be a list of strings, such as ["how", "to"].')
    if len(value) > MOST_ROWS:
        raise SandboxError(f"tokens has {len(value)} entries; at most {MOST_ROWS} are allowed.")
    if any("\ud800" <= character <= "\udfff" for token in value for character in token):
        raise SandboxError("tokens holds half a character (a lone surrogate). Write the whole character.")
    return tuple(value)


def _matrix(name: str, value: Any) -> Rows:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise SandboxError(f"{name} must be a list of rows, each a list of numbers.")
    if len(value) > WIDEST or any(len(row) > WIDEST for row in value):
        raise SandboxError(f"{name} is too large: at most {WIDEST} rows and columns are allowed.")
    for number, row in enumerate(value, start=1):
        for entry in row:
            if isinstance(entry, bool) or not isinstance(entry, int | float):
                raise SandboxError(f"Row {number} of {name} holds {_short(entry)}, which is no number.")
    try:
        rows = tuple(tuple(float(entry) for entry in row) for row in value)
    except OverflowError:
        raise SandboxError(f"{name} holds a number that is far too large. Write smaller numbers.") from None
    check_rows(name, rows)
    return rows


def _check_shapes(n: int, heads: int, matrices: Mapping[str, Rows]) -> None:
    if heads * n * n > MOST_SCORES:
        raise SandboxError(f"{heads} heads on {n} tokens make {heads * n * n:,} scores; at most {MOST_SCORES:,} fit.")
    sides = {name: (len(rows), len(rows[0])) for name, rows in matrices.items()}
    for name in ("q", "k", "v", "x"):
        if name in sides and sides[name][0] != n:
            raise SandboxError(
                f"{name} has {sides[name][0]} rows, but there are {n} tokens. Give one row for each token."
            )
    width = sides["x"][1] if "x" in sides else None
    for name in ("w_q", "w_k", "w_v"):
        if name in sides and sides[name][0] != width:
            raise SandboxError(
                f"{name} has {sides[name][0]} rows, but x has {width} columns. x @ {name} needs as many."
            )
    q, k, v = ("w_q", "w_k", "w_v") if "x" in sides else ("q", "k", "v")
    if sides[q][1] != sides[k][1]:
        raise SandboxError(
            f"{q} has {sides[q][1]} columns and {k} has {sides[k][1]}. Queries and keys are equally wide."
        )
    for name in (q, v):
        if sides[name][1] % heads:
            raise SandboxError(f"heads is {heads}, which does not divide the {sides[name][1]} columns of {name}.")
    if "w_o" in sides and sides["w_o"][0] != sides[v][1]:
        raise SandboxError(f"w_o has {sides['w_o'][0]} rows, but the joined heads have {sides[v][1]} columns.")


def _heads(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= WIDEST:
        raise SandboxError(f"heads is {_short(value)}; it must be a whole number from 1 to {WIDEST}.")
    return value


def _mask(value: Any, n: int) -> str | tuple[tuple[bool, ...], ...]:
    if isinstance(value, str) and value in ("none", "causal"):
        return value
    rows = value if isinstance(value, list) and len(value) == n else [None]
    if not all(isinstance(row, list) and len(row) == n and all(isinstance(may, bool) for may in row) for row in rows):
        raise SandboxError(
            f'mask must be "none", "causal", or {n} lists of {n} booleans, true where a query (row) may look at a key.'
        )
    return tuple(tuple(row) for row in value)


def _scale(value: Any) -> bool:
    if not isinstance(value, bool):
        raise SandboxError(f"scale is {_short(value)}; it must be true or false.")
    return value


def _temperature(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1e-3 <= value <= 1e3:
        raise SandboxError(f"temperature is {_short(value)}; it must be a number from 0.001 to 1000.")
    return float(value)


def _short(value: Any) -> str:
    return {list: "a list", dict: "an object"}.get(type(value)) or json.dumps(value)[:40]
