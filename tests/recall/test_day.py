"""Study days: worked examples from the calendars of real zones, and one property over all of them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from attnquiz.errors import RecallError
from attnquiz.recall.day import as_utc, study_day

# Zones whose clocks are put back in unusual ways: half an hour, two hours, three hours, a minute past midnight.
RESTLESS = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Antarctica/Casey",
    "America/St_Johns",
    "Atlantic/Azores",
    "Asia/Kolkata",
    "Pacific/Apia",
    "UTC",
)


def wall(zone: str, *when: int, fold: int = 0) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("zone", "instant", "expected"),
    [
        ("Europe/Berlin", datetime(2026, 1, 10, 2, 59, 59, tzinfo=UTC), date(2026, 1, 9)),  # 03:59:59 there
        ("Europe/Berlin", datetime(2026, 1, 10, 3, 0, 0, tzinfo=UTC), date(2026, 1, 10)),  # 04:00 in winter
        ("Europe/Berlin", datetime(2026, 7, 10, 1, 59, 59, tzinfo=UTC), date(2026, 7, 9)),
        ("Europe/Berlin", datetime(2026, 7, 10, 2, 0, 0, tzinfo=UTC), date(2026, 7, 10)),  # 04:00 in summer
        ("America/New_York", datetime(2026, 1, 11, 3, 0, tzinfo=UTC), date(2026, 1, 10)),  # 22:00 the evening before
        ("Asia/Kolkata", datetime(2026, 1, 10, 22, 30, tzinfo=UTC), date(2026, 1, 11)),  # 04:00, half-hour zone
        ("Pacific/Kiritimati", datetime(2026, 1, 10, 14, 0, tzinfo=UTC), date(2026, 1, 11)),  # 04:00, 14 hours ahead
        ("UTC", datetime(2026, 3, 1, 3, 59, tzinfo=UTC), date(2026, 2, 28)),
    ],
)
def test_the_small_hours_belong_to_the_day_before(zone: str, instant: datetime, expected: date) -> None:
    assert study_day(instant, zone) == expected


def test_the_same_instant_is_another_study_day_elsewhere() -> None:
    instant = datetime(2026, 5, 5, 12, 0, tzinfo=UTC)
    assert study_day(instant, "Pacific/Kiritimati") == date(2026, 5, 5)
    assert study_day(instant.replace(hour=22), "Pacific/Kiritimati") == date(2026, 5, 6)
    assert study_day(instant.replace(hour=22), "Pacific/Honolulu") == date(2026, 5, 5)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 28), 23),  # the clock jumps from 2 to 3 on the 29th, still the 28th's night
        ("Europe/Berlin", date(2026, 10, 24), 25),
        ("America/New_York", date(2026, 3, 7), 23),
        ("America/New_York", date(2026, 10, 31), 25),
        ("Australia/Lord_Howe", date(2026, 4, 4), 24.5),
        ("Australia/Lord_Howe", date(2026, 10, 3), 23.5),
    ],
)
def test_the_night_of_the_clock_change_is_an_hour_longer_or_shorter(zone: str, day: date, hours: float) -> None:
    start = wall(zone, day.year, day.month, day.day, 4)
    end = start + timedelta(hours=hours)
    second = timedelta(seconds=1)
    assert study_day(start - second, zone) == day - timedelta(days=1)
    assert study_day(start, zone) == study_day(end - second, zone) == day
    assert study_day(end, zone) == day + timedelta(days=1)


def test_a_rollover_inside_the_skipped_hour_begins_the_day_at_the_jump() -> None:
    jump = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # 01:59:59 CET, then 03:00 CEST
    assert study_day(jump - timedelta(seconds=1), "Europe/Berlin", rollover=2) == date(2026, 3, 28)
    assert study_day(jump, "Europe/Berlin", rollover=2) == date(2026, 3, 29)


def test_a_day_that_has_begun_does_not_end_when_the_clock_is_put_back() -> None:
    """St. John's put its clock back at 00:01, to 23:01 of the day before, until 2011."""
    midnight = datetime(2010, 11, 7, 2, 30, tzinfo=UTC)
    assert study_day(midnight, "America/St_Johns", rollover=0) == date(2010, 11, 7)
    half_past_eleven_again = midnight + timedelta(minutes=30)
    assert half_past_eleven_again.astimezone(ZoneInfo("America/St_Johns")).date() == date(2010, 11, 6)
    assert study_day(half_past_eleven_again, "America/St_Johns", rollover=0) == date(2010, 11, 7)


