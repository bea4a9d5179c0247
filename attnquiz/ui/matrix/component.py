"""The matrix view: a canvas with names on both sides that is walked with the arrow keys."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

if TYPE_CHECKING:
    from attnquiz.sandbox.frames import Matrix

HERE = Path(__file__).parent
Cell = tuple[int, int]

_view = st.components.v2.component(
    "attnquiz_matrix",
    html=(HERE / "matrix.html").read_text(encoding="utf-8"),
    css=(HERE / "matrix.css").read_text(encoding="utf-8"),
    js=(HERE / "matrix.js").read_text(encoding="utf-8"),
)


def pack(values: np.ndarray, hidden: np.ndarray, header: dict[str, object]) -> bytes:
    """One blob for the browser: 4 bytes length (little endian), the header as JSON, float32 row by row, a byte a cell
    that is 1 where the mask hides it.

    A top-level blob of bytes is Streamlit's fast way in; JSON numbers would be ten times the size.
    """
    text = json.dumps(header, ensure_ascii=False).encode("utf-8")
    numbers = np.ascontiguousarray(values, dtype="<f4").tobytes()
    return len(text).to_bytes(4, "little") + text + numbers + np.ascontiguousarray(hidden, dtype="u1").tobytes()


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
) -> None:
    """Draw the matrix, hatched where it is hidden, with one cell chosen. `on_choice` is called when the learner chooses
    another: `sent` of the widget's state says which. `show` scrolls to the chosen cell when the picture opens.

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
        "cell": chosen,
        "show": show,
        "hiddenText": hidden_as[0],
        "hiddenSpoken": hidden_as[1],
        "hiddenWords": hidden_as[2],
    }
    _view(data=pack(matrix.values, matrix.hidden, header), key=key, on_cell_change=on_choice)


def sent(state: Any) -> Cell | None:
    """The cell that the browser sent, None if that is no pair of whole numbers. It may lie outside of the matrix."""
    match state:
        case {"cell": [int(row), int(column)]}:
            return row, column
        case _:
            return None
