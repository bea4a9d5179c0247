"""L15: answers and wrong rules compute in every variant, and no wrong rule is ever right."""

from collections.abc import Iterator

from attnquiz.cards.card import Blank, Card, CellOf, Computed, WrongRule
from attnquiz.cards.expressions import validate
from attnquiz.cards.holes import readable
from attnquiz.cards.lint_references import Known, unknown_belief
from attnquiz.cards.problem import Problem, shown
from attnquiz.cards.raw import RawCard
from attnquiz.cards.truth import agree, computed
from attnquiz.errors import ExpressionError


def answer_computes(raw: RawCard, card: Card, known: Known | None = None) -> Iterator[Problem]:
    """The answer has a value in every variant. One problem is enough: the first."""
    if isinstance(card.body, CellOf):
        try:
            validate(card.body.answer, card.variants[0], cells=True)
        except ExpressionError as error:
            yield _broken(raw, raw.line_of("answer"), error)
    elif isinstance(card.body, Computed):
        for number in range(len(card.variants)):
            try:
                computed(card, card.body.answer, number)
            except ExpressionError as error:
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
            try:
                validate(rule.rule, card.variants[0], cells=True)
            except ExpressionError as error:
                yield _broken(raw, rule.line, error)
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


def _not_accepted(raw: RawCard, body: Blank, rule: WrongRule) -> Iterator[Problem]:
    """A form of code is either right or wrong, spaces aside."""
    accepted = {_squeezed(form) for form in body.forms}
    forms = [form.strip() for form in rule.rule.split(" | ") if form.strip()]
    for form in forms:
        if _squeezed(form) in accepted:
            yield raw.problem(rule.line, f"{shown(form)} is both accepted and wrong", "drop it on one side", "L15")


def _squeezed(form: str) -> str:
    return "".join(form.split())


def _variant(card: Card, number: int) -> str:
    if not card.variants[number]:
        return ""
    values = ", ".join(f"{name} = {readable(value)}" for name, value in card.variants[number].items())
    return f", in variant {number} ({values})"


def _broken(raw: RawCard, line: int, error: ExpressionError, where: str = "") -> Problem:
    return raw.problem(line, str(error).rstrip(".") + where, "", "L15")
