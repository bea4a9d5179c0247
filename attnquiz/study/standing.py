"""Which faces statistics are about: those of some concepts and of some kind, as they stand today."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from attnquiz.cards.card import Card
from attnquiz.cards.collection import Collection
from attnquiz.cards.faces import deletions
from attnquiz.store.database import Reading
from attnquiz.store.rollup import Scope
from attnquiz.store.standing import Standing
from attnquiz.study.outlook import not_today


@dataclass(frozen=True, slots=True)
class Stand:
    """The faces that can be asked at all, and how many of them are set aside.

    ``met`` were reviewed or count as known; ``concepts`` and ``buried`` say for each of these what it is about and
    whether it waits until tomorrow. Suspended faces are counted and nothing else.
    """

    met: tuple[Standing, ...]
    concepts: tuple[str, ...]
    buried: tuple[bool, ...]
    of: Mapping[str, int]  # how many faces each concept has, "" for those without one
    fresh: int  # never met, and free to come
    fresh_buried: int
    suspended: int


def stand(r: Reading, collection: Collection, today: date, scope: Scope) -> Stand:
    """Those that ``scope`` lets through; since when it asks is no question here."""
    away, waits = r.suspended().keys(), not_today(r, today)
    concepts: dict[tuple[str, int], str] = {}
    suspended = 0
    for card in collection.cards.values():
        if lets_through(scope, card):
            if card.id in away:
                suspended += len(deletions(card))
            else:
                for number in deletions(card):
                    concepts[card.id, number] = card.concept
    rows = [(row, concept) for row in r.standings(today) if (concept := concepts.get(row[:2])) is not None]
    met, about = zip(*rows, strict=True) if rows else ((), ())
    buried = tuple([row[0] in waits for row in met])
    all_buried = sum(card in waits for card, _ in concepts) if waits else 0
    fresh_buried = all_buried - sum(buried)
    fresh = len(concepts) - len(met) - fresh_buried
    return Stand(met, about, buried, Counter(concepts.values()), fresh, fresh_buried, suspended)


def lets_through(scope: Scope, card: Card) -> bool:
    """Whether statistics are about this card."""
    return (scope.concepts is None or card.concept in scope.concepts) and scope.kind in (None, card.kind)
