"""The JSON of `trace`: exact output, and one sentence for every slip in the input."""

import json
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from attnquiz.errors import SandboxError
from attnquiz.sandbox.library import names
from attnquiz.sandbox.tracefile import summary, trace, trace_text

GOOD = {
    "tokens": ["a", "b"],
    "q": [[1.0, 0.0], [0.0, 2.0]],
    "k": [[1.0, 1.0], [0.0, 1.0]],
    "v": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],
}
FROM_X = {
    "tokens": ["a", "b", "c"],
    "x": [[1, 2], [3, 4], [5, 6]],
    "w_q": [[0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.7, 0.8]],
    "w_k": [[0.4, -0.3, 0.2, 0.1], [-0.1, 0.2, 0.3, 0.4]],
    "w_v": [[1, 0], [0, 1]],
    "w_o": [[1, 2, 3], [4, 5, 6]],
    "heads": 2,
}


def traced(**changes):
    given_now = {name: value for name, value in (GOOD | changes).items() if value is not None}
    return trace_text(json.dumps(given_now))


def strict(found):
    """As any other program reads it: no NaN, no Infinity."""
    return json.loads(json.dumps(found, allow_nan=False))


def test_a_trace_by_hand():
    found = strict(traced())
    assert list(found) == [
        "tokens",
        "shapes",
        "q",
        "k",
        "v",
        "scores",
        "scaled",
        "masked",
        "weights",
        "mixed",
        "output",
    ]
    assert found["shapes"]["weights"] == [1, 2, 2]
    assert found["scores"] == [[[1, 0], [2, 2]]]
    assert found["scaled"][0][1][0] == pytest.approx(2 / math.sqrt(2))
    top = math.exp(1 / math.sqrt(2))
    assert found["weights"][0][0] == pytest.approx([top / (top + 1), 1 / (top + 1)])
    assert found["weights"][0][1] == pytest.approx([0.5, 0.5])
    assert found["output"][1] == pytest.approx([2.5, 3.5, 4.5])
    assert found["masked"] == found["scaled"]


def test_causal_hides_the_future_with_null():
    found = strict(traced(mask="causal"))
    assert found["masked"][0][0][1] is None
    assert found["weights"][0][0] == [1, 0]
    assert found["output"][0] == [1, 2, 3]


def test_true_in_a_mask_means_may_look():
    found = strict(traced(mask=[[False, True], [True, False]]))
    assert found["weights"] == [[[0, 1], [1, 0]]]


def test_a_row_with_nothing_left_is_null_to_the_end():
    found = strict(traced(mask=[[True, True], [False, False]]))
    assert found["masked"][0][1] == [None, None]
    assert found["weights"][0][1] == [None, None]
    assert found["mixed"][0][1] == found["output"][1] == [None, None, None]
    assert None not in found["output"][0]
    assert "none" in summary(found)


def test_scale_and_temperature():
    assert traced(scale=False)["scaled"] == traced()["scores"]
    half = traced(temperature=0.5)["scaled"][0][1][0]
    assert half == pytest.approx(2 * 2 / math.sqrt(2))


def test_head_i_takes_columns_i_d_k_to_i_plus_1_d_k_of_x_at_w():
    found = strict(trace_text(json.dumps(FROM_X)))
    x, w_q, w_k, w_v, w_o = (
        torch.tensor(FROM_X[name], dtype=torch.float64) for name in ("x", "w_q", "w_k", "w_v", "w_o")
    )
    shapes = {"q": [2, 3, 2], "k": [2, 3, 2], "v": [2, 3, 1], "mixed": [2, 3, 1], "output": [3, 3]}
    assert {name: found["shapes"][name] for name in shapes} == shapes
    heads = []
    for head in (0, 1):
        q, k, v = x @ w_q[:, 2 * head : 2 * head + 2], x @ w_k[:, 2 * head : 2 * head + 2], x @ w_v[:, [head]]
        torch.testing.assert_close(torch.tensor(found["q"][head], dtype=torch.float64), q)
        torch.testing.assert_close(torch.tensor(found["k"][head], dtype=torch.float64), k)
        heads.append(functional.scaled_dot_product_attention(q, k, v))
        torch.testing.assert_close(torch.tensor(found["mixed"][head], dtype=torch.float64), heads[-1])
    torch.testing.assert_close(torch.tensor(found["output"], dtype=torch.float64), torch.cat(heads, dim=1) @ w_o)


