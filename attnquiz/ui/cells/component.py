"""The grid of a heatmap card: a cell, a row or a column is chosen before the weights are shown, in them afterwards."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import streamlit as st

HERE = Path(__file__).parent
Asked = Literal["cell", "row", "column"]
Choice = tuple[int, ...]  # (query, key) where a cell is asked, (query,) for a row, (key,) for a column; from 0

_view = st.components.v2.component(
    "attnquiz_cells",
    html=(HERE / "cells.html").read_text(encoding="utf-8"),
    css=(HERE / "cells.css").read_text(encoding="utf-8"),
    js=(HERE / "cells.js").read_text(encoding="utf-8"),
)


def cells_view(
    tokens: Sequence[str],
    *,
    asked: Asked,
    chosen: Choice | None,
    values: Sequence[Sequence[float]] | None = None,
    right: frozenset[tuple[int, int]] = frozenset(),
    key: str,
    on_choice: Callable[[], None],
) -> None:
    """Draw the grid of tokens by tokens, queries down, keys across. `on_choice` is called when the learner chooses:
    `sent` of the widget's state says what. Choosing what is already chosen calls nothing.

    With `values` (weights from 0 to 1) the grid only shows: the numbers, the `right` cells and the chosen ones.
    """
    shown = values and {
        "texts": [[f"{value:.2f}" for value in row] for row in values],
        "shades": [[_shade(value) for value in row] for row in values],
        "right": sorted(right),
    }
    # Tuples: Streamlit would import pandas to see whether a list is a table.
    data = {"tokens": tuple(tokens), "asked": asked, "chosen": chosen and tuple(chosen), "shown": shown}
    _view(data=data, key=key, on_choice_change=on_choice)


def _shade(value: float) -> float:
    """How dark, from 0 to 1; not a number is not dark."""
    return max(0.0, min(1.0, value)) if value == value else 0.0


def sent(state: Any) -> Choice | None:
    """The choice that the browser sent, None if that is no such thing. It may lie outside of the grid."""
    match state:
        case {"choice": [int(query), int(key)]}:
            return query, key
        case {"choice": [int(place)]}:
            return (place,)
        case _:
            return None
