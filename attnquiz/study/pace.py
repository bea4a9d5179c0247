"""How long answers take a learner, and what the minutes of a day are enough for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean

from attnquiz.cards.collection import Collection
from attnquiz.recall.face import Face
from attnquiz.store.entry import Entry

USUAL = 20.0  # seconds for an answer of somebody who has not answered enough to know
LONGEST = 300.0  # seconds that one answer counts for at most: whoever takes longer was elsewhere
FIRST_DAY = 2  # answers to a new card on its first day, at least


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds that an answer takes, by kind of card; what is not known is the mean of what is."""

    medians: Mapping[str, float] = field(default_factory=dict)

    @property
    def usual(self) -> float:
        return fmean(self.medians.values()) if self.medians else USUAL

    def of(self, collection: Collection, faces: Iterable[Face]) -> list[float]:
        """Seconds for each of the faces."""
        usual = self.usual
        return [self.medians.get(collection.cards[face.card].kind, usual) for face in faces]


def fitting(seconds: Iterable[float], left: float) -> int:
    """How many of these answers, one after another, fit into so many seconds."""
    number = 0
    for each in seconds:
        left -= each
        if left < 0:
            break
        number += 1
    return number


def spent(reviews: Iterable[Entry]) -> float:
    """Seconds between question and answer, over these reviews."""
    took = [
        (review.committed_at - review.shown_at).total_seconds()
        for review in reviews
        if review.committed_at is not None and review.shown_at is not None
    ]
    return sum(min(max(each, 0.0), LONGEST) for each in took)
