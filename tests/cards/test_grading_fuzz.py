"""Grading under fuzz: nothing raises, and an answer counts only if a second reading, written here, says so too.

Counting is being right, or a slip: what gets a second chance is nearly right.
"""

import ast
import io
import re
import tokenize
import unicodedata
from fractions import Fraction
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from attnquiz.cards.card import Blank, Bug, Explain, Ordering, Predict
from attnquiz.cards.faces import answered, deletions
from attnquiz.cards.grading import Verdict, grade
from attnquiz.cards.parser import parse_deck

DECKS = Path(__file__).parents[2] / "content" / "decks"
PARSED = [parse_deck(path.read_text("utf-8"), path) for path in sorted(DECKS.glob("*.md"))]
GOLDEN = {card.id: card for deck in PARSED for card in deck.cards}
FACES = [(card, deletion) for card in GOLDEN.values() for deletion in deletions(card)]
NOISE = st.sampled_from(list("0123456789.,;:/%-+=~>e x()[]\"'_*`ABCkey\u2212\u2009\u200b→²½\n"))
many = settings(max_examples=max(300, settings().max_examples))  # of a kind; 10,000 with `make fuzz`


def of(body):
    return st.sampled_from([card for card in GOLDEN.values() if isinstance(card.body, body)])


def verdict(card, answer, deletion=0, variant=0):
    return grade(card, deletion, variant, answer).verdict


def counts(card, answer, deletion=0, variant=0):
    return verdict(card, answer, deletion, variant) in (Verdict.RIGHT, Verdict.SLIP)


@st.composite
def nearly(draw, texts):
    """One of ``texts`` after up to three edits: close enough to the truth to find holes in the reading."""
    signs = list(draw(st.sampled_from(texts)))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(signs)))
        signs[place : place + draw(st.integers(0, 2))] = draw(st.lists(NOISE, max_size=2))
    return "".join(signs)


def around(*texts):
    """Near misses, and any text at all."""
    return nearly(list(texts)) | st.text(max_size=50)


def second_reading(text):
    """Every number that ``text`` could be, generously: each mark as decimal point, as separator, as nothing."""
    plain = re.sub(r"[\s'_()\[\]{}$`=≈~\u200b]", "", text.replace("−", "-").replace("–", "-").lower()).rstrip(".,;")
    plain = "".join(str(unicodedata.decimal(sign, sign)) for sign in plain)
    percent = plain.endswith("%")
    for point, drop in [(".", ","), (",", ".")]:
        above, slash, below = plain.rstrip("%").strip(drop).replace(drop, "").replace(point, ".").partition("/")
        try:
            number = float(above) / (float(below) if slash else 1) / (100 if percent else 1)
        except (ValueError, ZeroDivisionError, OverflowError):
            continue
        yield number


def letters(text):
    """The letters and digits of a text, whatever stands between them."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", text))).casefold()


def one_off(text, right):
    """Whether one letter is missing, too many, another one, or two neighbours are swapped."""
    if len(text) == len(right):
        off = [place for place, (a, b) in enumerate(zip(text, right, strict=True)) if a != b]
        swapped = len(off) == 2 and off[1] == off[0] + 1 and {text[off[0]], text[off[1]]} == {right[n] for n in off}
        return len(off) <= 1 or swapped
    longer, shorter = sorted((text, right), key=len, reverse=True)
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))


def program(text):
    """The tokens of a line of Python as Python's own tokenizer finds them; None where it finds none."""
    plain = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    plain = "".join("-" if unicodedata.category(sign) == "Pd" or sign == "−" else sign for sign in plain)
    plain = re.sub("[“”]", '"', re.sub("[‘’]", "'", plain)).strip().strip("`")
    try:
        found = list(tokenize.generate_tokens(io.StringIO(" ".join(plain.split())).readline))
    except (tokenize.TokenError, SyntaxError):
        return None
    said = [one for one in found if one.string.strip()]
    return [ast.literal_eval(one.string) if one.type == tokenize.STRING else one.string for one in said]


