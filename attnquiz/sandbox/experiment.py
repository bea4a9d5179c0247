"""A set-up to step through, and where in it the learner stands. Torch-free and frozen: a change is a new value."""

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

from attnquiz.attention.stage import Stage
from attnquiz.errors import SandboxError
from attnquiz.experimentfile import MATRICES, MOST_TOKENS, Rows, labels
from attnquiz.sandbox.belief import SWITCHES
from attnquiz.sandbox.words import LONGEST_TEXT, PAD, words

WIDEST = 64
LARGEST = 1e6
TEMPERATURES = (0.01, 100.0)
SEEDS = (0, 2**31 - 1)
PRECISIONS = ("float32", "float64")


class Mask(StrEnum):
    """Who may look where."""

    NONE = "none"
    CAUSAL = "causal"
    PADDING = "padding"
    BOTH = "causal+padding"

    @property
    def is_causal(self) -> bool:
        """Later keys are hidden."""
        return self in (Mask.CAUSAL, Mask.BOTH)

    @property
    def is_padding(self) -> bool:
        """Keys of padding are hidden."""
        return self in (Mask.PADDING, Mask.BOTH)


@dataclass(frozen=True, slots=True)
class Experiment:
    """Either a named experiment with its tokens, or the learner's own text. Bad values raise SandboxError.

    The last `padding` tokens are padding; own text gets that many [pad] tokens added at its end.
    Matrices that `given` lacks are drawn from the seed. Rows, columns and heads count from 0. `belief` names the wrong
    belief that is acted out beside the truth, "" for none.
    """

    name: str = ""
    title: str = ""
    about: str = ""
    text: str | None = None
    listed: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    given: tuple[tuple[str, Rows], ...] = ()
    heads: int = 2
    d_model: int = 8
    seed: int = 0
    scale: bool = True
    temperature: float = 1.0
    mask: Mask = Mask.NONE
    padding: int = 0
    positions: bool = False
    stage: Stage = Stage.EMBED
    tensor: str = ""
    head: int = 0
    row: int | None = None
    column: int | None = None
    device: str = "cpu"
    precision: str = "float32"
    belief: str = ""

    def __post_init__(self) -> None:
        _check_numbers(self)
        _check_tokens(self)
        _check_matrices(self)
        _check_place(self)

    @property
    def tokens(self) -> tuple[str, ...]:
        """Every token, padding included."""
        return self.listed if self.text is None else words(self.text) + (PAD,) * self.padding

    @property
    def labels(self) -> tuple[str, ...]:
        """The tokens as names that differ: "the", "cat", "the·2"."""
        return labels(self.tokens)

    @property
    def starts_from_qkv(self) -> bool:
        """The file gives Q, K or V; there is no X and nothing to project."""
        return any(name in ("Q", "K", "V") for name, _ in self.given)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages that this experiment has."""
        return tuple(stage for stage in Stage if not (self.starts_from_qkv and stage is Stage.EMBED))

    @property
    def fixed_width(self) -> bool:
        """Given matrices fix d_model."""
        return bool(self.given)

    @property
    def shown(self) -> str:
        """The tensor on the screen: the chosen one, or the stage's first."""
        return self.tensor or self.stage.tensors[0]

    def block(self, name: str) -> Rows | None:
        """The given matrix of that name."""
        return dict(self.given).get(name)

    def shape(self, tensor: str) -> tuple[int, ...]:
        """Sides of a tensor of the trace, known before anything is computed."""
        n, h = len(self.tokens), self.heads
        width_qk, width_v, width_out = _widths(self)
        sides = {"x": (n, self.d_model), "q": (h, n, width_qk // h), "v": (h, n, width_v // h)}
        sides |= {"k": sides["q"], "mixed": sides["v"], "joined": (n, width_v), "output": (n, width_out)}
        return sides.get(tensor, (h, n, n))

    def changed(self, **changes: Any) -> Self:
        """A new experiment; what no longer fits (head, row, column, tensor) goes back to its default."""
        bare = replace(self, **{"tensor": "", "head": 0, "row": None, "column": None, **_settings(changes)})
        kept = {name: getattr(self, name) for name in _PLACE} | {k: v for k, v in changes.items() if k in _PLACE}
        for name, value in kept.items():
            if name in changes or _fits(bare, name, value):
                bare = replace(bare, **{name: value})
        return bare


_PLACE = ("tensor", "head", "row", "column")


def _settings(changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in changes.items() if name not in _PLACE}


def _fits(experiment: Experiment, name: str, value: Any) -> bool:
    try:
        replace(experiment, **{name: value})
    except SandboxError:
        return False
    return True


def own_text(text: str, **settings: Any) -> Experiment:
    """The learner's own words; vectors and matrices are drawn from the seed."""
    return Experiment(title="Your own text", text=text, **settings)


def _check_numbers(e: Experiment) -> None:
    _whole("heads", e.heads, 1, WIDEST)
    _whole("d_model", e.d_model, 1, WIDEST)
    _whole("seed", e.seed, *SEEDS)
    _whole("padding", e.padding, 0, MOST_TOKENS)
    low, high = TEMPERATURES
    if isinstance(e.temperature, bool) or not math.isfinite(e.temperature) or not low <= e.temperature <= high:
        raise SandboxError(f"temperature is {e.temperature}; choose a number from {low:g} to {high:g}.")
    if e.d_model % e.heads:
        raise SandboxError(
            f"heads is {e.heads}, but d_model is {e.d_model}, which {e.heads} does not divide. "
            f"Choose heads among {', '.join(str(h) for h in range(1, e.d_model + 1) if e.d_model % h == 0)}."
        )
    if e.precision not in PRECISIONS:
        raise SandboxError(f"precision is {e.precision!r}; choose one of {', '.join(PRECISIONS)}.")
    if e.belief and e.belief not in SWITCHES:
        raise SandboxError(f"belief is {e.belief[:40]!r}, which cannot be acted out here. Choose one from the list.")


def _whole(name: str, value: Any, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise SandboxError(f"{name} is {value}; choose a whole number from {low} to {high}.")


def _check_tokens(e: Experiment) -> None:
    if (e.text is None) == (not e.listed):
        raise SandboxError("An experiment needs either a text or a list of tokens. Give one of them.")
    if e.text is not None and len(e.text) > LONGEST_TEXT:
        words(e.text)
    if len(e.tokens) > MOST_TOKENS:
        raise SandboxError(f"There are {len(e.tokens)} tokens with padding; at most {MOST_TOKENS} fit. Leave some out.")
    if e.padding > len(e.tokens):
        raise SandboxError(f"padding is {e.padding}, but there are {len(e.tokens)} tokens. Choose a smaller number.")
    if e.features and len(e.features) != e.d_model:
        raise SandboxError(f"features names {len(e.features)} columns, but d_model is {e.d_model}. Name as many.")


def _check_place(e: Experiment) -> None:
    if e.stage not in e.stages:
        raise SandboxError(f"stage is {e.stage}, but this experiment starts from Q, K and V. Choose PROJECT or later.")
    if e.tensor and e.tensor not in e.stage.tensors:
        raise SandboxError(
            f"tensor is {e.tensor!r}, which stage {e.stage} does not show. Choose {' or '.join(e.stage.tensors)}."
        )
    rows, columns = e.shape(e.shown)[-2:]
    for name, value, count in (("head", e.head, e.heads), ("row", e.row, rows), ("column", e.column, columns)):
        if value is not None:
            _whole(name, value, 0, count - 1)


def _widths(e: Experiment) -> tuple[int, int, int]:
    """Columns of Q and K, of V, and of the output."""
    width_qk = next((len(rows[0]) for name, rows in e.given if name in ("W_Q", "W_K", "Q", "K")), e.d_model)
    default_v = width_qk if e.starts_from_qkv else e.d_model
    width_v = next((len(rows[0]) for name, rows in e.given if name in ("W_V", "V")), default_v)
    default_out = width_v if e.starts_from_qkv else e.d_model
    width_out = next((len(rows[0]) for name, rows in e.given if name == "W_O"), default_out)
    return width_qk, width_v, width_out


def _check_matrices(e: Experiment) -> None:
    n, (width_qk, width_v, width_out) = len(e.tokens), _widths(e)
    expected = {"X": (n, e.d_model), "Q": (n, width_qk), "K": (n, width_qk), "V": (n, width_v)}
    expected |= {"W_Q": (e.d_model, width_qk), "W_K": (e.d_model, width_qk)}
    expected |= {"W_V": (e.d_model, width_v), "W_O": (width_v, width_out)}
    for name, rows in e.given:
        if name not in MATRICES:
            raise SandboxError(f"{name} is no matrix of attention. The names are {', '.join(MATRICES)}.")
        if e.starts_from_qkv and name in ("X", "W_Q", "W_K", "W_V"):
            raise SandboxError(f"{name} is given beside Q, K or V. Give X and its projections, or Q, K and V.")
        check_rows(name, rows)
        if (len(rows), len(rows[0])) != expected[name]:
            raise SandboxError(
                f"{name} has {len(rows)} rows and {len(rows[0])} columns, but "
                f"{expected[name][0]} rows and {expected[name][1]} columns fit here ({n} tokens, d_model {e.d_model})."
            )
    if e.starts_from_qkv and e.positions:
        raise SandboxError("positions is on, but this experiment starts from Q, K and V. Positions are added to X.")
    if e.starts_from_qkv and e.d_model != width_qk:
        raise SandboxError(f"d_model is {e.d_model}, but the queries are {width_qk} wide. Leave d_model at {width_qk}.")
    for name, width in (("queries and keys", width_qk), ("values", width_v)):
        if width % e.heads:
            raise SandboxError(f"heads is {e.heads}, which does not divide the {width} columns of the {name}.")


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
