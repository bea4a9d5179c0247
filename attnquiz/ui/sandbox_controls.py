"""Everything on the sandbox page that changes the experiment. The address bar is the only state: a control shows what
the address says, and its callback writes the address of the changed experiment."""

import math
from contextlib import suppress
from typing import Any

import streamlit as st

from attnquiz.attention.stage import Stage
from attnquiz.errors import SandboxError
from attnquiz.sandbox.address import from_query
from attnquiz.sandbox.belief import SWITCHES, Belief
from attnquiz.sandbox.checks import PRECISIONS, SEEDS
from attnquiz.sandbox.experiment import Experiment, Mask, own_text
from attnquiz.sandbox.library import load, names
from attnquiz.sandbox.words import LONGEST_TEXT
from attnquiz.ui import place
from attnquiz.ui.matrix import sent
from attnquiz.ui.sandbox_address import current, go, reset
from attnquiz.ui.state import act, held, hold

MATRIX = "matrix"
AS_IF = "matrix-as-if"
OWN = "own text"
SAMPLE = "The cat sat on the mat because it was tired"
WIDTHS = (2, 4, 8, 16, 32, 64)
STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
TENSORS = {"q": "Queries", "k": "Keys", "v": "Values", "output": "Output", "joined": "Heads side by side"}


@act
def _walk(stage: Stage) -> None:
    go(current().changed(stage=stage))


@act
def _look(tensor: str) -> None:
    go(current().changed(tensor=tensor))


@act
def _set(name: str) -> None:
    """The control of this name was moved."""
    go(_with(current(), name, held(_key(name))))


@act
def _open() -> None:
    chosen = held(_key("experiment"))
    kept = current()
    opened = own_text(SAMPLE, stage=kept.stage) if chosen == OWN else load(chosen)
    go(opened.changed(belief=kept.belief))


@act
def _as_it_is() -> None:
    go(current().changed(belief=""))


@act
def _elsewhere(belief: Belief) -> None:
    go(from_query(belief.experiment))


def choose(key: str) -> None:
    """A cell of the picture with this key was chosen. It is ignored where the picture has changed since and has no
    such cell."""
    with suppress(SandboxError):
        if cell := sent(held(key)):
            go(current().changed(row=cell[0], column=cell[1]))


def _with(experiment: Experiment, name: str, value: Any) -> Experiment:
    """The experiment with one control moved; controls that belong together move together."""
    match name:
        case "causal":
            return experiment.changed(mask=_mask(value, experiment.mask.is_padding))
        case "hide_padding":
            return experiment.changed(mask=_mask(experiment.mask.is_causal, value))
        case "d_model":
            return experiment.changed(d_model=value, heads=math.gcd(experiment.heads, value))
        case _:
            return experiment.changed(**{name: value})


def _mask(causal: bool, padding: bool) -> Mask:
    return {(False, False): Mask.NONE, (True, False): Mask.CAUSAL, (False, True): Mask.PADDING}.get(
        (causal, padding), Mask.BOTH
    )


def _key(name: str) -> str:
    return f"sandbox-{name}"


def _control(name: str, value: object) -> dict[str, Any]:
    """What ties a widget to the address."""
    hold(_key(name), value)
    return {"key": _key(name), "on_change": _set, "args": (name,)}


def stages(experiment: Experiment) -> None:
    """The bar of stages: click one or press its number."""
    with st.container(horizontal=True, gap="xsmall", key="stages"):
        for stage in Stage:
            st.button(
                stage.title,
                key=f"stage-{stage}",
                type="primary" if stage is experiment.stage else "secondary",
                shortcut=str(stage.number),
                disabled=stage not in experiment.stages,
                on_click=_walk,
                args=(stage,),
            )


def walk(experiment: Experiment) -> None:
    """One stage back or on, also with the arrow keys."""
    back = experiment.stage.previous
    with st.container(horizontal=True, gap="xsmall", width="content", key="walk"):
        _step("Back", "Left", back if back in experiment.stages else None)
        _step("Next", "Right", experiment.stage.next)


def _step(label: str, shortcut: str, stage: Stage | None) -> None:
    st.button(label, key=f"step-{label}", shortcut=shortcut, disabled=stage is None, on_click=_walk, args=(stage,))


def set_up(experiment: Experiment) -> None:
    """What goes in, what is hidden, and the sizes."""
    st.subheader("Set-up", anchor=False)
    _what(experiment)
    st.toggle(
        "Causal mask",
        help="A token may look at itself and at what came before it, never at what comes later.",
        **_control("causal", experiment.mask.is_causal),
    )
    st.toggle(
        "Divide by √d_k",
        help="Without it, long vectors give large scores, and nearly all weight goes to one token.",
        **_control("scale", experiment.scale),
    )
    st.selectbox(
        "Temperature",
        options=sorted({*STEPS, experiment.temperature}),
        format_func="{:g}".format,
        help="Above 1 the weights become more even, below 1 more extreme.",
        **_control("temperature", experiment.temperature),
    )
    _padding(experiment)
    _sizes(experiment)
    _beliefs(experiment)
    st.button("Start over", key="reset", on_click=reset, icon=":material/restart_alt:")
    st.caption("The address of this page holds all of this. Copy it to come back or to show it to somebody.")


