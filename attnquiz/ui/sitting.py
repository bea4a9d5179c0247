"""The review page as one fragment: a click draws this part again and leaves the rest of the page alone."""

import streamlit as st

from attnquiz.ui import asking, card_menu, feedback, finished, focus, linked, review, teaching


@st.fragment
def sitting() -> None:
    """One card after another, answered before anything is shown; at the end, when it goes on."""
    linked.follow()
    review.header()
    teaching.lesson()
    asking.question()
    teaching.aids()
    asking.asking()
    feedback.feedback()
    card_menu.leech()
    feedback.ratings()
    card_menu.menu()
    finished.finished()
    focus.top(review.screen())
