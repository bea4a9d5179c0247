"""The chosen cell becomes a card in the learner's own deck: a question, the number that is right, and this state."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from attnquiz.cards.holes import precise
from attnquiz.cards.written import id_of, tolerance_for
from attnquiz.errors import AttnquizError
from attnquiz.sandbox.address import to_query
from attnquiz.sandbox.cell_question import concept, question
from attnquiz.sandbox.experiment import Experiment
from attnquiz.sandbox.wording import meaning
from attnquiz.sandbox.written import plain
from attnquiz.study import own_card
from attnquiz.ui import place
from attnquiz.ui.matrix import Cell
from attnquiz.ui.state import held, hold, state, typed

if TYPE_CHECKING:
    from attnquiz.sandbox.frames import Matrix

REVIEW = "pages/study/review.py"
ID, QUESTION, CONCEPT = "card-id", "card-question", "card-concept"
MADE = "card-made"  # (the state, the card that was made of it)
SAID = "card-said"


def card(experiment: Experiment, shown: "Matrix", cell: Cell) -> None:
    """A form that makes a card of the chosen cell; empty until it is opened."""
    opened = st.expander("Make a card of this cell", icon=":material/add_card:", on_change="rerun", key="make-card")
    if not opened.open:
        return
    with opened:
        query = to_query(experiment.changed(row=cell[0], column=cell[1], predict=False, belief=""))
        made = held(MADE)
        if made is not None and made[0] == query:
            _made(made[1])
        elif math.isfinite(shown.values[cell]):
            _form(experiment, shown, cell, query)
        else:
            st.caption("This cell holds no number to ask for: choose another one.")


def _form(experiment: Experiment, shown: "Matrix", cell: Cell, query: Mapping[str, str]) -> None:
    row, column = shown.row_names[cell[0]], shown.column_names[cell[1]]
    collection, value = place.collection(), float(shown.values[cell])
    hold(ID, id_of([experiment.name or "own text", experiment.stage, row, column], collection.cards))
    hold(QUESTION, question(experiment, row, column))
    hold(CONCEPT, concept(experiment))
    if sentence := held(SAID):
        hold(SAID, "")
        st.warning(plain(sentence), icon=":material/info:")
    with st.form("make-card-form", border=False, enter_to_submit=False):
        st.text_area("Question", key=QUESTION, max_chars=own_card.LONGEST_QUESTION, height=100)
        answer = precise(round(value, 6), tolerance_for(value))
        st.markdown(f"Answer: **{plain(answer)}**, and whatever is at most {tolerance_for(value):g} away from it.")
        st.selectbox(
            "Concept", options=list(collection.concepts), key=CONCEPT,
            format_func=lambda name: collection.concepts[name].title,
        )  # fmt: skip
        st.text_input(
            "Name of the card", key=ID, help="Small letters, digits and hyphens. It stays as it is for ever.",
        )  # fmt: skip
        st.form_submit_button(
            "Make the card", key="make-card-button", icon=":material/add_card:", on_click=_make,
            args=(query, value, meaning(experiment)),
        )  # fmt: skip
    st.caption("The card goes into your own deck, as text that you can change later, and is asked with your new cards.")


def _made(id: str) -> None:
    st.success(f"Made: the card {id} is in your own deck.", icon=":material/check:")
    st.text(str(place.own_decks() / own_card.DECK))
    st.page_link(REVIEW, label="Answer it now", icon=":material/quiz:", query_params={"card": id})
    st.caption("For another card, choose another cell.")


def _make(query: Mapping[str, str], value: float, why: str) -> None:
    asked = own_card.Asked(typed(ID).strip(), typed(QUESTION), value, typed(CONCEPT), query, why)
    try:
        own_card.add(place.desk(), place.own_decks(), asked, place.now())
    except AttnquizError as error:
        hold(SAID, str(error))
        return
    hold(MADE, (query, asked.id))
    state().session = None  # what is to be asked is no longer what it was
