"""Grading: the truth in every notation is right, a known mistake is named, and nonsense is never counted."""

from fractions import Fraction
from pathlib import Path

import pytest

from attnquiz.cards.card import Kind
from attnquiz.cards.expressions import evaluate
from attnquiz.cards.grading import Verdict, grade
from attnquiz.cards.parser import parse_deck

DECKS = Path(__file__).parents[2] / "content" / "decks"
PARSED = [parse_deck(path.read_text("utf-8"), path) for path in sorted(DECKS.glob("*.md"))]
GOLDEN = {card.id: card for deck in PARSED for card in deck.cards}
NUMERIC = [card for card in GOLDEN.values() if card.kind is Kind.NUMERIC]
SHAPES = [card for card in GOLDEN.values() if card.kind is Kind.SHAPE]


def faces(cards):
    """Every card with every variant."""
    pairs = [(card, variant) for card in cards for variant in range(len(card.variants))]
    return [pytest.param(card, variant, id=f"{card.id}-{variant}") for card, variant in pairs]


def numeric(answer, *wrong, tolerance=0.01, variables="x = 1", kind="numeric", fault=""):
    """A card made for one test."""
    lines = [f"wrong: {rule} -> [{belief}] {feedback}" for rule, belief, feedback in wrong]
    lines += [f"fault: {fault}"] if fault else []
    text = (
        f"## made-up\nkind: {kind}\nconcept: softmax\nsource: computed\nvars: {variables}\nanswer: {answer}\n"
        + (f"tolerance: {tolerance}\n" if kind == "numeric" else "")
        + "\n".join(lines)
        + "\n\nQ: How much?\n"
    )
    return parse_deck(text, "made-up.md").cards[0]


def verdict(card, answer, deletion=0, variant=0):
    return grade(card, deletion, variant, answer).verdict


def in_many_notations(value):
    """A number as different people type it. Six decimals, so exact for whole numbers."""
    text = f"{value:.6f}"
    yield from [text, f" {text} ", text.replace(".", ","), f"[{text}]", f"{value * 100:.5f}%", f"{value:.12e}"]
    if text.startswith(("0.", "-0.")):
        yield text.replace("0.", ".", 1)
    else:
        yield text if value < 0 else f"+{text}"
    yield str(Fraction(value).limit_denominator(10**6)) + ("" if value % 1 else "/1")
    if value == int(value):
        yield from [str(int(value)), f"{int(value):,}", f"{int(value):,}".replace(",", " "), f"{int(value)},0"]


def vectors_in_many_notations(values):
    points = [f"{value:g}" for value in values]
    commas = [point.replace(".", ",") for point in points]
    yield from [
        ", ".join(points),
        f"[{', '.join(points)}]",
        f"({';'.join(points)})",
        " ".join(points),
        ";".join(commas),
    ]
    yield from [" ".join(commas), f"[{', '.join(commas)}]", f"({','.join(points)})"]


@pytest.mark.parametrize(
    ("card", "truths"),
    [
        ("num-softmax-first", [0.57612, 0.84379, 0.46831, 0.09003, 0.78699]),
        ("num-weight-curry", [0.93173, 0.64878, 0.47536, 0.78699]),
        ("num-conv-layers", [40, 500, 100, 60]),
        ("num-mha-params", [1_050_624, 2_362_368, 263_168, 1_050_624]),
    ],
)
def test_golden_numbers_are_right_as_computed_by_hand(card, truths):
    assert len(GOLDEN[card].variants) == len(truths)
    for variant, value in enumerate(truths):
        assert verdict(GOLDEN[card], str(value), variant=variant) is Verdict.RIGHT
        assert verdict(GOLDEN[card], str(value + 0.02), variant=variant) is Verdict.WRONG


@pytest.mark.parametrize(("card", "variant"), faces(NUMERIC))
def test_the_truth_of_every_golden_number_is_right_in_every_notation(card, variant):
    value = evaluate(card.body.answer, card.variants[variant])
    for text in vectors_in_many_notations(value) if isinstance(value, list) else in_many_notations(value):
        assert verdict(card, text, variant=variant) is Verdict.RIGHT, text


@pytest.mark.parametrize(("card", "variant"), faces(NUMERIC))
def test_every_wrong_rule_of_a_golden_number_is_wrong_and_named_in_every_notation(card, variant):
    for number, rule in enumerate(card.body.wrong):
        value = evaluate(rule.rule, card.variants[variant])
        for text in vectors_in_many_notations(value) if isinstance(value, list) else in_many_notations(value):
            grading = grade(card, 0, variant, text)
            assert (grading.verdict, grading.misconception) == (Verdict.WRONG, rule.misconception), text
            assert grading.wrong_rule == number
            assert grading.feedback
            assert "{{" not in grading.feedback


@pytest.mark.parametrize(("card", "variant"), faces(SHAPES))
def test_every_golden_shape_is_right_and_every_wrong_one_named_in_every_notation(card, variant):
    rules = [(card.body.answer, None), *((rule.rule, rule.misconception) for rule in card.body.wrong)]
    for expression, belief in rules:
        sizes = [str(size) for size in evaluate(expression, card.variants[variant])]
        for text in [f"({','.join(sizes)})", f"[{', '.join(sizes)}]", *(mark.join(sizes) for mark in ["x", "×", " "])]:
            grading = grade(card, 0, variant, text)
            assert (grading.verdict, grading.misconception) == (
                (Verdict.WRONG, belief) if belief else (Verdict.RIGHT, None)
            ), text


