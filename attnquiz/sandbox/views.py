"""The numbers behind the views of the weights: what each key receives, what really arrives, scores by distance, and the
signal that the tokens were cut from."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from attnquiz.attention.stage import Stage
from attnquiz.errors import SandboxError
from attnquiz.sandbox import sides
from attnquiz.sandbox.experiment import EVERYTHING, Experiment, View
from attnquiz.sandbox.frames import Matrix, matrix, title
from attnquiz.sandbox.run import Run

LEAST = 0.005
"""Less than that is 0.00 in two decimals."""
ALIKE = 0.02
"""Shares that differ by less look the same to two decimals."""


def has_views(e: Experiment) -> bool:
    """From the scores on there is something that a query has of each key."""
    return e.stage.number >= Stage.SCORE.number


def offered(e: Experiment) -> tuple[View, ...]:
    """The views of this experiment; a signal only where the tokens were cut from one."""
    cut = e.block("IMAGE") is not None or e.block("SERIES") is not None
    return tuple(view for view in View if view is not View.SIGNAL or cut)


def too_long(e: Experiment) -> str:
    """A sentence where the text is too long for these views; empty where it is not."""
    longest = max(len(e.tokens), len(e.key_tokens))
    if longest <= EVERYTHING:
        return ""
    return (
        f"This view is drawn for up to {EVERYTHING} tokens, and this text has {longest}. Shorten it, or choose the "
        "matrix, which takes more."
    )


def pairs(e: Experiment) -> str:
    """The tensor that all heads are compared by: what the stage shows of each pair of tokens, or else the weights."""
    return next((name for name in (e.shown, e.stage.tensors[0]) if name in sides.PAIRS), "weights")


def weights(run: Run) -> Matrix:
    """The weights of the head: after dropout where the learner looks at those."""
    e = run.experiment
    return matrix(run, Stage.SOFTMAX, e.head, "dropped" if e.shown == "dropped" else "weights")


def heads(run: Run) -> tuple[Matrix, ...]:
    """The same tensor of every head, all on one scale."""
    e, name = run.experiment, pairs(run.experiment)
    return tuple(matrix(run, _stage_of(e, name), head, name) for head in range(e.heads))


def with_head(e: Experiment, head: int) -> Experiment:
    """The matrix that the picture of all heads shows of this one, opened alone."""
    name = pairs(e)
    stage = _stage_of(e, name)
    tensor = "" if name == stage.tensors[0] else name
    return e.changed(stage=stage, tensor=tensor, head=head, view=View.STAGE)


def with_query(e: Experiment, row: int) -> Experiment:
    """The same view of another query. Where the rows of the shown matrix are no tokens, the stage shows its first."""
    return e.changed(row=row, **({"tensor": ""} if e.shown in sides.LEARNED else {}))


def _stage_of(e: Experiment, name: str) -> Stage:
    return next(stage for stage in Stage if name in sides.tensors(e, stage))


def query(e: Experiment) -> int:
    """The query that a view is about: the chosen row, or the last token."""
    last = len(e.tokens) - 1
    return last if e.row is None or e.shown in sides.LEARNED else min(e.row, last)


def received(shown: Matrix) -> pd.DataFrame:
    """A line for each key: its name, the sum of its column, how many queries may look at it, and their mean.

    Queries that may look nowhere ask nothing. `mean` is nan where nobody may look.
    """
    asks = ~shown.hidden & ~np.isnan(shown.values)
    found, askers = np.where(asks, shown.values, 0.0).sum(axis=0, dtype=np.float64), asks.sum(axis=0)
    mean = np.divide(found, askers, out=np.full(len(found), np.nan), where=askers > 0)
    return pd.DataFrame({"key": list(shown.column_names), "sum": found, "queries": askers, "mean": mean})


def contribution(run: Run) -> Matrix:
    """How much of what reaches each query comes from each key: the length of w_ij v_j W_O (with the rows of W_O that
    belong to the head), each row divided by its sum. After Kobayashi et al. (2020), "Attention is Not Only a Weight".

    Weights are taken after dropout, because those arrive. A row is nan where nothing arrives at all.
    """
    e, shown = run.experiment, weights(run)
    group = e.heads // sides.heads_of_keys(e)
    values, factors = run.of("v", e.head // group).double(), run.of("dropped", e.head).double()
    if run.w_o is not None:
        values = values @ run.w_o.double().unflatten(0, (e.heads, -1))[e.head]
    lengths = factors.abs() * values.norm(dim=-1)
    share = lengths / lengths.sum(dim=-1, keepdim=True)
    return replace(shown, title=_named(run, "What arrives"), values=share.float().numpy(), domain=(0.0, 1.0))


def _named(run: Run, name: str) -> str:
    return title(run, "weights", run.experiment.head).replace("Weights", name, 1)


def apart(shown: Matrix, arrives: Matrix) -> tuple[int, int] | None:
    """The cell in which weight and contribution part most; None where they are alike."""
    gap = np.nan_to_num(np.abs(shown.values - arrives.values))
    row, column = np.unravel_index(gap.argmax(), gap.shape)
    return None if gap[row, column] < ALIKE else (int(row), int(column))


def distance(run: Run) -> Matrix:
    """The scores that are set against distance: as they are at SCORE; scaled, with any bias, after it. From MASK on
    nothing is said of hidden pairs."""
    e = run.experiment
    if e.stage is Stage.SCORE:
        return matrix(run, Stage.SCORE, e.head, "scores")
    found = matrix(run, Stage.SCALE, e.head, "biased" if e.positions.is_bias else "scaled")
    if run.allowed is None or e.stage is Stage.SCALE:
        return found
    hidden = ~run.allowed.numpy()
    return replace(found, values=np.where(hidden, np.float32("nan"), found.values), hidden=hidden)


def by_distance(shown: Matrix) -> pd.DataFrame:
    """A line for each pair that has a finite value: query, key, distance (place of query minus place of key), value."""
    rows, columns = np.nonzero(np.isfinite(shown.values))
    names = (np.array(side, dtype=object) for side in (shown.row_names, shown.column_names))
    queries, keys = next(names)[rows], next(names)[columns]
    return pd.DataFrame(
        {"query": queries, "key": keys, "distance": rows - columns, "value": shown.values[rows, columns]}
    )


def means(points: pd.DataFrame) -> pd.DataFrame:
    """A line for each distance: how many pairs are so far apart, and their mean value."""
    grouped = points.astype({"value": float}).groupby("distance")["value"]
    return grouped.agg(pairs="count", mean="mean").reset_index()


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """What the tokens were cut from: an image (rows, columns) in greys from 0 to 1, patches of `side` row by row, or a
    series (1, places) with a token at each place, where `side` is 1."""

    values: NDArray[np.float64]
    side: int
    is_image: bool

    @property
    def tokens(self) -> int:
        """How many tokens it is cut into."""
        rows, columns = self.values.shape
        return (rows // self.side) * (columns // self.side)


def signal(e: Experiment) -> Signal:
    """The image or the series. SandboxError where there is none, or where the keys are not its pieces."""
    image, series = e.block("IMAGE"), e.block("SERIES")
    if image is None and series is None:
        raise SandboxError("These tokens were not cut from an image or a series. Choose another view.")
    is_image = image is not None
    found = Signal(np.array(image if is_image else series), max(e.patch, 1) if is_image else 1, is_image)
    if found.tokens != len(e.key_tokens):
        raise SandboxError("The tokens that are looked at are not the pieces of this picture. Choose another view.")
    return found


# --- what there is to see, in a plain sentence ---------------------------------------------------


def most(shown: Matrix, row: int) -> str:
    """Where one query looks most: three keys at most."""
    values = np.where(shown.hidden[row], np.nan, shown.values[row])
    if np.isnan(values).all():
        why = ": it may look nowhere" if shown.hidden[row].all() else ""
        return f'The query "{shown.row_names[row]}" has no weights{why}.'
    order = np.argsort(-np.nan_to_num(values, nan=-np.inf), kind="stable")[:3]
    order = [j for n, j in enumerate(order) if n == 0 or values[j] >= LEAST]
    found = ", ".join(f'"{shown.column_names[j]}" ({values[j]:.2f})' for j in order)
    return f'The query "{shown.row_names[row]}" looks most at {found}.'


def most_received(frame: pd.DataFrame) -> str:
    """Which key receives most; why to compare means, where not every key is asked by as many queries."""
    if not frame["queries"].any():
        return "No query has weights, so no key receives anything."
    first = frame.loc[frame["sum"].idxmax()]
    told = f'"{first["key"]}" receives most: {first["sum"]:.2f} of {frame["sum"].sum():.2f}.'
    if frame["queries"].nunique() == 1:
        return told
    return (
        f"{told} The mask gives some keys more queries than others (under a causal mask the early keys), so their sums "
        "are larger for that alone. The mean over the queries that may look is fair."
    )


def parting(shown: Matrix, arrives: Matrix) -> str:
    """Where weight and contribution part most."""
    found = apart(shown, arrives)
    if found is None:
        return "Here the two nearly agree: the values are about equally long."
    weight, share = (each.values[found] for each in (shown, arrives))
    return (
        f'They part most for the query "{shown.row_names[found[0]]}": "{shown.column_names[found[1]]}" gets '
        f"{weight:.2f} of the weight but {share:.2f} of what arrives."
    )


def slope(found: pd.DataFrame) -> str:
    """At which distance the mean is highest and lowest."""
    if found.empty:
        return "No pair of tokens has a score here, so there is nothing to draw."
    high, low = (found.loc[found["mean"].agg(which)] for which in ("idxmax", "idxmin"))
    if high["mean"] - low["mean"] < ALIKE:
        return "The mean is about the same at every distance."
    at = "at distance {:.0f} ({:.2f})".format
    return f"The mean is highest {at(high['distance'], high['mean'])} and lowest {at(low['distance'], low['mean'])}."
