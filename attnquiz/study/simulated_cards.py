"""Cards that ask nothing worth knowing: as many as a large collection has, to see what many cards cost."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from attnquiz.cards.card import Basic, Body, Card, Choice, Computed, Kind, Option, WrongRule
from attnquiz.cards.collection import Collection

NOWHERE = Path("made-up.md")
DECKS = 20


def made_up(collection: Collection, number: int) -> Collection:
    """The same concepts and misconceptions with ``number`` other cards in 20 decks. No concept needs another, so that
    every card may be asked from the start."""
    concepts = {name: replace(concept, needs=()) for name, concept in collection.concepts.items()}
    cards = {card.id: card for card in _cards(number, list(concepts), list(collection.misconceptions))}
    return replace(
        collection, cards=MappingProxyType(cards), concepts=MappingProxyType(concepts), decks=(),
        lessons=MappingProxyType({}), paths=MappingProxyType({}),
    )  # fmt: skip


def _cards(number: int, concepts: list[str], beliefs: list[str]) -> Iterator[Card]:
    for place in range(number):
        kind = (Kind.BASIC, Kind.MC, Kind.NUMERIC, Kind.SHAPE)[place % 4]
        values = [{"n": place + step} for step in range(3)] if kind in (Kind.NUMERIC, Kind.SHAPE) else [{}]
        deck, concept = f"made-up-{place * DECKS // number + 1:02}", concepts[place * len(concepts) // number]
        question = f"What is the answer of card {place + 1}?"
        yield Card(
            id=f"made-up-{place + 1:06}", kind=kind, body=_body(kind, beliefs[place % len(beliefs)]), question=question,
            why="", hints=("Count.",) if kind is Kind.NUMERIC else (), concept=concept,
            source="computed", see=None, shortcut="", fault=None, variants=tuple(map(MappingProxyType, values)),
            allow=MappingProxyType({}), was=None, rev=0, deck=deck, section="", path=NOWHERE, line=place + 1,
            text=question,
        )  # fmt: skip


def _body(kind: Kind, belief: str) -> Body:
    match kind:
        case Kind.MC:
            return Choice((Option("Yes", True, "", None, 0), Option("No", False, "It is yes.", belief, 0)))
        case Kind.NUMERIC:
            return Computed("n + 1", 0.01, (WrongRule("n - 1", belief, "One more, not one less.", 0),))
        case Kind.SHAPE:
            return Computed("(2, n + 1)", 0.0, (WrongRule("(n + 1, 2)", belief, "Rows come first.", 0),))
    return Basic("The answer.")
