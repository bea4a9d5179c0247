"""How long answers take: the median and the quartiles of a histogram."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pandas as pd

from attnquiz.measure.proportion import ENOUGH
from attnquiz.store.rollup import Total

PARTS = 4  # buckets of an octave: slot 4 log2(seconds), rounded
QUARTILES = (0.25, 0.5, 0.75)


class Bucket(NamedTuple):
    """So many answers that took between two numbers of seconds."""

    low: float
    high: float
    n: int


def buckets(totals: Mapping[int, Total]) -> list[Bucket]:
    """In order. The lowest holds whatever was quicker."""
    return [
        Bucket(2 ** ((slot - 0.5) / PARTS) if slot else 0.0, 2 ** ((slot + 0.5) / PARTS), total.n)
        for slot, total in sorted(totals.items())
    ]


def quantile(histogram: Iterable[Bucket], part: float) -> float:
    """Seconds below which so large a part of the answers lies, those of a bucket taken to be spread evenly in it."""
    histogram = list(histogram)
    left = part * sum(bucket.n for bucket in histogram)
    for bucket in histogram:
        if left <= bucket.n:
            return bucket.low + (bucket.high - bucket.low) * left / bucket.n
        left -= bucket.n
    raise ValueError("There are no answers.")


def times(kinds: Mapping[str, Mapping[int, Total]]) -> pd.DataFrame:
    """A row a kind of card that was answered, the slowest first: kind, answers, quarter, median, three_quarters
    (seconds, missing where there are too few answers), minutes (all together). Of ``Measure.TOOK``."""
    rows = []
    for kind, totals in kinds.items():
        n = sum(total.n for total in totals.values())
        if n:
            histogram = buckets(totals)
            seconds = [quantile(histogram, part) if n >= ENOUGH else None for part in QUARTILES]
            rows.append((kind, n, *seconds, sum(total.total for total in totals.values()) / 60_000))
    names = ["quarter", "median", "three_quarters"]
    frame = pd.DataFrame(rows, columns=["kind", "answers", *names, "minutes"])
    frame = frame.astype(dict.fromkeys(names, float))
    return frame.sort_values(["median", "kind"], ascending=[False, True], ignore_index=True)
