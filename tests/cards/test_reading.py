"""Reading typed answers: what people write for numbers, vectors and shapes, and words."""

import itertools
import math
from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.cards.reading import MAX_LENGTH, Unreadable, numeral, readings, shape
from attnquiz.cards.spelling import misspelt, normal, one_edit_apart


def values(text, count=1):
    """Every vector of ``count`` numbers that ``text`` may mean."""
    found = [one for one in readings(text) if len(one) == count]
    return {tuple(entry.value for entry in one) for reading in found for one in itertools.product(*reading)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.93", "0.93"), (".93", "0.93"), (",93", "0.93"), ("0,93", "0.93"), ("93%", "0.93"), ("93 %", "0.93"),
        ("92,5%", "0.925"), ("14/15", "14/15"), ("14 / 15", "14/15"), ("14⁄15", "14/15"), ("-1/4", "-1/4"), ("1/2%",
        "0.005"),
        ("0.5/2", "1/4"), ("1e-3", "0.001"), ("1E-3", "0.001"), ("1.5e+2", "150"), ("2 ", "2"), ("  2.50 ", "2.5"),
        ("+3", "3"), ("-3", "-3"), ("−3", "-3"), ("– 3", "-3"), ("- 3", "-3"), ("5.", "5"), ("0.93.", "0.93"),
        ("= 0.93", "0.93"), ("≈0.93", "0.93"), ("$0.93$", "0.93"), ("`0.93`", "0.93"), ("(0.93)", "0.93"),
        ("[0.93]", "0.93"), ("tensor(0.93)", "0.93"), ("1×10^-3", "0.001"), ("1,5", "1.5"), ("1,050,624", "1050624"),
        ("1.050.624", "1050624"), ("1 050 624", "1050624"), ("1\u2009050\u2009624", "1050624"),
        ("1\u00a0050\u202f624,5", "1050624.5"), ("1'050'624", "1050624"), ("1’050’624", "1050624"),
        ("1_050_624", "1050624"), ("1,050,624.5", "1050624.5"), ("1.050,5", "1050.5"), ("1.050", "1.05"),
        ("0,500", "0.5"), ("1e−3", "0.001"),
        ("−1/4", "-1/4"), ("1 × 10^−3", "0.001"), ("2·10^2", "200"),
        ("٣", "3"), ("０．５", "0.5"), ("1050624", "1050624"), ("007", "7"), ("-0", "0"),
    ],
)  # fmt: skip
def test_one_number_in_many_notations(text, value):
    assert values(text) == {(Fraction(value),)}


def test_a_comma_before_three_digits_may_be_either_mark():
    assert values("1,050") == {(Fraction("1.05"),), (1050,)}


def test_infinity_is_read_and_nan_is_not():
    for text in ["-inf", "−inf", "-∞", "-Infinity", "- inf"]:
        assert values(text) == {(-math.inf,)}
    assert values("+inf") == values("inf") == {(math.inf,)}
    for text in ["nan", "NaN", "-nan"]:
        with pytest.raises(Unreadable):
            readings(text)


@pytest.mark.parametrize(
    ("text", "vector"),
    [
        ("3, 2", (3, 2)), ("[3, 2]", (3, 2)), ("(3;2)", (3, 2)), ("3 2", (3, 2)), ("3,2", (3, 2)), ("{3, 2}", (3, 2)),
        ("[3, 2,]", (3, 2)), ("3; 2;", (3, 2)), ("[ 3 , 2 ]", (3, 2)), ("[[3, 2]]", (3, 2)), ("tensor([3., 2.])",
        (3, 2)),
        ("np.array([3, 2])", (3, 2)), ("0.5, 2.5", ("1/2", "5/2")), ("0,5; 2,5", ("1/2", "5/2")),
        ("0,5, 2,5", ("1/2", "5/2")), ("0,5 2,5", ("1/2", "5/2")), ("0,5,2,5", ("1/2", "5/2")),
        ("1/2, 5/2", ("1/2", "5/2")), ("50% 250%", ("1/2", "5/2")), ("-3, - 2", (-3, -2)), ("3\t2", (3, 2)),
        ("1, 2, 3", (1, 2, 3)), ("1,2.5,3", (1, "5/2", 3)), ("1,2,3", (1, 2, 3)), ("1 2 3", (1, 2, 3)),
        ("0,5 0,25 1", ("1/2", "1/4", 1)),
    ],
)  # fmt: skip
def test_a_vector_in_many_notations(text, vector):
    assert values(text, len(vector)) == {tuple(Fraction(entry) for entry in vector)}


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "[]", "()", ",", ".", "-", "%", "/", "1/0", "1/0.0", "a", "B", "0.9.3", "1..5", "--3", "1e", "e5",
        "10²", "½", "1e99999", "1e401", "1 1/", "[1, 2", "1, 2]", "[1, 2)", "[[1, 2], [3, 4]]", "x = 3", "3 - 2", "2*3",
        "0x10", "1,,2", "; ;", "one", "inf inf x", "𝟙x", "\x00", "\ud800", "9" * (MAX_LENGTH + 1),
    ],
)  # fmt: skip
def test_what_says_no_number_is_unreadable_with_a_sentence(text):
    with pytest.raises(Unreadable, match=r"\w.*\."):
        readings(text)


