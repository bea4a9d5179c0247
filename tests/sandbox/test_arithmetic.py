"""The arithmetic that is shown comes out at the number that is shown: every formula is read back and worked out."""

import math
import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions, Scoring
from attnquiz.errors import SandboxError
from attnquiz.sandbox import sides
from attnquiz.sandbox.arithmetic import arithmetic
from attnquiz.sandbox.edit import Edit
from attnquiz.sandbox.experiment import Mask, own_text
from attnquiz.sandbox.library import load, parse
from attnquiz.sandbox.run import EMPTY_ROW, run

CELLS = {
    "small": own_text("the cat the", heads=2, d_model=4, mask=Mask.CAUSAL, seed=3),
    "long": own_text(
        "one two three four five six seven eight nine ten eleven", heads=2, d_model=32, positions=Positions.SINUSOIDAL
    ),
    "warm": own_text("a b c", heads=1, d_model=4, temperature=2.5, mask=Mask.PADDING, padding=1),
    "cold": own_text("a b c", heads=1, d_model=4, temperature=0.01),
    "unscaled": own_text("a b c", heads=2, d_model=6, scale=False),
    "curry": load("thai-curry"),
    "from q, k and v": parse(
        "---\ntitle: t\nheads: 2\nd_model: 4\n---\ntokens: a b\n```Q\n1 2 3 4\n0 1 0 -1\n```\n", "t.md"
    ),
    "additive": own_text("a b c d e", heads=2, d_model=24, scoring=Scoring.ADDITIVE, divisor=2.0),
    "cosine": own_text("a b c d e", heads=2, d_model=24, scoring=Scoring.COSINE, temperature=0.5),
    "turned": own_text("a b c d e", heads=2, d_model=8, positions=Positions.ROPE, seed=2),
    "turned additive": own_text("a b c d e", heads=2, d_model=8, positions=Positions.ROPE, scoring=Scoring.ADDITIVE),
    "alibi": own_text("a b c d e", heads=6, d_model=12, positions=Positions.ALIBI, mask=Mask.CAUSAL),
    "t5": own_text("a b c d e f g h i j", heads=2, d_model=4, positions=Positions.T5),
    "learned": own_text("a b c", memory_text="d e f g", heads=2, d_model=4, positions=Positions.LEARNED),
    "grouped": own_text("a b c d", heads=4, d_model=16, kv_heads=2, dropout=0.4, window=3),
    "one for all": own_text("a b c d", heads=4, d_model=8, kv_heads=1, flips=((0, 1), (2, 3))),
    "cross": own_text("a b c", memory_text="d e f g h", heads=2, d_model=4, mask=Mask.PADDING, padding=2),
    "second": own_text("a b c", heads=2, d_model=4, layers=2, layer=1, scoring=Scoring.ADDITIVE),
    "edited": own_text(
        "a b c", heads=2, d_model=4, edits=(Edit("K", 1, 3, 2.0), Edit("W_Q", 0, 1, -1.5), Edit("X", 2, 2, 0.25))
    ),
    "zeros": parse(
        "---\ntitle: t\nd_model: 2\nheads: 1\nscoring: cosine\n---\ntokens: a b\n```Q\n0 0\n1 -1\n```\n", "t.md"
    ),
}  # fmt: skip


@cache
def computed(name):
    return run(CELLS[name])


def formulas(lines):
    return [line[2:-2] for line in lines if line.startswith("$$")]


def value(latex):
    """A formula without names, worked out."""
    text = re.sub(r"\\underbrace\{\\cdots\}_\{\d+\\text\{ more terms: \}((?:[^{}]|\{[^{}]*\})*)\}", r"(\1)", latex)
    text = text.replace(r"\left", "").replace(r"\right", "").replace(r"\infty", "inf").replace(r"\text{nan}", "nan")
    text = text.replace(r"\times", "*")
    for function in (r"\sqrt", r"\frac"):
        while function in text:
            start = text.rindex(function)
            first, rest = _braces(text[start + 5 :])
            if function == r"\sqrt":
                text = f"{text[:start]}(({first})**0.5){rest}"
            else:
                below, rest = _braces(rest)
                text = f"{text[:start]}(({first})/({below})){rest}"
    text = re.sub(r"\be\^\{([^{}]*)\}", r"exp(\1)", text)
    text = re.sub(r"\^\{([^{}]*)\}", r"**(\1)", text)
    text = re.sub(r"\\(sin|cos|tanh)", r"\1", text)
    names = {"exp": math.exp, "sin": math.sin, "cos": math.cos, "tanh": math.tanh, "inf": math.inf, "nan": math.nan}
    return eval(text, {"__builtins__": {}}, names)


