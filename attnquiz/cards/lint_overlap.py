"""L23 and L24: own words, and every question once."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from pathlib import Path

from attnquiz.cards.card import Card, CellOf, Ordering
from attnquiz.cards.holes import HOLE
from attnquiz.cards.lint_references import Known
from attnquiz.cards.lint_words import FUNCTION_WORDS, passages, question, stem
from attnquiz.cards.problem import Problem, shown
from attnquiz.cards.raw import RawCard
from attnquiz.errors import DeckError

RUN = 8  # words in a row
ALIKE = 0.8  # of all different words of two questions, the share that both have (Jaccard)
FEW = 3  # with fewer words of content than this, the little words decide too

_WORD = re.compile(r"[^\W_]+")


def read_corpus(paths: Iterable[Path]) -> frozenset[str]:
    """All runs of eight words in ``texts``. Raises DeckError."""
    return frozenset(run for text in texts(paths) for run in _runs(text))


def texts(paths: Iterable[Path]) -> list[str]:
    """What text files say, or the .txt files of folders. Raises DeckError."""
    found = []
    for path in paths:
        try:
            files = sorted(path.glob("*.txt")) if path.is_dir() else [path]
            if not files:
                raise DeckError(path, 1, "there are no texts here", "put files ending in .txt into it")
            found += [file.read_text(encoding="utf-8", errors="replace") for file in files]
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise DeckError(path, 1, f"this text cannot be read: {reason}", "check its name") from None
    return found


def own_words(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L23."""
    for line, text in passages(raw, card):
        yield from (raw.problem(line, *copied, "L23") for copied in borrowed(text, known.corpus))


def borrowed(text: str, corpus: frozenset[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with a text that repeats eight words of the corpus, and what to do; nothing where it does not."""
    found = next((run for run in _runs(text) if run in corpus), None) if corpus else None
    if found:
        yield f"{RUN} words in a row are not your own: {shown(found, 80)}", "say it in other words"


def _runs(text: str) -> Iterator[str]:
    found = _WORD.findall(text.casefold())
    return (" ".join(found[start : start + RUN]) for start in range(len(found) - RUN + 1))


def asked_once(raw: RawCard, card: Card, known: Known) -> Iterator[Problem]:
    """L24."""
    if twin := known.twins.get((raw.path, raw.line)):
        remedy = "drop one, or ask from another side"
        yield raw.problem("C" if raw.block("C") else "Q", f"this asks nearly the same as {twin!r}", remedy, "L24")


def twins(entries: Sequence[tuple[RawCard, Card]]) -> dict[tuple[Path, int], str]:
    """For each card (its file and line) whose question is nearly that of an earlier one, the id of that one.

    Two sets that are alike share one of their rarest words, so only cards found under those are compared.
    """
    asked = [_asked(card) for _, card in entries]
    often = Counter(word for words in asked for word in words)
    filed: defaultdict[str, list[int]] = defaultdict(list)
    found: dict[tuple[Path, int], str] = {}
    for number, ((raw, _), words) in enumerate(zip(entries, asked, strict=True)):
        rarest = sorted(words, key=lambda word: (often[word], word))
        prefix = rarest[: len(rarest) - ceil(ALIKE * len(rarest)) + 1]
        near = {other for word in prefix for other in filed[word]}
        alike = (other for other in sorted(near) if len(words & asked[other]) >= ALIKE * len(words | asked[other]))
        if (twin := next(alike, None)) is not None:
            found[raw.path, raw.line] = entries[twin][1].id
        for word in prefix:
            filed[word].append(number)
    return found


def _asked(card: Card) -> frozenset[str]:
    """The words of a question, code and steps included; its holes all look the same."""
    text = question(card)
    if isinstance(card.body, Ordering):
        text += " ".join(card.body.steps)
    elif isinstance(card.body, CellOf):
        text += f" {card.body.preset} {card.body.answer}"
    found = _WORD.findall(HOLE.sub(" hole ", text).casefold())
    content = {stem(word) for word in found if word not in FUNCTION_WORDS}
    return frozenset(content if len(content) >= FEW else found)
