"""Other ways to look at the weights than their matrix: a bar to choose one, its picture, a sentence, its numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from attnquiz.charts.distance import distance_svg
from attnquiz.charts.lines import lines_svg
from attnquiz.charts.panels import Panel, panels_svg
from attnquiz.charts.received import received_svg
from attnquiz.charts.signal import image_svg, series_svg
from attnquiz.errors import SandboxError
from attnquiz.sandbox import sides
from attnquiz.sandbox.experiment import Experiment, View
from attnquiz.sandbox.written import plain
from attnquiz.ui import sandbox_compare, sandbox_picture
from attnquiz.ui.matrix import Cell
from attnquiz.ui.picture import picture_view
from attnquiz.ui.sandbox_address import current, go
from attnquiz.ui.sandbox_setup import control
from attnquiz.ui.state import act, held, hold

if TYPE_CHECKING:
    import pandas as pd

    from attnquiz.sandbox.difference import Changes
    from attnquiz.sandbox.frames import Matrix
    from attnquiz.sandbox.run import Run

NAMES = {
    View.STAGE: "Matrix",
    View.HEADS: "All heads",
    View.LINES: "Lines",
    View.RECEIVED: "Received",
    View.CONTRIBUTION: "What arrives",
    View.DISTANCE: "By distance",
    View.SIGNAL: "Signal",
}
QUERY, PICTURE = "sandbox-query", "view-picture"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture for a theme, what it shows in a sentence, how it is read, and its numbers."""

    svg: Callable[[str, str], str]  # (what a screen reader says, theme)
    sentence: str
    how: str
    tables: Callable[[], list[tuple[str, "pd.DataFrame"]]]


@act
def _ask() -> None:
    from attnquiz.sandbox.views import with_query

    go(with_query(current(), held(QUERY)))


@act
def _open(head: int) -> None:
    from attnquiz.sandbox.views import with_head

    go(with_head(current(), head))


def bar(experiment: Experiment) -> None:
    """The choice of a view, from the scores on."""
    from attnquiz.sandbox.views import has_views, offered

    if has_views(experiment):
        choice = {"required": True, "wrap": True, "format_func": NAMES.__getitem__, **control("view", experiment.view)}
        st.segmented_control("View", offered(experiment), label_visibility="collapsed", **choice)


def picture(experiment: Experiment, run: "Run", changes: "Changes | None" = None) -> tuple["Matrix", Cell]:
    """The chosen view in the place of the matrix of the stage. The matrix in either case, and its chosen cell."""
    from attnquiz.sandbox.frames import matrix

    if not _is_view(experiment):
        if experiment.compare:
            return sandbox_compare.pictures(experiment, run, changes)
        return sandbox_picture.picture(experiment, run, changes)
    if experiment.compare:
        st.caption("Before and after stand side by side as matrices. Choose the view “Matrix” to see them.")
    _view(experiment, run)
    shown = matrix(run, experiment.stage, experiment.head, experiment.shown)
    return shown, sandbox_picture.chosen(experiment, shown)


def table(experiment: Experiment, run: "Run", shown: "Matrix", changes: "Changes | None" = None) -> None:
    """The numbers of the view, of before and after, or of the matrix, to be read or heard one by one: of a large one
    the part that is shown as it is."""
    from attnquiz.sandbox.overview import part

    try:
        found = drawn(experiment, run) if _is_view(experiment) else None
    except SandboxError:  # the view has said why there is none
        found = None
    if found is None:
        compared = sandbox_compare.compared(experiment, run, changes) if experiment.compare else ()
        cell = sandbox_picture.chosen(experiment, shown)
        sandbox_picture.table(*(part(each, cell)[0] for each in compared or (shown,)))
        return
    opened = st.expander("As a table", on_change="rerun", key="table")
    for name, frame in found.tables() if opened.open else ():
        opened.caption(plain(name))
        opened.dataframe(frame, alt=name)


def _is_view(experiment: Experiment) -> bool:
    from attnquiz.sandbox.views import has_views

    return experiment.view is not View.STAGE and has_views(experiment)


def drawn(experiment: Experiment, run: "Run") -> Drawn:
    """The view that is chosen. SandboxError where there is nothing to draw."""
    from attnquiz.sandbox.views import too_long

    if sentence := too_long(experiment):
        raise SandboxError(sentence)
    return _VIEWS[experiment.view](run)


def _view(experiment: Experiment, run: "Run") -> None:
    """The view with its controls and its sentence; a sentence where it cannot be drawn."""
    _controls(experiment)
    try:
        found = drawn(experiment, run)
    except SandboxError as error:
        st.info(plain(str(error)), icon=":material/info:")
        return
    st.markdown(plain(found.sentence))
    alt = f"{NAMES[experiment.view]}. {found.sentence}"
    light, dark = (found.svg(alt, theme) for theme in ("light", "dark"))
    picture_view(light, dark, title=alt, name=f"attention-{experiment.view}", key=PICTURE)
    st.caption(found.how)


