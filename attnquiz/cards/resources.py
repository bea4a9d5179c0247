"""What to read and watch elsewhere: content/resources.md.

An entry is ``some-id: title`` under the heading of its kind. ``address:`` is where it lies, or ``none`` where the title
is all that is known; ``note:`` says what it is good for and where it differs from the paper. Nothing is ever fetched.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from attnquiz.cards.listing import Listed, parse_listing
from attnquiz.cards.problem import Problem, shown

NOWHERE = "none"


@dataclass(frozen=True, slots=True)
class Resource:
    """``address`` is None where one has to look for the title."""

    id: str
    title: str
    kind: str
    address: str | None
    note: str


def parse_resources(text: str, path: Path) -> dict[str, Resource]:
    """Resources by id, in order. Raises DeckError at the first thing that is wrong."""
    return parse_listing(text, path, ("address", "note"), _resource)


def _resource(entry: Listed, path: Path) -> Resource:
    if not entry.section:
        raise Problem(path, entry.line, f"{entry.id!r} is of no kind", "put it under a heading such as # Videos")
    for name in ("address", "note"):
        if not entry.details.get(name, ("", 0))[0]:
            raise Problem(path, entry.line, f"{entry.id!r} has no {name}", f"add a line {name}: below it")
    (address, line), (note, _) = entry.details["address"], entry.details["note"]
    if address != NOWHERE and not _leads_somewhere(address):
        raise Problem(path, line, f"{shown(address)} is no address", f"write https://..., or {NOWHERE}")
    return Resource(entry.id, entry.text, entry.section, None if address == NOWHERE else address, note)


def _leads_somewhere(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and "." in parts.netloc and not any(map(str.isspace, address))
