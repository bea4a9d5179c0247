"""A time zone in which it is about noon: no study day ends, no date changes and no clock is put forward or back there
while tests run that take the real time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def zone(now: datetime) -> str:
    """Where it is past twelve and before one in the afternoon. The sign of these names is turned around: GMT-5 is
    ahead."""
    return f"Etc/GMT{now.astimezone(UTC).hour - 12:+d}"


ZONE = zone(datetime.now(UTC))


def day(at: datetime) -> date:
    """The date there."""
    return at.astimezone(ZoneInfo(ZONE)).date()
