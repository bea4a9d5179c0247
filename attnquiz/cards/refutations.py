"""Which cards tell a misconception from the truth."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from attnquiz.cards.card import Blank, Card, CellOf, Choice, Computed, Explain, Predict


def refuted_by(card: Card) -> frozenset[str]:
    """The misconceptions that a right answer to the card speaks against."""
    return frozenset(belief for belief in _named(card) if belief is not None)


def refuting(cards: Iterable[Card]) -> dict[str, tuple[str, ...]]:
    """Misconception -> ids of the cards that refute it, in the order of the cards."""
    found: dict[str, list[str]] = defaultdict(list)
    for card in cards:
        for belief in sorted(refuted_by(card)):
            found[belief].append(card.id)
    return {belief: tuple(ids) for belief, ids in found.items()}


def _named(card: Card) -> Iterator[str | None]:
    yield card.fault
    match card.body:
        case Choice(options):
            yield from (option.misconception for option in options)
        case Predict(options, rubric=rubric):
            yield from (option.misconception for option in options)
            yield from (point.misconception for point in rubric)
        case Computed(wrong=wrong) | Blank(wrong=wrong) | CellOf(wrong=wrong):
            yield from (rule.misconception for rule in wrong)
        case Explain(rubric):
            yield from (point.misconception for point in rubric)
