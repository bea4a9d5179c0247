"""Resources: what to read and watch elsewhere."""

import streamlit as st

from attnquiz.ui import resources

st.title("Resources")
resources.reading_list()
