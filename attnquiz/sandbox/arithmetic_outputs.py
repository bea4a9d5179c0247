"""The arithmetic of what comes out: mixed values, heads side by side, the output and each head's share of it."""

from collections.abc import Callable

from attnquiz.sandbox.entry import Entry
from attnquiz.sandbox.run import EMPTY_ROW
from attnquiz.sandbox.terms import Terms, terms
from attnquiz.sandbox.torch_lines import has_dropout, sharing
from attnquiz.sandbox.written import added, factor, formula, number, product, total

NAN = formula(r"\text{nan}")


def _dot(this: Entry, found: Terms) -> str:
    each = [product(a, b) for a, b in zip(found.left, found.right, strict=True)]
    return formula(total(each, found.products), number(this.value(this.name)))


def _weigh(this: Entry) -> list[str]:
    if this.empty:
        return [EMPTY_ROW, NAN]
    shared = f"The values are those of head {this.shared_head}, which {sharing(this.e)} heads of queries share."
    after = " after dropout" if has_dropout(this.e) else ""
    return [
        *[shared] * (sharing(this.e) > 1),
        f"Each weight of {this.query()}{after} times dimension {this.column} of that token's value, added up:",
        _dot(this, terms(this)),
    ]


def _join(this: Entry) -> list[str]:
    if this.empty:
        return [EMPTY_ROW, NAN]
    width = this.at("mixed").shape[-1]
    head, inside = divmod(this.column, width)
    return [
        f"Heads stand side by side, {width} columns each: this is dimension {inside} of head {head}.",
        formula(r"\text{mixed}", number(this.value("joined"))),
    ]


def _merge(this: Entry) -> list[str]:
    found = terms(this)
    if found is None:
        return ["There is no W\\_O here: the joined heads are the output.", _join(this)[-1]]
    if this.empty:
        return [EMPTY_ROW, NAN]
    lines = [
        f"The joined heads of {this.query()} times column {this.column} of W\\_O, term by term:",
        _dot(this, found),
    ]
    if this.e.heads == 1:
        return lines
    width, products = len(found.products) // this.e.heads, found.products
    shares = [added(products[head * width : (head + 1) * width]) for head in range(this.e.heads)]
    by_head = total([number(shares[0]), *map(factor, shares[1:])], shares)
    return [*lines, "The same, head by head:", formula(by_head, number(this.value("output")))]


def _share(this: Entry) -> list[str]:
    if this.empty:
        return [EMPTY_ROW, NAN]
    width = this.at("mixed").shape[-1]
    rows = f"rows {this.head * width} to {(this.head + 1) * width - 1}" if width > 1 else f"row {this.head}"
    return [
        f"The mixed values of {this.query()} in head {this.head} times column {this.column} of this head's part of "
        f"W\\_O, {rows}: what this head alone adds to the output.",
        _dot(this, terms(this)),
    ]


WAYS: dict[str, Callable[[Entry], list[str]]] = {"mixed": _weigh, "joined": _join, "output": _merge, "shares": _share}
"""How each of these tensors is explained."""
