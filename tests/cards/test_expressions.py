"""Answer expressions: what is allowed is computed as Python would, everything else is a sentence."""

import ast
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.cards.expressions import evaluate
from attnquiz.errors import ExpressionError

NAMES = {"s": [3, 1, 0], "d": 4, "m": 2.5, "V": [[4, 0], [0, 8]], "w": [0.75, 0.25], "word": "curry"}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("(d, d // 3, d % 3)", (4, 1, 1)),
        ("[1, 'two', (3,)]", [1, "two", (3,)]),
        ("-s[0] + s[-1]", -3),
        ("2 ** 10 / 4", 256.0),
        ("min(s) + max(1, 7) + max(s) + len(s) + sum(s) + abs(-2)", 0 + 7 + 3 + 3 + 4 + 2),
        ("round(2.345, 1) + ceil(1.2) + floor(1.8)", 2.3 + 2 + 1),
        ("V[1][1]", 8),
        ("mix(w, V)", [3.0, 2.0]),
        ("mix([1, 1], V)", [4, 8]),
        ("dot([1, 2, 3], [4, 5, 6])", 32),
        ("ceil_log(81, 3)", 4),
        ("ceil_log(82, 3)", 5),
        ("ceil_log(1, 3)", 0),
        ("log(8, 2)", pytest.approx(3)),
        ("log(exp(1))", pytest.approx(1)),
        ("sqrt(d * 4)", 4.0),
        ("sin(0.5) ** 2 + cos(0.5) ** 2", pytest.approx(1)),  # in radians
        ("sin(2)", pytest.approx(0.9092974)),
        ("entropy([0.25, 0.25, 0.25, 0.25])", pytest.approx(2)),  # in bits
        ("entropy([1, 0])", 0),
        ("softmax([3, 1, 0])[0]", pytest.approx(0.8437947)),
        ("softmax([1000, 1000])", [0.5, 0.5]),  # does not overflow
        ("word", "curry"),
    ],
)
def test_worked_examples(source, value):
    assert evaluate(source, NAMES) == value


def test_entropies_of_the_thai_curry_rows_are_the_published_ones():
    rows = {"[0, 0, 0, 0, 0]": 2.32, "[0, 0, 0, 0, 2]": 1.64, "[0, 0, 0, 4, 0]": 0.50}
    for scores, bits in rows.items():
        assert evaluate(f"entropy(softmax({scores}))", {}) == pytest.approx(bits, abs=0.005)


@given(st.integers(1, 10**30), st.integers(2, 50))
def test_ceil_log_is_exact_where_a_logarithm_of_floats_is_not(n, k):
    least = evaluate("ceil_log(n, k)", {"n": n, "k": k})
    assert k**least >= n
    assert least == 0 or k ** (least - 1) < n


@pytest.mark.parametrize(
    "source",
    [
        "10**10**10", "9**9**9", "(-10)**(10**10)", "10**300", "9" * 500, "9" * 5000, "[0]*10**9", '"a"*10**9',
        "(0,)*10**9", "'%1000000000d' % d", "(" * 10_000 + ")" * 10_000, "(" * 400 + "1" + ")" * 400,
        "-" * 900 + "1", "[" * 150,
        "1" + "+1" * 400, "s" * 2000, "round(1, -10**10)", "round(10**20, -(10**9))", "ceil_log(10**400, 2)",
        "exp(10**10)", "1e200 * 1e200", "1e999", "-1e999", "0.5 ** -10**6", "1e300 // 1e-300",
        "d.__class__", "d.real", '__import__("os")', '__import__("os").system("true")', "eval('1')", "len.__self__",
        "[x for x in s]", "{x for x in s}", "(x for x in s)", "{1: 2}", "{1, 2}", "f'{d}'", "max(*s)", "softmax(s=s)",
        "round(1.5, ndigits=1)", "lambda: 1", "(x := 1)", "1 if d else 2", "d and m", "not d", "d < m", "d == m", "~d",
        "d @ m", "d | 1", "d ^ 2", "d << 100", "s[0:2]", "s[::]", "s[0, 1]", "s[0.5]", "s['a']", "s[3]", "s[-4]",
        "d[0]", "d(1)",
        "s[0](1)", "unknown", "sqrt", "True", "None", "...", "1j", "b'a'", "await d", "yield", "*s", "1; 2", "x = 1",
        "import os", "1 / 0", "1 // 0", "1 % 0", "0 ** -1", "(-8) ** 0.5", "sqrt(-1)", "log(0)", "log(-1)",
        "log(4, 1)", "'a' + 'b'",
        "s + s", "-s", "exp('1')", "sum(1)", "sum([])", "max([])", "min('abc')", "softmax([])", "softmax(['a'])",
        "dot(s, w)", "mix(s, V)", "mix(w, [[1], [1, 2]])", "mix(w, 3)", "entropy([1, 1])", "entropy([2, -1])",
        "len(3)", "exp()",
        "exp(1, 2)", "ceil_log(0, 2)", "ceil_log(5, 1)", "ceil_log(5, 2.0)", "argmax_cell('thai-curry')",
        "", "   ", "1 +", "(1", "1 2", "\x00", "1\n+2", "a\\b", "\ud800", "０x", "0777", "1_",
    ],
)  # fmt: skip
def test_whatever_is_not_allowed_too_large_or_without_a_value_is_a_sentence(source):
    with pytest.raises(ExpressionError) as caught:
        evaluate(source, NAMES)
    assert str(caught.value).endswith(".")
    assert len(str(caught.value)) < 400


