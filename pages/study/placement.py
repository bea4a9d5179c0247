"""Placement: a short test that says where to start."""

import streamlit as st

from attnquiz.ui import placement

st.title("Placement")
test = placement.test()
placement.trouble()
placement.introduction(test)
placement.asking(test)
placement.result(test)
