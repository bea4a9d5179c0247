"""How a made-up learner studies: when, how long, how sure, and what they get wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from math import exp
from random import Random

from attnquiz.cards.card import Kind
from attnquiz.recall.day import check_zone

SECONDS = {
    Kind.BASIC: 11.0, Kind.CLOZE: 9.0, Kind.MC: 16.0, Kind.NUMERIC: 38.0, Kind.SHAPE: 26.0, Kind.ORDER: 32.0,
    Kind.CODE: 24.0, Kind.HEATMAP: 18.0, Kind.BUG: 42.0, Kind.EXPLAIN: 80.0, Kind.EXPERIMENT: 50.0,
}  # fmt: skip
LATEST = 25.5  # hours after midnight at which nobody begins any more


@dataclass(frozen=True, slots=True)
class Habits:
    """Shares are between 0 and 1; hours are those of the wall clock."""

    minutes: float = 25.0  # of a usual day; half of all days have less
    skipped: float = 0.12  # share of the days on which nothing is done
    holidays: float = 0.006  # chance that one begins on a day; it lasts five to twelve
    evening: float = 19.5  # hour of a working day
    morning: float = 10.5  # hour of a day of the weekend
    twice: float = 0.25  # share of the days with two sittings
    first_right: float = 0.62  # of new cards about which nothing wrong is believed
    same_day: float = 0.92  # recalled when asked again after minutes: of that FSRS says nothing
    gives_up: float = 0.5  # "I don't know" instead of a mistake, where nothing wrong is believed
    sure_right: float = 0.85  # says to be sure, of right answers
    sure_wrong: float = 0.35  # of wrong ones
    believes: float = 0.3  # share of the misconceptions that the learner comes with
    asks_hint: float = 0.06
    slips: float = 0.04  # right, but misspelt or rounded at first
    easy: float = 0.07  # share of the right answers that were easy
    seconds: dict[str, float] = field(default_factory=lambda: {str(kind): took for kind, took in SECONDS.items()})


@dataclass(frozen=True, slots=True)
class Sitting:
    """When somebody sits down, and when it is enough; the study day ends with it at the latest."""

    begin: datetime
    end: datetime


def calendar(habits: Habits, start: date, days: int, zone: str, rollover: int, dice: Random) -> Iterator[
    tuple[date, tuple[Sitting, ...]]
]:  # fmt: skip
    """Each study day with the sittings planned for it; none on a day that is skipped."""
    away = 0
    for day in (start + timedelta(days=number) for number in range(days)):
        if not away and dice.random() < habits.holidays:
            away = dice.randint(5, 12)
        away = max(0, away - 1)
        skips = dice.random() < habits.skipped
        yield day, () if away or skips else tuple(_sittings(habits, day, zone, rollover, dice))


def _sittings(habits: Habits, day: date, zone: str, rollover: int, dice: Random) -> Iterator[Sitting]:
    minutes = habits.minutes * exp(dice.gauss(0.0, 0.5))
    usual = habits.morning if day.weekday() > 4 else habits.evening
    hour = min(max(dice.gauss(usual, 1.8), rollover + 0.5), LATEST)
    count = 2 if dice.random() < habits.twice else 1
    last = _instant(day, 24.0 + rollover, zone) - timedelta(minutes=10)
    for number in range(count):
        begin = _instant(day, hour + number * (minutes / 60 + dice.uniform(1.0, 4.0)), zone)
        end = min(begin + timedelta(minutes=minutes / count), last)
        if begin < end:
            yield Sitting(begin, end)


def _instant(day: date, hour: float, zone: str) -> datetime:
    """What the wall clock shows so many hours after midnight of ``day``."""
    wall = datetime.combine(day, time()) + timedelta(milliseconds=round(hour * 3_600_000))
    return wall.replace(tzinfo=check_zone(zone)).astimezone(UTC)
