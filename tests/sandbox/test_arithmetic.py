"""The arithmetic that is shown comes out at the number that is shown: every formula is read back and worked out."""

import math
import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions
from attnquiz.errors import SandboxError
from attnquiz.sandbox.arithmetic import arithmetic
from attnquiz.sandbox.experiment import Mask, own_text
from attnquiz.sandbox.library import load, parse
from attnquiz.sandbox.run import EMPTY_ROW, run

CELLS = {
    "small": own_text("the cat the", heads=2, d_model=4, mask=Mask.CAUSAL, seed=3),
    "long": own_text(
        "one two three four five six seven eight nine ten eleven",
        heads=2,
        d_model=32,
        positions=Positions.SINUSOIDAL,
    ),
    "warm": own_text("a b c", heads=1, d_model=4, temperature=2.5, mask=Mask.PADDING, padding=1),
    "cold": own_text("a b c", heads=1, d_model=4, temperature=0.01),
    "unscaled": own_text("a b c", heads=2, d_model=6, scale=False),
    "curry": load("thai-curry"),
    "from q, k and v": parse(
        "---\ntitle: t\nheads: 2\nd_model: 4\n---\ntokens: a b\n```Q\n1 2 3 4\n0 1 0 -1\n```\n", "t.md"
    ),
}


@cache
def computed(name):
    return run(CELLS[name])


def formulas(lines):
    return [line[2:-2] for line in lines if line.startswith("$$")]


def value(latex):
    """A formula without names, worked out."""
    text = re.sub(r"\\underbrace\{\\cdots\}_\{\d+\\text\{ more terms: \}((?:[^{}]|\{[^{}]*\})*)\}", r"(\1)", latex)
    text = text.replace(r"\left", "").replace(r"\right", "").replace(r"\infty", "inf").replace(r"\text{nan}", "nan")
    while r"\frac" in text:
        start = text.rindex(r"\frac")
        above, rest = _braces(text[start + 5 :])
        below, rest = _braces(rest)
        text = f"{text[:start]}(({above})/({below})){rest}"
    text = re.sub(r"e\^\{([^{}]*)\}", r"exp(\1)", text)
    text = re.sub(r"\\sqrt\{([^{}]*)\}", r"sqrt(\1)", text)
    text = re.sub(r"10\*\*\{([^{}]*)\}|10\^\{([^{}]*)\}", r"10**(\1\2)", text.replace(r"\times", "*"))
    text = re.sub(r"10000\^\{([^{}]*)\}", r"10000**(\1)", text).replace(r"\sin", "sin").replace(r"\cos", "cos")
    names = {"exp": math.exp, "sqrt": math.sqrt, "sin": math.sin, "cos": math.cos, "inf": math.inf, "nan": math.nan}
    return eval(text, {"__builtins__": {}}, names)


def _braces(text):
    depth = 0
    for position, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        if depth == 0:
            return text[1:position], text[position + 1 :]
    raise AssertionError(f"unbalanced braces in {text}")


def check(found, stage, head, row, column, tensor):
    """Every side of every equation is the same number, and the last one is the entry itself."""
    lines = arithmetic(found, stage, head, row, column, tensor)
    values = found.tensor(tensor)
    entry = (values if values.dim() == 2 else values[head])[row, column].item()
    last = math.nan
    for formula in formulas(lines):
        assert not re.search(r"(\+|\\times) -", formula), "a negative number after a sign stands in brackets"
        if r"\to" in formula:
            assert formula.endswith(r"-\infty")
            assert entry == -math.inf
            return
        named = (r"\text{score}", r"\text{mixed}", "x", "q", "k", "v")
        sides = [value(side) for side in formula.split(" = ") if side not in named]
        for side in sides:
            assert side == pytest.approx(sides[-1], rel=2e-3, abs=4e-3), formula
        last = sides[-1]
    assert last == pytest.approx(entry, rel=1e-3, abs=6e-5), lines


@given(st.sampled_from(sorted(CELLS)), st.data())
@settings(max_examples=200)
def test_every_formula_comes_out_at_the_entry_of_the_matrix(name, data):
    experiment, found = CELLS[name], computed(name)
    stage = data.draw(st.sampled_from(experiment.stages))
    tensor = data.draw(st.sampled_from(stage.tensors))
    rows, columns = experiment.shape(tensor)[-2:]
    head = data.draw(st.integers(0, experiment.heads - 1))
    check(found, stage, head, data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1)), tensor)


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
