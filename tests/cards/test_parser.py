"""From the text of a deck to cards, and from slips to sentences."""

from pathlib import Path

import pytest

from attnquiz.cards.card import Bug, Cloze, Computed, Deletion, Kind, Reference
from attnquiz.cards.parser import parse_deck, read_deck
from attnquiz.errors import DeckError

HEAD = "---\ndeck: small\ntitle: Small\n---\n\n"  # the body starts on line 6

BASIC = """## dot-zero
kind: basic
concept: dot-product
source: computed

Q: What is the dot product of orthogonal vectors?

A: Zero.
"""

MC = """## which-axis
kind: mc
concept: softmax
source: computed

Q: Along which axis does softmax run?

- [x] the key axis
  > Each query shares out one.
- [ ] the query axis
  > [softmax-over-queries] That shares out each key.
- [ ] the axis of heads
  > [softmax-over-heads] Heads do not
  > compete.
"""


def card(text: str):
    return parse_deck(text, Path("d.md")).cards[0]


def slip(text: str) -> DeckError:
    with pytest.raises(DeckError) as caught:
        parse_deck(text, Path("d.md"))
    return caught.value


# --- what is read ---------------------------------------------------------------------------------


def test_a_deck_has_the_names_of_its_front_matter_or_of_its_file():
    deck = parse_deck(HEAD + BASIC, Path("x/d.md"))
    assert (deck.name, deck.title, deck.language) == ("small", "Small", "en")
    assert parse_deck(BASIC, Path("x/d.md")).name == "d"


def test_a_card_knows_its_line_and_section():
    read = parse_deck(HEAD + "# Vectors\n\n" + BASIC, Path("d.md")).cards[0]
    assert (read.line, read.section, read.kind, read.concept) == (8, "Vectors", Kind.BASIC, "dot-product")
    assert read.body.answer == "Zero."
    assert read.variants == ({},)
    assert read.text == BASIC.rstrip()


def test_choices_keep_order_belief_feedback_and_line():
    options = card(HEAD + MC).body.options
    assert [option.right for option in options] == [True, False, False]
    assert [option.misconception for option in options] == [None, "softmax-over-queries", "softmax-over-heads"]
    assert options[2].feedback == "Heads do not\ncompete."
    assert [option.line for option in options] == [13, 15, 17]


def test_the_right_choice_shows_no_belief_even_where_one_is_named():
    right = card(MC.replace("> Each query", "> [softmax-is-share] Each query")).body.options[0]
    assert (right.misconception, right.feedback) == (None, "Each query shares out one.")


def test_the_question_does_not_contain_its_choices():
    assert card(MC).question == "Along which axis does softmax run?"


def test_vars_lines_multiply():
    read = card(BASIC.replace("source", "vars: a, b = (1, 2) | (3, 4)\nvars: s = [1, 0] | 'x\\'|y'\nsource"))
    assert [dict(variant) for variant in read.variants] == [
        {"a": 1, "b": 2, "s": [1, 0]},
        {"a": 1, "b": 2, "s": "x'|y"},
        {"a": 3, "b": 4, "s": [1, 0]},
        {"a": 3, "b": 4, "s": "x'|y"},
    ]


def test_computed_cards_keep_their_wrong_rules():
    text = """## gaps
kind: numeric
answer: n - 1
tolerance: 0
vars: n = 3 | 4
wrong: n -> [off-by-one] Count the gaps: {{n}} - 1.

Q: How many gaps have {{n}} posts?
"""
    body = card(text).body
    assert isinstance(body, Computed)
    assert (body.answer, body.tolerance) == ("n - 1", 0)
    assert [(r.rule, r.misconception, r.feedback, r.line) for r in body.wrong] == [
        ("n", "off-by-one", "Count the gaps: {{n}} - 1.", 6)
    ]


def test_see_takes_arguments_with_spaces():
    read = card(BASIC.replace("source", "see: mix weights={{w}} values=[1, 2]  seed=1\nsource"))
    assert read.see == Reference("mix", {"weights": "{{w}}", "values": "[1, 2]", "seed": "1"})


