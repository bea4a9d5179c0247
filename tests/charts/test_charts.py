"""A chart is a value: the same description whatever the numbers, colours from the palette, axes that do not move."""

import re
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from attnquiz.charts import palette
from attnquiz.charts.answered import COUNT, TIME, answered_chart, begun_chart, buttons_chart
from attnquiz.charts.calendar import WEEKDAYS, calendar_chart
from attnquiz.charts.classes import BUTTONS, CLASSES
from attnquiz.charts.forecast import KINDS, forecast_chart
from attnquiz.charts.forgetting import OUTCOMES, forgetting_chart
from attnquiz.charts.recall import concepts_chart
from attnquiz.charts.shares import calibration_chart, hours_chart, over_time_chart, shares_chart, times_chart
from attnquiz.charts.spread import counts_chart, spread_chart
from attnquiz.measure import calendar, forecast, forgetting

TODAY = date(2026, 3, 4)


def coming(number: int) -> pd.DataFrame:
    rows = [(TODAY, 0, "overdue", number)]
    rows += [(TODAY + timedelta(days=i), i, "due then", number) for i in range(30)]
    return pd.DataFrame(rows, columns=["day", "ahead", "kind", "reviews"])


def given(number: int) -> pd.DataFrame:
    return calendar.calendar([], TODAY + timedelta(days=number)).assign(answers=number, level=calendar.level(number))


def shares(share: float, number: int = 2) -> pd.DataFrame:
    rows = [(f"Row {i}", 40, share, share - 0.1, share + 0.05, None if i else 0.9) for i in range(number)]
    return pd.DataFrame(rows, columns=["label", "n", "share", "low", "high", "predicted"])


def spans(number: int, days: int) -> pd.DataFrame:
    """So many spans of so many days, with all that any picture of them wants."""
    starts = [TODAY - timedelta(days=days * (number - i)) for i in range(number)]
    rows = [(start, start + timedelta(days=days), 40, 0.8, 0.7, 0.9, 0.85, 3, 3 * i) for i, start in enumerate(starts)]
    return pd.DataFrame(rows, columns=["start", "end", "n", "share", "low", "high", "predicted", "cards", "so_far"])


def done(number: int, days: int) -> pd.DataFrame:
    frame = spans(number, days)[["start", "end"]].merge(pd.DataFrame({"class": list(CLASSES)}), how="cross")
    return frame.assign(answers=range(len(frame)), minutes=0.5)


def pressed(share: float) -> pd.DataFrame:
    rows = [(group, button, 10, 40, share) for group in ("learning", "young") for button in BUTTONS]
    return pd.DataFrame(rows, columns=["group", "button", "answers", "of", "share"])


def hourly(number: int) -> pd.DataFrame:
    rows = [(hour, number * hour, 0.8, 0.7, 0.9) if hour else (0, 3, None, None, None) for hour in range(24)]
    return pd.DataFrame(rows, columns=["hour", "answers", "share", "low", "high"])


def timed(number: int) -> pd.DataFrame:
    rows = [(f"Kind {i}", 40, 4.0 + i, 8.0 + i, 30.0 + i) for i in range(number)]
    return pd.DataFrame(rows, columns=["label", "answers", "quarter", "median", "three_quarters"])


def known(recall: float, number: int = 3) -> pd.DataFrame:
    rows = [(f"Concept {i}", recall, 1, 5, "1 of 5") for i in range(number)]
    return pd.DataFrame(rows, columns=["concept", "recall", "seen", "faces", "of"])


def spread(cards: int, bars: int) -> pd.DataFrame:
    rows = [(bar, bar + 1, cards, (bar + 1) / bars) for bar in range(bars)]
    return pd.DataFrame(rows, columns=["low", "high", "cards", "share"])


def sorts(cards: int) -> pd.DataFrame:
    return pd.DataFrame({"name": ["New", "Young", "Mature"], "cards": [cards, 0, cards]})


