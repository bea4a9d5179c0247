"""A card as lines of a file: fields and blocks with their line numbers, before any kind reads meaning into them."""

from dataclasses import dataclass
from pathlib import Path

from attnquiz.cards.problem import Problem


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file. ``code`` is true inside a code fence and on the fence itself."""

    number: int
    text: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """``name: value`` under a card's heading."""

    name: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """``Tag: text`` and everything up to the next tag. The first line is without its tag."""

    tag: str
    lines: tuple[Line, ...]

    @property
    def line(self) -> int:
        return self.lines[0].number

    @property
    def text(self) -> str:
        return joined(self.lines)


@dataclass(frozen=True, slots=True)
class RawCard:
    """``problems`` are what was wrong with its lines; such a card is checked further but never asked."""

    id: str
    line: int
    path: Path
    section: str
    loose: bool  # has no heading of its own; its id was generated
    fields: tuple[Field, ...]
    blocks: tuple[Block, ...]
    text: str
    problems: tuple[Problem, ...]

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    def value(self, name: str) -> str:
        """The value of a field, "" where it is missing."""
        field = self.field(name)
        return field.value if field else ""

    def fields_named(self, name: str) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.name == name)

    def block(self, tag: str) -> Block | None:
        return next((block for block in self.blocks if block.tag == tag), None)

    def block_text(self, tag: str) -> str:
        """The text of a block, "" where it is missing."""
        block = self.block(tag)
        return block.text if block else ""

    def line_of(self, name: str) -> int:
        """The line of a field or block; the heading's where it is missing."""
        found = self.field(name) or self.block(name)
        return found.line if found else self.line

    def problem(self, where: str | Field | int, problem: str, remedy: str = "", rule: str = "L00") -> Problem:
        """A problem at a field or block (by name), at this very field, or on a line."""
        line = where.line if isinstance(where, Field) else where if isinstance(where, int) else self.line_of(where)
        return Problem(self.path, line, problem, remedy, rule)


def joined(lines: tuple[Line, ...] | list[Line]) -> str:
    """The lines as text, without blank lines and spaces around it."""
    return "\n".join(line.text.rstrip() for line in lines).strip()
