"""Lessons: what can be read about a concept before its first card is asked.

A lesson file is Markdown with front matter; each ``## concept-id`` starts a lesson, with ``source:`` and, if there is
a state of the sandbox to look at, ``see:`` right below the heading.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from attnquiz import frontmatter
from attnquiz.cards import fields
from attnquiz.cards.card import Reference
from attnquiz.cards.problem import shown
from attnquiz.errors import DeckError

_HEADING = re.compile(r"##\s+(.*)")
_FIELD = re.compile(r"(source|see):\s*(.*)")


@dataclass(frozen=True, slots=True)
class Lesson:
    """``text`` is Markdown about the concept with the same id."""

    concept: str
    text: str
    source: str
    see: Reference | None
    path: Path
    line: int


def read_lessons(folder: Path) -> dict[str, Lesson]:
    """The lessons of a folder by concept. Raises DeckError at the first thing that is wrong."""
    lessons: dict[str, Lesson] = {}
    for path in sorted(folder.glob("*.md")) if folder.is_dir() else ():
        for lesson in parse_lessons(frontmatter.read(path), path):
            if lesson.concept in lessons:
                raise DeckError(path, lesson.line, f"there are two lessons about {lesson.concept!r}", "join them")
            lessons[lesson.concept] = lesson
    return lessons


def parse_lessons(text: str, path: Path) -> list[Lesson]:
    """The lessons of one file, in order. What stands before the first heading is for whoever edits the file."""
    _, body, first = frontmatter.split(text, path)
    lines = body.split("\n")
    starts = [number for number, line in enumerate(lines) if _HEADING.fullmatch(line.rstrip())]
    return [
        _lesson(lines[start:end], path, first + start)
        for start, end in pairwise([*starts, len(lines)])
    ]


def _lesson(lines: list[str], path: Path, line: int) -> Lesson:
    heading = _HEADING.fullmatch(lines[0].rstrip())
    concept = heading[1].strip() if heading else ""
    found, rest = {}, lines[1:]
    while rest and (field := _FIELD.fullmatch(rest[0].strip())):
        found[field[1]], rest = field[2].strip(), rest[1:]
    words = "\n".join(rest).strip()
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", concept) or not words:
        problem = f"{shown(lines[0])} starts no lesson" if words else f"the lesson about {shown(concept)} is empty"
        raise DeckError(path, line, problem, "write: ## concept-id, and some text below it")
    try:
        see = fields.reference(found["see"]) if found.get("see") else None
    except ValueError as error:
        raise DeckError(path, line, *error.args) from None
    return Lesson(concept, words, found.get("source", ""), see, path, line)