def test_without_w_o_the_output_is_the_joined_heads():
    found = trace_text(json.dumps({name: value for name, value in FROM_X.items() if name != "w_o"}))
    assert found["shapes"]["output"] == [3, 2]
    assert [row[1] for row in found["output"]] == [row[0] for row in found["mixed"][1]]


@pytest.mark.parametrize("name", names())
def test_a_shipped_experiment_can_be_traced_by_name(name):
    found = strict(trace(name))
    assert len(found["tokens"]) == found["shapes"]["output"][0]
    assert summary(found)


def test_thai_curry_by_name_gives_the_numbers_of_the_card():
    found = trace("thai-curry")
    assert found["tokens"] == ["how", "to", "make", "Thai", "curry"]
    assert found["weights"][0][4][3] == pytest.approx(0.9317, abs=5e-5)


def test_a_file_is_read(tmp_path):
    path = tmp_path / "x.json"
    path.write_text("\ufeff" + json.dumps(GOOD | {"tokens": ["ผัด", "ไทย"]}), encoding="utf-8")
    assert trace(str(path))["tokens"] == ["ผัด", "ไทย"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tokens": None}, "tokens"),
        ({"tokens": "ab"}, "tokens"),
        ({"tokens": ["a", 1]}, "tokens"),
        ({"tokens": []}, "tokens"),
        ({"tokens": ["a"]}, "q has 2 rows"),
        ({"tokens": ["a"] * 257}, "tokens"),
        ({"tokens": ["a", "\ud800"]}, "tokens"),
        ({"q": None}, "q is missing"),
        ({"q": [[1, 2], [3]]}, "Row 2 of q"),
        ({"q": [1, 2]}, "q must be"),
        ({"q": "1 2"}, "q must be"),
        ({"q": {}}, "q must be"),
        ({"q": []}, "q has no numbers"),
        ({"q": [[], []]}, "q has no numbers"),
        ({"q": [[1, "2"], [3, 4]]}, "Row 1 of q"),
        ({"q": [[1, True], [3, 4]]}, "Row 1 of q"),
        ({"q": [[1, None], [3, 4]]}, "Row 1 of q"),
        ({"q": [[1, [2]], [3, 4]]}, "Row 1 of q"),
        ({"q": [[1, 1e30], [3, 4]]}, "Row 1 of q"),
        ({"q": [[1, 10**400], [3, 4]]}, "q holds"),
        ({"q": [[1, 2, 3], [4, 5, 6]]}, "q has 3 columns and k has 2"),
        ({"q": [[0] * 1025] * 2}, "too large"),
        ({"k": [[1, 2]]}, "k has 1 rows"),
        ({"x": [[1, 2], [3, 4]]}, "Both q and x"),
        ({"w_o": [[1], [2], [3]]}, "Both q and w_o"),
        ({"q": None, "k": None, "v": None}, "nothing to attend with"),
        ({"heads": 3}, "heads"),
        ({"heads": 2}, "heads is 2"),
        ({"heads": 0}, "heads"),
        ({"heads": 1.0}, "heads"),
        ({"heads": True}, "heads"),
        ({"heads": "1"}, "heads"),
        ({"heads": 10**4000}, "heads"),
        ({"mask": "tril"}, "mask"),
        ({"mask": True}, "mask"),
        ({"mask": [[True, True]]}, "mask"),
        ({"mask": [[True], [True]]}, "mask"),
        ({"mask": [[1, 0], [0, 1]]}, "mask"),
        ({"mask": [True, True]}, "mask"),
        ({"scale": 1}, "scale"),
        ({"scale": "false"}, "scale"),
        ({"temperature": 0}, "temperature"),
        ({"temperature": -1}, "temperature"),
        ({"temperature": True}, "temperature"),
        ({"temperature": "1"}, "temperature"),
        ({"temperature": 10**400}, "temperature"),
        ({"maks": "causal"}, "maks"),
        ({"\ud800": 1}, "means nothing"),
    ],
)
def test_a_slip_in_the_input_gets_one_sentence_that_names_it(changes, words):
    with pytest.raises(SandboxError) as error:
        traced(**changes)
    sentence = str(error.value)
    assert words in sentence
    assert sentence.endswith(".")
    assert len(sentence) < 300
    sentence.encode()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("w_q", [[1, 2]], "w_q has 1 rows, but x has 2 columns"),
        ("w_k", [[1, 2], [3, 4]], "w_q has 4 columns and w_k has 2"),
        ("w_v", [[1], [2]], "heads is 2"),
        ("w_o", [[1, 2]], "w_o has 1 rows"),
        ("x", [[1, 2]], "x has 1 rows"),
    ],
)
def test_projections_must_fit(name, value, words):
    with pytest.raises(SandboxError, match=words):
        trace_text(json.dumps(FROM_X | {name: value}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "NaN",
        '{"tokens": ["a"], "q": [[NaN]], "k": [[1]], "v": [[1]]}',
        '{"tokens": ["a"], "q": [[-Infinity]], "k": [[1]], "v": [[1]]}',
        '{"tokens": ["a"], "q": [[1e999]], "k": [[1]], "v": [[1]]}',
        '{"tokens": ["a"], "tokens": ["b"]}',
        "[" * 100_000,
        '{"heads": ' + "9" * 5000 + "}",
        '{"q": ' + "[" * 900 + "1" + "]" * 900 + "}",
        "\x00",
    ],
)
def test_what_is_no_proper_json_gets_a_sentence(text):
    with pytest.raises(SandboxError) as error:
        trace_text(text)
    assert str(error.value).endswith(".")


