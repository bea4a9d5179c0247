"""A wrong belief acted out beside the truth: what attention would compute as if it were so, loudly labelled."""

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from attnquiz.sandbox.belief import SWITCHES
from attnquiz.sandbox.experiment import Experiment
from attnquiz.ui import place, sandbox_controls, sandbox_picture, words
from attnquiz.ui.matrix import Cell

if TYPE_CHECKING:
    from attnquiz.sandbox.frames import Matrix
    from attnquiz.sandbox.run import Run


def strip(experiment: Experiment, run: "Run") -> "Run":
    """Say that this is a belief and no truth, where the two part, and the way back. Returns the run of the belief."""
    from attnquiz.sandbox.as_if import as_if, parting
    from attnquiz.sandbox.comparison import where

    belief, other = SWITCHES[experiment.belief], as_if(run)
    sentence = words.markdown(place.collection().misconceptions[belief.name].belief)
    st.warning(
        f"**This is not how attention works.** The belief: {sentence}\n\n{where(run, other)}",
        title=f"As if: {belief.label}",
        icon=":material/psychology_alt:",
    )
    sandbox_controls.ways_back(belief, experiment.stage, parting(run, other))
    return other


def pictures(experiment: Experiment, run: "Run", other: "Run") -> tuple["Matrix", "Matrix", Cell]:
    """The matrix of the belief, then that of the truth, on one scale of colours; both, and the cell."""
    from attnquiz.sandbox.comparison import chosen, without_weights
    from attnquiz.sandbox.frames import matrix, on_one_scale

    both = (matrix(each, experiment.stage, experiment.head, experiment.shown) for each in (other, run))
    theirs, ours = on_one_scale(*both)
    label = f"As if {SWITCHES[experiment.belief].label}"
    theirs, ours = replace(theirs, title=f"{label}: {theirs.title}"), replace(ours, title=f"How it is: {ours.title}")
    cell = sandbox_picture.chosen(experiment, ours)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**{label}**")
        sandbox_picture.draw(experiment, theirs, cell, sandbox_controls.AS_IF)
        place_shown = experiment.stage, experiment.head, *cell, experiment.shown
        for line in [*chosen(run, other, *place_shown), *without_weights(run, other, experiment.stage)]:
            st.markdown(line)
    with right:
        st.markdown("**How it is**")
        sandbox_picture.draw(experiment, ours, cell, sandbox_controls.MATRIX)
    sandbox_picture.how_to_read(ours)
    return theirs, ours, cell
