"""A time zone in which it is about noon: no study day ends, no date changes and no clock is put forward or back there
while tests run that take the real time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ZONE = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"  # the sign of these names is turned around: GMT-5 is ahead


def day(at: datetime) -> date:
    """The date there."""
    return at.astimezone(ZoneInfo(ZONE)).date()
