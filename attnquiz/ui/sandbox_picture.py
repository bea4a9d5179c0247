"""The picture of a stage: the matrix with its chosen cell, to be walked and written in, and the same as a table."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from attnquiz.attention.stage import Stage
from attnquiz.charts.palette import DIVERGING, SEQUENTIAL
from attnquiz.sandbox.experiment import Experiment
from attnquiz.sandbox.written import plain
from attnquiz.ui import sandbox_controls, sandbox_edit, sandbox_long
from attnquiz.ui.matrix import Cell, matrix_view

if TYPE_CHECKING:
    from attnquiz.sandbox.difference import Changes
    from attnquiz.sandbox.frames import Matrix
    from attnquiz.sandbox.run import Run

HIDDEN = "hidden by the mask"
PAIR_LABELS = ("the token that asks (query)", "the token that is looked at (key)")
LABELS = {
    "query": PAIR_LABELS,
    "token": ("the tokens", "the numbers of each token's vector"),
    "row": ("what comes in", "what goes out"),
}


def empty_rows(experiment: Experiment, run: "Run", cell: Cell) -> None:
    """Say which tokens have nothing left to look at, where it shows and the arithmetic of the cell does not say it."""
    from attnquiz.sandbox.run import EMPTY_ROW

    explained = cell[0] in run.empty_rows and experiment.stage.number > Stage.MASK.number
    if run.empty_rows and experiment.stage.number >= Stage.MASK.number and not explained:
        names = ", ".join(run.labels[row] for row in run.empty_rows)
        st.warning(EMPTY_ROW, title=f"Nothing left to look at: {plain(names)}", icon=":material/visibility_off:")


def picture(experiment: Experiment, run: "Run", changes: "Changes | None" = None) -> tuple["Matrix", Cell]:
    """The matrix of this stage, to be written in where its numbers go in, and the cell that is chosen in it."""
    from attnquiz.sandbox.frames import matrix
    from attnquiz.sandbox.overview import is_large

    shown = matrix(run, experiment.stage, experiment.head, experiment.shown)
    cell = chosen(experiment, shown)
    moved = None if changes is None else changes.cells(experiment.shown, experiment.head)
    if is_large(shown):
        sandbox_long.overview(experiment, shown, cell)
    draw(experiment, shown, cell, sandbox_controls.MATRIX, changed=moved, writable=True)
    how_to_read(shown)
    return shown, cell


def draw(
    experiment: Experiment,
    shown: "Matrix",
    cell: Cell,
    key: str,
    *,
    changed: np.ndarray | None = None,
    writable: bool = False,
    hidden_as: tuple[str, str, str] | None = None,
) -> None:
    """One picture, with its chosen cell: of a large matrix the part around it. `changed` marks cells; into a writable
    one numbers can be written. `hidden_as` as in `matrix_view`, where it is not as at every stage."""
    from attnquiz.sandbox.overview import part

    weights, own = shown.tensor in ("weights", "dropped"), sandbox_edit.own(experiment, shown) if writable else None
    seen, origin = part(shown, cell)
    here = tuple(slice(start, start + side) for start, side in zip(origin, seen.values.shape, strict=True))
    matrix_view(
        seen,
        cell,
        show=experiment.row is not None,
        labels=LABELS[shown.row_axis],
        colours=SEQUENTIAL if shown.domain[0] == 0 else DIVERGING,
        hidden_as=hidden_as or (("", "", HIDDEN) if weights else ("−∞", "minus infinity", HIDDEN)),
        key=key,
        on_choice=partial(sandbox_controls.choose, key),
        on_edit=partial(sandbox_edit.write, key) if writable and sandbox_edit.can_write(experiment) else None,
        on_flip=partial(sandbox_edit.flip, key) if writable and sandbox_edit.can_flip(experiment) else None,
        changed=None if changed is None else changed[here],
        own=None if own is None else own[here],
        origin=origin,
    )


def how_to_read(shown: "Matrix") -> None:
    """What a row is, and how a cell is chosen."""
    row = {
        "query": "Read along a row: how much one token (the query) looks at every token (the keys).",
        "token": "Each row is the vector of one token.",
        "row": "A vector is multiplied by this matrix: each row is for one of its numbers.",
    }[shown.row_axis]
    st.caption(f"{row} Click a cell, or walk there with the arrow keys.")


def chosen(experiment: Experiment, shown: "Matrix") -> Cell:
    """The learner's cell; before there is one, the largest number in the last row."""
    last = shown.values.shape[0] - 1
    row = last if experiment.row is None else experiment.row
    largest = int(np.nan_to_num(shown.values[row], nan=-np.inf).argmax())
    return row, largest if experiment.column is None else experiment.column


def table(*shown: "Matrix") -> None:
    """The same numbers as a table, for whoever wants to read or hear them one by one."""
    from attnquiz.sandbox.frames import table as numbers

    opened = st.expander("As a table", on_change="rerun", key="table")
    for each in shown if opened.open else ():
        if len(shown) > 1:
            opened.caption(each.title)
        opened.dataframe(numbers(each), alt=each.title)
