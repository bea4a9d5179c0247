"""Walking through the experiment: stages, layers, tensors, heads, cells. The address bar is the only state: a control
shows what the address says, and its callback writes the address of the changed experiment."""

from collections.abc import Collection
from contextlib import suppress

import streamlit as st

from attnquiz.attention.stage import Stage
from attnquiz.errors import SandboxError
from attnquiz.sandbox.address import from_query
from attnquiz.sandbox.belief import Belief
from attnquiz.sandbox.experiment import Experiment
from attnquiz.ui.matrix import sent
from attnquiz.ui.sandbox_address import current, go
from attnquiz.ui.sandbox_setup import control
from attnquiz.ui.state import act, held, state

MATRIX = "matrix"
AS_IF = "matrix-as-if"
TENSORS = {
    "x": "X", "embedded": "Without positions", "position": "Positions", "memory": "Second text",
    "q": "Queries", "k": "Keys", "v": "Values", "q_rot": "Turned queries", "k_rot": "Turned keys",
    "w_q": "W_Q", "w_k": "W_K", "w_v": "W_V", "w_a": "w", "scores": "Scores", "scaled": "Scaled", "bias": "Bias",
    "biased": "With bias", "t5": "Table", "masked": "Masked", "weights": "Weights", "dropped": "After dropout",
    "mixed": "Mixed", "output": "Output", "joined": "Heads side by side", "shares": "Head's share", "w_o": "W_O",
}  # fmt: skip


@act
def _walk(key: str, stage: Stage) -> None:
    """Of clicks that come together, as over a slow line, Streamlit tells the newest first: it has the last word."""
    newest = state().walked
    if newest not in ("", key) and held(newest):
        return
    state().walked = key
    go(current().changed(stage=stage))


@act
def _look(tensor: str) -> None:
    go(current().changed(tensor=tensor))


@act
def _as_it_is() -> None:
    go(current().changed(belief=""))


@act
def _elsewhere(belief: Belief) -> None:
    go(from_query(belief.experiment))


@act
def choose(key: str) -> None:
    """A cell of the picture with this key was chosen. It is ignored where the picture has changed since and has no
    such cell."""
    with suppress(SandboxError):
        if cell := sent(held(key)):
            go(current().changed(row=cell[0], column=cell[1]))


def stages(experiment: Experiment, changed: Collection[Stage] = ()) -> None:
    """The bar of stages: click one or press its number. A dot marks those whose numbers have changed."""
    state().walked = ""
    with st.container(horizontal=True, gap="xsmall", key="stages"):
        for stage in Stage:
            st.button(
                f"{stage.title} •" if stage in changed else stage.title,
                key=stage_key(stage),
                type="primary" if stage is experiment.stage else "secondary",
                shortcut=str(stage.number),
                disabled=stage not in experiment.stages,
                on_click=_walk,
                args=(stage_key(stage), stage),
            )


def stage_key(stage: Stage) -> str:
    """The key of the button that leads to this stage."""
    return f"stage-{stage}"


def steps(experiment: Experiment) -> dict[str, str]:
    """The keys of the buttons that go one stage back or on, and of those in the bar that lead there, too."""
    ways = {"Back": experiment.stage.previous, "Next": experiment.stage.next}
    return {_step_key(label): stage_key(stage) for label, stage in ways.items() if stage in experiment.stages}


def _step_key(label: str) -> str:
    return f"step-{label}"


SHORTCUTS = {str(stage.number): stage_key(stage) for stage in Stage}
SHORTCUTS |= {"ArrowLeft": _step_key("Back"), "ArrowRight": _step_key("Next")}
"""Keys, as the browser names them, and the buttons that listen to them."""


def walk(experiment: Experiment) -> None:
    """One stage back or on, also with the arrow keys."""
    back = experiment.stage.previous
    with st.container(horizontal=True, gap="xsmall", width="content", key="walk"):
        _step("Back", "Left", back if back in experiment.stages else None)
        _step("Next", "Right", experiment.stage.next)


def _step(label: str, shortcut: str, stage: Stage | None) -> None:
    key = _step_key(label)
    st.button(label, key=key, shortcut=shortcut, disabled=stage is None, on_click=_walk, args=(key, stage))


def ways_back(belief: Belief, stage: Stage, parting: Stage | None) -> None:
    """From a belief to the truth, to the stage where the two part, or to an example in which they do."""
    with st.container(horizontal=True, gap="xsmall", key="ways-back"):
        st.button("Back to how it is", key="as-it-is", type="primary", on_click=_as_it_is)
        if parting is None:
            st.button("Show it in another example", key="elsewhere", on_click=_elsewhere, args=(belief,))
        elif parting.number > stage.number:
            st.button(f"Go to {parting.title}", key="parting", on_click=_walk, args=("parting", parting))


def shown(experiment: Experiment) -> None:
    """Which of the stage's matrices, and of which head."""
    tensors, shape = experiment.tensors, experiment.shape(experiment.shown)
    headed = len(shape) == 3 and shape[0] > 1
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom", key="shown"):
        for tensor in tensors if len(tensors) > 1 else ():
            st.button(
                TENSORS[tensor],
                key=f"tensor-{tensor}",
                type="primary" if tensor == experiment.shown else "secondary",
                on_click=_look,
                args=(tensor,),
            )
        if experiment.layers > 1:
            _choice("Layer", experiment.layers, "layer", experiment.layer)
        if headed:
            _choice("Head", shape[0], "head", experiment.head)


def _choice(label: str, count: int, name: str, value: int) -> None:
    st.selectbox(
        label, range(count), format_func=f"{label} {{}}".format, label_visibility="collapsed", width=120,
        **control(name, value),
    )  # fmt: skip
