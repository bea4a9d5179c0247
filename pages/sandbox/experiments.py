"""All experiments: predict first, then look."""

import streamlit as st

from attnquiz.ui import experiments

st.title("Experiments", anchor=False)
st.markdown(
    "Small set-ups, each with something to see. Where there is a question, predict before you look: "
    "a guess that turns out wrong is remembered best."
)
groups = experiments.groups()
experiments.contents(groups)
for title, found in groups.items():
    experiments.show_group(title, found)
