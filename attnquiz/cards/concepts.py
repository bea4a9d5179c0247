"""Concepts and what one must be able to do before them."""

import re
from dataclasses import dataclass
from pathlib import Path

from attnquiz.cards.card import Kind
from attnquiz.cards.listing import Listed, read_listing
from attnquiz.cards.problem import Problem, did_you_mean, shown
from attnquiz.errors import DeckError

_LEVEL = re.compile(r"level (\d{1,2})")
_KINDS = tuple(str(kind) for kind in Kind)


@dataclass(frozen=True, slots=True)
class Concept:
    """An idea. ``needs`` are hard prerequisites, ``helps`` are motivation or history.

    ``contrasts`` are concepts that learners take for this one.
    ``level`` runs from 1 (first steps) to 5 (advanced); ``kinds`` are the kinds of card that suit it.
    """

    id: str
    title: str
    objective: str  # what a learner can do, as an order: "Compute a softmax"
    level: int
    needs: tuple[str, ...]
    helps: tuple[str, ...]
    kinds: tuple[Kind, ...]
    line: int
    contrasts: tuple[str, ...] = ()


def parse_concepts(text: str, path: Path) -> dict[str, Concept]:
    """Concepts by id, in the order of the file. Raises DeckError at the first thing that is wrong."""
    concepts, problems = read_concepts(text, path)
    if problems:
        raise problems[0]
    return concepts


def read_concepts(text: str, path: Path) -> tuple[dict[str, Concept], list[DeckError]]:
    """What can be read, and what is wrong with the rest: unknown or circular needs among it."""
    listed, problems = read_listing(text, path, ("needs", "helps", "kinds", "contrasts"))
    concepts: dict[str, Concept] = {}
    for entry in listed.values():
        wrong = _references(entry, listed, path)
        try:
            concepts[entry.id] = _concept(entry, path)
        except Problem as problem:
            wrong.append(problem)
        problems += wrong
    circle = _circle(concepts)
    if circle:
        first = concepts[circle[0]]
        line = listed[first.id].details["needs"][1]
        problem = f"the needs of {first.id!r} lead back to it: {' needs '.join([*circle, first.id])}"
        problems.append(Problem(path, line, problem, "drop one of them, or make it helps:", "L02"))
    return concepts, sorted(problems, key=lambda problem: problem.line)


def _concept(entry: Listed, path: Path) -> Concept:
    title, stop, objective = entry.text.partition(". ")
    if not stop or not objective.strip():
        remedy = "write: some-id: Title. What a learner can do"
        raise Problem(path, entry.line, f"{entry.id!r} has no objective after its title", remedy)
    level = _LEVEL.fullmatch(entry.section)
    if not level:
        raise Problem(path, entry.line, f"{entry.id!r} stands under no level", "put it below a line: # level 3")
    kinds, line = entry.details.get("kinds", ("", entry.line))
    for kind in _words(kinds):
        if kind not in _KINDS:
            remedy = did_you_mean(kind, _KINDS) or f"the kinds are {', '.join(_KINDS)}"
            raise Problem(path, line, f"there is no kind {shown(kind)}", remedy)
    return Concept(
        entry.id, title.strip(), objective.strip(), int(level[1]), _ids(entry, "needs"), _ids(entry, "helps"),
        tuple(Kind(kind) for kind in _words(kinds)), entry.line, _ids(entry, "contrasts"),
    )  # fmt: skip


def _references(entry: Listed, listed: dict[str, Listed], path: Path) -> list[DeckError]:
    problems: list[DeckError] = []
    for name in ("needs", "helps", "contrasts"):
        for other in _ids(entry, name):
            line = entry.details[name][1]
            if other not in listed:
                remedy = did_you_mean(other, listed) or "add it to this file"
                problems.append(
                    Problem(path, line, f"{entry.id!r} {name} {shown(other)}: no such concept", remedy, "L02")
                )
            elif other == entry.id:
                problems.append(Problem(path, line, f"{entry.id!r} {name} itself", "take it out", "L02"))
    return problems


def _ids(entry: Listed, name: str) -> tuple[str, ...]:
    return tuple(_words(entry.details.get(name, ("", 0))[0]))


def _words(text: str) -> list[str]:
    return re.split(r"[,\s]+", text.strip(", ")) if text.strip(", ") else []


def _circle(concepts: dict[str, Concept]) -> list[str]:
    """Concepts that need one another in a circle, [] where there is none. A walk in depth, without recursion."""
    done: set[str] = set()
    for start in concepts:
        if start in done:
            continue
        way = {start: iter(concepts[start].needs)}  # the path walked, in order, with what is left to try at each step
        while way:
            here = next(reversed(way))
            step = next(way[here], None)
            if step is None:
                done.add(here)
                del way[here]
            elif step in way and step != here:
                path = list(way)
                return path[path.index(step) :]
            elif step in concepts and step not in done and step != here:
                way[step] = iter(concepts[step].needs)
    return []
