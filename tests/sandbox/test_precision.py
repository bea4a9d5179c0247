"""What fewer digits do: against the same set-up in float64."""

import math

import pytest

from attnquiz.attention.stage import Stage
from attnquiz.sandbox.edit import Edit
from attnquiz.sandbox.experiment import own_text
from attnquiz.sandbox.precision import against_float64
from attnquiz.sandbox.run import run

TEXT = "the cat sat on the mat"


@pytest.mark.parametrize(("precision", "digits"), [("float32", 2**-23), ("bfloat16", 2**-7), ("float16", 2**-10)])
def test_the_difference_is_of_the_size_that_the_precision_leaves(precision, digits):
    found = against_float64(run(own_text(TEXT, precision=precision)))
    assert digits / 100 < found < digits * 10


def test_it_is_the_largest_difference_over_the_largest_entry():
    shorter, exact = (run(own_text(TEXT, precision=name)) for name in ("float16", "float64"))
    ours, theirs = (each.tensor("output").tolist() for each in (shorter, exact))
    gaps = [abs(a - b) for row, other in zip(ours, theirs, strict=True) for a, b in zip(row, other, strict=True)]
    expected = max(gaps) / max(abs(value) for row in theirs for value in row)
    assert against_float64(shorter) == pytest.approx(expected, rel=1e-12)


def test_float64_is_not_compared_with_itself():
    assert against_float64(run(own_text(TEXT, precision="float64"))) is None


def test_long_texts_are_not_computed_twice():
    assert against_float64(run(own_text("word " * 257))) is None


def test_where_shorter_numbers_overflow_there_is_no_number():
    found = run(own_text(TEXT, precision="float16", edits=(Edit("X", 0, 0, 1e6),), stage=Stage.MERGE))
    assert not math.isfinite(against_float64(found))
