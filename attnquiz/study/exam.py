"""Sitting an exam: begin, answer in any order, hand in. Nothing is said about right or wrong before that.

What is handed in becomes an attempt of purpose exam for each question, all in one transaction. No review follows, so no
memory moves, no statistics count it, and it waits for no rating. It cannot be taken back. The cards are not asked again
on the same study day (``exam_kept.examined``).
"""

import json
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from attnquiz.cards.collection import Collection
from attnquiz.cards.grading import Grading, Verdict, grade
from attnquiz.errors import LateAnswer
from attnquiz.recall.face import Face
from attnquiz.store.database import Reading, Writing
from attnquiz.store.entry import Entry, Happened, Purpose
from attnquiz.store.reading import NAMESPACE
from attnquiz.study import askable
from attnquiz.study.answered import content_hash
from attnquiz.study.desk import Desk
from attnquiz.study.drill import day_of
from attnquiz.study.exam_kept import Given, Kept, all_kept, given, instant, kept, name_of, rows_of
from attnquiz.study.exam_paper import Item, Paper, draw, sparing
from attnquiz.study.outlook import day_queue
from attnquiz.study.preferences import Preferences
from attnquiz.study.saying import saying
from attnquiz.study.session import Showing
from attnquiz.study.showing import grading_of
from attnquiz.study.summary import Share

