"""Stepping through one attention computation."""

import streamlit as st

from attnquiz.ui import sandbox, sandbox_machine, sandbox_setup, sandbox_states, sandbox_stepping

sandbox.spread()
sandbox.title()

experiment = sandbox.experiment()
if experiment is None:
    st.stop()

sandbox.about(experiment)
with st.sidebar:
    sandbox_setup.set_up(experiment)
    sandbox_states.saved(experiment)
run = sandbox.computed(experiment)
with st.sidebar:
    sandbox_machine.machine(experiment, run)
sandbox_stepping.stepping(experiment)
