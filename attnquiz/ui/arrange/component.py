"""Steps to put in order, with buttons or with the keyboard."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

HERE = Path(__file__).parent

_view = st.components.v2.component(
    "attnquiz_arrange",
    html=(HERE / "arrange.html").read_text(encoding="utf-8"),
    css=(HERE / "arrange.css").read_text(encoding="utf-8"),
    js=(HERE / "arrange.js").read_text(encoding="utf-8"),
)


def arrange(steps: Sequence[str], order: Sequence[int], *, key: str, on_change: Callable[[], None]) -> None:
    """Draw the steps in that order (indices into `steps`). `on_change` is called after each move: `sent` of the
    widget's state says the new order.

    The browser keeps the learner's order through reruns; another `order` than it was given or has sent replaces it.
    """
    _view(data={"steps": tuple(steps), "order": tuple(order)}, key=key, on_order_change=on_change)


def sent(state: Any) -> tuple[int, ...] | None:
    """The order that the browser sent, None if that is not every index once. It may be of another number of steps."""
    match state:
        case {"order": [*order]} if set(order) == set(range(len(order))):
            return tuple(order)
        case _:
            return None
