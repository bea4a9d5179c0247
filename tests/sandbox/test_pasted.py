"""A matrix as text and back: only what was changed is an edit."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.errors import SandboxError
from attnquiz.sandbox.edit import Edit
from attnquiz.sandbox.pasted import edits_in, written

SIDES = st.integers(1, 5)
NUMBERS = st.floats(-1e6, 1e6)


@st.composite
def matrices(draw):
    rows, columns = draw(SIDES), draw(SIDES)
    return np.array([[draw(NUMBERS) for _ in range(columns)] for _ in range(rows)])


@given(matrices())
def test_text_that_nobody_touched_holds_no_edit(matrix):
    text = written(matrix)
    assert edits_in("X", text, text) == ()
    assert edits_in("X", text, text.replace(" ", "\t").replace("\n", "\n\n") + "\n") == ()


@given(matrices(), st.data())
def test_every_changed_number_is_one_edit_and_nothing_else_is(matrix, data):
    lines = [line.split() for line in written(matrix).splitlines()]
    cells = [(row, column) for row in range(len(lines)) for column in range(len(lines[0]))]
    chosen = data.draw(st.sets(st.sampled_from(cells)))
    for row, column in chosen:
        lines[row][column] = "123.25"
    found = edits_in("W_Q", written(matrix), "\n".join(" ".join(line) for line in lines))
    expected = {cell for cell in chosen if written(matrix).splitlines()[cell[0]].split()[cell[1]] != "123.25"}
    assert set(found) == {Edit("W_Q", row, column, 123.25) for row, column in expected}


@pytest.mark.parametrize(
    "text",
    [
        "[[1, 2],\n [3, 5]]", "1;2\n3;5", "1\t2\r\n3\t5", "1 | 2\n3 | 5", "1.0, 2\n3, 5", "[1,2;\n 3,5]",
        "| 1,2 |\n| 3,5 |",
    ],
)  # fmt: skip
def test_brackets_commas_semicolons_and_tabs_are_all_read(text):
    found = edits_in("X", "1 2\n3 4", text)
    assert Edit("X", 1, 1, 5.0) in found
    assert {edit.value for edit in found} <= {1.0, 5.0}


def test_the_minus_sign_of_a_printed_table_is_read():
    assert edits_in("X", "1 2\n3 4", "1 \u22122,5\n3 4") == (Edit("X", 0, 1, -2.5),)
    assert edits_in("X", "1 2\n3 4", "1 \u22122.5\n3 4") == (Edit("X", 0, 1, -2.5),)


def test_decimal_commas_are_read_where_something_else_separates_and_no_number_has_a_point():
    assert edits_in("X", "1 2\n3 4", "1 2,5\n3 4") == (Edit("X", 0, 1, 2.5),)
    assert edits_in("X", "1 2 3", "1,2.5 3") == (Edit("X", 0, 1, 2.5),)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "X would have 0 rows; it needs 2"),
        ("1 2", "X would have 1 rows; it needs 2"),
        ("1 2\n3", "Row 1 of X would have 1 numbers; it needs 2"),
        ("1 2 3\n3 4", "Row 0 of X would have 3 numbers"),
        ("1 two\n3 4", "X at 0, 1 would be 'two', which is no number"),
        ("1 nan\n3 4", "X at 0, 1 would be nan"),
        ("1 inf\n3 4", "X at 0, 1 would be inf"),
        ("1 1e38\n3 4", r"X at 0, 1 would be 1e\+38"),
        ("1 " + "9" * 99 + "\n3 4", "too long for a number"),
        ("1 <script>\n3 4", "no number"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_place(text, sentence):
    with pytest.raises(SandboxError, match=sentence):
        edits_in("X", "1 2\n3 4", text)


@given(st.text(max_size=60))
def test_any_text_is_edits_or_a_sentence(text):
    found: tuple[Edit, ...] = ()
    with suppress(SandboxError):
        found = edits_in("X", "1 2\n3 4", text)
    assert all(np.isfinite(edit.value) for edit in found)
