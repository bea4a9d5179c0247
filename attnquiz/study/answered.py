"""An answer and its rating as entries of the log. Nothing is written here."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from attnquiz.cards.grading import Grading
from attnquiz.recall.day import study_day
from attnquiz.recall.memory import Memory
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import VERSION, Scheduler
from attnquiz.store.entry import Entry, Happened
from attnquiz.store.memory import dump
from attnquiz.study.desk import Desk
from attnquiz.study.marks import Marks, marked
from attnquiz.study.probes import spared
from attnquiz.study.proposal import Confidence, among, propose
from attnquiz.study.session import Session


def attempt_of(
    desk: Desk, session: Session, grading: Grading, answer: str, confidence: Confidence, now: datetime, id: str
) -> Entry:
    """What somebody answered to the card on the screen."""
    showing = session.showing
    assert showing is not None  # whoever answers has seen it
    at = not_before(now, showing.memory)
    day = study_day(at, desk.zone, session.preferences.rollover)
    if showing.memory is not None:
        day = max(day, showing.memory.last_day)  # a traveller's day may go back; a memory's never does
    seconds = (now - showing.shown_at).total_seconds()
    proposed = propose(
        grading.verdict, confidence, hints=session.hints, retried=session.retried, seconds=seconds,
        median=session.medians.get(showing.card.kind),
    )  # fmt: skip
    scheduler = session.preferences.scheduler()
    return Entry(
        id=id,
        learner=desk.store.learner,
        kind=Happened.ATTEMPT,
        at=at,
        zone=desk.zone,
        study_day=day,
        app_version=desk.app_version,
        face=showing.face,
        concept=showing.card.concept or None,
        card_kind=showing.card.kind,
        rev=showing.card.rev,
        content=content_hash(showing.card.text),
        purpose=showing.purpose,
        token=showing.token,
        variant=showing.variant,
        seed=showing.seed,
        shown_at=showing.shown_at,
        recalled_at=session.recalled_at,
        committed_at=now,
        answer=answer,
        confidence=confidence,
        hints=session.hints,
        retried=session.retried,
        verdict=grading.verdict,
        misconception=grading.misconception,
        wrong_rule=grading.wrong_rule,
        proposed=among(session.ratings, proposed),
        predicted_recall=None if showing.memory is None else scheduler.recall(showing.memory, day),
    )


def review_of(
    desk: Desk, attempt: Entry, before: Memory | None, rating: Rating, token: str, scheduler: Scheduler, now: datetime,
    id: str, marks: Marks | None = None,
) -> tuple[Entry, Memory]:
    """The rating of an attempt, and what is believed after it. It counts for the attempt's study day."""
    assert attempt.face is not None  # an attempt always has one, by CHECK
    at = not_before(max(now, attempt.at), before)
    after = scheduler.review(attempt.face, before, rating, at, attempt.study_day)
    if before is not None and rating is not Rating.AGAIN and spared(attempt.purpose, before, attempt.study_day):
        after = before
    review = replace(
        attempt,
        id=id,
        kind=Happened.REVIEW,
        at=at,
        app_version=desk.app_version,
        token=token,
        attempt=attempt.id,
        rating=rating,
        memory_before=None if before is None else dump(before),
        memory_after=dump(after),
        weights=scheduler.weights_id,
        retention=scheduler.retention,
        scheduler=VERSION,
    )
    card = desk.collection.cards.get(attempt.face.card)
    return (review if marks is None else marked(review, card, marks)), after


def content_hash(text: str) -> str:
    """Names the wording of a card, so that an edit can be noticed. Not its identity."""
    return uuid.uuid5(uuid.NAMESPACE_OID, text).hex


def not_before(now: datetime, memory: Memory | None) -> datetime:
    """A clock that was set back must not put a review before the one it follows."""
    if memory is None or now > memory.last_at:
        return now
    return memory.last_at + timedelta(microseconds=1)
