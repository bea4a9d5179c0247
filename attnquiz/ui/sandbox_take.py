"""What can be taken away from the sandbox: the picture, the numbers in it, and a program that computes them again."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from attnquiz.charts.drawn import matrix_svg
from attnquiz.errors import SandboxError
from attnquiz.sandbox.experiment import EVERYTHING, Experiment
from attnquiz.sandbox.written import plain
from attnquiz.ui import sandbox_picture
from attnquiz.ui.picture import picture_view
from attnquiz.ui.sandbox_picture import HIDDEN, LABELS

if TYPE_CHECKING:
    from attnquiz.sandbox.frames import Matrix
    from attnquiz.sandbox.run import Run

BYTES_OF_MARK = "utf-8-sig"
"""UTF-8 with the mark by which spreadsheets know it."""
MOST_NUMBERS = 1_000_000
"""In one file. Writing four times as many takes a quarter of a minute, and no spreadsheet opens them."""


def take(experiment: Experiment, run: "Run", shown: "Matrix") -> None:
    """Everything that can be saved as a file. Empty until it is opened."""
    opened = st.expander("Take it away", icon=":material/download:", on_change="rerun", key="take")
    if not opened.open:
        return
    with opened:
        _numbers(experiment, run, shown)
        _programs(experiment, run)
        _picture(experiment, shown)


def _numbers(experiment: Experiment, run: "Run", shown: "Matrix") -> None:
    from attnquiz.sandbox.tables import csv, json_text

    name = _of_matrix(experiment, shown)
    st.markdown("**The numbers of this picture**")
    if shown.values.size > MOST_NUMBERS:
        from attnquiz.sandbox.overview import part

        near, _ = part(shown, sandbox_picture.chosen(experiment, shown))
        _file("CSV", f"{name}-part.csv", "text/csv", lambda: csv(near).encode(BYTES_OF_MARK))
        st.caption(
            f"All of it would be {shown.values.size:,} numbers, too many for a file. This has the part around the "
            "chosen cell. For all of them, choose a shorter text."
        )
        return
    with st.container(horizontal=True, gap="xsmall"):
        _file("CSV", f"{name}.csv", "text/csv", lambda: csv(shown).encode(BYTES_OF_MARK))
        _file(
            "JSON", f"{name}.json", "application/json",
            partial(json_text, run, experiment.stage, experiment.head, shown.tensor),
        )  # fmt: skip
    st.caption(
        "CSV is for spreadsheets: a line for each cell. There, a token that begins with =, +, - or @ gets an "
        "apostrophe before it, so that it is not taken for a formula. JSON also says what the numbers are."
    )


def _programs(experiment: Experiment, run: "Run") -> None:
    from attnquiz.sandbox.notebook import notebook
    from attnquiz.sandbox.program import check_size, program

    st.markdown("**A program that computes all of this again**")
    try:
        check_size(run)
    except SandboxError as error:
        st.caption(plain(str(error)))
        return
    name = _of_state(experiment)
    with st.container(horizontal=True, gap="xsmall"):
        _file("Python program", f"{name}.py", "text/x-python", partial(program, run))
        _file("Jupyter notebook", f"{name}.ipynb", "application/x-ipynb+json", partial(notebook, run))
    st.caption(
        "Plain PyTorch, stage by stage, with the numbers of this state. It checks its results against this page."
    )


def _file(label: str, name: str, kind: str, content: Callable[[], str | bytes]) -> None:
    """A button that makes its file when it is pressed, and leaves the page as it is."""
    st.download_button(
        label, content, file_name=name, mime=kind, key=f"take-{label}", on_click="ignore", icon=":material/download:"
    )


def _picture(experiment: Experiment, shown: "Matrix") -> None:
    st.markdown("**The picture**")
    weights = shown.tensor in ("weights", "dropped")
    draw = partial(
        matrix_svg, shown.values, shown.hidden, shown.row_names, shown.column_names, shown.title, shown.domain,
        axes=LABELS[shown.row_axis], hidden_text="" if weights else "−∞", hidden_words=HIDDEN,
    )  # fmt: skip
    picture_view(draw("light"), draw("dark"), title=shown.title, name=_of_matrix(experiment, shown), key="take-picture")
    if max(shown.values.shape) > EVERYTHING:
        st.caption("So many numbers leave no room for digits in the picture. The CSV has every one of them.")


def _of_state(experiment: Experiment) -> str:
    """The name of a file for the whole state."""
    return f"attention-{experiment.name or 'own-text'}"


def _of_matrix(experiment: Experiment, shown: "Matrix") -> str:
    """The name of a file for one matrix."""
    head = f"-head-{experiment.head}" if len(experiment.shape(shown.tensor)) == 3 else ""
    layer = f"-layer-{experiment.layer}" if experiment.layers > 1 else ""
    return f"{_of_state(experiment)}-{shown.tensor}{head}{layer}"
