"""One entry of the log: something that happened. Entries are appended, never edited, never deleted."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_VARIANT = 3 << 62  # two bits that say how to read the others
_AFTER_VERSION = (1 << 76) - 1


class Happened(StrEnum):
    """Kinds of entry."""

    ATTEMPT = "attempt"  # an answer, committed before any feedback
    REVIEW = "review"  # the rating of an attempt; what moves memory
    WITHDRAWAL = "withdrawal"  # cancels another entry (undo), possibly a withdrawal (redo)
    SUSPEND = "suspend"
    BURY = "bury"
    FLAG = "flag"
    MARKING = "marking"  # one's own explanation, marked again days later
    REVISION = "revision"
    START = "start"  # a face counts as known without a review: its memory begins with what this says
    PLACEMENT = "placement"  # a step of the placement test; moves no memory
    STATE = "state"  # what the sandbox shows, kept under a short id, with or without a name
    PREDICTION = "prediction"  # an answer to a question of the sandbox that is on no card
    WEIGHTS = "weights"
    SETTING = "setting"
    IMPORT = "import"


class Purpose(StrEnum):
    """Why a card was asked."""

    DUE = "due"
    NEW = "new"
    PROBE = "probe"
    SANDBOX = "sandbox"
    EXAM = "exam"
    CRAM = "cram"
    IMPORT = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row of the log. Fields that make no sense for a kind of entry are None, and a CHECK says so."""

    id: str  # uuid, ``id_at`` this moment
    learner: str
    kind: Happened
    at: datetime  # UTC
    zone: str  # IANA name, the learner's at that moment
    study_day: date  # written once, never recomputed
    app_version: str
    face: Face | None = None  # columns card, deletion
    concept: str | None = None
    card_kind: str | None = None
    rev: int | None = None  # the author's revision of the card
    content: str | None = None  # hash of the card's text
    purpose: Purpose | None = None
    token: str | None = None  # one per showing; UNIQUE
    variant: int | None = None
    seed: int | None = None
    shown_at: datetime | None = None
    recalled_at: datetime | None = None  # "I have an answer", before any options
    committed_at: datetime | None = None
    answer: str | None = None
    confidence: str | None = None  # sure, unsure
    hints: int | None = None
    retried: bool | None = None  # a slip was forgiven once
    verdict: str | None = None  # right, wrong, slip, self, unknown
    misconception: str | None = None
    wrong_rule: int | None = None  # 0-based: which of the card's wrong rules or options matched
    proposed: Rating | None = None
    attempt: str | None = None  # on a review: the id of the attempt it rates
    rating: Rating | None = None
    predicted_recall: float | None = None  # before the answer; None for a new face
    memory_before: str | None = None  # JSON
    memory_after: str | None = None  # JSON
    weights: str | None = None  # id of the scheduler's weights, "default" or a weights entry
    retention: float | None = None
    scheduler: str | None = None  # name and version
    cancels: str | None = None  # on a withdrawal: the id of the entry it cancels
    payload: str | None = None  # JSON: what an entry says that is no attempt, no review and no withdrawal;
    # on a review: the rubric points that the learner ticked, and the explanation of an experiment


def id_at(at: datetime, drawn: int | None = None) -> str:
    """A new id: a uuid that begins with the time (RFC 9562, section 5.7, version 7).

    A million of them are kept and found much faster in order. ``drawn`` are 76 random bits, for who has dice.
    """
    since = max(0, (at - _EPOCH) // timedelta(milliseconds=1))
    bits = uuid.uuid4().int if drawn is None else drawn
    return str(uuid.UUID(int=since << 80 | 7 << 76 | bits & _AFTER_VERSION & ~_VARIANT | 2 << 62))
