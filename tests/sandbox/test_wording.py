"""What is said of a stage is true of this experiment; its lines of PyTorch, run in order, compute the very trace."""

import re

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions, Scoring
from attnquiz.sandbox import sides
from attnquiz.sandbox.edit import Edit
from attnquiz.sandbox.experiment import Mask, own_text
from attnquiz.sandbox.library import load, names, parse
from attnquiz.sandbox.numbers import keep, numbers
from attnquiz.sandbox.run import run
from attnquiz.sandbox.wording import definitions, equation, meaning, program_lines, torch_line
from attnquiz.sandbox.wording import given as named

FILE = "---\ntitle: t\nheads: 2\nd_model: 4\n---\ntokens: a b\n```Q\n1 2 3 4\n0 1 0 -1\n```\n```MASK\n1 1\n1 0\n```\n"
GIVEN = parse(FILE, "t.md")

CLOSE = {"atol": 1e-12, "rtol": 1e-12, "equal_nan": True}


@st.composite
def experiments(draw):
    """Any variant, or almost: text, sizes, scoring, positions, mask, dropout, edits, second text or second layer."""
    heads = draw(st.sampled_from([1, 2, 3, 4, 6]))
    cross = draw(st.booleans())
    layers = 1 if cross else draw(st.sampled_from([1, 2]))
    e = own_text(
        "a b c d e f g", memory_text="one two three four five" if cross else None, layers=layers, heads=heads,
        layer=draw(st.integers(0, layers - 1)), d_model=heads * draw(st.sampled_from([2, 4])),
        kv_heads=draw(st.sampled_from([None, *(g for g in range(1, heads + 1) if heads % g == 0)])),
        seed=draw(st.integers(0, 99)), scoring=draw(st.sampled_from(Scoring)), scale=draw(st.booleans()),
        divisor=draw(st.sampled_from([None, None, 3.0])), temperature=draw(st.sampled_from([1.0, 1.0, 0.5])),
        mask=draw(st.sampled_from(Mask)), padding=draw(st.integers(0, 3)), window=draw(st.sampled_from([0, 0, 2])),
        positions=draw(st.sampled_from(Positions)), dropout=draw(st.sampled_from([0.0, 0.0, 0.3])),
        flips=draw(st.sampled_from([(), ((0, 1), (2, 0))])),
    )  # fmt: skip
    known = sides.blocks(e)
    places = draw(st.lists(st.sampled_from(sorted(known)), max_size=3, unique=True))
    return e.changed(edits=tuple(Edit(name, 0, known[name][1] - 1, 1.5) for name in places))


def program(e):
    """Every name after the lines were run in order; the second layer goes on from the first."""
    space = program(e.changed(layer=0)) if e.layer == 1 else {}
    exec(definitions(e), space)
    matrices = {name.lower(): rows for name, rows in numbers(e).items()}
    for name in named(e):
        if name == "allowed":
            rule = e.block("MASK") or [[1] * len(e.key_tokens)] * len(e.tokens)
            space[name] = torch.tensor(rule) != 0
        elif name == "keep":
            space[name] = torch.tensor(keep(e))
        elif e.layer == 0 or name not in ("x", "output"):
            space[name] = torch.tensor(matrices["x" if name == "embedded" else name.lower()])
    for stage, lines in program_lines(e):
        exec(lines, space)
        assert stage is Stage.EMBED or lines == torch_line(e, stage)
    return space


def check(e):
    found, space = run(e, dtype=torch.float64), program(e)
    for stage in e.stages:
        for name in set(sides.tensors(e, stage)) - {"joined", "shares"}:
            ours = space[name][: len(e.tokens)] if name == "position" else space[name]  # a table for both texts
            torch.testing.assert_close(ours, found.tensor(name), **CLOSE, msg=name)


@given(experiments())
@settings(max_examples=250, deadline=None)
def test_the_lines_of_pytorch_compute_the_trace(e):
    check(e)


@pytest.mark.parametrize("name", [*names(), ""])
def test_the_lines_of_every_bundled_experiment_compute_its_trace(name):
    check(load(name) if name else GIVEN)


def test_distances_beyond_the_last_bucket_and_odd_numbers_of_heads():
    text = " ".join(f"w{i}" for i in range(200))
    for mask in (Mask.NONE, Mask.CAUSAL):
        check(own_text(text, heads=3, d_model=6, positions=Positions.T5, mask=mask))
    check(own_text("a b c", heads=7, d_model=14, positions=Positions.ALIBI))


@pytest.mark.parametrize("stage", Stage)
def test_attention_without_variants_is_told_as_the_stage_tells_it(stage):
    e = own_text("a b c", stage=stage)
    assert (meaning(e), equation(e), torch_line(e)) == (stage.meaning, stage.equation, stage.torch_line)


@given(experiments(), st.sampled_from(Stage))
@settings(max_examples=150, deadline=None)
def test_every_stage_is_told_in_a_few_sentences_and_in_an_equation_with_a_box(e, stage):
    words, formula = meaning(e, stage), equation(e, stage)
    assert words.endswith(".")
    assert len(words.split()) <= 75
    assert r"\boxed{" in formula
    assert formula.count("{") == formula.count("}")
    assert formula.count(r"\left") == formula.count(r"\right")
    assert not re.search(r"\^\{\\top\}\^|_[^{ij]\w|__", formula), formula
    assert "=" in torch_line(e, stage)


