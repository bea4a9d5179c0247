"""Which faces a collection offers for review."""

from collections.abc import Iterator

from attnquiz.cards.card import Card
from attnquiz.cards.faces import deletions
from attnquiz.recall.face import Face


def faces(card: Card) -> Iterator[Face]:
    """The faces of a card: one for each numbered deletion, else one."""
    for deletion in deletions(card):
        yield Face(card.id, deletion)
