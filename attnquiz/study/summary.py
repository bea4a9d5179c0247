"""What one study day came to: memory gained, beliefs refuted, and whether being sure meant being right."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from attnquiz.cards.collection import Collection
from attnquiz.cards.grading import Verdict
from attnquiz.recall.face import Face
from attnquiz.store.database import Reading
from attnquiz.store.entry import Entry
from attnquiz.study.beliefs import beliefs, right
from attnquiz.study.proposal import Confidence


class Share(NamedTuple):
    """How many of how many answers were right."""

    right: int
    of: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Beliefs are ids of misconceptions."""

    answers: int
    cards: int
    gained: float  # days that the memories of these cards last longer now, all together (may be negative)
    sure: Share
    unsure: Share
    showed: tuple[str, ...]  # beliefs that showed today
    refuted: tuple[str, ...]  # beliefs that a right answer spoke against today
    gone: tuple[str, ...]  # of those, the ones that are gone since today


def summary(r: Reading, collection: Collection, today: date) -> Summary:
    """The study day ``today`` so far."""
    rated = list(r.reviews_of(today))
    showed, refuted, gone = _beliefs(r, collection, today)
    return Summary(
        answers=len(rated),
        cards=len({entry.face for entry in rated}),
        gained=gained(rated),
        sure=_share(rated, Confidence.SURE),
        unsure=_share(rated, Confidence.UNSURE),
        showed=showed,
        refuted=refuted,
        gone=gone,
    )


def gained(reviews: Iterable[Entry]) -> float:
    """By how many days the stability of all faces has grown: the last one after the day less the first one before."""
    before: dict[Face | None, float] = {}
    after: dict[Face | None, float] = {}
    for review in reviews:
        before.setdefault(review.face, _stability(review.memory_before))
        after[review.face] = _stability(review.memory_after)
    return sum(after[face] - before[face] for face in after)


def _stability(memory: str | None) -> float:
    """Days; a card that was never answered has none."""
    return 0.0 if memory is None else float(json.loads(memory)["stability"])


def _share(reviews: Sequence[Entry], confidence: Confidence) -> Share:
    """Answers that were graded, or that the learner graded; not knowing is neither sure nor unsure."""
    said = [one for one in reviews if one.confidence == confidence and one.verdict != Verdict.UNKNOWN]
    return Share(sum(right(one.verdict, one.rating) for one in said), len(said))


def _beliefs(
    r: Reading, collection: Collection, today: date
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Beliefs that showed today, that were refuted today, and of those the ones that are gone since."""
    now = beliefs(r, collection, today + timedelta(days=1))
    refuted = [one for one in now if today in one.days]
    gone_before = {one.id for one in beliefs(r, collection, today) if one.gone}
    return (
        tuple(one.id for one in now if one.last_seen == today),
        tuple(one.id for one in refuted),
        tuple(one.id for one in refuted if one.gone and one.id not in gone_before),
    )
