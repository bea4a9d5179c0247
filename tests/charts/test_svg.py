"""Pictures as SVG: any name is only a name, and what is drawn is what the numbers are."""

import math
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.charts import svg
from attnquiz.charts.drawn import MOST_CELLS, matrix_svg, short
from attnquiz.charts.palette import DIVERGING, PAPER, SEQUENTIAL
from attnquiz.charts.shade import inked, shade

NS = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "title", "defs", "pattern", "g", "rect", "line", "circle", "path", "text"}


def picture(values, *, hidden=None, rows=None, columns=None, domain=(0.0, 1.0), theme="light", **more):
    values = np.array(values, dtype=np.float32)
    hidden = np.zeros(values.shape, bool) if hidden is None else np.array(hidden)
    rows = rows or [f"q{i}" for i in range(values.shape[0])]
    columns = columns or [f"k{j}" for j in range(values.shape[1])]
    text = matrix_svg(values, hidden, rows, columns, more.pop("title", "Weights"), domain, theme, **more)
    root = ET.fromstring(text)
    words = [each.text for each in root.iter(f"{NS}text")]
    boxes = [each.attrib for each in root.iter(f"{NS}rect")]
    return SimpleNamespace(text=text, root=root, words=words, boxes=boxes)


def test_numbers_names_and_title_are_in_the_picture():
    drawn = picture([[0.25, 0.75], [1.0, 0.0]], rows=["how", "to"], columns=["make", "curry"], axes=("query", "key"))
    assert drawn.words[:3] == ["Weights", "↓ rows: query", "→ columns: key"]
    assert {"0.25", "0.75", "1.00", "0.00", "how", "to", "make", "curry"} <= set(drawn.words)


@given(name=st.text(), title=st.text())
def test_any_name_is_a_name(name, title):
    """Every character there is, controls and halves of characters included: valid XML, and no element but shapes."""
    drawn = picture([[0.5]], rows=[name], columns=[name], title=title)
    assert {each.tag.removeprefix(NS) for each in drawn.root.iter()} <= ELEMENTS
    drawn.text.encode("utf-8")
    assert len(drawn.words) == 1 + 1 + 2 + 2


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\"/><image href='x'/>", "]]>", "&lt;", "<!--", "a & b"])
def test_markup_is_written_as_it_is(name):
    drawn = picture([[0.5]], title=name)
    assert drawn.words[0] == name
    assert drawn.root.find(f"{NS}title").text == name


def test_marks_that_turn_the_direction_of_writing_are_left_out():
    assert svg.clean("a\u202eb\u2066c\x00\n d\ufffe") == "abc d"


def test_a_long_name_is_cut_to_its_room():
    drawn = picture([[0.5]], rows=["donaudampfschifffahrtsgesellschaft"])
    cut = next(word for word in drawn.words if word.startswith("donau"))
    assert cut.endswith("…")
    assert svg.width_of(cut, 13) <= 110 + 12


@given(words=st.text(max_size=30), room=st.floats(10, 200))
def test_what_is_cut_fits_and_begins_the_same(words, room):
    kept = svg.cut(words, room, 13)
    assert kept == words or (kept.endswith("…") and words.startswith(kept[:-1]))
    assert kept == "…" or svg.width_of(kept, 13) <= room


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_cell_has_the_colour_of_its_number(theme):
    drawn = picture([[0.0, 0.5, 1.0]], theme=theme)
    cells = [box["fill"] for box in drawn.boxes if (box["width"], box["height"]) == ("43", "39")]
    low, middle, high = (SEQUENTIAL[theme][i] for i in (0, 2, 4))
    assert cells == [low, middle, high]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_zero_is_in_the_middle_of_a_scale_of_two_sides(theme):
    assert shade(0.0, (-3.0, 3.0), theme).colour == DIVERGING[theme][2] == PAPER[theme]
    assert shade(-9.0, (-3.0, 3.0), theme).colour == DIVERGING[theme][0]
    assert shade(math.inf, (-3.0, 3.0), theme).colour == DIVERGING[theme][-1]


