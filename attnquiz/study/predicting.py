"""A prediction made in the sandbox, kept. Through the card it belongs to where there is one: then it is a review."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from attnquiz.recall.face import Face
from attnquiz.store.entry import Happened, Purpose
from attnquiz.study.drill import Desk, commit, day_of, rate
from attnquiz.study.preferences import Preferences
from attnquiz.study.proposal import Confidence
from attnquiz.study.queue import Queue
from attnquiz.study.saying import saying
from attnquiz.study.session import Phase, Session
from attnquiz.study.showing import present


@dataclass(frozen=True, slots=True)
class Prediction:
    """A question of the sandbox that is on no card, and what was answered; ``belief`` is a misconception or ""."""

    query: Mapping[str, str]  # the address of the state that was asked about
    asked: str
    answer: str
    truth: str
    verdict: str  # right, wrong, unknown
    belief: str = ""


def keep(desk: Desk, made: Prediction, now: datetime) -> None:
    """Write it into the log, with purpose sandbox. It moves no memory: nothing is scheduled by it."""
    said = {
        "purpose": Purpose.SANDBOX, "query": dict(made.query), "asked": made.asked, "answer": made.answer,
        "truth": made.truth, "verdict": made.verdict, "belief": made.belief,
    }  # fmt: skip
    with desk.store.writing() as w:
        w.append(saying(w, desk, Happened.PREDICTION, said, now))


def begin(desk: Desk, face: Face, now: datetime) -> Session:
    """A card as the sandbox asks it: a sitting of this one card."""
    with desk.store.reading() as r:
        showing = replace(present(r, desk.collection, face, now), purpose=Purpose.SANDBOX)
        session = Session(day_of(r, desk, now), Preferences.of(r), Queue(), r.medians())
    return session.show(showing, Queue())


def answer(desk: Desk, session: Session, written: str | None, confidence: Confidence, now: datetime) -> Session:
    """Commit an answer to the card's question and rate it as proposed, both with purpose sandbox.

    The session that comes back has the attempt and its verdict; where the answer could not be read, or was a slip that
    is asked again, its sentence, and nothing is written. Raises LateAnswer where this showing was answered already.
    """
    committed = commit(desk, session, written, confidence, now)
    if committed.phase is Phase.FEEDBACK and committed.attempt is not None and committed.attempt.proposed is not None:
        rate(desk, committed, committed.attempt.proposed, now)
    return committed
