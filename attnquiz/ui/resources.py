"""What to read and watch elsewhere, by kind. Nothing is fetched: an address is a link that opens in a new tab."""

from itertools import groupby

import streamlit as st

from attnquiz import frontmatter
from attnquiz.cards.collection import shipped
from attnquiz.cards.resources import Resource, parse_resources


def reading_list() -> None:
    """Everything below the title."""
    path = shipped() / "resources.md"
    resources = parse_resources(frontmatter.read(path), path).values()
    st.markdown(
        "What the texts behind this app recommend, and what it is good for. The links leave the app and open in a new "
        "tab. Where only a title is known, it says so."
    )
    for kind, listed in groupby(resources, key=lambda resource: resource.kind):
        st.subheader(kind)
        for resource in listed:
            _entry(resource)


def _entry(resource: Resource) -> None:
    """The title as a link, or as what to look for; and what to expect."""
    with st.container(border=True):
        if resource.address is None:
            st.markdown(f"**{resource.title}**")
            st.caption(":material/search: Look for this title.")
        else:
            st.markdown(f"**[{resource.title}](<{resource.address}>)**")
        st.markdown(resource.note)