def _braces(text):
    depth = 0
    for position, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        if depth == 0:
            return text[1:position], text[position + 1 :]
    raise AssertionError(f"unbalanced braces in {text}")


def number_at(found, tensor, head, row, column):
    values = found.tensor(tensor)
    return (values if values.dim() == 2 else values[head])[row, column].item()


def check(found, stage, head, row, column, tensor):
    """Every side of every equation is the same number, and the last one is the entry itself."""
    lines = arithmetic(found, stage, head, row, column, tensor)
    entry = number_at(found, tensor, head, row, column)
    last = math.nan
    for formula in formulas(lines):
        assert not re.search(r"(\+|\\times|[^({/]-) -", formula), "a negative number after a sign stands in brackets"
        if r"\to" in formula:
            assert formula.endswith(r"-\infty")
            assert entry == -math.inf
            return
        worked = [side for side in formula.split(" = ") if re.search(r"\d|nan|infty", side) and "Vert" not in side]
        sides = [value(side) for side in worked]
        for side in sides:
            assert side == pytest.approx(sides[-1], rel=2e-3, abs=4e-3, nan_ok=True), formula
        last = sides[-1]
    assert last == pytest.approx(entry, rel=1e-3, abs=6e-5, nan_ok=True), lines


@given(st.sampled_from(sorted(CELLS)), st.data())
@settings(max_examples=300, deadline=None)
def test_every_formula_comes_out_at_the_entry_of_the_matrix(name, data):
    experiment, found = CELLS[name], computed(name)
    stage = data.draw(st.sampled_from(experiment.stages))
    tensor = data.draw(st.sampled_from(sides.tensors(experiment, stage)))
    shape = experiment.shape(tensor)
    head = data.draw(st.integers(0, (shape[0] if tensor in sides.HEADED else 1) - 1))
    row, column = (data.draw(st.integers(0, side - 1)) for side in shape[-2:])
    check(found, stage, head, row, column, tensor)


def lines(name, stage, row, column, **changes):
    return arithmetic(run(load(name).changed(**changes)), stage, 0, row, column)


def test_thai_curry_reads_as_on_the_card():
    assert formulas(lines("thai-curry", Stage.SCORE, 4, 3)) == [
        r"0 \times 0 + 0 \times 0 + 4 \times 2 + 0 \times 0 = 8"
    ]
    assert formulas(lines("thai-curry", Stage.SCALE, 4, 3)) == [r"\frac{8}{\sqrt{4}} = \frac{8}{2} = 4"]
    assert formulas(lines("thai-curry", Stage.SOFTMAX, 4, 3)) == [
        r"\frac{e^{4}}{e^{0} + e^{0} + e^{0} + e^{4} + e^{0}}",
        r"\frac{54.5982}{1 + 1 + 1 + 54.5982 + 1} = \frac{54.5982}{58.5982} = 0.9317",
    ]


def test_scaling_off_says_so():
    words = " ".join(lines("thai-curry", Stage.SCALE, 4, 3, scale=False))
    assert "Scaling is off" in words
    assert "sqrt" not in words


def test_a_hidden_key_is_explained():
    words = " ".join(lines("thai-curry-causal-hidden", Stage.MASK, 3, 4))
    assert '"curry" (position 4) comes after "Thai" (position 3)' in words
    assert "exactly 0" in " ".join(lines("thai-curry-causal-hidden", Stage.SOFTMAX, 3, 4))
    assert "may look at" in " ".join(lines("thai-curry-causal-hidden", Stage.MASK, 4, 3))
    assert '"third" is padding' in " ".join(lines("three-masks", Stage.MASK, 0, 2))
    both = " ".join(lines("three-masks", Stage.MASK, 0, 2, mask=Mask.BOTH))
    assert "comes after" in both
    assert "is padding" in both


