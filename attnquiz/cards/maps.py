"""Maps of attention weights in plain Python, and the sets of cells that heatmap cards ask for.

    weights = softmax(Q K^T / (sqrt(d_k) temperature)), row by row          (Vaswani et al. 2017, equation 1)

with minus infinity where the query may not look; a query that may look nowhere has a row of nan. Of several heads it is
the first. The quiz never loads PyTorch: a test holds these numbers against those of the sandbox.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from attnquiz.cards.card import Card, CellOf
from attnquiz.cards.expressions import evaluate
from attnquiz.cards.functions import dot, softmax
from attnquiz.cards.library import CONTENT, EXPERIMENTS
from attnquiz.cards.problem import did_you_mean
from attnquiz.cards.truth import names_of
from attnquiz.errors import AttnquizError, DeckError, ExpressionError
from attnquiz.experimentfile import ExperimentFile, Rows, labels, parse
from attnquiz.frontmatter import read

MOST_TOKENS, WIDEST, LARGEST = 64, 64, 1e6  # what a card can show; the sandbox takes more
TIED = 1e-12  # weights this close are the same
SWITCH = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}
MASKS = {"none": set(), "causal": {"causal"}, "padding": {"padding"}, "causal+padding": {"causal", "padding"}}

SPECIAL = {
    "IMAGE": "tokens cut from an image", "SERIES": "tokens cut from a series", "memory": "a second text",
    "MEMORY": "a second text", "MASK": "a mask of its own", "scoring": "scores that are no dot products",
    "positions": "positions in it", "window": "a window", "kv_heads": "keys shared by heads", "layers": "two layers",
    "dropout": "dropout", "divisor": "a divisor of its own",
}  # fmt: skip
"""What a card cannot show, by the block, list or setting of a file that brings it in."""
PLAIN = {
    "scoring": ("dot",), "positions": ("none", "off", "no", "false"), "window": ("0",), "kv_heads": ("",),
    "layers": ("1",), "dropout": ("0", "0.0"), "divisor": ("",),
}  # fmt: skip
"""Settings among them, with what changes nothing."""

Cells = frozenset[tuple[int, int]]
"""Cells of a map, each as (query, key), counted from 0."""


@dataclass(frozen=True, slots=True)
class Map:
    """One head of one experiment. Of the tokens no two are alike: the second "the" is "the·2"."""

    tokens: tuple[str, ...]
    q: Rows  # (n, d_k)
    k: Rows  # (n, d_k)
    weights: Rows  # (n, n): rows are queries


def preset(name: str, near: Path | None = None) -> Map:
    """The map of an experiment: from a folder ``experiments`` beside or above the deck ``near``, else from ours.

    Raises AttnquizError when there is none, when its numbers do not fit, and when they are drawn from a seed.
    """
    folders = [near.parent / EXPERIMENTS, near.parent.parent / EXPERIMENTS] if near else []
    folders.append(CONTENT / EXPERIMENTS)
    if re.fullmatch(r"[\w-]{1,60}", name):
        for path in (folder / f"{name}.md" for folder in folders):
            if path.is_file():
                return _read(path, path.stat().st_mtime_ns)
    known = [file.stem for folder in folders for file in folder.glob("*.md")]
    remedy = did_you_mean(name, known) or "Choose one of the folder of experiments."
    raise AttnquizError(f"There is no experiment called {name[:60]!r}. {remedy}")


@lru_cache(maxsize=64)
def _read(path: Path, changed: int) -> Map:
    return _map(parse(read(path), path))


def _map(file: ExperimentFile) -> Map:
    _only_what_is_shown(file)
    n = len(file.tokens)
    if n > MOST_TOKENS:
        raise _fault(file, "tokens", f"there are {n} tokens, at most {MOST_TOKENS} fit")
    q, k = (_first_head(file, rows) for rows in _queries_and_keys(file, n))
    temperature = _number(file, "temperature", float, "1", 0.01)
    divisor = temperature * (math.sqrt(len(k[0])) if _word(file, "scale", "on", SWITCH) else 1)
    mask, last = _word(file, "mask", "none", MASKS), n - _number(file, "padding", int, "0", 0)
    hidden = {(i, j) for i in range(n) for j in range(n) if ("causal" in mask and j > i)}
    hidden |= {(i, j) for i in range(n) for j in range(last, n) if "padding" in mask}
    scores = [[-math.inf if (i, j) in hidden else dot(q[i], k[j]) / divisor for j in range(n)] for i in range(n)]
    return Map(labels(file.tokens), q, k, tuple(tuple(softmax(row)) for row in scores))


def _only_what_is_shown(file: ExperimentFile) -> None:
    """Refuse what would make another map of the same matrices, and what has another map than one of n x n."""
    there = {name for name in SPECIAL if name in file.blocks} | ({"memory"} if file.memory else set())
    there |= {name for name, plain in PLAIN.items() if file.settings.get(name, plain[0]).strip().lower() not in plain}
    for name, words in SPECIAL.items():
        if name in there:
            raise _fault(file, name, f"no card can ask about a map with {words}", "choose another experiment")


def _queries_and_keys(file: ExperimentFile, n: int) -> tuple[Rows, Rows]:
    """Q and K, all heads side by side: as given, or projected from X."""
    projected = not file.blocks.keys() & {"Q", "K", "V"}
    names = ("X", "W_Q", "W_K") if projected else ("Q", "K")
    if missing := [name for name in names if name not in file.blocks]:
        problem = f"{', '.join(missing)} would be drawn from a seed, so no card can ask about this experiment's map"
        raise _fault(file, "seed", problem, "give the numbers")
    first = _matrix(file, names[0], n)
    if projected:
        q, k = (_product(first, _matrix(file, name, len(first[0]))) for name in ("W_Q", "W_K"))
    else:
        q, k = first, _matrix(file, "K", n)
    if len(q[0]) != len(k[0]):
        raise _fault(file, names[-1], "queries and keys are not equally wide")
    return q, k


def _matrix(file: ExperimentFile, name: str, rows: int) -> Rows:
    found = file.blocks[name]
    widths = {len(row) for row in found}
    if len(found) != rows or len(widths) != 1 or not 1 <= max(widths) <= WIDEST:
        raise _fault(file, name, f"{name} does not have {rows} rows of one length, of 1 to {WIDEST} numbers")
    if not all(abs(entry) <= LARGEST for row in found for entry in row):
        raise _fault(file, name, f"{name} holds a number larger than {LARGEST:g}")
    return found


def _product(left: Rows, right: Rows) -> Rows:
    return tuple(tuple(dot(row, column) for column in zip(*right, strict=True)) for row in left)


def _first_head(file: ExperimentFile, rows: Rows) -> Rows:
    heads = _number(file, "heads", int, "1", 1)
    if len(rows[0]) % heads:
        raise _fault(file, "heads", f"{heads} heads do not divide the {len(rows[0])} columns of the queries")
    return tuple(row[: len(row) // heads] for row in rows)


def _number(file: ExperimentFile, name: str, kind: Callable[[str], Any], default: str, least: float) -> Any:
    written = file.settings.get(name, default)
    try:
        if least <= kind(written) <= LARGEST:
            return kind(written)
    except ValueError:
        pass
    raise _fault(file, name, f"{name} is {written[:40]!r}", f"write a number from {least:g} up")


def _word(file: ExperimentFile, name: str, default: str, words: Mapping[str, Any]) -> Any:
    written = re.sub(r"[ +]+", "+", file.settings.get(name, default).strip().lower())
    if written not in words:
        raise _fault(file, name, f"{name} is {written[:40]!r}", f"choose one of {', '.join(words)}")
    return words[written]


def _fault(file: ExperimentFile, name: str, problem: str, remedy: str = "") -> DeckError:
    return DeckError(file.path, file.line_of(name) or file.first, problem, remedy)


def cells(card: Card, variant: int) -> Cells:
    """The right cells of a heatmap card. Raises ExpressionError when there are none."""
    body = _body(card)
    found = evaluated(card, body.answer, variant)
    n = len(preset(body.preset, card.path).tokens)
    if not found or any(max(cell) >= n for cell in found):
        raise ExpressionError(f"“{body.answer}” gives no cells within the {n} by {n} cells of {body.preset}.")
    return found


def evaluated(card: Card, expression: str, variant: int) -> Cells:
    """The cells that one of the card's expressions stands for. Raises ExpressionError."""
    found = evaluate(expression, names_of(card, variant), cell_functions(_body(card).preset, card.path))
    if not isinstance(found, frozenset):
        raise ExpressionError(f"“{expression}” gives {found!r}, which is no cell: write argmax_cell(...), row(...).")
    return found


