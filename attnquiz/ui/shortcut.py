"""The badge of a shortcut: what is made simpler here than it is."""

import streamlit as st

from attnquiz.ui import words


def badge(text: str) -> None:
    """One line below what takes the shortcut; nothing where nothing is made simpler."""
    if text:
        st.caption(f":material/content_cut: **Shortcut:** {words.markdown(text)}")
