"""Map: the concepts, what they build on, and what can be learnt next."""

import streamlit as st

from attnquiz.ui import atlas_page

st.title("Map")
atlas_page.page()
