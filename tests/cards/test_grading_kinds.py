"""Grading orders, code, cells, bugs, experiments and explanations: right, wrong in a named way, and nonsense."""

import re
from itertools import permutations
from pathlib import Path

import pytest

from attnquiz.cards import faces
from attnquiz.cards.card import Blank, Bug, CellOf, Explain, Ordering, Predict
from attnquiz.cards.grading import LETTERS, Verdict, grade
from attnquiz.cards.maps import asked_for, cells, evaluated, preset
from attnquiz.cards.parser import parse_deck

DECKS = Path(__file__).parents[2] / "content" / "decks"
PARSED = [parse_deck(path.read_text("utf-8"), path) for path in sorted(DECKS.glob("*.md"))]
GOLDEN = {card.id: card for deck in PARSED for card in deck.cards}


def golden(body):
    """Every golden card of a kind, as parameters."""
    return [pytest.param(card, id=card.id) for card in GOLDEN.values() if isinstance(card.body, body)]


def made(kind, fields, question="How?", fault="made-up-belief"):
    text = f"## made-up\nkind: {kind}\nconcept: c\nsource: s\nfault: {fault}\n{fields}\n\nQ: {question}\n"
    return parse_deck(text, "made-up.md").cards[0]


def verdict(card, answer, variant=0):
    return grade(card, 0, variant, answer).verdict


def said(card, answer, variant=0):
    """Verdict and belief."""
    grading = grade(card, 0, variant, answer)
    return grading.verdict, grading.misconception


# --- order


def ordering(count, free=""):
    steps = "\n".join(f"{number}. Step {number}." for number in range(1, count + 1))
    return made("order", f"free: {free}" if free else "", f"In which order?\n\nSteps:\n{steps}")


@pytest.mark.parametrize("card", golden(Ordering))
def test_a_golden_order_is_right_in_every_notation_and_nothing_but_free_pairs_may_swap(card):
    count, free = len(card.body.steps), {frozenset(pair) for pair in card.body.free}
    numbers = [str(number) for number in range(1, count + 1)]
    for between in [" ", ",", ", ", ";", " > ", "-", "\n", " -> ", " → ", " – "]:
        assert verdict(card, between.join(numbers)) is Verdict.RIGHT
        assert verdict(card, f"[{between.join(numbers)}] ") is Verdict.RIGHT
    for order in permutations(range(1, count + 1)):
        turned = [{a, b} for place, a in enumerate(order) for b in order[place + 1 :] if a > b]
        right = all(frozenset(pair) in free for pair in turned)
        expected = (Verdict.RIGHT, None) if right else (Verdict.WRONG, card.fault)
        assert said(card, " ".join(map(str, order))) == expected, order


def test_one_swap_of_neighbours_is_almost_right_and_says_which():
    card = ordering(4, free="2 3")
    assert verdict(card, "1 3 2 4") is Verdict.RIGHT
    for answer, first, second in [("2 1 3 4", 1, 2), ("1 2 4 3", 3, 4), ("1 3 4 2", 2, 4)]:
        grading = grade(card, 0, 0, answer)
        assert (grading.verdict, grading.misconception) == (Verdict.WRONG, "made-up-belief")
        assert grading.feedback.startswith("Almost: ")
        assert grading.feedback.endswith(f"“Step {first}” comes before “Step {second}”.")


@pytest.mark.parametrize(
    ("answer", "place", "step", "before"),
    [("4 3 2 1", 1, 4, 1), ("1 4 2 3", 2, 4, 2), ("1 3 4 2", 2, 3, 2), ("2 1 4 3", 1, 2, 1), ("3 1 2 4", 1, 3, 1)],
)
def test_other_wrong_orders_say_where_they_first_go_wrong(answer, place, step, before):
    feedback = grade(ordering(4), 0, 0, answer).feedback
    assert feedback == f"The first wrong place is number {place}: “Step {step}” comes only after “Step {before}”."


@pytest.mark.parametrize(
    "answer",
    ["", " ", "1 2", "1 2 3 4", "1 1 2", "0 1 2", "1 2 x", "Step 1, Step 2, Step 3", "123", "1.2.3", "-1 2 3",
    "1 2 3 ?",     "one two three", "²1 3", "A B C", "1 2 3" * 200, "9999 1 2"],
)  # fmt: skip
def test_what_names_not_every_step_once_is_asked_again(answer):
    grading = grade(ordering(3), 0, 0, answer)
    assert grading.verdict is Verdict.UNREADABLE
    assert grading.feedback.endswith(".")


