"""Recall: measured against predicted, and concept by concept. Every axis runs from 0 to 100 %."""

import altair as alt
import pandas as pd

from attnquiz.charts.ink import inked
from attnquiz.charts.palette import BLUE, ORANGE

RECALLED, PREDICTED = "recalled, with 95% interval", "predicted"


def retention_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """``frame``: period, share, low, high, predicted, all but the first from 0 to 1; predicted may be missing."""
    base = alt.Chart(frame, height=alt.Step(44)).encode(
        color=alt.Color(
            "what:N", title=None, scale=alt.Scale(domain=[RECALLED, PREDICTED], range=[BLUE, ORANGE])
        ).legend(orient="top", direction="vertical", symbolType="circle"),
        y=_named_above("period", 12),
        tooltip=[
            alt.Tooltip("period:N"),
            alt.Tooltip("share:Q", title="recalled", format=".0%"),
            alt.Tooltip("low:Q", title="from", format=".0%"),
            alt.Tooltip("high:Q", title="to", format=".0%"),
            alt.Tooltip("predicted:Q", format=".0%"),
        ],
    )
    recalled = base.transform_calculate(what=f"'{RECALLED}'")
    predicted = base.transform_calculate(what=f"'{PREDICTED}'")
    interval = recalled.mark_rule(strokeWidth=3, yOffset=8).encode(x=_share("low"), x2="high:Q")
    point = recalled.mark_point(filled=True, size=110, opacity=1, yOffset=8).encode(x=_share("share"))
    tick = predicted.mark_tick(thickness=3, size=22, opacity=1, yOffset=8).encode(x=_share("predicted"))
    return inked(interval + point + tick)


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
