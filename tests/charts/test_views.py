"""The pictures of the sandbox's views: sound SVG, whatever the tokens are called, for every number that can occur."""

import math
import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from attnquiz.charts.distance import distance_svg, ticks
from attnquiz.charts.lines import lines_svg
from attnquiz.charts.palette import BLUE, ORANGE, PAPER, WORDS
from attnquiz.charts.panels import Panel, panels_svg
from attnquiz.charts.received import received_svg
from attnquiz.charts.signal import image_svg, series_svg

SPACE = "{http://www.w3.org/2000/svg}"
NASTY = ['<script>alert("x")</script>', "a\x00b", "", "‮abc", "👍", "&amp;", "]]>", "x" * 500]
WEIGHT = st.floats(0, 1, width=32) | st.just(math.nan)
SCORE = st.floats(-(2.0**100), 2.0**100, width=32) | st.sampled_from([math.nan, math.inf, -math.inf])


def read(written):
    """The drawing as a tree; it has no script, no address, and every number in it is one."""
    tree = ElementTree.fromstring(written)
    kinds = {node.tag.removeprefix(SPACE) for node in tree.iter()}
    assert kinds <= {"svg", "title", "rect", "text", "g", "path", "line", "circle", "defs", "pattern"}
    drawn = " ".join(v for node in tree.iter() for k, v in node.attrib.items() if k not in ("id", "fill"))
    assert not re.search(r"\b(nan|inf)\b|on\w+=|href", drawn)
    return tree


def words(tree):
    return [node.text for node in tree.iter(f"{SPACE}text")]


@st.composite
def matrices(draw, numbers):
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    values = draw(arrays(np.float32, (rows, columns), elements=numbers))
    name = st.sampled_from(NASTY) | st.text(max_size=5)
    names = [draw(st.lists(name, min_size=count, max_size=count)) for count in (rows, columns)]
    return values, draw(arrays(bool, (rows, columns))), *names


@given(matrices(SCORE), st.sampled_from(["light", "dark"]), st.integers(1, 5))
@settings(max_examples=40)
def test_panels_are_sound(matrix, theme, count):
    values, hidden, rows, columns = matrix
    panels = [Panel(f"Head {head}", values, hidden) for head in range(count)]
    tree = read(panels_svg(panels, rows, columns, (-2.0, 2.0), NASTY[0], theme, strong=0, marked=(0, 0)))
    assert {f"Head {head}" for head in range(count)} <= set(words(tree))


@given(matrices(WEIGHT), st.sampled_from(["light", "dark"]))
@settings(max_examples=40)
def test_lines_are_sound_and_say_every_weight_of_the_chosen_query(matrix, theme):
    values, hidden, rows, columns = matrix
    tree = read(lines_svg(values, hidden, rows, columns, 0, NASTY[0], "lines", theme))
    strong = list(tree.iter(f"{SPACE}line"))
    assert len(strong) == int((~hidden[0] & (np.nan_to_num(values[0]) >= 0.005)).sum())
    said = words(tree)
    for j in range(values.shape[1]):
        expected = "hidden" if hidden[0, j] else "nan" if np.isnan(values[0, j]) else f"{values[0, j]:.2f}"
        assert expected in said


def test_a_line_is_wider_where_the_weight_is_larger():
    values = np.array([[0.1, 0.3, 0.6]], dtype=np.float32)
    tree = read(lines_svg(values, np.zeros((1, 3), bool), ["q"], ["a", "b", "c"], 0, "Weights", "lines"))
    wide = [float(node.get("stroke-width")) for node in tree.iter(f"{SPACE}line")]
    assert wide == sorted(wide)
    assert wide[2] > 2 * wide[0]
    assert {node.get("stroke") for node in tree.iter(f"{SPACE}line")} == {BLUE}


@given(st.lists(st.tuples(WEIGHT, WEIGHT, st.integers(0, 9)), min_size=1, max_size=5))
def test_bars_are_sound(lines):
    frame = pd.DataFrame(
        [(NASTY[i % len(NASTY)], np.nan_to_num(a), n, b) for i, (a, b, n) in enumerate(lines)],
        columns=["key", "sum", "queries", "mean"],
    )
    tree = read(received_svg(frame, "Received", "bars", "dark"))
    assert words(tree).count("no query may look") == sum(math.isnan(b) for _, b, _ in lines)


def test_a_bar_is_as_long_as_its_number():
    frame = pd.DataFrame({"key": ["a", "b"], "sum": [1.0, 0.5], "queries": [2, 1], "mean": [0.5, 0.5]})
    bars = [node for node in read(received_svg(frame, "t", "alt")).iter(f"{SPACE}rect") if node.get("fill") == BLUE]
    assert float(bars[0].get("width")) == 2 * float(bars[1].get("width"))


@given(st.lists(st.tuples(st.integers(-63, 63), st.floats(-1e30, 1e30)), min_size=1, max_size=30))
def test_distances_are_sound(pairs):
    points = pd.DataFrame(pairs, columns=["distance", "value"])
    means = points.groupby("distance", as_index=False)["value"].mean().rename(columns={"value": "mean"})
    tree = read(distance_svg(points, means, "Scores", "dots"))
    assert len(list(tree.iter(f"{SPACE}circle"))) == len(means) + 1  # and one that says what they are
    wide, tall = float(tree.get("width")), float(tree.get("height"))
    for circle in tree.iter(f"{SPACE}circle"):
        assert 0 <= float(circle.get("cx")) <= wide
        assert 0 <= float(circle.get("cy")) <= tall


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_are_few_and_round_and_hold_the_ends(low, length):
    found = ticks(low, low + length)
    assert 4 <= len(found) <= 9
    assert found[0] <= low + 1e-9 * abs(low)
    assert found[-1] >= low + length - 1e-9 * abs(low + length)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("chosen", [None, 0, 3])
def test_an_image_and_a_series_are_sound(theme, chosen):
    weights, hidden = np.array([0.1, 0.9, math.nan, 0.0], dtype=np.float32), np.array([False, False, False, True])
    image = np.linspace(0, 1, 16).reshape(4, 4)
    tree = read(image_svg(image, 2, weights, hidden, chosen, "<b>", "image", theme))
    discs = [c for c in tree.iter(f"{SPACE}circle") if c.get("fill") == BLUE]
    area = [float(c.get("r")) ** 2 for c in discs]
    assert area[1] / area[0] == pytest.approx(9, rel=0.01)
    assert ("the query" in words(tree)) == (chosen is not None)
    read(series_svg([1.0, 2.0, 3.0, 2.0], weights, hidden, chosen, "<b>", "series", theme))
    read(series_svg([1.0] * 4, weights, hidden, chosen, "flat", "series", theme))


def test_64_tokens_stay_a_small_file():
    values = np.random.default_rng(0).random((64, 64), dtype=np.float32)
    names, hidden = [f"token {i}" for i in range(64)], np.zeros((64, 64), bool)
    assert len(panels_svg([Panel("Head", values, hidden)] * 8, names, names, (0.0, 1.0), "alt")) < 1_500_000
    assert len(lines_svg(values, hidden, names, names, 0, "Weights", "alt")) < 200_000


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_and_words_stand_out_on_either_paper(theme):
    assert contrast(WORDS[theme], PAPER[theme]) >= 4.5
    for colour in (BLUE, ORANGE):
        assert contrast(colour, PAPER[theme]) >= 3
