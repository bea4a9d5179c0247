"""Grading words and choices: however they are written, by letter or by text, and with a slip of the finger."""

from pathlib import Path

import pytest

from attnquiz.cards.card import Choice, Cloze
from attnquiz.cards.faces import deletions
from attnquiz.cards.grading import LETTERS, Verdict, grade
from attnquiz.cards.parser import parse_deck
from attnquiz.errors import AttnquizError

DECKS = Path(__file__).parents[2] / "content" / "decks"
PARSED = [parse_deck(path.read_text("utf-8"), path) for path in sorted(DECKS.glob("*.md"))]
GOLDEN = {card.id: card for deck in PARSED for card in deck.cards}
CHOICES = [card for card in GOLDEN.values() if isinstance(card.body, Choice)]
CLOZES = [card for card in GOLDEN.values() if isinstance(card.body, Cloze)]


def cloze(sentence, fault=""):
    field = f"fault: {fault}\n" if fault else ""
    return parse_deck(f"## made-up\nkind: cloze\nconcept: c\nsource: s\n{field}\nC: {sentence}\n", "made-up.md").cards[
        0
    ]


def verdict(card, answer, deletion=0, variant=0):
    return grade(card, deletion, variant, answer).verdict


@pytest.mark.parametrize("card", CHOICES, ids=lambda card: card.id)
def test_every_golden_option_is_right_or_refuted_by_letter_and_by_text(card):
    for letter, option in zip(LETTERS, card.body.options, strict=False):
        for text in [
            letter,
            letter.lower(),
            f" {letter})",
            f"({letter})",
            f"{letter}.",
            option.text,
            option.text.upper(),
        ]:
            grading = grade(card, 0, 0, text)
            if option.right:
                assert (grading.verdict, grading.misconception) == (Verdict.RIGHT, None)
            else:
                assert (grading.verdict, grading.misconception) == (Verdict.WRONG, option.misconception)
                assert grading.feedback == option.feedback
    for text in ["D", "H", "AB", "1", "", "the attention", "?"]:
        assert verdict(card, text) is Verdict.UNREADABLE


@pytest.mark.parametrize("card", CLOZES, ids=lambda card: card.id)
def test_every_golden_blank_is_right_however_it_is_written(card):
    for number in deletions(card):
        (hidden,) = {part.hidden for part in card.body.parts if not isinstance(part, str) and part.number == number}
        for text in [hidden, hidden.upper(), f"  {hidden} ", f"${hidden}$", f"`{hidden}`", f"{hidden}."]:
            assert verdict(card, text, deletion=number) is Verdict.RIGHT, text
        assert verdict(card, "nonsense", deletion=number) is Verdict.WRONG
        assert verdict(card, "", deletion=number) is Verdict.UNREADABLE


def test_a_basic_card_is_for_the_learner_to_judge():
    for answer in ["", "d_k", "x" * 10_000]:
        assert verdict(GOLDEN["var-of-dot"], answer) is Verdict.SELF


def test_what_cannot_be_read_gets_a_sentence_that_shows_how_to_write_it():
    for card, text, example in [
        (GOLDEN["num-softmax-first"], "half", "14/15"),
        (GOLDEN["num-output-vector"], "north", "[0.5, 2]"),
        (GOLDEN["shape-scores"], "B x h x n x n", "2x8x5"),
        (GOLDEN["mc-combine-heads"], "Q", "A to C"),
        (cloze("[1| Keys] and [1| values]."), "keys", ";"),
    ]:
        grading = grade(card, deletions(card)[0], 0, text)
        assert grading.verdict is Verdict.UNREADABLE
        assert example in grading.feedback
        assert text not in grading.feedback


def test_a_misspelt_long_word_is_a_slip_and_a_misspelt_short_one_is_wrong():
    card = cloze("The token that [1| followed] it along the [2| key] axis.")
    for text in ["folowed", "Follwoed", "followd "]:
        assert verdict(card, text, deletion=1) is Verdict.SLIP
        assert grade(card, 1, 0, text).feedback
    assert verdict(card, "follows", deletion=1) is Verdict.WRONG
    assert verdict(card, "kee", deletion=2) is Verdict.WRONG


def test_blanks_hidden_together_are_answered_in_order_with_a_mark_between():
    card = cloze("From the encoder come the [1| keys] and the [1| values], not the [2| queries].")
    for text in ["keys; values", "Keys, VALUES", "keys;values"]:
        assert verdict(card, text, deletion=1) is Verdict.RIGHT
    assert verdict(card, "keys; valeus", deletion=1) is Verdict.SLIP
    assert verdict(card, "values; keys", deletion=1) is Verdict.WRONG
    for text in ["keys", "keys; values; queries", "keys;", ";"]:
        assert verdict(card, text, deletion=1) is Verdict.UNREADABLE
    assert verdict(cloze("A [1| key] is a [1| key]."), "key", deletion=1) is Verdict.RIGHT
    assert verdict(cloze("A [1| key] is a [1| key]."), "key; value", deletion=1) is Verdict.WRONG


def test_a_number_in_a_blank_may_have_a_decimal_comma():
    card = cloze("At most [1| 1.58] bits.")
    assert verdict(card, "1,58", deletion=1) is verdict(card, "1.58", deletion=1) is Verdict.RIGHT
    assert verdict(card, "158", deletion=1) is verdict(card, "1,5", deletion=1) is Verdict.WRONG


def test_asking_for_a_variant_or_a_deletion_that_is_not_there_is_a_sentence():
    for card, deletion, variant in [
        ("num-softmax-first", 0, 5),
        ("num-softmax-first", 0, -1),
        ("cloze-induction", 3, 0),
    ]:
        with pytest.raises(AttnquizError, match=card):
            grade(GOLDEN[card], deletion, variant, "1")


def test_a_wrong_word_shows_the_fault_of_the_card():
    card = cloze("The [1| key] axis.", "softmax-over-queries")
    assert grade(card, 1, 0, "query").misconception == "softmax-over-queries"
    assert grade(card, 1, 0, "key").misconception is None


def test_an_essay_is_no_answer():
    for card, deletion in [("cloze-induction", 1), ("mc-combine-heads", 0), ("num-softmax-first", 0)]:
        assert verdict(GOLDEN[card], "word " * 101, deletion) is Verdict.UNREADABLE