@pytest.mark.parametrize(
    ("changes", "stage", "words", "formula", "line"),
    [
        ({"scoring": Scoring.ADDITIVE}, Stage.SCORE, "tanh", r"w^{\top}\tanh(q_i + k_j)", "torch.tanh"),
        ({"scoring": Scoring.ADDITIVE}, Stage.SCALE, "not divided", r"\frac{S}{\boxed{1}}", "scaled = scores"),
        ({"scoring": Scoring.COSINE}, Stage.SCORE, "angle", r"\frac{q_i \cdot k_j}{\lVert q_i \rVert\,", "normalize"),
        ({"scale": False}, Stage.SCALE, "Scaling is off", r"\boxed{1}", "scaled = scores"),
        ({"divisor": 8.0}, Stage.SCALE, "divided by 8", r"\boxed{8}", "divisor * temperature"),
        ({"temperature": 2.0}, Stage.SCALE, "2, divides them too", r"\boxed{\sqrt{d_k}\,\tau}", "* temperature)"),
        ({"positions": Positions.ALIBI}, Stage.SCALE, "ALiBi", r"+ \boxed{B}", "bias = (-slopes"),
        ({"positions": Positions.T5}, Stage.SCALE, "bucket", r"+ \boxed{B}", "t5[bucket]"),
        ({"positions": Positions.ALIBI}, Stage.MASK, "minus infinity", r"+ B + \boxed{M}", "biased.masked_fill"),
        ({"positions": Positions.ROPE}, Stage.PROJECT, "turned", r"\operatorname{rope}(Q)", "q_rot, k_rot = rope(q)"),
        ({"positions": Positions.ROPE}, Stage.SCORE, "how far apart", r"\boxed{\tilde{Q}\tilde{K}^{\top}}", "q_rot @"),
        ({"positions": Positions.LEARNED}, Stage.EMBED, "learned", r"\boxed{E_X + P}", "x = embedded + position"),
        ({"positions": Positions.SINUSOIDAL}, Stage.EMBED, "waves", r"\boxed{E_X + P}", "angles.sin()"),
        ({"mask": Mask.CAUSAL}, Stage.MASK, "after the query", r"\boxed{M}", ".tril()"),
        ({"mask": Mask.PADDING, "padding": 2}, Stage.MASK, "padding", r"\boxed{M}", "< n_k - 2"),
        ({"window": 2}, Stage.MASK, "2 or more places away", r"\boxed{M}", ".abs() < 2"),
        ({"flips": ((0, 1),)}, Stage.MASK, "by hand", r"\boxed{M}", "rows, columns = [0], [1]"),
        ({"dropout": 0.5}, Stage.SOFTMAX, "chance 0.5", r"\boxed{D} \odot", "dropped = weights * keep"),
        ({"dropout": 0.5}, Stage.WEIGH, "share", r"D \odot", "mixed = dropped @ v"),
        ({"kv_heads": 2}, Stage.SCORE, "", r"Q_iK_{\lfloor i/2 \rfloor}^{\top}", "k.repeat_interleave(2"),
        ({"kv_heads": 2}, Stage.WEIGH, "2 heads share", r"\boxed{V_{\lfloor i/2 \rfloor}}", "v.repeat_interleave(2"),
        ({"kv_heads": 1}, Stage.PROJECT, "share one head", "K = XW_K", "heads(x @ w_k, 1)"),
        ({"memory_text": "d e"}, Stage.PROJECT, "second text", r"\boxed{K = YW_K}", "heads(memory @ w_k)"),
        ({"memory_text": "d e"}, Stage.EMBED, "both texts", r"\boxed{Y}\,W_K", "memory = embedding(key_tokens)"),
        ({"layers": 2, "layer": 1}, Stage.EMBED, "x + output", r"\boxed{X_1 +", "x = x + output"),
        ({"edits": (Edit("K", 1, 5, 2.0),)}, Stage.PROJECT, "by hand", "", "k[2, 1, 1] = 2.0"),
    ],
)  # fmt: skip
def test_a_variant_has_words_an_equation_and_a_line_of_its_own(changes, stage, words, formula, line):
    e = own_text("a b c", heads=4, d_model=8).changed(**changes)
    assert words in meaning(e, stage)
    assert formula in equation(e, stage)
    assert line in torch_line(e, stage)


def test_without_w_o_the_joined_heads_are_the_output():
    assert "no matrix W_O" in meaning(GIVEN, Stage.MERGE)
    assert "W_O" not in equation(GIVEN, Stage.MERGE)
    assert "w_o" not in torch_line(GIVEN, Stage.MERGE)
    assert "nothing to project" in meaning(GIVEN, Stage.PROJECT)
    assert "written in the experiment" in meaning(GIVEN, Stage.MASK)


def test_a_long_text_goes_without_dropout_and_says_so():
    e = own_text(" ".join(f"w{i}" for i in range(300)), dropout=0.5)
    assert "left out" in meaning(e, Stage.SOFTMAX)
    assert "keep" not in torch_line(e, Stage.SOFTMAX)
