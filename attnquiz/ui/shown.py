"""How an answer is shown once it is committed: the learner's own, and the right one."""

import streamlit as st

from attnquiz.cards.card import Bug, CellOf, Choice, Explain, Kind, Ordering, Predict
from attnquiz.cards.faces import answered, explained, lines, options, steps
from attnquiz.cards.fences import inline
from attnquiz.cards.grading import LETTERS
from attnquiz.study.session import Showing
from attnquiz.ui import words


def own(showing: Showing, answer: str) -> None:
    """What the learner answered. Typed text is shown as text: it is never read as Markdown or HTML."""
    if isinstance(showing.card.body, CellOf):
        return  # the map shows it
    if isinstance(showing.card.body, Explain):
        with st.container(border=True):
            st.caption("You wrote")
            st.text(answer)
        return
    try:
        said = _picked(showing, answer)
    except (IndexError, ValueError):  # the card has been edited since and has lost what was chosen
        said = ""
    if said:
        st.markdown(words.markdown(said))
    else:
        st.text(f"You answered: {answer}")


def _picked(showing: Showing, answer: str) -> str:
    """What was put together from what the card says; "" where the learner typed."""
    match showing.card.body:
        case Choice() | Predict():
            return f"You chose: {options(showing.card, showing.variant)[LETTERS.index(answer)]}"
        case Ordering():
            texts = [steps(showing.card, showing.variant)[int(step) - 1] for step in answer.split()]
            return "Your order:\n\n" + "\n".join(f"{number}. {text}" for number, text in enumerate(texts, 1))
        case Bug():
            number, _, fix = answer.partition(":")
            if int(number) == 0:
                return "You said: there is no bug."
            line = lines(showing.card, showing.variant)[int(number) - 1].strip()
            chosen = f", and the fix {inline(fix.strip())}." if fix else "."
            return f"You chose line {number}, {inline(line)}{chosen}"
    return ""


def right(showing: Showing) -> None:
    """The right answer and the reason."""
    title = "A model answer" if showing.card.kind is Kind.EXPLAIN else "Answer"
    said = answered(showing.card, showing.face.deletion, showing.variant)
    why = explained(showing.card, showing.variant)
    parts = [] if isinstance(showing.card.body, CellOf) else [f"**{title}**", said]
    parts += ["**Why**", why] if why else []
    if parts:
        with st.container(border=True):
            st.markdown(words.markdown("\n\n".join(parts)))
