"""Where and how exactly everything is computed, what fewer digits do to it, how long it takes, and what is kept."""

from typing import TYPE_CHECKING

import streamlit as st

from attnquiz.attention.cache import cache_bytes
from attnquiz.attention.stage import Stage
from attnquiz.sandbox.experiment import Experiment
from attnquiz.ui import place
from attnquiz.ui.sandbox import apart
from attnquiz.ui.sandbox_setup import control
from attnquiz.ui.state import held, hold

if TYPE_CHECKING:
    from attnquiz.attention.devices import Device
    from attnquiz.sandbox.run import Run

TIMES = "sandbox-times"
REPEATS, REPEATS_OF_LONG = 15, 3
PRECISIONS = {
    "float64": "float64, about 16 digits",
    "float32": "float32, about 7 digits",
    "bfloat16": "bfloat16, 2 to 3 digits, as far as float32",
    "float16": "float16, 3 to 4 digits, up to 65,504",
}
BYTES = {"float64": 8, "float32": 4, "bfloat16": 2, "float16": 2}
TOLD = (
    "Medians of {repeats} repeats. A first one is not counted, because a first call is slower. Small sizes take as "
    "long as the calls themselves do, so they say little about large ones."
)


def machine(experiment: Experiment, run: "Run") -> None:
    """Device and precision, and what follows. After the computation, because only PyTorch knows the devices."""
    opened = st.expander("Computed on", on_change="rerun", key="machine")
    with opened:
        _choices(experiment)
    if not opened.open:
        return
    with opened:
        st.markdown(_digits(experiment, run))
        st.markdown(kept(experiment))
        if st.button("Time each stage", key="time", icon=":material/timer:"):
            _measure(experiment, run)
        _table(experiment)


def _choices(experiment: Experiment) -> None:
    from attnquiz.attention.devices import devices

    known = devices()
    present = {device.name: device for device in known if device.present}
    st.selectbox("Device", options=list(present), **control("device", experiment.device))
    st.caption(" ".join(device.about for device in known))
    usable = _precisions(present[experiment.device])
    st.selectbox("Precision", options=usable, format_func=PRECISIONS.get, **control("precision", experiment.precision))


def _precisions(device: "Device") -> list[str]:
    names = {str(kind).removeprefix("torch.") for kind in device.dtypes}
    return [name for name in PRECISIONS if name in names]


def _digits(experiment: Experiment, run: "Run") -> str:
    """How far the output is from that in float64."""
    from attnquiz.sandbox.precision import against_float64

    if experiment.precision == "float64":
        return "This is float64, which the other precisions are compared with."
    if experiment.is_long:
        return "The difference to float64 is shown for texts of up to 256 tokens."
    found = against_float64(run)
    if found is None:
        return "No row has weights, so there is nothing to compare with float64."
    if not found < float("inf"):
        return f"Some numbers are too large for {experiment.precision}: the output is not a number there."
    if found == 0:
        return "The output is the same as in float64, digit by digit."
    return f"The output differs from that in float64 by at most {apart(found)} of its largest number."


def kept(experiment: Experiment) -> str:
    """What keys and values take in memory while a text is written one token at a time: the KV cache."""
    e = experiment
    (g, n_k, d_k), d_v = e.shape("k"), e.shape("v")[-1]

    def size(heads: int) -> str:
        return f"{cache_bytes(n_k, heads, d_k, d_v, BYTES[e.precision], e.layers, e.batch):,} bytes"

    said = f"Keys and values kept for {n_k:,} tokens (the KV cache): **{size(g)}**."
    if e.heads == 1:
        return said
    if g == e.heads:
        return f"{said} If all {e.heads} heads shared one head of keys and values (MQA): {size(1)}."
    kind = "One head of keys and values serves" if g == 1 else f"{g} heads of keys and values serve"
    return f"{said} {kind} all {e.heads} heads; with one for each of them: {size(e.heads)}."


def _measure(experiment: Experiment, run: "Run") -> None:
    from attnquiz.sandbox.timing import times

    repeats = REPEATS_OF_LONG if experiment.is_long else REPEATS
    with st.spinner("Timing each stage."):
        hold(TIMES, (experiment.subject, repeats, times(run, place.seconds, repeats)))


def _table(experiment: Experiment) -> None:
    measured = held(TIMES)
    if measured is None or measured[0] != experiment.subject:
        return
    _, repeats, found = measured
    lines = [f"| {stage.title} | {1e6 * found[stage]:,.0f} |" for stage in Stage if stage in found]
    st.markdown("\n".join(["| Stage | Microseconds |", "| :-- | --: |", *lines]))
    if experiment.is_long:
        st.caption("Of one head, because the text is long.")
    st.caption(TOLD.format(repeats=repeats))
