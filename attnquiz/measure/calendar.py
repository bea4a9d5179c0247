"""When answers were given."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd

from attnquiz.measure.spans import monday
from attnquiz.store.rollup import Tally

WEEKS = 26
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
FROM = (0, 1, 10, 25, 50)  # answers a day from which a level begins; fixed, so that a shade means the same for ever


def calendar(tallies: Sequence[Tally], today: date, since: date | None = None) -> pd.DataFrame:
    """Answers on each day of the last 26 weeks, this one included and up to today; no day before ``since``.

    Columns: day (date), monday (of its week, ISO text), weekday, answers, level (0 to 4, see ``FROM``). Of
    ``Measure.ANSWERS``.
    """
    first = max(monday(today) - timedelta(weeks=WEEKS - 1), since or date.min)
    answers: Counter[date] = Counter()
    for tally in reversed(tallies):  # in order of days, most of which are long ago
        if tally.day < first:
            break
        answers[tally.day] += tally.n
    days = [first + timedelta(days=number) for number in range((today - first).days + 1)]
    rows = [(day, monday(day).isoformat(), WEEKDAYS[day.weekday()], answers[day], level(answers[day])) for day in days]
    return pd.DataFrame(rows, columns=["day", "monday", "weekday", "answers", "level"])


def level(answers: int) -> int:
    """The index of the last entry of ``FROM`` that ``answers`` reaches."""
    return sum(answers >= least for least in FROM) - 1


def by_week(days: pd.DataFrame) -> pd.DataFrame:
    """The same as a table to read: a row for each week with answers, newest first, and a column a weekday.

    Days to come are empty.
    """
    table = days.pivot(index="monday", columns="weekday", values="answers")[list(WEEKDAYS)].astype("Int64")
    table = table[table.sum(axis=1) > 0].iloc[::-1]
    mondays = map(date.fromisoformat, table.index)
    return table.set_axis([f"{day.day} {day:%b}" for day in mondays]).rename_axis(index="Week of", columns=None)
