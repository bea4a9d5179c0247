"""What to ask next: learning faces whose minutes are over, then what is due, then what is new. Spot checks between."""

from bisect import insort
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import islice

from attnquiz.cards.collection import Collection
from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory
from attnquiz.recall.scheduler import Scheduler
from attnquiz.study import askable
from attnquiz.study.mastery import before, masteries, missing
from attnquiz.study.pace import FIRST_DAY, Pace, fitting
from attnquiz.study.preferences import Preferences
from attnquiz.study.probes import Probes, draw

AHEAD = timedelta(minutes=20)  # when nothing else is left, a learning step this close is taken early
SETTLED = 7.0  # days of stability from which two things that are taken for each other are asked side by side


@dataclass(frozen=True, slots=True)
class Today:
    """What has been done on this study day already."""

    introduced: int = 0  # faces seen for the first time
    reviewed: int = 0  # reviews in all
    faces: frozenset[Face] = frozenset()  # every face reviewed
    seconds: float = 0.0  # of answering; counted where there is a limit of minutes


@dataclass(frozen=True, slots=True)
class Queue:
    """Faces to ask. ``learning`` is in order of the instant at which each is due again."""

    learning: tuple[tuple[datetime, Face], ...] = ()
    due: tuple[Face, ...] = ()
    new: tuple[Face, ...] = ()
    waiting: Mapping[str, frozenset[str]] = field(default_factory=dict)  # concept -> prerequisites not known yet
    probes: Probes = field(default_factory=Probes)
    later: int = 0  # due, but more than the limits of this day let through

    def pop(self, now: datetime) -> tuple[Face | None, "Queue"]:
        """The next face and the queue without it; (None, the same queue) when nothing can be asked now."""
        face, rest = self._ordinary(now)
        if face is None:
            return None, self
        probe = self.probes.next()
        if probe is not None:
            face, rest = probe, replace(self, due=tuple(other for other in self.due if other != probe))
        return face, replace(rest, probes=rest.probes.without(face))

    def spot_check(self, now: datetime) -> Face | None:
        """The face that ``pop`` gives, if it is a spot check. None comes alone, with nothing else to ask."""
        probe = self.probes.next()
        return probe if probe is not None and self._ordinary(now)[0] is not None else None

    def _ordinary(self, now: datetime) -> tuple[Face | None, "Queue"]:
        if self.learning and self.learning[0][0] <= now:
            return self._learning()
        if self.due:
            return self.due[0], replace(self, due=self.due[1:])
        if self.new:
            return self.new[0], replace(self, new=self.new[1:])
        if self.learning and self.learning[0][0] <= now + AHEAD:
            return self._learning()
        return None, self

    def _learning(self) -> tuple[Face, "Queue"]:
        return self.learning[0][1], replace(self, learning=self.learning[1:])

    def put_back(self, face: Face, memory: Memory) -> "Queue":
        """The queue after a review: a face in its minutes comes back within the sitting."""
        learning = list(self.learning)
        if memory.due_at is not None:
            insort(learning, (memory.due_at, face))
        return replace(self, learning=tuple(learning), probes=self.probes.reviewed())

    def without(self, face: Face) -> "Queue":
        """The queue when this face is asked out of turn."""
        return replace(
            self,
            learning=tuple(item for item in self.learning if item[1] != face),
            due=tuple(f for f in self.due if f != face),
            new=tuple(f for f in self.new if f != face),
            probes=self.probes.without(face),
        )

    def counts(self) -> tuple[int, int, int]:
        return len(self.learning), len(self.due), len(self.new)


def build(
    collection: Collection,
    memories: Mapping[Face, Memory],
    done: Today,
    scheduler: Scheduler,
    preferences: Preferences,
    today: date,
    *,
    buried: Set[str] = frozenset(),
    confident_errors: Set[Face] = frozenset(),
    taught: Sequence[str] = (),
    unmet: Mapping[str, Sequence[Face]] | None = None,
    pace: Pace = Pace(),  # noqa: B008  frozen
) -> Queue:
    """The queue of a study day.

    Due faces come with confident errors first, because they return if they are not met again soon (Butler, Fazio and
    Marsh 2011), then the lowest predicted recall; faces of contrasting concepts side by side. New ones come in the
    order in which concepts build on one another, and only where the prerequisites are known. Before them, whatever is
    known, come cards of the learner's own and cards that a text has ``taught``. Two faces of one card never share a
    day, and a ``buried`` card is not asked on this one.

    New is what has no memory. Who says which faces that are (``unmet``, by concept) needs to give ``memories`` only of
    what is pending, and of the concepts ``before`` those of the new faces.

    Where the learner has a limit of minutes, what is due is cut to what fits at this ``pace`` into those that are left;
    new cards get what is left after that, none while anything due has to wait.
    """
    asked = {f: m for f, m in memories.items() if askable.asks(collection, f) and f.card not in buried}
    learning = sorted((memory.due_at, face) for face, memory in asked.items() if memory.due_at is not None)
    in_hand = done.faces | {face for _, face in learning}
    due = list(_without_siblings(_due(asked, confident_errors, scheduler, today), in_hand))
    waiting_due, left = len(due), _left(preferences, done)
    due = due[: max(0, preferences.reviews_per_day - done.reviewed)]
    due, left = _fit(due, left, pace, collection)
    later = waiting_due - len(due)
    due = side_by_side(due, collection, memories)
    if unmet is None:
        unmet = askable.unmet(collection, map(str, memories))
    deciding = before(unmet, collection)
    known = masteries(collection, memories, scheduler, today, deciding) if deciding else {}
    first = {card: place for place, card in enumerate(dict.fromkeys((*collection.own, *taught)))}
    waiting: dict[str, frozenset[str]] = {}
    fresh: list[Face] = []
    place = {concept: number for number, concept in enumerate(by_depth(collection))}
    for concept in sorted(unmet, key=lambda name: place.get(name, len(place))):
        unknown = missing(concept, collection.concepts, known)
        if unknown:
            waiting[concept] = unknown
        fresh += [face for face in unmet[concept] if face.card not in buried and (not unknown or face.card in first)]
    if first:
        fresh.sort(key=lambda face: first.get(face.card, len(first)))
    most = max(0, preferences.new_per_day - done.introduced)
    new = list(islice(_without_siblings(fresh, in_hand | set(due)), most))
    new, _ = _fit([] if later and left is not None else new, left, pace, collection, FIRST_DAY)
    return Queue(tuple(learning), tuple(due), tuple(new), waiting, later=later)


