import streamlit as st

from attnquiz.ui import beliefs, progress, remarking, set_aside

st.title("Progress")

seen = progress.progress()
if seen.reviews:
    progress.due_now(seen)
    progress.coming(seen)
    progress.answers(seen)
    progress.retention(seen)
    progress.by_concept(seen)
    beliefs.believed(seen)
    remarking.agreed()
else:
    progress.nothing_yet()
set_aside.set_aside(seen)
