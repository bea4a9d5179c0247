"""The placement test: 12 to 15 typed questions that say where to start. Advice, never a lock.

Each step is an entry of the log as soon as it is taken, so a reload, another tab or another day goes on where it was;
no step moves a memory. What counts as known in the end moves memories only when the learner says so: an entry of kind
start for each face (``use``), all of which go back in one step.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256

from attnquiz.cards.card import Card, Kind
from attnquiz.cards.collection import Collection
from attnquiz.cards.grading import Verdict, grade
from attnquiz.errors import LateAnswer
from attnquiz.recall.face import Face
from attnquiz.store.database import Reading, Writing
from attnquiz.store.entry import Entry, Happened, Purpose, id_at
from attnquiz.store.log import LATE
from attnquiz.store.reading import NAMESPACE
from attnquiz.study import askable, knowledge
from attnquiz.study.answered import content_hash
from attnquiz.study.drill import Desk, withdraw
from attnquiz.study.outlook import without_suspended
from attnquiz.study.preferences import Preferences
from attnquiz.study.saying import saying
from attnquiz.study.session import Showing

TYPED = frozenset({Kind.NUMERIC, Kind.SHAPE, Kind.CLOZE, Kind.CODE})  # luck is no help with these
CHECKS, LATER = range(1, 4), range(4, 15)  # days until the first face of a known concept is asked, and the others

Plan = tuple[tuple[Face, int], ...]  # faces that count as known, each with the days until it is asked


@dataclass(frozen=True, slots=True)
class Answered:
    """One question of the test, and what became of it."""

    concept: str
    face: Face
    variant: int
    answer: str
    verdict: Verdict

    @property
    def right(self) -> bool:
        return self.verdict in (Verdict.RIGHT, Verdict.SLIP)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a learner stands with the latest test."""

    concepts: Mapping[str, tuple[str, ...]]  # each with what it needs
    id: str = ""  # "" before the first test
    token: str = ""  # of the next step: it can be taken once
    begun: date | None = None
    answers: tuple[Answered, ...] = ()
    likely: Mapping[str, float] = field(default_factory=dict)  # how likely each concept is known, after these answers
    known: frozenset[str] = frozenset()  # the concepts that count as known
    showing: Showing | None = None  # the next question; None before a test and after it
    in_use: bool = False  # its result counts

    @property
    def frontier(self) -> list[str]:
        """The concepts that are ready to be learnt, if the result holds."""
        return knowledge.frontier(self.known, self.concepts)


def look(desk: Desk, now: datetime) -> Placement:
    """The latest test, as far as it has come."""
    with desk.store.reading() as r:
        return _look(r, desk, now)


def begin(desk: Desk, token: str, now: datetime) -> None:
    """Begin a test; one that was begun before is left as it is. Raises LateAnswer for a press that comes twice."""
    with desk.store.writing() as w:
        if token != _look(w, desk, now).token:
            raise LateAnswer(LATE)
        fresh = _named(w, desk, len(w.placements()))
        w.append(_step(w, desk, fresh, fresh, now, step="begin"))


def answer(desk: Desk, token: str, text: str | None, now: datetime) -> str:
    """Write an answer down; None means "I don't know". What cannot be read is not written: the sentence that comes
    back says how to write it. Nothing is said about right or wrong. Raises LateAnswer where this was answered before.
    """
    with desk.store.writing() as w:
        test = _at(_look(w, desk, now), token)
        showing = test.showing
        if showing is None:
            raise LateAnswer(LATE)
        verdict = Verdict.UNKNOWN
        if text is not None:
            grading = grade(showing.card, showing.face.deletion, showing.variant, text)
            if grading.verdict is Verdict.UNREADABLE:
                return grading.feedback
            verdict = grading.verdict
        said = {
            "concept": showing.card.concept, "card": showing.face.card, "deletion": showing.face.deletion,
            "variant": showing.variant, "answer": text or "", "verdict": verdict,
        }  # fmt: skip
        w.append(_step(w, desk, test.id, token, now, step="answer", **said))
    return ""


def stop(desk: Desk, token: str, now: datetime) -> None:
    """End the test here: its result is that of the answers so far."""
    with desk.store.writing() as w:
        test = _at(_look(w, desk, now), token)
        w.append(_step(w, desk, test.id, token, now, step="stop"))


def plan(r: Reading, collection: Collection, test: Placement) -> Plan:
    """Which faces would count as known, and in how many days each is asked: one of each concept within three days, the
    least certain concepts first, the others within two weeks.

    A face that was ever answered is left alone. What the test itself has asked comes later than what it has not.
    """
    taken = r.memories().keys() | r.unrated()
    asked = {each.face for each in test.answers}
    faces: dict[str, list[tuple[bool, bool, Face]]] = {name: [] for name in _least_sure_first(test)}
    for card in collection.cards.values():
        if card.concept in faces:
            free = (face for face in askable.faces(card) if face not in taken)
            faces[card.concept] += [(face in asked, card.kind not in TYPED, face) for face in free]
    orders = [[face for *_, face in sorted(found, key=lambda each: each[:2])] for found in faces.values() if found]
    first = [order[0] for order in orders]
    longest = max(map(len, orders), default=0)
    others = [order[turn] for turn in range(1, longest) for order in orders if turn < len(order)]
    return (*_spread(first, CHECKS), *_spread(others, LATER))


