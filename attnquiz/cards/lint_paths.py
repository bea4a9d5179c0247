"""L02, L03, L13, L23 and L28 on paths."""

from collections.abc import Collection, Iterator
from pathlib import Path

from attnquiz import frontmatter
from attnquiz.cards.lint_overlap import borrowed
from attnquiz.cards.lint_references import Known, unknown_experiment, unknown_sources, unopened
from attnquiz.cards.lint_rules import Severity
from attnquiz.cards.lint_words import unfenced
from attnquiz.cards.paths import Ask, Chapter, Look, Shortcut, Text, chapter_files, folders, parse_chapter, read_path
from attnquiz.cards.problem import Problem, did_you_mean, shown
from attnquiz.errors import DeckError


def path_problems(lessons: Path, cards: Collection[str], known: Known) -> Iterator[tuple[Severity, DeckError]]:
    """What is wrong with the paths of a folder of lessons, file by file."""
    for folder in folders(lessons):
        asked: dict[str, str] = {}
        chapters = []
        for file in chapter_files(folder):
            try:
                chapters.append(parse_chapter(frontmatter.read(file), file))
            except DeckError as error:
                yield "E", error
        if not chapters or len(chapters) == len(chapter_files(folder)):
            try:
                read_path(folder)
            except DeckError as error:
                yield "E", error
        for chapter in chapters:
            yield from _wrong(chapter, asked, cards, known)


def _wrong(
    chapter: Chapter, asked: dict[str, str], cards: Collection[str], known: Known
) -> Iterator[tuple[Severity, DeckError]]:
    """What is wrong with a chapter. ``asked`` (card -> where its path asks for it) grows."""
    if not chapter.source:
        wrong = f"the chapter {chapter.title!r} has no source", "add a line source: to its front matter"
        yield "E", Problem(chapter.path, 1, *wrong, "L03")
    for wrong in unknown_sources(chapter.source, known):
        yield "E", Problem(chapter.path, 1, *wrong, "L03")
    for part in chapter.parts:
        match part:
            case Ask(card, line):
                for wrong in _unasked(card, asked, cards):
                    yield "E", Problem(chapter.path, line, *wrong, "L28")
                asked.setdefault(card, f"{chapter.path}:{line}")
            case Look(see, _, line):
                there = see.name in known.experiments
                for wrong in unopened(see, known) if there else (unknown_experiment(see.name, known),):
                    yield "E", Problem(chapter.path, line, *wrong, "L13")
            case Text(text) | Shortcut(text):
                for wrong in borrowed(unfenced(text), known.corpus):
                    yield "W", Problem(chapter.path, 1, *wrong, "L23")


def _unasked(card: str, asked: dict[str, str], cards: Collection[str]) -> Iterator[tuple[str, str]]:
    if card not in cards:
        yield f"there is no card {shown(card)}", did_you_mean(card, cards) or "write the id of a card of these decks"
    elif card in asked:
        yield f"the path asks for {card!r} already: {asked[card]}", "ask for another card here"
