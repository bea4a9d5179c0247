"""One face: predicted recall over the days, back to 100 % with every review."""

import altair as alt
import pandas as pd

from attnquiz.charts.ink import inked
from attnquiz.charts.palette import BLUE, GREY, ORANGE

OUTCOMES = {"first met": (GREY, "diamond"), "remembered": (BLUE, "circle"), "forgotten": (ORANGE, "triangle-down")}
DAYS = "datum.value == 0 ? 'today' : datum.value < 0 ? -datum.value + ' d ago' : 'in ' + datum.value + ' d'"


def forgetting_chart(curve: pd.DataFrame, met: pd.DataFrame) -> alt.LayerChart:
    """``curve``: part, ahead (days from today), recall (0 to 1). ``met``: day (date), ahead, recall, outcome (a key
    of ``OUTCOMES``), rating. The axis counts days: a date would be drawn in the browser's time zone."""
    points = met.assign(part=-1, day=[f"{day.day} {day:%b %Y}" for day in met["day"]])
    both = pd.concat([curve[["part", "ahead", "recall"]].assign(day="", outcome="", rating=""), points])
    base = alt.Chart(both, height=220).encode(
        x=alt.X("ahead:Q", title=None, scale=alt.Scale(zero=False, nice=False)).axis(
            labelExpr=DAYS, tickCount=4, tickMinStep=1, labelFlush=True, labelOverlap=True, grid=False
        ),
        y=alt.Y("recall:Q", title=None, scale=alt.Scale(domain=[0, 1])).axis(
            format=".0%", values=[0, 0.25, 0.5, 0.75, 1]
        ),
    )
    line = base.transform_filter("datum.outcome === ''").mark_line(color=BLUE, strokeWidth=2).encode(detail="part:N")
    once = alt.Chart(both).transform_aggregate(rows="count()")
    now = once.mark_rule(color=GREY, strokeDash=[4, 4], aria=False).encode(x=alt.datum(0, type="quantitative"))
    marks = (
        base.transform_filter("datum.outcome !== ''")
        .mark_point(filled=True, size=90, opacity=1)
        .encode(
            color=_of_outcome(alt.Color, 0),
            shape=_of_outcome(alt.Shape, 1),
            tooltip=[
                alt.Tooltip("day:N"),
                alt.Tooltip("rating:N"),
                alt.Tooltip("recall:Q", title="predicted recall", format=".0%"),
            ],
        )
    )
    return inked(line + now + marks)


def _of_outcome(channel: type, place: int) -> alt.Color | alt.Shape:
    """Colour and shape say the same, in one legend."""
    scale = alt.Scale(domain=list(OUTCOMES), range=[each[place] for each in OUTCOMES.values()])
    return channel("outcome:N", title=None, scale=scale).legend(orient="top")