# --- code

ASSIGNED = re.compile("(?<![<>=!])=(?!=)")  # in <= a space would make two signs of one


@pytest.mark.parametrize("card", golden(Blank))
def test_every_golden_form_is_right_or_named_however_it_is_spaced(card):
    rules = [(form, None, None) for form in card.body.forms]
    for number, rule in enumerate(card.body.wrong):
        rules += [(form, rule.misconception, number) for form in rule.rule.split(" | ")]
    for form, belief, number in rules:
        for text in [form, f"  {form}\n", ASSIGNED.sub(" = ", form), f"`{form}`", form.replace("-", "− ")]:
            grading = grade(card, 0, 0, text)
            expected = Verdict.WRONG if belief else Verdict.RIGHT
            assert (grading.verdict, grading.misconception, grading.wrong_rule) == (expected, belief, number), text
            assert bool(grading.feedback) == bool(belief)
    known = {form for form, _, _ in rules}
    for text in {"nonsense", card.body.forms[0] + "0", card.body.forms[0].upper() + "x", "0"} - known:
        assert said(card, text) == (Verdict.WRONG, card.fault)
    assert verdict(card, "") is verdict(card, "x" * 501) is Verdict.UNREADABLE


CODE = "What stands here?\n\n```python\nx = ____\n```"


@pytest.mark.parametrize(
    ("form", "same", "other"),
    [
        ('float("-inf")', ["float('-inf')", ' float( "-inf" ) ', "float(“-inf”)"],
         ['float("- inf")', 'Float("-inf")']),
        ("not a", ["not  a", "not\ta"], ["nota", "not_a", "!a"]),
        ("a == b", ["a==b"], ["a = = b", "a=b"]),
        ("x[:, -1]", ["x[:,-1]", "x[ : , - 1 ]"], ["x[:-1]", "x[:, 1]"]),
        ("1e-3", [" 1e-3 "], ["1e - 3", "1e3", "0.001"]),
        ("a ** 2", ["a**2"], ["a * * 2", "a*2"]),
        ("f'{a b}'", ['F"{a b}"'], ["f'{ab}'", "'{a b}'"]),
        ("\"it's\"", ['"it\'s"'], ["'its'", "it's"]),
        ("x.T", ["x . T"], ["x.t", "xT"]),
    ],
)
def test_spaces_count_within_texts_and_words_alone(form, same, other):
    card = made("code", f"blank: {form} | something_else", CODE)
    for text in same:
        assert verdict(card, text) is Verdict.RIGHT, text
    for text in other:
        assert said(card, text) == (Verdict.WRONG, "made-up-belief"), text


def test_the_forms_speak_of_the_variant():
    rule = "wrong: {{d}} | sqrt(2 * {{d}}) -> [made] Not {{d}}."
    card = made("code", f"vars: d = 64 | 16\nblank: sqrt({{{{d}}}})\n{rule}", CODE)
    assert [verdict(card, "sqrt(16)", variant) for variant in (0, 1)] == [Verdict.WRONG, Verdict.RIGHT]
    assert grade(card, 0, 1, "16").feedback == "Not 16."
    assert grade(card, 0, 1, "sqrt(2*16)").wrong_rule == 0
    assert faces.answered(card, 0, 1) == "`sqrt(16)`"


def test_code_is_compared_and_never_run():
    card = made("code", "blank: 4", CODE)
    for text in ["2 + 2", "__import__('os').abort()", "print(4)", "4 if True else 5"]:
        assert verdict(card, text) is Verdict.WRONG


# --- cells


@pytest.mark.parametrize("card", golden(CellOf))
def test_every_cell_row_and_column_of_a_golden_map_is_right_or_named_as_its_rules_say(card):
    tokens = preset(card.body.preset, card.path).tokens
    n, asked, right = len(tokens), asked_for(card), cells(card, 0)
    lines = {f"row {token}": {(q, k) for k in range(n)} for q, token in enumerate(tokens)}
    lines |= {f"column {token}": {(q, k) for q in range(n)} for k, token in enumerate(tokens)}
    single = {f"{a},{b}": {(q, k)} for q, a in enumerate(tokens) for k, b in enumerate(tokens)}
    fitting, other = (single, lines) if asked == "cell" else (lines, single)
    for text, chosen in fitting.items():
        rules = [rule.misconception for rule in card.body.wrong if chosen <= evaluated(card, rule.rule, 0)]
        if chosen <= right if asked == "cell" else chosen == right:
            assert said(card, text) == (Verdict.RIGHT, None), text
        else:
            assert said(card, text) == (Verdict.WRONG, [*rules, card.fault][0]), text
    for text in other:
        assert verdict(card, text) is Verdict.UNREADABLE


