"""Which faces a collection offers for review."""

from collections import defaultdict
from collections.abc import Container, Iterable

from attnquiz.cards.card import Card
from attnquiz.cards.collection import Collection
from attnquiz.cards.faces import deletions
from attnquiz.recall.face import Face


def faces(card: Card) -> list[Face]:
    """The faces of a card: one for each numbered deletion, else one."""
    return [Face(card.id, deletion) for deletion in deletions(card)]


def asks(collection: Collection, face: Face) -> bool:
    """Whether there is such a face: a deck may be edited, and its card or its blank be gone."""
    card = collection.cards.get(face.card)
    return card is not None and face.deletion in deletions(card)


def unmet(collection: Collection, met: Iterable[str], without: Container[str] = ()) -> dict[str, list[Face]]:
    """The faces whose names are not among those ``met``, ``without`` some cards: of each concept that has any, in the
    order in which they are written."""
    new = collection.faces.keys() - met
    found: dict[str, list[Face]] = defaultdict(list)
    for name, concept in collection.faces.items() if new else ():
        if name in new and (face := Face.named(name)).card not in without:
            found[concept].append(face)
    return found