def _what(experiment: Experiment) -> None:
    hold(_key("experiment"), experiment.name or OWN)
    st.selectbox(
        "Example",
        options=[*names(), OWN],
        format_func=lambda name: "Your own text" if name == OWN else load(name).title,
        key=_key("experiment"),
        on_change=_open,
    )
    if experiment.text is not None:
        st.text_area(
            "Your text",
            max_chars=LONGEST_TEXT,
            height=110,
            help="Every word and every sign counts as one token. Real models cut words into smaller pieces.",
            **_control("text", experiment.text),
        )


def _padding(experiment: Experiment) -> None:
    own = experiment.text is not None
    most = 16 if own else len(experiment.tokens)
    with st.expander("Padding", expanded=experiment.padding > 0):
        st.number_input(
            "Padding tokens at the end",
            0,
            max(most, experiment.padding),
            help="Sentences that are computed together are filled up to one length."
            if own
            else "So many of the last tokens count as filling.",
            **_control("padding", experiment.padding),
        )
        st.toggle(
            "Padding mask",
            help="Nobody may look at padding.",
            **_control("hide_padding", experiment.mask.is_padding),
        )


def _sizes(experiment: Experiment) -> None:
    with st.expander("Sizes and random numbers"):
        fixed = "The numbers of this example fix the sizes." if experiment.fixed_width else None
        st.selectbox(
            "d_model, numbers per token",
            options=sorted({*WIDTHS, experiment.d_model}),
            disabled=experiment.fixed_width,
            help=fixed,
            **_control("d_model", experiment.d_model),
        )
        st.selectbox(
            "Heads",
            options=[h for h in range(1, experiment.d_model + 1) if experiment.d_model % h == 0],
            disabled=experiment.fixed_width,
            help=fixed or "Each head gets its own slice of the numbers and its own weights.",
            **_control("heads", experiment.heads),
        )
        st.number_input(
            "Seed",
            *SEEDS,
            help="Vectors and matrices that are not given are drawn at random. The same seed gives the same numbers.",
            **_control("seed", experiment.seed),
        )
        st.toggle(
            "Add positions",
            help="Adds the sine and cosine waves of the original paper, so that order matters.",
            disabled=experiment.starts_from_qkv,
            **_control("positions", experiment.positions),
        )


def _beliefs(experiment: Experiment) -> None:
    sentences = place.collection().misconceptions
    with st.expander("As if ...", expanded=bool(experiment.belief)):  # a list, because a narrow box cuts sentences off
        st.radio(
            "Choose a wrong belief to see what attention would compute if it were true, beside what it does compute.",
            options=["", *SWITCHES],
            format_func=lambda name: sentences[name].belief if name else "Nothing: show how it is.",
            **_control("belief", experiment.belief),
        )


def ways_back(belief: Belief, stage: Stage, parting: Stage | None) -> None:
    """From a belief to the truth, to the stage where the two part, or to an example in which they do."""
    with st.container(horizontal=True, gap="xsmall", key="ways-back"):
        st.button("Back to how it is", key="as-it-is", type="primary", on_click=_as_it_is)
        if parting is None:
            st.button("Show it in another example", key="elsewhere", on_click=_elsewhere, args=(belief,))
        elif parting.number > stage.number:
            st.button(f"Go to {parting.title}", key="parting", on_click=_walk, args=(parting,))


def machine(experiment: Experiment) -> None:
    """Where and how exactly it is computed. After the computation, because only PyTorch knows the devices."""
    from attnquiz.attention.devices import devices

    present = [device for device in devices() if device.present]
    with st.expander("Computed on"):
        st.selectbox(
            "Device",
            options=[device.name for device in present],
            help=" ".join(device.about for device in devices()),
            **_control("device", experiment.device),
        )
        st.selectbox(
            "Precision",
            options=PRECISIONS,
            help="float64 keeps about 16 digits, float32 about 7.",
            **_control("precision", experiment.precision),
        )


def shown(experiment: Experiment) -> None:
    """Which of the stage's matrices, and of which head."""
    tensors = experiment.stage.tensors
    headed = len(experiment.shape(experiment.shown)) == 3 and experiment.heads > 1
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom", key="shown"):
        for tensor in tensors if len(tensors) > 1 else ():
            st.button(
                TENSORS[tensor],
                key=f"tensor-{tensor}",
                type="primary" if tensor == experiment.shown else "secondary",
                on_click=_look,
                args=(tensor,),
            )
        if headed:
            st.selectbox(
                "Head",
                options=range(experiment.heads),
                format_func="Head {}".format,
                label_visibility="collapsed",
                width=120,
                **_control("head", experiment.head),
            )
