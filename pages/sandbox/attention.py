"""Stepping through one attention computation."""

import streamlit as st

from attnquiz.ui import (
    sandbox,
    sandbox_belief,
    sandbox_card,
    sandbox_cell,
    sandbox_compare,
    sandbox_controls,
    sandbox_edit,
    sandbox_picture,
    sandbox_setup,
    sandbox_states,
    sandbox_take,
    sandbox_views,
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
    sandbox_compare.switch(experiment, changes)
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
    above = st.container()
    left, right = st.columns([6, 5], gap="medium")
    with above if experiment.compare else left:
        sandbox.meaning(experiment)
        sandbox_controls.shown(experiment)
        sandbox_views.bar(experiment)
        matrix, cell = sandbox_views.picture(experiment, run, changes)
    with left:
        sandbox_edit.history(experiment)
        sandbox_picture.empty_rows(experiment, run, cell)
        sandbox_edit.whole(experiment, run)
        sandbox_views.table(experiment, run, matrix)
    with right:
        sandbox_cell.arithmetic(experiment, run, cell)
        sandbox_edit.field(experiment, matrix, cell)
        sandbox_cell.code(experiment, matrix)
        sandbox.checked(run)

sandbox_take.take(experiment, run, matrix)
sandbox_card.card(experiment, matrix, cell)
