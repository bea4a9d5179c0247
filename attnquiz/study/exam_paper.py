"""An exam's paper: drawn from a blueprint and a seed, the same on every computer that has the same cards.

Forms A, B, C ... of one paper ask the same cards in the same order, with other variants where there are some and with
the options in another order.
"""

from base64 import b32encode
from collections import Counter
from collections.abc import Collection as Some
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from string import ascii_uppercase

from attnquiz.cards.card import Card, Kind
from attnquiz.cards.collection import Collection
from attnquiz.cards.faces import deletions
from attnquiz.cards.problem import did_you_mean
from attnquiz.errors import ExamError
from attnquiz.recall.face import Face

GRADED = (Kind.NUMERIC, Kind.SHAPE, Kind.CLOZE, Kind.CODE, Kind.MC, Kind.ORDER, Kind.HEATMAP, Kind.BUG)
"""The kinds that need nobody to grade them."""
FEWEST, MOST, USUAL = 5, 40, 20  # questions
FORMS = ascii_uppercase
LARGEST = 999_999  # of seeds
HIGHEST = 99  # of levels


@dataclass(frozen=True, slots=True)
class Blueprint:
    """What an exam is about. Without levels and concepts it is about everything; with both, about either."""

    levels: tuple[int, ...] = ()
    concepts: tuple[str, ...] = ()
    items: int = USUAL
    kinds: tuple[Kind, ...] = GRADED

    def __post_init__(self) -> None:
        if not FEWEST <= self.items <= MOST:
            raise ExamError(f"An exam has {FEWEST} to {MOST} questions, not {self.items}.")


