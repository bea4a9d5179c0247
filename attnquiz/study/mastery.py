"""How well each concept is held, and what stands before it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date

from attnquiz.cards.card import Card
from attnquiz.cards.collection import Collection
from attnquiz.cards.concepts import Concept
from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory, State
from attnquiz.recall.scheduler import Scheduler
from attnquiz.study import askable

HELD = 0.8  # predicted recall from which a face counts as held


@dataclass(frozen=True, slots=True)
class Mastery:
    """One concept: how many faces it has, has seen, and holds, and the mean predicted recall of those seen or started.

    A start is what counts as known without a review, after a placement test: it is held like any other.
    """

    concept: str
    faces: int
    seen: int
    held: int
    recall: float | None  # None while nothing has been seen or started

    @property
    def known(self) -> bool:
        """At least half of the faces are held. A concept without faces says nothing and is never known by itself."""
        return self.faces > 0 and 2 * self.held >= self.faces


def held(memory: Memory, recall: float) -> bool:
    """Recalled lately enough. A face that was just forgotten, or never got past its first step, is not held."""
    if memory.state is State.RELEARNING or (memory.state is State.LEARNING and not memory.step):
        return False
    return recall >= HELD


def masteries(
    collection: Collection, memories: Mapping[Face, Memory], scheduler: Scheduler, today: date,
    only: Set[str] | None = None,
) -> dict[str, Mastery]:  # fmt: skip
    """A Mastery for every concept of the collection, or for some ``only``, in the collection's order."""
    faces: dict[str, int] = defaultdict(int)
    recalls: dict[str, list[float]] = defaultdict(list)
    seen: dict[str, int] = defaultdict(int)
    held_faces: dict[str, int] = defaultdict(int)
    for card in collection.cards.values() if only is None else of_concepts(collection, only):
        for face in askable.faces(card):
            faces[card.concept] += 1
            memory = memories.get(face)
            if memory is not None:
                recall = scheduler.recall(memory, today)
                recalls[card.concept].append(recall)
                seen[card.concept] += memory.reviews > 0
                held_faces[card.concept] += held(memory, recall)
    return {
        name: Mastery(name, faces[name], seen[name], held_faces[name], _mean(recalls[name]))
        for name in collection.concepts
        if only is None or name in only
    }


def of_concepts(collection: Collection, concepts: Set[str]) -> list[Card]:
    """The cards about some concepts."""
    return [card for card in collection.cards.values() if card.concept in concepts]


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def before(concepts: Iterable[str], collection: Collection) -> frozenset[str]:
    """Which concepts have to be known about, to say what is ``missing`` for these."""
    found: set[str] = set()
    left = _needs(concepts, collection)
    asked = {card.concept for card in collection.cards.values()} if left else set()
    while left:
        found |= left
        left = _needs(left - asked, collection) - found
    return frozenset(found)


def _needs(concepts: Iterable[str], collection: Collection) -> set[str]:
    return {need for name in concepts if name in collection.concepts for need in collection.concepts[name].needs}


def missing(concept: str, concepts: Mapping[str, Concept], known: Mapping[str, Mastery]) -> frozenset[str]:
    """The prerequisites of a concept that are not known yet.

    A prerequisite that has no faces cannot be tested, so its own prerequisites stand in for it.
    """
    unmet: set[str] = set()
    for need in concepts[concept].needs if concept in concepts else ():
        if known[need].faces == 0:
            unmet |= missing(need, concepts, known)
        elif not known[need].known:
            unmet.add(need)
    return frozenset(unmet)
