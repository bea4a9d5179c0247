"""L08 and L10: choices that teach."""

import re
from collections.abc import Iterator

from attnquiz.cards.card import Card, Choice, Option, Predict
from attnquiz.cards.lint_references import Known, unknown_belief
from attnquiz.cards.problem import Problem, shown
from attnquiz.cards.raw import RawCard

_ALL_OR_NONE = r"(?:all|none|both|neither|any)"
_ABOVE = re.compile(rf"\b{_ALL_OR_NONE}\s+(?:of\s+)?(?:the\s+)?(?:\w+\s+)?above\b", re.IGNORECASE)
_THESE = re.compile(rf"{_ALL_OR_NONE}\s+(?:of\s+)?(?:these|those)(?:\s+(?:options|answers|choices))?", re.IGNORECASE)


def options_of(card: Card) -> tuple[Option, ...]:
    return card.body.options if isinstance(card.body, Choice | Predict) else ()


def choices_teach(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L08: 3 or 4 choices, exactly one right; each wrong one stands for a known belief and is refuted."""
    options = options_of(card)
    if not options:
        return
    right = [option for option in options if option.right]
    if not 3 <= len(options) <= 4:
        yield raw.problem("Q", f"there are {len(options)} choices", "give 3 or 4", "L08")
    if len(right) != 1:
        yield raw.problem("Q", f"{len(right)} choices are right", "mark exactly one with - [x]", "L08")
    for option in options:
        if option.right:
            continue
        if option.misconception is None:
            remedy = "start its feedback with one: > [misconception-id] why it is wrong"
            yield raw.problem(option.line, f"{shown(option.text)} stands for no misconception", remedy, "L08")
        elif option.misconception not in known.misconceptions:
            yield unknown_belief(raw, option.line, option.misconception, known, "L08")
        if not option.feedback:
            remedy = "add a line: > [misconception-id] why it is wrong"
            yield raw.problem(option.line, f"nothing refutes {shown(option.text)}", remedy, "L08")


def no_all_of_the_above(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L10. Positions change at each showing, so "above" means nothing."""
    for option in options_of(card):
        if _ABOVE.search(option.text) or _THESE.fullmatch(option.text.strip(" .!")):
            yield raw.problem(option.line, f"{shown(option.text)} points at other choices", "say it in full", "L10")
