"""L14 and L16 to L20: variants, deletions, steps, rubrics, bugs and gaps in code."""

import ast
import textwrap
import warnings
from collections.abc import Iterator

from attnquiz.cards.bodies import GAP
from attnquiz.cards.card import Blank, Bug, Card, Cloze, Computed, Deletion, Explain, Ordering, Predict
from attnquiz.cards.fences import code_blocks
from attnquiz.cards.holes import fill, precise
from attnquiz.cards.lint_references import Known, unknown_belief
from attnquiz.cards.lint_words import FUNCTION_WORDS, length
from attnquiz.cards.problem import Problem, shown
from attnquiz.cards.raw import RawCard
from attnquiz.cards.truth import computed
from attnquiz.errors import ExpressionError

FEWEST_VARIANTS = 3
LONGEST_DELETION = 4  # words
MOST_STEPS = 6
FEWEST_POINTS = 3
PYTHON = {"", "python", "py", "python3", "pytorch"}
LONGEST_CODE = 20_000


def enough_variants(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L14: who has seen the card before should have to compute again."""
    body = card.body
    if not isinstance(body, Computed):
        return
    if len(card.variants) < FEWEST_VARIANTS:
        remedy = f"give at least {FEWEST_VARIANTS}: vars: n = 4 | 8 | 16"
        yield raw.problem("vars", f"card {card.id!r} has fewer than {FEWEST_VARIANTS} variants", remedy, "L14")
        return
    seen: dict[str, int] = {}
    for number in range(len(card.variants)):
        try:
            answer = precise(computed(card, body.answer, number), body.tolerance)
        except ExpressionError:
            return  # said by answer_computes
        if answer in seen:
            problem = f"variants {seen[answer]} and {number} have the same answer, {shown(answer)}"
            yield raw.problem("vars", problem, "change the values of one", "L14")
            return
        seen[answer] = number


def deletions_are_worth_hiding(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L16: short, and a word that carries meaning. One problem a deletion."""
    for part in card.body.parts if isinstance(card.body, Cloze) else ():
        if not isinstance(part, Deletion):
            continue
        if part.hidden.strip(" .,").lower() in FUNCTION_WORDS:
            yield raw.problem("C", f"{shown(part.hidden)} carries no meaning", "hide a word of content", "L16")
        elif length(part.hidden) > LONGEST_DELETION:
            remedy = f"hide at most {LONGEST_DELETION} words"
            yield raw.problem("C", f"deletion {part.number} hides {length(part.hidden)} words", remedy, "L16")


def not_too_many_steps(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L17: more than six are a memory of their own."""
    if isinstance(card.body, Ordering) and len(card.body.steps) > MOST_STEPS:
        remedy = f"give at most {MOST_STEPS}, or make it two cards"
        yield raw.problem("Steps", f"there are {len(card.body.steps)} steps", remedy, "L17")


def enough_steps(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L17: fewer than three steps are no order."""
    if isinstance(card.body, Ordering) and len(card.body.steps) < 3:
        yield raw.problem("Steps", f"there are only {len(card.body.steps)} steps", "give 3 to 6", "L17")


def rubric_judges(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L18: points to make, and a belief that must not show."""
    body = card.body
    if not isinstance(body, Explain | Predict):
        return
    if isinstance(body, Explain):
        if not any(point.points for point in body.rubric):
            yield raw.problem("Rubric", f"card {card.id!r} has no rubric", "add Rubric: and - [1] lines", "L18")
        if not any(point.misconception for point in body.rubric):
            remedy = "add a line - [must-not misconception-id] what must not be said"
            yield raw.problem("Rubric", f"the rubric of {card.id!r} has no must-not line", remedy, "L18")
    line = raw.line_of("Rubric" if isinstance(body, Explain) else "Explain")
    for point in body.rubric:
        if point.misconception and point.misconception not in known.misconceptions:
            yield unknown_belief(raw, line, point.misconception, known, "L18")


def rubric_is_full(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L18: points enough to tell good from fair, and an answer to compare one's own with."""
    if not isinstance(card.body, Explain):
        return
    points = sum(point.points > 0 for point in card.body.rubric)
    if 0 < points < FEWEST_POINTS:
        problem = f"there are fewer than {FEWEST_POINTS} points to make"
        yield raw.problem("Rubric", problem, "add a line - [1] a point to make", "L18")
    if not card.body.model:
        yield raw.problem("A", f"card {card.id!r} has no model answer", "add a block A: ...", "L18")


def bug_in_code(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L19: the line with the bug exists, in code that Python can read."""
    if not isinstance(card.body, Bug):
        return
    code = _first_block(card, "")
    if code is None:
        yield raw.problem("Q", f"card {card.id!r} shows no code", "put the code between ``` fences", "L19")
        return
    language, text = code
    lines = text.split("\n")
    if language in PYTHON and not _parses(text):
        yield raw.problem("Q", "Python cannot read the code of this card", "mend its syntax", "L19")
    if card.body.line > len(lines) or (card.body.line and not lines[card.body.line - 1].strip()):
        remedy = f"choose one of its {len(lines)} lines"
        yield raw.problem("bug", f"there is no line {card.body.line} of code to be wrong", remedy, "L19")


def forms_parse(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L20: with each accepted form in its gap, the code is Python."""
    code = _first_block(card, GAP)
    if not isinstance(card.body, Blank) or code is None or code[0] not in PYTHON:
        return
    for form in card.body.forms:
        if not _parses(code[1].replace(GAP, form)):
            remedy = f"it must make sense in place of {GAP}"
            yield raw.problem("blank", f"Python cannot read the code with {shown(form)} in its gap", remedy, "L20")


def _first_block(card: Card, containing: str) -> tuple[str, str] | None:
    question = fill(card.question, card.variants[0])
    return next((block for block in code_blocks(question) if containing in block[1]), None)


def _parses(code: str) -> bool:
    if len(code) > LONGEST_CODE:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(textwrap.dedent(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
