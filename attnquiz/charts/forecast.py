"""Reviews to come, a bar a day."""

import altair as alt
import pandas as pd

from attnquiz.charts.ink import inked
from attnquiz.charts.palette import BLUE, ORANGE

KINDS = {"due that day": BLUE, "overdue": ORANGE}
WEEKS = "datum.value == 0 ? 'today' : datum.value == 7 ? '1 week' : datum.value / 7 + ' weeks'"


def forecast_chart(frame: pd.DataFrame) -> alt.Chart:
    """``frame``: day (date), ahead (0 to 29), kind (a key of ``KINDS``), reviews."""
    named = frame.assign(day=[f"{day:%A}, {day.day} {day:%B}" for day in frame["day"]])
    return inked(
        alt.Chart(named, height=220)
        .mark_bar()
        .encode(
            x=alt.X("ahead:O", title=None, scale=alt.Scale(domain=list(range(30)))).axis(
                values=[0, 7, 14, 21, 28], labelExpr=WEEKS, labelAngle=0, labelFlush=True, labelOverlap=False
            ),
            y=alt.Y("reviews:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=4, format="d")),
            color=alt.Color(
                "kind:N", title=None, scale=alt.Scale(domain=list(KINDS), range=list(KINDS.values()))
            ).legend(orient="top"),
            order=alt.Order("kind:N", sort="descending"),
            tooltip=[alt.Tooltip("day:N"), alt.Tooltip("kind:N"), alt.Tooltip("reviews:Q")],
        )
    )
