"""Stages as matrices with names: what stands where, and on which scale of colours."""

import math

import numpy as np
import pytest

from attnquiz.attention.stage import Stage
from attnquiz.errors import SandboxError
from attnquiz.sandbox.experiment import Mask, own_text
from attnquiz.sandbox.frames import frame, matrices, matrix, table
from attnquiz.sandbox.library import load
from attnquiz.sandbox.run import run

TEXT = own_text("the cat sat on the mat", heads=2, d_model=8, mask=Mask.BOTH, padding=1)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("head", [0, 1])
def test_every_cell_of_a_matrix_is_the_number_of_the_trace(stage, head):
    found = run(TEXT)
    for shown in matrices(found, stage, head):
        expected = found.tensor(shown.tensor).numpy()
        expected = expected[head] if expected.ndim == 3 else expected
        assert shown.values.dtype == np.float32
        assert np.array_equal(shown.values, np.where(np.isneginf(expected), np.nan, expected), equal_nan=True)
        assert shown.values.shape == (len(shown.row_names), len(shown.column_names))
        low, high = shown.domain
        assert np.nanmin(shown.values) >= low
        assert np.nanmax(shown.values) <= high


def test_repeated_words_stay_apart_on_the_axes():
    shown = matrix(run(TEXT), Stage.SOFTMAX)
    assert shown.row_names == ("the", "cat", "sat", "on", "the·2", "mat", "[pad]")
    assert shown.row_names == shown.column_names
    assert (shown.row_axis, shown.column_axis) == ("query", "key")


def test_shapes_are_given_in_letters_and_in_numbers():
    found = run(load("two-heads"))
    assert matrix(found, Stage.SCORE).shape == "scores (h, n_q, n_k) = (2, 4, 4)"
    assert matrix(found, Stage.EMBED).shape == "x (n, d_model) = (4, 8)"
    assert matrix(found, Stage.WEIGH).shape == "mixed (h, n_q, d_v) = (2, 4, 4)"
    assert matrix(found, Stage.MERGE).shape == "output (n_q, d_model) = (4, 8)"


def test_a_hidden_cell_has_no_score_and_a_weight_of_zero():
    found = run(TEXT)
    scores, weights = matrix(found, Stage.MASK), matrix(found, Stage.SOFTMAX)
    expected = np.array([[j > i or j == 6 for j in range(7)] for i in range(7)])
    assert np.array_equal(scores.hidden, expected)
    assert np.array_equal(np.isnan(scores.values), expected)
    assert np.array_equal(weights.values == 0, expected)
    assert not matrix(found, Stage.SCALE).hidden.any()


def test_a_query_with_nothing_left_has_no_weights_to_show():
    shown = matrix(run(load("nothing-left")), Stage.SOFTMAX)
    assert np.isnan(shown.values).all()
    assert shown.domain == (0, 1)
    assert matrix(run(load("nothing-left")), Stage.MERGE).domain[1] > 0


def test_what_one_compares_shares_one_scale():
    found = run(TEXT.changed(temperature=3.0))
    for group in ([Stage.SCORE, Stage.SCALE, Stage.MASK], [Stage.EMBED, Stage.PROJECT, Stage.WEIGH, Stage.MERGE]):
        domains = {shown.domain for stage in group for head in (0, 1) for shown in matrices(found, stage, head)}
        assert len(domains) == 1
        low, high = domains.pop()
        assert low == -high
    assert matrix(found, Stage.SOFTMAX).domain == (0, 1)


def test_scales_do_not_follow_small_changes():
    domains = {matrix(run(TEXT.changed(seed=seed)), Stage.SOFTMAX).domain for seed in range(20)}
    assert domains == {(0.0, 1.0)}
    domains = {matrix(run(TEXT.changed(seed=seed)), Stage.EMBED).domain for seed in range(20)}
    assert len(domains) <= 4


def test_frames_name_query_key_and_value_row_by_row():
    lines = frame(matrix(run(load("thai-curry")), Stage.SOFTMAX))
    assert list(lines.columns) == ["query", "key", "value"]
    assert len(lines) == 25
    curry = lines[(lines["query"] == "curry") & (lines["key"] == "Thai")]
    assert curry["value"].item() == pytest.approx(0.9317, abs=5e-5)
    back = lines[(lines["query"] == "Thai") & (lines["key"] == "curry")]
    assert back["value"].item() == pytest.approx(0.6488, abs=5e-5)


def test_tables_are_the_matrix_with_names_on_both_sides():
    shown = table(matrix(run(load("thai-curry")), Stage.EMBED))
    assert list(shown.columns) == ["function", "action", "cuisine", "dish"]
    assert shown.loc["how", "function"] == 2
    assert list(frame(matrix(run(load("thai-curry")), Stage.EMBED)).columns) == ["token", "dimension", "value"]


@pytest.mark.parametrize(
    ("stage", "head", "tensor"), [(Stage.SCORE, 1, ""), (Stage.SCORE, -1, ""), (Stage.SCORE, 0, "q")]
)
def test_what_is_not_there_gets_a_sentence(stage, head, tensor):
    with pytest.raises(SandboxError) as error:
        matrix(run(load("thai-curry")), stage, head, tensor)
    assert str(error.value).endswith(".")


def test_numbers_that_nearly_overflow_still_have_a_scale():
    shown = matrix(run(load("thai-curry").changed(temperature=0.01)), Stage.SCALE)
    assert math.isfinite(shown.domain[1])
    assert np.nanmax(shown.values) <= shown.domain[1]
