"""A program with a bug in it, perhaps: read with line numbers, a line chosen, then a fix."""

import streamlit as st

from attnquiz.cards.faces import asked
from attnquiz.cards.fences import code_blocks, code_lines
from attnquiz.study.session import Phase, Session, Showing
from attnquiz.study.showing import fixes
from attnquiz.ui import place, words
from attnquiz.ui.answering import fixed, suspected

DIGITS = 9  # lines that have a key of their own
LEFT = (
    ".st-key-lines button { justify-content: flex-start; text-align: left }"
    " .st-key-lines code { white-space: pre-wrap }"
)


def lines(showing: Showing) -> tuple[str, ...]:
    """The lines of the program that the question is about."""
    blocks = code_blocks(asked(showing.card, showing.face.deletion, showing.variant))
    return tuple(blocks[0][1].split("\n")) if blocks else ()


def code(text: str) -> str:
    """Inline code as Markdown, fenced so that backticks within it survive."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def question(sitting: Session) -> None:
    """What is asked, and the program, unless its lines stand below as buttons."""
    showing = sitting.showing
    text = asked(showing.card, showing.face.deletion, showing.variant).split("\n")
    prose = "\n".join(line for line, is_code in zip(text, code_lines(text)[0], strict=True) if not is_code)
    st.markdown(words.markdown(prose.strip()))
    if sitting.phase is not Phase.CHOOSE or sitting.line is not None:
        st.code("\n".join(lines(showing)), language="python", line_numbers=True)


def choosing(sitting: Session) -> None:
    """The lines to choose from, and then the fixes."""
    if sitting.line is None:
        _lines(sitting.showing)
    else:
        _fixes(sitting.showing, sitting.line)


def _lines(showing: Showing) -> None:
    st.html(f"<style>{LEFT}</style>")
    with st.container(key="lines"):
        for number, line in enumerate(lines(showing), start=1):
            st.button(
                code(f"{number}  {line}"), key=f"line:{number}:{showing.token}",
                shortcut=str(number) if number <= DIGITS else None, width="stretch",
                on_click=suspected, args=(showing.token, number, str(number)),
            )  # fmt: skip
        st.button(
            "There is no bug", key=f"line:0:{showing.token}", shortcut="0", width="stretch",
            on_click=suspected, args=(showing.token, 0, "0"),
        )  # fmt: skip


def _fixes(showing: Showing, line: int) -> None:
    st.markdown(f"What should line {line} be?")
    for number, fix in enumerate(fixes(place.collection(), showing), start=1):
        st.button(
            code(fix), key=f"fix:{number}:{showing.token}", shortcut=str(number), width="stretch",
            on_click=fixed, args=(showing.token, line, fix, str(number)),
        )  # fmt: skip