@dataclass(frozen=True, slots=True)
class Paper:
    """A blueprint, and which of its papers. ``without`` are cards that are left out of it for this learner."""

    blueprint: Blueprint
    seed: int = 1
    form: str = "A"
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.seed <= LARGEST:
            raise ExamError(f"A seed is a whole number from 0 to {LARGEST}, not {self.seed}.")
        if len(self.form) != 1 or self.form not in FORMS:
            raise ExamError(f"The forms of a paper are called A to {FORMS[-1]}, not {self.form[:10]!r}.")

    def query(self) -> dict[str, str]:
        """The paper as the words of an address: ``paper_of`` reads them."""
        print_ = self.blueprint
        said = {
            "levels": ",".join(map(str, print_.levels)), "concepts": ",".join(print_.concepts),
            "kinds": "" if print_.kinds == GRADED else ",".join(print_.kinds), "items": str(print_.items),
            "seed": str(self.seed), "form": self.form, "without": ",".join(self.without),
        }  # fmt: skip
        return {name: value for name, value in said.items() if value}

    @property
    def id(self) -> str:
        """Names the paper in the log."""
        return _hash("paper", *(f"{name}={value}" for name, value in sorted(self.query().items()))).hex()[:12]


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a paper, numbered from 1. ``seed`` decides the order of options, steps and fixes."""

    number: int
    card: Card
    deletion: int
    variant: int
    seed: int

    @property
    def face(self) -> Face:
        return Face(self.card.id, self.deletion)


def paper_of(query: Mapping[str, str]) -> Paper:
    """The paper that an address, or a command, describes. Raises ExamError, a sentence."""
    blueprint = Blueprint(
        levels_of(query.get("levels", "")), tuple(sorted(_names(query.get("concepts", "")))),
        _number("items", query.get("items", str(USUAL))), _kinds(query.get("kinds", "")),
    )  # fmt: skip
    form, without = query.get("form", "A").strip().upper(), _names(query.get("without", ""))
    return Paper(blueprint, _number("seed", query.get("seed", "1")), form, tuple(sorted(without)))


def levels_of(text: str) -> tuple[int, ...]:
    """``1,3`` or ``1-3`` as levels."""
    found: set[int] = set()
    for part in _names(text):
        first, _, last = part.partition("-")
        low, high = _number("levels", first), _number("levels", last or first)
        if not low <= high <= HIGHEST:
            raise ExamError(f"{part!r} is no range of levels: write 1-3 or 1,3.")
        found |= set(range(low, high + 1))
    return tuple(sorted(found))


def draw(collection: Collection, paper: Paper) -> tuple[Item, ...]:
    """The questions of a paper, the lower levels first.

    Levels get equally many as far as their cards reach, within a level the concepts, within a concept the kinds; where
    only concepts were asked for, concepts come before levels. No card is asked twice. There are fewer questions than
    the blueprint wants where there are not enough cards, and ExamError where there are none.
    """
    concepts, blueprint = collection.concepts, paper.blueprint
    if unknown := [name for name in blueprint.concepts if name not in concepts]:
        raise ExamError(f"There is no concept {unknown[0]!r}. {did_you_mean(unknown[0], concepts) or ''}".strip())
    rank = {name: _hash("card", paper.seed, name) for name in collection.cards}
    pool = sorted(_pool(collection, paper), key=lambda card: rank[card.id])
    if not pool:
        raise ExamError("There is no question for this choice: choose more levels, concepts or kinds.")
    asked: Counter[object] = Counter()
    by_concept = bool(blueprint.concepts) and not blueprint.levels

    def often(card: Card) -> tuple[int, ...]:
        level, concept = asked[concepts[card.concept].level], asked[card.concept]
        return (concept, level, asked[card.kind]) if by_concept else (level, concept, asked[card.kind])

    drawn: list[Card] = []
    while pool and len(drawn) < blueprint.items:
        card = min(pool, key=often)  # the first of those that are asked for least
        pool.remove(card)
        drawn.append(card)
        asked.update((concepts[card.concept].level, card.concept, card.kind))
    drawn.sort(key=lambda card: (concepts[card.concept].level, rank[card.id]))
    return tuple(_item(paper, number, card) for number, card in enumerate(drawn, start=1))


def sparing(collection: Collection, paper: Paper, busy: Some[str]) -> Paper:
    """The same paper without the cards of ``busy`` that it would ask: others of the same sort take their place."""
    while found := {item.card.id for item in draw(collection, paper)} & set(busy):
        paper = replace(paper, without=tuple(sorted({*paper.without, *found})))
    return paper


def fingerprint(items: Some[Item]) -> str:
    """Four letters that are the same for all who have the same questions before them, word by word."""
    said = [f"{item.face} {item.variant} {item.seed} {item.card.text}" for item in items]
    return b32encode(_hash("items", *said)).decode()[:4]


def _pool(collection: Collection, paper: Paper) -> list[Card]:
    blueprint = paper.blueprint
    everything = not blueprint.levels and not blueprint.concepts
    wanted = {
        name for name, concept in collection.concepts.items()
        if everything or concept.level in blueprint.levels or name in blueprint.concepts
    }  # fmt: skip
    return [
        card for card in collection.cards.values()
        if card.concept in wanted and card.kind in blueprint.kinds and card.id not in paper.without
    ]  # fmt: skip


def _item(paper: Paper, number: int, card: Card) -> Item:
    faces, seed = deletions(card), paper.seed
    variants = sorted(range(len(card.variants)), key=lambda variant: _hash("variant", seed, card.id, variant))
    return Item(
        number, card, min(faces, key=lambda face: _hash("face", seed, card.id, face)),
        variants[FORMS.index(paper.form) % len(variants)],
        int.from_bytes(_hash("order", seed, paper.form, card.id)[:4], "big") & 0x7FFFFFFF,
    )  # fmt: skip


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _number(what: str, text: str) -> int:
    if not (text.strip().isascii() and text.strip().isdecimal() and len(text.strip()) < 10):
        raise ExamError(f"{text[:20]!r} is no number for the {what} of an exam: write a whole number.")
    return int(text)


def _kinds(text: str) -> tuple[Kind, ...]:
    names = _names(text)
    for name in names:
        if name not in GRADED:
            raise ExamError(f"An exam has no {name[:20]!r} questions: choose among {', '.join(GRADED)}.")
    return tuple(kind for kind in GRADED if kind in names) or GRADED


def _hash(*said: object) -> bytes:
    return sha256("\n".join(("exam", *map(str, said))).encode()).digest()
