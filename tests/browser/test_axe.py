"""The judge of accessibility says nothing about an empty page of Streamlit's, and something where there is a fault."""

import pytest

SCHEMES = [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}]


@pytest.mark.parametrize("page", SCHEMES, ids=["light", "dark", "phone"], indirect=True)
def test_an_empty_streamlit_page_has_nothing_for_axe_to_say(script_app, page, settled, axe):
    settled(page.goto(script_app("import streamlit as st\n").url) and page)
    assert axe(page) == []


def test_axe_objects_to_what_was_planted(script_app, page, settled, axe):
    settled(page.goto(script_app("import streamlit as st\n").url) and page)
    page.evaluate("""() => {
        const root = document.querySelector("[data-testid=stMain]").attachShadow({ mode: "open" })
        root.append(document.createElement("button"))
    }""")
    assert [line.split()[0] for line in axe(page)] == ["button-name"]
