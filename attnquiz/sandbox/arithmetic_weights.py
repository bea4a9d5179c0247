"""The arithmetic of weights: softmax, and dropout after it."""

from collections.abc import Callable

from attnquiz.sandbox.entry import Entry
from attnquiz.sandbox.run import EMPTY_ROW
from attnquiz.sandbox.terms import exponentials
from attnquiz.sandbox.torch_lines import has_dropout
from attnquiz.sandbox.written import BELOW, added, formula, number, total


def _softmax(this: Entry) -> list[str]:
    if this.empty:
        return [EMPTY_ROW, formula(r"\frac{e^{-\infty}}{0}", r"\frac{0}{0}", r"\text{nan}")]
    found = exponentials(this)
    if found is None:
        words = f"A score of this row is beyond the numbers of {this.e.precision}, so no weight can be computed."
        return [words, formula(r"\text{weight}", number(this.value("weights")))]
    exponents = [score - found.shift for score in found.scores]
    lines = [
        "This key is hidden: e to minus infinity is 0, so its weight is exactly 0."
        if not this.allowed
        else "e to the power of this score, divided by the sum of the same over the whole row:"
    ]
    if found.shift:
        lines.append(
            f"The largest score of the row, {found.shift:.4g}, is subtracted from all of them first, so that the "
            "exponentials stay within what a computer can hold. That changes no weight."
        )
    powers = [f"e^{{{number(exponent)}}}" for exponent in exponents]
    worked = [number(value) for value in found.exps]
    chosen = this.column
    return [
        *lines,
        formula(rf"\frac{{{powers[chosen]}}}{{{total(powers, found.exps, BELOW)}}}"),
        formula(
            rf"\frac{{{worked[chosen]}}}{{{total(worked, found.exps, BELOW)}}}",
            rf"\frac{{{worked[chosen]}}}{{{number(found.total)}}}",
            number(this.value("weights")),
        ),
    ]


def _dropout(this: Entry) -> list[str]:
    if this.empty:
        return [EMPTY_ROW, formula(r"\text{nan}")]
    weight, left = this.value("weights"), this.value("dropped")
    if not has_dropout(this.e):
        return ["Dropout is left out for so long a text: the weight stays.", formula(r"\text{weight}", number(left))]
    stays = 1 - this.e.dropout
    sum_words = (
        f"So the weights of this row now add up to {added(this.values('dropped', this.row)):.4g}, not to 1: "
        "they would do so only on average over many draws."
    )
    if this.run.keep[this.head, this.row, this.column] == 0:
        words = f"Dropout took this weight away; the chance of that was {this.e.dropout:g} for every weight."
        return [words, formula(rf"{number(weight)} \times 0", number(left)), sum_words]
    words = (
        f"Dropout left this weight. Each stays with chance {stays:g}, and those that stay are divided by {stays:g}, "
        "to make up for the others."
    )
    return [words, formula(rf"\frac{{{number(weight)}}}{{1 - {this.e.dropout:g}}}", number(left)), sum_words]


WAYS: dict[str, Callable[[Entry], list[str]]] = {"weights": _softmax, "dropped": _dropout}
"""How each of these tensors is explained."""