def test_the_refutation_speaks_of_the_numbers_on_screen():
    grading = grade(GOLDEN["num-weight-curry"], 0, 1, "0.328")
    assert grading.misconception == "scale-by-d"
    assert grading.feedback == "Divide by the square root of 9, not by 9."


def test_the_truth_is_checked_before_any_wrong_rule():
    card = numeric("0.5", ("0.505", "belief", "No."))
    assert verdict(card, "0.505") is Verdict.RIGHT


def test_tolerance_is_absolute_and_includes_its_edge():
    card = numeric("0.665", tolerance=0.01)
    for text in ["0.655", "0.675", "67.5%"]:
        assert verdict(card, text) is Verdict.RIGHT
    for text in ["0.6549", "0.6751"]:
        assert verdict(card, text) is Verdict.WRONG


def test_tolerance_zero_is_exact_for_whole_numbers_and_forgives_floating_point():
    card = numeric("4 * 512 * 512 + 4 * 512", tolerance=0)
    assert verdict(card, "1050624") is Verdict.RIGHT
    assert verdict(card, "1050624.0000000001") is Verdict.WRONG
    assert verdict(numeric("10 ** 40 + 1", tolerance=0), "1" + "0" * 40) is Verdict.WRONG
    assert verdict(numeric("0.1 + 0.2", tolerance=0), "0.3") is Verdict.RIGHT
    assert verdict(numeric("1 / 3", tolerance=0), "1/3") is Verdict.RIGHT


def test_an_answer_rounded_too_far_is_a_slip_from_two_significant_digits_on():
    card = numeric("0.93173", tolerance=0.0001)
    for text in ["0.93", "0.932", "93%", "93.2%", ",93", "9.3e-1"]:
        assert verdict(card, text) is Verdict.SLIP, text
        assert grade(card, 0, 0, text).feedback
    assert verdict(card, "0.9317") is Verdict.RIGHT
    for text in ["0.9", "90%", "1", "0.94", "0.931", "0.9316", "14/15"]:
        assert verdict(card, text) is Verdict.WRONG, text
    assert verdict(numeric("39.6"), "40") is Verdict.SLIP
    assert verdict(numeric("[0.93173, 2]", tolerance=0.0001), "0.93, 2") is Verdict.SLIP
    assert verdict(numeric("[0.93173, 2]", tolerance=0.0001), "0.93, 3") is Verdict.WRONG


def test_when_truth_and_a_wrong_rule_round_to_the_same_digits_more_are_asked_for():
    card = numeric("0.8808", ("0.8779", "belief", "No."), tolerance=0.0005)
    assert verdict(card, "0.88") is Verdict.SLIP
    assert verdict(card, "0.8808") is Verdict.RIGHT
    assert grade(card, 0, 0, "0.878").misconception == "belief"


def test_a_wrong_rule_that_gives_exactly_what_was_typed_explains_it_better_than_rounding():
    card = numeric("0.97", ("1", "belief", "No."), tolerance=0.01)
    assert grade(card, 0, 0, "1.0").misconception == "belief"


def test_a_wrong_rule_is_recognised_when_its_value_was_rounded():
    card = numeric("0.5", ("2 / 3", "belief", "No."), tolerance=0.001)
    assert grade(card, 0, 0, "0.67").misconception == "belief"
    assert grade(card, 0, 0, "0.7").misconception is None


def test_of_two_wrong_rules_the_one_that_gives_the_very_number_is_named():
    card = numeric("0.5", ("0.801", "first", "No."), ("0.8", "second", "No."))
    assert grade(card, 0, 0, "0.8").misconception == "second"
    assert grade(card, 0, 0, "0.801").misconception == "first"


def test_a_wrong_rule_without_a_value_on_this_variant_is_passed_over():
    card = numeric("0.5", ("1 / x", "first", "No."), ("x + 0.8", "second", "No."), variables="x = 0 | 2")
    assert grade(card, 0, 0, "0.8").misconception == "second"
    assert grade(card, 0, 1, "0.3").misconception is None


def test_a_plain_miss_shows_the_fault_of_the_card():
    card = numeric("0.5", ("0.8", "belief", "No."), fault="weights-pretrained")
    assert grade(card, 0, 0, "0.1").misconception == "weights-pretrained"
    assert grade(card, 0, 0, "0.8").misconception == "belief"
    assert grade(card, 0, 0, "0.5").misconception is None


def test_infinity_is_an_answer_and_a_wrong_one():
    assert verdict(GOLDEN["num-softmax-first"], "-inf") is Verdict.WRONG
    assert verdict(GOLDEN["num-softmax-first"], "1e400") is Verdict.WRONG
    assert verdict(GOLDEN["num-softmax-first"], "nan") is Verdict.UNREADABLE


def test_a_comma_is_what_the_question_makes_of_it():
    assert verdict(numeric("3.2"), "3,2") is Verdict.RIGHT
    assert verdict(numeric("[3, 2]"), "3,2") is Verdict.RIGHT
    assert verdict(numeric("1050"), "1,050") is Verdict.RIGHT
    assert verdict(numeric("1.05"), "1,050") is Verdict.RIGHT
    assert verdict(numeric("[0.5, 2.5]"), "0,5 2,5") is Verdict.RIGHT


def test_several_numbers_for_one_and_one_for_several_are_asked_again():
    assert verdict(numeric("0.5"), "0.5, 0.25, 0.25") is Verdict.UNREADABLE
    assert verdict(numeric("[0.5, 2, 1]"), "0.5") is Verdict.UNREADABLE
    assert verdict(numeric("[0.5, 2, 1]"), "0.5, 2") is Verdict.WRONG
    assert grade(numeric("0.5", ("[1, 2]", "belief", "No.")), 0, 0, "1 2").misconception == "belief"
