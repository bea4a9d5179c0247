"""Where tests of pages live it is noon, at whatever hour they run."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.noon import ZONE, day, zone


@pytest.mark.parametrize("month", [1, 7])
@pytest.mark.parametrize("hour", range(24))
def test_at_each_hour_there_is_a_zone_in_which_it_is_noon(month, hour):
    now = datetime(2026, month, 1, hour, 59, tzinfo=UTC)
    assert now.astimezone(ZoneInfo(zone(now))).hour == 12


def test_a_day_is_that_of_the_zone():
    for hour in 0, 12, 23:
        assert day(datetime(2026, 7, 1, hour, tzinfo=ZoneInfo(ZONE))) == date(2026, 7, 1)