def test_the_golden_cells_and_what_the_mirror_cell_shows():
    card = GOLDEN["heat-curry-largest"]
    for text in ["curry,Thai", "4,3", " curry , thai ", "(4, 3)", "query curry, key Thai", "CURRY; THAI", "٤,٣"]:
        assert verdict(card, text) is Verdict.RIGHT, text
    for text in ["Thai,curry", "3,4", "query Thai, key curry"]:
        assert said(card, text) == (Verdict.WRONG, "symmetric-scores")
    assert said(card, "how, how") == (Verdict.WRONG, "self-match-largest")
    assert said(card, "how, to") == (Verdict.WRONG, None)
    for text in ["row curry", "column 3", "the row of curry"]:
        assert grade(card, 0, 0, text).feedback.startswith("One cell is asked for.")
    for text in ["", "curry", "curry Thai", "rice, Thai", "5,0", "-1,0", "1,2,3", "4.0, 3", ",", "curry,", "row x"]:
        assert verdict(card, text) is Verdict.UNREADABLE, text


def test_a_row_is_named_in_many_ways_and_a_column_in_its_place_is_wrong():
    card = made("heatmap", 'preset: thai-curry\nanswer: row("curry")\nwrong: column("curry") -> [mixed-up] No.')
    for text in ["row curry", "row 4", "Row of curry.", "the row of Curry", "row: curry"]:
        assert verdict(card, text) is Verdict.RIGHT, text
    assert said(card, "column curry") == (Verdict.WRONG, "mixed-up")
    assert said(card, "row how") == (Verdict.WRONG, "made-up-belief")
    assert grade(card, 0, 0, "curry,Thai").feedback.startswith("A whole row is asked for.")
    assert faces.answered(card, 0, 0) == "the row of curry"
    assert faces.answered(made("heatmap", "preset: thai-curry\nanswer: column(3)"), 0, 0) == "the column of Thai"


def test_of_several_right_cells_each_will_do():
    card = made("heatmap", 'preset: same-output\nanswer: argmax_cell("same-output")')
    for text in ["0,3", "the,terrible", "1,3", "terrible,terrible"]:
        assert verdict(card, text) is Verdict.RIGHT
    assert faces.answered(card, 0, 0).startswith("query the, key terrible or query film, key terrible or ")


def test_a_token_that_occurs_twice_has_two_names_and_a_number_is_a_place_before_it_is_a_token(tmp_path):
    (tmp_path / "experiments").mkdir()
    file = tmp_path / "experiments" / "twice.md"
    file.write_text("tokens: the, cat, the, 0\n\n```Q\n1\n1\n1\n1\n```\n\n```K\n0\n0\n9\n0\n```\n")
    text = "## made-up\nkind: heatmap\nconcept: c\nsource: s\npreset: twice\nanswer: cell(0, 2)\n\nQ: Where?\n"
    card = parse_deck(text, tmp_path / "deck.md").cards[0]
    assert faces.answered(card, 0, 0) == "query the, key the·2"
    for answer in ["the, the·2", "0,2", "query the, key the·2"]:
        assert verdict(card, answer) is Verdict.RIGHT
    assert verdict(card, "the,the") is verdict(card, "the·2, the") is verdict(card, "3,2") is Verdict.WRONG


def test_a_wrong_rule_without_cells_on_this_variant_is_passed_over():
    rules = "wrong: cell(n, n) -> [first] No.\nwrong: cell(0, 1) -> [second] No."
    card = made("heatmap", f"preset: thai-curry\nvars: n = 9 | 3\nanswer: cell(4, 3)\n{rules}")
    assert said(card, "0,1") == (Verdict.WRONG, "second")
    assert said(card, "3,3", variant=1) == (Verdict.WRONG, "first")


# --- bugs


