"""A state of the sandbox becomes a card in the learner's own deck."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from attnquiz.cards.card import STATE
from attnquiz.cards.written import NewCard, append, id_of, ids_in, is_id, is_written, one_line, see_text, tolerance_for
from attnquiz.errors import StoreError
from attnquiz.recall.face import Face
from attnquiz.store.database import Reading
from attnquiz.study import states
from attnquiz.study.drill import Desk

DECK = "sandbox.md"
LONGEST_QUESTION = 500  # characters
LONGEST_SEE = 300  # characters of a see: line; what is longer is kept, and named by its id


@dataclass(frozen=True, slots=True)
class Asked:
    """What a card is to ask: plain text and the number that is right. ``query`` is the state, whole, as an address."""

    id: str
    question: str
    answer: float
    concept: str
    query: Mapping[str, str]
    why: str


def add(desk: Desk, decks: Path, asked: Asked, now: datetime) -> Path:
    """Write the card into the deck for such cards in the folder ``decks``; which file that is.

    The same card twice is written once. Raises StoreError, a sentence, for an id that is taken or none, for a question
    that is empty or too long and for a number that is none; DeckError where the file does not take the card.
    """
    _check(desk, asked)
    file = decks / DECK
    card = NewCard(
        asked.id, asked.concept, asked.question, asked.answer, tolerance_for(asked.answer), _see(desk, asked, now),
        asked.why,
    )  # fmt: skip
    with desk.store.writing() as w:  # nothing is written there: it keeps every other tab and process waiting
        if not is_written(file, card):
            _check_free(w, desk, decks, asked.id)
            append(file, card)
    return file


def _see(desk: Desk, asked: Asked, now: datetime) -> str:
    """The state in words where they are few and can be read back, else under its id."""
    arguments = dict(asked.query)
    name = arguments.pop("experiment", "")
    text = see_text(name, arguments) if name and STATE not in arguments else None
    if text is None or len(text) > LONGEST_SEE:
        return f"{STATE} id={states.keep(desk, asked.query, now)}"
    return text


def _check(desk: Desk, asked: Asked) -> None:
    if not is_id(asked.id):
        raise StoreError(
            f"“{asked.id[:40]}” is no id for a card: write small letters a to z, digits and hyphens, at most 80, such "
            "as thai-curry-weight."
        )
    question = one_line(asked.question)
    if not question:
        raise StoreError("The card has no question: write one.")
    if len(question) > LONGEST_QUESTION:
        raise StoreError(f"The question has {len(question)} characters; {LONGEST_QUESTION} fit: shorten it.")
    if not math.isfinite(asked.answer):
        raise StoreError("This cell holds no number that could be the answer: choose another cell.")
    if asked.concept not in desk.collection.concepts:
        raise StoreError("Choose the concept that the card belongs to.")


def _check_free(r: Reading, desk: Desk, decks: Path, id: str) -> None:
    """Ids are for ever: neither a card that is there may have it, nor one that was answered once and is gone."""
    taken = {*desk.collection.cards, *ids_in(decks)}
    if id in taken or any(True for _ in r.entries(Face(id))):
        free = id_of([id], {*taken, id})
        raise StoreError(f"The id “{id}” is taken by another card: choose one that is free, such as “{free}”.")