@given(st.decimals(-(10**6), 10**6, places=4), st.sampled_from([".", ","]), st.sampled_from(["", " ", "\u2009"]))
def test_every_decimal_is_read_as_itself_with_either_mark(number, mark, around):
    text = around + f"{number:f}".replace(".", mark) + around
    assert values(text) == {(Fraction(number),)}
    assert values(f"{text}%") == {(Fraction(number) / 100,)}


@given(st.integers(1000, 10**15), st.sampled_from(list(",'_ \u202f")))
def test_grouped_thousands_are_read_as_the_whole_number(number, mark):
    assert (number,) in values(f"{number:,}".replace(",", mark))


@given(st.lists(st.decimals(-100, 100, places=2), min_size=2, max_size=5), st.sampled_from([", ", "; ", " ", ";"]))
def test_every_vector_is_read_as_itself_with_points_and_with_commas(numbers, between):
    expected = {tuple(Fraction(number) for number in numbers)}
    points = between.join(map(str, numbers))
    assert expected <= values(points, len(numbers))
    assert expected <= values(f"[{points.replace('.', '#')}]".replace("#", ","), len(numbers))


@given(st.text(max_size=300) | st.text(alphabet="0123456789.,;/%-+e x()[] '_", max_size=30))
def test_any_text_is_read_or_refused(text):
    for read in (readings, shape, numeral):
        with suppress(Unreadable):
            read(text)


def test_the_unit_of_the_last_place_and_the_significant_digits_are_known():
    for text, unit, digits in [("0.93", "0.01", 2), ("0.09", "0.01", 1), ("0.090", "0.001", 2), ("93%", "0.01", 2),
                               ("1.2e3", 100, 2), ("40", 1, 2), ("1,050,624", 1, 7)]:  # fmt: skip
        (one,) = numeral(text)
        assert (one.unit, one.digits) == (Fraction(unit), digits)
    assert numeral("14/15")[0].unit is None


@pytest.mark.parametrize(
    "text",
    [
        "(2,8,5,5)", "(2, 8, 5, 5)", "2x8x5x5", "2×8×5×5", "2 X 8 X 5 X 5", "2 8 5 5", "[2, 8, 5, 5]", "2,8,5,5",
        "2, 8, 5, 5",
        "2;8;5;5", "2*8*5*5", "2·8·5·5", "torch.Size([2, 8, 5, 5])", "(2,8,5,5,)", " ( 2 , 8 , 5 , 5 ) ",
        "`(2, 8, 5, 5)`", "2 × 8 × 5 × 5", "(2×8×5×5)", "[2 8 5 5]", "２×８×５×５",
    ],
)  # fmt: skip
def test_a_shape_in_many_notations(text):
    assert shape(text) == (2, 8, 5, 5)


def test_a_shape_of_one_size_and_of_none():
    assert shape("512") == shape("(512,)") == shape("[512]") == (512,)
    assert shape("()") == ()


@pytest.mark.parametrize(
    "text", ["", " ", "(B, h, n, n)", "2x8x", "2.5 3", "-1, 2", "2,,3", "x", "(2, 8", "9" * 30, "2y8", "²"]
)
def test_what_says_no_shape_is_unreadable(text):
    with pytest.raises(Unreadable, match="shape"):
        shape(text)


def test_words_are_compared_without_case_spaces_and_marks():
    for text in ["Key", " key ", "`key`", "$key$", "KEY.", "“key”", "ke\u00ady", "**key**"]:
        assert normal(text) == "key"
    assert normal("The  Softmax\n Axis") == "the softmax axis"
    assert normal("cafe\u0301") == normal("café")
    assert normal("10²") != normal("102")
    assert normal("-1") == normal("−1") != normal("1")


@pytest.mark.parametrize("typed", ["folowed", "followwed", "fallowed", "follwoed", "ollowed", "followe", "followedx"])
def test_one_edit_off_in_a_long_word_is_a_misspelling(typed):
    assert misspelt(typed, "followed")
    assert misspelt(f"what {typed} it", "what followed it")


@pytest.mark.parametrize(
    ("typed", "right"),
    [("tahn", "tanh"), ("keys", "key"), ("follows", "followed"), ("followed", "followed"), ("vector", "query vector"),
     ("folowed itt", "followed it"), ("waht followed", "what followed"), ("", "followed")],
)  # fmt: skip
def test_short_words_and_two_edits_are_no_misspelling(typed, right):
    assert not misspelt(typed, right)


@given(st.text(alphabet="abc", max_size=6), st.text(alphabet="abc", max_size=6))
def test_one_edit_is_what_making_every_edit_finds(a, b):
    assert one_edit_apart(a, b) == (a != b and b in _edits(a))


def _edits(word):
    """Every word one edit away, made one by one."""
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    yield from (left + right[1:] for left, right in cuts if right)
    yield from (left + letter + right for left, right in cuts for letter in "abc")
    yield from (left + letter + right[1:] for left, right in cuts if right for letter in "abc")
    yield from (left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1)
