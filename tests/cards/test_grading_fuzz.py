"""Grading under fuzz: nothing raises, and an answer is right only if a second reading, written here, says so too."""

import re
import unicodedata
from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from attnquiz.cards.card import Choice, Cloze, Computed
from attnquiz.cards.faces import deletions
from attnquiz.cards.grading import Verdict, grade
from attnquiz.cards.parser import parse_deck

DECKS = Path(__file__).parents[2] / "content" / "decks"
PARSED = [parse_deck(path.read_text("utf-8"), path) for path in sorted(DECKS.glob("*.md"))]
GOLDEN = {card.id: card for deck in PARSED for card in deck.cards}
GRADED = [card for card in GOLDEN.values() if isinstance(card.body, Computed | Cloze | Choice)]
NOISE = st.sampled_from(list("0123456789.,;:/%-+e x()[]'_ABCkey\u2212\u2009²½\n"))


def verdict(card, answer, deletion=0, variant=0):
    return grade(card, deletion, variant, answer).verdict


@st.composite
def nearly(draw, texts):
    """One of ``texts`` after up to three edits: close enough to the truth to find holes in the reading."""
    signs = list(draw(st.sampled_from(texts)))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(signs)))
        signs[place : place + draw(st.integers(0, 2))] = draw(st.lists(NOISE, max_size=2))
    return "".join(signs)


def second_reading(text):
    """Every number that ``text`` could be, generously: each mark as decimal point, as separator, as nothing."""
    plain = re.sub(r"[\s'_()\[\]{}$`=≈~]", "", text.replace("−", "-").replace("–", "-").lower()).rstrip(".,;")
    plain = "".join(str(unicodedata.decimal(sign, sign)) for sign in plain)
    percent = plain.endswith("%")
    for point, drop in [(".", ","), (",", ".")]:
        above, slash, below = plain.rstrip("%").strip(drop).replace(drop, "").replace(point, ".").partition("/")
        try:
            number = float(above) / (float(below) if slash else 1) / (100 if percent else 1)
        except (ValueError, ZeroDivisionError, OverflowError):
            continue
        yield number


@given(
    nearly(["0.844", "0,844", "84.4%", "84,4 %", "27/32", ".84", "8.44e-1", "[0.84]", "0.75"]) | st.text(max_size=50)
)
def test_no_text_counts_as_a_number_unless_a_second_reading_agrees(text):
    card, value = GOLDEN["num-softmax-first"], 0.8437947344813395
    right = verdict(card, text, variant=1) is Verdict.RIGHT
    if right:
        assert any(abs(number - value) <= 0.01 + 1e-9 for number in second_reading(text)), text
    if re.fullmatch(r"-?\d+(\.\d+)?(e-?\d{1,2})?", text, re.ASCII):
        assert right == (abs(Fraction(text) - Fraction(value)) <= Fraction("0.01"))


@given(nearly(["1050624", "1,050,624", "1.050.624", "1 050 624", "1050624.0", "10,506.24e2"]))
def test_no_text_counts_as_a_large_whole_number_unless_a_second_reading_agrees(text):
    if verdict(GOLDEN["num-mha-params"], text) is Verdict.RIGHT:
        assert 1_050_624 in second_reading(text)


@given(nearly(["[1, 9]", "1 9", "1;9", "1,9", "1,0; 9,0", "1.0, 9.0", "(1, 9)", "1,0,9,0"]) | st.text(max_size=50))
def test_no_text_counts_as_a_vector_unless_a_second_reading_agrees(text):
    if verdict(GOLDEN["num-output-vector"], text, variant=2) is not Verdict.RIGHT:
        return
    places = [place for place, sign in enumerate(text) if sign in ",; \u2009\n\t" or sign.isspace()]
    halves = [(text[:place].strip(" ,;\n"), text[place:].strip(" ,;\n])")) for place in places]
    assert any(
        any(abs(number - 1) <= 0.0101 for number in second_reading(left))
        and any(abs(number - 9) <= 0.0101 for number in second_reading(right))
        for left, right in halves
    ), text


@given(nearly(["(2, 8, 5, 5)", "2x8x5x5", "2 8 5 5", "[2,8,5,5]", "2×8×5×5"]) | st.text(max_size=50))
def test_no_text_counts_as_a_shape_unless_it_has_these_numbers_in_this_order(text):
    if verdict(GOLDEN["shape-scores"], text) is Verdict.RIGHT:
        digits = "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
        assert [int(number) for number in re.findall("[0-9]+", digits)] == [2, 8, 5, 5]
        assert not re.search(r"[0-9][.e/%'_-]+[0-9]|-\s*[0-9]", text)


@given(nearly(["followed", "Followed.", "`followed`", "$followed$"]) | st.text(max_size=50))
def test_no_text_counts_as_a_word_unless_its_letters_are_the_same(text):
    if verdict(GOLDEN["cloze-induction"], text, deletion=1) is Verdict.RIGHT:
        assert "".join(filter(str.isalnum, unicodedata.normalize("NFKD", text))).casefold() == "followed"


@given(nearly(["A", "a)", "(A)", "B", "concatenation followed by one learned matrix"]) | st.text(max_size=50))
def test_no_text_counts_as_an_option_unless_it_is_its_letter_or_its_text(text):
    if verdict(GOLDEN["mc-combine-heads"], text) is Verdict.RIGHT:
        letters = "".join(filter(str.isalnum, text)).casefold()
        assert letters in ("a", "concatenationfollowedbyonelearnedmatrix")


@given(st.sampled_from(GRADED), st.text(max_size=600))
def test_no_text_raises_anything_on_any_card(card, text):
    for variant in range(len(card.variants)):
        for deletion in deletions(card):
            assert isinstance(verdict(card, text, deletion, variant), Verdict)
