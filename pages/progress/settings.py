import streamlit as st

from attnquiz.ui import keeping, settings, tuning

st.title("Settings")

settings.studying()
tuning.tuning()
settings.surroundings()
keeping.backups()
keeping.table()
keeping.deletion()