def _left(preferences: Preferences, done: Today) -> float | None:
    """Seconds that are left of this day; None where there is no limit."""
    minutes = preferences.minutes_per_day
    return max(0.0, 60 * minutes - done.seconds) if minutes else None


def _fit(
    faces: list[Face], left: float | None, pace: Pace, collection: Collection, answers: int = 1
) -> tuple[list[Face], float | None]:
    """The first of the faces, as many as fit into the seconds that are left, and what is left then."""
    if left is None:
        return faces, None
    seconds = [answers * each for each in pace.of(collection, faces)]
    number = fitting(seconds, left)
    return faces[:number], left - sum(seconds[:number])


def with_probes(
    queue: Queue, collection: Collection, among: Sequence[str], done: Today, preferences: Preferences,
    today: date, learner: str, buried: Set[str] = frozenset(), unlearnt: Set[str] = frozenset(),
) -> Queue:  # fmt: skip
    """The queue of a study day with its spot checks: drawn ``among`` these names but the ``unlearnt`` ones, so among
    what was learnt before the day.

    A card that is asked today anyway is drawn with no other face.
    """
    if not preferences.probes:
        return queue
    taken: dict[str, Face | None] = {face.card: face for face in (*queue.new, *queue.due)}
    taken |= dict.fromkeys([*buried, *(face.card for face in done.faces), *(face.card for _, face in queue.learning)])
    return replace(queue, probes=draw(collection, among, taken, learner, today, done.reviewed, unlearnt))


def _due(
    asked: Mapping[Face, Memory], confident_errors: Set[Face], scheduler: Scheduler, today: date
) -> list[Face]:
    due = [
        (face not in confident_errors, scheduler.recall(memory, today), face)
        for face, memory in asked.items()
        if memory.due_at is None and memory.due_day <= today
    ]
    return [face for *_, face in sorted(due)]


def side_by_side(due: Sequence[Face], collection: Collection, memories: Mapping[Face, Memory]) -> list[Face]:
    """The faces with each one of a concept that has a contrast followed by the next one of such a concept.

    Telling two things apart is what is learnt from meeting them together, once each is known by itself: only faces
    with more than a week of stability are moved. All others keep their order.
    """
    contrasts, place = _contrasts(collection), {face: number for number, face in enumerate(due)}
    settled: dict[str, deque[Face]] = {name: deque() for name in contrasts}
    for face in due:
        concept = collection.cards[face.card].concept
        if concept in settled and memories[face].stability > SETTLED:
            settled[concept].append(face)
    placed: dict[Face, None] = {}
    for face in due:
        if face in placed:
            continue
        placed[face] = None
        if memories[face].stability > SETTLED:
            others = contrasts.get(collection.cards[face.card].concept, ())
            partners = [partner for other in others if (partner := _first(settled[other], placed)) is not None]
            if partners:
                placed[min(partners, key=place.__getitem__)] = None
    return list(placed)


def _contrasts(collection: Collection) -> Mapping[str, set[str]]:
    """Each concept's contrasts, whichever of the two says so."""
    contrasts: dict[str, set[str]] = defaultdict(set)
    for concept in collection.concepts.values():
        for other in concept.contrasts:
            contrasts[concept.id].add(other)
            contrasts[other].add(concept.id)
    return contrasts


def _first(faces: deque[Face], placed: Mapping[Face, None]) -> Face | None:
    """The first of the faces that has no place yet; those that have one are let go."""
    while faces and faces[0] in placed:
        faces.popleft()
    return faces[0] if faces else None


def by_depth(collection: Collection) -> list[str]:
    """Concepts so that every one comes after what it needs, shallow ones first (ties as written)."""
    depth: dict[str, int] = {}

    def measure(name: str) -> int:
        if name not in depth:
            depth[name] = 1 + max((measure(need) for need in collection.concepts[name].needs), default=0)
        return depth[name]

    return sorted(collection.concepts, key=measure)


def _without_siblings(faces: Iterable[Face], in_hand: Iterable[Face]) -> Iterator[Face]:
    """One face a card: later siblings, and siblings of a face in hand today, wait for another day."""
    taken = {face.card for face in in_hand}
    for face in faces:
        if face.card not in taken:
            taken.add(face.card)
            yield face
