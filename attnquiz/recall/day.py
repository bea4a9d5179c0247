"""The study day: the date a learner would say it is, with the small hours counted to the evening before."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attnquiz.errors import RecallError

ROLLOVER = 4  # o'clock, the learner's wall clock; Anki's default as well


def study_day(at: datetime, zone: str, rollover: int = ROLLOVER) -> date:
    """The study day of the instant ``at`` for a learner whose clock shows the time of ``zone``.

    While the wall clock shows an hour below ``rollover`` it is still the day before. A later instant never has an
    earlier study day in the same zone: where the clock is put back across the rollover hour, the day stays begun.
    Where a zone skipped a date, the small hours of the next one still count to the date before it on the calendar.
    Raises RecallError for a naive ``at``, an unknown zone, or a rollover outside 0 to 23.
    """
    here = check_zone(zone)
    check_rollover(rollover)
    instant = as_utc(at)
    wall = instant.astimezone(here)
    day = wall.date() - timedelta(days=wall.hour < rollover)
    if wall.fold:  # this hour is shown for the second time: the rollover may have passed during the first
        begun = datetime.combine(day + timedelta(days=1), time(rollover), here)
        if begun.astimezone(UTC) <= instant:
            return begun.date()
    return day


def as_utc(at: datetime) -> datetime:
    """``at`` in UTC. A datetime without a zone names no instant and raises RecallError."""
    if at.utcoffset() is None:
        raise RecallError(f"The time {at.isoformat()} has no time zone, so it names no instant: give it in UTC.")
    return at.astimezone(UTC)


def check_zone(name: str) -> ZoneInfo:
    """The zone called ``name`` in the IANA time zone data, or a RecallError that is a sentence."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError) as error:  # unknown, malformed, a folder, no text
        raise RecallError(
            f"There is no time zone called {name!r}: use a name such as Europe/Berlin or America/New_York."
        ) from error


def check_rollover(hour: int) -> None:
    """Raise RecallError unless ``hour`` is a whole hour from 0 to 23."""
    if isinstance(hour, bool) or not isinstance(hour, int) or not 0 <= hour <= 23:
        raise RecallError(f"A study day cannot begin at {hour!r} o'clock: choose a whole hour from 0 to 23.")
