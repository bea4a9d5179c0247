"""Grading words: the blanks of a cloze card, and options named by letter or by text."""

import re

from attnquiz.cards import spelling
from attnquiz.cards.blanks import together
from attnquiz.cards.card import Card, Choice, Option, Predict
from attnquiz.cards.holes import fill
from attnquiz.cards.reading import Unreadable
from attnquiz.cards.truth import names_of
from attnquiz.cards.verdict import RIGHT, Grading, Verdict, missed, plain

LETTERS = "ABCDEFGH"
CHECK_SPELLING = Grading(Verdict.SLIP, feedback="Almost: please check the spelling.")


def cloze(card: Card, deletion: int, variant: int, answer: str) -> Grading:
    """Grade what was typed for the blanks of one deletion."""
    names = names_of(card, variant)
    hidden = [spelling.normal(fill(part.hidden, names)) for part in together(card, deletion)]
    typed = _words(answer, hidden)
    pairs = list(zip(typed, hidden, strict=True))
    if all(right in (word, word.replace(",", ".")) for word, right in pairs):  # 1,58 is 1.58
        return RIGHT
    if all(word == right or spelling.misspelt(word, right) for word, right in pairs):
        return CHECK_SPELLING
    return missed(card)


def _words(answer: str, hidden: list[str]) -> list[str]:
    """What was typed for each blank, in order, split at ";" or else at ",". One word will do where all are the same."""
    whole = plain(answer)
    if len(hidden) == 1 or (len(set(hidden)) == 1 and not set(whole) & set(";,")):
        return [whole] * len(hidden)
    words = [spelling.normal(word) for word in answer.split(";" if ";" in answer else ",")]
    if len(words) != len(hidden) or not all(words):
        raise Unreadable(f"There are {len(hidden)} blanks. Write the answers in order, with ; between them.")
    return words


def choice(card: Card, body: Choice | Predict, variant: int, answer: str) -> Grading:
    """Grade an option: its letter before shuffling, or its text."""
    names = names_of(card, variant)
    option = _chosen(body.options, [spelling.normal(fill(one.text, names)) for one in body.options], answer)
    if option.right:
        return RIGHT
    return Grading(Verdict.WRONG, option.misconception or card.fault, None, fill(option.feedback, names))


def _chosen(options: tuple[Option, ...], texts: list[str], answer: str) -> Option:
    """The option that a letter or a text names; a letter wins where an option's text is a letter too."""
    text = plain(answer)
    letters = LETTERS[: len(options)]
    letter = re.fullmatch(rf"\(?([{letters}])[).:]?", text, re.IGNORECASE)
    if letter:
        return options[letters.index(letter[1].upper())]
    if text in texts:
        return options[texts.index(text)]
    raise Unreadable(f"That is none of the options. Write a letter from A to {letters[-1]}.")
