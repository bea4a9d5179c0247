"""Draws the concepts as boxes, with lines from what they need, and tells which one was chosen."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from attnquiz.study.atlas import Spot

HERE = Path(__file__).parent

_view = st.components.v2.component(
    "attnquiz_atlas",
    html=(HERE / "atlas.html").read_text(encoding="utf-8"),
    css=(HERE / "atlas.css").read_text(encoding="utf-8"),
    js=(HERE / "atlas.js").read_text(encoding="utf-8"),
)


def atlas_view(
    spots: Mapping[str, Spot], lanes: Sequence[str], *, chosen: str, key: str, on_choice: Callable[[], None]
) -> None:
    """Draw the map. `on_choice` is called when the learner chooses a concept: `sent` of the widget's state says which.
    What the chosen one needs and leads to stands out."""
    boxes = tuple(
        {
            "id": name, "title": spot.concept.title, "known": str(spot.known), "lane": spot.lane, "row": spot.row,
            "needs": spot.concept.needs, "helps": spot.concept.helps, "recall": percent(spot),
        }
        for name, spot in spots.items()
    )  # fmt: skip
    # Tuples: Streamlit would import pandas to see whether a list is a table.
    _view(data={"boxes": boxes, "lanes": tuple(lanes), "chosen": chosen}, key=key, on_choice_change=on_choice)


def percent(spot: Spot) -> int | None:
    """Predicted recall today of what was met of a concept, in whole percent; None where nothing was."""
    return None if spot.mastery.recall is None else round(100 * spot.mastery.recall)


def sent(state: Any) -> str:
    """The id that the browser sent, "" if that is no such thing."""
    match state:
        case {"choice": str(name)}:
            return name
        case _:
            return ""
