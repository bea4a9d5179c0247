"""Tuning the scheduler to a learner."""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from attnquiz import __version__, place
from attnquiz.commands.group import main

if TYPE_CHECKING:
    from attnquiz.store.alone import Post
    from attnquiz.store.database import Store
    from attnquiz.study.fitting import Fit

BUSY = "The weights of this file are being fitted already, by the app or on another command line. Wait for it."


@main.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--gently", is_flag=True, help="Let everything else on this computer go first.")
def fit(file: Path | None, gently: bool) -> int:
    """Fit the scheduler's weights to the answers in FILE, and take them if they predict later answers better.

    The latest quarter of the answers is held back: the fit never sees it, and has to predict it better than the weights
    in use, by more than chance. The app may be running meanwhile. Exit code: 0 when it was tried, whether the weights
    were taken or not; 2 when there are too few answers, or somebody is at it already, or it was stopped.
    """
    from attnquiz.errors import StoreError
    from attnquiz.store.alone import Post
    from attnquiz.store.database import Store

    path = (file or place.data_file(os.environ)).expanduser().absolute()
    if not path.exists():
        raise StoreError(f"There are no answers yet: {path} does not exist.")
    if gently and hasattr(os, "nice"):
        os.nice(10)
    post = Post(path, "fit")
    with post.held(BUSY):
        post.tell(json.dumps(0.0))
        click.echo(_sentence(_fitted(Store.open(path), post)))
    return 0


def _fitted(store: "Store", post: "Post") -> "Fit":
    from attnquiz.attention.threads import ENVIRONMENT

    for name, value in (ENVIRONMENT | {"OMP_NUM_THREADS": "1"}).items():  # before torch is imported: one number each
        os.environ.setdefault(name, value)
    from attnquiz.study.fitting import tune

    done = 0

    def told(part: float) -> None:
        nonlocal done
        if int(100 * part) > done:
            bar.update(int(100 * part) - done)
            done = int(100 * part)
            post.tell(json.dumps(part))
        if post.is_asked_to_stop():
            raise click.Abort

    with click.progressbar(length=100, label="Fitting", file=sys.stderr) as bar:
        return tune(store, lambda: datetime.now(UTC), __version__, told)


def _sentence(fitted: "Fit") -> str:
    c = fitted.comparison
    if c is None:
        return "The weights in use stay: too few of the later answers can tell which are better."
    shown = f"on {c.answers:,} later answers that the fit had not seen, the log loss (less is better)"
    if fitted.is_better:
        return (
            f"Tuned: {shown} fell from {c.before:.4f} to {c.after:.4f}. The new weights count from the next answer on."
        )
    return (
        f"The weights in use stay: {shown} was {c.before:.4f}, and would be {c.after:.4f} "
        f"(the difference is uncertain by {c.error:.4f})."
    )
