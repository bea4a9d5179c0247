"""What grading says of an answer, and what all kinds of grading share."""

from dataclasses import dataclass
from enum import StrEnum

from attnquiz.cards import spelling
from attnquiz.cards.card import Card, WrongRule
from attnquiz.cards.holes import fill
from attnquiz.cards.reading import Unreadable
from attnquiz.cards.truth import names_of

MAX_TEXT = 500  # characters of an answer in words or in code
MAX_ESSAY = 20_000  # characters of an explanation


class Verdict(StrEnum):
    """What grading says about an answer."""

    RIGHT = "right"
    WRONG = "wrong"
    SLIP = "slip"  # right but for the spelling, for rounding, or for the fix of a bug that was found
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


def missed(card: Card, feedback: str = "") -> Grading:
    """A plain miss: it shows the fault of the card, where it has one."""
    return Grading(Verdict.WRONG, card.fault, None, feedback)


def named(card: Card, rules: tuple[WrongRule, ...], number: int, variant: int) -> Grading:
    """A wrong answer that wrong rule ``number`` gives away."""
    rule = rules[number]
    return Grading(Verdict.WRONG, rule.misconception, number, fill(rule.feedback, names_of(card, variant)))


def plain(answer: str, most: int = MAX_TEXT) -> str:
    """The answer as ``spelling.normal`` has it. Raises Unreadable where there is nothing, or too much."""
    if len(answer) > most:
        raise Unreadable(f"That is too long: an answer has at most {most:,} characters.")
    text = spelling.normal(answer)
    if not text:
        raise Unreadable("Nothing was written. Write an answer, or say that you don't know.")
    return text
