import streamlit as st

from attnquiz.ui import beliefs, figure, progress, remarking, set_aside

st.title("Progress")

seen = progress.progress()
if seen.reviews:
    progress.due_now(seen)
    figure.show(progress.coming(seen))
    figure.show(progress.answers(seen))
    figure.show(progress.retention(seen))
    figure.show(progress.by_concept(seen))
    beliefs.believed(seen)
    remarking.agreed()
else:
    progress.nothing_yet()
set_aside.set_aside(seen)
