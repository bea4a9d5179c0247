"""What the sandbox page shows. Nothing here imports PyTorch before the first computation asks for it."""

import gc
import os
import sys
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from attnquiz.attention.stage import Stage
from attnquiz.attention.threads import ENVIRONMENT, threads_for
from attnquiz.charts.palette import DIVERGING, SEQUENTIAL
from attnquiz.errors import SandboxError
from attnquiz.sandbox.experiment import Experiment
from attnquiz.sandbox.written import plain
from attnquiz.ui import sandbox_address, sandbox_controls
from attnquiz.ui.matrix import Cell, matrix_view
from attnquiz.ui.state import trouble

if TYPE_CHECKING:
    from attnquiz.sandbox.frames import Matrix
    from attnquiz.sandbox.run import Run

EXPERIMENTS = "pages/sandbox/experiments.py"
HIDDEN = "hidden by the mask"
# Not set_page_config(layout="wide"): app.py asks for the narrow layout in every run, and the page would jump twice.
STYLE = """<style>
[data-testid=stMainBlockContainer] { max-width: 80rem !important }
.st-key-arithmetic .katex { font-size: 1.05em }
.st-key-arithmetic .katex-display { overflow-x: auto; overflow-y: hidden; padding: 0.2rem 0 }
.st-key-arithmetic .katex-display > .katex { text-align: left }
.on-phones { margin: 0; font-size: 0.9rem }
@media (min-width: 769px) { .on-phones { display: none } }
@media (max-width: 480px) { .st-key-arithmetic .katex-display > .katex { font-size: 0.85em } }
</style>"""
PHONE_HINT = '<p class="on-phones">Other examples, your own text, masks and sizes: open » at the top.</p>'
OWN_TEXT = (
    "Your own text. Nobody has trained these vectors and matrices: they are random numbers. So the pattern carries no "
    "meaning, but every step is the real one."
)
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
PAIR_LABELS = ("the token that asks (query)", "the token that is looked at (key)")
VECTOR_LABELS = ("the tokens", "the numbers of each token's vector")


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
    except SandboxError as error:
        _refused(error)
        return None


def _refused(error: SandboxError) -> None:
    st.error(plain(str(error)), title="This address cannot be opened")
    st.button("Open the first example", type="primary", key="reset-address", on_click=sandbox_address.reset)


def said() -> None:
    """What a control could not do, once."""
    place = st.container()
    if sentence := trouble():
        place.warning(plain(sentence), icon=":material/info:")


def computed(experiment: Experiment) -> "Run":
    """Every stage of the experiment. Where it cannot be computed, a sentence, and the page ends there."""
    _load_torch()
    import torch

    from attnquiz.sandbox.run import run

    torch.set_num_threads(threads_for(len(experiment.tokens)))
    try:
        return run(experiment)
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
    st.markdown(OWN_TEXT if experiment.text is not None else experiment.about)
    st.html(PHONE_HINT)


def meaning(experiment: Experiment) -> None:
    """What happens at this stage: a sentence, and the equation with this stage's term in a box."""
    stage = experiment.stage
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(f"{stage.number}. {stage.title}", anchor=False, width="stretch")
        sandbox_controls.walk(experiment)
    st.markdown(stage.meaning)
    st.latex(stage.equation.replace(r"\qquad", r"\quad"))  # three formulas side by side fit a phone


def empty_rows(experiment: Experiment, run: "Run", cell: Cell) -> None:
    """Say which tokens have nothing left to look at, where it shows and the arithmetic of the cell does not say it."""
    from attnquiz.sandbox.run import EMPTY_ROW

    explained = cell[0] in run.empty_rows and experiment.stage.number > Stage.MASK.number
    if run.empty_rows and experiment.stage.number >= Stage.MASK.number and not explained:
        names = ", ".join(run.labels[row] for row in run.empty_rows)
        st.warning(EMPTY_ROW, title=f"Nothing left to look at: {plain(names)}", icon=":material/visibility_off:")


def picture(experiment: Experiment, run: "Run") -> tuple["Matrix", Cell]:
    """The matrix of this stage, and the cell that is chosen in it."""
    from attnquiz.sandbox.frames import matrix

    shown = matrix(run, experiment.stage, experiment.head, experiment.shown)
    cell = chosen(experiment, shown)
    draw(experiment, shown, cell, sandbox_controls.MATRIX)
    how_to_read(shown)
    return shown, cell


