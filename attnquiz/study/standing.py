"""Which faces statistics are about: those of some concepts and of some kind, as they stand today."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress

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

    met: Standing
    concepts: Sequence[str]
    buried: Sequence[bool]
    of: Mapping[str, int]  # how many faces each concept has, "" for those without one
    fresh: int  # never met, and free to come
    fresh_buried: int
    suspended: int


def stand(r: Reading, collection: Collection, today: date, scope: Scope) -> Stand:
    """Those that ``scope`` lets through; since when it asks is no question here."""
    asked, waits = collection.cards, not_today(r, today)
    if not scope.of_all_cards:
        asked = {name: card for name, card in asked.items() if lets_through(scope, card)}
    away = r.suspended().keys() & asked.keys()
    suspended = sum(len(deletions(asked[name])) for name in away)
    if away:
        asked = {name: card for name, card in asked.items() if name not in away}
    of = Counter([card.concept for card in asked.values()])
    blanks = {name: deletions(asked[name]) for name in collection.blanks & asked.keys()}
    for name, numbers in blanks.items():
        of[asked[name].concept] += len(numbers) - 1
    met = r.standings(today)
    cards = list(map(asked.get, met.card))
    asks = [
        card is not None and (number in blanks[name] if name in blanks else number == 0)
        for name, number, card in zip(met.card, met.deletion, cards, strict=True)
    ]
    if not all(asks):
        met, cards = met.of(asks), compress(cards, asks)
    about = [card.concept for card in cards if card is not None]
    buried = [name in waits for name in met.card]
    fresh_buried = sum(len(deletions(asked[name])) for name in waits & asked.keys()) - sum(buried)
    fresh = of.total() - len(met) - fresh_buried
    return Stand(met, about, buried, of, fresh, fresh_buried, suspended)


def lets_through(scope: Scope, card: Card) -> bool:
    """Whether statistics are about this card."""
    return (scope.concepts is None or card.concept in scope.concepts) and scope.kind in (None, card.kind)
