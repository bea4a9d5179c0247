"""The lint of decks: rules of severity E, which block a release (docs: the deck format).

L00 grammar, L01 id and kind, L02 concept, L03 source, L08 and L10 choices, L15 answers and wrong rules, L16 deletions,
L17 steps, L18 rubric, L19 bug and fault, L20 gap in code. The grammar's own rules are found by the parser.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from attnquiz import frontmatter
from attnquiz.cards.concepts import read_concepts
from attnquiz.cards.library import CONTENT, Library, find
from attnquiz.cards.lint_answers import answer_computes, wrong_rules_are_wrong
from attnquiz.cards.lint_choices import choices_teach, no_all_of_the_above
from attnquiz.cards.lint_kinds import bug_in_code, enough_steps, forms_parse, rubric_judges
from attnquiz.cards.lint_references import Known, concept_exists, fault_known, sources_exist
from attnquiz.cards.misconceptions import read_misconceptions
from attnquiz.cards.parser import Reading, read_deck
from attnquiz.cards.problem import Problem
from attnquiz.cards.sources import read_sources
from attnquiz.errors import DeckError

RULES = (
    concept_exists, sources_exist, choices_teach, no_all_of_the_above, answer_computes, wrong_rules_are_wrong,
    enough_steps, rubric_judges, fault_known, bug_in_code, forms_parse,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. ``line`` is 1-based; severity E blocks a release, W wants a look."""

    path: str
    line: int
    rule: str
    severity: Literal["E", "W"]
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule} {self.message}"


def check(path: Path) -> list[Finding]:
    """Everything wrong with a deck file or a folder of decks, in order of file and line.

    What a folder lacks of concepts.md, misconceptions.md and sources.md is taken from the shipped content. Raises
    DeckError where there is nothing that can be read.
    """
    path = Path(path)
    library = find(path)
    problems: list[DeckError] = []
    known = _known(library, problems)
    seen: dict[str, str] = {}
    for file in library.decks:
        try:
            text = frontmatter.read(file)
        except DeckError as error:
            if file == path:
                raise
            problems.append(error)
            continue
        problems += _deck(text, file, known, seen)
    findings = {_finding(problem): None for problem in problems}
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
    return Known(*ids)


def _deck(text: str, file: Path, known: Known, seen: dict[str, str]) -> list[DeckError]:
    try:
        reading = read_deck(text, file)
    except DeckError as error:
        return [error]
    problems: list[DeckError] = [*reading.problems, *reading.remarks, *_taken(reading, seen)]
    for raw, card in reading.entries:
        for rule in RULES:
            problems += rule(raw, card, known)
    return problems


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


def _finding(error: DeckError) -> Finding:
    rule = error.rule if isinstance(error, Problem) else "L00"
    message = error.problem + (f" ({error.remedy})" if error.remedy else "")
    return Finding(error.path, error.line, rule, "E", " ".join(message.split()))
