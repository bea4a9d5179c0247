"""The clock, the environment, and what lies in files: the only door to each of them from the pages."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from attnquiz import __version__, place
from attnquiz.cards.collection import Collection, load, shipped
from attnquiz.store.database import Store
from attnquiz.study.drill import Desk


def now() -> datetime:
    return datetime.now(UTC)


def seconds() -> float:
    """A clock that only runs on: two readings tell how long something took."""
    return time.perf_counter()


def zone() -> str:
    """The IANA name of the browser's time zone; UTC where the browser does not tell."""
    return st.context.timezone or "UTC"


def file() -> Path:
    """Where the learner's answers are, or will be."""
    return place.data_file(os.environ).absolute()


def tunes_itself() -> bool:
    """Whether a fit may begin unasked on this server; ``ATTNQUIZ_TUNING=off`` forbids it."""
    return os.environ.get("ATTNQUIZ_TUNING", "") != "off"


def store() -> Store:
    """The learner's file, made and brought up to date the first time it is asked for."""
    path = file()
    if not path.exists():
        _open.clear()
    return _open(path)[0]


def let_go() -> None:
    """Close the file, so that it can be deleted; whoever asks for it next opens it again."""
    _open.clear()


@st.cache_resource(show_spinner=False)
def _open(path: Path) -> tuple[Store, object]:
    opened = Store.open(path)
    return opened, opened.hold()


def own_decks() -> Path:
    """The folder for decks that the learner writes."""
    return place.own_decks(os.environ)


def collection() -> Collection:
    """Shipped cards and the learner's own."""
    return _shelf(own_decks()).collection()


def look_again() -> None:
    """Read the cards again if a file has changed. For the start of a page: a click need not ask all files."""
    _shelf(own_decks()).look_again()


class _Shelf:
    """The collection as it was read last, and what its files looked like then."""

    def __init__(self, decks: Path) -> None:
        self._decks = decks
        self._stamps: list[tuple[str, int]] = []

    def collection(self) -> Collection:
        if not self._stamps:
            self.look_again()
        return self._collection

    def look_again(self) -> None:
        stamps = sorted(
            (str(file), file.stat().st_mtime_ns)
            for folder in (shipped(), self._decks)
            for file in folder.rglob("*.md")
            if file.is_file()
        )
        if stamps != self._stamps:
            self._collection, self._stamps = load(shipped(), self._decks), stamps


@st.cache_resource(show_spinner=False, max_entries=2)
def _shelf(decks: Path) -> _Shelf:
    return _Shelf(decks)


def desk() -> Desk:
    return Desk(store(), collection(), zone(), __version__)
