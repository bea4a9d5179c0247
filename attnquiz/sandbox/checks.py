"""What an experiment may be. Each fault is a sentence that begins with the setting or matrix meant. Torch-free."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions
from attnquiz.errors import SandboxError
from attnquiz.experimentfile import MATRICES, MOST_TOKENS, Rows
from attnquiz.sandbox import sides
from attnquiz.sandbox.belief import SWITCHES
from attnquiz.sandbox.words import LONGEST_TEXT, words

if TYPE_CHECKING:
    from attnquiz.sandbox.experiment import Experiment

WIDEST = 1024
MOST_HEADS = 64
MOST_NUMBERS = 4_000_000
LARGEST = 1e6
TEMPERATURES = (0.01, 100.0)
DIVISORS = (0.001, 10_000.0)
SEEDS = (0, 2**31 - 1)
PRECISIONS = ("float32", "float64", "bfloat16", "float16")
MOST_BATCH = 1024
MOST_DROPOUT = 0.9
SIGNALS = ("IMAGE", "SERIES")


def check(e: "Experiment") -> None:
    """SandboxError where something cannot be, or does not go together."""
    _numbers(e)
    _tokens(e)
    _variant(e)
    _matrices(e)
    _changes(e)
    _place(e)


def fits(e: "Experiment", name: str, value: Any) -> bool:
    """Whether the experiment can take this value."""
    try:
        replace(e, **{name: value})
    except SandboxError:
        return False
    return True


def whole(name: str, value: Any, low: int, high: int) -> None:
    """A whole number within limits."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise SandboxError(f"{name} is {value}; choose a whole number from {low} to {high}.")


def _within(name: str, value: float, low: float, high: float) -> None:
    if isinstance(value, bool) or not math.isfinite(value) or not low <= value <= high:
        raise SandboxError(f"{name} is {value}; choose a number from {low:g} to {high:g}.")


