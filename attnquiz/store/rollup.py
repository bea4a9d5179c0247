"""What statistics count, and how much each review adds to it. Nothing here reads or writes a file.

A review counts for what is written in its own row, as it was at that moment; only whether its variant was met before
depends on the other reviews of its face. ``tally`` keeps the sums.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from attnquiz.errors import RecallError
from attnquiz.recall.day import check_zone


class Measure(StrEnum):
    """What is counted of each review. By study day: ANSWERS and RETAINED; by week, as its Monday: all others.

    ``first`` is the first review of a face on its study day, with a memory before it. ``fair`` is a first review that
    was due, of a face that was spaced out: only those say whether the scheduler was right. A hit is a rating above
    AGAIN, unless said otherwise.
    """

    ANSWERS = "answers"  # every review; slot: 10 * Class + rating; total: milliseconds, 0 where unknown
    RETAINED = "retained"  # fair; slot: 0 young, 1 mature; total: predicted recall in millionths
    PREDICTED = "predicted"  # fair; slot: the twentieth of the predicted recall, 0 to 19; total: the same
    PROBED = "probed"  # first, purpose probe; slot: 1 due on that day, 0 not; total: the same
    HOUR = "hour"  # every review; slot: the hour that the learner's clock showed
    SURE = "sure"  # right, wrong or slip; slot: 1 sure, 0 unsure; a hit is right
    VARIANT = "variant"  # first, a card with variants, no verdict of one's own; slot: 1 never met; a hit is right
    TOOK = "took"  # time known; slot: quarter octaves of seconds (``seconds_of``); total: milliseconds


NEW, LEARNING, RELEARNING, YOUNG, MATURE = range(5)  # what a face was before a review
OLD_ENOUGH = 21  # days between last seen and due: from there on a face is mature
MILLION = 1_000_000  # predicted recall is added up in millionths: whole numbers add up in any order
BINS = 20
DAILY = frozenset({Measure.ANSWERS, Measure.RETAINED})
VARIED = frozenset({"numeric", "shape"})
"""Kinds of card whose numbers change from time to time."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which reviews: of these concepts, of this kind of card, since this day, which has to be a Monday."""

    concepts: frozenset[str] | None = None
    kind: str | None = None
    since: date | None = None

    @property
    def several(self) -> bool:
        """Whether more than one filter asks: then nothing is kept ready, and the log is read."""
        return self.concepts is not None and self.kind is not None


class Tally(NamedTuple):
    """So many reviews of one slot on one day, or in the week of that Monday."""

    day: date
    slot: int
    n: int
    hits: int
    total: int


class Total(NamedTuple):
    """The same for all days together."""

    n: int
    hits: int
    total: int


class Fact(NamedTuple):
    """What is read off one effective review."""

    number: int
    id: str
    learner: str
    card: str
    deletion: int
    variant: int | None
    concept: str | None
    card_kind: str | None
    purpose: str
    study_day: str
    at: str
    zone: str
    shown_at: str | None
    committed_at: str | None
    rating: int
    verdict: str | None
    confidence: str | None
    predicted: float | None
    state: str | None  # of the memory before it; None for a new face, as are the next two
    last_day: str | None
    due_day: str | None


Cell = tuple[str, str | None, str | None, str, str, int]  # learner, concept, kind, measure, day, slot
Row = tuple[str, str, str, str, int]  # learner, scope, measure, day, slot: the key of the table
Sums = list[int]  # n, hits, total

_ANSWERS, _RETAINED, _PREDICTED, _PROBED, _HOUR, _SURE, _VARIANT, _TOOK = (measure.value for measure in Measure)
_CLASSES = {None: NEW, "learning": LEARNING, "relearning": RELEARNING}
_GRADED = frozenset({"right", "wrong", "slip"})
_ZERO = timedelta(0)
_MILLISECOND = timedelta(milliseconds=1)


def seconds_of(slot: int) -> float:
    """The seconds in the middle of a slot of TOOK: four slots double the time."""
    return 2 ** (slot / 4)


def of_concept(concept: str) -> str:
    """The scope of a concept, as the table names it."""
    return f"concept:{concept}"


