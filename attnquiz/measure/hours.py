"""At what time of the day answers were given, and how many of them were not Again."""

from collections.abc import Mapping

import pandas as pd

from attnquiz.measure.proportion import Proportion
from attnquiz.store.rollup import Total

HOURS = 24
CLEAR = 4.0  # standard errors; 3.1 would do for 24 hours, were answers of one sitting not alike
LEAST = 10  # answers of either outcome that must be expected of an hour for its error to be nearly normal


def hours(totals: Mapping[int, Total]) -> pd.DataFrame:
    """A row an hour of the wall clock: hour (0 to 23), answers, remembered, share, low, high (the 95 % interval; the
    three are missing where there are too few). Of ``Measure.HOUR``."""
    rows = []
    for hour in range(HOURS):
        total = totals.get(hour)
        sample = Proportion(total.hits, total.n) if total else Proportion(0, 0)
        rows.append((hour, sample.n, sample.hits, *sample.measured))
    frame = pd.DataFrame(rows, columns=["hour", "answers", "remembered", "share", "low", "high"])
    return frame.astype({"share": float, "low": float, "high": float})


def apart(frame: pd.DataFrame) -> pd.DataFrame:
    """The hours whose share differs from that of all other hours by more than chance makes one of 24 differ.

    The same columns and others, the share of all other answers. A cautious test of two proportions: 24 are made.
    """
    n, hits = int(frame.answers.sum()), int(frame.remembered.sum())
    some = frame[frame.answers * min(hits, n - hits) >= LEAST * n].dropna(subset="share") if n else frame[:0]
    some = some[some.answers < n]
    others = n - some.answers
    some = some.assign(others=(hits - some.remembered) / others)
    error = (hits / n * (1 - hits / n) * (1 / some.answers + 1 / others)) ** 0.5 if n else 0
    return some[(some.share - some.others).abs() > CLEAR * error]