def asked_for(card: Card) -> Literal["cell", "row", "column"]:
    """What a heatmap card asks for: one cell, or a whole row or column."""
    match = re.match(r"[(\s]*(row|column)\s*\(", _body(card).answer)
    return match[1] if match else "cell"


def names_queries_and_keys(question: str) -> bool:
    """Whether a question gives the numbers of Q and K to look at. One that names neither is answered without."""
    return all(re.search(rf"\b{name}\b", question) for name in "QK")


def cell_functions(name: str, near: Path) -> Mapping[str, Callable[..., Cells]]:
    """The functions of heatmap cards. Tokens and numbers mean those of the experiment ``name``."""

    def at(experiment: Any) -> Map:
        try:
            return preset(str(experiment), near)
        except AttnquizError as error:
            raise ValueError(str(error).rstrip(".")) from None

    def size(experiment: Any) -> int:
        return len(at(experiment).tokens)

    def place(token: Any) -> int:
        tokens = at(name).tokens
        if token in range(len(tokens)):
            return int(token)
        if token in tokens:
            return tokens.index(token)
        raise ValueError(f"{token!r} is none of {', '.join(tokens)}, nor a number from 0 to {len(tokens) - 1}")

    def pairs(n: int, fits: Callable[[int, int], bool]) -> Cells:
        return frozenset((q, k) for q in range(n) for k in range(n) if fits(q, k))

    return {
        "cell": lambda q, k: frozenset({(place(q), place(k))}),
        "row": lambda q: frozenset((place(q), k) for k in range(size(name))),
        "column": lambda k: frozenset((q, place(k)) for q in range(size(name))),
        "argmax_cell": lambda e: _largest(at(e)),
        "transpose_cell": lambda e: frozenset((k, q) for q, k in _largest(at(e))),
        "diagonal_cells": lambda e: pairs(size(e), lambda i, j: i == j),
        "upper_cells": lambda e: pairs(size(e), lambda i, j: i < j),
        "lower_cells": lambda e: pairs(size(e), lambda i, j: i > j),
    }


def _largest(of: Map) -> Cells:
    """The cells of the largest weight, ties included. A row of nan has none."""
    found = {(i, j): weight for i, row in enumerate(of.weights) for j, weight in enumerate(row)}
    most = max((weight for weight in found.values() if not math.isnan(weight)), default=math.inf)
    return frozenset(cell for cell, weight in found.items() if weight >= most - TIED)


def _body(card: Card) -> CellOf:
    if not isinstance(card.body, CellOf):
        raise AttnquizError(f"{card.id} is of kind {card.kind} and asks for no cell.")
    return card.body
