import streamlit as st

from attnquiz.ui import keeping, settings

st.title("Settings")

settings.studying()
settings.surroundings()
keeping.backups()
keeping.table()
keeping.deletion()
