"""Long texts: what takes a while says so and can be stopped, is kept, and is seen as an overview."""

from collections import OrderedDict
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from attnquiz.charts.palette import DIVERGING, SEQUENTIAL
from attnquiz.errors import SandboxError
from attnquiz.sandbox.experiment import Experiment
from attnquiz.ui.matrix import Cell, Picture, matrix_view, sent
from attnquiz.ui.sandbox_address import current, go
from attnquiz.ui.state import act, held, hold

if TYPE_CHECKING:
    from attnquiz.sandbox.frames import Matrix
    from attnquiz.sandbox.run import Run

OVERVIEW = "overview"
STOPPED = "sandbox-stopped"
MOST_RUNS = 4
"""Computed and kept for all tabs: the experiment as it is, as it was opened, before a step back, and one more."""


@act
def _there() -> None:
    """A bin of the overview was chosen: the part goes there."""
    from attnquiz.sandbox.overview import middle

    with suppress(SandboxError):  # the page has changed since, and has no such bin
        if cell := sent(held(OVERVIEW)):
            e = current()
            row, column = (middle(side, place) for side, place in zip(e.shape(e.shown)[-2:], cell, strict=True))
            go(e.changed(row=row, column=column))


def _stop(subject: Experiment) -> None:
    hold(STOPPED, subject)


def _go_on() -> None:
    hold(STOPPED, None)


def computed(experiment: Experiment) -> "Run":
    """Every stage, kept from one click to the next. SandboxError where it cannot be computed.

    The page ends here with a sentence where the learner has stopped the work.
    """
    from attnquiz.sandbox.run import run

    place = st.empty()  # always there: what stands below it must keep its place, or the picture loses the focus
    subject, runs = replace(experiment.subject, layer=experiment.layer), _runs()
    found = runs.pop(subject, None)
    if found is None:
        found = _watched(subject, place) if subject.is_long else run(subject)
    runs[subject] = found
    while len(runs) > MOST_RUNS:
        runs.popitem(last=False)
    return replace(found, experiment=experiment)


@st.cache_resource(show_spinner=False)
def _runs() -> OrderedDict[Experiment, "Run"]:
    return OrderedDict()


def _watched(subject: Experiment, place: st.delta_generator.DeltaGenerator) -> "Run":
    from attnquiz.sandbox.run import run

    with place.container(key="computing"):
        if held(STOPPED) == subject:
            st.info("Stopped before everything was computed, so there is nothing to show yet.", icon=":material/pause:")
            st.button("Compute it", key="compute", type="primary", on_click=_go_on)
            st.stop()
        size = f"{len(subject.tokens):,} tokens"
        progress = st.progress(0.0, text=f"Computing {size} in {subject.heads} heads.")
        st.button("Stop computing", key="stop", icon=":material/stop:", on_click=_stop, args=(subject,))

        def tell(done: int, of: int) -> None:
            progress.progress(done / of, text=f"Computing {size}: {done} of {of} heads are done.")

        found = run(subject, on_head=tell)
    place.empty()
    return found


def overview(experiment: Experiment, shown: "Matrix", cell: Cell) -> None:
    """All of a large matrix in one picture; a click in it moves the exact part below."""
    from attnquiz.sandbox.overview import bin_of, pooled

    found = pooled(shown)
    rows, columns = shown.values.shape
    picture = Picture(
        found,
        (bin_of(rows, cell[0]), bin_of(columns, cell[1])),
        labels=(f"all {rows:,}", f"all {columns:,}"),
        colours=SEQUENTIAL if found.domain[0] == 0 else DIVERGING,
        hidden_as=("", "", "hidden by the mask"),
        tiny=True,
    )
    matrix_view(picture, key=OVERVIEW, on_choice=_there)
    st.caption(
        f"All {rows:,} rows and {columns:,} columns; a cell is the mean of its bin. Click one, or walk there with the "
        "arrow keys, and the picture below shows the single numbers around it."
    )
