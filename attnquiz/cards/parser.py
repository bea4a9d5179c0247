"""From the text of a deck to cards. Lines are read by ``scan``, meaning by ``bodies``, ``fields`` and ``blocks``."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from attnquiz import frontmatter
from attnquiz.cards import fields
from attnquiz.cards.bodies import body, idle, missing
from attnquiz.cards.card import Card, Kind
from attnquiz.cards.problem import Problem, did_you_mean, shown
from attnquiz.cards.raw import RawCard
from attnquiz.cards.scan import KEBAB, Scanner
from attnquiz.cards.variants import variants
from attnquiz.errors import DeckError

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Deck:
    """One Markdown file of cards. ``language`` is a tag such as "en"."""

    name: str
    title: str
    language: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A deck and everything that was wrong with its text.

    ``deck`` holds the sound cards. ``entries`` also hold cards that could be read in spite of a problem, for checking.
    ``remarks`` stop no card.
    """

    deck: Deck
    entries: tuple[tuple[RawCard, Card], ...]
    problems: tuple[DeckError, ...]
    remarks: tuple[Problem, ...]


def parse_deck(text: str, path: Path) -> Deck:
    """All cards of a deck. Raises DeckError at the first thing that is wrong."""
    reading = read_deck(text, path)
    if reading.problems:
        raise reading.problems[0]
    return reading.deck


def read_deck(text: str, path: Path) -> Reading:
    """What can be read of a deck, and what is wrong with the rest.

    Raises DeckError only where the text is no text, or its front matter has no end.
    """
    path = Path(path)
    front, inside, first_line = frontmatter.split(text, path)
    name = front.get("deck") or path.stem
    scanner = Scanner(inside, path, first_line)
    problems: list[DeckError] = list(scanner.problems)
    remarks = _front_remarks(text, path, first_line)
    entries: list[tuple[RawCard, Card]] = []
    sound: list[Card] = []
    taken: dict[str, int] = {}
    for raw in scanner.cards:
        wrong = _twice(raw, taken)
        card = _card(raw, name, wrong, remarks)
        if card is not None:
            entries.append((raw, card))
            if not wrong:
                sound.append(card)
        problems += wrong
    if not scanner.cards and not problems:
        problems.append(Problem(path, first_line, "there are no cards here", "write two lines: Q: ... and A: ..."))
    problems.sort(key=lambda problem: problem.line)
    deck = Deck(name, front.get("title") or name, front.get("language") or "en", tuple(sound))
    return Reading(deck, tuple(entries), tuple(problems), tuple(remarks))


def _front_remarks(text: str, path: Path, first_line: int) -> list[Problem]:
    """A second ": " in a value means something else to the YAML readers of other programs."""
    remedy = "leave the second colon out: other programs read it as YAML"
    return [
        Problem(path, number, f"a colon inside the value in {shown(line)}", remedy)
        for number, line in enumerate(re.split("\r\n|\r|\n", text)[: first_line - 1], start=1)
        if ": " in line.partition(":")[2].strip()
    ]


def _twice(raw: RawCard, taken: dict[str, int]) -> list[Problem]:
    """The problems of the lines of a card, and whether its id is taken in this file."""
    if raw.id in taken:
        problem = f"the id {raw.id!r} is taken by the card on line {taken[raw.id]}"
        return [*raw.problems, raw.problem(raw.line, problem, "choose another: ids are for ever", "L01")]
    taken[raw.id] = raw.line
    return list(raw.problems)


def _card(raw: RawCard, deck: str, wrong: list[Problem], remarks: list[Problem]) -> Card | None:
    """The card, with what is wrong appended to ``wrong``; None where its kind or its body cannot be read."""

    def attempt(read: Callable[[], Value], otherwise: Value) -> Value:
        try:
            return read()
        except Problem as problem:
            wrong.append(problem)
            return otherwise

    kind = attempt(lambda: _kind(raw), None)
    see = attempt(lambda: fields.see(raw), None)
    allow = attempt(lambda: fields.allow(raw), {})
    faces = attempt(lambda: variants(raw), ())
    rev = attempt(lambda: fields.whole(raw, "rev", 1, 1), 1)
    was = attempt(lambda: _was(raw), None)
    if kind is None:
        return None
    lacking = missing(raw, kind)
    wrong += lacking + idle(raw, kind)
    read = None if lacking else attempt(lambda: body(raw, kind), None)
    if read is None or not faces:
        return None
    inside, question, said = read
    remarks += said
    hints = tuple(block.text for block in raw.blocks if block.tag == "Hint")
    return Card(
        id=raw.id, kind=kind, body=inside, question=question, why=raw.block_text("Why"), hints=hints,
        concept=raw.value("concept"), source=raw.value("source"), see=see,
        shortcut=" ".join(field.value for field in raw.fields_named("shortcut")), fault=raw.value("fault") or None,
        variants=faces, allow=allow, was=was, rev=rev, deck=deck, section=raw.section, path=raw.path, line=raw.line,
        text=raw.text,
    )  # fmt: skip


def _kind(raw: RawCard) -> Kind:
    if raw.loose:
        return Kind.CLOZE if raw.block("C") else Kind.BASIC
    value = raw.value("kind")
    names = [str(kind) for kind in Kind]
    if not value:
        remedy = f"add a line kind: with one of {', '.join(names)}"
        raise raw.problem("kind", f"card {raw.id!r} has no kind", remedy, "L01")
    if value not in names:
        remedy = did_you_mean(value, names) or f"the kinds are {', '.join(names)}"
        raise raw.problem("kind", f"there is no kind {shown(value)}", remedy, "L01")
    return Kind(value)


def _was(raw: RawCard) -> str | None:
    value = raw.value("was")
    if value and not KEBAB.fullmatch(value):
        raise raw.problem("was", f"{shown(value)} is no id of a card", "write the former id, such as why-separate-v")
    return value or None
