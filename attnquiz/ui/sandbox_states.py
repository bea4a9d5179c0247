"""What the sandbox shows, kept under a name on this computer; and a link that takes it to another one."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import ParamSpec
from urllib.parse import urlencode, urlsplit

import streamlit as st

from attnquiz.errors import AttnquizError
from attnquiz.sandbox.address import from_query, to_query
from attnquiz.sandbox.experiment import Experiment
from attnquiz.sandbox.written import plain
from attnquiz.study import states
from attnquiz.study.drill import day_of
from attnquiz.study.states import Saved
from attnquiz.ui import place, sandbox_address, words
from attnquiz.ui.state import held, hold, typed

NAME = "state-name"
CHANGED = "state-changed"  # the id of the state that is being renamed
GONE = "state-gone"  # the state that was deleted last
SAID = "state-said"
P = ParamSpec("P")


def _told(callback: Callable[P, str]) -> Callable[P, None]:
    """A callback that says here, not at the top of the page, what it did or could not do."""

    @wraps(callback)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        hold(GONE, None)
        try:
            hold(SAID, callback(*args, **kwargs))
        except AttnquizError as error:
            hold(SAID, str(error))

    return told


def saved(experiment: Experiment) -> None:
    """Save this state, go to one that was saved, and copy a link. For the sidebar; empty until it is opened."""
    opened = st.expander("Saved states", icon=":material/bookmark:", on_change="rerun", key="saved-states")
    if not opened.open:
        return
    with opened:
        _save()
        _said()
        with place.store().reading() as r:
            found, today = states.listed(r), day_of(r, place.desk(), place.now())
        for each in found:
            _listed(each, words.day_past(each.day, today))
        if not found:
            st.caption("Nothing is saved yet. What you save stays on this computer, with your answers.")
        _link(experiment)


def _save() -> None:
    with st.form("save-state", border=False, clear_on_submit=True):
        st.text_input("Name", key=NAME, max_chars=states.LONGEST_NAME, placeholder="two heads, no mask")
        st.form_submit_button("Save what I see", icon=":material/bookmark_add:", on_click=_kept)


def _said() -> None:
    """What the last press did, once; and the way back after a deletion."""
    gone: Saved | None = held(GONE)
    if sentence := held(SAID):
        hold(SAID, "")
        st.info(plain(sentence))
    if gone is not None:
        st.button(f"Undo: bring back “{plain(gone.name)}”", key="state-back", on_click=_brought_back, args=(gone,))


def _listed(each: Saved, when: str) -> None:
    with st.container(border=True, key=f"state:{each.id}"):
        # Not st.page_link: to the page that one is on, it leaves the address of the browser as it was.
        st.button(
            plain(each.name), key=f"state-open:{each.id}", icon=":material/bookmark:", width="stretch",
            on_click=_opened, args=(each.query,),
        )  # fmt: skip
        if held(CHANGED) == each.id:
            _change(each)
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"Saved {when}", width="stretch")
            st.button(
                "Change", key=f"state-change:{each.id}", type="tertiary", on_click=_chosen, args=(each.id,),
                help=f"Rename or delete “{plain(each.name)}”",
            )  # fmt: skip


def _change(each: Saved) -> None:
    key = f"state-name:{each.id}"
    with st.form(f"change:{each.id}", border=False):
        hold(key, each.name)
        st.text_input("New name", key=key, max_chars=states.LONGEST_NAME)
        with st.container(horizontal=True):
            st.form_submit_button("Rename", key=f"state-rename:{each.id}", on_click=_renamed, args=(each.id, key))
            st.form_submit_button("Delete", key=f"state-delete:{each.id}", on_click=_forgotten, args=(each.id,))
            st.form_submit_button("Close", key=f"state-close:{each.id}", on_click=_chosen, args=("",))


def _link(experiment: Experiment) -> None:
    query, everywhere = sandbox_address.address(experiment)
    st.markdown("**Link to what you see**")
    if not everywhere and not _is_here(query[sandbox_address.STATE]):
        st.caption("What you see is too much for one link.")
        st.button("Keep it here and make a short link", key="state-keep", on_click=_shortened)
        return
    page = urlsplit(st.context.url or "/attention")._replace(query=urlencode(query), fragment="").geturl()
    st.code(page, language=None, wrap_lines=True)
    st.caption(
        "Copy it to come back or to show it to somebody: all of what you see is in it."
        if everywhere
        else "This works on this computer only: what you see is too much for a link, so it names what is kept here."
    )


def _is_here(id: str) -> bool:
    with place.store().reading() as r:
        return states.find(r, id) is not None


@_told
def _kept() -> str:
    name = typed(NAME)
    states.save(place.desk(), name, to_query(sandbox_address.current()), place.now())
    return f"Saved as “{states.tidy(name)}”."


@_told
def _opened(query: Mapping[str, str]) -> str:
    sandbox_address.go(from_query(query))
    return ""


@_told
def _chosen(id: str) -> str:
    hold(CHANGED, id)
    return ""


@_told
def _renamed(id: str, key: str) -> str:
    states.rename(place.desk(), id, typed(key), place.now())
    hold(CHANGED, "")
    return f"It is called “{states.tidy(typed(key))}” now."


@_told
def _forgotten(id: str) -> str:
    gone = states.forget(place.desk(), id, place.now())
    hold(CHANGED, "")
    hold(GONE, gone)
    return f"Deleted: “{gone.name}”."


@_told
def _brought_back(gone: Saved) -> str:
    states.bring_back(place.desk(), gone, place.now())
    return f"“{gone.name}” is back."


@_told
def _shortened() -> str:
    sandbox_address.go(sandbox_address.current())
    return "Kept. The address of the page is short now."
