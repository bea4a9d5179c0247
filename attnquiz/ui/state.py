"""The only door to ``st.session_state``. Nothing precious lies behind it: the log can rebuild all of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec

import streamlit as st

from attnquiz.errors import AttnquizError
from attnquiz.study.session import Session

KEY = "attnquiz"
REPLACED = "Your answers were restored or deleted in the meantime. This is where you are now."
P = ParamSpec("P")


@dataclass(slots=True)
class State:
    """What one browser tab has in hand."""

    session: Session | None = None
    trouble: str = ""  # a sentence from a callback that failed, shown once by the next run
    keys_shown: bool = False
    drawn: tuple[str, datetime] | None = None  # the step on the screen, and since when it is there
    pressed: str = ""  # the key of the button that was pressed last
    walked: str = ""  # the key of the button that led to another stage, until that is drawn
    menu: str = ""  # the token of the showing whose menu is open
    menu_drawn: datetime | None = None  # since when it is there
    linked: str = ""  # the card in the address that was shown already
    placing: tuple[str, str] = ("", "")  # the token of a placement's question, and what was said of the last answer
    edition: tuple[int, int] | None = None  # of the file of answers that all of this is about
    placed: tuple[str, tuple[int, ...]] | None = None  # the token of a showing, and where its steps or its choice are


def state() -> State:
    """This tab's state. A class that was reloaded under a running tab starts afresh."""
    if not isinstance(st.session_state.get(KEY), State):
        st.session_state[KEY] = State()
    return st.session_state[KEY]


def about(edition: tuple[int, int]) -> None:
    """Start afresh where the file of answers is another one than before: it was restored, or deleted."""
    if state().edition not in (None, edition):
        st.session_state[KEY] = State(trouble=REPLACED if state().trouble else "")
    state().edition = edition


def typed(key: str) -> str:
    """What stands in the text field with this key."""
    return str(st.session_state.get(key) or "")


def place_at(token: str, place: tuple[int, ...]) -> None:
    """Remember the order of the steps, or the choice on the map, of this showing."""
    state().placed = (token, place)


def placed(token: str) -> tuple[int, ...] | None:
    """What was remembered last for this showing."""
    last = state().placed
    return last[1] if last is not None and last[0] == token else None


def act(callback: Callable[P, None]) -> Callable[P, None]:
    """A callback whose failure becomes a sentence on the page, because callbacks run outside the page's own guard."""

    @wraps(callback)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            callback(*args, **kwargs)
        except AttnquizError as error:
            state().trouble = str(error)

    return guarded


def trouble() -> str:
    """The sentence a callback left behind, once."""
    sentence, state().trouble = state().trouble, ""
    return sentence


def hold(key: str, value: object) -> None:
    """Let the widget with this key show `value`, before it is drawn. What the learner has entered since the same
    value was last put there stays, so that an entry which was refused can be mended instead of typed again. A widget
    that has lost its value gets it back."""
    put = f"{key}:put"
    if st.session_state.get(key) is None or put not in st.session_state or st.session_state[put] != value:
        st.session_state[key] = st.session_state[put] = value


def held(key: str) -> Any:
    """What the widget with this key shows now, also in its own callback."""
    return st.session_state.get(key)


def choose(key: str, value: object) -> None:
    """Let the widget with this key show `value` when it is drawn next. For callbacks."""
    st.session_state[key] = value
