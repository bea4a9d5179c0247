import streamlit as st

from attnquiz.ui import progress, progress_filter, progress_page, set_aside

st.title("Progress")

with progress.opened() as everything:
    if everything.empty:
        progress.nothing_yet()
        set_aside.set_aside(everything)
    else:
        section = progress_page.section()
        seen = progress_filter.through(everything)
        if not seen.empty:
            progress_page.draw(section, seen)