def test_the_date_that_samoa_skipped_is_only_a_night() -> None:
    """At the end of 29 December 2011 the date became the 31st: see the docstring of study_day."""
    midnight = datetime(2011, 12, 30, 10, 0, tzinfo=UTC)
    assert study_day(midnight - timedelta(seconds=1), "Pacific/Apia") == date(2011, 12, 29)
    assert study_day(midnight, "Pacific/Apia") == date(2011, 12, 30)
    assert study_day(midnight + timedelta(hours=4), "Pacific/Apia") == date(2011, 12, 31)
    assert study_day(midnight, "Pacific/Apia", rollover=0) == date(2011, 12, 31)


@pytest.mark.parametrize(("rollover", "hour", "expected"), [(0, 0, 10), (0, 23, 10), (23, 22, 9), (23, 23, 10)])
def test_the_rollover_may_be_any_hour(rollover: int, hour: int, expected: int) -> None:
    assert study_day(wall("Europe/Berlin", 2026, 1, 10, hour), "Europe/Berlin", rollover) == date(2026, 1, expected)


instants = some.datetimes(datetime(1970, 1, 2), datetime(2037, 12, 30), timezones=some.just(UTC))


@given(at=instants, later=some.integers(0, 3 * 86_400), zone=some.sampled_from(RESTLESS), rollover=some.integers(0, 23))
@example(at=datetime(2010, 11, 7, 2, 30, 30, tzinfo=UTC), later=40, zone="America/St_Johns", rollover=0)
@example(at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC), later=3600, zone="Antarctica/Troll", rollover=2)
@example(at=datetime(2010, 3, 4, 14, 0, tzinfo=UTC), later=3 * 3600, zone="Antarctica/Casey", rollover=0)
def test_a_later_instant_never_has_an_earlier_study_day(at: datetime, later: int, zone: str, rollover: int) -> None:
    first, second = study_day(at, zone, rollover), study_day(at + timedelta(seconds=later), zone, rollover)
    assert first <= second


def test_no_study_day_goes_back_in_any_hour_of_the_years_with_the_oddest_changes() -> None:
    """Every ten minutes around each change of offset, in every zone above, with every rollover up to six."""
    minute = timedelta(minutes=1)
    for zone in RESTLESS:
        here, at, end = ZoneInfo(zone), datetime(2009, 12, 1, tzinfo=UTC), datetime(2012, 4, 1, tzinfo=UTC)
        while at < end:
            if at.astimezone(here).utcoffset() != (at + timedelta(hours=6)).astimezone(here).utcoffset():
                for rollover in range(7):
                    days = [study_day(at + 10 * k * minute + minute / 2, zone, rollover) for k in range(-6, 70)]
                    assert days == sorted(days), (zone, at, rollover)
            at += timedelta(hours=6)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "Europe", "../etc/passwd", "/etc/localtime", "Mars\0"])
def test_an_unknown_zone_gets_a_sentence(zone: str) -> None:
    with pytest.raises(RecallError, match="no time zone called"):
        study_day(datetime(2026, 1, 1, tzinfo=UTC), zone)


@pytest.mark.parametrize("rollover", [-1, 24, 4.0, True, None])
def test_an_impossible_rollover_gets_a_sentence(rollover: object) -> None:
    with pytest.raises(RecallError, match="whole hour from 0 to 23"):
        study_day(datetime(2026, 1, 1, tzinfo=UTC), "UTC", rollover)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(RecallError, match="no time zone"):
        study_day(datetime(2026, 1, 1), "UTC")
    with pytest.raises(RecallError, match="no time zone"):
        as_utc(datetime(2026, 1, 1))
