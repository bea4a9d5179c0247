"""The picture of a stage: the matrix with its chosen cell, to be walked and written in, and the same as a table."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from attnquiz.attention.stage import Stage
from attnquiz.charts.palette import DIVERGING, SEQUENTIAL
from attnquiz.errors import SandboxError
from attnquiz.sandbox.experiment import Experiment, View
from attnquiz.sandbox.written import plain
from attnquiz.ui import sandbox_controls, sandbox_edit, sandbox_long
from attnquiz.ui.matrix import Ahead, Cell, Picture, made_in, matrix_view
from attnquiz.ui.sandbox_address import current
from attnquiz.ui.state import act, held

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
    "bucket": ("the buckets of distances", "the heads"),
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
    if is_large(shown):
        sandbox_long.overview(experiment, shown, cell)
    ahead = _ahead(experiment, run, changes) if experiment.is_small and not is_large(shown) else None
    _view(_drawn(experiment, shown, cell, _moved(experiment, changes), True), sandbox_controls.MATRIX, ahead)
    how_to_read(shown)
    return shown, cell


def _moved(experiment: Experiment, changes: "Changes | None") -> np.ndarray | None:
    return None if changes is None else changes.cells(experiment.shown, experiment.head)


def _ahead(experiment: Experiment, run: "Run", changes: "Changes | None") -> Ahead | None:
    """What a click on each of the other stages will show; None where it will show or ask something else besides."""
    from attnquiz.sandbox.frames import matrix
    from attnquiz.sandbox.overview import is_large

    if experiment.predict or experiment.compare or experiment.view is not View.STAGE:
        return None
    found = {}
    for stage in (stage for stage in experiment.stages if stage is not experiment.stage):
        there = experiment.changed(stage=stage)
        shown = matrix(run, stage, there.head, there.shown)
        if not is_large(shown):
            picture = _drawn(there, shown, chosen(there, shown), _moved(there, changes), True)
            found[sandbox_controls.stage_key(stage)] = picture
    return Ahead(
        sandbox_controls.stage_key(experiment.stage), found, sandbox_controls.steps(experiment),
        sandbox_controls.SHORTCUTS,
    )  # fmt: skip


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
    one numbers can be written. `hidden_as` as in `Picture`, where it is not as at every stage."""
    _view(_drawn(experiment, shown, cell, changed, writable, hidden_as), key)


def _drawn(
    experiment: Experiment,
    shown: "Matrix",
    cell: Cell,
    changed: np.ndarray | None,
    writable: bool,
    hidden_as: tuple[str, str, str] | None = None,
) -> Picture:
    from attnquiz.sandbox.overview import part

    weights, own = shown.tensor in ("weights", "dropped"), sandbox_edit.own(experiment, shown) if writable else None
    seen, origin = part(shown, cell)
    here = tuple(slice(start, start + side) for start, side in zip(origin, seen.values.shape, strict=True))
    return Picture(
        seen,
        cell,
        labels=LABELS[shown.row_axis],
        colours=SEQUENTIAL if shown.domain[0] == 0 else DIVERGING,
        hidden_as=hidden_as or (("", "", HIDDEN) if weights else ("−∞", "minus infinity", HIDDEN)),
        show=experiment.row is not None,
        editable=writable and sandbox_edit.can_write(experiment),
        toggles=writable and sandbox_edit.can_flip(experiment),
        changed=None if changed is None else changed[here],
        own=None if own is None else own[here],
        origin=origin,
    )


def _view(picture: Picture, key: str, ahead: Ahead | None = None) -> None:
    matrix_view(
        picture,
        key=key,
        on_choice=partial(sandbox_controls.choose, key),
        on_edit=partial(_there, sandbox_edit.write, key),
        on_flip=partial(_there, sandbox_edit.flip, key),
        ahead=ahead,
    )


@act
def _there(change: Callable[[str], None], key: str) -> None:
    """What was changed in the picture of one stage must not land in that of another."""
    if made_in(held(key)) not in ("", sandbox_controls.stage_key(current().stage)):
        raise SandboxError("You had gone on to another stage before this change arrived. Go back and make it again.")
    change(key)


def how_to_read(shown: "Matrix") -> None:
    """What a row is, and how a cell is chosen."""
    row = {
        "query": "Read along a row: how much one token (the query) looks at every token (the keys).",
        "token": "Each row is the vector of one token.",
        "row": "A vector is multiplied by this matrix: each row is for one of its numbers.",
        "bucket": "Each row is a bucket of distances: what each head adds to the score of two tokens so far apart.",
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
