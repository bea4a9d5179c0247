"""Reviews to come, a bar a day or a week."""

import altair as alt
import pandas as pd

from attnquiz.charts.ink import inked
from attnquiz.charts.palette import BLUE, ORANGE

KINDS = {"due then": BLUE, "overdue": ORANGE}
WEEKS = "datum.value == 0 ? 'today' : datum.value == 7 ? '1 week' : datum.value / 7 + ' weeks'"
MARKS = {30: (0, 7, 14, 21, 28), 90: (0, 28, 56, 84), 364: (0, 91, 182, 273)}  # where the axis has words


def forecast_chart(frame: pd.DataFrame, days: int = 30) -> alt.Chart:
    """``frame``: day (date), ahead (days, from 0 to below ``days``), kind (a key of ``KINDS``), reviews."""
    named = frame.assign(day=[f"{day:%A}, {day.day} {day:%B}" for day in frame["day"]])
    places = sorted(set(frame["ahead"]))
    return inked(
        alt.Chart(named, height=220)
        .mark_bar()
        .encode(
            x=alt.X("ahead:O", title=None, scale=alt.Scale(domain=places)).axis(
                values=[place for place in MARKS[days] if place in places], labelExpr=WEEKS, labelAngle=0,
                labelFlush=True, labelOverlap=False,
            ),
            y=alt.Y("reviews:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=4, format=",d")),
            color=alt.Color(
                "kind:N", title=None, scale=alt.Scale(domain=list(KINDS), range=list(KINDS.values()))
            ).legend(orient="top"),
            order=alt.Order("kind:N", sort="descending"),
            tooltip=[
                alt.Tooltip("day:N", title="from" if len(places) < days else "day"),
                alt.Tooltip("kind:N"),
                alt.Tooltip("reviews:Q", title="cards"),
            ],
        )
    )  # fmt: skip