def test_a_cloze_is_text_and_numbered_deletions():
    text = BASIC.replace("basic", "cloze").replace(
        "Q: What is the dot product of orthogonal vectors?\n\nA: Zero.",
        "C: See [the paper](https://x.org): [2| softmax] of `s[0]` is [1| s[0] | an index] and \\[this\\] is $x[1]$.",
    )
    body = card(text).body
    assert body == Cloze(
        (
            "See [the paper](https://x.org): ",
            Deletion(2, "softmax"),
            " of `s[0]` is ",
            Deletion(1, "s[0]", "an index"),
            " and \\[this\\] is $x[1]$.",
        )
    )
    assert body.numbers == (1, 2)


def test_code_fences_are_opaque():
    code = "```python\n# a comment, no section\n## no card\nkind: none\nA: no answer\n```"
    read = parse_deck(BASIC.replace("vectors?", f"vectors?\n\n{code}"), Path("d.md")).cards
    assert len(read) == 1
    assert read[0].question.endswith(code)


def test_a_bug_card_points_to_a_line_of_its_code():
    text = BASIC.replace("basic", "bug\nbug: 2\nfix: y = 3").replace("A: Zero.", "```\nx = 1\ny = 2\n```")
    assert card(text).body == Bug(2, "y = 3")


def test_a_loose_file_needs_two_lines_a_card():
    text = "Some notes.\n\nQ: One?\nA: 1\n\nQ: Two?\nA: 2\nWhy: Because.\n\n"
    text += "C: Softmax [1| sums] to [2| one].\nC: [x] is hidden\n"
    deck = parse_deck(text, Path("My notes.md"))
    assert [(c.id, c.kind, c.concept) for c in deck.cards] == [
        ("my-notes-1", "basic", ""),
        ("my-notes-2", "basic", ""),
        ("my-notes-3", "cloze", ""),
        ("my-notes-4", "cloze", ""),
    ]
    assert deck.cards[1].why == "Because."
    assert deck.cards[3].body.numbers == (1,)


def test_hints_may_be_several():
    assert card(BASIC + "\nHint: one\n\nHint: two\n").hints == ("one", "two")


def test_windows_line_ends_read_the_same():
    plain = parse_deck(HEAD + MC, Path("d.md"))
    assert parse_deck("\ufeff" + (HEAD + MC).replace("\n", "\r\n"), Path("d.md")) == plain


