"""The whole state as readable words for the address bar, and back: ?experiment=thai-curry&mask=causal&stage=SOFTMAX.

What equals the default (of the named experiment, or of own text) is left out.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from attnquiz.errors import SandboxError
from attnquiz.experimentfile import names_in
from attnquiz.sandbox import sides
from attnquiz.sandbox.arguments import ARGUMENTS
from attnquiz.sandbox.experiment import Experiment, own_text
from attnquiz.sandbox.library import load
from attnquiz.sandbox.settings import IN_ADDRESSES

FIRST = "thai-curry"
"""What an empty address opens."""
_START = ("experiment", "text", "tokens", "memory")
_QUERY = "query"
"""How a card names the row: query=decoder-state, with hyphens for the spaces of the token. Never written here."""
_DRAWN = ("heads", "kv_heads", "d_model", "layers", "seed")
_FIELDS = {"edit": "edits"}
"""The field of an experiment where it is not called as in the address."""


def to_query(experiment: Experiment) -> dict[str, str]:
    """The state in words. `from_query` of it is the same experiment again."""
    e = experiment
    start = {"text": e.text} if e.text is not None else {"experiment": e.name, **dict(e.arguments)}
    if e.memory_text is not None:
        start["memory"] = e.memory_text
    base = _base(start)
    if e.listed != base.listed:
        start["tokens"] = _list(e.listed)
    if e.memory_listed != base.memory_listed:
        start["memory"] = _list(e.memory_listed)
    written = {name: _written(_of(e, name)) for name in IN_ADDRESSES if _of(e, name) != _of(base, name)}
    if e.row is not None:
        written["row"] = _row_names(e)[e.row]
    if e.column is not None:
        written["column"] = e.key_labels[e.column] if e.shown in sides.PAIRS else str(e.column)
    return start | written


def from_query(query: Mapping[str, str]) -> Experiment:
    """The experiment that an address describes. SandboxError names the parameter that is wrong."""
    unknown = [name for name in query if name not in (*_START, *ARGUMENTS, _QUERY, "row", "column", *IN_ADDRESSES)]
    if unknown:
        raise SandboxError(f"The address has a parameter {unknown[0][:40]!r} that means nothing here. Remove it.")
    if "experiment" in query and "text" in query:
        raise SandboxError("The address names both an experiment and a text. Keep one of them.")
    base = _base(query)
    if "tokens" in query:
        base = _renamed(base, names_in(query["tokens"]))
    read = {name: IN_ADDRESSES[name](name, query[name]) for name in IN_ADDRESSES if name in query}
    standing = replace(base.changed(**{_FIELDS.get(name, name): value for name, value in read.items()}), row=None)
    standing = replace(standing, column=None)
    said = {"row": _hyphened(query[_QUERY], standing)} if _QUERY in query else {}
    said |= {name: query[name] for name in ("row", "column") if name in query}
    place = {name: _axis(name, said[name], standing) for name in said}
    return replace(standing, **place)


def beginning(experiment: Experiment) -> Experiment:
    """The experiment as it is opened, before anything was edited or set; it stands where the learner stands.

    Own text keeps its sizes and its seed: with others it would be drawn anew, and there would be nothing to compare.
    """
    e, start = experiment, to_query(experiment)
    named = ("experiment", *ARGUMENTS) if e.text is None else ("text", "memory")
    base = _base({name: start[name] for name in named if name in start})
    kept = ("device", "precision") if e.text is None else ("device", "precision", *_DRAWN)
    return replace(base, **{name: getattr(e, name) for name in kept}).at(e)


def _list(names: tuple[str, ...]) -> str:
    """Names with commas, which also separate a single name from nothing."""
    return ",".join(names) + "," * (len(names) == 1)


def _of(e: Experiment, name: str) -> Any:
    return getattr(e, _FIELDS.get(name, name))


def _base(query: Mapping[str, str]) -> Experiment:
    arguments = {name: query[name] for name in ARGUMENTS if name in query}
    if "text" not in query:
        base = load(query.get("experiment", FIRST), arguments=tuple(arguments.items()))
    elif arguments:
        raise SandboxError(f"The address has a parameter {next(iter(arguments))!r}, which own text has no use for.")
    else:
        base = own_text(query["text"])
    if "memory" not in query:
        return base
    if base.text is not None:
        return replace(base, memory_text=query["memory"])
    if not base.is_cross:
        raise SandboxError("memory names other tokens to look at, but this experiment looks at its own. Leave it out.")
    return replace(base, memory_listed=names_in(query["memory"]))


def _renamed(base: Experiment, tokens: tuple[str, ...]) -> Experiment:
    """Other tokens in the place of the listed ones; as many, where their vectors are given."""
    if base.text is not None:
        raise SandboxError("The address has both a text and tokens. Keep one of them.")
    return replace(base, listed=tokens)


def _row_names(e: Experiment) -> tuple[str, ...]:
    """What the rows of the shown matrix are called, in addresses: tokens, or numbers from 0."""
    count = e.shape(e.shown)[-2]
    if e.shown in sides.KEYED:
        return e.key_labels
    return tuple(map(str, range(count))) if e.shown in sides.LEARNED else e.labels


def _hyphened(written: str, e: Experiment) -> str:
    """The name of the row that is written so, with hyphens for spaces."""
    return next((name for name in _row_names(e) if name.replace(" ", "-") == written), written)


def _axis(name: str, written: str, e: Experiment) -> int:
    """A row or column by the token's name, or by its number from 0."""
    names = _row_names(e) if name == "row" else e.key_labels if e.shown in sides.PAIRS else ()
    if written in names:
        return names.index(written)
    if not re.fullmatch(r"[0-9]{1,4}", written):
        raise SandboxError(f"{name} is {written[:40]!r}, which is no token here and no number. Name one of the tokens.")
    return int(written)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ",".join(".".join(map(str, each)) if len(each) == 2 else str(each) for each in value)
    return repr(value) if isinstance(value, float) else str(value)
