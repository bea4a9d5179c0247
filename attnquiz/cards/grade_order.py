"""Grading an order of steps: right is every order that turns around nothing but free pairs."""

import re

from attnquiz.cards import faces
from attnquiz.cards.card import Card, Ordering
from attnquiz.cards.reading import Unreadable
from attnquiz.cards.verdict import RIGHT, Grading, missed, plain

NUMBERS = re.compile(r"\d{1,3}(?:(?:\s|,|;|>|-|→)+\d{1,3})*")


def order(card: Card, body: Ordering, variant: int, answer: str) -> Grading:
    """Grade the numbers of the steps as written in the deck, in the learner's order: "2 1 3"."""
    placed = _read(answer, len(body.steps))
    early = [  # (place, the step there, the first step that should have come before it)
        (place, step, min(after))
        for place, step in enumerate(placed)
        if (after := [late for late in placed[place:] if late < step and not body.may_swap(late, step)])
    ]
    if not early:
        return RIGHT
    place, step, before = early[0]
    texts = [text.strip().rstrip(".") for text in faces.steps(card, variant)]
    first, second = f"“{texts[before - 1]}”", f"“{texts[step - 1]}”"
    if body.turned(placed) == 1 and placed[place + 1] == before:
        return missed(card, f"Almost: two neighbours are the wrong way round. {first} comes before {second}.")
    return missed(card, f"The first wrong place is number {place + 1}: {second} comes only after {first}.")


def _read(answer: str, count: int) -> list[int]:
    text = plain(answer).strip("[](){} ")
    found = [int(number) for number in re.findall(r"\d+", text)] if NUMBERS.fullmatch(text) else []
    if sorted(found) != list(range(1, count + 1)):
        raise Unreadable(f"Write the numbers 1 to {count}, each once, in your order, with spaces between them.")
    return found
