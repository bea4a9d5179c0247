"""Files that list things by id: concepts.md, misconceptions.md, sources.md, coverage.md, resources.md.

# section            groups what follows
some-id: text
  detail: text       belongs to the entry above it
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from attnquiz import frontmatter
from attnquiz.cards.problem import Problem, did_you_mean, shown
from attnquiz.errors import DeckError

Made = TypeVar("Made")

# One capital letter may come first: A-03 is item 3 of text A.
_ENTRY = re.compile(r"(?P<id>(?:[A-Z]-)?[a-z0-9]+(?:-[a-z0-9]+)*)\s*:\s+(?P<text>\S.*)")
_DETAIL = re.compile(r"\s+(?P<name>[A-Za-z][\w-]*)\s*:(?:\s+(?P<text>.*)|$)")
_SECTION = re.compile(r"#+\s+(?P<title>.*)")


@dataclass(frozen=True, slots=True)
class Listed:
    """``id: text`` under ``section``, with its details: name -> (text, line)."""

    id: str
    text: str
    section: str
    line: int
    details: dict[str, tuple[str, int]] = field(default_factory=dict)


def read_listing(text: str, path: Path, details: Collection[str]) -> tuple[dict[str, Listed], list[DeckError]]:
    """The entries by id, in order, and what is wrong with the rest. ``details`` are the names that may stand below.

    Raises DeckError only where the text is no text, or its front matter has no end.
    """
    _, body, first_line = frontmatter.split(text, path)
    listed: dict[str, Listed] = {}
    problems: list[DeckError] = []
    section, last = "", None
    for number, line in enumerate(body.split("\n"), start=first_line):
        if not line.strip():
            continue
        if heading := _SECTION.fullmatch(line):
            section, last = heading["title"].strip(), None
        elif line[0].isspace():
            problem = _detail(last, line, number, path, details)
            problems += [problem] if problem else []
        elif not (found := _ENTRY.fullmatch(line)):
            last = Listed("", "", section, number)  # takes the details below it, which need no word of their own
            problems.append(Problem(path, number, f"{shown(line)} is no entry", "write: some-id: text"))
        elif found["id"] in listed:
            last = Listed("", "", section, number)
            problem = f"{found['id']!r} is listed already, on line {listed[found['id']].line}"
            problems.append(Problem(path, number, problem, "keep one of them"))
        else:
            last = listed[found["id"]] = Listed(found["id"], found["text"].strip(), section, number)
    return listed, problems


def parse_listing(
    text: str, path: Path, details: Collection[str], made: Callable[[Listed, Path], Made]
) -> dict[str, Made]:
    """What ``made`` makes of each entry, by id. Raises DeckError at the first thing that is wrong, line by line."""
    listed, problems = read_listing(text, path, details)
    found: dict[str, Made] = {}
    for entry in listed.values():
        try:
            found[entry.id] = made(entry, path)
        except Problem as problem:
            problems.append(problem)
    if problems:
        raise min(problems, key=lambda problem: problem.line)
    return found


def _detail(entry: Listed | None, line: str, number: int, path: Path, known: Collection[str]) -> Problem | None:
    """Adds an indented line to the entry above it; a Problem where that makes no sense."""
    found = _DETAIL.fullmatch(line)
    if found is None or found["name"] not in known:
        remedy = did_you_mean(found["name"], known) if found else ""
        remedy = remedy or f"indented lines are: {', '.join(f'{name}: ...' for name in known) or 'not used here'}"
        return Problem(path, number, f"{shown(line)} is no detail of an entry", remedy)
    if entry is None:
        return Problem(path, number, f"{shown(line)} belongs to no entry", "put it under a line: some-id: text")
    if found["name"] in entry.details:
        return Problem(path, number, f"{found['name']!r} is given twice for {entry.id!r}", "keep one of them")
    entry.details[found["name"]] = ((found["text"] or "").strip(), number)
    return None
