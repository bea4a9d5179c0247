"""A program, read with line numbers. Where there may be a bug in it: a line is chosen, then a fix."""

import streamlit as st

from attnquiz.cards.faces import asked, lines
from attnquiz.cards.fences import code_lines, inline
from attnquiz.study.session import Phase, Session, Showing
from attnquiz.study.showing import fixes
from attnquiz.ui import place, words
from attnquiz.ui.answering import fixed, suspected

DIGITS = 9  # lines that have a key of their own
LIKE_CODE = (  # code wraps, because only a mouse could scroll it; on buttons it keeps its indentation
    "pre, pre code { white-space: pre-wrap !important; overflow-wrap: anywhere }"
    " .st-key-lines button * { justify-content: flex-start; text-align: left }"
    " .st-key-lines button :is(div, span) { flex-grow: 1 } .st-key-lines kbd { margin-left: auto }"
    " .st-key-lines code { white-space: pre-wrap; font-size: 0.875rem; color: inherit; background: none; padding: 0 }"
)


def style() -> None:
    """How code looks on the whole page."""
    st.html(f"<style>{LIKE_CODE}</style>")


def question(sitting: Session) -> None:
    """What is asked, in the order in which it is written; no program while its lines stand below as buttons."""
    read(sitting.showing, whole=sitting.phase is not Phase.CHOOSE or sitting.line is not None)


def read(showing: Showing, *, whole: bool) -> None:
    """The question of a card about a program, with or without the program."""
    text, program = asked(showing.card, 0, showing.variant).split("\n"), lines(showing.card, showing.variant)
    start = [*code_lines(text)[0], True].index(True)
    _prose(text[:start])
    if whole:
        st.code("\n".join(program), language="python", line_numbers=True, wrap_lines=True)
    _prose(text[start + len(program) + 2 :])  # after the program and its two fences


def _prose(text: list[str]) -> None:
    if any(text):
        st.markdown(words.markdown("\n".join(text).strip()))


def choosing(sitting: Session) -> None:
    """The lines to choose from, and then the fixes."""
    if sitting.line is None:
        _lines(sitting.showing)
    else:
        _fixes(sitting.showing, sitting.line)


def _lines(showing: Showing) -> None:
    with st.container(key="lines", gap="small"):
        for number, line in enumerate(lines(showing.card, showing.variant), start=1):
            st.button(
                inline(f"{number}  {line}"), key=f"line:{number}:{showing.token}",
                shortcut=str(number) if number <= DIGITS else None, width="stretch",
                on_click=suspected, args=(showing.token, number, str(number)),
            )  # fmt: skip
        st.button(
            "There is no bug", key=f"line:0:{showing.token}", shortcut="0", width="stretch",
            on_click=suspected, args=(showing.token, 0, "0"),
        )  # fmt: skip


def _fixes(showing: Showing, line: int) -> None:
    st.markdown(f"What should line {line} be?")
    with st.container(key="lines", gap="small"):
        for number, fix in enumerate(fixes(place.collection(), showing), start=1):
            st.button(
                inline(fix), key=f"fix:{number}:{showing.token}", shortcut=str(number), width="stretch",
                on_click=fixed, args=(showing.token, line, fix, str(number)),
            )  # fmt: skip
