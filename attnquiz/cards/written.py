"""A card that the app writes: as text of a deck that the parser reads back, whatever the texts of people hold."""

import math
import os
import re
import unicodedata
import uuid
from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from attnquiz import frontmatter
from attnquiz.cards.fields import reference
from attnquiz.cards.library import deck_files
from attnquiz.cards.parser import read_deck
from attnquiz.cards.scan import KEBAB, LONGEST_ID
from attnquiz.errors import DeckError

FRONT = "---\ndeck: sandbox\ntitle: From the sandbox\n---\n"
_SIGNS = re.compile(r"([\\`*_{}\[\]<>$:~|&#])")  # what means something in Markdown, or is a hole of a card
_START = re.compile(r"^(\d*)([-+.)=])")  # what would begin a list


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card that asks for one number. ``question`` is plain text; ``see`` stands as in a deck; ``why`` is Markdown."""

    id: str
    concept: str
    question: str
    answer: float
    tolerance: float  # absolute
    see: str
    why: str

    @property
    def text(self) -> str:
        """The card as it stands in a deck."""
        return (
            f"## {self.id}\nkind: numeric\nconcept: {self.concept}\nsource: computed\nsee: {self.see}\n"
            f"answer: {self.answer + 0.0:.6g}\ntolerance: {self.tolerance:g}\n"
            f"allow: L14 a state of the sandbox has one answer\n\n"
            f"Q: {literal(self.question)}\n\nWhy: {one_line(self.why)}\n"
        )


def one_line(text: str) -> str:
    """A text on one line, without what no file should hold: control characters and halves of characters."""
    kept = (sign for sign in text if sign.isspace() or unicodedata.category(sign) not in ("Cc", "Cs"))
    return " ".join("".join(kept).split())


def literal(text: str) -> str:
    """A text as Markdown that shows it as it is, on one line."""
    return _START.sub(r"\1\\\2", _SIGNS.sub(r"\\\1", one_line(text)))


def see_text(name: str, arguments: Mapping[str, str]) -> str | None:
    """``name key=value``, as a ``see:`` line has it; None where that would not be read back as it is."""
    text = " ".join([name, *(f"{key}={value}" for key, value in arguments.items())])
    try:
        read = reference(text)
    except ValueError:
        return None
    return text if text == one_line(text) and (read.name, dict(read.arguments)) == (name, dict(arguments)) else None


def tolerance_for(value: float) -> float:
    """Half a unit in the third digit of a number, and never less than half a hundredth."""
    power = math.floor(math.log10(abs(value))) if value else 0
    return 0.005 * 10.0 ** max(power, 0)


def id_of(parts: Iterable[str], taken: Container[str]) -> str:
    """An id made of words, without accents; a number follows where it is taken. Words of other scripts fall out."""
    plain = unicodedata.normalize("NFKD", " ".join(parts)).encode("ascii", "ignore").decode().lower()
    start = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: LONGEST_ID - 4].strip("-") or "cell"
    return next(id for number in range(1, 10_000) if (id := start + f"-{number}" * (number > 1)) not in taken)


def is_id(text: str) -> bool:
    """Small letters, digits and hyphens, and not too many."""
    return len(text) <= LONGEST_ID and KEBAB.fullmatch(text) is not None


def is_written(path: Path, card: NewCard) -> bool:
    """Whether the deck holds this very card. Raises DeckError where it cannot be read."""
    return path.is_file() and card.text in frontmatter.read(path)


def ids_in(folder: Path) -> set[str]:
    """The ids in the decks of a folder; none of a deck that cannot be read, which is said where decks are listed."""
    found: set[str] = set()
    for file in deck_files(folder):
        with suppress(DeckError):
            found |= {card.id for _, card in read_deck(frontmatter.read(file), file).entries}
    return found


def append(path: Path, card: NewCard) -> None:
    """Put the card at the end of a deck, which is made where there is none; all else in it stays, byte by byte.

    The file is replaced in one step, so that it is never half written. Whoever calls sees to it that nobody else does
    at the same time. Raises DeckError where the file cannot be read or written, or cannot take the card as it stands.
    """
    path = path.resolve()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise _unwritten(path, error) from error
    if not before.strip():
        before = FRONT.encode()
    after = before + b"\n" * (1 if before.endswith(b"\n") else 2) + card.text.encode()
    _check(path, before, after, card)
    try:
        _replace(path, after)
    except OSError as error:
        raise _unwritten(path, error) from error


def _check(path: Path, before: bytes, after: bytes, card: NewCard) -> None:
    """Every card that was there is there still, and the new one says what it should."""
    old = [known.text.strip() for known in _cards(path, before)]
    new = _cards(path, after)
    kept = [known.text.strip() for known in new[:-1]] == old
    if not kept or not new or new[-1].id != card.id or new[-1].question != literal(card.question):
        problem = f"the card {card.id!r} cannot be added at the end of this file as it stands"
        raise DeckError(path, 1, problem, "mend what check says of it, or give the file another name; then save again")


def _cards(path: Path, raw: bytes) -> tuple:
    try:
        return read_deck(frontmatter.clean(raw.decode("utf-8-sig"), path), path).deck.cards
    except UnicodeDecodeError:
        raise DeckError(path, 1, "this is not UTF-8 text", "save the file as UTF-8, then save the card again") from None


def _replace(path: Path, raw: bytes) -> None:
    """The whole new file or the whole old one, also when the power fails."""
    draft = path.with_name(f".{path.name}-{uuid.uuid4().hex}")
    try:
        with draft.open("xb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            draft.chmod(path.stat().st_mode)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    with suppress(OSError):  # Windows opens no folders
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _unwritten(path: Path, error: OSError) -> DeckError:
    problem = f"the card could not be written: {error.strerror or error}"
    return DeckError(path, 1, problem, "make room there or allow writing, then save again")
