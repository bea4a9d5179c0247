"""Entries and memories as rows: dates as text, enumerations as their values."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from attnquiz.errors import StoreError
from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory, State
from attnquiz.recall.rating import Rating
from attnquiz.store.entry import Entry, Happened, Purpose

ENTRY = (
    "id, learner, kind, at, zone, study_day, app_version, card, deletion, concept, card_kind, rev, content, purpose,"
    " token, variant, seed, shown_at, recalled_at, committed_at, answer, confidence, hints, retried, verdict,"
    " misconception, wrong_rule, proposed, attempt, rating, predicted_recall, memory_before, memory_after, weights,"
    " retention, scheduler, cancels, payload"
)
NAME = "iif(deletion, card || '/' || deletion, card)"  # as str(face) writes it
MEMORY = "state, step, stability, difficulty, due_day, due_at, last_day, last_at, reviews, lapses"
_STATES = {state.value: state for state in State}  # State(...) takes as long as all dates of a memory


def text_of(at: datetime) -> str:
    """``2026-01-31T08:00:00.000000Z``: fixed width, so that text order is time order."""
    if at.utcoffset() is None:
        raise StoreError(f"The time {at.isoformat()} has no time zone, so it names no instant: give it in UTC.")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def instant_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _maybe_text(at: datetime | None) -> str | None:
    return None if at is None else text_of(at)


def _maybe_instant(text: str | None) -> datetime | None:
    return None if text is None else instant_of(text)


def entry_row(e: Entry) -> tuple[Any, ...]:
    """The values of the columns ENTRY."""
    card, deletion = e.face if e.face is not None else (None, None)
    return (
        e.id, e.learner, e.kind, text_of(e.at), e.zone, e.study_day.isoformat(), e.app_version, card, deletion,
        e.concept, e.card_kind, e.rev, e.content, e.purpose, e.token, e.variant, e.seed, _maybe_text(e.shown_at),
        _maybe_text(e.recalled_at), _maybe_text(e.committed_at), e.answer, e.confidence, e.hints, e.retried, e.verdict,
        e.misconception, e.wrong_rule, e.proposed, e.attempt, e.rating, e.predicted_recall, e.memory_before,
        e.memory_after, e.weights, e.retention, e.scheduler, e.cancels, e.payload,
    )  # fmt: skip


def entry_of(row: Sequence[Any]) -> Entry:
    """The entry whose columns ENTRY are ``row``."""
    (
        id_, learner, kind, at, zone, study_day, app_version, card, deletion, concept, card_kind, rev, content, purpose,
        token, variant, seed, shown_at, recalled_at, committed_at, answer, confidence, hints, retried, verdict,
        misconception, wrong_rule, proposed, attempt, rating, predicted_recall, memory_before, memory_after, weights,
        retention, scheduler, cancels, payload,
    ) = row  # fmt: skip
    return Entry(
        id=id_, learner=learner, kind=Happened(kind), at=instant_of(at), zone=zone,
        study_day=date.fromisoformat(study_day), app_version=app_version,
        face=None if card is None else Face(card, deletion), concept=concept, card_kind=card_kind, rev=rev,
        content=content, purpose=None if purpose is None else Purpose(purpose), token=token, variant=variant,
        seed=seed, shown_at=_maybe_instant(shown_at), recalled_at=_maybe_instant(recalled_at),
        committed_at=_maybe_instant(committed_at), answer=answer, confidence=confidence, hints=hints,
        retried=None if retried is None else bool(retried), verdict=verdict, misconception=misconception,
        wrong_rule=wrong_rule, proposed=None if proposed is None else Rating(proposed), attempt=attempt,
        rating=None if rating is None else Rating(rating), predicted_recall=predicted_recall,
        memory_before=memory_before, memory_after=memory_after, weights=weights, retention=retention,
        scheduler=scheduler, cancels=cancels, payload=payload,
    )  # fmt: skip


def memory_row(m: Memory) -> tuple[Any, ...]:
    """The values of the columns MEMORY."""
    return (
        m.state, m.step, m.stability, m.difficulty, m.due_day.isoformat(), _maybe_text(m.due_at),
        m.last_day.isoformat(), text_of(m.last_at), m.reviews, m.lapses,
    )  # fmt: skip


def memories_of(rows: Iterable[Sequence[Any]]) -> dict[Face, Memory]:
    """The memories whose columns card, deletion and MEMORY are ``rows``."""
    return {Face(card, deletion): memory_of(rest) for card, deletion, *rest in rows}


def memory_of(row: Sequence[Any]) -> Memory:
    """The memory whose columns MEMORY are ``row``."""
    state, step, stability, difficulty, due_day, due_at, last_day, last_at, reviews, lapses = row
    return Memory(
        _STATES[state], step, stability, difficulty, date.fromisoformat(due_day), _maybe_instant(due_at),
        date.fromisoformat(last_day), instant_of(last_at), reviews, lapses,
    )  # fmt: skip
