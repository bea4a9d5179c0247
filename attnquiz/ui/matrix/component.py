"""The matrix view: a canvas with names on both sides that is walked with the arrow keys, and edited in place."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from attnquiz.ui.state import held, hold

if TYPE_CHECKING:
    from attnquiz.sandbox.frames import Matrix

HERE = Path(__file__).parent
Cell = tuple[int, int]
LONGEST = 40
"""Characters of a number that the field takes."""

# A component has one script: it is written in three files, and the browser sees one module.
SCRIPT = "\n".join((HERE / name).read_text(encoding="utf-8") for name in ("matrix.js", "gestures.js", "picture.js"))

_view = st.components.v2.component(
    "attnquiz_matrix",
    html=(HERE / "matrix.html").read_text(encoding="utf-8"),
    css=(HERE / "matrix.css").read_text(encoding="utf-8"),
    js=SCRIPT,
)


def pack(values: np.ndarray, marks: np.ndarray, header: dict[str, object], moment: dict[str, object]) -> bytes:
    """One blob for the browser: what changes with every click and what seldom does, each as 4 bytes length (little
    endian) and JSON, then float32 row by row, then a byte of marks for each cell.

    A top-level blob of bytes is Streamlit's fast way in; JSON numbers would be ten times the size.
    """
    texts = [json.dumps(part, ensure_ascii=False).encode("utf-8") for part in (moment, header)]
    parts = [part for text in texts for part in (len(text).to_bytes(4, "little"), text)]
    numbers = np.ascontiguousarray(values, dtype="<f4").tobytes()
    return b"".join([*parts, numbers, np.ascontiguousarray(marks, dtype="u1").tobytes()])


def marks(hidden: np.ndarray, changed: np.ndarray | None, own: np.ndarray | None) -> np.ndarray:
    """A byte for each cell: 1 where the mask hides it, 2 where it differs from before, 4 where the learner wrote it."""
    found = hidden.astype("u1")
    for bit, array in ((2, changed), (4, own)):
        if array is not None:
            found |= array.astype("u1") * np.uint8(bit)
    return found


def matrix_view(
    matrix: "Matrix",
    chosen: Cell,
    *,
    show: bool,
    labels: tuple[str, str],
    colours: dict[str, Sequence[str]],
    hidden_as: tuple[str, str, str],
    key: str,
    on_choice: Callable[[], None],
    on_edit: Callable[[], None] | None = None,
    on_flip: Callable[[], None] | None = None,
    changed: np.ndarray | None = None,
    own: np.ndarray | None = None,
    origin: Cell = (0, 0),
    tiny: bool = False,
) -> None:
    """Draw the matrix, hatched where it is hidden, with one cell chosen. `on_choice` is called when the learner chooses
    another: `sent` of the widget's state says which. `show` scrolls to the chosen cell when the picture opens.

    With `on_edit` numbers can be written into the cells (`edited` says what), with `on_flip` a cell can be turned over,
    as in a mask (`flipped` says which); each edit and each flip is called exactly once. `changed` and `own` (boolean,
    one for each cell) mark what differs from before, and what the learner has written.

    The matrix may be a part of a larger one, which begins there at `origin`: cells are counted as in the larger one,
    here and in what is sent. `tiny` cells may be 4 pixels wide, so that an overview fits without scrolling.

    `labels` say what rows and columns are. `colours` holds the stops of the scale, lowest first, under "light" and
    "dark". `hidden_as` says what stands in a hidden cell and how that is spoken, both empty for the value itself,
    and why it is hidden.
    """
    rows, columns = matrix.values.shape
    header = {
        "rows": rows,
        "columns": columns,
        "title": matrix.title,
        "rowNames": matrix.row_names,
        "columnNames": matrix.column_names,
        "rowAxis": matrix.row_axis,
        "columnAxis": matrix.column_axis,
        "rowLabel": labels[0],
        "columnLabel": labels[1],
        "domain": matrix.domain,
        "colours": colours,
        "hiddenText": hidden_as[0],
        "hiddenSpoken": hidden_as[1],
        "hiddenWords": hidden_as[2],
        "editable": on_edit is not None,
        "toggles": on_flip is not None,
        "origin": origin,
        "tiny": tiny,
    }
    moment = {"cell": chosen, "show": show, "done": held(_done(key)) or 0}
    _view(
        data=pack(matrix.values, marks(matrix.hidden, changed, own), header, moment),
        key=key,
        on_cell_change=on_choice,
        on_edit_change=partial(_once, key, "edit", on_edit) if on_edit else None,
        on_flip_change=partial(_once, key, "flip", on_flip) if on_flip else None,
    )


def _done(key: str) -> str:
    """Where the number of the last edit or flip stands that was carried out. The browser sends each again until it
    sees that number: of two messages that wait for one run, Streamlit delivers the later one alone."""
    return f"{key}-done"


def _once(key: str, event: str, callback: Callable[[], None]) -> None:
    serial = _serial(held(key), event)
    if serial is not None:
        if serial <= (held(_done(key)) or 0):
            return
        hold(_done(key), serial)
    callback()


def _serial(state: Any, event: str) -> int | None:
    match state.get(event) if isinstance(state, dict) else None:
        case {"serial": int(serial)}:
            return serial
        case _:
            return None


def sent(state: Any) -> Cell | None:
    """The cell that the browser sent, None if that is no pair of whole numbers. It may lie outside of the matrix."""
    match state:
        case {"cell": [int(row), int(column)]}:
            return row, column
        case _:
            return None


def edited(state: Any) -> tuple[Cell, str] | None:
    """The cell that was written in and the text as it was typed, "" for the original number; None if the browser sent
    no such thing. The cell may lie outside of the matrix, and the text may be no number."""
    match state:
        case {"edit": {"cell": [int(row), int(column)], "written": str(text)}} if len(text) <= LONGEST:
            return (row, column), text
        case _:
            return None


def flipped(state: Any) -> Cell | None:
    """The cell that was turned over, None if the browser sent no such thing. It may lie outside of the matrix."""
    match state:
        case {"flip": dict(flip)}:
            return sent(flip)
        case _:
            return None
