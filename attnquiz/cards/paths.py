"""Paths: texts to read in order, with cards asked inside them.

A folder inside ``lessons/`` is a path: ``path.md`` says its title and what it is about, every other file is a chapter,
in order of their names (``03-scores.md`` is the chapter ``scores``). A chapter is Markdown with front matter (title,
source, license) and lines of their own between its paragraphs: ``ask: card-id``, ``see: experiment key=value | what the
link says``, ``shortcut: what is made simpler here``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from attnquiz import frontmatter
from attnquiz.cards import fields
from attnquiz.cards.card import Reference
from attnquiz.cards.problem import shown
from attnquiz.errors import DeckError

COVER = "path.md"
_NAME = re.compile(r"(?:\d+-)?([a-z0-9]+(?:-[a-z0-9]+)*)")
_LINE = re.compile(r"(ask|see|shortcut):\s*(.*)")


@dataclass(frozen=True, slots=True)
class Text:
    """Some paragraphs of Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A card that is asked at this place."""

    card: str
    line: int


@dataclass(frozen=True, slots=True)
class Look:
    """A state of the sandbox to open at this place."""

    see: Reference
    label: str
    line: int


@dataclass(frozen=True, slots=True)
class Shortcut:
    """What is made simpler here than it is."""

    text: str


Part = Text | Ask | Look | Shortcut


@dataclass(frozen=True, slots=True)
class Chapter:
    """``id`` is the file's name without its number; ``source`` is what the chapter is about or rests on."""

    id: str
    title: str
    source: str
    parts: tuple[Part, ...]
    path: Path

    @property
    def asks(self) -> tuple[str, ...]:
        """The cards it asks, in order."""
        return tuple(part.card for part in self.parts if isinstance(part, Ask))


@dataclass(frozen=True, slots=True)
class LearningPath:
    """``about`` says in a sentence for whom it is and what it leads to."""

    id: str
    title: str
    about: str
    chapters: tuple[Chapter, ...]


def read_paths(lessons: Path) -> dict[str, LearningPath]:
    """The paths in a folder of lessons, by name. Raises DeckError at the first thing that is wrong."""
    return {folder.name: read_path(folder) for folder in folders(lessons)}


def folders(lessons: Path) -> Iterator[Path]:
    """The folders that hold a path."""
    return (cover.parent for cover in sorted(lessons.glob(f"*/{COVER}")))


def read_path(folder: Path) -> LearningPath:
    """One path. Raises DeckError."""
    cover = folder / COVER
    settings, _, _ = frontmatter.split(frontmatter.read(cover), cover)
    for name in ("title", "about"):
        if not settings.get(name):
            raise DeckError(cover, 1, f"the path has no {name}", f"add a line {name}: to its front matter")
    chapters = tuple(parse_chapter(frontmatter.read(file), file) for file in chapter_files(folder))
    if not chapters:
        raise DeckError(cover, 1, "the path has no chapters", "put files ending in .md beside this one")
    return LearningPath(folder.name, settings["title"], settings["about"], chapters)


def chapter_files(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.glob("*.md")) if file.name != COVER]


def parse_chapter(text: str, path: Path) -> Chapter:
    """One chapter. Raises DeckError."""
    settings, body, first = frontmatter.split(text, path)
    name = _NAME.fullmatch(path.stem)
    if not name:
        remedy = "small letters, digits and hyphens, such as 03-scores.md"
        raise DeckError(path, 1, f"{shown(path.name)} is no name of a chapter", remedy)
    if not settings.get("title"):
        raise DeckError(path, 1, "the chapter has no title", "add a line title: to its front matter")
    parts = tuple(_parts(body.split("\n"), path, first))
    if not any(isinstance(part, Text) for part in parts):
        raise DeckError(path, first, "the chapter says nothing", "write some text below its front matter")
    return Chapter(name[1], settings["title"], settings.get("source", ""), parts, path)


def _parts(lines: list[str], path: Path, first: int) -> Iterator[Part]:
    """Text is gathered up to the next line that is something else; fenced code is always text."""
    gathered: list[str] = []
    fenced = False
    for number, line in enumerate(lines, start=first):
        fenced ^= line.startswith("```")
        special = None if fenced else _LINE.fullmatch(line.strip())
        if not special:
            gathered.append(line)
            continue
        yield from _text(gathered)
        gathered = []
        yield _part(special[1], special[2].strip(), path, number)
    yield from _text(gathered)


def _text(lines: list[str]) -> Iterator[Text]:
    said = "\n".join(lines).strip()
    if said:
        yield Text(said)


def _part(kind: str, value: str, path: Path, line: int) -> Part:
    if not value:
        raise DeckError(path, line, f"{kind}: says nothing", "complete the line, or take it out")
    if kind == "ask":
        return Ask(value, line)
    if kind == "shortcut":
        return Shortcut(value)
    state, bar, label = value.partition(" | ")
    if not bar or not label.strip():
        raise DeckError(path, line, f"{shown(value)} does not say what the link says", "write: see: name | Look at it")
    try:
        return Look(fields.reference(state.strip()), label.strip(), line)
    except ValueError as error:
        raise DeckError(path, line, *error.args) from None
