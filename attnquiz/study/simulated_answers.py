"""What somebody might answer: for each kind of card a right text and wrong ones, each as grading sees it."""

from collections.abc import Iterator, Mapping

from attnquiz.cards.blanks import together
from attnquiz.cards.card import (
    Basic,
    Blank,
    Bug,
    Card,
    CellOf,
    Choice,
    Cloze,
    Computed,
    Explain,
    Ordering,
    Predict,
)
from attnquiz.cards.fields import forms
from attnquiz.cards.grading import LETTERS, Grading, Verdict, grade
from attnquiz.cards.holes import fill, precise
from attnquiz.cards.maps import Cells, asked_for, cells, evaluated, preset
from attnquiz.cards.truth import believed, names_of, truth
from attnquiz.errors import AttnquizError
from attnquiz.recall.face import Face

Said = tuple[str, Grading]
FEW = 6  # wrong answers to choose from


class Answers:
    """Answers to the cards of a collection, worked out and graded when first asked for."""

    def __init__(self, cards: Mapping[str, Card]) -> None:
        self._cards = cards
        self._right: dict[tuple[Face, int], Said] = {}
        self._wrong: dict[tuple[Face, int], tuple[Said, ...]] = {}
        self._words = [part.hidden for card in cards.values() if isinstance(card.body, Cloze)
                       for part in card.body.parts if not isinstance(part, str)]  # fmt: skip

    def right(self, face: Face, variant: int) -> Said:
        """A right answer. Raises AttnquizError where grading would not take it."""
        if (face, variant) not in self._right:
            card = self._cards[face.card]
            text = _right(card, face.deletion, variant)
            grading = grade(card, face.deletion, variant, text)
            if grading.verdict not in (Verdict.RIGHT, Verdict.SELF):
                raise AttnquizError(f"No right answer to {face} is known for its variant {variant}.")
            self._right[face, variant] = text, grading
        return self._right[face, variant]

    def wrong(self, face: Face, variant: int) -> tuple[Said, ...]:
        """Wrong answers, those that a belief leads to first; none where only the learner can tell."""
        if (face, variant) not in self._wrong:
            card, found = self._cards[face.card], {}
            for text in _wrong(card, face.deletion, variant, self._words):
                grading = grade(card, face.deletion, variant, text)
                if grading.verdict is Verdict.WRONG:
                    found.setdefault(text, grading)
            self._wrong[face, variant] = tuple(found.items())[:FEW]
        return self._wrong[face, variant]


def _right(card: Card, deletion: int, variant: int) -> str:
    names = names_of(card, variant)
    match card.body:
        case Basic():
            return ""  # only thought of
        case Explain(_, model):
            return fill(model, names) or "In words of my own."
        case Cloze():
            return "; ".join(fill(part.hidden, names) for part in together(card, deletion))
        case Choice(options) | Predict(options):
            return LETTERS[next(place for place, option in enumerate(options) if option.right)]
        case Computed(_, tolerance):
            return precise(truth(card, variant), tolerance)
        case Ordering(steps):
            return " ".join(str(number) for number in range(1, len(steps) + 1))
        case Blank(accepted):
            return fill(accepted[0], names)
        case CellOf():
            return _cell(card, cells(card, variant))
        case Bug(line, fix):
            return f"{line}: {fill(fix, names)}" if line else "0"


def _wrong(card: Card, deletion: int, variant: int, words: list[str]) -> Iterator[str]:
    """What may be wrong; grading says whether it is."""
    names = names_of(card, variant)
    match card.body:
        case Cloze():
            blanks = len(together(card, deletion))
            start = sum(card.id.encode()) % len(words)
            yield from ("; ".join([word] * blanks) for word in [*words[start:], *words[:start]][: 2 * FEW])
        case Choice(options) | Predict(options):
            yield from (LETTERS[place] for place, option in enumerate(options) if not option.right)
        case Computed(_, tolerance, rules):
            values = [believed(card, rule, variant) for rule in rules]
            yield from (precise(value, tolerance) for value in values if value is not None)
            yield precise(_doubled(truth(card, variant)), tolerance)
        case Ordering(steps):
            right = list(range(1, len(steps) + 1))
            for place in range(len(steps) - 1):
                turned = [*right[:place], right[place + 1], right[place], *right[place + 2 :]]
                yield " ".join(map(str, turned))
        case Blank(_, rules):
            yield from (forms(fill(rule.rule, names))[0] for rule in rules)
            yield "..."
        case CellOf():
            yield from _other_cells(card, card.body, variant)
        case Bug(line, fix):
            yield from (f"{other}: {fill(fix, names) or 'pass'}" for other in range(1, FEW) if other != line)
            yield "0"


def _doubled(value: object) -> object:
    return type(value)(_doubled(entry) for entry in value) if isinstance(value, list | tuple) else 2 * value + 1


def _other_cells(card: Card, body: CellOf, variant: int) -> Iterator[str]:
    for rule in body.wrong:
        try:
            yield _cell(card, evaluated(card, rule.rule, variant))
        except AttnquizError:
            continue  # a rule without cells on this variant
    for place in range(min(FEW, len(preset(body.preset, card.path).tokens))):
        yield _cell(card, frozenset({(place, place)}))


def _cell(card: Card, found: Cells) -> str:
    """As the page writes it down."""
    query, key = min(found)
    match asked_for(card):
        case "row":
            return f"row {query}"
        case "column":
            return f"column {key}"
    return f"{query},{key}"
