"""Marking one's own explanation: which points of the rubric were ticked, and what follows from it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from attnquiz.cards.card import Card, Explain, Kind, Predict, RubricPoint
from attnquiz.recall.rating import Rating
from attnquiz.store.entry import Entry

GOOD = 0.85  # share of the points from which an explanation is rated GOOD
HARD = 0.60

Rubric = tuple[RubricPoint, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """Indices of the ticked points of a rubric, and what was written to explain an experiment."""

    ticks: tuple[int, ...] = ()
    explanation: str = ""


def score(rubric: Rubric, ticks: Iterable[int]) -> float:
    """Share of the points that the ticks are worth, 0 to 1; all of them where there are none to have."""
    there = set(ticks)
    total = sum(point.points for point in rubric)
    return sum(point.points for index, point in enumerate(rubric) if index in there) / total if total else 1.0


def slipped(rubric: Rubric, ticks: Iterable[int]) -> str | None:
    """The belief behind the first ticked point that must not be said."""
    there = set(ticks)
    said = (point.misconception for index, point in enumerate(rubric) if index in there)
    return next((belief for belief in said if belief), None)


def suggested(rubric: Rubric, ticks: Iterable[int]) -> Rating:
    """GOOD from 85 % of the points, HARD from 60 %, AGAIN below or where something was said that must not be."""
    there = frozenset(ticks)
    share = score(rubric, there)
    if share < HARD or slipped(rubric, there):
        return Rating.AGAIN
    return Rating.GOOD if share >= GOOD else Rating.HARD


def rubric_of(card: Card | None) -> Rubric:
    """The rubric of an explanation, the learner's own or that of an experiment; empty on other kinds."""
    return card.body.rubric if card is not None and isinstance(card.body, Explain | Predict) else ()


def valid(rubric: Rubric, ticks: Iterable[int]) -> tuple[int, ...]:
    """The ticks in order, each once, without those that name no point: a rubric may have lost some."""
    return tuple(sorted({tick for tick in ticks if 0 <= tick < len(rubric)}))


def marked(review: Entry, card: Card | None, marks: Marks) -> Entry:
    """The review with what was ticked. Only an explanation and an experiment keep marks; an experiment is rated by its
    prediction, so what its explanation says wrong is not held against it."""
    rubric = rubric_of(card)
    ticks = valid(rubric, marks.ticks)
    if review.card_kind == Kind.EXPLAIN:
        belief = slipped(rubric, ticks) or review.misconception
        return replace(review, misconception=belief, payload=json.dumps({"ticks": ticks}))
    if review.card_kind == Kind.EXPERIMENT:
        said = {"ticks": ticks, "explanation": marks.explanation}
        return replace(review, payload=json.dumps(said, ensure_ascii=False))
    return review


def ticked(payload: str | None) -> tuple[int, ...]:
    """The ticks that a review or a marking holds."""
    return tuple(json.loads(payload)["ticks"]) if payload is not None else ()
