"""How one number came about: its arithmetic, with the numbers that were really used.

Each line is Markdown: words, or a formula between double dollar signs. Tokens appear in words only.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from attnquiz.attention.draw import sinusoidal
from attnquiz.attention.stage import Stage
from attnquiz.errors import SandboxError
from attnquiz.sandbox.frames import column_names, known
from attnquiz.sandbox.run import EMPTY_ROW, Run
from attnquiz.sandbox.sides import PAIRS
from attnquiz.sandbox.written import factor, number, plain, product, total

LARGEST_EXPONENT = 80.0
"""exp of more than 88 is infinite in float32."""


@dataclass(frozen=True, slots=True)
class _Cell:
    run: Run
    name: str
    head: int
    row: int
    column: int

    def at(self, name: str) -> Tensor:
        """That tensor, of this head if it has heads."""
        return self.run.of(name, self.head)

    def values(self, name: str, row: int) -> list[float]:
        return self.at(name)[row].tolist()

    def value(self, name: str) -> float:
        return self.at(name)[self.row, self.column].item()

    def token(self, position: int) -> str:
        return f'"{plain(self.run.labels[position])}"'

    @property
    def allowed(self) -> bool:
        return self.run.allowed is None or bool(self.run.allowed[self.row, self.column])

    @property
    def empty(self) -> bool:
        return self.row in self.run.empty_rows


def arithmetic(run: Run, stage: Stage, head: int, row: int, column: int, tensor: str = "") -> list[str]:
    """The lines for one cell of what `matrix(run, stage, head, tensor)` shows."""
    name = known(run, stage, tensor)
    sides = run.of(name, 0).shape
    counts = (("head", head, run.experiment.heads), ("row", row, sides[-2]), ("column", column, sides[-1]))
    for label, value, count in counts:
        if not 0 <= value < count:
            raise SandboxError(f"{label} is {value}; choose a number from 0 to {count - 1}.")
    cell = _Cell(run, name, head, row, column)
    place = f"key {cell.token(column)}" if name in PAIRS else plain(column_names(run, name, sides[-1])[column])
    asker = f"query {cell.token(row)}" if name in PAIRS else f"token {cell.token(row)}"
    heading = f"{asker}, {place if name in PAIRS else f'dimension {place}'}"
    return [heading[0].upper() + heading[1:] + ":", *_WAYS[name](cell)]


def _formula(*parts: str) -> str:
    return f"$${' = '.join(parts)}$$"


def _embed(cell: _Cell) -> list[str]:
    e = cell.run.experiment
    origin = (
        "The experiment's file gives this number."
        if e.block("X") is not None
        else f"Drawn from seed {e.seed} for this word; the same word always gets the same vector."
    )
    if not e.positions.is_added:
        return [origin, _formula("x", number(cell.value("x")))]
    wave, power = ("sin", "cos")[cell.column % 2], cell.column // 2 * 2
    position = sinusoidal(cell.row + 1, e.d_model)[cell.row, cell.column]
    start = cell.run.tensor("embedded")[cell.row, cell.column].item()
    return [
        origin + " Then its position is added, a wave that is slower from dimension to dimension.",
        _formula(rf"\{wave}\left(\frac{{{cell.row}}}{{10000^{{{power}/{e.d_model}}}}}\right)", number(position)),
        _formula("x", f"{number(start)} + {factor(position)}", number(cell.value("x"))),
    ]


def _project(cell: _Cell) -> list[str]:
    letter = cell.name.upper()
    if cell.run.experiment.starts_from_qkv:
        given = cell.run.experiment.block(letter) is not None
        origin = "The experiment's file gives this number." if given else "Drawn from the experiment's seed."
        return [origin, _formula(cell.name, number(cell.value(cell.name)))]
    matrix = cell.run.tensor(f"w_{cell.name}")
    wide = cell.head * cell.at(cell.name).shape[-1] + cell.column
    return [
        f"The row of {cell.token(cell.row)} in X times column {wide} of W\\_{letter}, term by term:",
        _dot(cell, cell.values("x", cell.row), matrix[:, wide].tolist()),
    ]


def _dot(cell: _Cell, left: list[float], right: list[float]) -> str:
    products = [a * b for a, b in zip(left, right, strict=True)]
    terms = [product(a, b) for a, b in zip(left, right, strict=True)]
    return _formula(total(terms, products), number(cell.value(cell.name)))


def _score(cell: _Cell) -> list[str]:
    return [
        f"The query of {cell.token(cell.row)} times the key of {cell.token(cell.column)}, term by term:",
        _dot(cell, cell.values("q", cell.row), cell.values("k", cell.column)),
    ]


def _scale(cell: _Cell) -> list[str]:
    e, width, score = cell.run.experiment, cell.at("k").shape[-1], cell.value("scores")
    divisors = [(rf"\sqrt{{{width}}}", math.sqrt(width))] if e.scale else []
    if e.temperature != 1.0:
        divisors.append((number(e.temperature), e.temperature))
    lines = [
        f"Keys of this head are {width} numbers long, so the score is divided by the square root of {width}."
        if e.scale
        else "Scaling is off."
    ]
    if e.temperature != 1.0:
        lines.append(f"The temperature is {e.temperature:g}: the score is divided by it as well.")
    if not divisors:
        return [*lines, "The score stays as it is:", _formula(r"\text{score}", number(score))]
    symbols = r" \times ".join(symbol for symbol, _ in divisors)
    divisor = math.prod(value for _, value in divisors)
    return [
        *lines,
        _formula(
            rf"\frac{{{number(score)}}}{{{symbols}}}",
            rf"\frac{{{number(score)}}}{{{number(divisor)}}}",
            number(cell.value("scaled")),
        ),
    ]


def _mask(cell: _Cell) -> list[str]:
    e, query, key = cell.run.experiment, cell.token(cell.row), cell.token(cell.column)
    if cell.run.allowed is None:
        return ["There is no mask: every query may look at every key.", _kept(cell)]
    if cell.allowed:
        return [f"{query} may look at {key}: the score stays.", _kept(cell)]
    reasons = []
    if e.mask.is_causal and cell.column > cell.row:
        reasons.append(f"{key} (position {cell.column}) comes after {query} (position {cell.row})")
    if e.mask.is_padding and cell.column >= len(cell.run.tokens) - e.padding:
        reasons.append(f"{key} is padding")
    return [
        f"{query} may not look at {key}, because {' and '.join(reasons)}. "
        "Its score becomes minus infinity; a finite number, however negative, would only be a low score.",
        _formula(rf"{number(cell.value('scaled'))} \;\to\; -\infty"),
    ]


def _kept(cell: _Cell) -> str:
    return _formula(r"\text{score}", number(cell.value("masked")))


def _softmax(cell: _Cell) -> list[str]:
    if cell.empty:
        return [EMPTY_ROW, _formula(r"\frac{e^{-\infty}}{0}", r"\frac{0}{0}", r"\text{nan}")]
    row = cell.values("masked", cell.row)
    largest = max(row)
    shift = largest if abs(largest) > LARGEST_EXPONENT else 0.0
    exponents = [score - shift for score in row]
    exps = [math.exp(exponent) for exponent in exponents]
    lines = [
        "This key is hidden: e to minus infinity is 0, so its weight is exactly 0."
        if not cell.allowed
        else "e to the power of this score, divided by the sum of the same over the whole row:"
    ]
    if shift:
        lines.append(
            f"The largest score of the row, {largest:.4g}, is subtracted from all of them first, so that the "
            "exponentials stay within what a computer can hold. That changes no weight."
        )
    powers = [f"e^{{{number(exponent)}}}" for exponent in exponents]
    chosen = cell.column
    return [
        *lines,
        _formula(rf"\frac{{{powers[chosen]}}}{{{total(powers, exps)}}}"),
        _formula(
            rf"\frac{{{number(exps[chosen])}}}{{{total([number(value) for value in exps], exps)}}}",
            rf"\frac{{{number(exps[chosen])}}}{{{number(math.fsum(exps))}}}",
            number(cell.value("weights")),
        ),
    ]


def _weigh(cell: _Cell) -> list[str]:
    if cell.empty:
        return [EMPTY_ROW, _formula(r"\text{nan}")]
    weights, column = cell.values("weights", cell.row), cell.at("v")[:, cell.column].tolist()
    return [
        f"Each weight of {cell.token(cell.row)} times dimension {cell.column} of that token's value, added up:",
        _dot(cell, weights, column),
    ]


def _join(cell: _Cell) -> list[str]:
    width = cell.run.trace.mixed.shape[-1]
    head, inside = divmod(cell.column, width)
    return [
        f"Heads stand side by side, {width} columns each: this is dimension {inside} of head {head}.",
        _formula(r"\text{mixed}", number(cell.value("joined"))),
    ]


def _merge(cell: _Cell) -> list[str]:
    if cell.empty:
        return [EMPTY_ROW, _formula(r"\text{nan}")]
    w_o = cell.run.w_o
    if w_o is None:
        return ["There is no W\\_O here: the joined heads are the output.", *_join(cell)[1:]]
    return [
        f"The joined heads of {cell.token(cell.row)} times column {cell.column} of W\\_O, term by term:",
        _dot(cell, cell.values("joined", cell.row), w_o[:, cell.column].tolist()),
    ]


_WAYS: dict[str, Callable[[_Cell], list[str]]] = {
    "x": _embed,
    "q": _project,
    "k": _project,
    "v": _project,
    "scores": _score,
    "scaled": _scale,
    "masked": _mask,
    "weights": _softmax,
    "mixed": _weigh,
    "joined": _join,
    "output": _merge,
}