def test_the_sentence_says_what_and_where():
    with pytest.raises(ExpressionError, match=r"“d\.__class__” in “1 \+ d\.__class__”: a dot after a name"):
        evaluate("1 + d.__class__", NAMES)
    for source, problem in [
        ("k * x", "x is not bound by vars: known are k, n"),
        ("softmax", "softmax is a function"),
        ("tanh(1)", "there is no function tanh"),
        ("mix(k)", "mix takes 2 arguments, not 1"),
    ]:
        with pytest.raises(ExpressionError, match=problem):
            evaluate(source, {"k": 1, "n": 2})


CELLS = {"cell": lambda q, k: frozenset({(q, k)}), "row": lambda q: frozenset({(q, 0), (q, 1)})}


def test_functions_of_cells_are_known_to_heatmap_cards_alone():
    assert evaluate("cell(n - 1, 0)", {"n": 2}, CELLS) == {(1, 0)}
    assert evaluate("[row(0), row(1)][n - 1]", {"n": 2}, CELLS) == {(1, 0), (1, 1)}
    for source in ["cell('how', 0)", "row(1)", "column('Thai')", "argmax_cell('thai-curry')", "upper_cells('x')"]:
        with pytest.raises(ExpressionError, match="is for heatmap cards"):
            evaluate(source, {})
    with pytest.raises(ExpressionError, match="cell takes 2 arguments"):
        evaluate("cell('how')", {}, CELLS)


@pytest.mark.parametrize(
    "source",
    ["row(0) + row(1)", "-row(0)", "row(0)[0]", "len(row(0))", "max(row(0))", "softmax([row(0)])", "row(0).pop",
     "row(0) | row(1)", "{row(0)}", "row(k=0)", "row(*[0])", "cell(0, 0)(0)"],
)  # fmt: skip
def test_sets_of_cells_are_not_reckoned_with(source):
    with pytest.raises(ExpressionError, match=r"\.$"):
        evaluate(source, {}, CELLS)


@given(st.text(max_size=60) | st.text(alphabet="0123456789+-*/%()[],. sdVwexpminax", max_size=40))
def test_any_text_has_a_finite_value_or_a_sentence(source):
    try:
        value = evaluate(source, NAMES)
    except ExpressionError:
        return
    assert ast.literal_eval(repr(value)) == value  # plain data; repr of inf, nan or an object would not be a literal


ARITHMETIC = st.recursive(
    st.integers(0, 99).map(str) | st.decimals(0, 99, places=2).map(str),
    lambda below: (
        st.tuples(below, st.sampled_from(["+", "-", "*", "/", "//", "%"]), below).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        )
        | below.map(lambda inner: f"(-{inner})")
    ),
    max_leaves=12,
)


@given(ARITHMETIC)
def test_arithmetic_is_that_of_python(source):
    try:
        expected = eval(source, {"__builtins__": {}})  # digits and operators of our own making
    except ZeroDivisionError:
        with pytest.raises(ExpressionError, match="divides by zero"):
            evaluate(source, {})
        return
    if math.isfinite(expected):
        assert evaluate(source, {}) == expected