@pytest.mark.parametrize("stage", [Stage.SOFTMAX, Stage.WEIGH, Stage.MERGE])
def test_a_row_with_nothing_left_says_what_pytorch_would_return(stage):
    assert EMPTY_ROW in lines("nothing-left", stage, 0, 0)


def test_large_scores_are_shifted_and_the_shift_is_told():
    cold = load("thai-curry").changed(temperature=0.01)
    told = arithmetic(run(cold), Stage.SOFTMAX, 0, 4, 3)
    assert any("subtracted" in line for line in told)
    assert formulas(told)[-1].endswith("= 1")
    assert not any("subtracted" in line for line in lines("thai-curry", Stage.SOFTMAX, 4, 3))


def test_a_long_sum_is_cut_in_its_middle_and_keeps_its_result():
    found = run(CELLS["long"])
    formula = formulas(arithmetic(found, Stage.PROJECT, 0, 0, 0))[0]
    assert r"26\text{ more terms: }" in formula
    assert formula.count(r"\times") <= 8
    assert value(formula.split(" = ")[0]) == pytest.approx(found.trace.q[0, 0, 0].item(), abs=4e-3)


def test_the_line_names_the_right_column_of_a_projection():
    found = run(CELLS["small"])
    told = arithmetic(found, Stage.PROJECT, 1, 0, 1, "k")
    assert "column 3 of W\\_K" in " ".join(told)


def test_a_word_of_markup_stays_a_word():
    nasty = ("<script>", "$x$", "**bold**", "[a](b)", ":red[x]", "`code`", "\\frac", "|", "&lt;")
    text = "---\ntitle: t\nd_model: 2\n---\ntokens: " + ", ".join(nasty) + "\n"
    found = run(parse(text, "t.md"))
    for row in range(len(nasty)):
        for stage in Stage:
            for line in arithmetic(found, stage, 0, row, 0):
                if not line.startswith("$$"):
                    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", line)
                    assert not re.search(r"[<>$*`\[\]|&]|\\", bare), line


@pytest.mark.parametrize(
    "place",
    [(Stage.SCORE, 1, 0, 0, ""), (Stage.SCORE, 0, 5, 0, ""), (Stage.EMBED, 0, 0, 4, ""), (Stage.EMBED, 0, 0, 0, "q")],
)
def test_a_cell_that_is_not_there_gets_a_sentence(place):
    with pytest.raises(SandboxError):
        arithmetic(run(load("thai-curry")), *place)


VARIANTS = own_text("a b c d", heads=4, d_model=8, seed=1)