def _controls(experiment: Experiment) -> None:
    """Which query, and which head, where the view is about one and nothing else on the page chooses it."""
    from attnquiz.sandbox.views import query, too_long

    if too_long(experiment):
        return
    labels = experiment.labels
    if experiment.view in (View.LINES, View.SIGNAL) and len(labels) > 1:
        hold(QUERY, query(experiment))
        options = range(len(labels))
        st.select_slider("Query", options, format_func=labels.__getitem__, key=QUERY, on_change=_ask)
    if experiment.heads == 1:
        return
    if experiment.view is View.HEADS:
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="open-head"):
            st.markdown("Open:", width="content")
            for head in range(experiment.heads):
                st.button(f"Head {head}", key=f"open-head-{head}", on_click=_open, args=(head,))
    elif experiment.shown not in sides.HEADED:
        options = range(experiment.heads)
        st.selectbox("Head", options, format_func="Head {}".format, width=120, **control("head", experiment.head))


# --- the views ------------------------------------------------------------------------------------


def _heads(run: "Run") -> Drawn:
    from attnquiz.sandbox.frames import TITLES, table
    from attnquiz.sandbox.views import heads

    every = heads(run)
    first = every[0]
    panels = [Panel(f"Head {head}", each.values, each.hidden) for head, each in enumerate(every)]
    named = TITLES[first.tensor]
    return Drawn(
        lambda alt, theme: panels_svg(
            panels, first.row_names, first.column_names, first.domain, alt, theme,
            strong=run.experiment.head if len(every) > 1 else None,
        ),
        f"{named} of {f'all {len(every)} heads' if len(every) > 1 else 'the only head'}, on one scale of colours.",
        "A row is a query, a column a key. Equal colours are equal numbers, in whichever head.",
        lambda: [(f"{named} of head {head}", table(each)) for head, each in enumerate(every)],
    )  # fmt: skip


def _lines(run: "Run") -> Drawn:
    from attnquiz.sandbox import views

    shown, row = views.weights(run), views.query(run.experiment)
    return Drawn(
        lambda alt, theme: lines_svg(
            shown.values, shown.hidden, shown.row_names, shown.column_names, row, shown.title, alt, theme
        ),
        views.most(shown, row),
        "The wider a line, the larger the weight. The numbers are those of the chosen query, whose lines are blue. "
        "Weights below 0.005 have no line.",
        lambda: [_row(shown, row)],
    )


def _received(run: "Run") -> Drawn:
    from attnquiz.sandbox import views

    shown = views.weights(run)
    frame = views.received(shown)
    return Drawn(
        lambda alt, theme: received_svg(frame, f"What each key receives: {_small(shown.title)}", alt, theme),
        views.most_received(frame),
        "Each row of weights adds up to 1; a column adds up to what a key receives from all queries together. The mean "
        "divides that by the number of queries that may look at the key, which stands in brackets.",
        lambda: [("What each key receives", frame)],
    )


def _contribution(run: "Run") -> Drawn:
    from attnquiz.sandbox import views
    from attnquiz.sandbox.frames import table

    shown, arrives = views.weights(run), views.contribution(run)
    panels = [Panel(name, each.values, each.hidden) for name, each in (("Weights", shown), ("What arrives", arrives))]
    return Drawn(
        lambda alt, theme: panels_svg(
            panels, shown.row_names, shown.column_names, shown.domain, alt, theme, marked=views.apart(shown, arrives)
        ),
        views.parting(shown, arrives),
        "A large weight on a short value brings little. What arrives is the length of weight times value after W_O, "
        "as a share of all that reaches the query. The frame marks where the two part most.",
        lambda: [("Weights", table(shown)), ("What arrives", table(arrives))],
    )


def _distance(run: "Run") -> Drawn:
    from attnquiz.sandbox import views

    shown = views.distance(run)
    points = views.by_distance(shown)
    means = views.means(points)
    if points.empty:
        raise SandboxError(views.slope(means))
    return Drawn(
        lambda alt, theme: distance_svg(points, means, shown.title, alt, theme),
        views.slope(means),
        "Right of 0 the key comes before the query, left of 0 after it. Choose another way to tell positions in the "
        "set-up, and see what it does to the scores.",
        lambda: [("Mean at each distance", means), ("Pairs of tokens", points)],
    )


def _signal(run: "Run") -> Drawn:
    from attnquiz.sandbox import views

    e, found = run.experiment, views.signal(run.experiment)
    shown, row = views.weights(run), views.query(run.experiment)
    rest = (shown.values[row], shown.hidden[row], None if e.is_cross else row, shown.title)
    return Drawn(
        lambda alt, theme: image_svg(found.values, found.side, *rest, alt, theme)
        if found.is_image
        else series_svg(found.values[0].tolist(), *rest, alt, theme),
        views.most(shown, row),
        "The larger the disc in a patch, the larger its weight; the largest is as large in every row."
        if found.is_image
        else "The higher the bar below a place, the larger its weight.",
        lambda: [_row(shown, row)],
    )


def _row(shown: "Matrix", row: int) -> tuple[str, "pd.DataFrame"]:
    from attnquiz.sandbox.frames import table

    name = shown.row_names[row]
    return f'{shown.title}, query "{name}"', table(shown).iloc[[row]].T.rename_axis("key").set_axis(["weight"], axis=1)


def _small(title: str) -> str:
    return title[0].lower() + title[1:]


_VIEWS: dict[View, Callable[["Run"], Drawn]] = {
    View.HEADS: _heads,
    View.LINES: _lines,
    View.RECEIVED: _received,
    View.CONTRIBUTION: _contribution,
    View.DISTANCE: _distance,
    View.SIGNAL: _signal,
}
