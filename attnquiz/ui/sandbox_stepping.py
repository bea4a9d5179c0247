"""The sandbox but for its set-up, as one fragment: a click draws this part again and leaves the rest of the page alone.

The picture comes first into the browser, then its arithmetic, then the rest; containers keep all of it in its place.
"""

from typing import TYPE_CHECKING

import streamlit as st

from attnquiz.errors import AttnquizError
from attnquiz.sandbox.experiment import Experiment
from attnquiz.sandbox.written import plain
from attnquiz.ui import (
    sandbox,
    sandbox_belief,
    sandbox_card,
    sandbox_cell,
    sandbox_compare,
    sandbox_controls,
    sandbox_edit,
    sandbox_picture,
    sandbox_predict,
    sandbox_take,
    sandbox_views,
)
from attnquiz.ui.matrix import Cell
from attnquiz.ui.state import held, hold

if TYPE_CHECKING:
    from attnquiz.sandbox.difference import Changes
    from attnquiz.sandbox.frames import Matrix
    from attnquiz.sandbox.run import Run

FRESH = "sandbox-fresh"
SAVED = "saved-states"


def stepping(experiment: Experiment) -> None:
    """Everything that shows the experiment, under a set-up that was just drawn for it."""
    hold(FRESH, True)
    _stepping(experiment)


@st.fragment
def _stepping(drawn: Experiment) -> None:
    """`drawn` is what the set-up beside it shows. A click in here may have changed what it should show: then the whole
    page is drawn again."""
    fresh = held(FRESH)
    hold(FRESH, False)
    experiment = drawn if fresh else sandbox.experiment()
    if experiment is None:
        return
    if not fresh and (_set_up(experiment) != _set_up(drawn) or held(SAVED)):
        st.rerun()
    try:
        _shown(experiment)
    except AttnquizError as error:  # the guard of the page is not around a fragment that runs alone
        st.error(plain(str(error)))


def _set_up(e: Experiment) -> tuple[Experiment, str]:
    return e.subject, e.belief


def _shown(experiment: Experiment) -> None:
    sandbox.said()
    bar = st.container()
    run = sandbox.computed(experiment)
    changes = sandbox.changes(experiment, run)
    if experiment.belief:
        _bar(bar, experiment, changes)
        matrix, cell = _believed(experiment, run)
    elif sandbox_predict.waits(experiment):
        _bar(bar, experiment, changes)
        sandbox.meaning(experiment)
        sandbox_predict.ask(experiment, run)
        return
    else:
        matrix, cell = _stage(bar, experiment, run, changes)
    sandbox_take.take(experiment, run, matrix)
    sandbox_card.card(experiment, matrix, cell)


def _bar(place: st.delta_generator.DeltaGenerator, experiment: Experiment, changes: "Changes | None") -> None:
    with place:
        sandbox_controls.stages(experiment, changes.stages if changes else ())
        with st.container(horizontal=True, gap="medium", key="modes"):
            sandbox_predict.switch(experiment)
            sandbox_compare.switch(experiment, changes)


def _believed(experiment: Experiment, run: "Run") -> tuple["Matrix", Cell]:
    believed = sandbox_belief.strip(experiment, run)
    sandbox.meaning(experiment)
    sandbox_controls.shown(experiment)
    theirs, matrix, cell = sandbox_belief.pictures(experiment, run, believed)
    left, right = st.columns([6, 5], gap="medium")
    with left:
        sandbox_cell.arithmetic(experiment, run, cell)
    with right:
        sandbox_cell.code(experiment, matrix)
        sandbox.checked(run)
        sandbox_picture.empty_rows(experiment, run, cell)
        sandbox_picture.table(theirs, matrix)
    return matrix, cell


def _stage(
    bar: st.delta_generator.DeltaGenerator, experiment: Experiment, run: "Run", changes: "Changes | None"
) -> tuple["Matrix", Cell]:
    above = st.container()
    left, right = st.columns([6, 5], gap="medium")
    with above if experiment.compare else left:
        words = st.container()
        sandbox_predict.told(experiment)
        matrix, cell = sandbox_views.picture(experiment, run, changes)
    with right:
        sandbox_cell.arithmetic(experiment, run, cell)
    _bar(bar, experiment, changes)
    with words:
        sandbox.meaning(experiment)
        sandbox_controls.shown(experiment)
        sandbox_views.bar(experiment)
    with left:
        sandbox_edit.history(experiment)
        sandbox_picture.empty_rows(experiment, run, cell)
        sandbox_edit.whole(experiment, run)
        sandbox_views.table(experiment, run, matrix, changes)
    with right:
        sandbox_cell.row(experiment, run, cell)
        sandbox_edit.field(experiment, matrix, cell)
        sandbox_cell.every_term(experiment, run, cell)
        sandbox_cell.code(experiment, matrix)
        sandbox.checked(run)
    return matrix, cell