def _one_of(name: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise SandboxError(f"{name} is {value[:40]!r}; choose one of {', '.join(choices)}.")


def _numbers(e: "Experiment") -> None:
    whole("heads", e.heads, 1, MOST_HEADS)
    whole("d_model", e.d_model, 1, WIDEST)
    whole("layers", e.layers, 1, 2)
    whole("seed", e.seed, *SEEDS)
    whole("padding", e.padding, 0, MOST_TOKENS)
    whole("window", e.window, 0, MOST_TOKENS)
    whole("batch", e.batch, 1, MOST_BATCH)
    whole("patch", e.patch, 0, WIDEST)
    _within("temperature", e.temperature, *TEMPERATURES)
    _within("dropout", e.dropout, 0.0, MOST_DROPOUT)
    if e.divisor is not None:
        _within("divisor", e.divisor, *DIVISORS)
    if e.d_model % e.heads:
        raise SandboxError(
            f"heads is {e.heads}, but d_model is {e.d_model}, which {e.heads} does not divide. "
            f"Choose heads among {_divisors(e.d_model, MOST_HEADS)}."
        )
    if e.kv_heads is not None:
        whole("kv_heads", e.kv_heads, 1, e.heads)
        if e.heads % e.kv_heads:
            raise SandboxError(
                f"kv_heads is {e.kv_heads}, which does not divide the {e.heads} heads. "
                f"Choose kv_heads among {_divisors(e.heads, e.heads)}."
            )
    _one_of("precision", e.precision, PRECISIONS)
    if e.belief and e.belief not in SWITCHES:
        raise SandboxError(f"belief is {e.belief[:40]!r}, which cannot be acted out here. Leave it out.")


def _divisors(number: int, most: int) -> str:
    return ", ".join(str(part) for part in range(1, most + 1) if number % part == 0)


def _tokens(e: "Experiment") -> None:
    if (e.text is None) == (not e.listed):
        raise SandboxError("An experiment needs either a text or a list of tokens. Give one of them.")
    if e.memory_text is not None and e.memory_listed:
        raise SandboxError("memory is given twice, as a text and as a list. Give one of them.")
    for text in (e.text, e.memory_text):
        if text is not None and len(text) > LONGEST_TEXT:
            words(text)
    for tokens in (e.tokens, e.key_tokens):
        if len(tokens) > MOST_TOKENS:
            raise SandboxError(
                f"There are {len(tokens)} tokens with padding; at most {MOST_TOKENS} fit. Leave some out."
            )
    if e.padding > len(e.key_tokens):
        raise SandboxError(f"padding is {e.padding}, but there are {len(e.key_tokens)} tokens. Choose fewer.")
    if e.features and len(e.features) != e.d_model:
        raise SandboxError(f"features names {len(e.features)} columns, but d_model is {e.d_model}. Name as many.")


def _variant(e: "Experiment") -> None:
    d_k, _, out = sides.widths(e)
    if e.starts_from_qkv and e.positions.is_added:
        raise SandboxError(
            f"positions is {e.positions}, but this experiment starts from Q, K and V. Positions are added to X."
        )
    if e.positions is Positions.ROPE and d_k % 2:
        raise SandboxError(
            f"positions is rope, which turns numbers in pairs, but a head has {d_k}. Change heads or d_model."
        )
    if e.layers == 2 and (e.starts_from_qkv or e.is_cross):
        raise SandboxError("layers is 2, which needs one text that attends to itself and vectors to begin with.")
    if e.layers == 2 and out != e.d_model:
        raise SandboxError(f"layers is 2, but the output is {out} wide and X {e.d_model}. The second layer adds them.")
    if e.is_long and (e.layers == 2 or e.belief):
        setting = "layers is 2" if e.layers == 2 else f"belief is {e.belief}"
        raise SandboxError(f"{setting}, but the text has more than 256 tokens. Shorten it to see this.")


def _matrices(e: "Experiment") -> None:
    (d_k, _, _), g = sides.widths(e), sides.heads_of_keys(e)
    for name, rows in e.given:
        if name not in MATRICES:
            raise SandboxError(f"{name} is no matrix of attention. The names are {', '.join(MATRICES)}.")
        if e.starts_from_qkv and name in ("X", "W_Q", "W_K", "W_V"):
            raise SandboxError(f"{name} is given beside Q, K or V. Give X and its projections, or Q, K and V.")
        check_rows(name, rows)
    if e.starts_from_qkv and e.d_model != e.heads * d_k:
        raise SandboxError(
            f"d_model is {e.d_model}, but the queries are {e.heads * d_k} wide. Leave d_model at {e.heads * d_k}."
        )
    for name, heads in (("W_Q", e.heads), ("Q", e.heads), ("W_K", g), ("K", g), ("W_V", g), ("V", g)):
        rows = e.block(name)
        if rows is not None and len(rows[0]) % heads:
            kind = {"Q": "queries", "K": "keys", "V": "values"}[name[-1]]
            which = "heads" if heads == e.heads else "kv_heads"
            raise SandboxError(f"{which} is {heads}, which does not divide the {len(rows[0])} columns of the {kind}.")
    expected = sides.blocks(e) | {"MASK": (len(e.tokens), len(e.key_tokens))}
    for name, rows in e.given:
        found = (len(rows), len(rows[0]))
        if name in expected and found != expected[name]:
            raise SandboxError(
                f"{name} has {found[0]} rows and {found[1]} columns, but needs {expected[name][0]} rows and "
                f"{expected[name][1]} columns here: {len(e.tokens)} tokens, d_model {e.d_model}."
            )
    numbers = max(len(e.tokens), len(e.key_tokens), e.d_model) * e.d_model
    if numbers > MOST_NUMBERS:
        raise SandboxError(f"d_model is {e.d_model}, which makes matrices of {numbers:,} numbers. Choose less.")


def check_rows(name: str, rows: Rows) -> None:
    """Rows of one length, of finite numbers within +-LARGEST."""
    if not rows or not rows[0]:
        raise SandboxError(f"{name} has no numbers. Give at least one row with one number.")
    for number, row in enumerate(rows, start=1):
        place = f"Row {number} of {name}"
        if len(row) != len(rows[0]):
            raise SandboxError(f"{place} has {len(row)} numbers, row 1 has {len(rows[0])}. Make them alike.")
        for value in row:
            if not abs(value) <= LARGEST:
                raise SandboxError(f"{place} holds {value:g}; the largest number allowed is {LARGEST:g}.")


def _changes(e: "Experiment") -> None:
    known = sides.blocks(e)
    for edit in e.edits:
        if edit.name not in known:
            raise SandboxError(f"edit changes {edit.name}, which is not here. There are {', '.join(known)}.")
        rows, columns = known[edit.name]
        if edit.row >= rows or edit.column >= columns:
            raise SandboxError(
                f"edit changes row {edit.row}, column {edit.column} of {edit.name}, which has {rows} rows and "
                f"{columns} columns, counted from 0."
            )
        if not abs(edit.value) <= LARGEST:
            raise SandboxError(
                f"{edit.name} at {edit.row}, {edit.column} would be {edit.value:g}. Write a finite number of at most "
                f"{LARGEST:,.0f} either way."
            )
    for row, column in e.flips:
        if row >= len(e.tokens) or column >= len(e.key_tokens):
            raise SandboxError(f"flips names row {row}, column {column}, which the mask does not have.")


def _place(e: "Experiment") -> None:
    if e.stage not in e.stages:
        raise SandboxError(f"stage is {e.stage}, but this experiment starts from Q, K and V. Choose PROJECT or later.")
    whole("layer", e.layer, 0, e.layers - 1)
    if e.tensor and e.tensor not in sides.tensors(e, e.stage):
        names = " or ".join(sides.tensors(e, e.stage))
        raise SandboxError(f"tensor is {e.tensor!r}, which stage {e.stage} does not show. Choose {names}.")
    if e.view == "signal" and not any(name in SIGNALS for name, _ in e.given):
        raise SandboxError("view is signal, but these tokens were not cut from an image or a series.")
    if e.stage is Stage.EMBED and e.layer == 1 and e.tensor in ("embedded", "position"):
        raise SandboxError(f"tensor is {e.tensor!r}, which belongs to the first layer.")
    shape = e.shape(e.shown)
    heads = shape[0] if len(shape) == 3 else e.heads
    for name, value, count in (("head", e.head, heads), ("row", e.row, shape[-2]), ("column", e.column, shape[-1])):
        if value is not None:
            whole(name, value, 0, count - 1)
