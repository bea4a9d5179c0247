"""What statistics count, and how much each review adds to it. Nothing here reads or writes a file.

A review counts for what is written in its own row, as it was at that moment; only whether its variant was met before
depends on the other reviews of its face. ``tally`` keeps the sums.
"""

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from attnquiz.errors import RecallError
from attnquiz.recall.day import check_zone


class Measure(StrEnum):
    """What is counted of each review. By study day: ANSWERS and RETAINED; by week, as its Monday: all others. Besides,
    each is counted for all time, under a name of its own (``of_all_time``).

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
    WEEKLY = "weekly"  # as ANSWERS: what lies long ago is never shown by day


NEW, LEARNING, RELEARNING, YOUNG, MATURE = range(5)  # what a face was before a review
OLD_ENOUGH = 21  # days between last seen and due: from there on a face is mature
DAILY = (Measure.ANSWERS, Measure.RETAINED)
MILLION = 1_000_000  # predicted recall is added up in millionths: whole numbers add up in any order
BINS = 20
VARIED = frozenset({"numeric", "shape"})
"""Kinds of card whose numbers change from time to time."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which reviews: of these concepts, of this kind of card, since this day, which has to be a Monday."""

    concepts: frozenset[str] | None = None
    kind: str | None = None
    since: date | None = None

    @property
    def of_all_cards(self) -> bool:
        """Whether every card passes: only a period may be asked for."""
        return self.concepts is None and self.kind is None

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


def by_slot(tallies: Iterable[Tally]) -> dict[int, Total]:
    """All days together."""
    summed: dict[int, Total] = {}
    for _, slot, *sums in tallies:
        summed[slot] = Total(*map(sum, zip(summed.get(slot, (0, 0, 0)), sums, strict=True)))
    return dict(sorted(summed.items()))


Fact = tuple[Any, ...]
"""What is read off one effective review: the columns FACT, and what was believed before it, as the columns BEFORE of
its memory, a JSON array; None for a new face."""
FACT = (
    "number", "learner", "card", "deletion", "variant", "concept", "card_kind", "purpose", "study_day", "at", "zone",
    "shown_at", "committed_at", "rating", "verdict", "confidence", "predicted_recall",
)  # fmt: skip
BEFORE = ("state", "last_day", "due_day")
Added = tuple[int, int]  # measure and slot in one number; n, hits and total in one
Sums = defaultdict[int, defaultdict[int, dict[int, int]]]  # by day (or Monday), by scope, by measure and slot
Line = tuple[str, int, int, int, int]  # day, slot, n, hits, total: a row of the table without its title
Title = tuple[str, str, str]  # learner, scope, measure
ALL_TIME = "all days"  # the day of what is counted for all time

# A million reviews are six million sums in three scopes: plain numbers as keys and as sums are quick and small.
_MEASURE, _SCOPE = 8, 12  # where measure and scope begin in a key, in bits; the slot is below
_HITS, _TOTAL = 24, 48  # where hits and total begin in a sum; n is below
_SLOT, _COUNT = (1 << _MEASURE) - 1, (1 << _HITS) - 1
_HIT = 1 + (1 << _HITS)  # one review, and a hit
_NO_KIND, _NO_CONCEPT = "kind", "concept"  # scopes of what has none: the table does not hold them
MEASURES = tuple(measure.value for measure in Measure)
_ANSWERS, _RETAINED, _PREDICTED, _PROBED, _HOUR, _SURE, _VARIANT, _TOOK, _WEEKLY = (
    place << _MEASURE for place in range(len(MEASURES))
)
_CLASSES = {"learning": LEARNING, "relearning": RELEARNING, "review": YOUNG}
_GRADED = frozenset({"right", "wrong", "slip"})


def seconds_of(slot: float) -> float:
    """The seconds in the middle of a slot of TOOK: four slots double the time."""
    return 2 ** (slot / 4)


_LONGER = [MILLION * seconds_of(slot + 0.5) for slot in range(160)]  # microseconds from which on it is the next slot


def of_concept(concept: str) -> str:
    """The scope of a concept, as the table names it."""
    return f"concept:{concept}"


def of_kind(kind: str) -> str:
    """The scope of a kind of card."""
    return f"kind:{kind}"


def of_all_time(measure: str) -> str:
    """A measure for all time, as the table names it: all of a scope stand together, and an answer changes one page."""
    return f"ever:{measure}"


