"""How one number came about: its arithmetic, with the numbers that were really used.

Each line is Markdown: words, or a formula between double dollar signs. Tokens appear in words only. Long sums are cut
in their middle; `ledger` has every term.
"""

from attnquiz.attention.stage import Stage
from attnquiz.sandbox import arithmetic_inputs, arithmetic_outputs, arithmetic_scores, arithmetic_weights
from attnquiz.sandbox.entry import Entry, entry
from attnquiz.sandbox.frames import column_names, row_names
from attnquiz.sandbox.run import Run
from attnquiz.sandbox.sides import KEYED, LEARNED, PAIRS
from attnquiz.sandbox.written import plain

ROUNDED = {
    "bfloat16": "bfloat16 keeps about three digits and rounds after every step, so the last digits are not exact.",
    "float16": "float16 keeps about three digits and rounds after every step, so the last digits are not exact.",
}
WAYS = arithmetic_inputs.WAYS | arithmetic_scores.WAYS | arithmetic_weights.WAYS | arithmetic_outputs.WAYS


def arithmetic(run: Run, stage: Stage, head: int, row: int, column: int, tensor: str = "") -> list[str]:
    """The lines for one cell of what `matrix(run, stage, head, tensor)` shows."""
    this = entry(run, stage, head, row, column, tensor)
    rounded = ROUNDED.get(run.experiment.precision)
    return [_heading(this), *WAYS[this.name](this), *([] if rounded is None else [rounded])]


def _heading(this: Entry) -> str:
    if this.name in PAIRS:
        return f"Query {this.query()}, key {this.key(this.column)}:"
    rows, columns = this.at(this.name).shape
    column = plain(column_names(this.run, this.name, columns)[this.column])
    if this.name == "t5":
        return f"Bucket {this.row}, head {column}:"
    if this.name == "w_a":
        return f"Head {this.row}, dimension {column}:"
    row = plain(row_names(this.run, this.name, rows)[this.row])
    if this.name in LEARNED:
        return f"Row {row}, column {column}:"
    token = this.key(this.row) if this.name in KEYED else this.query()
    return f"Token {token}, dimension {column}:"
