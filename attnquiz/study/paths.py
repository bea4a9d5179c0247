"""How far somebody has come on a path, and what is asked there.

The place is a setting of the log, named after the path: the chapter, and how many of its cards were passed without an
answer. A card that has been answered anywhere stands in nobody's way.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from attnquiz.cards.collection import Collection
from attnquiz.cards.paths import Ask, Chapter, LearningPath, Look, Part, Text
from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory
from attnquiz.store.database import Reading
from attnquiz.study import askable

PATH, CONCEPT = "path.", "concept."  # what the names of these settings begin with


@dataclass(frozen=True, slots=True)
class Place:
    """Where a learner stands: a chapter of a path, and how many of its cards were passed."""

    chapter: str
    passed: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """A chapter as far as it can be read now.

    ``parts`` end where a card is asked: ``asked``, None at the end of the chapter. That is the first one that was
    neither answered nor passed nor set aside, or one before it whose answer still waits for its rating.
    ``memories`` are those of the cards answered, the one that comes back first for each card.
    """

    chapter: Chapter
    parts: tuple[Part, ...]
    asked: Face | None
    passed: int  # cards before ``asked``
    memories: Mapping[str, Memory]
    aside: frozenset[str]  # cards that are not to be asked today


@dataclass(frozen=True, slots=True)
class Progress:
    """A path in numbers. ``read`` chapters lie before the one at which the learner is; 0 before the first is opened."""

    path: LearningPath
    chapter: Chapter
    begun: bool
    read: int
    cards: int
    answered: int


def of_concept(collection: Collection, concept: str) -> Chapter | None:
    """A concept as a chapter: its lesson, then its cards. None where there is no lesson."""
    lesson = collection.lessons.get(concept)
    if lesson is None:
        return None
    looks = (Look(lesson.see, "See it in the sandbox", lesson.line),) if lesson.see else ()
    asks = (Ask(card.id, card.line) for card in collection.cards.values() if card.concept == concept)
    title = collection.concepts[concept].title if concept in collection.concepts else concept
    return Chapter(concept, title, lesson.source, (Text(lesson.text), *looks, *asks), lesson.path)


def of_path(settings: Mapping[str, str], path: LearningPath) -> Place | None:
    """Where the learner is on the path; None before it was begun, or when the chapter is gone."""
    place = _read(settings.get(PATH + path.id, ""))
    return place if place and any(chapter.id == place.chapter for chapter in path.chapters) else None


def _read(written: str) -> Place | None:
    chapter, _, passed = written.partition(" ")
    return Place(chapter, int(passed) if passed.isdecimal() else 0) if chapter else None


def passed(settings: Mapping[str, str], path: LearningPath | None, chapter: Chapter) -> int:
    """How many cards of the chapter were passed. All of those in chapters before the learner's place are."""
    if path is None:
        place = _read(settings.get(CONCEPT + chapter.id, ""))
        return place.passed if place else 0
    place, names = of_path(settings, path), [each.id for each in path.chapters]
    if place is None or names.index(chapter.id) > names.index(place.chapter):
        return 0
    return place.passed if place.chapter == chapter.id else len(chapter.asks)


def standing(
    r: Reading, collection: Collection, chapter: Chapter, before: int, aside: frozenset[str]
) -> Standing:
    """How far the chapter can be read now, when ``before`` of its cards were passed and some are set ``aside``."""
    attempt = r.open_attempt()
    waits = attempt.face if attempt is not None and attempt.face is not None else None
    memories: dict[str, Memory] = {}
    asks = 0
    for number, part in enumerate(chapter.parts):
        if not isinstance(part, Ask):
            continue
        card = collection.cards.get(part.card)
        faces = list(askable.faces(card)) if card is not None and part.card not in aside else []
        if waits in faces:
            return Standing(chapter, chapter.parts[:number], waits, asks, memories, aside)
        known = [memory for face in faces if (memory := r.memory(face)) is not None]
        if known:
            memories[part.card] = min(known, key=lambda memory: (memory.due_day, memory.due_at is None))
        elif faces and asks >= before:
            return Standing(chapter, chapter.parts[:number], faces[0], asks, memories, aside)
        asks += 1
    return Standing(chapter, chapter.parts, None, asks, memories, aside)


def progress(r: Reading, collection: Collection, path: LearningPath) -> Progress:
    """How far the learner is on a path."""
    place = of_path(r.settings(), path)
    names = [chapter.id for chapter in path.chapters]
    at = names.index(place.chapter) if place else 0
    cards = [card for chapter in path.chapters for card in chapter.asks if card in collection.cards]
    answered = sum(any(r.memory(face) for face in askable.faces(collection.cards[card])) for card in cards)
    return Progress(path, path.chapters[at], place is not None, at, len(cards), answered)


def taught(settings: Mapping[str, str], collection: Collection) -> tuple[str, ...]:
    """The cards whose place in a text has been reached: they may be asked, whatever else is known."""
    cards: dict[str, None] = {}
    for path in collection.paths.values():
        place = of_path(settings, path)
        for chapter in path.chapters if place else ():
            here = chapter.id == place.chapter
            cards |= dict.fromkeys(chapter.asks[: place.passed] if here else chapter.asks)
            if here:
                break
    return tuple(cards)
