"""The address bar is the sandbox's only state, and this is the only door to it.

The browser sends its address along with every click. When two clicks follow each other faster than an answer comes
back, the second still brings the address of before the first. A callback therefore remembers what it has written, and
which addresses that has overtaken, until a run comes that no callback has written in: that is a link, or Back.

What is too long for an address (a text, many edits) is kept in the learner's file, and the address names it by its
short id: ?state=k3x9...&stage=SOFTMAX. The rest stays readable there, so that walking about keeps nothing anew.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import streamlit as st

from attnquiz.errors import SandboxError
from attnquiz.sandbox.address import from_query, to_query
from attnquiz.sandbox.experiment import Experiment
from attnquiz.study import states
from attnquiz.ui import place
from attnquiz.ui.state import act, held, hold

WRITTEN = "sandbox-written"
HISTORY = "sandbox-history"
MOST_STEPS = 100
STATE = "state"
LONGEST = 1_800
"""Characters of an address, as a browser sends it; some programs cut what is longer."""
LONG = 100
"""Characters from which on a part of such an address is kept elsewhere."""
PLACES = ("row", "column")  # they change with every click, however long the names of the tokens are
UNKNOWN = (
    "This link names a saved state that is not on this computer. Open it where it was made, or ask for the whole link: "
    "short set-ups have one that works everywhere."
)
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
    return from_query(whole(dict(written.latest if written and seen in written.overtaken else seen)))


def opened() -> Experiment:
    """The same for the page, once a run."""
    written = held(WRITTEN)
    hold(WRITTEN, replace(written, now=False) if written and written.now else None)
    return from_query(whole(st.query_params.to_dict()))


def go(experiment: Experiment) -> None:
    """Write the experiment into the address bar, from a callback: what is too long for it is kept first.

    Where it computes something else than before, what was before can be brought back by ``undo``.
    """
    with suppress(SandboxError):  # an address that could not be opened is nothing to go back to
        before = current()
        if before.subject != experiment.subject:
            past, _ = _history()
            hold(HISTORY, ((*past, before)[-MOST_STEPS:], ()))
    _go(experiment)


def reset() -> None:
    """Back to the experiment that an empty address opens."""
    go(from_query({}))
    _write({})


@act
def undo() -> None:
    """Compute again what was computed before the last change; the learner stays where they look."""
    past, future = _history()
    if past:
        now = current()
        hold(HISTORY, (past[:-1], (now, *future)))
        _go(past[-1].at(now))


@act
def redo() -> None:
    """Make the change again that was undone last."""
    past, future = _history()
    if future:
        now = current()
        hold(HISTORY, ((*past, now), future[1:]))
        _go(future[0].at(now))


def steps() -> tuple[int, int]:
    """How many changes can be undone, and how many redone."""
    past, future = _history()
    return len(past), len(future)


def _history() -> tuple[tuple[Experiment, ...], tuple[Experiment, ...]]:
    return held(HISTORY) or ((), ())


def _go(experiment: Experiment) -> None:
    query, long = _parted(to_query(experiment))
    if long:
        states.keep(place.desk(), long, place.now())
    _write(query)


def whole(query: Mapping[str, str]) -> dict[str, str]:
    """An address with what its state holds in place of the id; other parameters go before those of the state.

    Raises SandboxError where the learner's file has no such state.
    """
    if STATE not in query:
        return dict(query)
    with place.store().reading() as r:
        found = states.find(r, query[STATE])
    if found is None:
        raise SandboxError(UNKNOWN)
    return {**found, **{name: value for name, value in query.items() if name != STATE}}


def address(experiment: Experiment) -> tuple[dict[str, str], bool]:
    """What ``go`` writes, and whether it works on any computer. Where not, ``go`` keeps what it names."""
    query, long = _parted(to_query(experiment))
    return query, not long


def _parted(query: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """An address that is short enough, and what it names by an id; nothing where the whole address is short."""
    if length(query) <= LONGEST:
        return query, {}
    long = {name: value for name, value in query.items() if name not in PLACES and length({name: value}) > LONG}
    if not long:
        return query, {}
    return {STATE: states.id_of(long)} | {name: query[name] for name in query if name not in long}, long


def length(query: Mapping[str, str]) -> int:
    """Characters of an address, as a browser sends it."""
    return len(urlencode(query))


def _write(query: dict[str, str]) -> None:
    seen, written, latest = _seen(), held(WRITTEN), tuple(sorted(query.items()))
    overtaken = {*written.overtaken, written.latest} if written and seen in written.overtaken else set()
    st.query_params.from_dict(query)
    hold(WRITTEN, Written(latest, frozenset(overtaken | {seen}) - {latest}))
