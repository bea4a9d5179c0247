"""What a learner seems to believe: when it showed, what has spoken against it since, and whether it is gone.

A belief shows in a wrong answer that only it explains. It is gone once cards that refute it were answered right on
three separate days after it last showed, three different cards where there are as many.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from attnquiz.cards.collection import Collection
from attnquiz.cards.grading import Verdict
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Reading
from attnquiz.store.told import Right, Shown

DAYS = 3  # separate days on which it must be refuted before it counts as gone


@dataclass(frozen=True, slots=True)
class Belief:
    """What the log says about one misconception of one learner."""

    id: str
    first_seen: date
    last_seen: date
    seen: int  # times that it showed
    sure: int  # of those, times that the learner was sure
    days: tuple[date, ...]  # since it last showed, with a right answer that refutes it; if gone, the latest that do
    gone: bool


def beliefs(r: Reading, collection: Collection, until: date | None = None) -> tuple[Belief, ...]:
    """Every belief that ever showed, as of now or of the end of the day before ``until``.

    Those that are still there come first, and among them those the learner was sure of: a confident error is the one
    that a correction mends best (Butterfield and Metcalfe 2001). Then the latest first.
    """
    shown = [one for one in r.shown(until) if one.misconception in collection.misconceptions]
    proofs = collection.proofs
    held = {one.misconception: _Held(one, proofs.get(one.misconception, ())) for one in shown}
    _look_back(r, collection, {name: one for name, one in held.items() if one.cards}, until)
    found = [one.belief() for one in held.values()]
    return tuple(sorted(found, key=lambda belief: (belief.gone, belief.sure == 0, -belief.last_seen.toordinal())))


def _look_back(r: Reading, collection: Collection, held: dict[str, "_Held"], until: date | None) -> None:
    """Through the right answers, the latest day first, until nothing is ``held``: a small part of a long log."""
    refutes = collection.refutes.get
    for right in _latest_first(r, held, until):
        against = defaultdict(set)  # misconception -> cards
        for card, at in zip(right.cards, right.at, strict=True):
            for name in refutes(card, ()):
                if name in held and held[name].last < (right.day, at):
                    against[name].add(card)
        for name, cards in against.items():
            held[name].refute(right.day, cards)
        for name in [name for name, one in held.items() if one.gone or one.shown.last_day >= right.day]:
            del held[name]
        if not held:
            break


def _latest_first(r: Reading, held: Mapping[str, "_Held"], until: date | None) -> Iterator[Right]:
    """The right answers of each day for as long as anything is ``held``.

    Of what was believed long ago only a few cards may be left, which are then asked for by name: reading all answers
    of a day takes about as long as reading all of a card.
    """
    if not held:
        return
    since = min(one.shown.last_day for one in held.values())
    for read, right in enumerate(r.right(since, until), 1):
        yield right
        if sum(len(one.cards) for one in held.values()) <= read:
            yield from r.right(since, right.day, {card for one in held.values() for card in one.cards})
            return


class _Held:
    """A belief while the log is read, and a matching (Kuhn 1955) of days with cards: a different one for each."""

    def __init__(self, shown: Shown, cards: Sequence[str]) -> None:
        self.shown = shown
        self.last = shown.last_day, shown.last_at
        self.cards = cards
        self.days: dict[date, Set[str]] = {}  # on which it was refuted since it last showed, and with which cards
        self.taken: dict[str, date] = {}  # card -> the day that it counts for
        self.gone = False

    def refute(self, day: date, cards: Set[str]) -> None:
        self.days[day] = cards
        self._place(day, set())
        self.gone = len(self.days) >= DAYS and len(self.taken) >= min(DAYS, len(self.cards))

    def _place(self, day: date, tried: set[str]) -> bool:
        """Give the day a card of its own, if need be by giving another card to another day."""
        for card in self.days[day] - tried:
            tried.add(card)
            if card not in self.taken or self._place(self.taken[card], tried):
                self.taken[card] = day
                return True
        return False

    def belief(self) -> Belief:
        name, first, last, _, times, sure = self.shown
        return Belief(name, first, last, times, sure, tuple(sorted(self.days)), self.gone)


def right(verdict: str | None, rating: Rating) -> bool:
    """Whether an answer was right, in the learner's own judgement where only that can tell."""
    if verdict == Verdict.SELF:
        return rating is not Rating.AGAIN
    return verdict in (Verdict.RIGHT, Verdict.SLIP)
