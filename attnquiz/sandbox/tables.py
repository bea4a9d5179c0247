"""Numbers to take along: a matrix for a spreadsheet, a tensor of a stage for a program."""

import csv as spreadsheet
import io
import json
import math
from typing import Any

from attnquiz.attention.stage import SHAPES, Stage
from attnquiz.sandbox import sides
from attnquiz.sandbox.address import to_query
from attnquiz.sandbox.frames import Matrix, column_names, known, row_names
from attnquiz.sandbox.run import Run

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
"""What a spreadsheet would run as a formula when a cell begins with it; ' itself, so that taking one away restores."""


def csv(shown: Matrix) -> str:
    """A line for each cell, row by row, under a line of names: query,key,value (or token,dimension,value). For a file
    in UTF-8 (RFC 4180; lines end in CR LF).

    No value is written where there is none: hidden by the mask, or not a number. A token that begins like a formula
    gets an apostrophe before it, so that no spreadsheet runs it; a token that begins with an apostrophe gets another.
    """
    written = io.StringIO()
    lines = spreadsheet.writer(written)
    lines.writerow([shown.row_axis, shown.column_axis, "value"])
    columns = [harmless(name) for name in shown.column_names]
    for name, row, hidden in zip(shown.row_names, shown.values.tolist(), shown.hidden.tolist(), strict=True):
        label = harmless(name)
        for column, value, away in zip(columns, row, hidden, strict=True):
            gone = math.isnan(value) or (away and shown.tensor == "masked")
            lines.writerow([label, column, "" if gone else _shortest(value)])
    return written.getvalue()


def harmless(name: str) -> str:
    """The name as a cell that no spreadsheet takes for a formula. Characters that no text file holds fall away."""
    whole = name.encode("utf-8", "ignore").decode("utf-8").replace("\0", "")
    return f"'{whole}" if whole.startswith(FORMULA) else whole


def json_text(run: Run, stage: Stage, head: int = 0, tensor: str = "") -> str:
    """One matrix of one stage, with everything that says what it is; null where a number is hidden or there is none.

    `address` holds the settings that open this state again.
    """
    name = known(run, stage, tensor)
    found = run.of(name, head)
    rows, columns = found.shape
    headed = name in sides.HEADED
    described: dict[str, Any] = {
        "tensor": name,
        "stage": stage.value,
        "head": head if headed else None,
        "layer": run.experiment.layer,
        "sides": list(SHAPES[name][headed:]),
        "shape": [rows, columns],
        "precision": run.experiment.precision,
        "rows": list(row_names(run, name, rows)),
        "columns": list(column_names(run, name, columns)),
        "address": to_query(run.experiment),
    }
    precise = (lambda value: value) if run.experiment.precision == "float64" else _shortest_number
    lines = ",\n".join(f"    {json.dumps([_or_null(v, precise) for v in row])}" for row in found.tolist())
    head_text = json.dumps(described, indent=2).removesuffix("\n}")
    return f'{head_text},\n  "values": [\n{lines}\n  ]\n}}\n'


def _or_null(value: float, precise: Any) -> float | None:
    return precise(value) if math.isfinite(value) else None


def _shortest_number(value: float) -> float:
    return float(_shortest(value))


def _shortest(value: float) -> str:
    """The shortest decimal that is this float32 again: 0.1, and not 0.10000000149011612."""
    return f"{value:.9g}" if math.isfinite(value) else ("inf" if value > 0 else "-inf")
