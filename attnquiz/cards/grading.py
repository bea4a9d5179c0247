"""Grading an answer by computing: is it right, and if not, which belief leads to it?

The truth is checked first. A number that is only rounded too far is a slip, and a slip is asked again; it stays a slip
when a wrong rule's value rounds to the same digits, because nothing tells the two apart until there are more digits.
Only where the typed number *is* a wrong rule's value, digit for digit, does the rule explain it better.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from attnquiz.cards import reading, spelling
from attnquiz.cards.blanks import together
from attnquiz.cards.card import Basic, Card, Choice, Cloze, Computed, Kind, Option
from attnquiz.cards.holes import fill
from attnquiz.cards.reading import Numeral, Reading, Unreadable
from attnquiz.cards.truth import believed, entries, names_of, near, truth
from attnquiz.errors import AttnquizError

LETTERS = "ABCDEFGH"
MAX_TEXT = 500  # characters of an answer in words

Fits = Callable[[Numeral, float], bool]


class Verdict(StrEnum):
    """What grading says about an answer."""

    RIGHT = "right"
    WRONG = "wrong"
    SLIP = "slip"  # right but for the spelling or for rounding: asked again once
    UNREADABLE = "unreadable"  # says nothing that could be right or wrong: asked again
    SELF = "self"  # only the learner can tell
    UNKNOWN = "unknown"  # "I don't know": recorded by callers, never the result of grading


@dataclass(frozen=True, slots=True)
class Grading:
    """A verdict; the belief a wrong answer shows, and which wrong rule (from 0) gave it away.

    ``feedback`` refutes *this* wrong answer, or says how to write an answer that was a slip or unreadable.
    """

    verdict: Verdict
    misconception: str | None = None
    wrong_rule: int | None = None
    feedback: str = ""


RIGHT = Grading(Verdict.RIGHT)
MORE_DIGITS = Grading(Verdict.SLIP, feedback="Close: please give more digits.")
CHECK_SPELLING = Grading(Verdict.SLIP, feedback="Almost: please check the spelling.")


def grade(card: Card, deletion: int, variant: int, answer: str) -> Grading:
    """Grade the text of an answer. For a choice it is the letter of the option before shuffling, or its text.

    Raises AttnquizError for a variant or deletion the card lacks, and for kinds that cannot be graded yet.
    """
    names_of(card, variant)
    try:
        match card.body:
            case Basic():
                return Grading(Verdict.SELF)
            case Cloze():
                return _grade_cloze(card, deletion, variant, answer)
            case Choice():
                return _grade_choice(card, card.body, variant, answer)
            case Computed() if card.kind is Kind.SHAPE:
                return _grade_shape(card, card.body, variant, answer)
            case Computed():
                return _grade_numbers(card, card.body, variant, answer)
    except Unreadable as unreadable:
        return Grading(Verdict.UNREADABLE, feedback=str(unreadable))
    raise AttnquizError(f"{card.id}: cards of kind {card.kind} cannot be graded yet.")


# Numbers, vectors and shapes


def _grade_numbers(card: Card, body: Computed, variant: int, answer: str) -> Grading:
    value = truth(card, variant)
    vector = isinstance(value, list | tuple)
    read = _readings(answer, vector=vector)
    if _any_fits(read, value, _within(body.tolerance)):
        return RIGHT
    rounded = _any_fits(read, value, _rounded(body.tolerance))
    tests = [_within(0)] if rounded else [_within(0), _within(body.tolerance), _rounded(body.tolerance)]
    rules = list(_rules(card, body, variant))
    for fits in tests:  # a rule that fits exactly is named before one that fits within the tolerance
        for number, wrong in rules:
            if _any_fits(read, wrong, fits):
                return _named(card, body, variant, number)
    if rounded:
        return MORE_DIGITS
    _check_count({len(one) for one in read}, len(entries(value)), vector=vector)
    return Grading(Verdict.WRONG, card.fault)


def _grade_shape(card: Card, body: Computed, variant: int, answer: str) -> Grading:
    sizes = reading.shape(answer)
    if sizes == truth(card, variant):
        return RIGHT
    for number, wrong in _rules(card, body, variant):
        if sizes == wrong:
            return _named(card, body, variant, number)
    return Grading(Verdict.WRONG, card.fault)


def _rules(card: Card, body: Computed, variant: int) -> Iterator[tuple[int, Any]]:
    """Each wrong rule that has a value on this variant: its number and the value."""
    for number, rule in enumerate(body.wrong):
        value = believed(card, rule, variant)
        if value is not None:
            yield number, value


def _named(card: Card, body: Computed, variant: int, number: int) -> Grading:
    rule = body.wrong[number]
    return Grading(Verdict.WRONG, rule.misconception, number, fill(rule.feedback, names_of(card, variant)))


def _readings(answer: str, *, vector: bool) -> tuple[Reading, ...]:
    try:
        return reading.readings(answer)
    except Unreadable:
        if vector:
            raise Unreadable(f"That cannot be read as numbers. {reading.A_VECTOR}") from None
        raise


def _check_count(lengths: set[int], wanted: int, *, vector: bool) -> None:
    """One number where several are asked for, or the reverse, is a misunderstanding and not a mistake."""
    if not vector and 1 not in lengths:
        raise Unreadable(f"One number is asked for. {reading.ONE_NUMBER}")
    if wanted > 1 and lengths == {1}:
        raise Unreadable(f"Several numbers are asked for. {reading.A_VECTOR}")


def _within(tolerance: float) -> Fits:
    return lambda numeral, target: near(numeral.value, target, tolerance)


def _rounded(tolerance: float) -> Fits:
    return lambda numeral, target: near(numeral.value, target, tolerance) or numeral.rounds(target)


def _any_fits(read: tuple[Reading, ...], value: Any, fits: Fits) -> bool:
    """Whether some reading has as many entries as ``value``, each of which may mean a number that fits."""
    targets = entries(value)
    return any(
        len(one) == len(targets)
        and all(any(fits(numeral, target) for numeral in entry) for entry, target in zip(one, targets, strict=True))
        for one in read
    )


# Words


def _grade_cloze(card: Card, deletion: int, variant: int, answer: str) -> Grading:
    names = names_of(card, variant)
    hidden = [spelling.normal(fill(part.hidden, names)) for part in together(card, deletion)]
    typed = _words(answer, hidden)
    pairs = list(zip(typed, hidden, strict=True))
    if all(word == right for word, right in pairs):
        return RIGHT
    if all(word == right or spelling.misspelt(word, right) for word, right in pairs):
        return CHECK_SPELLING
    return Grading(Verdict.WRONG, card.fault)


def _words(answer: str, hidden: list[str]) -> list[str]:
    """What was typed for each blank, in order, split at ";" or else at ",". One word will do where all are the same."""
    whole = _text(answer)
    if len(hidden) == 1 or (len(set(hidden)) == 1 and not set(whole) & set(";,")):
        return [whole] * len(hidden)
    words = [spelling.normal(word) for word in answer.split(";" if ";" in answer else ",")]
    if len(words) != len(hidden) or not all(words):
        raise Unreadable(f"There are {len(hidden)} blanks. Write the answers in order, with ; between them.")
    return words


def _grade_choice(card: Card, body: Choice, variant: int, answer: str) -> Grading:
    option = _chosen(body, names_of(card, variant), answer)
    if option.right:
        return RIGHT
    feedback = fill(option.feedback, names_of(card, variant))
    return Grading(Verdict.WRONG, option.misconception or card.fault, None, feedback)


def _chosen(body: Choice, names: Mapping[str, Any], answer: str) -> Option:
    """The option that a letter or a text names; a letter wins where an option's text is a letter too."""
    text = _text(answer)
    letters = LETTERS[: len(body.options)]
    letter = re.fullmatch(rf"\(?([{letters}])[).:]?", text, re.IGNORECASE)
    if letter:
        return body.options[letters.index(letter[1].upper())]
    for option in body.options:
        if text == spelling.normal(fill(option.text, names)):
            return option
    raise Unreadable(f"That is none of the options. Write a letter from A to {letters[-1]}.")


def _text(answer: str) -> str:
    if len(answer) > MAX_TEXT:
        raise Unreadable(f"That is too long: an answer has at most {MAX_TEXT} characters.")
    text = spelling.normal(answer)
    if not text:
        raise Unreadable("Nothing was written. Write an answer, or say that you don't know.")
    return text
