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
    cards = [card for card in collection.cards.values() if lets_through(scope, card)]
    asked = {card.id: deletions(card) for card in cards if card.id not in away}
    of: Counter[str] = Counter()
    for name, numbers in asked.items():
        of[collection.cards[name].concept] += len(numbers)
    met = tuple([row for row in r.standings(today) if row[1] in asked.get(row[0], ())])
    about = tuple([collection.cards[row[0]].concept for row in met])
    buried = tuple([row[0] in waits for row in met])
    fresh_buried = sum(len(asked.get(name, ())) for name in waits) - sum(buried)
    fresh = of.total() - len(met) - fresh_buried
    suspended = sum(len(deletions(card)) for card in cards if card.id in away)
    return Stand(met, about, buried, of, fresh, fresh_buried, suspended)


def lets_through(scope: Scope, card: Card) -> bool:
    """Whether statistics are about this card."""
    return (scope.concepts is None or card.concept in scope.concepts) and scope.kind in (None, card.kind)
