"""What the sandbox shows, kept: under a name that the learner gives it, or only under its short id.

A state is the address of a page, as names and words. Its id is made of these, so that the same state has the same id
wherever it is kept. What is kept without a name is for links; it is not listed, and nothing takes it back.
"""

import json
from base64 import b32encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from attnquiz.errors import LateAnswer, StoreError
from attnquiz.store.database import Reading, Writing
from attnquiz.store.entry import Entry, Happened
from attnquiz.store.log import LATE_UNDO
from attnquiz.study.drill import Desk, withdraw
from attnquiz.study.saying import saying

LONGEST_NAME = 80  # characters
_ID = 10  # letters and digits of an id: 50 bits


@dataclass(frozen=True, slots=True)
class Saved:
    """A state with a name. ``entries`` gave it the names it has had, the latest last; ``day`` is that of the first."""

    id: str
    name: str
    query: Mapping[str, str]
    day: date
    entries: tuple[Entry, ...]


def id_of(query: Mapping[str, str]) -> str:
    """The short id of a state: small letters and digits, whatever order its parts come in."""
    written = json.dumps(dict(query), sort_keys=True)
    return b32encode(sha256(written.encode()).digest())[:_ID].decode().lower()


def save(desk: Desk, name: str, query: Mapping[str, str], now: datetime) -> str:
    """Keep a state under a name; its id. A state that has a name already takes the new one.

    Raises StoreError for a name that is empty or too long.
    """
    kept, id = tidy(name), id_of(query)
    with desk.store.writing() as w:
        _call(w, desk, id, kept, query, now)
    return id


def keep(desk: Desk, query: Mapping[str, str], now: datetime) -> str:
    """Keep a state for links, without a name; its id. It is written once."""
    with desk.store.reading() as r:
        if _is_kept(r, id_of(query)):
            return id_of(query)
    with desk.store.writing() as w:
        return keep_in(w, desk, query, now)


def keep_in(w: Writing, desk: Desk, query: Mapping[str, str], now: datetime) -> str:
    """The same within a transaction."""
    id = id_of(query)
    if not _is_kept(w, id):
        w.append(saying(w, desk, Happened.STATE, {"state": id, "name": "", "query": dict(query)}, now))
    return id


def listed(r: Reading) -> list[Saved]:
    """The states with a name, the newest first."""
    named: dict[str, list[Entry]] = {}
    for entry in r.states():
        named.setdefault(_said(entry)["state"], []).append(entry)
    return [_saved(entries) for entries in reversed(named.values())]


def find(r: Reading, id: str) -> Mapping[str, str] | None:
    """The state with this id; None where this file has none."""
    entries = r.states_of(id)
    return _query(entries[-1]) if entries else None


def rename(desk: Desk, id: str, name: str, now: datetime) -> None:
    """Call a state something else. Raises LateAnswer where it has no name any more, StoreError for a bad name."""
    kept = tidy(name)
    with desk.store.writing() as w:
        entries = _named(w.states_of(id))
        if not entries:
            raise LateAnswer(LATE_UNDO)
        _call(w, desk, id, kept, _query(entries[-1]), now)


def forget(desk: Desk, id: str, now: datetime) -> Saved:
    """Take a state off the list, and what it was. Links that name its id still find what was kept for them.

    Raises LateAnswer where it is off the list already.
    """
    with desk.store.writing() as w:
        entries = _named(w.states_of(id))
        if not entries:
            raise LateAnswer(LATE_UNDO)
        for entry in entries:
            withdraw(w, desk, entry, now)
    return _saved(entries)


def bring_back(desk: Desk, saved: Saved, now: datetime) -> None:
    """Put a state that was taken off the list back on it. Raises LateAnswer where that has happened already."""
    with desk.store.writing() as w:
        withdrawals = [found for entry in saved.entries if (found := w.taken_back_by(entry)) is not None]
        if not withdrawals:
            raise LateAnswer(LATE_UNDO)
        for withdrawal in withdrawals:
            withdraw(w, desk, withdrawal, now)


def tidy(name: str) -> str:
    """A name on one line. Raises StoreError, a sentence, where it is empty or too long."""
    name = " ".join(name.split())
    if not any(sign.isprintable() for sign in name):
        raise StoreError("A saved state needs a name: type one, such as “two heads, no mask”.")
    if len(name) > LONGEST_NAME:
        raise StoreError(f"The name has {len(name)} characters; {LONGEST_NAME} fit: shorten it.")
    return name


def _call(w: Writing, desk: Desk, id: str, name: str, query: Mapping[str, str], now: datetime) -> None:
    """Give a state this name, unless that is its name."""
    entries = _named(w.states_of(id))
    if not entries or _said(entries[-1])["name"] != name:
        w.append(saying(w, desk, Happened.STATE, {"state": id, "name": name, "query": dict(query)}, now))


def _is_kept(r: Reading, id: str) -> bool:
    return any(not _said(entry)["name"] for entry in r.states_of(id))


def _named(entries: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in entries if _said(entry)["name"]]


def _saved(entries: list[Entry]) -> Saved:
    said = _said(entries[-1])
    return Saved(said["state"], said["name"], _query(entries[-1]), entries[0].study_day, tuple(entries))


def _query(entry: Entry) -> Mapping[str, str]:
    return {str(name): str(value) for name, value in _said(entry)["query"].items()}


def _said(entry: Entry) -> dict[str, Any]:
    return json.loads(entry.payload or "{}")  # a state always has a payload with all three, by CHECK
