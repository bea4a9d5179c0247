"""Which faces statistics are about: those of some concepts and of some kind, as they stand today."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from attnquiz.cards.card import Card
from attnquiz.cards.collection import Collection
from attnquiz.cards.faces import deletions, names
from attnquiz.store.database import Reading
from attnquiz.store.rollup import Scope
from attnquiz.store.standing import Standing
from attnquiz.study.outlook import not_today


@dataclass(frozen=True, slots=True)
class Stand:
    """The faces that can be asked at all, and how many of them are set aside.

    ``met`` were reviewed or count as known; ``concepts`` says what each of them is about, and None of those that
    cannot be asked. ``buried`` says for each of all others whether it waits until tomorrow. Suspended faces are counted
    and nothing else.
    """

    met: Standing
    concepts: Sequence[str | None]
    buried: Sequence[bool]
    of: Mapping[str, int]  # how many faces each concept has, "" for those without one
    fresh: int  # never met, and free to come
    fresh_buried: int
    suspended: int


def stand(r: Reading, collection: Collection, today: date, scope: Scope) -> Stand:
    """Those that ``scope`` lets through; since when it asks is no question here."""
    cards, asked = collection.cards, collection.faces
    away = r.suspended().keys() & cards.keys()
    if away or not scope.of_all_cards:
        through = [card for name, card in cards.items() if name not in away and lets_through(scope, card)]
        asked = {name: card.concept for card in through for name in names(card)}
    suspended = sum(len(deletions(cards[name])) for name in away if lets_through(scope, cards[name]))
    waits = {name for card in not_today(r, today) & cards.keys() for name in names(cards[card])}
    met = r.standings()
    concepts = list(map(asked.get, met.name))
    of_these = met.name
    if None in concepts:
        of_these = [name for name, concept in zip(met.name, concepts, strict=True) if concept is not None]
    buried = list(map(waits.__contains__, of_these))
    fresh_buried = len(waits & asked.keys()) - sum(buried)
    fresh = len(asked) - len(of_these) - fresh_buried
    return Stand(met, concepts, buried, Counter(asked.values()), fresh, fresh_buried, suspended)


def lets_through(scope: Scope, card: Card) -> bool:
    """Whether statistics are about this card."""
    return (scope.concepts is None or card.concept in scope.concepts) and scope.kind in (None, card.kind)
