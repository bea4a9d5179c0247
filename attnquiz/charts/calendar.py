"""Days of the past half year, a square each."""

import altair as alt
import pandas as pd

from attnquiz.charts.ink import inked
from attnquiz.charts.palette import BLUE, GREY, STRENGTHS

WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
MONTH = "toNumber(slice(datum.value, 8)) <= 7 ? timeFormat(toDate(datum.value + 'T00:00'), '%b') : ''"
LEVELS = "['', '1 to 9', '10 to 24', '25 to 49', '50 or more'][datum.value]"


def calendar_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """``frame``: day (date), monday (of its week, ISO text), weekday, answers, level (0 to 4)."""
    named = frame.assign(day=[f"{day:%A}, {day.day} {day:%B}" for day in frame["day"]])
    days = alt.Chart(named, height=alt.Step(16)).encode(
        x=alt.X("monday:O", title=None, scale=alt.Scale(paddingInner=0.15)).axis(
            orient="top", labelExpr=MONTH, labelAngle=0, labelOverlap=False, labelAlign="left", ticks=False,
            domain=False, grid=False,
        ),
        y=alt.Y("weekday:O", title=None, scale=alt.Scale(domain=WEEKDAYS, paddingInner=0.15)).axis(
            values=["Mon", "Wed", "Fri"], ticks=False, domain=False, grid=False
        ),
        tooltip=[alt.Tooltip("day:N"), alt.Tooltip("answers:Q")],
    )  # fmt: skip
    shade = alt.Opacity("level:O", title="Answers a day").scale(
        type="ordinal", domain=list(range(len(STRENGTHS))), range=list(STRENGTHS)
    )
    legend = shade.legend(orient="bottom", values=[1, 2, 3, 4], labelExpr=LEVELS, symbolType="square", columns=2)
    frames = days.mark_rect(filled=False, stroke=GREY, strokeOpacity=0.5, cornerRadius=2)
    return inked(frames + days.mark_rect(fill=BLUE, cornerRadius=2).encode(opacity=legend))
