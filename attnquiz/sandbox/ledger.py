"""Every term of one number as a table, however many there are."""

from itertools import accumulate

import pandas as pd

from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Scoring
from attnquiz.sandbox.entry import Entry, entry
from attnquiz.sandbox.run import Run
from attnquiz.sandbox.terms import Terms, exponentials, parts, terms

SUM = "running sum"


def ledger(run: Run, stage: Stage, head: int, row: int, column: int, tensor: str = "") -> pd.DataFrame:
    """One line for each term of the entry; empty where nothing is added up, or where the learner wrote the number.

    Products have both factors, the product and the running sum, whose last line is the entry (with cosine scores, what
    is divided by the lengths of both vectors, the roots of the sums of squares). A weight has a line for each key: its
    score, exp of it, and the share of that in the sum of all.
    """
    this = entry(run, stage, head, row, column, tensor)
    if this.edit is not None:
        return pd.DataFrame()
    if this.name == "weights":
        return _of_softmax(this)
    found = terms(this)
    return _of_parts(this) if found is None else _of_products(this, found)


def _of_softmax(this: Entry) -> pd.DataFrame:
    found = exponentials(this)
    if found is None:
        return pd.DataFrame()
    total = found.total
    power = "exp(score)" if found.shift == 0 else f"exp(score - {found.shift:.4g})"
    return pd.DataFrame(
        {
            "key": list(this.run.key_labels),
            "score": found.scores,
            power: found.exps,
            SUM: list(accumulate(found.exps)),
            "weight": [each / total for each in found.exps],
        }
    )


def _of_products(this: Entry, found: Terms) -> pd.DataFrame:
    products = found.products
    columns = {
        found.by: list(found.names), **found.also, found.left_name: found.left, found.right_name: found.right,
        "product": products, SUM: list(accumulate(products)),
    }  # fmt: skip
    if this.name == "scores" and this.e.scoring is Scoring.COSINE:
        columns |= {"query squared": [a * a for a in found.left], "key squared": [b * b for b in found.right]}
    return pd.DataFrame(columns)


def _of_parts(this: Entry) -> pd.DataFrame:
    found = parts(this)
    if not found:
        return pd.DataFrame()
    return pd.DataFrame({"part": list(found), "value": list(found.values()), SUM: list(accumulate(found.values()))})
