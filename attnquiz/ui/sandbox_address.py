"""The address bar is the sandbox's only state, and this is the only door to it.

The browser sends its address along with every click. When two clicks follow each other faster than an answer comes
back, the second still brings the address of before the first. A callback therefore remembers what it has written, and
which addresses that has overtaken, until a run comes that no callback has written in: that is a link, or Back.
"""

from dataclasses import dataclass, replace

import streamlit as st

from attnquiz.sandbox.address import from_query, to_query
from attnquiz.sandbox.experiment import Experiment
from attnquiz.ui.state import held, hold

WRITTEN = "sandbox-written"
Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What callbacks have made of the address, and what the browser may still believe it to be."""

    latest: Query
    overtaken: frozenset[Query]
    now: bool = True  # written since the page was last drawn


def _seen() -> Query:
    return tuple(sorted(st.query_params.to_dict().items()))


def current() -> Experiment:
    """The experiment that the address describes, for callbacks. SandboxError when it describes none."""
    seen, written = _seen(), held(WRITTEN)
    return from_query(dict(written.latest if written and seen in written.overtaken else seen))


def opened() -> Experiment:
    """The same for the page, once a run."""
    written = held(WRITTEN)
    hold(WRITTEN, replace(written, now=False) if written and written.now else None)
    return from_query(st.query_params.to_dict())


def go(experiment: Experiment) -> None:
    """Write the experiment into the address bar."""
    _write(to_query(experiment))


def reset() -> None:
    """Back to the experiment that an empty address opens."""
    _write({})


def _write(query: dict[str, str]) -> None:
    seen, written, latest = _seen(), held(WRITTEN), tuple(sorted(query.items()))
    overtaken = {*written.overtaken, written.latest} if written and seen in written.overtaken else set()
    st.query_params.from_dict(query)
    hold(WRITTEN, Written(latest, frozenset(overtaken | {seen}) - {latest}))
