"""What the server does once, and what stands on every page."""

import gc
from collections.abc import Iterator
from itertools import count
from urllib.parse import urlparse

import streamlit as st

from attnquiz.errors import AttnquizError
from attnquiz.sandbox.written import plain
from attnquiz.ui import contrast, keeping, place, tuning
from attnquiz.ui.state import state

# Our name over the navigation, in letters: st.logo would import numpy and PIL before the first page is there.
NAME = '[data-testid=stSidebarHeader]::before { content: "attnquiz"; font-size: 1.5rem; font-weight: 700 }'
# Links wrap, because a phone would cut them; where there are only fingers there are no keys to tell of.
LINKS = "[data-testid=stPageLink-NavLink] [data-testid=stMarkdownContainer] { white-space: normal }"
TOUCH = "@media (hover: none) and (pointer: coarse) { kbd, .st-key-keys { display: none !important } }"
# The hint that Enter sends an answer: on a phone it would cover what is written in the field, and there is no such key.
HINT = ".st-key-typed [data-testid=InputInstructions] { display: none }"
# What became of a press stays in sight: the button may be far below it.
SAID = "[data-testid=stLayoutWrapper]:has(> [class*=st-key-said-])"
SAID += "{ position: sticky; top: 3.75rem; z-index: 10; background: Canvas; border-radius: 0.5rem }"
# More columns of a table fit.
CELLS = "[data-testid=stTable] :is(th, td) { padding-inline: 0.25rem !important; font-size: 0.8125rem !important }"
# The question mark of a help text is 16 pixels wide; a finger needs more.
HELP = "[data-testid=stTooltipIcon] button { position: relative }"
HELP += "[data-testid=stTooltipIcon] button::after { content: ''; position: absolute; inset: -0.5rem }"
NARROW = f"@media (max-width: 640px) {{ {HINT} {CELLS} }}"

# That of a switch stands inside the label: whoever tapped it would move the switch, and not see the help.
_help = st.components.v2.component(
    "attnquiz_help",
    js="""
const HELP = "[data-testid=stCheckbox] [data-testid=stTooltipIcon]";
export default function () {
  if (window.attnquizHelp) return;
  window.attnquizHelp = true;
  window.addEventListener("pointerdown", (event) => event.target.closest?.(HELP) && event.stopPropagation(), true);
}
""",
)
_reload = st.components.v2.component(
    "attnquiz_reload",
    js="""
export default function () {
  window.location.reload();
}
""",
)


def run() -> None:
    """Run the chosen page. What a person can mend is shown as a sentence; anything else is a bug and shows itself."""
    st.set_page_config(page_title="attnquiz", page_icon="🎯", layout="centered")
    st.html(f"<style>{NAME} {LINKS} {TOUCH} {HELP} {SAID} {NARROW}</style>")
    contrast.mend()
    page = st.navigation(
        {
            "Study": [
                st.Page("pages/study/today.py", title="Today", icon=":material/today:", default=True),
                st.Page("pages/study/review.py", title="Review", icon=":material/quiz:"),
                st.Page("pages/study/learn.py", title="Learn", icon=":material/menu_book:"),
                st.Page("pages/study/map.py", title="Map", icon=":material/map:"),
                st.Page("pages/study/placement.py", title="Placement", icon=":material/explore:"),
                st.Page("pages/study/exam.py", title="Exam", icon=":material/assignment:"),
                st.Page("pages/study/resources.py", title="Resources", icon=":material/link:"),
            ],
            "Sandbox": [
                st.Page("pages/sandbox/attention.py", title="Attention", icon=":material/grid_on:"),
                st.Page("pages/sandbox/experiments.py", title="Experiments", icon=":material/science:"),
            ],
            "Progress": [
                st.Page("pages/progress/overview.py", title="Progress", icon=":material/monitoring:"),
                st.Page("pages/progress/settings.py", title="Settings", icon=":material/settings:"),
            ],
        }
    )
    if page.title != "Review":
        state().linked = ""  # the same link leads to its card again
    if _greeted_with_an_error():
        _reload(key="reload")
        return
    try:
        place.look_again()
        keeping.notice()
        page.run()
        _help(key="help")
        keeping.daily(tuning.by_itself())
    except AttnquizError as error:
        st.error(plain(str(error)))
    _freeze()


@st.cache_resource(show_spinner=False)
def _freeze() -> None:
    """Take what is loaded out of the garbage collector's sight, once a server and after its first page.

    With torch loaded a full collection stops every session for a tenth of a second (docs/decisions).
    """
    gc.freeze()


def _greeted_with_an_error() -> bool:
    """Whether this is the very first run of the server, for an address other than its root.

    Until ``st.navigation`` has been called once, Streamlit looks for pages in pages/ itself, finds none there, and
    opens a dialog "Page not found" over the right page. Loading the address again is what closes it.
    """
    first = next(_runs()) == 0
    return first and urlparse(st.context.url or "").path not in ("", "/")


@st.cache_resource(show_spinner=False)
def _runs() -> Iterator[int]:
    return count()
