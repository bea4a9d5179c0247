"""Which faces a collection offers for review."""

from collections.abc import Iterator

from attnquiz.cards.card import Card, Kind
from attnquiz.cards.faces import deletions
from attnquiz.recall.face import Face

KINDS = frozenset({Kind.BASIC, Kind.CLOZE, Kind.MC, Kind.NUMERIC, Kind.SHAPE})


def faces(card: Card) -> Iterator[Face]:
    """The faces of a card: one for each numbered deletion, else one; none for a kind that cannot be asked yet."""
    if card.kind in KINDS:
        for deletion in deletions(card):
            yield Face(card.id, deletion)
