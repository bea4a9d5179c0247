"""Experiment files: those we ship, and what is said of broken ones."""

import pytest

from attnquiz.attention.stage import Stage
from attnquiz.errors import DeckError, SandboxError
from attnquiz.sandbox.experiment import Mask
from attnquiz.sandbox.library import SHIPPED, load, names, parse
from attnquiz.sandbox.numbers import numbers

GOOD = """---
title: Two words
heads: 1
d_model: 2
---

Some prose.

tokens: a, b

```X
1 2
3 -4.5e1
```
"""


def test_every_shipped_experiment_reads_and_has_a_title_and_a_word_about_it():
    assert {"thai-curry", "thai-curry-causal-hidden", "nothing-left", "padded-batch", "three-masks"} <= set(names())
    for name in names():
        experiment = load(name)
        assert experiment.name == name
        assert experiment.title
        assert experiment.about.endswith(".")


def test_thai_curry_has_the_words_of_the_card():
    experiment = load("thai-curry")
    assert experiment.tokens == ("how", "to", "make", "Thai", "curry")
    assert experiment.features == ("function", "action", "cuisine", "dish")
    assert (experiment.heads, experiment.mask, experiment.scale) == (1, Mask.NONE, True)


def test_thai_curry_has_the_matrices_of_the_card():
    found = {name: rows.tolist() for name, rows in numbers(load("thai-curry")).items()}
    identity = [[float(i == j) for j in range(4)] for i in range(4)]
    w_q = [[0.0] * 4 for _ in range(4)]
    w_q[3][2], w_q[1][3], w_q[2][3] = 2.0, 1.0, 1.0
    x = [[2, 0, 0, 0], [1, 0, 0, 0], [0, 2, 0, 0], [0, 0, 2, 0], [0, 0, 0, 2]]
    assert found == {"X": x, "W_Q": w_q, "W_K": identity, "W_V": identity, "W_O": identity}


def test_the_hidden_experiment_is_thai_curry_under_a_causal_mask():
    hidden, plain = load("thai-curry-causal-hidden"), load("thai-curry")
    assert hidden.mask is Mask.CAUSAL
    assert hidden.given == plain.given


def test_what_a_file_does_not_give_is_drawn_from_its_seed():
    one, again, other = (
        numbers(parse(GOOD.replace("heads: 1", f"heads: 1\nseed: {seed}"), "x.md")) for seed in (1, 1, 2)
    )
    assert one["X"].tolist() == other["X"].tolist() == [[1, 2], [3, -45]]
    assert one["W_Q"].tolist() == again["W_Q"].tolist()
    assert one["W_Q"].tolist() != other["W_Q"].tolist()


def test_a_file_may_start_from_q_k_and_v():
    text = GOOD.replace("```X", "```Q").replace("d_model: 2\n", "") + "\n```V\n1 2 3\n4 5 6\n```\n"
    experiment = parse(text, "x.md")
    assert experiment.stage is experiment.stages[0] is Stage.PROJECT
    found = numbers(experiment)
    assert found["Q"].tolist() == [[1, 2], [3, -45]]
    assert found["K"].shape == (2, 2)
    assert found["V"].shape == (2, 3)
    assert "X" not in found
    assert experiment.shape("output") == (2, 3)


def test_a_file_may_name_a_second_text_a_variant_and_a_second_layer():
    text = GOOD.replace("tokens: a, b", "tokens: a, b\nmemory: c, d, e").replace(
        "heads: 1", "heads: 2\nkv_heads: 1\nscoring: cosine\nwindow: 2\ndropout: 0.5\npositions: alibi\ndivisor: 3"
    )
    e = parse(text, "x.md")
    assert (e.tokens, e.key_tokens, e.kv_heads, e.scoring) == (("a", "b"), ("c", "d", "e"), 1, "cosine")
    assert (e.window, e.dropout, e.positions, e.divisor) == (2, 0.5, "alibi", 3)
    two = parse(GOOD.replace("heads: 1", "heads: 1\nlayers: 2\nlayer: 1") + "\n```W_Q_2\n1 2\n3 4\n```\n", "x.md")
    assert (two.layers, two.layer) == (2, 1)
    assert numbers(two)["W_Q"].tolist() == [[1, 2], [3, 4]]


def test_kind_and_data_open_the_file_that_is_called_so(tmp_path):
    for name in ("a", "a-b", "a-b-c", "ab"):
        (tmp_path / f"{name}.md").write_text(GOOD.replace("Two words", name), encoding="utf-8")
    assert load("a", tmp_path, (("kind", "b"),)).title == "a-b"
    assert load("a", tmp_path, (("data", "b-c"),)).title == "a-b-c"
    assert load("a", tmp_path, (("kind", "b"), ("data", "c"))).title == "a-b-c"
    for wrong in ("", "a", "../a", "b/c", "b.md", "B"):
        with pytest.raises(SandboxError, match="choose one of b, b-c"):
            load("a", tmp_path, (("kind", wrong),))


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("heads: 1", "heads: 3"), 3, "heads"),
        (("heads: 1", "heads: one"), 3, "heads"),
        (("heads: 1", "hands: 1"), 3, "hands"),
        (("heads: 1", "device: cuda"), 3, "device"),
        (("tokens: a, b", "token: a, b"), 6, "tokens"),
        (("tokens: a, b", "tokens: a, b, c"), 11, "X has 2 rows"),
        (("tokens: a, b", "tokens: a, b\nfeatures: one"), 10, "features"),
        (("1 2\n", "1 two\n"), 12, "1 two"),
        (("1 2\n", "1\n"), 13, "Row 2 of X"),
        (("1 2\n", "1 nan\n"), 12, "nan"),
        (("1 2\n", "1 1e30\n"), 12, "1e+30"),
        (("```X", "```Y"), 11, "'Y'"),
        (("-4.5e1\n```", "-4.5e1"), 11, "never closed"),
        (("-4.5e1\n```\n", "-4.5e1\n```\n```X\n1\n```\n"), 15, "given twice"),
        (("-4.5e1\n```\n", "-4.5e1\n```\n```Q\n1\n2\n```\n"), 11, "beside Q, K or V"),
        (("-4.5e1\n```\n", "-4.5e1\n```\n```W_Q\n1 2 3\n```\n"), 15, "W_Q has 1 rows"),
        (("d_model: 2", "d_model: 2\ntemperature: 0"), 5, "temperature"),
        (("d_model: 2", "d_model: 2\nstage: SOFT"), 5, "stage"),
    ],
)
def test_a_broken_file_is_answered_with_file_line_and_fault(change, line, words):
    assert change[0] in GOOD
    with pytest.raises(DeckError) as error:
        parse(GOOD.replace(*change), "some/place.md")
    assert str(error.value).startswith(f"some/place.md:{line}: ")
    assert words in str(error.value)


@pytest.mark.parametrize("name", ["", "nowhere", "../experiments/thai-curry", "thai-curry.md", "\x00", "a" * 9999])
def test_an_unknown_name_is_answered_with_the_nearest_or_with_where_all_are(name):
    with pytest.raises(SandboxError, match=r"Did you mean thai-curry\?|The page of all experiments lists them"):
        load(name)


def test_experiments_lie_in_the_content_folder():
    assert SHIPPED.is_dir()
    assert SHIPPED.parts[-2:] == ("content", "experiments")
