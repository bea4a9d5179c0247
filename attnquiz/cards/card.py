"""A card as its author wrote it: what all kinds share, and one body per kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from types import MappingProxyType
from typing import Any


class Kind(StrEnum):
    """How a card asks."""

    BASIC = "basic"
    CLOZE = "cloze"
    MC = "mc"
    NUMERIC = "numeric"
    SHAPE = "shape"
    ORDER = "order"
    CODE = "code"
    HEATMAP = "heatmap"
    BUG = "bug"
    EXPLAIN = "explain"
    EXPERIMENT = "experiment"


@dataclass(frozen=True, slots=True)
class Basic:
    answer: str


@dataclass(frozen=True, slots=True)
class Deletion:
    """One blank of a cloze text; blanks with the same number are hidden together."""

    number: int
    hidden: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Cloze:
    """``parts`` are the sentence in order: plain text, and deletions where the blanks are."""

    parts: tuple[str | Deletion, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(sorted({part.number for part in self.parts if isinstance(part, Deletion)}))


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. ``misconception`` is the belief that a wrong one stands for, None on the right one."""

    text: str
    right: bool
    feedback: str
    misconception: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Choice:
    """Options as written, before shuffling."""

    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class WrongRule:
    """A method that gives a wrong answer, the belief behind it, and what to say to whoever used it.

    ``rule`` is an expression on numeric, shape and heatmap cards, and forms separated by " | " on code cards.
    """

    rule: str
    misconception: str
    feedback: str
    line: int


@dataclass(frozen=True, slots=True)
class Computed:
    """A number, a vector or a shape, computed from the variant's names; so are the known wrong answers."""

    answer: str
    tolerance: float  # absolute, per entry
    wrong: tuple[WrongRule, ...]


@dataclass(frozen=True, slots=True)
class Ordering:
    """Steps in a right order. ``free`` holds pairs of 1-based positions that may be swapped."""

    steps: tuple[str, ...]
    free: tuple[tuple[int, int], ...]

    def turned(self, placed: Sequence[int]) -> int:
        """How many pairs of these 1-based steps stand the wrong way round and may not: 0 where the order is right."""
        return sum(a > b and not self.may_swap(a, b) for a, b in combinations(placed, 2))

    def may_swap(self, a: int, b: int) -> bool:
        return (a, b) in self.free or (b, a) in self.free


@dataclass(frozen=True, slots=True)
class Blank:
    """A hole in code: forms that are right, and forms with a known belief behind them."""

    forms: tuple[str, ...]
    wrong: tuple[WrongRule, ...]


@dataclass(frozen=True, slots=True)
class CellOf:
    """A cell, row or column to click in the map of experiment ``preset``."""

    preset: str
    answer: str
    wrong: tuple[WrongRule, ...]


@dataclass(frozen=True, slots=True)
class Bug:
    """The 1-based line of the code block that is wrong (0: no bug), and what it should say."""

    line: int
    fix: str


@dataclass(frozen=True, slots=True)
class RubricPoint:
    """A point of an explanation: worth ``points``, or (``misconception`` set) something it must not say."""

    text: str
    points: int
    misconception: str | None


@dataclass(frozen=True, slots=True)
class Explain:
    rubric: tuple[RubricPoint, ...]
    model: str


@dataclass(frozen=True, slots=True)
class Predict:
    """An experiment: choose what will happen, run it, then explain. ``run`` and ``expect`` are for people."""

    options: tuple[Option, ...]
    run: str
    expect: str
    rubric: tuple[RubricPoint, ...]


Body = Basic | Cloze | Choice | Computed | Ordering | Blank | CellOf | Bug | Explain | Predict


@dataclass(frozen=True, slots=True)
class Reference:
    """A named state of the sandbox: ``see: thai-curry row=curry`` has name thai-curry and one argument."""

    name: str
    arguments: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


STATE = "state"
"""In place of an experiment's name: a state of the sandbox that the learner's own file keeps, by its ``id``."""


@dataclass(frozen=True, slots=True)
class Card:
    """One card. ``id`` is written by hand and never changes; everything else may.

    ``variants`` holds one mapping of names to values for every combination of the card's ``vars`` lines, and
    exactly one empty mapping where there are none. Texts still contain their ``{{name}}`` holes.
    """

    id: str
    kind: Kind
    body: Body
    question: str  # the Q: block, "" on a cloze card
    why: str
    hints: tuple[str, ...]
    concept: str  # "" only on cards of a learner's own: in loose decks, or where there is no such concept
    source: str
    see: Reference | None
    shortcut: str  # what the card makes simpler than it is, "" for nothing
    fault: str | None  # the misconception that a plain miss shows
    variants: tuple[Mapping[str, Any], ...]
    allow: Mapping[str, str]  # lint rule -> the author's reason to waive it
    was: str | None
    rev: int
    deck: str
    section: str
    path: Path
    line: int
    text: str  # as written, for noticing edits
