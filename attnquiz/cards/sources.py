"""Where facts come from: what the ``source:`` field of a card names."""

from pathlib import Path

from attnquiz.cards.listing import read_listing
from attnquiz.errors import DeckError

COMPUTED = "computed"  # "computed thai-curry": this program shows the number itself


def read_sources(text: str, path: Path) -> tuple[dict[str, str], list[DeckError]]:
    """References by id, and what is wrong with the rest of the file."""
    listed, problems = read_listing(text, path, ())
    return {entry.id: entry.text for entry in listed.values()}, problems


def parse_sources(text: str, path: Path) -> dict[str, str]:
    """References by id. Raises DeckError at the first thing that is wrong."""
    sources, problems = read_sources(text, path)
    if problems:
        raise problems[0]
    return sources


def cited(source: str) -> list[str]:
    """The ids that ``vaswani2017 sec. 3.2; computed`` names: the first word of each part."""
    return [part.split()[0] for part in source.split(";") if part.strip()]
