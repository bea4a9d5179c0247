"""Where Streamlit's own colours fall below a contrast of 4.5 to 1 and config.toml cannot reach them.

No colour is chosen here: ``Canvas`` is white or near black as the theme is light or dark, and a filter only darkens.
"""

import streamlit as st

# The dark theme's primary colour must be light to be read as text (tabs, sliders), so the text on it must be dark.
PRIMARY = (
    "[data-testid=stBaseButton-primary],"
    "[data-testid=stBaseButton-primary] :is(p, kbd),"
    "[data-testid=stBaseButton-primaryFormSubmit] :is(p, kbd)"
    "{ color: Canvas !important; opacity: 1 !important }"
)
TOKENS = ".token { filter: brightness(0.6) }"  # 2.6 to 1 on the light theme's code blocks without it


def mend() -> None:
    """Called once a run, before anything is drawn."""
    light = st.context.theme.type == "light"
    st.html(f"<style>{PRIMARY} {TOKENS if light else ''}</style>")
