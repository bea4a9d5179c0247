"""What lies ahead of a learner: today's queue, what each concept is worth, when something is due again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from attnquiz.cards.collection import Collection
from attnquiz.recall.day import study_day
from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory
from attnquiz.store.database import Reading, Store
from attnquiz.study import askable, probes
from attnquiz.study.exam_kept import examined
from attnquiz.study.mastery import Mastery, before, masteries, of_concepts
from attnquiz.study.pace import Pace, spent
from attnquiz.study.paths import taught
from attnquiz.study.preferences import Preferences
from attnquiz.study.queue import Queue, Today, build, with_probes

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The state of a learner's studies at one moment. Suspended cards are no part of it, buried ones wait a day."""

    today: date
    preferences: Preferences
    queue: Queue
    masteries: Mapping[str, Mastery]
    memories: Mapping[Face, Memory]
    faces: int  # that can be asked at all
    seen: int  # of those, asked at least once
    reviewed_today: int
    introduced_today: int
    next_at: datetime | None  # the next learning step, when one is pending
    next_day: date | None  # the next study day on which something is due


def look(
    store: Store, collection: Collection, zone: str, now: datetime, preferences: Preferences | None = None
) -> Outlook:
    """Read everything once. With ``preferences`` it is what lay ahead if they were chosen."""
    with store.reading() as r:
        preferences = preferences or Preferences.of(r)
        today = study_day(now, zone, preferences.rollover)
        collection, buried = without_suspended(r, collection), not_today(r, today)
        everything = r.memories()
        errors, learnt = r.pending(today)[1], probes.learnt(everything, today)
        queue = _queue(r, collection, everything, errors, learnt, frozenset(), buried, preferences, today)
        done = _done(r, preferences, today)
    memories = {
        face: _not_before(today + A_DAY, memory) if face.card in buried else memory
        for face, memory in everything.items()
        if askable.asks(collection, face)
    }
    asked = set(queue.due)
    all_faces = [face for card in collection.cards.values() for face in askable.faces(card)]
    later = [  # what is due and left over today, by a limit or as somebody's sibling, is so tomorrow
        max(memory.due_day, today + A_DAY)
        for face, memory in memories.items()
        if memory.due_at is None and face not in asked
    ]
    return Outlook(
        today=today,
        preferences=preferences,
        queue=queue,
        masteries=masteries(collection, memories, preferences.scheduler(), today),
        memories=memories,
        faces=len(all_faces),
        seen=sum(memory.reviews > 0 for memory in memories.values()),
        reviewed_today=done.reviewed,
        introduced_today=done.introduced,
        next_at=queue.learning[0][0] if queue.learning else None,
        next_day=min(later, default=None),
    )


def day_queue(r: Reading, collection: Collection, preferences: Preferences, today: date) -> Queue:
    """The queue of a study day, given what the log says has been done."""
    met, suspended = r.met(), r.suspended()
    unmet = askable.unmet(collection, met, without=suspended)
    collection = without_suspended(r, collection)
    memories, errors, unlearnt = r.pending(today)
    if deciding := before(unmet, collection):
        memories |= r.memories_of(card.id for card in of_concepts(collection, deciding))
    later = not_today(r, today)
    return _queue(r, collection, memories, errors, met, unlearnt, later, preferences, today, unmet)


def waits(r: Reading, collection: Collection, preferences: Preferences, today: date) -> tuple[int, int]:
    """How many faces are in their minutes, and how many are due: what ``day_queue`` would count of them, without a word
    about which of them comes first. Only a limit of minutes has to know that."""
    if preferences.minutes_per_day:
        return day_queue(r, collection, preferences, today).counts()[:2]
    away, done = aside(r, today), r.faces_reviewed(today)
    minutes, due = (
        [face for face in faces if face.card not in away and askable.asks(collection, face)] for faces in r.back(today)
    )
    cards = {face.card for face in due} - {face.card for face in (*minutes, *done)}  # siblings wait for another day
    return len(minutes), min(len(cards), max(0, preferences.reviews_per_day - r.reviewed(today)))


def aside(r: Reading, today: date) -> frozenset[str]:
    """The cards that are not to be asked today: suspended for good, or not before tomorrow."""
    return not_today(r, today) | r.suspended().keys()


def not_today(r: Reading, today: date) -> frozenset[str]:
    """The cards that wait until tomorrow: buried, or asked in an exam today, whose result has told their answers."""
    return r.buried(today) | examined(r.settings(), today)


def without_suspended(r: Reading, collection: Collection) -> Collection:
    """The cards that are still asked: a suspended one stands in nobody's way, not even a concept's."""
    suspended = r.suspended().keys() & collection.cards.keys()
    if not suspended:
        return collection
    return replace(collection, cards={name: card for name, card in collection.cards.items() if name not in suspended})


def _queue(
    r: Reading,
    collection: Collection,
    memories: Mapping[Face, Memory],
    errors: frozenset[Face],
    among: Sequence[str],
    unlearnt: frozenset[str],
    buried: frozenset[str],
    preferences: Preferences,
    today: date,
    unmet: Mapping[str, Sequence[Face]] | None = None,
) -> Queue:
    done = _done(r, preferences, today)
    queue = build(
        collection, memories, done, preferences.scheduler(), preferences, today,
        buried=buried, confident_errors=errors, taught=taught(r.settings(), collection),
        unmet=unmet, pace=Pace(r.medians()) if preferences.minutes_per_day else Pace(),
    )  # fmt: skip
    return with_probes(queue, collection, among, done, preferences, today, r.learner, buried, unlearnt)


def _not_before(day: date, memory: Memory) -> Memory:
    """What is due before ``day`` is due then, and no earlier."""
    return replace(memory, due_day=day, due_at=None) if memory.due_day < day else memory


def _done(r: Reading, preferences: Preferences, today: date) -> Today:
    seconds = spent(r.reviews_of(today)) if preferences.minutes_per_day else 0.0
    return Today(r.introduced(today), r.reviewed(today), r.faces_reviewed(today), seconds)
