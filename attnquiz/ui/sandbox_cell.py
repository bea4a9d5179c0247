"""The chosen cell: how its number came about, what its row says, and the line of PyTorch that makes it."""

from typing import TYPE_CHECKING

import streamlit as st

from attnquiz.sandbox.experiment import Experiment
from attnquiz.sandbox.wording import torch_line
from attnquiz.sandbox.written import plain
from attnquiz.ui.matrix import Cell

if TYPE_CHECKING:
    from attnquiz.sandbox.frames import Matrix
    from attnquiz.sandbox.run import Run


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
    st.code(torch_line(experiment), language="python", wrap_lines=True)
    st.markdown("Shape: " + plain(shown.shape))
