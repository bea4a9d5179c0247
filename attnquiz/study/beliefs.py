"""What a learner seems to believe: when it showed, what has spoken against it since, and whether it is gone.

A belief shows in a wrong answer that only it explains. It is gone once cards that refute it were answered right on
three separate days after it last showed, three different cards where there are as many.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from attnquiz.cards.collection import Collection
from attnquiz.cards.grading import Verdict
from attnquiz.cards.refutations import refuted_by, refuting
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Reading
from attnquiz.store.told import Told
from attnquiz.study.proposal import Confidence

DAYS = 3  # separate days on which it must be refuted before it counts as gone


@dataclass(frozen=True, slots=True)
class Belief:
    """What the log says about one misconception of one learner."""

    id: str
    first_seen: date
    last_seen: date
    seen: int  # times that it showed
    sure: int  # of those, times that the learner was sure
    refuted: int  # right answers to cards that refute it, since it first showed
    days: tuple[date, ...]  # the days of such answers since it last showed
    gone: bool


def told(r: Reading, collection: Collection) -> list[Told]:
    """The reviews that say something of beliefs, in order of time."""
    proofs, named = refuting(collection.cards.values()), r.named()
    return r.told({card for name in named for card in proofs.get(name, ())})


def beliefs(reviews: Iterable[Told], collection: Collection) -> tuple[Belief, ...]:
    """Every belief that ever showed, given effective reviews in order of time, those that ``told`` reads or more.

    Those that are still there come first, and among them those the learner was sure of: a confident error is the one
    that a correction mends best (Butterfield and Metcalfe 2001). Then the latest first.
    """
    proofs = refuting(collection.cards.values())
    refuted = {card.id: refuted_by(card) for card in collection.cards.values()}
    held: dict[str, _Held] = {}
    for review in reviews:
        if review.misconception in collection.misconceptions and _shows(review):
            held.setdefault(review.misconception, _Held(review.study_day)).show(review)
        elif right(review.verdict, review.rating):
            for belief in refuted.get(review.card, ()):
                if belief in held:
                    held[belief].refute(review)
    found = [one.belief(name, len(proofs.get(name, ()))) for name, one in held.items()]
    return tuple(sorted(found, key=lambda belief: (belief.gone, belief.sure == 0, -belief.last_seen.toordinal())))


class _Held:
    """A belief while the log is read."""

    def __init__(self, first_seen: date) -> None:
        self.first_seen = first_seen
        self.last_seen = first_seen
        self.seen = self.sure = self.refuted = 0
        self.since: dict[date, set[str]] = {}  # day -> cards answered right since it last showed

    def show(self, review: Told) -> None:
        self.last_seen, self.since = review.study_day, {}
        self.seen += 1
        self.sure += review.confidence == Confidence.SURE

    def refute(self, review: Told) -> None:
        self.refuted += 1
        self.since.setdefault(review.study_day, set()).add(review.card)

    def belief(self, name: str, cards: int) -> Belief:
        gone = len(self.since) >= DAYS and _apart(list(self.since.values())) >= min(DAYS, cards)
        days = tuple(self.since)
        return Belief(name, self.first_seen, self.last_seen, self.seen, self.sure, self.refuted, days, gone)


def _apart(days: list[set[str]]) -> int:
    """On how many days a different card can be counted: the largest matching (Kuhn 1955) of days with cards."""
    taken: dict[str, int] = {}

    def place(day: int, tried: set[str]) -> bool:
        for card in days[day] - tried:
            tried.add(card)
            if card not in taken or place(taken[card], tried):
                taken[card] = day
                return True
        return False

    return sum(place(day, set()) for day in range(len(days)))


def _shows(review: Told) -> bool:
    """Not knowing is no belief."""
    return review.verdict in (Verdict.WRONG, Verdict.SELF)


def right(verdict: str | None, rating: Rating) -> bool:
    """Whether an answer was right, in the learner's own judgement where only that can tell."""
    if verdict == Verdict.SELF:
        return rating is not Rating.AGAIN
    return verdict in (Verdict.RIGHT, Verdict.SLIP)
