"""One sitting as a value: what is on the screen now, and what comes after it. Nothing here is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from attnquiz.cards.card import Basic, Bug, Card, Choice, Predict
from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory
from attnquiz.recall.rating import Rating
from attnquiz.store.entry import Entry, Purpose
from attnquiz.study.preferences import Preferences
from attnquiz.study.proposal import Confidence
from attnquiz.study.queue import Queue
from attnquiz.study.steps import WORKED, open_steps


class Phase(StrEnum):
    """Where the card on the screen stands."""

    LEARN = "learn"  # a new card: its lesson first
    ASK = "ask"  # the question alone
    CHOOSE = "choose"  # the learner has an answer in mind: options, lines of code or fixes are shown
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
    retired: bool = False  # multiple choice that is known so well that it is asked without its options

    @property
    def open_steps(self) -> int:
        """How many of the card's hints stand open by themselves, before any is asked for."""
        if self.card.kind not in WORKED:
            return 0
        return open_steps(len(self.card.hints), self.memory.stability if self.memory else None)

    @property
    def reviews(self) -> int:
        """How often the face was reviewed before."""
        return self.memory.reviews if self.memory else 0

    @property
    def self_graded(self) -> bool:
        """Whether the learner alone says if the answer in mind was right."""
        return self.retired or isinstance(self.card.body, Basic)


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
    hints: int = 0  # asked for; steps that stand open by themselves do not count
    line: int | None = None  # the line of code that the learner suspects
    attempt: Entry | None = None  # the committed answer, in FEEDBACK
    token: str = ""  # of the step that the screen offers; a click that carries another one came too late
    note: str = ""  # one sentence for the learner about the last step

    @property
    def ratings(self) -> tuple[Rating, ...]:
        """What the answer to this card may be rated, from the worst to the best."""
        two = self.preferences.two_ratings and self.showing is not None and self.showing.self_graded
        return (Rating.AGAIN, Rating.GOOD) if two else tuple(Rating)

    def show(self, showing: Showing | None, queue: Queue) -> "Session":
        """Put a card on the screen, or end the sitting when there is none."""
        phase = Phase.DONE if showing is None else Phase.ASK
        return replace(
            self, phase=phase, showing=showing, queue=queue, token=showing.token if showing else "",
            confidence=None, recalled_at=None, retried=False, hints=0, line=None, attempt=None, note="",
        )  # fmt: skip

    def learn(self) -> "Session":
        """Show the lesson of a new card before the card is asked."""
        new = self.phase is Phase.ASK and self.showing is not None and self.showing.memory is None
        return replace(self, phase=Phase.LEARN, note="") if new else self

    def ask(self, now: datetime) -> "Session":
        """The lesson has been read: ask the card. The time for the answer begins only now."""
        if self.phase is not Phase.LEARN or self.showing is None:
            return self
        return replace(self, phase=Phase.ASK, showing=replace(self.showing, shown_at=now))

    def hint(self) -> "Session":
        """One more hint, as long as there is one."""
        left = self.showing is not None and self.showing.open_steps + self.hints < len(self.showing.card.hints)
        return replace(self, hints=self.hints + 1) if left and self.phase in (Phase.ASK, Phase.CHOOSE) else self

    def recall(self, confidence: Confidence, now: datetime) -> "Session":
        """The learner has an answer in mind: show the options, or the lines of code to choose from."""
        if self.phase is not Phase.ASK or self.showing is None or self.showing.retired:
            return self
        if not isinstance(self.showing.card.body, Choice | Predict | Bug):
            return self
        return replace(self, phase=Phase.CHOOSE, confidence=confidence, recalled_at=now, note="")

    def suspect(self, line: int) -> "Session":
        """The learner takes this line (from 1) for the wrong one: show the fixes."""
        return replace(self, line=line) if self.phase is Phase.CHOOSE and self.line is None else self

    def feedback(self, attempt: Entry, token: str) -> "Session":
        """The answer is committed: show what was right, and wait for a rating."""
        return replace(self, phase=Phase.FEEDBACK, attempt=attempt, token=token, note="")

    def forgive(self, note: str) -> "Session":
        """A slip: ask the same showing once more."""
        return replace(self, retried=True, note=note)

    def say(self, note: str) -> "Session":
        return replace(self, note=note)
