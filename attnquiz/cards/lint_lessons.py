"""L02, L03, L13 and L23 on lessons."""

from collections.abc import Iterator
from pathlib import Path

from attnquiz import frontmatter
from attnquiz.cards.lessons import Lesson, parse_lessons
from attnquiz.cards.lint_overlap import borrowed
from attnquiz.cards.lint_references import (
    Known,
    unknown_concept,
    unknown_experiment,
    unknown_sources,
    unopened,
)
from attnquiz.cards.lint_rules import Severity
from attnquiz.cards.lint_words import unfenced
from attnquiz.cards.problem import Problem
from attnquiz.errors import DeckError


def lesson_problems(folder: Path, known: Known) -> Iterator[tuple[Severity, DeckError]]:
    """What is wrong with the lessons of a folder, file by file."""
    seen: dict[str, str] = {}
    for path in sorted(folder.glob("*.md")):
        try:
            lessons = parse_lessons(frontmatter.read(path), path)
        except DeckError as error:
            yield "E", error
            continue
        for lesson in lessons:
            if lesson.concept in seen:
                problem = f"there is a lesson about {lesson.concept!r} already: {seen[lesson.concept]}"
                yield "E", Problem(path, lesson.line, problem, "join them", "L01")
            seen.setdefault(lesson.concept, f"{path}:{lesson.line}")
            for rule, problem, remedy in _wrong(lesson, known):
                yield "W" if rule == "L23" else "E", Problem(path, lesson.line, problem, remedy, rule)


def _wrong(lesson: Lesson, known: Known) -> Iterator[tuple[str, str, str]]:
    if lesson.concept not in known.concepts:
        yield "L02", *unknown_concept(lesson.concept, known)
    if not lesson.source:
        yield "L03", f"the lesson about {lesson.concept!r} has no source", "add a line source: below its heading"
    for wrong in unknown_sources(lesson.source, known):
        yield "L03", *wrong
    if lesson.see and lesson.see.name not in known.experiments:
        yield "L13", *unknown_experiment(lesson.see.name, known)
    elif lesson.see:
        yield from (("L13", *wrong) for wrong in unopened(lesson.see, known))
    for wrong in borrowed(unfenced(lesson.text), known.corpus):
        yield "L23", *wrong
