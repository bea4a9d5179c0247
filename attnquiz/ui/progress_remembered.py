"""What was remembered, and whether that was what the scheduler had predicted."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from attnquiz.charts.shares import calibration_chart, over_time_chart, shares_chart
from attnquiz.measure import calibration
from attnquiz.measure.proportion import ENOUGH, Proportion
from attnquiz.measure.retention import over_time, true_retention
from attnquiz.measure.spans import NAMES
from attnquiz.store.rollup import Measure
from attnquiz.ui import words
from attnquiz.ui.figure import Figure, too_few
from attnquiz.ui.progress import Seen

SHARES = dict.fromkeys(("Share", "Low end", "High end", "Predicted"), ".0%")
FAIR = "Of the cards that came back because they were due: the first answer of the day, remembered unless “Again”."


def figures(seen: Seen) -> list[Figure]:
    return [retention(seen), course(seen)]


def forecast(seen: Seen) -> list[Figure]:
    return [scheduler(seen), probes(seen)]


def retention(seen: Seen) -> Figure:
    """How much was still known on the day it came back, against the prediction."""
    frame = true_retention(seen.tallies(Measure.RETAINED), seen.today, seen.scope.since)
    both = frame[frame.cards == "all"]
    drawn = both.dropna(subset="share")
    said = [f"- **{row.period}:** {_remembered(row)}" for row in both.itertuples()]
    table = frame.assign(cards=frame.cards.str.capitalize()).rename(columns={"remembered": "hits"})
    names = ["Period", "Cards", "Asked", "Right", "Share", "Low end", "High end", "Predicted"]
    return Figure(
        name="retention",
        title="How much you remember",
        about=f"{FAIR} The table tells young cards from mature ones, which come back after three weeks or later.",
        sentence="\n".join(said),
        table=table.set_axis(names, axis=1),
        chart=shares_chart(drawn.assign(label=_labels(drawn.period, drawn.n))) if len(drawn) else None,
        alt="Remembered against predicted.",
        formats=SHARES,
    )


def course(seen: Seen) -> Figure:
    """The same in stretches of weeks."""
    frame = over_time(seen.tallies(Measure.RETAINED), seen.today)
    n, drawn = int(frame.n.sum()), frame.dropna(subset="share")
    said = too_few(n)
    if len(drawn):
        bar = NAMES[(frame.end[0] - frame.start[0]).days]
        within = int(((drawn.low <= drawn.predicted) & (drawn.predicted <= drawn.high)).sum())
        said = (
            f"{n:,} answers. A point is {'a week' if bar == 'week' else bar} with {ENOUGH} answers or more. The "
            f"prediction lies within the 95% interval of {within:,} of {words.count(len(drawn), 'point')}; if it were "
            "always right, it would do so for about 19 of 20."
        )
    names = ["From", "Asked", "Right", "Share", "Low end", "High end", "Predicted"]
    return Figure(
        name="retention-over-time",
        title="How much you remember over time",
        about=f"{FAIR} Bars through the points are 95% intervals.",
        sentence=said,
        table=frame.drop(columns="end").set_axis(names, axis=1),
        chart=over_time_chart(drawn) if len(drawn) else None,
        alt="Points: the share remembered in each stretch of time; a dashed line: the prediction.",
        formats=dict.fromkeys(names[3:], ".0%"),
    )


def scheduler(seen: Seen) -> Figure:
    """Whether predicted recall came true."""
    totals = seen.totals(Measure.PREDICTED)
    frame = calibration.scheduler(totals)
    drawn = frame.dropna(subset="share")
    names = ["From", "Below", "Asked", "Right", "Share", "Low end", "High end", "Predicted"]
    return Figure(
        name="forecast",
        title="Predicted and remembered",
        about=f"{FAIR} Points on the dashed line came true exactly; below it the prediction was too optimistic. Larger "
        f"points stand for more answers; fewer than {ENOUGH} have none.",
        sentence=bias(*calibration.predicted(totals)),
        table=frame.set_axis(names, axis=1),
        chart=calibration_chart(drawn) if len(drawn) else None,
        alt="Points: the share remembered against the predicted recall.",
        formats=SHARES | dict.fromkeys(names[:2], ".0%"),
    )


def bias(sample: Proportion, predicted: float) -> str:
    """Whether the scheduler is too optimistic or too pessimistic, and by how much; or that this cannot be told."""
    if not sample.enough:
        return too_few(sample.n)
    low, high = sample.interval()
    said = f"Predicted: {predicted:.1%}. Remembered: {words.share(sample)}."
    if low <= predicted <= high:
        return f"{said} Whether the scheduler is too optimistic or too pessimistic cannot be told from this."
    which = "optimistic" if predicted > high else "pessimistic"
    return f"{said} The scheduler was too {which}, by {100 * abs(predicted - sample.share):.1f} points."


def probes(seen: Seen) -> Figure:
    """Cards drawn at random, due or not."""
    totals = seen.totals(Measure.PROBED)
    frame = calibration.probes(totals)
    drawn = frame.dropna(subset="share")
    samples = calibration.samples(totals, calibration.PROBED)
    lines = [
        f"- **{_probed(row.cards)}:** {_remembered(row)}"
        if sample.enough
        else f"- **{_probed(row.cards)}:** {too_few(sample.n, 'spot check')}"
        for row, sample in zip(frame.itertuples(), samples, strict=True)
    ]
    names = ["Cards that were", "Asked", "Right", "Share", "Low end", "High end", "Predicted"]
    table = frame.set_axis(names, axis=1)
    return Figure(
        name="probes",
        title="Spot checks",
        about="Now and then a card is drawn at random, due or not. Only those that were not due can tell whether you "
        "know what is not being asked.",
        sentence="\n".join(lines),
        table=table if frame.n.any() else pd.DataFrame(),
        chart=shares_chart(drawn.assign(label=_labels(map(_probed, drawn.cards), drawn.n))) if len(drawn) else None,
        alt="The share known of cards drawn at random, against the prediction.",
        formats=SHARES,
    )


def _remembered(row: Any) -> str:
    """A row of measure in words."""
    sample = Proportion(row.remembered, row.n)
    return f"{words.share(sample)}; predicted: {row.predicted:.0%}." if sample.enough else too_few(sample.n)


def _probed(name: str) -> str:
    return f"Cards that were {name}"


def _labels(names: Iterable[str], numbers: Iterable[int]) -> list[str]:
    return [f"{name}: {n:,} answers" for name, n in zip(names, numbers, strict=True)]
