import streamlit as st

from attnquiz.ui import progress

st.title("Progress")

seen = progress.progress()
if seen.reviews:
    progress.due_now(seen)
    progress.coming(seen)
    progress.answers(seen)
    progress.retention(seen)
    progress.by_concept(seen)
else:
    progress.nothing_yet()
