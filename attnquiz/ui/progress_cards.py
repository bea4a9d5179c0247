"""The section about the cards as they stand: how many of each sort, how far apart they come, how hard they are."""

import numpy as np
import pandas as pd
import streamlit as st

from attnquiz.charts.spread import counts_chart, spread_chart
from attnquiz.measure.faces import BURIED, CLASSES, SUSPENDED
from attnquiz.measure.proportion import ENOUGH
from attnquiz.measure.spread import scale, spread
from attnquiz.store.rollup import NEW
from attnquiz.ui import words
from attnquiz.ui.figure import Figure, too_few
from attnquiz.ui.progress import Seen

PARTS = {"Half": 0.5, "95%": 0.95, "All": 1.0}
PART = "part"
COLUMNS = {"low": "From", "high": "Below", "cards": "Cards", "share": "Share so far"}
SORTS = {
    "new": "New", "learning": "Learning", "relearning": "Learning again", "young": "Young", "mature": "Mature",
    "suspended": "Suspended", "buried": "Buried until tomorrow",
}  # fmt: skip
MARKS = np.arange(1.0, 11.0)  # difficulty


def controls() -> None:
    """How much of the long tail is drawn."""
    st.segmented_control(
        "How many of the cards to show, the shortest times first", list(PARTS), default="95%", required=True, key=PART,
        bind="query-params",
    )  # fmt: skip


def figures(seen: Seen, part: str = "95%") -> list[Figure]:
    return [intervals(seen, part), stability(seen, part), difficulty(seen)]


def counts(seen: Seen) -> Figure:
    """All cards, by what they are today."""
    numbers = numbers_of(seen)
    total = sum(numbers)
    frame = pd.DataFrame({"name": SORTS.values(), "cards": numbers})
    young, mature = numbers[CLASSES.index("young")], numbers[CLASSES.index("mature")]
    return Figure(
        name="cards",
        title="How many there are",
        about="Every card and every blank counts once. Young comes back within three weeks, mature later.",
        sentence=f"{words.count(total, 'card')}: {numbers[NEW]:,} new, {young:,} young, {mature:,} mature.",
        table=frame.rename(columns={"name": "State", "cards": "Cards"}),
        chart=counts_chart(frame) if total else None,
        alt="Bars: how many cards there are in each state.",
    )


def numbers_of(seen: Seen) -> list[int]:
    """How many cards there are of each of CLASSES."""
    stand, buried = seen.stand, np.array(seen.stand.buried, dtype=bool)
    numbers = np.bincount(seen.faces.classes()[~buried], minlength=len(CLASSES))
    numbers[NEW] = stand.fresh
    numbers[SUSPENDED], numbers[BURIED] = stand.suspended, buried.sum() + stand.fresh_buried
    return numbers.tolist()


def intervals(seen: Seen, part: str = "95%") -> Figure:
    """How long cards wait."""
    days = seen.faces.interval[seen.faces.spaced]
    said = ""
    if len(days) >= ENOUGH:
        half, most = (words.count(_quantile(days, each), "day") for each in (0.5, 0.95))
        longest = words.count(int(days.max()), "day")
        said = f"Half of {len(days):,} cards wait {half} or less, 95% {most} or less, the longest {longest}."
    return _spread("intervals", "Intervals", days, part, said, "days from one review of a card to the next.")


def stability(seen: Seen, part: str = "95%") -> Figure:
    """How long memories last."""
    days = seen.faces.stability
    said = ""
    if len(days) >= ENOUGH:
        half = round(_quantile(days, 0.5))
        long = f"{words.count(half, 'day')} or longer" if half else "less than a day"
        said = f"Half of {len(days):,} cards last {long} until recall falls to 90%."
    return _spread("stability", "Stability", days, part, said, "days until predicted recall falls to 90%.")


def difficulty(seen: Seen) -> Figure:
    """How hard cards are, as the scheduler sees it."""
    marks = seen.faces.difficulty
    frame, enough = scale(marks, MARKS), len(marks) >= ENOUGH
    hard = int((marks >= 8).sum())
    are = "is" if hard == 1 else "are"
    return Figure(
        name="difficulty",
        title="Difficulty",
        about="How hard each card is for you, from 1 to 10, as your answers tell the scheduler.",
        sentence=f"On average {marks.mean():.1f}; {hard:,} of {len(marks):,} cards {are} 8 or harder."
        if enough
        else too_few(len(marks), "card"),
        table=frame.rename(columns=COLUMNS) if enough else pd.DataFrame(),
        chart=spread_chart(frame, "difficulty", (1, 10)) if enough else None,
        alt="Bars: how many cards are how difficult.",
        formats={"From": ".0f", "Below": ".0f", "Share so far": ".0%"},
    )


def _spread(name: str, title: str, days: np.ndarray, part: str, said: str, what: str) -> Figure:
    """Days in bars; ``said`` is empty where there are too few cards."""
    frame = spread(days, PARTS[part]) if said else pd.DataFrame()
    return Figure(
        name=name,
        title=title,
        about=f"How many cards have how many {what}",
        sentence=said or too_few(len(days), "card"),
        table=frame.rename(columns=COLUMNS | {"low": "From (days)", "high": "Below (days)"}),
        chart=spread_chart(frame, "days") if said else None,
        alt=f"Bars: how many cards have how many {what}",
        formats={"Share so far": ".0%"},
    )


def _quantile(values: np.ndarray, part: float) -> float:
    return np.quantile(values, part, method="inverted_cdf").item()