def test_an_entry_given_twice_or_not_a_number_is_told_as_such():
    text = json.dumps(GOOD)
    with pytest.raises(SandboxError, match="'q' is given twice"):
        trace_text(text[:-1] + ', "q": [[1, 0], [0, 2]]}')
    with pytest.raises(SandboxError, match="NaN is no number"):
        trace_text(text.replace("2.0", "NaN", 1))


def test_heads_split_q_k_and_v_as_well():
    q = [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]
    found = traced(q=q, k=q, v=q, heads=2)
    assert found["q"][1] == found["v"][1] == [[3, 4], [7, 8]]
    assert found["scores"][1][0] == [3 * 3 + 4 * 4, 3 * 7 + 4 * 8]
    assert found["shapes"]["output"] == [2, 4]


def test_more_scores_than_memory_wants_get_a_sentence():
    n, rows = 256, [[0.0] * 64] * 256
    with pytest.raises(SandboxError, match="scores"):
        traced(tokens=["t"] * n, q=rows, k=rows, v=rows, heads=64)


def test_a_file_that_cannot_be_read_gets_a_sentence(tmp_path):
    (tmp_path / "latin.json").write_bytes(b'{"tokens": ["\xe9"]}')
    (tmp_path / "folder.json").mkdir()
    for name in ("missing.json", "latin.json", "folder.json", "\x00", "a" * 5000):
        with pytest.raises(SandboxError) as error:
            trace(str(tmp_path / name))
        assert str(error.value).endswith(".")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*GOOD, *FROM_X, "mask", "scale", "temperature"]), JSON))
def test_any_json_is_a_trace_or_a_sentence(entries):
    for start in ({}, GOOD, FROM_X):
        try:
            found = trace_text(json.dumps(start | entries))
        except SandboxError:
            continue
        assert strict(found)["tokens"]
