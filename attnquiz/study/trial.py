"""Grading one answer outside of any sitting: what ``attnquiz try`` prints."""

from pathlib import Path
from typing import Any

from attnquiz.cards.card import Card, Cloze
from attnquiz.cards.collection import load, shipped
from attnquiz.cards.grading import Verdict, grade
from attnquiz.errors import AttnquizError
from attnquiz.study.proposal import Confidence, propose

CORRECT = {Verdict.RIGHT: True, Verdict.SLIP: True, Verdict.SELF: None}


def trial(card_id: str, answer: str, variant: int, deck: Path | None) -> dict[str, Any]:
    """Grade ``answer`` as if the learner had been sure. The rating is None where only the learner can give it.

    Raises AttnquizError when there is no such card, variant or deletion.
    """
    cards = load(shipped() if deck is None else deck).cards
    card = cards.get(card_id)
    if card is None:
        raise AttnquizError(f"There is no card {card_id!r} in {deck or 'the shipped decks'}.")
    deletion, which = _which(card, variant)
    grading = grade(card, deletion, which, answer)
    unrated = grading.verdict in (Verdict.SELF, Verdict.UNREADABLE)
    return {
        "correct": CORRECT.get(grading.verdict, False),
        "verdict": grading.verdict.value,
        "misconception": grading.misconception,
        "rating": None if unrated else propose(grading.verdict, Confidence.SURE).name.lower(),
        "feedback": grading.feedback,
    }


def _which(card: Card, number: int) -> tuple[int, int]:
    """(deletion, variant) for a number that counts deletions on a cloze card and variants on any other."""
    if isinstance(card.body, Cloze):
        if not 0 <= number < len(card.body.numbers):
            raise AttnquizError(f"{card.id} has {len(card.body.numbers)} deletions: number them from 0.")
        return card.body.numbers[number], 0
    if not 0 <= number < len(card.variants):
        raise AttnquizError(f"{card.id} has {len(card.variants)} variants: number them from 0.")
    return 0, number
