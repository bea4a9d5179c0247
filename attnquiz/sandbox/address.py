"""The whole state as readable words for the address bar, and back: ?experiment=thai-curry&mask=causal&stage=SOFTMAX.

What equals the default (of the named experiment, or of own text) is left out.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from attnquiz.errors import SandboxError
from attnquiz.sandbox.experiment import Experiment, own_text
from attnquiz.sandbox.library import load
from attnquiz.sandbox.settings import IN_ADDRESSES

FIRST = "thai-curry"
"""What an empty address opens."""


def to_query(experiment: Experiment) -> dict[str, str]:
    """The state in words. `from_query` of it is the same experiment again."""
    e = experiment
    start = {"text": e.text} if e.text is not None else {"experiment": e.name}
    base = _base(start)
    written = {name: _written(getattr(e, name)) for name in IN_ADDRESSES if getattr(e, name) != getattr(base, name)}
    if e.row is not None:
        written["row"] = e.labels[e.row]
    if e.column is not None:
        written["column"] = e.labels[e.column] if _columns_are_tokens(e) else str(e.column)
    return start | written


def from_query(query: Mapping[str, str]) -> Experiment:
    """The experiment that an address describes. SandboxError names the parameter that is wrong."""
    unknown = [name for name in query if name not in ("experiment", "text", "row", "column", *IN_ADDRESSES)]
    if unknown:
        raise SandboxError(f"The address has a parameter {unknown[0][:40]!r} that means nothing here. Remove it.")
    if "experiment" in query and "text" in query:
        raise SandboxError("The address names both an experiment and a text. Keep one of them.")
    base = _base(query)
    settings = {name: read(name, query[name]) for name, read in IN_ADDRESSES.items() if name in query}
    standing = replace(base.changed(**settings), row=None, column=None)
    place = {name: _axis(name, query[name], standing) for name in ("row", "column") if name in query}
    return replace(standing, **place)


def _base(query: Mapping[str, str]) -> Experiment:
    return own_text(query["text"]) if "text" in query else load(query.get("experiment", FIRST))


def _columns_are_tokens(e: Experiment) -> bool:
    return e.shown in ("scores", "scaled", "masked", "weights")


def _axis(name: str, written: str, e: Experiment) -> int:
    """A row or column by the token's name, or by its number from 0."""
    if (name == "row" or _columns_are_tokens(e)) and written in e.labels:
        return e.labels.index(written)
    if not re.fullmatch(r"[0-9]{1,4}", written):
        raise SandboxError(f"{name} is {written[:40]!r}, which is no token here and no number. Name one of the tokens.")
    return int(written)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return repr(value) if isinstance(value, float) else str(value)
