"""What will be due."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

import pandas as pd

from attnquiz.recall.memory import Memory

DAYS = 30  # today and the 29 days after it
DUE, OVERDUE = "due that day", "overdue"


def forecast(memories: Iterable[Memory], today: date) -> pd.DataFrame:
    """Reviews due on each of the next 30 study days, if nothing is learnt or forgotten until then.

    Columns: day (date), ahead (days from today, 0 to 29), kind (``OVERDUE`` or ``DUE``), reviews. What was due before
    today stands at today as overdue; every other day has one row, be it of zero.
    """
    ahead = Counter((memory.due_day - today).days for memory in memories)
    overdue = sum(number for days, number in ahead.items() if days < 0)
    rows = [(today, 0, OVERDUE, overdue)]
    rows += [(today + timedelta(days=days), days, DUE, ahead[days]) for days in range(DAYS)]
    return pd.DataFrame(rows, columns=["day", "ahead", "kind", "reviews"])