def counted(fact: Fact, fresh: bool) -> tuple[int, list[Added], int, list[Added]]:
    """What a review adds to its day and to its week. ``fresh``: its variant was never met before."""
    (
        _, _, _, _, _, _, kind, purpose, study_day, at, zone, shown, committed, rating, verdict, confidence, predicted,
        believed,
    ) = fact  # fmt: skip
    day, week = _day_and_week(study_day)
    before, last, due = (NEW, day, day) if believed is None else _believed(believed)
    one = _HIT if rating > 1 else 1
    right = _HIT if verdict == "right" else 1
    took = _took(shown, committed)
    timed = one if took is None else one + (took // 1000 << _TOTAL)
    slot = 10 * before + rating
    daily, weekly = [(_ANSWERS + slot, timed)], [(_WEEKLY + slot, timed), (_HOUR + local_hour(at, zone), one)]
    if took is not None:
        weekly.append((_TOOK + bisect(_LONGER, took), timed))
    if verdict in _GRADED and confidence is not None:
        weekly.append((_SURE + (confidence == "sure"), right))
    if last >= day:
        return day, daily, week, weekly  # new, or seen before on the same day
    if predicted is not None:
        expected = one + (round(predicted * MILLION) << _TOTAL)
        if purpose == "due" and before >= YOUNG:
            daily.append((_RETAINED + before - YOUNG, expected))
            weekly.append((_PREDICTED + min(BINS - 1, int(predicted * BINS)), expected))
        elif purpose == "probe":
            weekly.append((_PROBED + (due <= day), expected))
    if kind in VARIED and (verdict in _GRADED or verdict == "unknown"):
        weekly.append((_VARIANT + fresh, right))
    return day, daily, week, weekly


def books(facts: Iterable[tuple[Fact, bool]]) -> dict[Title, list[Line]]:
    """The sums of many reviews, each with whether its variant is fresh: what the table holds, by day and slot.

    They come more or less day by day, so that the sums at hand are few, whatever the order of the table.
    """
    scopes = _Scopes()
    by_day: Sums = defaultdict(lambda: defaultdict(dict))
    by_week: Sums = defaultdict(lambda: defaultdict(dict))
    for fact, fresh in facts:
        kind, concept = scopes[fact[1], fact[6], fact[5]]
        day, daily, week, weekly = counted(fact, fresh)
        for bucket, each in ((by_day[day], daily), (by_week[week], weekly)):
            by_kind, by_concept = bucket[kind], bucket[concept]
            for slot, sums in each:
                by_kind[slot] = by_kind.get(slot, 0) + sums
                by_concept[slot] = by_concept.get(slot, 0) + sums
    ever: dict[int, int] = defaultdict(int)
    found: dict[int, list[Line]] = defaultdict(list)
    for buckets in (by_day, by_week):
        for day in sorted(buckets):
            bucket, text = buckets.pop(day), date.fromordinal(day).isoformat()
            for scope in scopes.together.keys() & bucket.keys():
                of_all = bucket[scopes.together[scope]]
                for slot, sums in bucket[scope].items():
                    of_all[slot] = of_all.get(slot, 0) + sums
            for scope, slots in bucket.items():
                for slot in sorted(slots):
                    key, sums = scope + slot, slots[slot]
                    ever[key] += sums
                    found[key >> _MEASURE].append(_line(text, key, sums))
    titles = {key: title for key in found if (title := scopes.title(key)) is not None}
    lines = {title: found[key] for key, title in titles.items()}
    for key in sorted(ever):
        if (title := titles.get(key >> _MEASURE)) is not None:
            learner, scope, measure = title
            lines.setdefault((learner, scope, of_all_time(measure)), []).append(_line(ALL_TIME, key, ever[key]))
    return lines


def _line(day: str, key: int, sums: int) -> Line:
    return day, key & _SLOT, sums & _COUNT, sums >> _HITS & _COUNT, sums >> _TOTAL


class _Scopes(dict[tuple[str, str | None, str | None], tuple[int, int]]):
    """Of a learner, a kind and a concept: where in a key the scope of that kind begins, and that of that concept."""

    def __init__(self) -> None:
        self.names: list[tuple[str, str]] = []  # learner and scope
        self.together: dict[int, int] = {}  # of a scope that is a kind: where the learner's scope of everything begins

    def __missing__(self, key: tuple[str, str | None, str | None]) -> tuple[int, int]:
        learner, kind, concept = key
        of_its_kind = self._begin(learner, _NO_KIND if kind is None else of_kind(kind))
        self.together[of_its_kind] = self._begin(learner, "")
        self[key] = of_its_kind, self._begin(learner, _NO_CONCEPT if concept is None else of_concept(concept))
        return self[key]

    def _begin(self, *name: str) -> int:
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name) << _SCOPE

    def title(self, key: int) -> Title | None:
        """What the key of a measure of a scope means; None where the table has no such scope."""
        learner, scope = self.names[key >> _SCOPE - _MEASURE]
        known = scope not in (_NO_KIND, _NO_CONCEPT)
        return (learner, scope, MEASURES[key & (1 << _SCOPE - _MEASURE) - 1]) if known else None


@lru_cache(maxsize=4_096)
def _believed(memory: str) -> tuple[int, int, int]:
    """What a face was, the day it was last seen and the day it was due, from the columns BEFORE."""
    _, state, _, last_day, _, due_day, *_ = f'{memory}"""'.split('"')  # nothing in them to unquote
    last, due = _ordinal(last_day), _ordinal(due_day)
    return _CLASSES[state] + (state == "review" and due - last >= OLD_ENOUGH), last, due


@lru_cache(maxsize=4_096)
def _day_and_week(study_day: str) -> tuple[int, int]:
    """The day and its Monday."""
    day = _ordinal(study_day)
    return day, day - (day - 1) % 7  # day 1 of the calendar was a Monday


def _ordinal(day: str) -> int:
    """0 for what is no date: then somebody else wrote it, and it was long ago."""
    try:
        return date.fromisoformat(day).toordinal()
    except ValueError:
        return 0


def local_hour(at: str, zone: str) -> int:
    """The hour that a clock showed in ``zone``; in UTC where nobody knows that zone."""
    hour = _hour(at[:13], zone)
    return datetime.fromisoformat(at).astimezone(_zone(zone)).hour if hour is None else hour


@lru_cache(maxsize=16_384)
def _hour(hour: str, zone: str) -> int | None:
    """The same for a whole hour of UTC; None where the clock showed two."""
    shown = {datetime.fromisoformat(f"{hour}{rest}Z").astimezone(_zone(zone)).hour for rest in (":00:00", ":59:59")}
    return shown.pop() if len(shown) == 1 else None


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return check_zone(name)
    except RecallError:
        return ZoneInfo("UTC")


def _took(shown: str | None, committed: str | None) -> int | None:
    """Microseconds from shown to committed; None where it is unknown, or where the clock was set back in between."""
    if shown is None or committed is None:
        return None
    took = datetime.fromisoformat(committed) - datetime.fromisoformat(shown)
    return None if took.days < 0 else (took.days * 86_400 + took.seconds) * MILLION + took.microseconds
