"""Before and after side by side, and what one gets by taking the one from the other."""

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from attnquiz.errors import SandboxError
from attnquiz.sandbox.experiment import Experiment
from attnquiz.sandbox.written import plain
from attnquiz.ui import sandbox_controls, sandbox_picture
from attnquiz.ui.matrix import Cell
from attnquiz.ui.sandbox_setup import control

if TYPE_CHECKING:
    from attnquiz.sandbox.difference import Changes
    from attnquiz.sandbox.frames import Matrix
    from attnquiz.sandbox.run import Run

MOST_BESIDE = 10
"""Columns of a matrix of which three stand side by side on a laptop without being cut off."""
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
    from attnquiz.sandbox.difference import largest
    from attnquiz.sandbox.frames import matrix

    both = compared(experiment, run, changes)
    if changes is None or not both:
        st.caption(SAME if changes is None else ABSENT)
        return sandbox_picture.picture(experiment, run, changes)
    before, after, *minus = both
    cell = sandbox_picture.chosen(experiment, after)
    moved = changes.cells(experiment.shown, experiment.head)
    st.markdown(plain(largest(after, before)))
    wide = after.values.shape[1] > MOST_BESIDE
    first, second, third, *_ = [*st.columns(2), *st.columns(2)] if wide else st.columns(3, gap="medium")
    with first:
        st.markdown("**Before**")
        sandbox_picture.draw(experiment, before, _inside(cell, before), BEFORE)
    with second:
        st.markdown("**After**")
        sandbox_picture.draw(experiment, after, cell, sandbox_controls.MATRIX, changed=moved, writable=True)
    for found in minus:
        with third:
            st.markdown("**After minus before**")
            hidden_as = NEITHER if found.tensor == "masked" else None
            sandbox_picture.draw(experiment, found, cell, MINUS, hidden_as=hidden_as)
    sandbox_picture.how_to_read(after)
    return matrix(run, experiment.stage, experiment.head, experiment.shown), cell


def compared(experiment: Experiment, run: "Run", changes: "Changes | None") -> tuple["Matrix", ...]:
    """The matrices before and after, on one scale, and their difference where their sides are the same; empty where
    there is nothing to compare."""
    from attnquiz.sandbox.difference import difference
    from attnquiz.sandbox.frames import matrix, on_one_scale

    place = experiment.stage, experiment.head, experiment.shown
    if changes is None:
        return ()
    try:
        before = matrix(changes.before, *place)
    except SandboxError:  # another number of heads, or a setting brought this matrix
        return ()
    before, after = on_one_scale(before, matrix(run, *place))
    found = difference(after, before)
    named = replace(before, title=f"Before: {before.title}"), replace(after, title=f"After: {after.title}")
    return named if found is None else (*named, found)


def _inside(cell: Cell, shown: "Matrix") -> Cell:
    rows, columns = shown.values.shape
    return min(cell[0], rows - 1), min(cell[1], columns - 1)

