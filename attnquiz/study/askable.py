"""Which faces a collection offers for review."""

from collections.abc import Iterable

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


def unmet(collection: Collection, met: Iterable[str]) -> list[Face]:
    """The faces whose names are not among those ``met``, in the order in which they are written."""
    new = collection.faces.keys() - met
    return [Face.named(name) for name in collection.faces if name in new] if new else []
