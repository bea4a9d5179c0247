"""The map of a heatmap card: asked without its numbers, shown with them."""

import streamlit as st

from attnquiz.study.session import Showing


def answer(showing: Showing) -> str:
    return ""


def asked(showing: Showing) -> None:
    st.caption("map")


def revealed(showing: Showing, answer: str) -> None:
    st.caption("map")


def said(showing: Showing) -> str:
    return "map"
