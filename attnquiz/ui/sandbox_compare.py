"""Before and after side by side, and what one gets by taking the one from the other."""

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from attnquiz.charts.palette import DIVERGING
from attnquiz.errors import SandboxError
from attnquiz.sandbox.experiment import Experiment
from attnquiz.sandbox.written import plain
from attnquiz.ui import sandbox_controls, sandbox_picture
from attnquiz.ui.matrix import Cell, matrix_view
from attnquiz.ui.sandbox_setup import control

if TYPE_CHECKING:
    from attnquiz.sandbox.difference import Changes
    from attnquiz.sandbox.frames import Matrix
    from attnquiz.sandbox.run import Run

BEFORE, MINUS = "matrix-before", "matrix-difference"
SAME = "Nothing has changed since this was opened, so there is nothing to compare. Change a number or a setting."
ABSENT = "This matrix was not there before, so there is nothing to compare it with."
NEITHER = ("–", "no difference", "hidden before or after")


def switch(experiment: Experiment, changes: "Changes | None") -> None:
    """Whether the experiment as it was opened stands beside it; only where something has changed since."""
    if changes is None and not experiment.compare:
        return
    st.toggle(
        "Before and after",
        help="Shows the numbers as they were when this was opened, as they are now, and the difference.",
        **control("compare", experiment.compare),
    )


def pictures(experiment: Experiment, run: "Run", changes: "Changes | None") -> tuple["Matrix", Cell]:
    """Before, after, and after minus before, with the largest change in a sentence. The matrix of after, and its cell.

    Without changes the matrix stands alone.
    """
    before = None if changes is None else _before(experiment, changes)
    if changes is None or before is None:
        st.caption(SAME if changes is None else ABSENT)
        return sandbox_picture.picture(experiment, run, changes)
    return _beside(experiment, run, changes, before)


def _before(experiment: Experiment, changes: "Changes") -> "Matrix | None":
    from attnquiz.sandbox.frames import matrix

    try:
        return matrix(changes.before, experiment.stage, experiment.head, experiment.shown)
    except SandboxError:  # another number of heads, or a setting brought this matrix
        return None


def _beside(experiment: Experiment, run: "Run", changes: "Changes", before: "Matrix") -> tuple["Matrix", Cell]:
    from attnquiz.sandbox.difference import difference, largest
    from attnquiz.sandbox.frames import matrix, on_one_scale

    before, after = on_one_scale(before, matrix(run, experiment.stage, experiment.head, experiment.shown))
    cell = sandbox_picture.chosen(experiment, after)
    moved, found = changes.cells(experiment.shown, experiment.head), difference(after, before)
    st.markdown(plain(largest(after, before)))
    first, second, third = st.columns(3, gap="medium")
    with first:
        st.markdown("**Before**")
        sandbox_picture.draw(experiment, before, _inside(cell, before), BEFORE)
    with second:
        st.markdown("**After**")
        sandbox_picture.draw(experiment, after, cell, sandbox_controls.MATRIX, changed=moved, writable=True)
    with third:
        st.markdown("**After minus before**")
        if found is not None:
            _minus(experiment, found, cell)
    sandbox_picture.how_to_read(after)
    return after, cell


def _inside(cell: Cell, shown: "Matrix") -> Cell:
    rows, columns = shown.values.shape
    return min(cell[0], rows - 1), min(cell[1], columns - 1)


def _minus(experiment: Experiment, found: "Matrix", cell: Cell) -> None:
    matrix_view(
        found,
        cell,
        show=experiment.row is not None,
        labels=sandbox_picture.LABELS[found.row_axis],
        colours=DIVERGING,
        hidden_as=NEITHER if found.tensor == "masked" else ("", "", sandbox_picture.HIDDEN),
        key=MINUS,
        on_choice=partial(sandbox_controls.choose, MINUS),
    )
