"""The grammar of a deck, line by line: front matter, sections, cards, and in each card its fields and blocks.

    section  "# title"          card  "## card-id", then fields, then blocks
    field    "name: value"      block "Tag: text" up to the next tag, card or section; code fences are opaque

A file without any "##" is loose: every "Q:" and every "C:" starts a card of its own, and prose around them is left
alone. What is wrong is collected per card, so that one broken card does not hide the rest.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from attnquiz.cards.fences import code_lines
from attnquiz.cards.problem import Problem, nearest, shown
from attnquiz.cards.raw import Block, Field, Line, RawCard

TAGS = ("Q", "A", "C", "Hint", "Why", "Steps", "Rubric", "Run", "Expect", "Explain")
FIELDS = (
    "kind", "concept", "source", "see", "vars", "answer", "tolerance", "wrong", "blank", "bug", "fix", "fault",
    "preset", "free", "uses", "shortcut", "allow", "was", "rev", "status", "level",
)  # fmt: skip
REPEATABLE = {"vars", "wrong", "allow", "free", "uses", "shortcut", "Hint"}
LOOSE_STARTS = {"Q", "C"}
LONG_NAMES = {"question": "Q", "answer": "A", "cloze": "C", "hints": "Hint", "because": "Why", "step": "Steps"}

CARD = re.compile(r"##(?!#)(?P<space>\s*)(?P<id>.*)")
SECTION = re.compile(r"#(?:\s+(?P<title>.*))?$")
TAG = re.compile(rf"(?P<tag>{'|'.join(TAGS)}):\s*(?P<rest>.*)")
NAMED = re.compile(r"(?P<name>[A-Za-z][\w-]{0,30})\s*:(?:\s+(?P<value>.*)|$)")
KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_ID = 80
MOST_CARDS = 5_000


@dataclass(slots=True)
class _Draft:
    """The card being read."""

    id: str
    line: int
    loose: bool
    fields: list[Field] = field(default_factory=list)
    blocks: list[tuple[str, list[Line]]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lost: bool = False  # a stray line was reported already


class Scanner:
    """Reads the body of a deck once. Afterwards ``cards`` and ``problems`` (those outside any card) hold the result."""

    def __init__(self, body: str, path: Path, first_line: int) -> None:
        self.path = path
        self.cards: list[RawCard] = []
        self.problems: list[Problem] = []
        self._section = ""
        self._draft: _Draft | None = None
        texts = body.split("\n")
        code, unclosed = code_lines(texts)
        self._unclosed = {first_line + index for index in unclosed}
        lines = [Line(first_line + n, text, code[n]) for n, text in enumerate(texts)]
        self.loose = not any(CARD.match(line.text) for line in lines if not line.code)
        for line in lines:
            self._take(line)
            if len(self.cards) > MOST_CARDS:
                self._draft = None
                self._complain(
                    line.number, f"more than {MOST_CARDS:,} cards in one deck", "split it into several files"
                )
                break
        self._finish()

    def _take(self, line: Line) -> None:
        card = None if line.code else CARD.match(line.text)
        section = None if line.code or card else SECTION.match(line.text)
        tag = None if line.code else TAG.match(line.text)
        if card:
            self._start(line, card)
        elif section:
            self._finish()
            self._section = (section["title"] or "").strip()
        elif self.loose and tag and tag["tag"] in LOOSE_STARTS:
            self._finish()
            self._draft = _Draft(f"{_slug(self.path.stem)}-{len(self.cards) + 1}", line.number, loose=True)
            self._block(tag["tag"], tag["rest"], line)
        elif self._draft is None:
            self._outside(line, tag)
        elif tag:
            self._block(tag["tag"], tag["rest"], line)
        elif self._draft.blocks:
            self._inside(line)
        else:
            self._field(line)
        if self._draft is not None:
            self._draft.lines.append(line.text)
        if line.number in self._unclosed:
            self._complain(line.number, "this code fence is never closed", "end it with a line of ```")

    def _start(self, line: Line, card: re.Match[str]) -> None:
        self._finish()
        name = card["id"].strip()
        self._draft = _Draft(name, line.number, loose=False)
        if not name:
            self._complain(line.number, "a card without an id", "write: ## some-id", "L01")
        elif not card["space"]:
            self._complain(line.number, f"no space after ## in {shown(line.text)}", f"write: ## {name[:LONGEST_ID]}")
        elif len(name) > LONGEST_ID:
            self._complain(line.number, f"the id is longer than {LONGEST_ID} characters", "choose a short one", "L01")
        elif not KEBAB.fullmatch(name):
            remedy = f"Did you mean {_slug(name)!r}?" if KEBAB.fullmatch(_slug(name)) else "such as why-separate-v"
            self._complain(line.number, f"the id {shown(name)} is not small letters, digits and hyphens", remedy, "L01")

    def _block(self, tag: str, rest: str, line: Line) -> None:
        if tag not in REPEATABLE and any(tag == other for other, _ in self._draft.blocks):
            self._complain(line.number, f"a second {tag}: in card {self._draft.id!r}", "join the two or drop one")
        self._draft.blocks.append((tag, [Line(line.number, rest)]))

    def _inside(self, line: Line) -> None:
        """A line of a block: text, unless it looks like a tag or a field that would be swallowed.

        A slip is said and then read as what was meant, so that it is not said again as something missing.
        """
        named = None if line.code else NAMED.match(line.text)
        if named and (meant := _meant_tag(named["name"])):
            self._complain(line.number, f"{named['name']}: is no block", f"Did you mean '{meant}:'?")
            self._block(meant, named["value"] or "", line)
        elif named and named["name"] in FIELDS and not self._draft.loose:
            problem = f"the field {named['name']!r} stands below a block and would be part of its text"
            self._complain(line.number, problem, "move it up, right under the ## heading")
            self._add(named["name"], named, line)
        else:
            self._draft.blocks[-1][1].append(line)

    def _field(self, line: Line) -> None:
        named = None if line.code else NAMED.match(line.text)
        if not line.text.strip():
            return
        if not named:
            if not self._draft.lost:
                remedy = "a card is fields (name: value), then blocks (Q: ..., A: ...)"
                self._complain(line.number, f"{shown(line.text)} is neither a field nor a block", remedy)
            self._draft.lost = True
        elif named["name"] in FIELDS:
            self._add(named["name"], named, line)
        else:
            self._unknown_field(named, line)

    def _unknown_field(self, named: re.Match[str], line: Line) -> None:
        """Said, then read as what was meant."""
        problem, near = f"there is no field {named['name']!r}", nearest(named["name"], FIELDS)
        if meant := _meant_tag(named["name"]):
            self._complain(line.number, problem, f"Did you mean '{meant}:'?")
            self._block(meant, named["value"] or "", line)
        elif near:
            self._complain(line.number, problem, f"Did you mean {near!r}?")
            self._add(near, named, line)
        else:
            self._complain(line.number, problem, f"the fields are {', '.join(FIELDS)}")

    def _add(self, name: str, named: re.Match[str], line: Line) -> None:
        if name not in REPEATABLE and any(name == other.name for other in self._draft.fields):
            self._complain(line.number, f"{name!r} is given twice in card {self._draft.id!r}", "keep one of them")
        self._draft.fields.append(Field(name, (named["value"] or "").strip(), line.number))

    def _outside(self, line: Line, tag: re.Match[str] | None) -> None:
        """A line before the first card or right after a section: prose is left alone, lost cards are not."""
        named = None if line.code else NAMED.match(line.text)
        if tag and (not self.loose or tag["tag"] in {"A"}):
            remedy = "start it with Q:" if self.loose else "start the card with a line: ## some-id"
            self._complain(line.number, f"{tag['tag']}: belongs to no card", remedy)
        elif named and named["name"] in {"kind", "concept"}:
            remedy = "a card starts with two signs: ## some-id"
            self._complain(line.number, f"the field {named['name']!r} belongs to no card", remedy)
        elif named and self.loose and (meant := _meant_tag(named["name"])):
            self._complain(line.number, f"{named['name']}: starts no card", f"Did you mean '{meant}:'?")

    def _complain(self, line: int, problem: str, remedy: str, rule: str = "L00") -> None:
        problems = self.problems if self._draft is None else self._draft.problems
        problems.append(Problem(self.path, line, problem, remedy, rule))

    def _finish(self) -> None:
        draft, self._draft = self._draft, None
        if draft is None:
            return
        blocks = tuple(Block(tag, tuple(lines)) for tag, lines in draft.blocks)
        text = "\n".join(draft.lines).rstrip()
        card = RawCard(
            id=draft.id, line=draft.line, path=self.path, section=self._section, loose=draft.loose,
            fields=tuple(draft.fields), blocks=blocks, text=text, problems=tuple(draft.problems),
        )  # fmt: skip
        self.cards.append(card)


def _meant_tag(name: str) -> str:
    """The tag that somebody who wrote ``name:`` at the start of a line had in mind, "" where it is just prose."""
    if name in TAGS or name in FIELDS:
        return ""
    if name.capitalize() in TAGS:
        return name.capitalize()
    if name[0].isupper() and (meant := LONG_NAMES.get(name.lower())):
        return meant
    return ""


def _slug(name: str) -> str:
    """A name as an id: small letters and hyphens; other scripts keep their letters."""
    return re.sub(r"[\W_]+", "-", name.lower()).strip("-")[:LONGEST_ID].strip("-") or "deck"