@many
@given(around("0.844", "0,844", "84.4%", "84,4 %", "27/32", ".84", "8.44e-1", "[0.84]", "0.75"))
def test_no_text_counts_as_a_number_unless_a_second_reading_agrees(text):
    card, value = GOLDEN["num-softmax-first"], 0.8437947344813395
    right = counts(card, text, variant=1)
    if right:
        assert any(abs(number - value) <= 0.01 + 1e-9 for number in second_reading(text)), text
    if re.fullmatch(r"-?\d+(\.\d+)?(e-?\d{1,2})?", text, re.ASCII):
        assert right == (abs(Fraction(text) - Fraction(value)) <= Fraction("0.01"))


@many
@given(around("1050624", "1,050,624", "1.050.624", "1 050 624", "1050624.0", "10,506.24e2", "1.05e6"))
def test_no_text_counts_as_a_large_whole_number_unless_a_second_reading_agrees(text):
    card = GOLDEN["num-mha-params"]
    if verdict(card, text) is Verdict.RIGHT:
        assert 1_050_624 in second_reading(text)
    elif counts(card, text):
        assert any(abs(number - 1_050_624) <= 50_000 for number in second_reading(text))


@many
@given(around("[1, 9]", "1 9", "1;9", "1,9", "1,0; 9,0", "1.0, 9.0", "(1, 9)", "1,0,9,0"))
def test_no_text_counts_as_a_vector_unless_a_second_reading_agrees(text):
    if not counts(GOLDEN["num-output-vector"], text, variant=2):
        return
    places = [place for place, sign in enumerate(text) if sign in ",; \u2009\n\t" or sign.isspace()]
    halves = [(text[:place].strip(" ,;\n"), text[place:].strip(" ,;\n])")) for place in places]
    assert any(
        any(abs(number - 1) <= 0.0101 for number in second_reading(left))
        and any(abs(number - 9) <= 0.0101 for number in second_reading(right))
        for left, right in halves
    ), text


@many
@given(around("(2, 8, 5, 5)", "2x8x5x5", "2 8 5 5", "[2,8,5,5]", "2×8×5×5"))
def test_no_text_counts_as_a_shape_unless_it_has_these_numbers_in_this_order(text):
    if counts(GOLDEN["shape-scores"], text):
        digits = "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
        assert [int(number) for number in re.findall("[0-9]+", digits.replace("\u200b", ""))] == [2, 8, 5, 5]
        assert not re.search(r"[0-9][.e/%'_-]+[0-9]|-\s*[0-9]", text)


@many
@given(around("followed", "Followed.", "`followed`", "$followed$", "folowed", "follwoed"))
def test_no_text_counts_as_a_word_unless_its_letters_are_the_same_or_one_is_off(text):
    card = GOLDEN["cloze-induction"]
    if verdict(card, text, deletion=1) is Verdict.RIGHT:
        assert letters(text) == "followed"
    elif counts(card, text, deletion=1):
        plain = " ".join(text.replace("\u200b", "").split()).casefold()
        assert one_off(letters(text), "followed") or one_off(plain.strip("$`*\"'.!, "), "followed")


@many
@given(around("A", "a)", "(A)", "B", "concatenation followed by one learned matrix"))
def test_no_text_counts_as_an_option_unless_it_is_its_letter_or_its_text(text):
    if counts(GOLDEN["mc-combine-heads"], text):
        assert letters(text) in ("a", "concatenationfollowedbyonelearnedmatrix")


@many
@given(of(Predict).flatmap(lambda card: st.tuples(st.just(card), around("A", "b)", "(C)", answered(card, 0, 0)))))
def test_no_text_counts_as_a_prediction_unless_it_is_its_letter_or_its_text(case):
    card, text = case
    if counts(card, text):
        (number,) = (number for number, option in enumerate(card.body.options) if option.right)
        assert letters(text) in ("abcd"[number], letters(card.body.options[number].text))


@st.composite
def orders(draw):
    card = draw(of(Ordering))
    right = range(1, len(card.body.steps) + 1)
    order = draw(st.permutations(right) | st.just(list(right)))
    between = draw(st.sampled_from([" ", ",", ", ", ">", " - ", "→", "\n", ";"]))
    return card, draw(around(between.join(map(str, order)), "1 2 3 4 5", "1, 3, 2, 4, 5", "[2 1 3]"))


