"""How cards are spread over a scale, and over a handful of classes."""

import altair as alt
import pandas as pd

from attnquiz.charts.ink import inked
from attnquiz.charts.palette import BLUE


def spread_chart(
    frame: pd.DataFrame, scale: str, ends: tuple[float, float] | None = None, written: str = ",d"
) -> alt.Chart:
    """Bars side by side; ``frame``: low, high, cards. ``scale`` is what is measured, ``written`` how its numbers are;
    ``ends`` are those of the axis, where they are fixed."""
    across = alt.Scale(domain=list(ends), nice=False) if ends else alt.Scale(nice=False)
    return inked(
        alt.Chart(frame, height=200)
        .mark_bar(color=BLUE, binSpacing=1)
        .encode(
            x=alt.X("low:Q", title=scale, bin="binned", scale=across).axis(
                format=written, grid=False, tickCount=5, tickMinStep=0 if "%" in written else 1, labelFlush=True
            ),
            x2="high:Q",
            y=alt.Y("cards:Q", title="cards").axis(tickMinStep=1, tickCount=4, format=",d"),
            tooltip=[
                alt.Tooltip("low:Q", title="from", format=written),
                alt.Tooltip("high:Q", title="below", format=written),
                alt.Tooltip("cards:Q"),
            ],
        )
    )  # fmt: skip


def counts_chart(frame: pd.DataFrame) -> alt.Chart:
    """A bar for each row; ``frame``: name, cards, in the order to be drawn."""
    labelled = frame.assign(label=[f"{name}: {cards:,}" for name, cards in zip(frame.name, frame.cards, strict=True)])
    return inked(
        alt.Chart(labelled, height=alt.Step(34))
        .mark_bar(color=BLUE, size=10, yOffset=7)
        .encode(
            x=alt.X("cards:Q", title=None).axis(tickMinStep=1, tickCount=4, format=",d", labelFlush=True),
            y=alt.Y("label:N", title=None, sort=None).axis(
                labelAlign="left", labelPadding=-4, labelOffset=-9, labelLimit=330, ticks=False, domain=False,
                grid=False,
            ),
            tooltip=[alt.Tooltip("name:N", title="what"), alt.Tooltip("cards:Q")],
        )
    )  # fmt: skip
