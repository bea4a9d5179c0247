"""The concepts as a map: what is known, what is begun, what can be begun now, and what builds on things not yet known.

It is advice. Nothing is locked: whoever wants to read further on may.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from attnquiz.cards.collection import Collection
from attnquiz.cards.concepts import Concept
from attnquiz.study.mastery import Mastery, missing
from attnquiz.study.queue import by_depth


class Known(StrEnum):
    """How a concept stands with a learner."""

    KNOWN = "known"  # at least half of what is asked about it is held
    BEGUN = "begun"
    READY = "ready"  # not begun, and everything that it needs is known
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Spot:
    """A concept on the map. ``unmet`` are its prerequisites that are not known yet."""

    concept: Concept
    known: Known
    mastery: Mastery
    unmet: frozenset[str]
    lane: int  # themes stand side by side
    row: int  # below everything that it needs


def atlas(collection: Collection, masteries: Mapping[str, Mastery]) -> dict[str, Spot]:
    """Every concept of the collection with its place, in an order in which they can be learnt."""
    lanes = _lanes(collection)
    taken: dict[int, int] = {}  # lane -> the lowest row in use
    spots: dict[str, Spot] = {}
    for name in by_depth(collection):
        concept, mastery = collection.concepts[name], masteries[name]
        unmet = missing(name, collection.concepts, masteries)
        above = max((spots[need].row for need in concept.needs), default=-1)
        row = max(above, taken.get(lanes[name], -1)) + 1
        taken[lanes[name]] = row
        spots[name] = Spot(concept, _known(mastery, unmet), mastery, unmet, lanes[name], row)
    return spots


def _known(mastery: Mastery, unmet: frozenset[str]) -> Known:
    if mastery.known:
        return Known.KNOWN
    if mastery.seen:
        return Known.BEGUN
    return Known.LATER if unmet else Known.READY


def _lanes(collection: Collection) -> dict[str, int]:
    """The deck in which each concept is asked first, as a number; 0 where it is asked in none."""
    decks = [deck.name for deck in collection.decks]
    first: dict[str, str] = {}
    for card in collection.cards.values():
        first.setdefault(card.concept, card.deck)
    return {name: decks.index(first[name]) if name in first else 0 for name in collection.concepts}


def lane_titles(collection: Collection, spots: Mapping[str, Spot]) -> tuple[str, ...]:
    """What each theme is called, from the first to the last that has a concept."""
    last = max((spot.lane for spot in spots.values()), default=-1)
    return tuple(deck.title for deck in collection.decks[: last + 1])
