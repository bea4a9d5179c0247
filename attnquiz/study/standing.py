"""Which faces statistics are about: those of some concepts and of some kind, as they stand today."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from attnquiz.cards.card import Card, Kind
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
    away, waits = r.suspended().keys(), not_today(r, today)
    cards = [card for card in collection.cards.values() if lets_through(scope, card)]
    asked = {card.id: card for card in cards if card.id not in away} if away else {card.id: card for card in cards}
    cloze = Kind.CLOZE  # looked up once: there are ten thousand cards
    blanks = {name: deletions(card) for name, card in asked.items() if card.kind is cloze}
    of = Counter([card.concept for card in asked.values()])
    for name, numbers in blanks.items():
        of[asked[name].concept] += len(numbers) - 1
    everything = r.standings(today)
    faces = zip(everything.card, everything.deletion, strict=True)
    places = [
        place
        for place, (name, number) in enumerate(faces)
        if name in asked and (number in blanks[name] if name in blanks else number == 0)
    ]
    met = everything if len(places) == len(everything) else everything.of(places)
    about = [asked[name].concept for name in met.card]
    buried = [name in waits for name in met.card]
    fresh_buried = sum(len(deletions(asked[name])) for name in waits if name in asked) - sum(buried)
    fresh = of.total() - len(met) - fresh_buried
    suspended = sum(len(deletions(card)) for card in cards if card.id in away) if away else 0
    return Stand(met, about, buried, of, fresh, fresh_buried, suspended)


def lets_through(scope: Scope, card: Card) -> bool:
    """Whether statistics are about this card."""
    return (scope.concepts is None or card.concept in scope.concepts) and scope.kind in (None, card.kind)
