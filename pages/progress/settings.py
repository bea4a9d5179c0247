import streamlit as st

from attnquiz.ui import keeping

st.title("Settings")

keeping.backups()
keeping.table()
keeping.deletion()
