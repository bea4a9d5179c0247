"""Shows a picture that the app drew, in the colours of the page, and saves it as a file."""

from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent

_view = st.components.v2.component(
    "attnquiz_picture",
    html=(HERE / "picture.html").read_text(encoding="utf-8"),
    css=(HERE / "picture.css").read_text(encoding="utf-8"),
    js=(HERE / "picture.js").read_text(encoding="utf-8"),
)


def picture_view(light: str, dark: str, *, title: str, name: str, key: str) -> None:
    """Show the SVG document for the theme of the page, as wide as there is room. Saving takes the light one.

    Both documents come from `charts` (`charts.svg.document`): the browser shows only the elements that are written
    there. `title` is what a screen reader says; `name` is the name of the file, without its ending.
    """
    _view(data={"light": light, "dark": dark, "title": title, "name": name}, key=key)
