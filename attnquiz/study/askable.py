"""Which faces a collection offers for review."""

from collections.abc import Set

from attnquiz.cards.card import Card, Cloze
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


def all_among(collection: Collection, names: Set[str]) -> bool:
    """Whether these are the names of all faces, and maybe of others. A card without blanks has one, of its own name."""
    return all(
        all(str(face) in names for face in faces(card)) if isinstance(card.body, Cloze) else card.id in names
        for card in collection.cards.values()
    )
