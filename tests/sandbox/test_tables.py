"""Numbers that are taken away, read back by those who would read them."""

import io
import json
import math

import numpy as np
import pandas as pd
import pytest
import torch

from attnquiz.attention.stage import Stage
from attnquiz.sandbox.address import from_query
from attnquiz.sandbox.experiment import own_text
from attnquiz.sandbox.frames import matrix
from attnquiz.sandbox.run import run
from attnquiz.sandbox.tables import csv, harmless, json_text


def read(text: str) -> pd.DataFrame:
    """As one reads it: names as they are, and nothing where there is no number."""
    return pd.read_csv(io.StringIO(text), dtype={0: str, 1: str}, keep_default_na=False, na_values={"value": [""]})


@pytest.mark.parametrize("stage", list(Stage))
def test_a_table_is_read_back_as_the_same_numbers(stage):
    e = from_query({"text": "the cat sat, on the mat", "mask": "causal", "seed": "3"})
    shown = matrix(run(e), stage)
    frame = read(csv(shown))
    assert list(frame.columns) == [shown.row_axis, shown.column_axis, "value"]
    values = frame["value"].to_numpy().reshape(shown.values.shape).astype(np.float32)
    np.testing.assert_array_equal(values, shown.values)
    assert frame[shown.row_axis].map(lambda name: name.removeprefix("'")).unique().tolist() == list(shown.row_names)


NASTY = '=1+1 @SUM(A1) -2 +3 "quoted" a,b semi;colon 漢字 مرحبا NA null nan 007'


def test_no_token_becomes_a_formula():
    e = own_text(NASTY, stage=Stage.SOFTMAX)
    names = read(csv(matrix(run(e), Stage.SOFTMAX)))["query"].unique()
    assert not [name for name in names if name.startswith(("=", "+", "-", "@"))]
    assert {name.removeprefix("'") for name in names} == set(e.labels)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("cat", "cat"),
        ("=1", "'=1"),
        ("-", "'-"),
        ("'tis", "''tis"),
        ("\t=1", "'\t=1"),
        ("a=1", "a=1"),
        ("\ud800x\0", "x"),
    ],
)
def test_a_name_in_a_cell(name, written):
    assert harmless(name) == written


def test_names_with_commas_quotes_and_line_breaks_stay_one_cell():
    shown = matrix(run(from_query({"experiment": "shapes", "stage": "SOFTMAX", "tokens": 'a"b,x y'})), Stage.SOFTMAX)
    assert read(csv(shown))["query"].unique().tolist() == ['a"b', "x y"]


def test_hidden_scores_have_no_value_and_hidden_weights_are_zero():
    found = run(from_query({"text": "a b", "mask": "causal"}))
    masked, weights = (csv(matrix(found, stage)).splitlines() for stage in (Stage.MASK, Stage.SOFTMAX))
    assert masked[2] == "a,b,"
    assert weights[2] == "a,b,0"


def test_a_query_that_may_look_nowhere_has_no_values():
    lines = csv(matrix(run(from_query({"text": "a b", "flips": "0.0,0.1"})), Stage.SOFTMAX)).splitlines()
    assert lines[1:3] == ["a,a,", "a,b,"]


@pytest.mark.parametrize("precision", ["float64", "float32", "bfloat16"])
def test_json_holds_the_numbers_and_says_what_they_are(precision):
    query = {"text": "a b c", "mask": "causal", "heads": "2", "head": "1", "stage": "MASK", "precision": precision}
    found = run(from_query(query))
    read_back = json.loads(json_text(found, Stage.MASK, 1), parse_constant=pytest.fail)
    assert (read_back["tensor"], read_back["stage"], read_back["head"], read_back["shape"]) == (
        "masked",
        "MASK",
        1,
        [3, 3],
    )
    assert read_back["sides"] == ["n_q", "n_k"]
    assert read_back["rows"] == read_back["columns"] == ["a", "b", "c"]
    assert from_query(read_back["address"]) == found.experiment
    values = [[-math.inf if value is None else value for value in row] for row in read_back["values"]]
    assert torch.equal(torch.tensor(values, dtype=getattr(torch, precision)), found.of("masked", 1))


def test_json_of_a_matrix_without_heads_names_no_head():
    read_back = json.loads(json_text(run(from_query({"text": "a b", "stage": "MERGE"})), Stage.MERGE))
    assert (read_back["tensor"], read_back["head"], read_back["shape"]) == ("output", None, [2, 8])


def test_a_long_text_is_taken_head_by_head():
    found = run(own_text("word " * 300, stage=Stage.SOFTMAX))
    assert json.loads(json_text(found, Stage.SOFTMAX, 1))["shape"] == [300, 300]
    assert len(csv(matrix(found, Stage.SOFTMAX, 1)).splitlines()) == 300 * 300 + 1
