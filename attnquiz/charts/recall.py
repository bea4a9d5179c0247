"""Predicted recall, concept by concept, from 0 to 100 %."""

import altair as alt
import pandas as pd

from attnquiz.charts.ink import inked
from attnquiz.charts.palette import BLUE


def concepts_chart(frame: pd.DataFrame) -> alt.Chart:
    """``frame``: concept, recall (0 to 1), of (such as "3 of 5"), in the order to be drawn."""
    labelled = frame.assign(label=frame["concept"] + " (" + frame["of"] + ")")
    return inked(
        alt.Chart(labelled, height=alt.Step(40))
        .mark_bar(color=BLUE, size=12, yOffset=8)
        .encode(
            x=_share("recall"),
            y=_named_above("label", 10),
            tooltip=[
                alt.Tooltip("concept:N"),
                alt.Tooltip("recall:Q", title="predicted recall today", format=".0%"),
                alt.Tooltip("of:N", title="seen"),
            ],
        )
    )


def _share(field: str) -> alt.X:
    return alt.X(f"{field}:Q", title=None, scale=alt.Scale(domain=[0, 1])).axis(
        format=".0%", values=[0, 0.25, 0.5, 0.75, 1], labelFlush=True
    )


def _named_above(field: str, lift: int) -> alt.Y:
    """A row a value, in the order of the data, its name above it: a phone has no room beside it."""
    return alt.Y(f"{field}:N", title=None, sort=None).axis(
        labelAlign="left", labelPadding=-4, labelOffset=-lift, labelLimit=330, ticks=False, domain=False, grid=False
    )