# --- what is said ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("kind: basic", "kind: basics", 2, "Did you mean 'basic'?"),
        ("kind: basic\n", "", 1, "has no kind"),
        ("concept:", "concpet:", 3, "Did you mean 'concept'?"),
        ("source: computed", "source computed", 4, "neither a field nor a block"),
        ("source: computed", "colour: red", 4, "there is no field 'colour'"),
        ("source: computed", "concept: softmax", 4, "given twice"),
        ("source: computed", "answer: 3", 4, "write the answer as a block"),
        ("source: computed", "see: a b", 4, "key=value"),
        ("source: computed", "see: a x=1 x=2", 4, "'x' is given twice"),
        ("source: computed", "rev: two", 4, "no number from 1 up"),
        ("source: computed", "was: Old Id", 4, "no id of a card"),
        ("source: computed", "allow: L14", 4, "a rule and a reason"),
        ("source: computed", "vars: n", 4, "gives no values"),
        ("source: computed", "vars: n = open('x')", 4, "no plain value"),
        ("source: computed", "vars: n = 1e999", 4, "no plain value"),
        ("source: computed", "vars: 2n = 1", 4, "no name for a value"),
        ("source: computed", "vars: a, b = (1, 2) | (3, 4, 5)", 4, "does not give 2 values"),
        ("source: computed", "vars: a, a = (1, 2)", 4, "occurs twice"),
        ("source: computed", "vars: n = 1\nvars: n = 2", 5, "two vars lines"),
        ("A: Zero.", "", 1, "there is no A:"),
        ("A: Zero.", "A:", 8, "A: is empty"),
        ("A: Zero.", "Answer: Zero.", 8, "Did you mean 'A:'?"),
        ("A: Zero.", "A: Zero.\n\nA: Nought.", 10, "a second A:"),
        ("A: Zero.", "A: Zero.\n\nsource: book", 10, "stands below a block"),
        ("A: Zero.", "A: Zero.\n\nSteps:\n1. a", 10, "Steps: has no use"),
        ("A: Zero.", "- [x] Zero.\n\nA: Zero.", 6, "write kind: mc"),
        ("A: Zero.", "A: Zero.\n\n```\ncode", 10, "never closed"),
        ("## dot-zero", "## Dot Zero", 1, "Did you mean 'dot-zero'?"),
        ("## dot-zero", "##dot-zero", 1, "no space after ##"),
        ("## dot-zero", "##", 1, "without an id"),
        ("## dot-zero", "# dot-zero", 2, "a card starts with two signs"),
    ],
)  # fmt: skip
def test_a_slip_in_a_card_is_a_sentence_with_its_true_line(old, new, line, says):
    assert BASIC.count(old) == 1
    text = BASIC.replace(old, new)
    plain, below = slip(text), slip(HEAD + text)
    assert says in str(plain)
    assert plain.line == line
    assert below.line == line + HEAD.count("\n")
    assert str(plain).startswith(f"d.md:{line}: ")


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("- [ ] the query axis", "- [x] the query axis", 6, "2 of 3 choices are marked right"),
        ("- [x] the key axis", "- [ ] the key axis", 6, "0 of 3 choices"),
        ("- [x] the key axis", "- [x]the key axis", 8, "not quite a choice"),
        ("- [x] the key axis", "* [x] the key axis", 8, "not quite a choice"),
        ("  > Each query", "Each query", 9, "stands between the choices"),
    ],
)
def test_a_slip_in_choices_is_a_sentence_with_its_true_line(old, new, line, says):
    assert MC.count(old) == 1
    error = slip(MC.replace(old, new))
    assert says in str(error)
    assert (error.line, error.rule) == (line, "L08")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("C: Softmax [sums] to one.", "[1| sums]"),
        ("C: Softmax [0| sums] to one.", "number 0"),
        ("C: Softmax [1| ] to one.", "hides nothing"),
        ("C: Softmax [1| sums | a | b] to one.", "several hints"),
        ("C: Softmax sums to one.", "nothing is hidden"),
    ],
)
def test_a_slip_in_a_deletion_is_a_sentence(text, says):
    error = slip(f"## soft\nkind: cloze\nconcept: softmax\nsource: computed\n\n{text}\n")
    assert says in str(error)
    assert (error.line, error.rule) == (6, "L16")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "no cards here"),
        ("Just prose.\n", 1, "no cards here"),
        ("Question: One?\nAnswer: 1\n", 1, "Did you mean 'Q:'?"),
        ("A: 1\n\nQ: One?\nA: 1\n", 1, "belongs to no card"),
        ("Q: One?\n", 1, "there is no A:"),
        (BASIC + "\n" + BASIC, 10, "taken by the card on line 1"),
        ("Q: lost?\nA: yes\n\n" + BASIC, 1, "start the card with a line: ## some-id"),
        ("---\ntitle: T\n", 1, "never closed"),
    ],
)
def test_a_slip_in_a_deck_is_a_sentence(text, line, says):
    error = slip(text)
    assert says in str(error)
    assert error.line == line


def test_too_many_variants_are_refused_before_they_are_made():
    many = " | ".join(map(str, range(100)))
    text = BASIC.replace("source", f"vars: a = {many}\nvars: b = {many}\nvars: c = {many}\nvars: d = {many}\nsource")
    assert "100,000,000 variants" in str(slip(text))


def test_a_broken_card_hides_nothing_of_its_neighbours():
    first = BASIC.replace("kind: basic", "kind: bas1c")
    last = BASIC.replace("dot-zero", "x").replace("A:", "B:")
    reading = read_deck("\n".join([first, MC, last]), Path("d.md"))
    assert [card.id for card in reading.deck.cards] == ["which-axis"]
    assert [problem.line for problem in reading.problems] == [2, 25]


def test_the_first_problem_of_the_file_is_the_one_that_is_raised():
    error = slip(BASIC.replace("kind: basic", "kind: basik") + "\n# Section\n\nQ: lost?\n")
    assert error.line == 2


def test_an_unclosed_fence_ends_at_the_next_card():
    text = BASIC.replace("A: Zero.", "A: Zero.\n```\nx = 1") + "\n" + MC
    reading = read_deck(text, Path("d.md"))
    assert [card.id for card in reading.deck.cards] == ["which-axis"]
    assert [problem.line for problem in reading.problems] == [9]


def test_a_second_colon_in_front_matter_is_a_remark():
    reading = read_deck("---\ntitle: Masks: why\n---\n" + BASIC, Path("d.md"))
    assert [(remark.line, remark.rule) for remark in reading.remarks] == [(2, "L00")]
    assert not reading.problems