@many
@given(orders())
def test_no_text_counts_as_an_order_unless_its_numbers_are_all_there_and_none_is_turned(case):
    card, text = case
    if not counts(card, text):
        return
    free = {frozenset(pair) for pair in card.body.free}
    digits = "".join(str(unicodedata.decimal(sign, sign)) for sign in text.replace("\u200b", ""))
    found = [int(number) for number in re.findall("[0-9]+", digits)]
    assert sorted(found) == list(range(1, len(card.body.steps) + 1))
    assert not any(sign.isalpha() for sign in digits)
    assert not re.search(r"[0-9]\s*[.:/+*%=]\s*[0-9]", digits)
    assert all(found.index(a) < found.index(b) or frozenset((a, b)) in free for a in found for b in found if a < b)


@many
@given(of(Blank).flatmap(lambda card: st.tuples(st.just(card), around(*card.body.forms, "dim = -1", "-2", "tril"))))
def test_no_text_counts_as_code_unless_python_sees_the_same_tokens(case):
    card, text = case
    if counts(card, text):
        assert program(text) in [program(form) for form in card.body.forms]


def bugs(card):
    right = answered(card, 0, 0)
    samples = [right, right.removeprefix("Line "), "3", "2: pass", "0", "no bug", "line 3:"]
    return st.tuples(st.just(card), around(*samples))


@many
@given(of(Bug).flatmap(bugs))
def test_no_text_counts_as_a_bug_unless_its_line_is_named_and_none_as_mended_but_by_its_fix(case):
    card, text = case
    if not counts(card, text):
        return
    line, _, fix = text.replace("\u200b", "").partition(":")
    if card.body.line == 0:
        assert letters(text) in ("0", "00", "000", "0000", "line0", "nobug", "thereisnobug")
        return
    number = re.fullmatch(r"\D*?(\d+)\D*", line)
    assert number
    assert int(number[1]) == card.body.line
    assert letters(line).removeprefix("line").isdecimal()
    if verdict(card, text) is Verdict.RIGHT:
        assert program(fix) == program(card.body.fix) or letters(fix) == letters(card.body.fix)


def places(card):
    samples = ["curry,Thai", "4,3", "query curry, key Thai", "how, how", "row curry", "row 4", "column Thai", "(4, 3)"]
    return st.tuples(st.just(card), around(answered(card, 0, 0), *samples))


HEATMAPS = {  # read off by eye: the names and numbers of what is right
    "heat-curry-largest": [{"curry", "4"}, {"thai", "3"}],
    "heat-causal-certain": [{"how", "0"}, {"how", "0"}],
    "heat-causal-unchanged": [{"row"}, {"curry", "4"}],
}


@many
@given(st.sampled_from([GOLDEN[name] for name in HEATMAPS]).flatmap(places))
def test_no_text_counts_as_a_cell_unless_it_names_this_query_and_this_key(case):
    card, text = case
    if not counts(card, text):
        return
    digits = "".join(str(unicodedata.decimal(sign, sign)) for sign in text if unicodedata.category(sign) != "Cf")
    named = [word.lstrip("0") or "0" for word in re.findall(r"\w+", digits.casefold())]
    roles = {"query", "key", "column", "row"} if asks_cell(card) else {"the", "of"}
    said = [word for word in named if word not in roles]
    assert len(said) == 2, text
    assert all(word in right for word, right in zip(said, HEATMAPS[card.id], strict=True)), text
    assert not asks_cell(card) or len(re.findall("[,;]", text)) == 1
    assert not re.search(r"[-+*/%]\s*[0-9]", digits)


def asks_cell(card):
    return HEATMAPS[card.id][0] != {"row"}


@many
@given(of(Explain), around("because", "", " "))
def test_no_explanation_is_ever_graded(card, text):
    assert verdict(card, text) in (Verdict.SELF, Verdict.UNREADABLE)


@many
@given(st.sampled_from(FACES).flatmap(lambda face: st.tuples(st.just(face), nearly([answered(*face, 0)]))), st.text())
def test_no_text_raises_anything_on_any_card(case, other):
    (card, deletion), text = case
    for variant in range(len(card.variants)):
        for answer in (text, other):
            grading = grade(card, deletion, variant, answer)
            assert grading.verdict is not Verdict.UNKNOWN
            assert grading.feedback or grading.verdict is not Verdict.UNREADABLE
