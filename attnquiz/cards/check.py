"""The lint of decks: the rules of ``lint_rules`` over every card, and what their authors waive.

What is wrong with the format itself is found by the parser.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from attnquiz import frontmatter
from attnquiz.cards.card import Card
from attnquiz.cards.concepts import read_concepts
from attnquiz.cards.library import CONTENT, EXPERIMENTS, Library, find
from attnquiz.cards.lint_choices import length_does_not_tell, options_of
from attnquiz.cards.lint_lessons import lesson_problems
from attnquiz.cards.lint_overlap import read_corpus, twins
from attnquiz.cards.lint_paths import path_problems
from attnquiz.cards.lint_references import Known, Refused
from attnquiz.cards.lint_rules import KNOWN, RULES, WAIVABLE, Severity
from attnquiz.cards.misconceptions import read_misconceptions
from attnquiz.cards.parser import Reading, read_deck
from attnquiz.cards.problem import Problem
from attnquiz.cards.raw import RawCard
from attnquiz.cards.sources import read_sources
from attnquiz.errors import DeckError

Found = Iterator[tuple[Severity, DeckError]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. ``line`` is 1-based; E blocks a release, W wants a change or a waiver, I is worth knowing."""

    path: str
    line: int
    rule: str
    severity: Severity
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule} {self.message}"


def check(path: Path, corpus: Sequence[Path] = (), refused: Refused | None = None) -> list[Finding]:
    """Everything to mend in a deck file or a folder of decks, in order of file and line.

    ``corpus`` are texts, or folders of them, that no card may copy from. What a folder lacks of concepts.md,
    misconceptions.md, sources.md and experiments is taken from the shipped content; lessons are checked where the
    folder has its own. ``refused`` knows which states of shipped experiments open; without it only their names are
    checked. Raises DeckError where there is nothing that can be read.
    """
    path = Path(path)
    library = find(path)
    problems: list[DeckError] = []
    known = replace(_known(library, problems), corpus=read_corpus(corpus))
    if library.experiments.resolve() == CONTENT / EXPERIMENTS:
        known = replace(known, refused=refused)
    readings = []
    for file in library.decks:
        try:
            text = frontmatter.read(file)
        except DeckError as error:
            if file == path:
                raise
            problems.append(error)
            continue
        try:
            readings.append(read_deck(text, file))
        except DeckError as error:
            problems.append(error)
    known = replace(known, twins=twins([entry for reading in readings for entry in reading.entries]))
    silent = {*(() if corpus else ("L23",)), *(("L24",) if path.is_file() else ())}
    found: list[tuple[Severity, DeckError]] = [("E", problem) for problem in problems]
    seen: dict[str, str] = {}
    for reading in readings:
        found += [("E", problem) for problem in (*reading.problems, *reading.remarks, *_taken(reading, seen))]
        found += _deck(reading, known, silent)
    if library.lessons.parent == path:
        found += lesson_problems(library.lessons, known)
        found += path_problems(library.lessons, seen, known)
    findings = {_finding(severity, problem): None for severity, problem in found}
    return sorted(findings, key=lambda finding: (finding.path, finding.line, finding.rule))


def _known(library: Library, problems: list[DeckError]) -> Known:
    """The ids that may be referred to; what is wrong with the folder's own lists is appended to ``problems``.

    A list that cannot be read is one problem, not one for every card: the shipped list stands in for it.
    """
    ids = []
    for file, read in (
        (library.concepts, read_concepts),
        (library.misconceptions, read_misconceptions),
        (library.sources, read_sources),
    ):
        try:
            listed, wrong = read(frontmatter.read(file), file)
        except DeckError as error:
            if not library.decks:
                raise
            shipped = CONTENT / file.name
            listed, wrong = read(frontmatter.read(shipped), shipped)[0], [error]
        ids.append(listed.keys())
        problems += wrong
    return Known(*ids, {file.stem for file in library.experiments.glob("*.md")})


def _taken(reading: Reading, seen: dict[str, str]) -> list[DeckError]:
    """L01: ids are unique in the whole library. ``seen`` (id -> where) grows."""
    problems: list[DeckError] = []
    here: dict[str, str] = {}
    for raw, card in reading.entries:
        if card.id in seen:
            problem = f"the id {card.id!r} is taken: {seen[card.id]}"
            problems.append(raw.problem(raw.line, problem, "choose another: ids are for ever", "L01"))
        here.setdefault(card.id, f"{raw.path}:{raw.line}")
    seen |= here
    return problems


def _deck(reading: Reading, known: Known, silent: set[str]) -> Found:
    """What the rules find in a deck. ``silent`` are rules that had nothing to compare with."""
    cards = [card for _, card in reading.entries]
    uneven = length_does_not_tell(cards)
    if uneven and not any("L26" in card.allow for card in cards if options_of(card)):
        yield "W", Problem(reading.entries[0][0].path, 1, uneven, "write the others as long", "L26")
    for raw, card in reading.entries:
        yield from _card(raw, card, known, silent | ({"L26"} if uneven and options_of(card) else set()))


def _card(raw: RawCard, card: Card, known: Known, silent: set[str]) -> Found:
    """What the rules find on a card, without what it waives, and waivers that waive nothing."""
    used = set(silent)
    for rule in RULES:
        for problem in rule.find(raw, card, known) if rule.find else ():
            if rule.severity != "E" and rule.id in card.allow:
                used.add(rule.id)
            else:
                yield rule.severity, problem
    for field in raw.fields_named("allow"):
        name = field.value.partition(" ")[0]
        if name in card.allow and name not in used:
            yield "W", raw.problem(field, *_needless(name))


def _needless(name: str) -> tuple[str, str]:
    if name not in KNOWN:
        return f"there is no rule {name}", "docs/lint.md lists them"
    if name not in WAIVABLE:
        return f"{name} cannot be waived", "mend what it finds"
    return f"{name} has nothing to find on this card", "take the line out"


def _rule(problem: DeckError) -> str:
    return problem.rule if isinstance(problem, Problem) else "L00"


def _finding(severity: Severity, problem: DeckError) -> Finding:
    message = problem.problem + (f" ({problem.remedy})" if problem.remedy else "")
    return Finding(problem.path, problem.line, _rule(problem), severity, " ".join(message.split()))