def planned(desk: Desk, test: Placement) -> Plan:
    """What ``use`` would do now."""
    with desk.store.reading() as r:
        return plan(r, desk.collection, test)


def use(desk: Desk, token: str, now: datetime) -> int:
    """Let the result count, and say for how many faces: each begins with a short memory. Raises LateAnswer where that
    was done before."""
    with desk.store.writing() as w:
        test = _look(w, desk, now)
        if test.in_use or test.token != token or test.showing is not None:
            raise LateAnswer(LATE)
        scheduler = Preferences.of(w).scheduler()
        start = saying(w, desk, Happened.START, None, now)
        faces = plan(w, desk.collection, test)
        for face, days in faces:
            card = desk.collection.cards[face.card]
            memory = scheduler.start(now, start.study_day, days)
            said = {
                "placement": test.id, "known": round(test.likely[card.concept], 4), "stability": memory.stability,
                "difficulty": memory.difficulty, "due_day": memory.due_day.isoformat(),
            }  # fmt: skip
            w.append(_start(start, card, face, w.token(face), said))
            w.rebuild(face)
    return len(faces)


def take_back(desk: Desk, test: str, now: datetime) -> None:
    """What counts as known because of this test counts no more, but for what was answered since. Undo does the same as
    long as nothing else was done. Raises LateAnswer when that has happened already."""
    with desk.store.writing() as w:
        started = [entry for entry in w.starts() if _said(entry)["placement"] == test]
        if not started:
            raise LateAnswer(LATE)
        withdraw(w, desk, started[-1], now)


def _look(r: Reading, desk: Desk, now: datetime) -> Placement:
    concepts = {each.id: each.needs for each in desk.collection.concepts.values()}
    steps = r.placements()
    begun = max((number for number, step in enumerate(steps) if _said(step)["step"] == "begin"), default=None)
    if begun is None:
        return Placement(concepts)
    steps = steps[begun:]
    id = _said(steps[0])["placement"]
    answers = tuple(_answered(_said(step)) for step in steps if _said(step)["step"] == "answer")
    space = knowledge.space(tuple(concepts.items()))
    likely = knowledge.chances(space, [(each.concept, each.right) for each in answers if each.concept in concepts])
    test = Placement(
        concepts, id, str(uuid.uuid5(NAMESPACE, f"{id} {len(steps)}")), steps[0].study_day, answers, likely,
        knowledge.known(likely, concepts) if answers else frozenset(),
        in_use=any(_said(entry)["placement"] == id for entry in r.starts()),
    )  # fmt: skip
    stopped = any(_said(step)["step"] == "stop" for step in steps)
    return test if stopped else replace(test, showing=_next(test, without_suspended(r, desk.collection), now))


def _next(test: Placement, collection: Collection, now: datetime) -> Showing | None:
    """The next question, if there is one: which card of a concept, and which variant, belongs to this test alone."""
    asked = {each.concept for each in test.answers}
    faces: dict[str, list[Face]] = {}
    for card in collection.cards.values():
        if card.kind in TYPED and card.concept in test.concepts and card.concept not in asked:
            faces.setdefault(card.concept, []).extend(askable.faces(card))
    concept = knowledge.next_concept(test.likely, len(test.answers), faces.keys())
    if concept is None:
        return None
    face = min(faces[concept], key=lambda face: _number(test, str(face)))
    card, seed = collection.cards[face.card], _number(test, face.card)
    return Showing(
        face=face, card=card, token=test.token, purpose=Purpose.NEW, variant=seed % len(card.variants), seed=seed,
        memory=None, shown_at=now,
    )  # fmt: skip


def _number(test: Placement, what: str) -> int:
    return int.from_bytes(sha256(f"placement {test.id} {what}".encode()).digest()[:6], "big")


def _named(r: Reading, desk: Desk, steps: int) -> str:
    """The id of the test that begins after so many steps of all tests: what else it draws follows from it."""
    return str(uuid.uuid5(NAMESPACE, json.dumps([desk.store.learner, "placement", steps])))


def _at(test: Placement, token: str) -> Placement:
    """The test, if ``token`` is that of its next step. Raises LateAnswer if not."""
    if not token or test.token != token:
        raise LateAnswer(LATE)
    return test


def _step(w: Writing, desk: Desk, test: str, token: str, now: datetime, **said: object) -> Entry:
    return replace(saying(w, desk, Happened.PLACEMENT, {"placement": test, **said}, now), token=token)


def _start(start: Entry, card: Card, face: Face, token: str, said: Mapping[str, object]) -> Entry:
    return replace(
        start, id=id_at(start.at), face=face, concept=card.concept, card_kind=card.kind, rev=card.rev,
        content=content_hash(card.text), token=token, payload=json.dumps(said),
    )  # fmt: skip


def _said(entry: Entry) -> Mapping[str, object]:
    return json.loads(entry.payload or "{}")


def _answered(said: Mapping[str, object]) -> Answered:
    face = Face(said["card"], said["deletion"])
    return Answered(said["concept"], face, said["variant"], said["answer"], Verdict(said["verdict"]))


def _least_sure_first(test: Placement) -> list[str]:
    return sorted(test.known, key=lambda name: (test.likely[name], name))


def _spread(faces: list[Face], days: range) -> Plan:
    """The faces in this order over these days, as many on each."""
    return tuple((face, days[number * len(days) // len(faces)]) for number, face in enumerate(faces))
