"""The sections of the progress page. Only the one that is chosen is worked out and drawn; the address keeps it."""

from collections.abc import Callable

import streamlit as st

from attnquiz.ui import (
    beliefs,
    figure,
    progress,
    progress_answers,
    progress_cards,
    progress_coming,
    progress_did,
    progress_filter,
    progress_known,
    progress_remembered,
    progress_report,
    remarking,
    set_aside,
)  # fmt: skip
from attnquiz.ui.progress import Seen
from attnquiz.ui.state import held

SECTION = "section"
TODAY = "Today"


def _today(seen: Seen) -> None:
    progress.due_now(seen)
    figure.show(progress_did.today(seen))
    progress_report.button(seen, progress_filter.in_words())
    set_aside.set_aside(seen)


def _coming(seen: Seen) -> None:
    progress_coming.controls()
    _show(progress_coming.figures(seen, held(progress_coming.AHEAD)))


def _cards(seen: Seen) -> None:
    figure.show(progress_cards.counts(seen))
    progress_cards.controls()
    _show(progress_cards.figures(seen, held(progress_cards.PART)))


def _did(seen: Seen) -> None:
    _show(progress_did.figures(seen))


def _remember(seen: Seen) -> None:
    _show([*progress_remembered.figures(seen), *progress_known.figures(seen)])


def _forecast(seen: Seen) -> None:
    _show(progress_remembered.forecast(seen))


def _answers(seen: Seen) -> None:
    _show(progress_answers.figures(seen))


def _believe(seen: Seen) -> None:
    beliefs.believed(seen)
    remarking.agreed()


SECTIONS: dict[str, Callable[[Seen], None]] = {
    TODAY: _today,
    "What comes": _coming,
    "Your cards": _cards,
    "What you did": _did,
    "What you remember": _remember,
    "How true the forecast was": _forecast,
    "How you answer": _answers,
    "What you believe": _believe,
}


def section() -> str:
    """The one that is chosen."""
    chosen = st.segmented_control(
        "Section", list(SECTIONS), default=TODAY, required=True, key=SECTION, label_visibility="collapsed",
        bind="query-params",
    )  # fmt: skip
    return chosen or TODAY


def draw(name: str, seen: Seen) -> None:
    """A section under its name."""
    st.header(name, anchor=False)
    SECTIONS[name](seen)


def _show(figures: list[figure.Figure]) -> None:
    for each in figures:
        figure.show(each)
