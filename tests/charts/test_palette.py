"""Colours, held to the backgrounds of the app's own themes and to simulated colour blindness."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from attnquiz.charts.palette import BLUE, DIVERGING, GREY, ORANGE, SEQUENTIAL, STRENGTHS

CONFIG = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
BACKGROUNDS = {theme: CONFIG["theme"][theme]["backgroundColor"] for theme in ("light", "dark")}

# Machado, Oliveira, Fernandes 2009, severity 1, applied to linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritanopia": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


def linear(colour: str) -> np.ndarray:
    """Linear RGB of #rrggbb (IEC 61966-2-1)."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (D65) of linear RGB."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(rgb, 0, 1)
    f = np.cbrt(xyz / [0.9505, 1.0, 1.089])
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("colour", [BLUE, ORANGE, GREY])
def test_every_mark_stands_out_from_both_backgrounds(colour, theme):
    assert contrast(colour, BACKGROUNDS[theme]) >= 3


@pytest.mark.parametrize("matrix", BLINDNESS.values(), ids=BLINDNESS)
def test_blue_and_orange_differ_for_every_kind_of_colour_vision(matrix):
    """A difference of 10 is plain to see; these are chosen far above it."""
    assert np.linalg.norm(lab(matrix @ linear(BLUE)) - lab(matrix @ linear(ORANGE))) > 35


@pytest.mark.parametrize(("theme", "direction"), [("light", -1), ("dark", 1)])
def test_more_is_always_further_from_the_background(theme, direction):
    steps = np.diff([luminance(stop) for stop in SEQUENTIAL[theme]])
    assert (steps * direction > 0).all()
    assert SEQUENTIAL[theme][0] == BACKGROUNDS[theme]
    assert contrast(SEQUENTIAL[theme][-1], BACKGROUNDS[theme]) > 7


@pytest.mark.parametrize(("theme", "direction"), [("light", -1), ("dark", 1)])
def test_zero_is_the_background_and_both_sides_move_away_from_it(theme, direction):
    stops = DIVERGING[theme]
    assert len(stops) % 2 == 1
    middle = len(stops) // 2
    assert stops[middle] == BACKGROUNDS[theme]
    for side in (stops[middle:], stops[middle::-1]):
        assert (np.diff([luminance(stop) for stop in side]) * direction > 0).all()


@pytest.mark.parametrize("matrix", BLINDNESS.values(), ids=BLINDNESS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_below_zero_and_above_zero_differ_for_every_kind_of_colour_vision(theme, matrix):
    low, *_, high = DIVERGING[theme]
    assert np.linalg.norm(lab(matrix @ linear(low)) - lab(matrix @ linear(high))) > 35


def test_a_calendar_day_shows_more_strongly_with_more_answers():
    assert list(STRENGTHS) == sorted(set(STRENGTHS))
    assert STRENGTHS[0] == 0
    assert STRENGTHS[-1] == 1
