"""The chosen cell: how its number came about, what its row says, and the line of PyTorch that makes it."""

from typing import TYPE_CHECKING

import streamlit as st

from attnquiz.attention.stage import Stage
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

    st.header("The chosen cell", anchor=False)
    with st.container(key="arithmetic"):
        for line in lines(run, experiment.stage, experiment.head, *cell, experiment.shown):
            _line(line)


def row(experiment: Experiment, run: "Run", cell: Cell) -> None:
    """What the row of the chosen cell says as a whole: its sum, how spread it is, what is largest."""
    from attnquiz.sandbox.rows import row_words

    if cell[0] in run.empty_rows and experiment.stage.number > Stage.MASK.number:
        return  # the arithmetic of the cell has said it
    lines = row_words(run, experiment.stage, experiment.head, cell[0], experiment.shown)
    if lines:
        st.markdown("**Its row.** " + " ".join(line.replace("$$", "$") for line in lines))


def every_term(experiment: Experiment, run: "Run", cell: Cell) -> None:
    """The sum behind the number as a table, with not one term left out."""
    from attnquiz.sandbox.ledger import ledger

    opened = st.expander("Every term", on_change="rerun", key="every-term")
    if not opened.open:
        return
    found = ledger(run, experiment.stage, experiment.head, *cell, experiment.shown)
    if found.empty:
        opened.markdown("There is nothing to add up here: this number is no sum.")
    else:
        opened.dataframe(found, hide_index=True)


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
    st.header("In PyTorch", anchor=False)
    st.code(torch_line(experiment), language="python", wrap_lines=True)
    st.markdown("Shape: " + plain(shown.shape))
