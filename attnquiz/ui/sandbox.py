"""What the sandbox page shows. Nothing here imports PyTorch before the first computation asks for it."""

import gc
import os
import sys
from typing import TYPE_CHECKING

import streamlit as st

from attnquiz.attention.threads import ENVIRONMENT, threads_for
from attnquiz.errors import AttnquizError, SandboxError
from attnquiz.sandbox.address import beginning
from attnquiz.sandbox.experiment import Experiment
from attnquiz.sandbox.wording import equation
from attnquiz.sandbox.wording import meaning as in_words
from attnquiz.sandbox.written import plain
from attnquiz.ui import sandbox_address, sandbox_controls, sandbox_long, sandbox_predict, shortcut
from attnquiz.ui.state import trouble

if TYPE_CHECKING:
    from attnquiz.sandbox.difference import Changes
    from attnquiz.sandbox.run import Run

EXPERIMENTS = "pages/sandbox/experiments.py"
# Not set_page_config(layout="wide"): app.py asks for the narrow layout in every run, and the page would jump twice.
STYLE = """<style>
[data-testid=stMainBlockContainer] { max-width: 80rem !important; padding-top: 3.5rem !important }
[data-testid=stMain] h1 { padding: 0.5rem 0; font-size: 2.25rem }
[data-testid=stMain] h2 { padding: 0.5rem 0; font-size: 1.5rem }
.st-key-sandbox-view button { padding-inline: 0.55rem }
[data-testid=stMain] .katex-display { margin: 0.5rem 0; padding: 0.2rem }
.st-key-arithmetic .katex { font-size: 1.05em }
.st-key-arithmetic .katex-display { overflow-x: auto; overflow-y: hidden; padding: 0.2rem 0 }
.st-key-arithmetic .katex-display > .katex { text-align: left }
.on-phones { margin: 0; font-size: 0.9rem }
@media (min-width: 769px) { .on-phones { display: none } }
@media (max-width: 480px) { .st-key-arithmetic .katex-display > .katex { font-size: 0.85em } }
@media (max-width: 380px) { [data-testid=stMain] .katex-display { font-size: 0.9em } }
</style>"""
PHONE_HINT = '<p class="on-phones">Other examples, your own text, masks and sizes: open » at the top.</p>'
OWN_TEXT = (
    "Your own text. Nobody has trained these vectors and matrices: they are random numbers. So the pattern carries no "
    "meaning, but every step is the real one."
)
LATER = "What there is to see here is said after your prediction, because it would give the answer away."
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def spread() -> None:
    """Room for the picture and its arithmetic side by side."""
    st.html(STYLE)


def title() -> None:
    """The name of the page, and the way to all experiments."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Attention", anchor=False, width="stretch")
        st.page_link(EXPERIMENTS, label="All experiments", icon=":material/science:", width="content")


def experiment() -> Experiment | None:
    """What the address describes. None, with a sentence and a way back on the page, when it describes nothing."""
    try:
        return sandbox_address.opened()
    except AttnquizError as error:  # of the address, or of the file that holds a saved state
        _refused(error)
        return None


def _refused(error: AttnquizError) -> None:
    st.error(plain(str(error)), title="This address cannot be opened")
    st.button("Open the first example", type="primary", key="reset-address", on_click=sandbox_address.reset)


def said() -> None:
    """What a control could not do, once. It stays in sight: the control may be far below, most of all on a phone."""
    place = st.container(key="said-sandbox")
    if sentence := trouble():
        place.warning(plain(sentence), icon=":material/info:")


def computed(experiment: Experiment) -> "Run":
    """Every stage of the experiment. Where it cannot be computed, a sentence, and the page ends there."""
    _load_torch()
    import torch

    torch.set_num_threads(threads_for(len(experiment.tokens)))
    try:
        return sandbox_long.computed(experiment)
    except SandboxError as error:
        _refused(error)
        st.stop()


def _load_torch() -> None:
    place = st.empty()  # always there: what stands below it must keep its place, or the picture loses the focus
    if "attnquiz.sandbox.run" in sys.modules:
        return
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    with place.container():
        st.markdown("Loading PyTorch. This takes a few seconds the first time.")
        st.skeleton(height=420)
        import attnquiz.sandbox.run  # noqa: F401

        gc.collect()
        gc.freeze()  # as boot does at the start: what stays for good is no longer searched for garbage
    place.empty()


def about(experiment: Experiment) -> None:
    """What this example is for; on a phone, where the set-up hides."""
    if experiment.text is not None:
        st.markdown(OWN_TEXT)
    else:
        st.markdown(LATER if sandbox_predict.hides_prose(experiment) else experiment.about)
        shortcut.badge(experiment.shortcut)
    st.html(PHONE_HINT)


def changes(experiment: Experiment, run: "Run") -> "Changes | None":
    """What differs from the experiment as it was opened; None where nothing was changed, and for long texts."""
    from attnquiz.sandbox.difference import changes as found

    first = beginning(experiment)
    if experiment.is_long or first.is_long or experiment.subject == first.subject:
        return None
    return found(run, computed(first))


def meaning(experiment: Experiment) -> None:
    """What happens at this stage: a sentence, and the equation with this stage's term in a box."""
    stage = experiment.stage
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header(f"{stage.number}. {stage.title}", anchor=False, width="stretch")
        sandbox_controls.walk(experiment)
    st.markdown(in_words(experiment))
    st.latex(equation(experiment).replace(r"\qquad", r"\quad"))  # three formulas side by side fit a phone


def checked(run: "Run") -> None:
    """How far PyTorch's own functions are from what is on the screen, relative to the largest number of the output."""
    found = {
        "torch.nn.MultiheadAttention": run.agreement.module,
        "F.scaled_dot_product_attention": run.agreement.function,
    }
    parts = [f"to {name} {apart(value)}" for name, value in found.items() if value is not None]
    if not parts:
        st.caption(run.agreement.reason)
    elif run.agreement.holds:
        st.caption(plain(f"Checked: largest difference {', '.join(parts)}."))
    else:
        st.caption(
            plain(f"Compared: largest difference {', '.join(parts)}. ")
            + "That is more than usual: very large scores lose digits. Choose float64 under “Computed on”."
        )


def apart(difference: float) -> str:
    """A difference as one writes it: 1.6 × 10⁻⁸, on one line."""
    if difference == 0:
        return "0"
    mantissa, power = f"{difference:.1e}".split("e")
    return f"{mantissa}\u00a0×\u00a010{str(int(power)).translate(RAISED)}"
