"""The review page as one fragment: a click draws this part again and leaves the rest of the page alone."""

import streamlit as st

from attnquiz.ui import feedback, review, today


@st.fragment
def sitting() -> None:
    """One card after another, answered before anything is shown; at the end, when it goes on."""
    review.header()
    review.question()
    review.asking()
    feedback.feedback()
    feedback.ratings()
    today.finished()
