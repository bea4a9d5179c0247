"""One sitting as a value: what is on the screen now, and what comes after it. Nothing here is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from attnquiz.cards.card import Card, Choice
from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory
from attnquiz.store.entry import Entry, Purpose
from attnquiz.study.preferences import Preferences
from attnquiz.study.proposal import Confidence
from attnquiz.study.queue import Queue


class Phase(StrEnum):
    """Where the card on the screen stands."""

    ASK = "ask"  # the question alone
    CHOOSE = "choose"  # multiple choice: the learner has an answer, the options are shown
    FEEDBACK = "feedback"  # the answer is committed, a rating is awaited
    DONE = "done"  # nothing to ask now


@dataclass(frozen=True, slots=True)
class Showing:
    """One presentation of a face. A reload that finds the same log shows the same variant in the same order."""

    face: Face
    card: Card
    token: str  # names this showing: it can be answered once
    purpose: Purpose
    variant: int
    seed: int  # for the order of the options
    memory: Memory | None
    shown_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A sitting. Each step returns the next value; losing it costs only the order of the queue."""

    today: date
    preferences: Preferences
    queue: Queue
    medians: Mapping[str, float] = field(default_factory=dict)  # seconds an answer takes this learner, by kind
    phase: Phase = Phase.DONE
    showing: Showing | None = None
    confidence: Confidence | None = None
    recalled_at: datetime | None = None
    retried: bool = False  # a slip has been forgiven for this showing
    attempt: Entry | None = None  # the committed answer, in FEEDBACK
    token: str = ""  # of the step that the screen offers; a click that carries another one came too late
    note: str = ""  # one sentence for the learner about the last step

    def show(self, showing: Showing | None, queue: Queue) -> "Session":
        """Put a card on the screen, or end the sitting when there is none."""
        phase = Phase.DONE if showing is None else Phase.ASK
        return replace(
            self, phase=phase, showing=showing, queue=queue, token=showing.token if showing else "",
            confidence=None, recalled_at=None, retried=False, attempt=None, note="",
        )  # fmt: skip

    def recall(self, confidence: Confidence, now: datetime) -> "Session":
        """The learner has an answer in mind: show the options of a multiple-choice card."""
        if self.phase is not Phase.ASK or self.showing is None or not isinstance(self.showing.card.body, Choice):
            return self
        return replace(self, phase=Phase.CHOOSE, confidence=confidence, recalled_at=now, note="")

    def feedback(self, attempt: Entry, token: str) -> "Session":
        """The answer is committed: show what was right, and wait for a rating."""
        return replace(self, phase=Phase.FEEDBACK, attempt=attempt, token=token, note="")

    def forgive(self, note: str) -> "Session":
        """A slip: ask the same showing once more."""
        return replace(self, retried=True, note=note)

    def say(self, note: str) -> "Session":
        return replace(self, note=note)