def test_ink_is_readable_on_every_colour_of_every_scale():
    for theme in ("light", "dark"):
        for domain in ((0.0, 1.0), (-1.0, 1.0)):
            for value in np.linspace(*domain, 101):
                found = shade(float(value), domain, theme)
                assert contrast(found.colour, found.ink) >= 4.5


def contrast(one, other):
    def luminance(colour):
        channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4) @ [
            0.2126,
            0.7152,
            0.0722,
        ]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_hidden_cells_are_hatched_and_the_legend_says_why():
    drawn = picture([[1.0, 0.0], [0.5, 0.5]], hidden=[[False, True], [False, False]])
    hatched = [box for box in drawn.boxes if box["fill"] == "url(#hidden)"]
    assert len(hatched) == 2  # the cell, and its sample in the legend
    assert "hidden by the mask" in drawn.words
    assert "hidden by the mask" not in picture([[1.0]]).words


def test_what_stands_in_a_hidden_cell_can_be_said():
    drawn = picture([[math.nan, 0.5]], hidden=[[True, False]], hidden_text="−∞")
    assert "−∞" in drawn.words
    assert "nan" not in drawn.words


def test_what_is_no_number_is_hatched_and_says_so():
    drawn = picture([[math.nan, math.inf, -math.inf]], domain=(-1.0, 1.0))
    assert {"nan", "∞", "−∞"} <= set(drawn.words)
    assert sum(box["fill"] == "url(#hidden)" for box in drawn.boxes) == 1


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.5, "0.50"), (-0.001, "0.00"), (123.45, "123.5"), (-4321.0, "-4321"), (2.5e7, "2e+07"), (math.nan, "nan")],
)
def test_a_number_in_a_cell(value, written):
    assert short(value) == written


def test_numbers_are_left_out_where_they_do_not_fit():
    assert "0.50" in picture(np.full((8, 8), 0.5)).words
    assert "0.50" not in picture(np.full((64, 64), 0.5)).words


def test_everything_lies_inside_of_the_picture():
    long = [f"antidisestablishmentarianism {i}" for i in range(30)]
    for columns in (1, 5, 30):
        drawn = picture(np.full((3, columns), 0.5), rows=long[:3], columns=long[:columns])
        width, height = (float(drawn.root.get(side)) for side in ("width", "height"))
        for box in drawn.boxes:
            assert 0 <= float(box.get("x", 0)) <= float(box.get("x", 0)) + float(box["width"]) <= width
            assert 0 <= float(box.get("y", 0)) <= float(box.get("y", 0)) + float(box["height"]) <= height


def test_a_very_large_matrix_is_averaged_and_says_so():
    values = np.zeros((410, 410), dtype=np.float32)
    values[:3, :3] = 0.9
    drawn = picture(values)
    assert "each box is the mean of 3 × 3 cells" in drawn.words
    assert len(drawn.boxes) < MOST_CELLS
    assert len(drawn.text) < 500_000
    assert any(box["fill"] == shade(0.9, (0.0, 1.0), "light").colour for box in drawn.boxes)


def test_the_mean_leaves_out_what_is_no_number():
    values = np.full((300, 300), np.nan, dtype=np.float32)
    values[0, 0] = 0.5
    drawn = picture(values)
    assert any(box["fill"] == shade(0.5, (0.0, 1.0), "light").colour for box in drawn.boxes)


def test_nothing_refers_to_anything_outside_of_the_file():
    drawn = picture([[0.5, 0.1]], hidden=[[True, False]])
    assert "http" not in drawn.text.replace("http://www.w3.org/2000/svg", "")
    assert "href" not in drawn.text
    assert drawn.text.count("url(") == drawn.text.count("url(#hidden)")


def test_black_or_white_is_written_on_a_colour():
    assert inked("#ffffff").ink == "#000000"
    assert inked("#0b3c70").ink == "#ffffff"
