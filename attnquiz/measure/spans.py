"""A long time cut into spans of equal length: days, weeks, or several weeks, as many as a picture has room for."""

from datetime import date, timedelta

MOST = 60  # spans in a picture
STEPS = (1, 7, 28, 84, 364)  # days
DAILY = 26  # weeks of which pictures show days
NAMES = {1: "day", 7: "week", 28: "4 weeks", 84: "12 weeks", 364: "52 weeks"}


def step(first: date, today: date, least: int = 1) -> int:
    """The shortest of ``STEPS``, ``least`` or longer, of which no more than ``MOST`` reach from ``first`` to today."""
    steps = [each for each in STEPS if each >= least]
    return next((each for each in steps if len(spans(first, today, each)) <= MOST), steps[-1])


def span(day: date, today: date, step: int) -> date:
    """The first day of the span that ``day`` lies in. A span of weeks begins on a Monday, the last one ends with this
    week."""
    if step == 1:
        return day
    end = monday(today) + timedelta(weeks=1)
    return end + timedelta(days=(day - end).days // step * step)


def spans(first: date, today: date, step: int, last: date | None = None) -> list[date]:
    """The first day of each span from the one with ``first`` to the one with today, or with ``last`` if that is later:
    whoever flew west has answers on a day that is yet to come."""
    begin = span(first, today, step)
    end = max(begin, today, last or today)
    return [begin + timedelta(days=days) for days in range(0, (end - begin).days + 1, step)]


def blocks(first: date, today: date, last: date) -> list[date]:
    """First days of what all spans of pictures can be put together from: days of the last half year, weeks of the last
    sixty, and four weeks before.

    A step is only long where shorter ones are more than ``MOST``, so that sums of blocks are as good as sums of days.
    """
    weekly, daily = monday(today) - timedelta(weeks=MOST - 1), lately(today)
    found, end, day = [first], max(today, last), first
    while day < end:
        long = 1 if day >= daily else 7 if day >= weekly else 28
        day = (span(first, today, long) if day == first else day) + timedelta(days=long)  # the first may be shorter
        found.append(day)
    return found


def lately(today: date) -> date:
    """The Monday from which on blocks are days: all of them before it are whole weeks, the first one apart."""
    return monday(today) - timedelta(weeks=DAILY - 1)


def monday(day: date) -> date:
    """Of its week."""
    return day - timedelta(days=day.weekday())
