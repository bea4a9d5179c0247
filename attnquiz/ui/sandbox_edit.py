"""Touching numbers: into the picture, into a field, as a whole matrix; cells of the mask; and taking it all back."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from attnquiz.attention.stage import Stage
from attnquiz.errors import SandboxError
from attnquiz.sandbox import sides
from attnquiz.sandbox.address import beginning
from attnquiz.sandbox.edit import Edit, number, with_edit
from attnquiz.sandbox.experiment import Experiment
from attnquiz.sandbox.pasted import MOST_CELLS, edits_in, written
from attnquiz.sandbox.written import plain
from attnquiz.ui import sandbox_address
from attnquiz.ui.matrix import Cell, edited, flipped
from attnquiz.ui.sandbox_address import current, go
from attnquiz.ui.state import act, held, hold

if TYPE_CHECKING:
    from attnquiz.sandbox.frames import Matrix
    from attnquiz.sandbox.run import Run

FIELD, WHOLE = "sandbox-number", "sandbox-matrix"
RESET = "Takes back all edits and settings: the example or text as it was opened."


@act
def write(key: str) -> None:
    """A number was written into the picture with this key."""
    if found := edited(held(key)):
        (row, column), text = found
        _write(current(), row, column, text)


@act
def flip(key: str) -> None:
    """A cell of the mask was turned over in the picture with this key."""
    if cell := flipped(held(key)):
        _flip(current(), cell)


@act
def _turn(cell: Cell) -> None:
    _flip(current(), cell)


@act
def _field(cell: Cell) -> None:
    _write(current(), *cell, held(FIELD))


@act
def _apply(name: str, before: str) -> None:
    now = current()
    changed = now.edits
    for edit in edits_in(name, before, held(WHOLE)):
        changed = with_edit(changed, edit)
    go(now.changed(edits=changed))


@act
def _as_opened() -> None:
    go(beginning(current()))


def _write(e: Experiment, row: int, column: int, text: str) -> None:
    """Another number in the shown matrix, by its row and column on the screen; no text brings back the original."""
    name = sides.editable(e, e.shown)
    if name is None:
        raise SandboxError("This number is computed. Change one that goes in: X, a projection, Q, K or V.")
    place = (name, row, _wide(e, column))
    if not text.strip():
        edits = tuple(edit for edit in e.edits if edit[:3] != place)
    else:
        edits = with_edit(e.edits, Edit(*place, number(text.strip(), f"{name} at {row}, {column}")))
    go(e.changed(edits=edits, row=row, column=column))


def _flip(e: Experiment, cell: Cell) -> None:
    go(e.changed(flips=tuple(sorted(set(e.flips) ^ {cell})), row=cell[0], column=cell[1]))


def _wide(e: Experiment, column: int) -> int:
    """Columns of Q, K and V count over all heads."""
    return column + e.head * e.shape(e.shown)[-1] if e.shown in ("q", "k", "v") else column


def can_write(e: Experiment) -> bool:
    """Whether numbers can be written into the shown matrix."""
    return sides.editable(e, e.shown) is not None


def can_flip(e: Experiment) -> bool:
    """Whether the picture is that of the mask."""
    return e.stage is Stage.MASK


def own(e: Experiment, shown: "Matrix") -> np.ndarray | None:
    """(rows, columns): what the learner has written in the shown matrix, or turned over in the mask."""
    found = np.zeros(shown.values.shape, dtype=bool)
    if can_flip(e):
        for row, column in e.flips:
            found[row, column] = True
    name, start, width = sides.editable(e, e.shown), _wide(e, 0), shown.values.shape[1]
    for edit in e.edits:
        if edit.name == name and start <= edit.column < start + width:
            found[edit.row, edit.column - start] = True
    return found if found.any() else None


def field(e: Experiment, shown: "Matrix", cell: Cell) -> None:
    """The chosen number in a field, for whoever does not write into the picture; a button for a cell of the mask."""
    row, column = shown.row_names[cell[0]], shown.column_names[cell[1]]
    if can_flip(e):
        hidden = bool(shown.hidden[cell])
        st.button(
            "Let this query look here" if hidden else "Hide this key from this query",
            key="flip",
            icon=":material/visibility:" if hidden else ":material/visibility_off:",
            help="Or press Enter on the cell in the picture.",
            on_click=_turn,
            args=(cell,),
        )
    elif can_write(e):
        hold(FIELD, f"{shown.values[cell]:.6g}")
        st.text_input(
            f"Another number at {plain(row)}, {plain(column)}",
            key=FIELD,
            max_chars=40,
            help="Press Enter and every later stage follows. Empty brings the first number back. You can also type "
            "right into the picture.",
            on_change=_field,
            args=(cell,),
        )


def whole(e: Experiment, run: "Run") -> None:
    """All numbers of the shown matrix as text, to be changed or pasted over."""
    name = sides.editable(e, e.shown)
    if name is None:
        return
    opened = st.expander(f"The whole matrix {name.replace('_', chr(92) + '_')} as text", on_change="rerun", key="whole")
    if not opened.open:
        return
    with opened:
        rows, columns = sides.blocks(e)[name]
        if rows * columns > MOST_CELLS:
            st.markdown(f"It has {rows * columns:,} numbers; up to {MOST_CELLS:,} can be changed as text.")
            return
        before = written(_numbers(e, run))
        hold(WHOLE, before)
        st.text_area("Rows of numbers", key=WHOLE, height=220, help="Change numbers, or paste over them.")
        st.button("Use these numbers", key="apply", on_click=_apply, args=(name, before))


def _numbers(e: Experiment, run: "Run") -> np.ndarray:
    """The shown matrix, of all heads side by side."""
    found = run.tensor(e.shown).double()
    return (found.transpose(0, 1).flatten(1) if e.shown in ("q", "k", "v") else found).numpy()


def history(e: Experiment) -> None:
    """Undo, redo and the way back to the beginning; always in its place."""
    back, on = sandbox_address.steps()
    with st.container(horizontal=True, gap="xsmall", key="history"):
        st.button("Undo", key="undo", shortcut="u", disabled=not back, on_click=sandbox_address.undo)
        st.button("Redo", key="redo", shortcut="y", disabled=not on, on_click=sandbox_address.redo)
        st.button("Reset", key="as-opened", disabled=not is_changed(e), on_click=_as_opened, help=RESET)


def is_changed(e: Experiment) -> bool:
    """Whether anything that is computed differs from how the experiment was opened."""
    return e.subject != beginning(e).subject
