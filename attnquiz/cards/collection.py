"""All cards, cross-checked: what comes with the app, and decks of the learner's own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from attnquiz import frontmatter
from attnquiz.cards.card import Card
from attnquiz.cards.concepts import Concept, parse_concepts
from attnquiz.cards.faces import names
from attnquiz.cards.lessons import Lesson, read_lessons
from attnquiz.cards.library import CONTENT, deck_files, find
from attnquiz.cards.lint_answers import answer_computes
from attnquiz.cards.misconceptions import Misconception, parse_misconceptions
from attnquiz.cards.parser import Deck, parse_deck, read_deck
from attnquiz.cards.paths import LearningPath, read_paths
from attnquiz.cards.problem import Problem, did_you_mean, shown
from attnquiz.cards.refutations import refuted_by, refuting
from attnquiz.cards.sources import parse_sources
from attnquiz.errors import DeckError


@dataclass(frozen=True, slots=True)
class Collection:
    """Everything that can be asked. ``problems`` say what is wrong with the learner's own decks."""

    cards: Mapping[str, Card]  # by id, in the order in which they are written
    concepts: Mapping[str, Concept]
    misconceptions: Mapping[str, Misconception]
    sources: Mapping[str, str]  # id -> reference
    lessons: Mapping[str, Lesson]  # by concept
    paths: Mapping[str, LearningPath]  # by name
    decks: tuple[Deck, ...]
    own: tuple[str, ...]  # the cards that the learner has written
    problems: tuple[DeckError, ...]
    _known: dict[str, Mapping] = field(init=False, default_factory=dict, repr=False, compare=False)

    @property
    def faces(self) -> Mapping[str, str]:
        """The name of every face -> the concept that it is about, in the order in which they are written."""
        return self._once("faces", lambda: {name: card.concept for card in self.cards.values() for name in names(card)})

    @property
    def refutes(self) -> Mapping[str, tuple[str, ...]]:
        """Card -> the misconceptions that it refutes, sorted: the order of a set is another one in each process."""
        cards = self.cards.items()
        return self._once("refutes", lambda: {name: tuple(sorted(refuted_by(card))) for name, card in cards})

    @property
    def proofs(self) -> Mapping[str, tuple[str, ...]]:
        """Misconception -> the cards that refute it, in order."""
        return self._once("proofs", lambda: refuting(self.cards.values()))

    def _once(self, what: str, say: Callable[[], dict]) -> Mapping:
        """What the cards alone decide, worked out when it is first asked for: a collection never changes, and one with
        a few cards less, as a sitting makes it where some are set aside, asks for little of this."""
        if what not in self._known:
            self._known[what] = MappingProxyType(say())
        return self._known[what]


def shipped() -> Path:
    """The folder of the content that comes with the app."""
    return CONTENT


def load(content: Path, own_decks: Path | None = None) -> Collection:
    """The cards of ``content`` (a folder, or one deck file) and those in the folder ``own_decks``.

    Raises DeckError at the first thing that is wrong with ``content``. The learner's own decks never raise: what is
    wrong there becomes one of ``problems``, and the cards beside it are kept.
    """
    library = find(content)
    concepts = parse_concepts(frontmatter.read(library.concepts), library.concepts)
    misconceptions = parse_misconceptions(frontmatter.read(library.misconceptions), library.misconceptions)
    sources = parse_sources(frontmatter.read(library.sources), library.sources)
    decks = [parse_deck(frontmatter.read(file), file) for file in library.decks]
    cards: dict[str, Card] = {}
    for card in (card for deck in decks for card in deck.cards):
        if card.id in cards:
            raise _taken(card, cards[card.id])
        cards[card.id] = card
    problems: list[DeckError] = []
    shipped_cards = len(cards)
    for file in deck_files(own_decks) if own_decks else ():
        deck = _own_deck(file, cards, concepts, problems)
        decks += [deck] if deck else []
    texts = read_lessons(library.lessons), read_paths(library.lessons)
    frozen = (MappingProxyType(mapping) for mapping in (cards, concepts, misconceptions, sources, *texts))
    return Collection(*frozen, tuple(decks), tuple(cards)[shipped_cards:], tuple(problems))


def _taken(card: Card, first: Card) -> Problem:
    problem = f"the id {card.id!r} is taken: {first.path}:{first.line}"
    return Problem(card.path, card.line, problem, "choose another: ids are for ever", "L01")


def _own_deck(
    file: Path, cards: dict[str, Card], concepts: Mapping[str, Concept], problems: list[DeckError]
) -> Deck | None:
    """A deck of the learner's own, its cards added to ``cards``, with whatever was wrong left out and said."""
    try:
        reading = read_deck(frontmatter.read(file), file)
    except DeckError as error:
        problems.append(error)
        return None
    problems += reading.problems
    broken = {raw.id: wrong for raw, card in reading.entries for wrong in answer_computes(raw, card)}
    kept = []
    for card in reading.deck.cards:
        if card.id in cards:
            problems.append(_taken(card, cards[card.id]))
        elif card.id in broken:
            problems.append(broken[card.id])
        else:
            cards[card.id] = _placed(card, concepts, problems)
            kept.append(cards[card.id])
    return replace(reading.deck, cards=tuple(kept))


def _placed(card: Card, concepts: Mapping[str, Concept], problems: list[DeckError]) -> Card:
    """The card, without its concept where there is no such concept: it is asked all the same."""
    if not card.concept or card.concept in concepts:
        return card
    problem = f"there is no concept {shown(card.concept)}, so this card is asked as one without a concept"
    remedy = did_you_mean(card.concept, concepts) or "choose one of the concepts of the app, or take the line out"
    problems.append(Problem(card.path, card.line, problem, remedy, "L02"))
    return replace(card, concept="")