LATE = "This exam was handed in or begun anew in another tab or by an earlier click; nothing was changed."


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one question."""

    item: Item
    attempt: Entry
    grading: Grading

    @property
    def right(self) -> bool:
        """A slip counts as right, as everywhere."""
        return self.grading.verdict in (Verdict.RIGHT, Verdict.SLIP)


@dataclass(frozen=True, slots=True)
class Sitting:
    """Where somebody stands with a paper."""

    learner: str
    paper: Paper
    items: tuple[Item, ...]
    turn: int = 0  # 0: never begun; how often this paper was begun
    begun: datetime | None = None
    given: Mapping[int, Given] = field(default_factory=dict)  # by the number of the question
    handed: datetime | None = None
    results: tuple[Result, ...] = ()  # once it was handed in

    @property
    def open(self) -> tuple[int, ...]:
        """The numbers of the questions that have no answer."""
        return tuple(item.number for item in self.items if item.number not in self.given)

    def item(self, number: int) -> Item | None:
        return next((item for item in self.items if item.number == number), None)

    def answer(self, item: Item) -> str:
        """What was answered so far; "" for nothing."""
        return self.given[item.number].answer if item.number in self.given else ""


def look(desk: Desk, paper: Paper) -> Sitting:
    """The paper, and how far it was answered. Raises ExamError where there is nothing to ask."""
    with desk.store.reading() as r:
        return _look(r, desk, paper)


def begin(desk: Desk, paper: Paper, turn: int, now: datetime) -> None:
    """Take this paper, for the first time or again; ``turn`` is that of the sitting on the screen. Raises LateAnswer
    where it was begun since."""
    items = draw(desk.collection, paper)
    with desk.store.writing() as w:
        before = kept(w.settings(), paper)
        if turn != (before.turn if before else 0) or (before and not before.handed):
            raise LateAnswer(LATE)
        begun = Kept(paper.query(), turn + 1, now.isoformat(), rows_of(items))
        _keep(w, desk, name_of(paper), begun.said, now)


def answer(desk: Desk, sitting: Sitting, number: int, text: str, shown_at: datetime, now: datetime) -> str:
    """Keep an answer, or take it back where ``text`` is empty. What cannot be read is not kept: the sentence that comes
    back says how to write it. Raises LateAnswer for an exam that is over."""
    item = sitting.item(number)
    if item is None or text.strip() == sitting.answer(item):
        return ""
    if text.strip():
        grading = grade(item.card, item.deletion, item.variant, text)
        if grading.verdict is Verdict.UNREADABLE:
            return grading.feedback
    with desk.store.writing() as w:
        _under_way(w, sitting)
        said = Given(sitting.turn, text.strip(), shown_at.isoformat(), now.isoformat())
        _keep(w, desk, name_of(sitting.paper, number), said.said, now)
    return ""


def hand_in(desk: Desk, sitting: Sitting, now: datetime) -> None:
    """Grade everything and write it down, in one transaction. Raises LateAnswer where that has been done."""
    with desk.store.writing() as w:
        before = _under_way(w, sitting)
        answers = given(w.settings(), sitting.paper, sitting.turn)
        day = day_of(w, desk, now)
        for item in sitting.items:
            w.append(_attempt(w, desk, sitting, item, answers.get(item.number), now))
        _keep(w, desk, name_of(sitting.paper), replace(before, handed=now.isoformat(), day=day.isoformat()).said, now)


def papers(desk: Desk) -> list[tuple[Paper, Kept]]:
    """The papers that were begun, the latest first."""
    with desk.store.reading() as r:
        return sorted(all_kept(r.settings()), key=lambda each: each[1].begun, reverse=True)


def without_busy(desk: Desk, paper: Paper, now: datetime) -> Paper:
    """The paper without the cards that are due today, that come up today, or that were answered today: an answer in an
    exam would tell what they want to know."""
    with desk.store.reading() as r:
        preferences, today = Preferences.of(r), day_of(r, desk, now)
        queue = day_queue(r, desk.collection, preferences, today)
        faces = {*(face for _, face in queue.learning), *queue.due, *queue.new, *r.faces_reviewed(today)}
        faces |= {face for face, memory in r.memories().items() if memory.due_day <= today}
    return sparing(desk.collection, paper, {face.card for face in faces})


def begun_concepts(desk: Desk) -> tuple[str, ...]:
    """The concepts of which something was answered, in the order of the course."""
    cards = desk.collection.cards
    with desk.store.reading() as r:
        begun = {cards[face.card].concept for face in r.memories() if face.card in cards}
    return tuple(name for name in desk.collection.concepts if name in begun)


def shares(results: Iterable[Result], collection: Collection) -> tuple[dict[int, Share], dict[str, Share]]:
    """How many of how many were right, by level and by concept, in the order of the course."""
    right: Counter[object] = Counter()
    of: Counter[object] = Counter()
    for each in results:
        concept = collection.concepts[each.item.card.concept]
        of.update((concept.id, concept.level))
        right.update((concept.id, concept.level) if each.right else ())
    levels = {each: Share(right[each], of[each]) for each in sorted(key for key in of if isinstance(key, int))}
    return levels, {name: Share(right[name], of[name]) for name in collection.concepts if name in of}


def showing_of(sitting: Sitting, item: Item, now: datetime) -> Showing:
    """The question as the parts of the review page want it."""
    return Showing(
        face=item.face, card=item.card, token=_token(sitting, item), purpose=Purpose.EXAM,
        variant=item.variant, seed=item.seed, memory=None, shown_at=now,
    )  # fmt: skip


def _look(r: Reading, desk: Desk, paper: Paper) -> Sitting:
    settings = r.settings()
    found = kept(settings, paper)
    if found is None:
        return Sitting(r.learner, paper, draw(desk.collection, paper))
    items = _items(found, desk.collection)
    sitting = Sitting(
        r.learner, paper, items, found.turn, instant(found.begun), given(settings, paper, found.turn)
    )
    if not found.handed:
        return sitting
    handed = instant(found.handed)
    results = [
        Result(item, attempt, grading_of(showing_of(sitting, item, handed), attempt))
        for item in items if (attempt := r.of_token(_token(sitting, item))) is not None
    ]  # fmt: skip
    return replace(sitting, handed=handed, results=tuple(results))


def _items(found: Kept, collection: Collection) -> tuple[Item, ...]:
    """The questions that were drawn, without those whose cards are gone since."""
    items = []
    for number, (name, deletion, variant, seed) in enumerate(found.items, start=1):
        card = collection.cards.get(name)
        if card is None or card.concept not in collection.concepts or variant >= len(card.variants):
            continue
        if askable.asks(collection, Face(name, deletion)):
            items.append(Item(number, card, deletion, variant, seed))
    return tuple(items)


def _under_way(r: Reading, sitting: Sitting) -> Kept:
    found = kept(r.settings(), sitting.paper)
    if found is None or found.turn != sitting.turn or found.handed:
        raise LateAnswer(LATE)
    return found


def _keep(w: Writing, desk: Desk, name: str, value: str, now: datetime) -> None:
    w.append(saying(w, desk, Happened.SETTING, {"name": name, "value": value}, now))


def _token(sitting: Sitting, item: Item) -> str:
    """Names the answer to a question of a sitting: it can be handed in once."""
    said = [sitting.learner, "exam", sitting.paper.id, sitting.turn, item.number]
    return str(uuid.uuid5(NAMESPACE, json.dumps(said)))


def _attempt(w: Writing, desk: Desk, sitting: Sitting, item: Item, said: Given | None, now: datetime) -> Entry:
    """An answer as the log keeps it: no confidence, no hints, no proposed rating, and nothing was predicted."""
    grading = Grading(Verdict.UNKNOWN)
    if said is not None:
        grading = grade(item.card, item.deletion, item.variant, said.answer)
    if grading.verdict is Verdict.UNREADABLE:  # the card was edited meanwhile
        grading = Grading(Verdict.UNKNOWN)
    begun = sitting.begun or now
    return replace(
        saying(w, desk, Happened.ATTEMPT, None, now, item.face),
        concept=item.card.concept,
        card_kind=item.card.kind,
        rev=item.card.rev,
        content=content_hash(item.card.text),
        purpose=Purpose.EXAM,
        token=_token(sitting, item),
        variant=item.variant,
        seed=item.seed,
        shown_at=instant(said.shown_at) if said else begun,
        committed_at=instant(said.at) if said else now,
        answer=said.answer if said else "",
        hints=0,
        retried=False,
        verdict=grading.verdict,
        misconception=grading.misconception,
        wrong_rule=grading.wrong_rule,
    )
