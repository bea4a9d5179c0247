"""L15: answers and wrong rules compute in every variant, and no wrong rule is ever right."""

from collections.abc import Iterator

from attnquiz.cards.card import Blank, Card, CellOf, Computed, WrongRule
from attnquiz.cards.fields import forms
from attnquiz.cards.grade_code import pieces
from attnquiz.cards.holes import readable
from attnquiz.cards.lint_references import Known, unknown_belief
from attnquiz.cards.maps import asked_for, cells, evaluated
from attnquiz.cards.problem import Problem, shown
from attnquiz.cards.raw import RawCard
from attnquiz.cards.truth import agree, computed
from attnquiz.errors import AttnquizError, ExpressionError


def answer_computes(raw: RawCard, card: Card, known: Known | None = None) -> Iterator[Problem]:
    """The answer has a value in every variant. One problem is enough: the first."""
    body = card.body
    if not isinstance(body, Computed | CellOf) or _without_map(body, known):
        return
    for number in range(len(card.variants)):
        try:
            computed(card, body.answer, number) if isinstance(body, Computed) else cells(card, number)
        except AttnquizError as error:
            yield _broken(raw, raw.line_of("answer"), error, _variant(card, number))
            return


def wrong_rules_are_wrong(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """Every wrong rule computes, stands for a known belief, and is never within tolerance of the truth."""
    body = card.body
    if not isinstance(body, Computed | CellOf | Blank):
        return
    for rule in body.wrong:
        if rule.misconception not in known.misconceptions:
            yield unknown_belief(raw, rule.line, rule.misconception, known, "L15")
        if isinstance(body, Computed):
            yield from _never_right(raw, card, body, rule)
        elif isinstance(body, CellOf):
            yield from () if _without_map(body, known) else _never_meets(raw, card, rule)
        else:
            yield from _not_accepted(raw, body, rule)


def _never_right(raw: RawCard, card: Card, body: Computed, rule: WrongRule) -> Iterator[Problem]:
    for number in range(len(card.variants)):
        try:
            wrong = computed(card, rule.rule, number)
        except ExpressionError as error:
            yield _broken(raw, rule.line, error, _variant(card, number))
            return
        try:
            right = computed(card, body.answer, number)
        except ExpressionError:
            return  # said by answer_computes
        if agree(wrong, right, body.tolerance):
            problem = (
                f"the wrong rule {shown(rule.rule)} gives the right answer, {readable(right)}{_variant(card, number)}"
            )
            yield raw.problem(rule.line, problem, "change that variant or the tolerance", "L15")
            return


def _never_meets(raw: RawCard, card: Card, rule: WrongRule) -> Iterator[Problem]:
    """No cell of a wrong rule is right; where a whole row or column is asked for, the rule does not hold all of it."""
    for number in range(len(card.variants)):
        try:
            wrong = evaluated(card, rule.rule, number)
        except ExpressionError as error:
            yield _broken(raw, rule.line, error, _variant(card, number))
            return
        try:
            right = cells(card, number)
        except AttnquizError:
            return  # said by answer_computes
        if wrong & right if asked_for(card) == "cell" else right <= wrong:
            problem = f"the wrong rule {shown(rule.rule)} holds a right answer{_variant(card, number)}"
            yield raw.problem(rule.line, problem, "choose other cells", "L15")
            return


def _without_map(body: Computed | CellOf, known: Known | None) -> bool:
    """L13 has said that there is no such experiment, so there are no cells to speak of."""
    return known is not None and isinstance(body, CellOf) and body.preset not in known.experiments


def _not_accepted(raw: RawCard, body: Blank, rule: WrongRule) -> Iterator[Problem]:
    """A form of code is either right or wrong, however it is spaced and quoted."""
    accepted = {pieces(form) for form in body.forms}
    for form in forms(rule.rule):
        if pieces(form) in accepted:
            yield raw.problem(rule.line, f"{shown(form)} is both accepted and wrong", "drop it on one side", "L15")


def _variant(card: Card, number: int) -> str:
    if not card.variants[number]:
        return ""
    values = ", ".join(f"{name} = {readable(value)}" for name, value in card.variants[number].items())
    return f", in variant {number} ({values})"


def _broken(raw: RawCard, line: int, error: AttnquizError, where: str = "") -> Problem:
    return raw.problem(line, str(error).rstrip(".") + where, "", "L15")