@pytest.mark.parametrize(
    ("changes", "tensor", "place", "words"),
    [
        ({"edits": (Edit("X", 0, 1, 2.0),)}, "x", (0, 0, 1), "You wrote this number. Before, it was -1.49."),
        ({"edits": (Edit("W_K", 0, 1, 2.0),)}, "w_k", (0, 0, 1), "You wrote this number"),
        ({"edits": (Edit("V", 1, 5, 2.0),)}, "v", (2, 1, 1), "You wrote this number; the projection would give"),
        ({"edits": (Edit("V", 1, 5, 2.0),)}, "v", (2, 1, 0), "times column 4"),
        ({"edits": (Edit("W_Q_2", 0, 1, 2.0),), "layers": 2, "layer": 1}, "w_q", (0, 0, 1), "You wrote this number"),
        ({"edits": (Edit("W_Q_2", 0, 1, 2.0),), "layers": 2}, "w_q", (0, 0, 1), "Drawn from seed"),
        ({"positions": Positions.LEARNED}, "position", (0, 2, 0), "a vector of its own"),
        ({}, "w_q", (0, 1, 5), "dimension 1 of X into dimension 1 of the query in head 2"),
        ({}, "w_o", (0, 5, 3), "dimension 1 of head 2 into dimension 3 of the output"),
        ({"positions": Positions.T5}, "t5", (0, 0, 0), "the query's own place"),
        ({"positions": Positions.T5}, "t5", (0, 1, 0), "for keys 1 place before"),
        ({"positions": Positions.T5}, "t5", (0, 8, 0), "for keys 8 to 11 places before"),
        ({"positions": Positions.T5}, "t5", (0, 15, 0), "for keys 91 or more places before"),
        ({"positions": Positions.T5}, "t5", (0, 17, 0), "for keys 1 place after"),
        ({"positions": Positions.T5}, "t5", (0, 16, 0), "No distance"),
        ({"positions": Positions.T5, "mask": Mask.CAUSAL}, "bias", (0, 0, 2), "which the causal mask hides"),
        ({"positions": Positions.ALIBI}, "bias", (0, 0, 2), '"c" stands 2 places after "a"'),
        ({"positions": Positions.ALIBI}, "bias", (0, 2, 1), '"b" stands 1 place before "c"'),
        ({"window": 2}, "masked", (0, 0, 3), "it is 3 places away, outside the window of 2"),
        ({"flips": ((0, 1),)}, "masked", (0, 0, 1), "switched off by hand"),
        ({"flips": ((0, 1),), "mask": Mask.CAUSAL}, "masked", (0, 0, 1), "switched on by hand, although"),
        ({"kv_heads": 2}, "scores", (3, 0, 0), "Head 3 of queries uses head 1 of keys"),
        ({"kv_heads": 2}, "mixed", (3, 0, 0), "of head 1, which 2 heads of queries share"),
        ({"kv_heads": 2}, "k", (1, 0, 0), "Heads 2 to 3 of queries share this head"),
        ({"dropout": 0.5}, "mixed", (0, 0, 0), "after dropout"),
        ({"precision": "bfloat16"}, "scores", (0, 0, 0), "about three digits"),
    ],
)  # fmt: skip
def test_what_is_special_about_a_number_is_said(changes, tensor, place, words):
    e = VARIANTS.changed(**changes)
    stage = next(stage for stage in Stage if tensor in sides.tensors(e, stage))
    assert words in " ".join(arithmetic(run(e), stage, *place, tensor))


def test_dropout_tells_which_weights_stay_and_why_the_row_does_not_sum_to_1():
    found = run(VARIANTS.changed(dropout=0.5))
    told = dict.fromkeys((True, False), 0)
    for column in range(4):
        words = " ".join(arithmetic(found, Stage.SOFTMAX, 0, 1, column, "dropped"))
        assert f"{found.tensor('dropped')[0, 1].sum().item():.4g}, not to 1" in words
        kept = "Dropout left this weight" in words
        assert kept == bool(found.keep[0, 1, column] > 0)
        told[kept] += 1
    assert all(told.values())


def test_the_mask_of_a_file_is_named_as_the_reason():
    found = run(parse("---\ntitle: t\nd_model: 2\n---\ntokens: a b\n```MASK\n1 0\n1 1\n```\n", "t.md"))
    assert "the experiment's own mask hides it" in " ".join(arithmetic(found, Stage.MASK, 0, 0, 1))


@pytest.mark.parametrize("scoring", Scoring)
def test_cells_of_a_long_text_are_told_as_well(scoring):
    text = " ".join(f"w{i}" for i in range(300))
    e = own_text(text, heads=2, d_model=4, scoring=scoring, dropout=0.5, mask=Mask.CAUSAL)
    found = run(e)
    for stage in Stage:
        for tensor in sides.tensors(e, stage):
            assert arithmetic(found, stage, 0, 1, 1, tensor)
    weights = formulas(arithmetic(found, Stage.SOFTMAX, 1, 299, 0, "weights"))
    entry = found.of("weights", 1)[299, 0].item()
    assert value(weights[-1].split(" = ")[-1]) == pytest.approx(entry, rel=1e-3, abs=6e-5)


def test_scores_beyond_the_numbers_of_16_bits_get_a_sentence():
    e = own_text("a b", heads=1, d_model=2, precision="float16", scale=False).changed(
        edits=(Edit("Q", 0, 0, 60000.0), Edit("K", 0, 0, 60000.0), Edit("K", 1, 0, 1.0))
    )
    found = run(e)
    assert "beyond the numbers of float16" in " ".join(arithmetic(found, Stage.SOFTMAX, 0, 0, 0))
    for stage in Stage:
        for tensor in sides.tensors(e, stage):
            assert arithmetic(found, stage, 0, 0, 0, tensor)
