"""Images in patches and series in bins: every pixel and every reading in its place; a sentence for what has none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.errors import DeckError, SandboxError
from attnquiz.sandbox.library import load, parse
from attnquiz.sandbox.numbers import numbers
from attnquiz.sandbox.signals import MOST_BINS, binned, cut, patches

IMAGE = ((0, 0.1, 0.2, 0.3), (0.4, 0.5, 0.6, 0.7))
FILE = """---
title: A picture
patch: 2
---

Two squares.

```IMAGE
0 0.1 0.2 0.3
0.4 0.5 0.6 0.7
```
"""


def test_a_patch_is_its_pixels_row_after_row():
    found = patches(IMAGE, 2)
    assert found.tokens == ("r0 c0", "r0 c1")
    assert found.x == ((0, 0.1, 0.4, 0.5), (0.2, 0.3, 0.6, 0.7))
    assert found.features == ("pixel 0 0", "pixel 0 1", "pixel 1 0", "pixel 1 1")


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3))
def test_every_pixel_is_in_one_patch_at_its_place(rows, columns, side):
    image = tuple(
        tuple((i * columns * side + j) / 1000 for j in range(columns * side)) for i in range(rows * side)
    )  # fmt: skip
    found = patches(image, side)
    assert len(found.tokens) == len(set(found.tokens)) == rows * columns
    for number, pixels in enumerate(found.x):
        down, right = divmod(number, columns)
        assert found.tokens[number] == f"r{down} c{right}"
        for place, pixel in enumerate(pixels):
            i, j = divmod(place, side)
            assert pixel == image[down * side + i][right * side + j]


def test_a_reading_is_one_at_its_bin():
    found = binned(((8, 10, 11, 14, 19.5, 20),), 4)
    assert found.tokens == ("0: 8 to 11", "1: 8 to 11", "2: 11 to 14", "3: 14 to 17", "4: 17 to 20", "5: 17 to 20")
    assert found.features == ("8 to 11", "11 to 14", "14 to 17", "17 to 20")
    assert [row.index(1) for row in found.x] == [0, 0, 1, 2, 3, 3]
    assert all(sum(row) == 1 for row in found.x)


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=60, unique=True), st.integers(2, MOST_BINS))
def test_bins_keep_the_order_of_the_readings(readings, bins):
    found = binned((tuple(map(float, readings)),), bins)
    places = [row.index(1) for row in found.x]
    assert (min(places), max(places)) == (0, bins - 1)
    low, width = min(readings), (max(readings) - min(readings)) / bins
    for reading, place in zip(readings, places, strict=True):
        assert low + place * width - 1e-9 <= reading <= low + (place + 1) * width + 1e-9


def test_a_file_with_an_image_is_an_experiment_of_patches():
    e = parse(FILE, "picture.md")
    assert (e.tokens, e.d_model, e.patch) == (("r0 c0", "r0 c1"), 4, 2)
    assert e.block("IMAGE") == IMAGE
    assert numbers(e)["X"].tolist() == [list(row) for row in patches(IMAGE, 2).x]
    assert "IMAGE" not in numbers(e)


def test_names_and_vectors_that_a_file_gives_itself_are_kept():
    named = FILE.replace("```IMAGE", "tokens: left, right\nfeatures: a, b\n\n```X\n1 2\n3 4\n```\n\n```IMAGE")
    e = parse(named, "picture.md")
    assert e.tokens == ("left", "right")
    assert e.features == ("a", "b")
    assert e.block("X") == ((1, 2), (3, 4))


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("patch: 2", "patch: 3", 3, "does not divide"),
        ("patch: 2", "patch: 0", 3, "patch is 0"),
        ("patch: 2\n", "", 4, "patch is 0"),
        ("patch: 2", "patch: two", 3, "no whole number"),
        ("patch: 2", "patch: 2\nbins: 4", 4, "no SERIES to cut"),
        ("0 0.1 0.2", "0 0.1 1.2", 8, "no grey value"),
        ("0 0.1 0.2", "0 0.1 -0.2", 8, "no grey value"),
        ("0 0.1 0.2 0.3\n", "0 0.1 0.2\n", 10, "Row 2 of IMAGE"),
        ("```IMAGE\n", "```SERIES\n1 2\n```\n\n```IMAGE\n", 8, "SERIES is given beside IMAGE"),
        ("IMAGE", "SERIES", 3, "patch is 2, but the file has no IMAGE"),
    ],
)
def test_what_cannot_be_cut_is_said_with_file_and_line(old, new, line, words):
    assert FILE.count(old) == 1
    with pytest.raises(DeckError) as error:
        parse(FILE.replace(old, new), "picture.md")
    assert str(error.value).startswith(f"picture.md:{line}: "), error.value
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("series", "bins", "words"),
    [
        (((1, 2), (3, 4)), 2, "2 lines"),
        (((3, 3),), 2, "the same reading"),
        (((1, 2),), 1, "bins is 1"),
        (((1, 2),), 65, "bins is 65"),
        (((1, float("nan")),), 2, "nan"),
        (((1, 2e6),), 2, "largest number"),
        ((), 2, "no numbers"),
        ((tuple(range(3000)),), 2, "3000 tokens"),
    ],
)
def test_what_is_no_series_is_a_sentence(series, bins, words):
    with pytest.raises(SandboxError, match=words):
        binned(series, bins)


def test_words_are_not_cut():
    assert cut({"X": ((1.0,),)}, 0, 0) is None


def test_the_bundled_signals_are_small_and_open():
    assert len(load("two-stars").tokens) == 16
    assert len(load("yesterday").tokens) == 16
    assert load("shuffle-temperatures").tokens[3] == "3: 17 to 20"
