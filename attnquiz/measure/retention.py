"""Retention: how much of what came back on its day was still known, against what FSRS had predicted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from attnquiz.measure.proportion import Proportion
from attnquiz.recall.memory import State
from attnquiz.recall.rating import Rating
from attnquiz.store.entry import Purpose
from attnquiz.store.log import ReviewRow

LATELY = 30  # days, today included


@dataclass(frozen=True, slots=True)
class Retention:
    """What was recalled in a stretch of time, and the mean prediction for the same answers (None: none recorded)."""

    period: str
    recalled: Proportion
    predicted: float | None


def retention(reviews: Iterable[ReviewRow], today: date) -> tuple[Retention, Retention]:
    """Retention overall, and over the last 30 study days."""
    asked = fair(reviews)
    since = today - timedelta(days=LATELY)
    lately = [row for row in asked if since < row.study_day <= today]
    return _of("All answers", asked), _of(f"Last {LATELY} days", lately)


def fair(reviews: Iterable[ReviewRow]) -> list[ReviewRow]:
    """The answers that measure memory: asked because they were due, spaced out, and the face's first of the day.

    ``reviews`` are in the order of the log. A second answer on the same day says what minutes do, not days.
    """
    asked = []
    seen: set[tuple] = set()
    for row in reviews:
        first = (row.face, row.study_day) not in seen
        seen.add((row.face, row.study_day))
        if first and row.purpose == Purpose.DUE and row.state_before == State.REVIEW:
            asked.append(row)
    return asked


def frame(measured: Iterable[Retention]) -> pd.DataFrame:
    """The periods with enough answers: period, share, low, high (the 95 % interval), predicted. All from 0 to 1."""
    rows = [
        (each.period, each.recalled.share, *each.recalled.interval(), each.predicted)
        for each in measured
        if each.recalled.enough
    ]
    return pd.DataFrame(rows, columns=["period", "share", "low", "high", "predicted"])


def _of(period: str, asked: Sequence[ReviewRow]) -> Retention:
    hits = sum(row.rating is not Rating.AGAIN for row in asked)
    predicted = [row.predicted_recall for row in asked if row.predicted_recall is not None]
    return Retention(period, Proportion(hits, len(asked)), sum(predicted) / len(predicted) if predicted else None)