def of_kind(kind: str) -> str:
    """The scope of a kind of card."""
    return f"kind:{kind}"


def counted(fact: Fact, fresh: bool) -> Iterator[tuple[str, str, int, bool, int]]:
    """What a review adds: measure, day, slot, whether it is a hit, and how much to the total.

    ``fresh``: no earlier effective review of the face had its variant.
    """
    day, week = fact.study_day, monday(fact.study_day)
    hit, right = fact.rating > 1, fact.verdict == "right"
    took = _took(fact.shown_at, fact.committed_at)
    milliseconds = 0 if took is None else took // _MILLISECOND
    spaced = fact.state == "review"
    first = fact.last_day is not None and fact.last_day < day
    before = int(_mature(fact.last_day, fact.due_day)) + YOUNG if spaced else _CLASSES[fact.state]
    yield _ANSWERS, day, 10 * before + fact.rating, hit, milliseconds
    yield _HOUR, week, local_hour(fact.at, fact.zone), hit, 0
    if took is not None:
        yield _TOOK, week, round(4 * math.log2(max(1.0, took.total_seconds()))), hit, milliseconds
    if fact.verdict in _GRADED and fact.confidence is not None:
        yield _SURE, week, int(fact.confidence == "sure"), right, 0
    if not first:
        return
    predicted = fact.predicted
    if predicted is not None and fact.purpose == "due" and spaced:
        millionths = round(predicted * MILLION)
        yield _RETAINED, day, before - YOUNG, hit, millionths
        yield _PREDICTED, week, min(BINS - 1, int(predicted * BINS)), hit, millionths
    elif predicted is not None and fact.purpose == "probe":
        yield _PROBED, week, int((fact.due_day or day) <= day), hit, round(predicted * MILLION)
    if fact.card_kind in VARIED and (fact.verdict in _GRADED or fact.verdict == "unknown"):
        yield _VARIANT, week, int(fresh), right, 0


def cells(facts: Iterable[tuple[Fact, bool]]) -> dict[Cell, Sums]:
    """The finest sums of many reviews, each with whether its variant is fresh."""
    found: dict[Cell, Sums] = {}
    for fact, fresh in facts:
        learner, concept, kind = fact.learner, fact.concept, fact.card_kind
        for measure, day, slot, hit, total in counted(fact, fresh):
            key = (learner, concept, kind, measure, day, slot)
            sums = found.get(key)
            if sums is None:
                found[key] = [1, int(hit), total]
            else:
                sums[0] += 1
                sums[1] += hit
                sums[2] += total
    return found


def rows(found: dict[Cell, Sums]) -> dict[Row, Sums]:
    """The same for all reviews together, for each concept and for each kind of card: what the table holds."""
    held: dict[Row, Sums] = {}
    for (learner, concept, kind, measure, day, slot), (n, hits, total) in found.items():
        scopes = ["", *([] if concept is None else [of_concept(concept)]), *([] if kind is None else [of_kind(kind)])]
        for scope in scopes:
            key = (learner, scope, measure, day, slot)
            sums = held.get(key)
            if sums is None:
                held[key] = [n, hits, total]
            else:
                sums[0] += n
                sums[1] += hits
                sums[2] += total
    return held


@lru_cache(maxsize=16_384)
def monday(day: str) -> str:
    """The Monday of a day's week."""
    found = date.fromisoformat(day)
    return (found - timedelta(days=found.weekday())).isoformat()


def local_hour(at: str, zone: str) -> int:
    """The hour that a clock showed in ``zone``; in UTC where nobody knows that zone."""
    return datetime.fromisoformat(at).astimezone(_zone(zone)).hour


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return check_zone(name)
    except RecallError:
        return ZoneInfo("UTC")


@lru_cache(maxsize=16_384)
def _mature(last_day: str, due_day: str) -> bool:
    return (date.fromisoformat(due_day) - date.fromisoformat(last_day)).days >= OLD_ENOUGH


def _took(shown: str | None, committed: str | None) -> timedelta | None:
    """From shown to committed; None where it is unknown, or where the clock was set back in between."""
    if shown is None or committed is None:
        return None
    took = datetime.fromisoformat(committed) - datetime.fromisoformat(shown)
    return took if took >= _ZERO else None
