"""Shares with their intervals: side by side, over time, against what was predicted, by the hour. All from 0 to 100 %
where it can be seen."""

import altair as alt
import pandas as pd

from attnquiz.charts.answered import spanned, when
from attnquiz.charts.ink import inked
from attnquiz.charts.palette import BLUE, GREY, ORANGE

INTERVAL = "with 95% interval"
PREDICTED = "predicted"
PERCENT = [alt.Tooltip("share:Q", format=".0%"), alt.Tooltip("low:Q", title="from", format=".0%"),
           alt.Tooltip("high:Q", title="to", format=".0%")]  # fmt: skip
MEAN = alt.Tooltip("predicted:Q", format=".0%")


def shares_chart(frame: pd.DataFrame, what: str = "remembered") -> alt.LayerChart:
    """A row each. ``frame``: label, n, share, low, high (0 to 1), and predicted where something was predicted."""
    measured, predicted = f"{what}, {INTERVAL}", "predicted" in frame
    base = alt.Chart(frame, height=alt.Step(44)).encode(
        color=_legend([measured, PREDICTED] if predicted else [measured]),
        y=alt.Y("label:N", title=None, sort=None).axis(
            labelAlign="left", labelPadding=-4, labelOffset=-12, labelLimit=330, ticks=False, domain=False, grid=False
        ),
        tooltip=[alt.Tooltip("label:N", title="what"), alt.Tooltip("n:Q"), *PERCENT, *([MEAN] if predicted else [])],
    )
    shown = base.transform_calculate(what=f"'{measured}'")
    layers = [
        shown.mark_rule(strokeWidth=3, yOffset=8).encode(x=_share("low"), x2="high:Q"),
        shown.mark_point(filled=True, size=110, opacity=1, yOffset=8).encode(x=_share("share")),
    ]
    if predicted:
        tick = base.transform_calculate(what=f"'{PREDICTED}'").mark_tick(thickness=3, size=22, opacity=1, yOffset=8)
        layers.append(tick.encode(x=_share("predicted")))
    return inked(alt.layer(*layers))


def over_time_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """``frame``: start, end (dates), n, share, low, high, predicted (0 to 1), in order of time."""
    measured = f"remembered, {INTERVAL}"
    base = alt.Chart(spanned(frame), height=240).encode(
        x=when("middle"),
        color=_legend([measured, PREDICTED]),
        tooltip=[alt.Tooltip("span:N"), alt.Tooltip("n:Q"), *PERCENT, MEAN],
    )
    shown = base.transform_calculate(what=f"'{measured}'")
    foreseen = base.transform_calculate(what=f"'{PREDICTED}'")
    return inked(
        shown.mark_rule(strokeWidth=2).encode(y=_up("low"), y2="high:Q")
        + shown.mark_point(filled=True, size=50, opacity=1).encode(y=_up("share"))
        + foreseen.mark_line(strokeWidth=2, strokeDash=[5, 3]).encode(y=_up("predicted"))
    )


def calibration_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """``frame``: n, share, low, high, predicted (0 to 1). On the line is what came true exactly."""
    least = min(frame[["low", "predicted"]].min()) // 0.1 / 10
    line = pd.DataFrame({"predicted": [least, 1.0], "share": [least, 1.0], "n": 0})
    both = pd.concat([frame[["n", "share", "low", "high", "predicted"]], line], ignore_index=True)
    scale = alt.Scale(zero=False, nice=False)
    axis = {"format": ".0%", "tickCount": 5}
    base = alt.Chart(both, height=320).encode(x=alt.X("predicted:Q", title=PREDICTED, scale=scale).axis(**axis))
    true = base.transform_filter("datum.n === 0").mark_line(color=GREY, strokeDash=[4, 4], aria=False)
    points = base.transform_filter("datum.n > 0").encode(tooltip=[MEAN, alt.Tooltip("n:Q"), *PERCENT])
    up = {"title": "remembered", "scale": scale}
    return inked(
        true.encode(y=alt.Y("share:Q", **up).axis(**axis))
        + points.mark_rule(color=BLUE, strokeWidth=2).encode(y=alt.Y("low:Q", **up), y2="high:Q")
        + points.mark_point(color=BLUE, filled=True, opacity=1).encode(
            y=alt.Y("share:Q", **up),
            size=alt.Size("n:Q", scale=alt.Scale(range=[30, 300]), legend=None),
        )
    )


def hours_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """``frame``: hour (0 to 23), answers, share, low, high (0 to 1, missing where there are too few)."""
    base = alt.Chart(frame, height=240).encode(
        x=alt.X("hour:O", title="o'clock").axis(values=list(range(0, 24, 3)), labelAngle=0, ticks=False),
        tooltip=[alt.Tooltip("hour:O"), alt.Tooltip("answers:Q"), *PERCENT],
    )
    bars = base.mark_bar(fill=GREY, fillOpacity=0.3, stroke=GREY).encode(
        y=alt.Y("answers:Q", title="answers").axis(tickCount=4, tickMinStep=1, format=",d", grid=False),
        strokeWidth=alt.when("datum.answers > 0").then(alt.value(0.5)).otherwise(alt.value(0)),
    )
    up = {"title": "not Again", "scale": alt.Scale(domain=[0, 1])}
    percent = {"format": ".0%", "tickCount": 4, "orient": "right", "titleColor": BLUE}
    shares = base.mark_rule(color=BLUE, strokeWidth=2).encode(y=alt.Y("low:Q", **up).axis(**percent), y2="high:Q")
    points = base.mark_point(color=BLUE, filled=True, size=50, opacity=1).encode(
        y=alt.Y("share:Q", **up).axis(**percent)
    )
    return inked(alt.layer(bars, shares + points).resolve_scale(y="independent"))


def times_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """``frame``: label, answers, quarter, median, three_quarters (seconds), in the order to be drawn."""
    base = alt.Chart(frame, height=alt.Step(40)).encode(
        y=alt.Y("label:N", title=None, sort=None).axis(
            labelAlign="left", labelPadding=-4, labelOffset=-10, labelLimit=330, ticks=False, domain=False, grid=False
        ),
        tooltip=[
            alt.Tooltip("label:N", title="kind"), alt.Tooltip("answers:Q"),
            alt.Tooltip("quarter:Q", title="a quarter took less than", format=",.0f"),
            alt.Tooltip("median:Q", title="half took less than", format=",.0f"),
            alt.Tooltip("three_quarters:Q", title="three quarters took less than", format=",.0f"),
        ],
    )  # fmt: skip
    seconds = alt.X("quarter:Q", title="seconds", scale=alt.Scale(zero=True)).axis(tickCount=5)
    middle = base.mark_rule(color=BLUE, strokeWidth=3, yOffset=8).encode(x=seconds, x2="three_quarters:Q")
    return inked(middle + base.mark_point(color=BLUE, filled=True, size=110, opacity=1, yOffset=8).encode(x="median:Q"))


def _legend(names: list[str]) -> alt.Color:
    return alt.Color("what:N", title=None, scale=alt.Scale(domain=names, range=[BLUE, ORANGE][: len(names)])).legend(
        orient="top", direction="vertical", symbolType="circle", labelLimit=300
    )


def _share(field: str) -> alt.X:
    return alt.X(f"{field}:Q", title=None, scale=alt.Scale(domain=[0, 1])).axis(
        format=".0%", values=[0, 0.25, 0.5, 0.75, 1], labelFlush=True
    )


def _up(field: str) -> alt.Y:
    return alt.Y(f"{field}:Q", title=None, scale=alt.Scale(zero=False)).axis(format=".0%", tickCount=5)
