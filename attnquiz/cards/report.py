"""What a collection is like, in numbers: what ``check --report`` prints.

The figures say whether the form is right, not whether the ideas are worth knowing.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from fractions import Fraction
from statistics import median

from attnquiz.cards.card import Basic, Card, Kind, Option
from attnquiz.cards.collection import Collection as Cards
from attnquiz.cards.faces import shuffled
from attnquiz.cards.holes import fill
from attnquiz.cards.lint_choices import options_of
from attnquiz.cards.lint_questions import ENOUGH_WORDS
from attnquiz.cards.lint_words import grade, length, prose, question, words
from attnquiz.cards.paths import Shortcut, Text
from attnquiz.cards.refutations import refuting

REASONING = (Kind.BASIC, Kind.MC, Kind.EXPLAIN)  # the kinds that can ask for a reason as well as for a name
# Asking for a reason, for what follows from a change, or for a direction.
_REASON = re.compile(
    r"\b(why|how (can|could|does|do|come|would|much|is it)|what (if|happens|would|follows|changes?|goes|becomes|is lost"
    r"|makes)|which way|what (does|do|must|has) \S.* (when|if|now|do|after|without|instead))\b",
    re.IGNORECASE | re.DOTALL,
)
_WORD = re.compile(r"[^\W_]+")
SHOWINGS = 300


def report(cards: Cards, corpus: Sequence[str] = ()) -> Iterator[str]:
    """The lines of the report; ``corpus`` are texts of others."""
    every = list(cards.cards.values())
    yield f"Cards: {len(every)} about {len({card.concept for card in every})} of {len(cards.concepts)} concepts."
    yield from _cells(cards)
    answers = [length(card.body.answer) for card in every if isinstance(card.body, Basic)]
    yield f"Answers of basic cards: median {median(answers or [0]):g} words, longest {max(answers, default=0)}."
    could = [card for card in every if card.kind in REASONING]
    why = [card for card in could if asks_why(card)]
    yield f"Why, what if, which way: {len(why)} of {len(could)} basic, mc and explain cards ({_share(why, could)})."
    grades = [grade(prose(question(card))) for card in every if len(words(prose(question(card)))) >= ENOUGH_WORDS]
    yield (
        f"Reading grade (Flesch-Kincaid) of the {len(grades)} questions of {ENOUGH_WORDS} words or more: "
        f"median {median(grades or [0]):.1f}, highest {max(grades, default=0):.1f}."
    )
    yield from _options([card for card in every if options_of(card)])
    proofs = refuting(every)
    lacking = [name for name in cards.misconceptions if name not in proofs]
    yield f"Misconceptions: {len(cards.misconceptions)}, without a card that refutes them: {_named(lacking)}."
    silent = [name for name in cards.concepts if name not in cards.lessons]
    yield f"Lessons: {len(cards.lessons)} of {len(cards.concepts)} concepts; without one: {_named(silent)}."
    for path in cards.paths.values():
        asked = sum(len(chapter.asks) for chapter in path.chapters)
        yield f"Path {path.id!r}: {len(path.chapters)} chapters that ask {asked} cards."
    if corpus:
        run = longest_run(_texts(cards), corpus)
        yield f"Longest run of words shared with the given texts: {len(run)} ({' '.join(run)!r})."


def asks_why(card: Card) -> bool:
    """Whether the question asks for a reason, for what follows, or which way something moves: told by its words."""
    return card.kind is Kind.EXPLAIN or bool(_REASON.search(prose(card.question)))


def _cells(cards: Cards) -> Iterator[str]:
    """The table of concepts by kinds: how many cards, and 0 where a wanted one is missing."""
    kinds = list(Kind)
    numbers = Counter((card.concept, card.kind) for card in cards.cards.values())
    wanted = {(concept.id, kind) for concept in cards.concepts.values() for kind in concept.kinds}
    filled = sum(cell in numbers for cell in wanted)
    yield f"Cells of concept and kind: {filled} of {len(wanted)} wanted ones filled."
    yield ""
    yield "| concept | " + " | ".join(kinds) + " | all |"
    yield "|---|" + "--:|" * (len(kinds) + 1)
    for name in cards.concepts:
        cells = [_cell(numbers[name, kind], (name, kind) in wanted) for kind in kinds]
        yield f"| {name} | " + " | ".join(cells) + f" | {sum(numbers[name, kind] for kind in kinds)} |"
    yield ""


def _cell(number: int, wanted: bool) -> str:
    return str(number) if number or wanted else ""


def _options(cards: Sequence[Card]) -> Iterator[str]:
    """Whether somebody who knows nothing could guess by length or by place."""
    longest, shortest = (_extreme(cards, pick) for pick in (max, min))
    yield (
        f"Right option of {len(cards)} cards with options: the longest on {longest}, the shortest on {shortest} "
        f"(by chance {float(_chance(cards)):.0f})."
    )
    places = Counter(
        shuffled(card, seed).index(_right(options_of(card))) for card in cards for seed in range(SHOWINGS)
    )
    shares = ", ".join(f"{places[place] / max(1, places.total()):.1%}" for place in sorted(places))
    yield f"Place of the right option over {SHOWINGS} showings of each: {shares}."


def _extreme(cards: Sequence[Card], pick: Callable[[Iterable[int]], int]) -> int:
    """On how many cards the right option alone is the longest (max) or the shortest (min)."""
    found = 0
    for card in cards:
        lengths = [len(fill(option.text, card.variants[0])) for option in options_of(card)]
        right = lengths.pop(_right(options_of(card)))
        found += pick([right, *lengths]) == right and right not in lengths
    return found


def _right(options: Sequence[Option]) -> int:
    return next(number for number, option in enumerate(options) if option.right)


def _chance(cards: Sequence[Card]) -> Fraction:
    return sum((Fraction(1, len(options_of(card))) for card in cards), Fraction(0))


def longest_run(texts: Iterable[str], corpus: Iterable[str]) -> tuple[str, ...]:
    """The longest run of words that one of the texts shares with one of the corpus, letter case aside."""
    theirs = [_WORD.findall(text.casefold()) for text in corpus]
    ours = [_WORD.findall(text.casefold()) for text in texts]
    best: tuple[str, ...] = ()
    while True:  # a longer one contains a shorter one, so the length grows until nothing is shared
        size = len(best) + 1
        runs = {run for words in theirs for run in _runs(words, size)}
        longer = next((run for words in ours for run in _runs(words, size) if run in runs), None)
        if longer is None:
            return best
        best = longer


def _runs(words: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[start : start + size]) for start in range(len(words) - size + 1))


def _texts(cards: Cards) -> Iterator[str]:
    """Everything that learners read, a card or a paragraph at a time."""
    for card in cards.cards.values():
        yield card.text
    for lesson in cards.lessons.values():
        yield lesson.text
    for path in cards.paths.values():
        for chapter in path.chapters:
            yield from (part.text for part in chapter.parts if isinstance(part, Text | Shortcut))


def _share(some: Collection[object], all_: Collection[object]) -> str:
    return f"{len(some) / len(all_):.0%}" if all_ else "none"


def _named(names: Sequence[str]) -> str:
    return ", ".join(names) if names else "none"
