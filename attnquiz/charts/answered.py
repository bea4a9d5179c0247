"""What was answered: answers or minutes in spans of time, cards begun, buttons pressed."""

import altair as alt
import pandas as pd

from attnquiz.charts.classes import BUTTONS, CLASSES, styled
from attnquiz.charts.ink import inked
from attnquiz.charts.palette import BLUE, ORANGE

GAP = 0.12  # of a span, between two bars
# A tick within a month: Vega's own are of two kinds, "Sat 21" and "Nov 22". One within a day says nothing.
DAYS = {"week": "%-d %b", "date": "%-d %b", "hours": " "}
COUNT, TIME = "Answers", "Minutes"


def answered_chart(frame: pd.DataFrame) -> alt.Chart:
    """``frame``: start, end (dates), class (a key of ``CLASSES``), answers, minutes. Buttons below choose which."""
    shown = alt.param("shown", value=COUNT, bind=alt.binding_radio(options=[COUNT, TIME], name="Show "))
    tops = frame.groupby("start", sort=False)[["answers", "minutes"]].cumsum()
    kept = (frame.answers > 0) | frame.start.isin([frame.start.min(), frame.start.max()])  # the ends hold the axis
    stacked = spanned(frame).assign(
        answers_to=tops.answers, answers_from=tops.answers - frame.answers,
        minutes_to=tops.minutes, minutes_from=tops.minutes - frame.minutes,
    )  # fmt: skip
    which = f"shown === '{COUNT}' ? datum.answers_{{0}} : datum.minutes_{{0}}"
    return inked(
        alt.Chart(stacked[kept], height=240)
        .transform_calculate(bottom=which.format("from"), top=which.format("to"))
        .mark_rect()
        .encode(
            x=when("from"),
            x2="to:T",
            y=alt.Y("bottom:Q", title=None).axis(tickCount=4),
            y2="top:Q",
            strokeWidth=alt.when("datum.answers > 0").then(alt.value(1)).otherwise(alt.value(0)),
            tooltip=[
                alt.Tooltip("span:N"), alt.Tooltip("class:N"), alt.Tooltip("answers:Q"),
                alt.Tooltip("minutes:Q", format=",.1f"),
            ],
            **styled("class", CLASSES),
        )
        .add_params(shown)
    )  # fmt: skip


def begun_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """``frame``: start, end (dates), cards, so_far. Bars on the scale at the left, the sum on the one at the right."""
    base = alt.Chart(spanned(frame), height=220).encode(
        x=when("from"),
        tooltip=[alt.Tooltip("span:N"), alt.Tooltip("cards:Q", title="begun"), alt.Tooltip("so_far:Q", title="so far")],
    )
    bars = base.mark_rect(color=BLUE).encode(
        x2="to:T",
        y=alt.Y("cards:Q", title="begun").axis(tickCount=4, tickMinStep=1, format=",d", titleColor=BLUE),
        y2=alt.datum(0),
    )
    line = base.mark_line(color=ORANGE, strokeWidth=2, interpolate="step-after").encode(
        y=alt.Y("so_far:Q", title="all of them so far").axis(
            tickCount=4, tickMinStep=1, format=",d", grid=False, titleColor=ORANGE
        )
    )
    return inked((bars + line).resolve_scale(y="independent"))


def buttons_chart(frame: pd.DataFrame) -> alt.Chart:
    """``frame``: group, button (a key of ``BUTTONS``), answers, of, share (0 to 1)."""
    return inked(
        alt.Chart(frame, height=220)
        .mark_bar(strokeWidth=1)
        .encode(
            x=alt.X("group:N", title=None, sort=None).axis(labelAngle=0, ticks=False, domain=False),
            xOffset=alt.XOffset("button:N", sort=list(BUTTONS)),
            y=alt.Y("share:Q", title=None, scale=alt.Scale(domain=[0, 1])).axis(format=".0%", tickCount=4),
            tooltip=[
                alt.Tooltip("group:N"), alt.Tooltip("button:N"), alt.Tooltip("answers:Q"), alt.Tooltip("of:Q"),
                alt.Tooltip("share:Q", format=".0%"),
            ],
            **styled("button", BUTTONS, columns=4),
        )
    )  # fmt: skip


def when(field: str) -> alt.X:
    """Dates as days of UTC: a browser reads a date alone as midnight in Greenwich, and must write it there as well."""
    return alt.X(f"{field}:T", title=None, scale=alt.Scale(type="utc")).axis(
        tickCount=5, labelOverlap=True, grid=False, format=DAYS
    )


def spanned(frame: pd.DataFrame) -> pd.DataFrame:
    """Ends as text that is read as UTC, a gap after each span, and its first day in words."""
    start, end = pd.to_datetime(frame["start"]), pd.to_datetime(frame["end"])
    return frame.drop(columns=["start", "end"]).assign(
        **{"from": [f"{each:%Y-%m-%d}" for each in start]},
        middle=[f"{each:%Y-%m-%dT%H:%MZ}" for each in start + (end - start) / 2],
        to=[f"{each:%Y-%m-%dT%H:%MZ}" for each in end - GAP * (end - start)],
        span=[words(begin, finish) for begin, finish in zip(start, end, strict=True)],
    )


def words(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """3 Nov 2025, or 3 Nov to 9 Nov 2025 where it is more than a day."""
    last = end - pd.Timedelta(days=1)
    if last <= start:
        return f"{start.day} {start:%b %Y}"
    begin = f"{start.day} {start:%b}" + (f" {start.year}" if start.year != last.year else "")
    return f"{begin} to {last.day} {last:%b %Y}"
