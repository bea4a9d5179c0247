"""One entry of the log: something that happened. Entries are appended, never edited, never deleted."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating


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

    id: str  # uuid
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
