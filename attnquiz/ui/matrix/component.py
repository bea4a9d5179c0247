"""The matrix view: a canvas with names on both sides that is walked with the arrow keys, and edited in place."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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

# A component has one script: it is written in several files, and the browser sees one module.
FILES = ("matrix.js", "ahead.js", "gestures.js", "picture.js")
SCRIPT = "\n".join((HERE / name).read_text(encoding="utf-8") for name in FILES)

_view = st.components.v2.component(
    "attnquiz_matrix",
    html=(HERE / "matrix.html").read_text(encoding="utf-8"),
    css=(HERE / "matrix.css").read_text(encoding="utf-8"),
    js=SCRIPT,
)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A matrix to be drawn, hatched where it is hidden, with one cell chosen. `show` scrolls there when it opens.

    Into an editable one numbers can be written; one with toggles has cells that can be turned over, as in a mask.
    `changed` and `own` (boolean, one for each cell) mark what differs from before, and what the learner has written.

    The matrix may be a part of a larger one, which begins there at `origin`: cells are counted as in the larger one,
    here and in what is sent. `tiny` cells may be 4 pixels wide, so that an overview fits without scrolling.

    `labels` say what rows and columns are. `colours` holds the stops of the scale, lowest first, under "light" and
    "dark". `hidden_as` says what stands in a hidden cell and how that is spoken, both empty for the value itself,
    and why it is hidden.
    """

    matrix: "Matrix"
    chosen: Cell
    labels: tuple[str, str]
    colours: dict[str, Sequence[str]]
    hidden_as: tuple[str, str, str]
    show: bool = False
    editable: bool = False
    toggles: bool = False
    changed: np.ndarray | None = None
    own: np.ndarray | None = None
    origin: Cell = (0, 0)
    tiny: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Ahead:
    """What buttons beside the picture will show: the browser draws it at the click, and the answer confirms it.

    A picture is named by the key of the button that leads to it from anywhere: `name` is the one that is shown,
    `pictures` are the others. `steps` are buttons that lead from the shown one to another, by its name; `shortcuts`
    are keys (as the browser names them) and the buttons that listen to them.
    """

    name: str
    pictures: Mapping[str, Picture]
    steps: Mapping[str, str] = field(default_factory=dict)
    shortcuts: Mapping[str, str] = field(default_factory=dict)


def pack(picture: Picture, done: int = 0, ahead: Ahead | None = None) -> bytes:
    """One blob for the browser: 4 bytes length (little endian) and JSON for what changes with every click, then the
    picture and those that are ahead, each as 4 bytes length and JSON, float32 row by row, and a byte of marks for
    each cell.

    A top-level blob of bytes is Streamlit's fast way in; JSON numbers would be ten times the size.
    """
    drawn, others = _drawn(picture), {} if ahead is None else ahead.pictures
    blobs = [_drawn(each) for each in others.values()]
    moment = _moment(picture, drawn) | {"done": done}
    if ahead is not None:
        moment |= {"name": ahead.name, "steps": dict(ahead.steps), "shortcuts": dict(ahead.shortcuts)}
        moment["ahead"] = [
            {"name": name} | _moment(each, blob) for (name, each), blob in zip(others.items(), blobs, strict=True)
        ]
    return b"".join([*_text(moment), drawn, *blobs])


def _moment(picture: Picture, drawn: bytes) -> dict[str, object]:
    return {"cell": picture.chosen, "show": picture.show, "size": len(drawn)}


def _drawn(picture: Picture) -> bytes:
    matrix = picture.matrix
    header = {
        "rows": matrix.values.shape[0],
        "columns": matrix.values.shape[1],
        "title": matrix.title,
        "rowNames": matrix.row_names,
        "columnNames": matrix.column_names,
        "rowAxis": matrix.row_axis,
        "columnAxis": matrix.column_axis,
        "rowLabel": picture.labels[0],
        "columnLabel": picture.labels[1],
        "domain": matrix.domain,
        "colours": picture.colours,
        "hiddenText": picture.hidden_as[0],
        "hiddenSpoken": picture.hidden_as[1],
        "hiddenWords": picture.hidden_as[2],
        "editable": picture.editable,
        "toggles": picture.toggles,
        "origin": picture.origin,
        "tiny": picture.tiny,
    }
    seen = marks(matrix.hidden, picture.changed, picture.own)
    numbers = np.ascontiguousarray(matrix.values, dtype="<f4").tobytes()
    return b"".join([*_text(header), numbers, np.ascontiguousarray(seen, dtype="u1").tobytes()])


def _text(part: dict[str, object]) -> tuple[bytes, bytes]:
    text = json.dumps(part, ensure_ascii=False).encode("utf-8")
    return len(text).to_bytes(4, "little"), text


def marks(hidden: np.ndarray, changed: np.ndarray | None, own: np.ndarray | None) -> np.ndarray:
    """A byte for each cell: 1 where the mask hides it, 2 where it differs from before, 4 where the learner wrote it."""
    found = hidden.astype("u1")
    for bit, array in ((2, changed), (4, own)):
        if array is not None:
            found |= array.astype("u1") * np.uint8(bit)
    return found


def matrix_view(
    picture: Picture,
    *,
    key: str,
    on_choice: Callable[[], None],
    on_edit: Callable[[], None] | None = None,
    on_flip: Callable[[], None] | None = None,
    ahead: Ahead | None = None,
) -> None:
    """Draw the picture. `on_choice` is called when the learner chooses another cell: `sent` of the widget's state says
    which. `on_edit` is called when a number was written into an editable picture (`edited` says what), `on_flip` when
    a cell was turned over (`flipped` says which); each edit and each flip is called exactly once. Nothing is told
    before the page has confirmed what was drawn `ahead`.
    """
    _view(
        data=pack(picture, held(_done(key)) or 0, ahead),
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


def made_in(state: Any) -> str:
    """The name of the picture that an edit or a flip was made in, "" where that picture has none."""
    match state:
        case {"edit": {"picture": str(name)}} | {"flip": {"picture": str(name)}}:
            return name
        case _:
            return ""