def fading(recall: float, days: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A card first met so many days ago and met again each week."""
    curve = [(day // 7, TODAY + timedelta(days=day), day, recall) for day in range(-days, 31)]
    met = [(TODAY + timedelta(days=day), day, recall, list(OUTCOMES)[day % 3], "Good") for day in range(-days, 1, 7)]
    columns = ["part", "day", "ahead", "recall"], ["day", "ahead", "recall", "outcome", "rating"]
    return pd.DataFrame(curve, columns=columns[0]), pd.DataFrame(met, columns=columns[1])


PAIRS = {
    "forecast": (forecast_chart(coming(1)), forecast_chart(coming(50))),
    "calendar": (calendar_chart(given(0)), calendar_chart(given(60))),
    "shares": (shares_chart(shares(0.8)), shares_chart(shares(0.6, number=6))),
    "over time": (over_time_chart(spans(3, 7)), over_time_chart(spans(60, 84))),
    "calibration": (calibration_chart(shares(0.8, 1)), calibration_chart(shares(0.3, 20))),
    "hours": (hours_chart(hourly(2)), hours_chart(hourly(90))),
    "times": (times_chart(timed(1)), times_chart(timed(11))),
    "answered": (answered_chart(done(2, 1)), answered_chart(done(60, 84))),
    "begun": (begun_chart(spans(3, 1)), begun_chart(spans(60, 28))),
    "buttons": (buttons_chart(pressed(0.2)), buttons_chart(pressed(0.9))),
    "concepts": (concepts_chart(known(0.3)), concepts_chart(known(0.9, number=60))),
    "year": (forecast_chart(coming(1)[::7], 364), forecast_chart(coming(50)[::7], 364)),
    "spread": (spread_chart(spread(1, 3), "days"), spread_chart(spread(50, 30), "days")),
    "scale": (spread_chart(spread(1, 3), "x", (0, 1), ".0%"), spread_chart(spread(50, 30), "x", (0, 1), ".0%")),
    "counts": (counts_chart(sorts(1)), counts_chart(sorts(2000))),
    "forgetting": (forgetting_chart(*fading(0.9, 3)), forgetting_chart(*fading(0.5, 300))),
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_new_numbers_never_change_the_description(pair, spec):
    """Streamlit embeds a chart anew when its description changes, which takes twice as long."""
    assert spec(pair[0]) == spec(pair[1])


@pytest.mark.parametrize("chart", [pair[1] for pair in PAIRS.values()], ids=PAIRS)
def test_no_chart_draws_more_marks_than_stay_readable_to_a_screen_reader(chart):
    """Above 2,000 Streamlit draws on a canvas, which has no parts."""
    described = chart.to_dict()
    rows = max(len(rows) for rows in described["datasets"].values())
    assert rows * len(described.get("layer", [0])) < 2_000


@pytest.mark.parametrize("chart", [pair[1] for pair in PAIRS.values()], ids=PAIRS)
def test_every_value_can_be_read_from_a_tooltip(chart, found, spec):
    assert list(found(spec(chart), "tooltip"))


@pytest.mark.parametrize(("name", "axis"), [("shares", "x"), ("concepts", "x"), ("buttons", "y"), ("forgetting", "y")])
def test_recall_is_drawn_from_nothing_to_everything(name, axis, found, spec):
    axes = [each for each in found(spec(PAIRS[name][0]), axis) if "scale" in each]
    assert axes
    assert all(axis["scale"] == {"domain": [0, 1]} for axis in axes)


def test_overdue_has_a_colour_of_its_own(found, spec):
    (colour,) = found(spec(PAIRS["forecast"][0]), "color")
    assert colour["scale"] == {"domain": ["due then", "overdue"], "range": [palette.BLUE, palette.ORANGE]}


def test_what_came_of_a_review_is_told_by_colour_and_by_shape(found, spec):
    described = spec(PAIRS["forgetting"][0])
    (colour,), (shape,) = (
        [each for each in found(described, channel) if "scale" in each] for channel in ("color", "shape")
    )
    assert colour["scale"]["domain"] == shape["scale"]["domain"] == list(OUTCOMES)
    assert len(set(colour["scale"]["range"])) == len(set(shape["scale"]["range"])) == 3


def test_the_days_of_a_curve_are_counted_and_never_read_as_dates(found, spec):
    """A date alone is midnight in Greenwich to a browser, and the evening before in New York."""
    assert {x["type"] for x in found(spec(PAIRS["forgetting"][0]), "x")} == {"quantitative"}


def test_the_thirty_days_have_their_place_even_when_empty(found, spec):
    (x,) = found(spec(PAIRS["forecast"][0]), "x")
    assert x["scale"]["domain"] == list(range(30))


def test_charts_and_measure_use_the_same_words():
    assert set(KINDS) == {forecast.DUE, forecast.OVERDUE}
    assert list(OUTCOMES) == [forgetting.FIRST, forgetting.REMEMBERED, forgetting.FORGOTTEN]
    assert tuple(WEEKDAYS) == calendar.WEEKDAYS
    assert len(palette.STRENGTHS) == len(calendar.FROM)


def test_a_shade_of_the_calendar_has_a_fixed_meaning(found, spec):
    (shade,) = found(spec(PAIRS["calendar"][0]), "opacity")
    assert shade["scale"] == {"type": "ordinal", "domain": [0, 1, 2, 3, 4], "range": list(palette.STRENGTHS)}
    assert "10 to 24" in shade["legend"]["labelExpr"]
    assert calendar.FROM[2:4] == (10, 25)


@pytest.mark.parametrize("chart", [pair[1] for pair in PAIRS.values()], ids=PAIRS)
def test_words_have_the_colour_of_the_page(chart, spec):
    """Streamlit's own grey for charts has 3.7:1 on white; AA asks for 4.5:1."""
    config = spec(chart)["config"]
    assert config["axis"] == config["legend"] == {"labelColor": "currentColor", "titleColor": "currentColor"}


def test_a_missing_prediction_draws_no_mark():
    rows = PAIRS["shares"][0].to_dict()["datasets"].values()
    assert [row["predicted"] for row in next(iter(rows))] == [0.9, None]


def test_what_was_never_predicted_has_no_word_for_it(spec):
    chart = spec(shares_chart(shares(0.8).drop(columns="predicted"), "right"))
    assert "predicted" not in str(chart)
    assert "right, with 95% interval" in str(chart)


def test_answers_are_stacked_without_gaps_and_empty_spans_hold_the_ends_of_the_axis():
    (rows,) = answered_chart(done(3, 7)).to_dict()["datasets"].values()
    for start in {row["from"] for row in rows}:
        stack = [row for row in rows if row["from"] == start]
        assert [row["answers_from"] for row in stack[1:]] == [row["answers_to"] for row in stack[:-1]]
        assert stack[-1]["answers_to"] == sum(row["answers"] for row in stack)
    (rows,) = answered_chart(done(3, 7).assign(answers=0)).to_dict()["datasets"].values()
    assert len({row["from"] for row in rows}) == 2


def test_answers_or_minutes_can_be_chosen(spec):
    (choice,) = spec(PAIRS["answered"][0])["params"]
    assert choice["bind"] == {"input": "radio", "options": [COUNT, TIME], "name": "Show "}
    assert choice["value"] == COUNT


@pytest.mark.parametrize(("name", "styles"), [("answered", CLASSES), ("buttons", BUTTONS)])
def test_two_of_one_hue_differ_in_strength_and_every_border_is_strong(name, styles, found, spec):
    described = spec(PAIRS[name][0])
    (fill,) = found(described, "fill")
    (stroke,) = found(described, "stroke")
    assert fill["scale"]["domain"] == stroke["scale"]["domain"] == list(styles)
    assert len(set(fill["scale"]["range"])) == len(styles)
    assert set(stroke["scale"]["range"]) <= {palette.BLUE, palette.ORANGE, palette.GREY}


@pytest.mark.parametrize("name", ["answered", "begun", "over time"])
def test_days_are_read_and_written_in_one_zone(name, found, spec):
    axes = [each for each in found(spec(PAIRS[name][0]), "x") if "scale" in each]
    assert axes
    assert all(axis["scale"]["type"] == "utc" for axis in axes)


@pytest.mark.parametrize("name", PAIRS)
def test_from_a_thousand_up_a_number_has_a_comma(name, found, spec):
    described = spec(PAIRS[name][0])
    formatted = [each for each in [*found(described, "axis"), *found(described, "tooltip")] if "format" in each]
    written = [str(each["format"]) for each in formatted]  # days have a format for each sort of tick
    assert [each for each in written if "," not in each and "%" not in each] == []
    assert described["config"]["tooltipFormat"] == {"numberFormat": ","}
    assert "numberFormat" not in described["config"], "an axis would round by it: 3e+2"


def test_only_the_palette_writes_a_colour():
    charts = Path(palette.__file__).parent
    for file in charts.glob("*.py"):
        if file.name != "palette.py":
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", file.read_text(encoding="utf-8")), file.name
