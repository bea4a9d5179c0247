"""What is shown of a card, and what is said of an answer to it."""

import uuid
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from attnquiz.cards.card import Bug, Card, Choice
from attnquiz.cards.collection import Collection
from attnquiz.cards.faces import shuffled, variant_for
from attnquiz.cards.grade_code import pieces
from attnquiz.cards.grading import Grading, Verdict, grade
from attnquiz.cards.holes import fill
from attnquiz.cards.truth import names_of
from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory
from attnquiz.store.database import Reading
from attnquiz.store.entry import Entry, Purpose
from attnquiz.study.session import Showing

RETIRED = 60.0  # days of stability beyond which multiple choice is asked without its options
FIXES = 3  # offered for a line of code


class Known(Protocol):
    """Who knows what has been answered: a Reading of the file, or a made-up learner."""

    def memory(self, face: Face) -> Memory | None: ...

    def token(self, face: Face) -> str: ...


def present(
    r: Known, collection: Collection, face: Face, now: datetime, *, spot_check: bool = False
) -> Showing:  # fmt: skip
    """Show a face for the first time since its latest answer: its next variant, and a token that can be used once."""
    card = collection.cards[face.card]
    memory = r.memory(face)
    token = r.token(face)
    usual = Purpose.NEW if memory is None else Purpose.DUE
    return Showing(
        face=face,
        card=card,
        token=token,
        purpose=Purpose.PROBE if spot_check else usual,
        variant=variant_for(card, memory.reviews if memory else 0),
        seed=uuid.UUID(token).int & 0x7FFFFFFF,
        memory=memory,
        shown_at=now,
        retired=isinstance(card.body, Choice) and memory is not None and memory.stability > RETIRED,
    )


def present_again(r: Reading, collection: Collection, attempt: Entry, now: datetime) -> Showing:
    """The showing that a committed attempt belongs to, as it was."""
    assert attempt.face is not None  # an attempt always has one, by CHECK
    card = collection.cards[attempt.face.card]
    return Showing(
        face=attempt.face,
        card=card,
        token=attempt.token or "",
        purpose=attempt.purpose or Purpose.DUE,
        variant=min(attempt.variant or 0, len(card.variants) - 1),  # the card may have lost variants since
        seed=attempt.seed or 0,
        memory=r.memory(attempt.face),
        shown_at=attempt.shown_at or now,
        retired=isinstance(card.body, Choice) and attempt.verdict == Verdict.SELF,
    )


def order(showing: Showing) -> tuple[int, ...]:
    """In which order the options, or the steps, of a card stand on the screen for this showing."""
    return shuffled(showing.card, showing.seed)


def fixes(collection: Collection, showing: Showing) -> tuple[str, ...]:
    """What may be offered as the fix of a suspected line, in the order for this showing: the card's own fix, unless
    there is no bug, and those of other bug cards, of the same deck where it has some. Fewer where cards are few."""
    card = showing.card
    others = [other for other in collection.cards.values() if other.id != card.id]
    others.sort(key=lambda other: (other.deck != card.deck, _drawn(showing, other.id)))
    distinct: dict[tuple[str, ...], str] = {}
    for fix in [*_fix(card, showing.variant), *(fix for other in others for fix in _fix(other, 0))]:
        distinct.setdefault(pieces(fix), fix)  # two that differ in spaces are one answer
    return tuple(sorted(list(distinct.values())[:FIXES], key=lambda fix: _drawn(showing, fix)))


def _fix(card: Card, variant: int) -> list[str]:
    """The fix of a bug card, if it has one."""
    return [fill(card.body.fix, names_of(card, variant))] if isinstance(card.body, Bug) and card.body.line else []


def _drawn(showing: Showing, what: str) -> bytes:
    """A place in an order that belongs to this showing."""
    return sha256(f"fixes {showing.card.id} {showing.seed} {what}".encode()).digest()


def grading_of(showing: Showing, attempt: Entry) -> Grading:
    """What there is to say about a committed answer. The verdict is the one that was written down."""
    verdict = Verdict(attempt.verdict or Verdict.UNKNOWN)
    if verdict in (Verdict.UNKNOWN, Verdict.SELF):
        return Grading(verdict, attempt.misconception, None, "")
    graded = grade(showing.card, showing.face.deletion, showing.variant, attempt.answer or "")
    return replace(graded, verdict=verdict, misconception=attempt.misconception)
