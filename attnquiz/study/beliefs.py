"""What a learner seems to believe: when it showed, what has spoken against it since, and whether it is gone.

A belief shows in a wrong answer that only it explains. It is gone once cards that refute it were answered right on
three separate days after it last showed, three different cards where there are as many.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from attnquiz.cards.collection import Collection
from attnquiz.cards.grading import Verdict
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Reading
from attnquiz.store.told import Shown

DAYS = 3  # separate days on which it must be refuted before it counts as gone
BACK = timedelta(days=7)  # how far back to look first: by then most beliefs of somebody who studies are decided
FEW = 1000  # cards that are worth being asked for by name


@dataclass(frozen=True, slots=True)
class Belief:
    """What the log says about one misconception of one learner."""

    id: str
    first_seen: date
    last_seen: date
    seen: int  # times that it showed
    sure: int  # of those, times that the learner was sure
    days: tuple[date, ...]  # days since it last showed on which a card that refutes it was right; if gone, the latest
    gone: bool


def beliefs(r: Reading, collection: Collection, until: date | None = None) -> tuple[Belief, ...]:
    """Every belief that ever showed, as of now or of the end of the day before ``until``.

    Those that are still there come first, and among them those the learner was sure of: a confident error is the one
    that a correction mends best (Butterfield and Metcalfe 2001). Then the latest first.
    """
    shown = [one for one in r.shown(until) if one.misconception in collection.misconceptions]
    held = [_Held(one, collection.proofs.get(one.misconception, ())) for one in shown]
    _look_back(r, held, until)
    found = [one.belief() for one in held]
    return tuple(sorted(found, key=lambda belief: (belief.gone, belief.sure == 0, -belief.last_seen.toordinal())))


def _look_back(r: Reading, held: Sequence["_Held"], until: date | None) -> None:
    """Through the right answers, the latest days first, until all is decided: of a long log that is a small part."""
    last, end, back = r.last_day(until), until, BACK
    day = None if last is None else last + timedelta(days=1)
    while held and day is not None:
        day -= min(back, day - min(one.shown.last_day for one in held))
        refuted = _by_card(held)
        for right in r.right(day, end, refuted if len(refuted) < FEW else None):
            for card, at in zip(right.cards, right.at, strict=True):
                for one in refuted.get(card, ()):
                    one.refute(right.day, at, card)
        held = [one for one in held if one.shown.last_day < day and not one.gone]
        end, back = day, 2 * back


def _by_card(held: Sequence["_Held"]) -> Mapping[str, list["_Held"]]:
    """Card -> what a right answer to it speaks against."""
    refuted = defaultdict(list)
    for one in held:
        for card in one.cards:
            refuted[card].append(one)
    return refuted


class _Held:
    """A belief while the log is read."""

    def __init__(self, shown: Shown, cards: Sequence[str]) -> None:
        self.shown = shown
        self.cards = cards
        self.since: dict[date, set[str]] = {}  # day -> cards answered right since it last showed

    def refute(self, day: date, at: str, card: str) -> None:
        if (day, at) > (self.shown.last_day, self.shown.last_at):
            self.since.setdefault(day, set()).add(card)

    @property
    def gone(self) -> bool:
        return len(self.since) >= DAYS and _apart(list(self.since.values()), min(DAYS, len(self.cards)))

    def belief(self) -> Belief:
        name, first, last, _, times, sure = self.shown
        return Belief(name, first, last, times, sure, tuple(sorted(self.since)), self.gone)


def _apart(days: Sequence[Set[str]], wanted: int) -> bool:
    """Whether a different card can be counted on so many of the days: a matching (Kuhn 1955) of days with cards."""
    taken: dict[str, int] = {}

    def place(day: int, tried: set[str]) -> bool:
        for card in days[day] - tried:
            tried.add(card)
            if card not in taken or place(taken[card], tried):
                taken[card] = day
                return True
        return False

    placed = (place(day, set()) for day in range(len(days)))
    return len(list(islice(filter(None, placed), wanted))) == wanted


def right(verdict: str | None, rating: Rating) -> bool:
    """Whether an answer was right, in the learner's own judgement where only that can tell."""
    if verdict == Verdict.SELF:
        return rating is not Rating.AGAIN
    return verdict in (Verdict.RIGHT, Verdict.SLIP)
