"""L02, L03 and the fault of L19: names on a card that must exist."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from attnquiz.cards.card import Bug, Card
from attnquiz.cards.problem import Problem, did_you_mean, shown
from attnquiz.cards.raw import RawCard
from attnquiz.cards.sources import COMPUTED, cited


@dataclass(frozen=True, slots=True)
class Known:
    """The ids that cards may refer to."""

    concepts: Collection[str]
    misconceptions: Collection[str]
    sources: Collection[str]


def concept_exists(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L02. A loose card may do without."""
    if not card.concept and not raw.loose:
        yield raw.problem("concept", f"card {card.id!r} has no concept", "add a line concept: some-id", "L02")
    elif card.concept and card.concept not in known.concepts:
        remedy = did_you_mean(card.concept, known.concepts) or "choose one of concepts.md, or add it there"
        yield raw.problem("concept", f"there is no concept {shown(card.concept)}", remedy, "L02")


def sources_exist(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L03: the first word of each part. A loose card may do without."""
    names = cited(card.source)
    if not names and not raw.loose:
        yield raw.problem("source", f"card {card.id!r} has no source", "add a line source: vaswani2017 sec. 3.2", "L03")
    for name in names:
        if name != COMPUTED and name not in known.sources:
            remedy = did_you_mean(name, known.sources) or "choose one of sources.md, or add it there"
            yield raw.problem("source", f"there is no source {shown(name)}", remedy, "L03")


def fault_known(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L19: the belief that a plain miss shows. A card with a bug must name it."""
    if card.fault is None:
        if isinstance(card.body, Bug) and card.body.line:
            remedy = "add a line fault: misconception-id"
            yield raw.problem("fault", f"card {card.id!r} does not say which belief its bug shows", remedy, "L19")
    elif card.fault not in known.misconceptions:
        yield unknown_belief(raw, raw.line_of("fault"), card.fault, known, "L19")


def unknown_belief(raw: RawCard, line: int, belief: str, known: Known, rule: str) -> Problem:
    remedy = did_you_mean(belief, known.misconceptions) or "choose one of misconceptions.md, or add it there"
    return raw.problem(line, f"there is no misconception {shown(belief)}", remedy, rule)
