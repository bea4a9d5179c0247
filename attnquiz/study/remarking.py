"""Marking one's own explanation a second time, days later: how far does one agree with oneself?"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from attnquiz.cards.card import Card, Explain
from attnquiz.cards.collection import Collection
from attnquiz.cards.grading import Verdict
from attnquiz.errors import LateAnswer
from attnquiz.recall.face import Face
from attnquiz.store.database import Reading
from attnquiz.store.entry import Entry, Happened
from attnquiz.study.drill import Desk
from attnquiz.study.marks import rubric_of, ticked, valid
from attnquiz.study.saying import saying

WAIT = timedelta(days=3)  # study days from the first marking to the second
LATE = "This was already marked again, or taken back, in another tab or by an earlier click; nothing was changed."


@dataclass(frozen=True, slots=True)
class Remarking:
    """An explanation that was written and marked days ago: ``attempt.answer`` is its text, ``first`` its ticks."""

    attempt: Entry
    card: Card
    first: tuple[int, ...]


def waiting(r: Reading, collection: Collection, today: date) -> list[Remarking]:
    """The explanations that can be marked again on the study day ``today``, the oldest first."""
    ready = [
        remarking
        for remarking, review, second in _marked(r, collection)
        if second is None and today - review.study_day >= WAIT
    ]
    return sorted(ready, key=lambda remarking: (remarking.attempt.study_day, remarking.attempt.at))


def mark_again(desk: Desk, remarking: Remarking, ticks: Iterable[int], now: datetime) -> None:
    """Keep the second marking; it moves no memory. Raises LateAnswer where there is one already, or no first."""
    attempt = remarking.attempt
    assert attempt.face is not None  # an attempt always has one, by CHECK
    kept = valid(rubric_of(remarking.card), ticks)
    with desk.store.writing() as w:
        if not any(
            one.attempt.id == attempt.id and second is None for one, _, second in _of_card(w, remarking.card)
        ):
            raise LateAnswer(LATE)
        marking = saying(w, desk, Happened.MARKING, {"attempt": attempt.id, "ticks": kept}, now, attempt.face)
        w.append(marking)


def agreement(r: Reading, collection: Collection) -> tuple[int, int]:
    """On how many points of their rubrics both markings agree, and how many points were marked twice."""
    agreed = compared = 0
    for one, _, second in _marked(r, collection):
        if second is not None:
            points = range(len(rubric_of(one.card)))
            agreed += sum((point in one.first) == (point in second) for point in points)
            compared += len(points)
    return agreed, compared


Marked = tuple[Remarking, Entry, tuple[int, ...] | None]  # an explanation, its review, the ticks of the second time


def _marked(r: Reading, collection: Collection) -> Iterator[Marked]:
    for card in collection.cards.values():
        yield from _of_card(r, card)


def _of_card(r: Reading, card: Card) -> Iterator[Marked]:
    """The explanations of a card that were rated; not those of an earlier revision, whose points were others."""
    if not isinstance(card.body, Explain):
        return
    entries = list(r.effective(Face(card.id)))
    attempts = {entry.id: entry for entry in entries if entry.kind is Happened.ATTEMPT}
    again = {json.loads(e.payload or "{}").get("attempt"): e for e in entries if e.kind is Happened.MARKING}
    for review in entries:
        attempt = attempts.get(review.attempt or "")
        if attempt is None or attempt.verdict != Verdict.SELF or attempt.rev != card.rev or review.payload is None:
            continue
        second = again.get(attempt.id)
        rubric = rubric_of(card)
        first = valid(rubric, ticked(review.payload))
        yield Remarking(attempt, card, first), review, None if second is None else valid(rubric, ticked(second.payload))