@pytest.mark.parametrize("card", golden(Bug))
def test_a_golden_bug_is_its_line_and_its_fix(card):
    line, fix, count = card.body.line, card.body.fix, len(faces.lines(card, 0))
    if line == 0:
        right = ["0", "no bug", "There is no bug.", "line 0"]
    else:
        right = [f"{line}: {fix}", f"{line}:{fix}", f"Line {line}: `{fix}`", f"{line} :   {fix}\n", f"{line}: {fix} "]
        for text in [f"{line}", f"line {line}", f"{line}:", f"{line}: pass"]:
            assert said(card, text) == (Verdict.SLIP, None), text
            assert grade(card, 0, 0, text).feedback.startswith("You found the line")
    for text in right:
        assert said(card, text) == (Verdict.RIGHT, None), text
    for other in set(range(count + 1)) - {line}:
        assert said(card, f"{other}: {fix}" if other else "no bug") == (Verdict.WRONG, card.fault)
        assert said(card, f"{other}") == (Verdict.WRONG, card.fault)
        told = grade(card, 0, 0, f"{other}").feedback
        assert told.endswith(f"line {line}.") if line else told.startswith("There is no bug")
    for text in ["", "x", f"{count + 1}", f"{count + 1}: {fix}", f": {fix}", "-1", "1.5: x", "0: pass", f"{line} or 1"]:
        assert verdict(card, text) is Verdict.UNREADABLE, text


PROGRAM = "Which line?\n\n```python\na = 1\nb = 2\n```"


def test_a_fix_in_code_minds_its_letters_and_a_fix_in_words_does_not():
    code = made("bug", "bug: 2\nfix: b = Tensor(2)", PROGRAM)
    assert verdict(code, "2: b=Tensor( 2 )") is Verdict.RIGHT
    assert verdict(code, "2: b = tensor(2)") is Verdict.SLIP
    words = made("bug", "bug: 2\nfix: move `b = 2` before line 1", PROGRAM)
    assert verdict(words, "2: Move b = 2  before LINE 1.") is Verdict.SLIP  # marks within a sentence count
    assert verdict(words, "2: Move `b = 2`  before LINE 1.") is Verdict.RIGHT
    assert verdict(words, "2: move `b = 3` before line 1") is Verdict.SLIP


# --- experiments and explanations


@pytest.mark.parametrize("card", golden(Predict))
def test_a_golden_prediction_is_graded_like_a_choice(card):
    for letter, option in zip(LETTERS, card.body.options, strict=False):
        for text in [letter, f"({letter.lower()})", option.text]:
            expected = (Verdict.RIGHT, None) if option.right else (Verdict.WRONG, option.misconception)
            assert said(card, text) == expected
            assert grade(card, 0, 0, text).feedback == ("" if option.right else option.feedback)
    for text in ["", "D", "nonsense", "AB", "1"]:
        assert verdict(card, text) is Verdict.UNREADABLE


@pytest.mark.parametrize("card", golden(Explain))
def test_an_explanation_is_for_the_learner_to_judge(card):
    for text in ["because", card.body.model, "word " * 2000]:
        assert said(card, text) == (Verdict.SELF, None)
    for text in ["", "  \n", "\u200b", "x" * 20_001]:
        assert verdict(card, text) is Verdict.UNREADABLE


# --- what a face says of them


@pytest.mark.parametrize("card", golden(Blank | Bug | CellOf | Predict))
def test_the_answer_as_shown_is_graded_as_right(card):
    for variant in range(len(card.variants)):
        assert verdict(card, faces.answered(card, 0, variant), variant) is Verdict.RIGHT


def test_steps_and_lines_are_filled():
    card = made("order", "vars: d = 4 | 9", "Q?\n\nSteps:\n1. Divide by {{d}}.\n2. Stop.")
    assert faces.steps(card, 1) == ("Divide by 9.", "Stop.")
    assert faces.answered(card, 0, 1) == "1. Divide by 9.\n2. Stop."
    assert "“Divide by 9” comes before “Stop”" in grade(card, 0, 1, "2 1").feedback
    question = "Q?\n\n```python\nx = -{{d}}\n\n  y = 1\n```\n\nand\n\n```\nz\n```"
    program = made("bug", "vars: d = 4 | 9\nbug: 1\nfix: x = {{d}}", question)
    assert faces.lines(program, 1) == ("x = -9", "", "  y = 1")
    assert faces.answered(program, 0, 1) == "Line 1: `x = 9`"
    assert verdict(program, "1: x = 9", 1) is Verdict.RIGHT
    assert verdict(program, "1: x = 9", 0) is Verdict.SLIP
    assert faces.lines(card, 0) == faces.steps(program, 0) == ()
