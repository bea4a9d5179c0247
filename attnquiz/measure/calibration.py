"""Whether what was said before an answer came true: by the scheduler, by the learner, and for what was never asked."""

from collections.abc import Mapping

import pandas as pd

from attnquiz.measure.proportion import Proportion
from attnquiz.store.rollup import BINS, MILLION, Total

NOTHING = Total(0, 0, 0)
SAID = {"sure": 1, "unsure": 0}
PROBED = {"not due": 0, "due": 1}
MET = {"seen before": 0, "new": 1}


def scheduler(totals: Mapping[int, Total]) -> pd.DataFrame:
    """A row for each twentieth of predicted recall that was met: at_least, below, n, remembered, share, low, high,
    predicted (the mean of these predictions). Of ``Measure.PREDICTED``."""
    rows = [
        (slot / BINS, (slot + 1) / BINS, total.n, total.hits, *_sample(total).measured, _predicted(total))
        for slot, total in sorted(totals.items())
    ]
    return _frame(rows, ["at_least", "below", "n", "remembered"], predicted=True)


def predicted(totals: Mapping[int, Total]) -> tuple[Proportion, float]:
    """What was remembered of all of these, and the mean prediction for the same (0 where there are none)."""
    together = Total(*map(sum, zip(*totals.values(), strict=True))) if totals else NOTHING
    return _sample(together), _predicted(together) if together.n else 0.0


def probes(totals: Mapping[int, Total]) -> pd.DataFrame:
    """Cards drawn at random: cards (not due, due), n, remembered, share, low, high, predicted. Of
    ``Measure.PROBED``."""
    rows = []
    for name, slot in PROBED.items():
        total = totals.get(slot, NOTHING)
        mean = _predicted(total) if _sample(total).enough else None
        rows.append((name, total.n, total.hits, *_sample(total).measured, mean))
    return _frame(rows, ["cards", "n", "remembered"], predicted=True)


def learner(totals: Mapping[int, Total]) -> pd.DataFrame:
    """Answers said to be sure and unsure: said, n, right, share, low, high. Of ``Measure.SURE``."""
    return _of_two(totals, "said", SAID)


def transfer(totals: Mapping[int, Total]) -> pd.DataFrame:
    """Numbers met before and new ones: numbers, n, right, share, low, high. Of ``Measure.VARIANT``."""
    return _of_two(totals, "numbers", MET)


def samples(totals: Mapping[int, Total], slots: Mapping[str, int]) -> list[Proportion]:
    """The hits among each of these."""
    return [_sample(totals.get(slot, NOTHING)) for slot in slots.values()]


def _of_two(totals: Mapping[int, Total], name: str, slots: Mapping[str, int]) -> pd.DataFrame:
    both = zip(slots, samples(totals, slots), strict=True)
    return _frame([(each, sample.n, sample.hits, *sample.measured) for each, sample in both], [name, "n", "right"])


def _sample(total: Total) -> Proportion:
    return Proportion(total.hits, total.n)


def _predicted(total: Total) -> float:
    return total.total / MILLION / total.n


def _frame(rows: list[tuple], names: list[str], predicted: bool = False) -> pd.DataFrame:
    measured = ["share", "low", "high", *(["predicted"] if predicted else [])]
    return pd.DataFrame(rows, columns=[*names, *measured]).astype(dict.fromkeys(measured, float))
