"""Grading an answer by computing: is it right, and if not, which belief leads to it?"""

from attnquiz.cards import grade_cells, grade_code, grade_numbers, grade_order, grade_words
from attnquiz.cards.card import (
    Basic,
    Blank,
    Bug,
    Card,
    CellOf,
    Choice,
    Cloze,
    Computed,
    Explain,
    Kind,
    Ordering,
    Predict,
)
from attnquiz.cards.grade_words import LETTERS
from attnquiz.cards.reading import Unreadable
from attnquiz.cards.truth import names_of
from attnquiz.cards.verdict import MAX_ESSAY, Grading, Verdict, plain

__all__ = ["LETTERS", "Grading", "Verdict", "grade"]


def grade(card: Card, deletion: int, variant: int, answer: str) -> Grading:
    """Grade the text of an answer. For a choice it is the letter of the option before shuffling, or its text.

    Raises AttnquizError for a variant or deletion the card lacks, and where the card's own answer does not compute.
    """
    names_of(card, variant)
    try:
        return _graded(card, deletion, variant, answer)
    except Unreadable as unreadable:
        return Grading(Verdict.UNREADABLE, feedback=str(unreadable))


def _graded(card: Card, deletion: int, variant: int, answer: str) -> Grading:
    match card.body:
        case Basic():
            return Grading(Verdict.SELF)
        case Explain():
            plain(answer, MAX_ESSAY)
            return Grading(Verdict.SELF)
        case Cloze():
            return grade_words.cloze(card, deletion, variant, answer)
        case Choice() | Predict():
            return grade_words.choice(card, card.body, variant, answer)
        case Computed() if card.kind is Kind.SHAPE:
            return grade_numbers.shape(card, card.body, variant, answer)
        case Computed():
            return grade_numbers.numbers(card, card.body, variant, answer)
        case Ordering():
            return grade_order.order(card, card.body, variant, answer)
        case Blank():
            return grade_code.blank(card, card.body, variant, answer)
        case Bug():
            return grade_code.bug(card, card.body, variant, answer)
        case CellOf():
            return grade_cells.cell(card, card.body, variant, answer)
