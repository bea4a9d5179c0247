"""Setting cards aside, remarking on them, and what a card's past says about it."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from attnquiz.cards.card import Card
from attnquiz.cards.concepts import Concept
from attnquiz.errors import LateAnswer, StoreError
from attnquiz.recall.memory import Memory
from attnquiz.store.entry import Entry, Happened
from attnquiz.store.log import LATE_UNDO, Writing
from attnquiz.store.reading import NAMESPACE, Reading
from attnquiz.study.answered import content_hash
from attnquiz.study.drill import Desk, begin, withdraw
from attnquiz.study.mastery import Mastery
from attnquiz.study.saying import saying
from attnquiz.study.session import Session

LONGEST_NOTE = 500  # characters
LAPSES = 6  # from so many on a card is a leech: it takes time and does not stay

Step = Callable[[Desk, Session, datetime], Session]

SUSPENDED = "The card before this one is not asked any more. Undo (u) brings it back, and so does the Progress page."
BURIED = "The card before this one is not asked again today. Undo (u) brings it back."


class Reason(StrEnum):
    """Why a learner flags a card."""

    UNCLEAR = "unclear"
    WRONG = "wrong"
    TOO_EASY = "too easy"


@dataclass(frozen=True, slots=True)
class Flag:
    """A learner's remark about a card."""

    entry: Entry
    card: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class Leech:
    """A card that does not stay, and the prerequisite of its concept that is known least; None where it has none."""

    lapses: int
    weakest: Mastery | None


def suspend(desk: Desk, session: Session, now: datetime) -> Session:
    """Never ask this card again, and go to the next. An answer to it that is not rated yet waits until it is rated by
    the next answer, as any other. Raises LateAnswer when this step has been taken already."""
    return _put_aside(desk, session, Happened.SUSPEND, SUSPENDED, now)


def bury(desk: Desk, session: Session, now: datetime) -> Session:
    """The same until the next study day."""
    return _put_aside(desk, session, Happened.BURY, BURIED, now)


def flag(desk: Desk, session: Session, reason: Reason, note: str, now: datetime) -> Session:
    """Keep a remark about the card on the screen, which stays there. Each reason can be given once a step.

    Raises LateAnswer when it has been given already, and StoreError for a note that is too long.
    """
    if session.showing is None:
        return session
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise StoreError(f"The note has {len(note)} characters; {LONGEST_NOTE} fit: shorten it.")
    token = str(uuid.uuid5(NAMESPACE, f"{session.token} {reason}"))
    with desk.store.writing() as w:
        said = {"reason": reason, "note": note}
        w.append(_entry(w, desk, session, Happened.FLAG, token, now, said))
    return session.say(f"Kept: you find this card {reason}. Undo (u) takes it back.")


def unsuspend(desk: Desk, card_id: str, now: datetime) -> None:
    """Ask this card again from now on. Raises LateAnswer when it is not suspended any more."""
    with desk.store.writing() as w:
        if card_id not in w.suspended():
            raise LateAnswer(LATE_UNDO)
        while (found := w.suspended().get(card_id)) is not None:  # two files may have been merged
            withdraw(w, desk, found, now)


def unflag(desk: Desk, entry: Entry, now: datetime) -> None:
    """Take a flag back. Raises LateAnswer when that has been done already."""
    with desk.store.writing() as w:
        withdraw(w, desk, entry, now)


def flags(r: Reading) -> list[Flag]:
    """Every flag that was not taken back, the latest first."""
    found = []
    for entry in reversed(r.flags()):
        said = json.loads(entry.payload or "{}")
        assert entry.face is not None  # a flag always has one, by CHECK
        found.append(Flag(entry, entry.face.card, str(said.get("reason", "")), str(said.get("note", ""))))
    return found


def leech(
    card: Card, memory: Memory | None, known: Mapping[str, Mastery], concepts: Mapping[str, Concept]
) -> Leech | None:
    """What to say about a card that was forgotten again and again; None for any other."""
    if memory is None or memory.lapses < LAPSES:
        return None
    needs = [known[need] for need in _needs(card.concept, concepts, known)]
    return Leech(memory.lapses, min(needs, key=lambda need: need.recall or 0.0, default=None))


def _needs(concept: str, concepts: Mapping[str, Concept], known: Mapping[str, Mastery]) -> list[str]:
    """The prerequisites that have cards; in place of one that has none, its own."""
    found: list[str] = []
    for need in concepts[concept].needs if concept in concepts else ():
        found += [need] if known[need].faces else _needs(need, concepts, known)
    return list(dict.fromkeys(found))


def _put_aside(desk: Desk, session: Session, kind: Happened, said: str, now: datetime) -> Session:
    if session.showing is None:
        return session
    with desk.store.writing() as w:
        w.append(_entry(w, desk, session, kind, session.token, now))
    return begin(desk, now).say(said)


def _entry(
    w: Writing, desk: Desk, session: Session, kind: Happened, token: str, now: datetime,
    said: Mapping[str, str] | None = None,
) -> Entry:
    """An entry about the card on the screen, and about its present wording."""
    showing = session.showing
    assert showing is not None  # whoever calls has looked
    return replace(
        saying(w, desk, kind, said, now, showing.face),
        concept=showing.card.concept or None,
        card_kind=showing.card.kind,
        rev=showing.card.rev,
        content=content_hash(showing.card.text),
        token=token,
    )
