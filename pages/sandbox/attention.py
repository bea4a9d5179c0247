"""Stepping through one attention computation."""

import streamlit as st

from attnquiz.ui import (
    sandbox,
    sandbox_belief,
    sandbox_card,
    sandbox_cell,
    sandbox_controls,
    sandbox_edit,
    sandbox_picture,
    sandbox_setup,
    sandbox_states,
)

sandbox.spread()
sandbox.title()

experiment = sandbox.experiment()
if experiment is None:
    st.stop()

sandbox.about(experiment)
sandbox.said()
bar = st.container()
with st.sidebar:
    sandbox_setup.set_up(experiment)
    sandbox_states.saved(experiment)
run = sandbox.computed(experiment)
changes = sandbox.changes(experiment, run)
with bar:
    sandbox_controls.stages(experiment, changes.stages if changes else ())
with st.sidebar:
    sandbox_controls.machine(experiment)

if experiment.belief:
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
else:
    left, right = st.columns([6, 5], gap="medium")
    with left:
        sandbox.meaning(experiment)
        sandbox_controls.shown(experiment)
        matrix, cell = sandbox_picture.picture(experiment, run, changes)
        sandbox_edit.history(experiment)
        sandbox_picture.empty_rows(experiment, run, cell)
        sandbox_edit.whole(experiment, run)
        sandbox_picture.table(matrix)
    with right:
        sandbox_edit.field(experiment, matrix, cell)
        sandbox_cell.arithmetic(experiment, run, cell)
        sandbox_cell.code(experiment, matrix)
        sandbox.checked(run)

sandbox_card.card(experiment, matrix, cell)
