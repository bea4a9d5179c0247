"""What will be due, and what a day of reviewing comes to in the long run."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from attnquiz.measure.faces import Faces

DUE, OVERDUE = "due then", "overdue"
STEPS = {30: 1, 90: 1, 364: 7}  # how far ahead in days, and how many of them are one bar


def forecast(due: NDArray[np.int64], today: date, days: int = 30) -> pd.DataFrame:
    """Reviews due in the next ``days`` study days (a key of ``STEPS``), if nothing is learnt or forgotten until then.

    ``due`` is in days from today. Columns: day (date, the first of its bar), ahead (days from today to it), kind
    (``OVERDUE`` or ``DUE``), reviews, so_far (all up to then). What was due before today stands at today as overdue;
    every other bar has one row, be it of zero.
    """
    step = STEPS[days]
    ahead = np.bincount(due[(due >= 0) & (due < days)] // step, minlength=days // step)
    reviews = np.concatenate([[np.count_nonzero(due < 0)], ahead])
    starts = [0, *range(0, days, step)]
    return pd.DataFrame(
        {
            "day": [today + timedelta(days=start) for start in starts],
            "ahead": starts,
            "kind": [OVERDUE] + [DUE] * len(ahead),
            "reviews": reviews,
            "so_far": reviews.cumsum(),
        }
    )


def load(faces: Faces) -> float:
    """Reviews a day if every interval stayed as it is: a card that comes back after ten days is a tenth of one."""
    return float((1 / faces.interval[faces.spaced]).sum())
