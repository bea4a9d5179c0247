"""Wrong beliefs that wrong answers stand for."""

from dataclasses import dataclass
from pathlib import Path

from attnquiz.cards.listing import read_listing
from attnquiz.errors import DeckError


@dataclass(frozen=True, slots=True)
class Misconception:
    """``belief`` is a sentence. ``switch`` names the sandbox switch that acts it out, None where there is none."""

    id: str
    belief: str
    switch: str | None = None


def read_misconceptions(text: str, path: Path) -> tuple[dict[str, Misconception], list[DeckError]]:
    """Misconceptions by id, and what is wrong with the rest of the file."""
    listed, problems = read_listing(text, path, ("switch",))
    return {
        entry.id: Misconception(entry.id, entry.text, entry.details.get("switch", ("", 0))[0] or None)
        for entry in listed.values()
    }, problems


def parse_misconceptions(text: str, path: Path) -> dict[str, Misconception]:
    """Misconceptions by id. Raises DeckError at the first thing that is wrong."""
    misconceptions, problems = read_misconceptions(text, path)
    if problems:
        raise problems[0]
    return misconceptions
