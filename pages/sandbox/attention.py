"""Stepping through one attention computation."""

import streamlit as st

from attnquiz.ui import sandbox, sandbox_belief, sandbox_controls, sandbox_setup, sandbox_states

sandbox.spread()
sandbox.title()

experiment = sandbox.experiment()
if experiment is None:
    st.stop()

sandbox.about(experiment)
sandbox.said()
sandbox_controls.stages(experiment)
with st.sidebar:
    sandbox_setup.set_up(experiment)
    sandbox_states.saved(experiment)
run = sandbox.computed(experiment)
with st.sidebar:
    sandbox_controls.machine(experiment)

if experiment.belief:
    believed = sandbox_belief.strip(experiment, run)
    sandbox.meaning(experiment)
    sandbox_controls.shown(experiment)
    theirs, matrix, cell = sandbox_belief.pictures(experiment, run, believed)
    left, right = st.columns([6, 5], gap="medium")
    with left:
        sandbox.arithmetic(experiment, run, cell)
    with right:
        sandbox.code(experiment, matrix)
        sandbox.checked(run)
        sandbox.empty_rows(experiment, run, cell)
        sandbox.table(theirs, matrix)
else:
    left, right = st.columns([6, 5], gap="medium")
    with left:
        sandbox.meaning(experiment)
        sandbox_controls.shown(experiment)
        matrix, cell = sandbox.picture(experiment, run)
        sandbox.empty_rows(experiment, run, cell)
        sandbox.table(matrix)
    with right:
        sandbox.arithmetic(experiment, run, cell)
        sandbox.code(experiment, matrix)
        sandbox.checked(run)
