"""The rules that decks are held to, as a table. ``docs/lint.md`` is made of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from attnquiz.cards import lint_answers as answers
from attnquiz.cards import lint_choices as choices
from attnquiz.cards import lint_kinds as kinds
from attnquiz.cards import lint_overlap as overlap
from attnquiz.cards import lint_questions as questions
from attnquiz.cards import lint_references as references
from attnquiz.cards.card import Card
from attnquiz.cards.lint_references import Known
from attnquiz.cards.problem import Problem
from attnquiz.cards.raw import RawCard

Severity = Literal["E", "W", "I"]
CardRule = Callable[[RawCard, Card, Known], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Rule:
    """``says`` is what a sound card does. E blocks a release; W wants a change or an ``allow:``; I is worth knowing.

    ``find`` is None where reading the file finds it, or looking at a whole deck.
    """

    id: str
    severity: Severity
    says: str
    find: CardRule | None = None


RULES = (
    Rule("L00", "E", "The file keeps to the format of decks, and every field is one of its fields"),
    Rule("L00", "W", "Every `allow:` names a rule that may be waived and that would otherwise find something"),
    Rule("L01", "E", "The id is unique, in small letters, digits and hyphens; the kind is one of the eleven"),
    Rule("L02", "E", "The concept is one of `concepts.md`", references.concept_exists),
    Rule("L03", "E", "Each source is one of `sources.md`, or `computed`", references.sources_exist),
    Rule("L04", "W", "The question has at most 45 words, code left out", questions.question_is_short),
    Rule("L05", "W", "The answer of a basic card has at most 20 words", questions.answer_is_short),
    Rule("L06", "W", "Yes or no does not answer the question", questions.not_yes_or_no),
    Rule("L07", "W", "One thing is asked: one question mark at most", questions.one_question),
    Rule("L08", "E", "3 or 4 choices, one of them right, each wrong one with a known misconception and a refutation",
         choices.choices_teach),
    Rule("L08", "W", "The question asks for what is so, not for what is not", choices.stem_is_positive),
    Rule("L09", "W", "The right option is at most 1.25 times as long as the longest wrong one",
         choices.right_is_not_longest),
    Rule("L10", "E", "No option says all or none of the above", choices.no_all_of_the_above),
    Rule("L11", "W", "No word of the question is repeated in the right option alone", choices.no_echo_of_the_stem),
    Rule("L12", "I", "No option says always, never, completely ...", choices.no_absolutes),
    Rule("L13", "E", "`see` and `preset` start with the name of an experiment, or `see` with `state id=`; the sandbox"
         " opens what `see` says, in every variant", references.experiments_exist),
    Rule("L14", "W", "A computed card has at least 3 variants, each with an answer of its own", kinds.enough_variants),
    Rule("L15", "E", "The answer has a value in every variant", answers.answer_computes),
    Rule("L15", "E", "Every wrong rule has a value and a known misconception, and never gives the right answer",
         answers.wrong_rules_are_wrong),
    Rule("L16", "E", "Every deletion has a number"),
    Rule("L16", "W", "A deletion hides at most 4 words, and no function word", kinds.deletions_are_worth_hiding),
    Rule("L17", "E", "An order has at least 3 steps, numbered; `free` names two of them", kinds.enough_steps),
    Rule("L17", "W", "An order has at most 6 steps", kinds.not_too_many_steps),
    Rule("L18", "E", "A rubric has points to make and a must-not with a known misconception", kinds.rubric_judges),
    Rule("L18", "W", "A rubric has at least 3 points to make, and there is a model answer", kinds.rubric_is_full),
    Rule("L19", "E", "The bug is on a line of code that Python can read", kinds.bug_in_code),
    Rule("L19", "E", "`fault` is a known misconception, and every bug has one", references.fault_known),
    Rule("L20", "E", "With each accepted form in its gap, the code is Python", kinds.forms_parse),
    Rule("L21", "W", "The card says why: in Why, after its right option, or in a model answer", questions.says_why),
    Rule("L22", "W", "A question of 20 words or more reads at grade 14 or below (Flesch-Kincaid)",
         questions.readable_question),
    Rule("L23", "W", "No 8 words in a row come from the texts given with `--corpus`", overlap.own_words),
    Rule("L24", "W", "No two questions share 80% of their words", overlap.asked_once),
    Rule("L25", "W", "The answer of a basic card is no list", questions.answer_does_not_enumerate),
    Rule("L26", "W", "In a deck with 4 cards with choices or more, the right option is the longest in at most half of"
         " them, and the shortest in at most half"),
    Rule("L27", "W", "No simply, obviously, clearly, of course, just; and key is a vector, not an adjective",
         questions.no_forbidden_words),
    Rule("L28", "E", "A path asks for cards that are there, each of them once"),
)  # fmt: skip

WAIVABLE = frozenset(rule.id for rule in RULES if rule.severity != "E") - {"L00"}
KNOWN = frozenset(rule.id for rule in RULES)


def table() -> str:
    """The rules as a table in Markdown."""
    rows = [f"| {rule.id} | {rule.severity} | {rule.says} |" for rule in RULES]
    return "\n".join(["| rule | severity | what a sound card does |", "|---|---|---|", *rows])
