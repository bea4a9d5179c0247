"""Reviews as statistics want them: a row each, with what has to be worked out from other columns."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store.entry import Purpose
from attnquiz.store.rows import instant_of

REVIEWED = (
    "at, study_day, card, deletion, concept, card_kind, purpose, rating, predicted_recall,"
    " json_extract(memory_before, '$.state'), verdict, confidence, misconception, shown_at, committed_at, retention"
)


class ReviewRow(NamedTuple):
    """One effective review, for statistics. Imports know only the day, the face, the rating and the retention."""

    at: datetime
    study_day: date
    face: Face
    concept: str | None
    card_kind: str | None
    purpose: Purpose
    rating: Rating
    predicted_recall: float | None
    state_before: str | None  # learning, review, relearning; None for a face never reviewed
    verdict: str | None
    confidence: str | None
    misconception: str | None
    seconds: float | None  # from shown to committed
    retention: float


def review_row(row: Sequence[Any]) -> ReviewRow:
    """The review whose columns REVIEWED are ``row``."""
    (
        at, day, card, deletion, concept, kind, purpose, rating, predicted, state, verdict, confidence, misconception,
        shown, committed, retention,
    ) = row  # fmt: skip
    return ReviewRow(
        instant_of(at), date.fromisoformat(day), Face(card, deletion), concept, kind, Purpose(purpose), Rating(rating),
        predicted, state, verdict, confidence, misconception, seconds(shown, committed), retention,
    )  # fmt: skip


def seconds(shown: str | None, committed: str | None) -> float | None:
    """None where one of them is not known, or where the clock was set back in between."""
    if shown is None or committed is None or committed < shown:
        return None
    return (instant_of(committed) - instant_of(shown)).total_seconds()
