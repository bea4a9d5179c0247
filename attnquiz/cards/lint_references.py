"""L02, L03, L13 and the fault of L19: names on a card that must exist."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from attnquiz.cards.card import STATE, Bug, Card, Reference
from attnquiz.cards.holes import fill
from attnquiz.cards.problem import Problem, did_you_mean, shown
from attnquiz.cards.raw import RawCard
from attnquiz.cards.sources import COMPUTED, cited

Refused = Callable[[str, Mapping[str, str]], str | None]
"""What is wrong with a state of the sandbox (an experiment and arguments), as a sentence; None where it opens."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a card is held against: ids that it may refer to, and what has been said already.

    ``corpus`` are runs of eight words that are somebody else's; ``twins`` tells of a card (by file and line) the id of
    an earlier one that asks nearly the same. ``refused`` is None where nobody here knows how to open a state.
    """

    concepts: Collection[str]
    misconceptions: Collection[str]
    sources: Collection[str]
    experiments: Collection[str]
    corpus: frozenset[str] = frozenset()
    twins: Mapping[tuple[Path, int], str] = field(default_factory=dict)
    refused: Refused | None = None


def concept_exists(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L02. A loose card may do without."""
    if not card.concept and not raw.loose:
        yield raw.problem("concept", f"card {card.id!r} has no concept", "add a line concept: some-id", "L02")
    elif card.concept and card.concept not in known.concepts:
        yield raw.problem("concept", *unknown_concept(card.concept, known), "L02")


def unknown_concept(name: str, known: Known) -> tuple[str, str]:
    """What is wrong, and what to do. So below."""
    remedy = did_you_mean(name, known.concepts) or "choose one of concepts.md, or add it there"
    return f"there is no concept {shown(name)}", remedy


def sources_exist(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L03: the first word of each part. A loose card may do without."""
    if not cited(card.source) and not raw.loose:
        yield raw.problem("source", f"card {card.id!r} has no source", "add a line source: vaswani2017 sec. 3.2", "L03")
    for wrong in unknown_sources(card.source, known):
        yield raw.problem("source", *wrong, "L03")


def unknown_sources(source: str, known: Known) -> Iterator[tuple[str, str]]:
    for name in cited(source):
        if name != COMPUTED and name not in known.sources:
            remedy = did_you_mean(name, known.sources) or "choose one of sources.md, or add it there"
            yield f"there is no source {shown(name)}", remedy


def experiments_exist(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L13: the first word, and whether the state opens with the numbers of every variant."""
    for name in ("see", "preset"):
        words = raw.value(name).split()
        if name == "see" and words[:1] == [STATE]:
            if not (card.see and card.see.arguments.get("id")):
                yield raw.problem(name, "a saved state is named without its id", "write: see: state id=...", "L13")
        elif words and words[0] not in known.experiments:
            yield raw.problem(name, *unknown_experiment(words[0], known), "L13")
        elif words and name == "see" and card.see:
            filled = (_filled(card.see, values) for values in card.variants)
            wrong = next((found for reference in filled for found in unopened(reference, known)), None)
            if wrong:
                yield raw.problem(name, *wrong, "L13")


def _filled(reference: Reference, values: Mapping[str, Any]) -> Reference:
    return Reference(reference.name, {name: fill(value, values) for name, value in reference.arguments.items()})


def unopened(reference: Reference, known: Known) -> Iterator[tuple[str, str]]:
    """What is wrong with a state whose experiment exists, and what to do."""
    problem = known.refused and known.refused(reference.name, reference.arguments)
    if problem:
        yield f"the sandbox cannot open {shown(reference.name)} like this: {problem}", "change what `see` says"


def unknown_experiment(name: str, known: Known) -> tuple[str, str]:
    remedy = did_you_mean(name, known.experiments) or "choose a file in the folder experiments, or add one there"
    return f"there is no experiment {shown(name)}", remedy


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