def draw(experiment: Experiment, shown: "Matrix", cell: Cell, key: str) -> None:
    """One picture, with its chosen cell."""
    weights = shown.tensor == "weights"
    matrix_view(
        shown,
        cell,
        show=experiment.row is not None,
        labels=PAIR_LABELS if shown.row_axis == "query" else VECTOR_LABELS,
        colours=SEQUENTIAL if shown.domain[0] == 0 else DIVERGING,
        hidden_as=("", "", HIDDEN) if weights else ("−∞", "minus infinity", HIDDEN),
        key=key,
        on_choice=partial(sandbox_controls.choose, key),
    )


def how_to_read(shown: "Matrix") -> None:
    """What a row is, and how a cell is chosen."""
    st.caption(
        "Read along a row: how much one token (the query) looks at every token (the keys). "
        "Click a cell, or walk there with the arrow keys."
        if shown.row_axis == "query"
        else "Each row is the vector of one token. Click a cell, or walk there with the arrow keys."
    )


def chosen(experiment: Experiment, shown: "Matrix") -> Cell:
    """The learner's cell; before there is one, the largest number in the last row."""
    last = shown.values.shape[0] - 1
    row = last if experiment.row is None else experiment.row
    largest = int(np.nan_to_num(shown.values[row], nan=-np.inf).argmax())
    return row, largest if experiment.column is None else experiment.column


def table(*shown: "Matrix") -> None:
    """The same numbers as a table, for whoever wants to read or hear them one by one."""
    from attnquiz.sandbox.frames import table as numbers

    opened = st.expander("As a table", on_change="rerun", key="table")
    for each in shown if opened.open else ():
        if len(shown) > 1:
            opened.caption(each.title)
        opened.dataframe(numbers(each), alt=each.title)


def arithmetic(experiment: Experiment, run: "Run", cell: Cell) -> None:
    """How the number in the chosen cell came about."""
    from attnquiz.sandbox.arithmetic import arithmetic as lines

    st.subheader("The chosen cell", anchor=False)
    with st.container(key="arithmetic"):
        for line in lines(run, experiment.stage, experiment.head, *cell, experiment.shown):
            _line(line)


def _line(line: str) -> None:
    """Words as they are. Long sums inline, where they wrap; fractions large, one "=" under the other."""
    if not line.startswith("$$") or r"\frac" not in line:
        st.markdown(line.replace("$$", "$"))
        return
    rows = line.strip("$").replace(" = ", r" \\[6pt] & = ")
    size = r"\footnotesize" if "underbrace" in line else ""
    st.markdown(f"$$\n{size} \\begin{{aligned}} & {rows} \\end{{aligned}}\n$$")


def code(experiment: Experiment, shown: "Matrix") -> None:
    """The line of PyTorch, and the shape of what it makes."""
    st.subheader("In PyTorch", anchor=False)
    st.code(experiment.stage.torch_line, language="python", wrap_lines=True)
    st.markdown("Shape: " + plain(shown.shape))


def checked(run: "Run") -> None:
    """How far PyTorch's own functions are from what is on the screen, relative to the largest number of the output."""
    found = {
        "torch.nn.MultiheadAttention": run.agreement.module,
        "F.scaled_dot_product_attention": run.agreement.function,
    }
    parts = [f"to {name} {_apart(value)}" for name, value in found.items() if value is not None]
    if not parts:
        st.caption("No row has weights, so there is nothing to compare with PyTorch.")
    elif run.agreement.holds:
        st.caption(plain(f"Checked: largest difference {', '.join(parts)}."))
    else:
        st.caption(
            plain(f"Compared: largest difference {', '.join(parts)}. ")
            + "That is more than usual: very large scores lose digits. Choose float64 under “Computed on”."
        )


def _apart(difference: float) -> str:
    """As one writes it: 1.6 × 10⁻⁸, on one line."""
    if difference == 0:
        return "0"
    mantissa, power = f"{difference:.1e}".split("e")
    return f"{mantissa}\u00a0×\u00a010{str(int(power)).translate(RAISED)}"
