"""A set-up to step through, and where in it the learner stands. Torch-free and frozen: a change is a new value."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions, Scoring
from attnquiz.errors import SandboxError
from attnquiz.experimentfile import Rows, labels
from attnquiz.sandbox import sides
from attnquiz.sandbox.checks import check, fits
from attnquiz.sandbox.edit import Cell, Edit
from attnquiz.sandbox.words import PAD, words

EVERYTHING = 64
"""Up to so many tokens all heads and all views are shown at once."""
FULL = 256
"""Up to so many tokens every stage of every head is kept; above, a head's stages are computed when it is asked for."""
MOST_KEPT = 4_000_000
"""Scores that are kept at most; above, as for more than FULL tokens."""


class Mask(StrEnum):
    """Who may look where, by rule. A window and single cells come on top."""

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


class View(StrEnum):
    """What the picture shows of the weights."""

    STAGE = "stage"  #                the matrix of the stage
    HEADS = "heads"  #                all heads, small, on one scale
    LINES = "lines"  #                lines from the queries to the keys
    RECEIVED = "received"  #          what each key receives
    CONTRIBUTION = "contribution"  #  weights beside the length of what each value adds
    DISTANCE = "distance"  #          scores against the distance of query and key
    SIGNAL = "signal"  #              the weights of one query on the image or the series that the tokens were cut from


@dataclass(frozen=True, slots=True)
class Experiment:
    """Either a named experiment with its tokens, or the learner's own text. Bad values raise SandboxError.

    `arguments` are what a card's `see:` line says beyond settings, in the words of that line; the library has applied
    them. With a second text (`memory_text`, or `memory_listed` from a file) queries come from the first and keys and
    values from the second: cross-attention. The last `padding` keys are padding; own text gets that many [pad] tokens.
    Matrices that `given` lacks are drawn from the seed; `edits` then replace single numbers, and `flips` turn single
    cells of the mask. `divisor` None divides dot products by sqrt(d_k) where `scale` is on. `window` 0 is no window; a
    window of 3 shows a query the keys less than 3 places away. A second layer attends to x + output of the first.
    Rows, columns, heads and layers count from 0. `belief` names a wrong belief that is acted out beside the truth.
    """

    name: str = ""
    arguments: tuple[tuple[str, str], ...] = ()
    title: str = ""
    about: str = ""
    shortcut: str = ""  # what the file makes simpler than it is
    text: str | None = None
    listed: tuple[str, ...] = ()
    memory_text: str | None = None
    memory_listed: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    given: tuple[tuple[str, Rows], ...] = ()
    patch: int = 0
    batch: int = 1
    heads: int = 2
    kv_heads: int | None = None
    d_model: int = 8
    layers: int = 1
    seed: int = 0
    scoring: Scoring = Scoring.DOT
    scale: bool = True
    divisor: float | None = None
    temperature: float = 1.0
    mask: Mask = Mask.NONE
    padding: int = 0
    window: int = 0
    positions: Positions = Positions.NONE
    dropout: float = 0.0
    edits: tuple[Edit, ...] = ()
    flips: tuple[Cell, ...] = ()
    stage: Stage = Stage.EMBED
    layer: int = 0
    tensor: str = ""
    head: int = 0
    row: int | None = None
    column: int | None = None
    view: View = View.STAGE
    compare: bool = False
    predict: bool = False
    device: str = "cpu"
    precision: str = "float32"
    belief: str = ""

    def __post_init__(self) -> None:
        check(self)

    @property
    def is_cross(self) -> bool:
        """Keys and values come from a second text."""
        return self.memory_text is not None or bool(self.memory_listed)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The tokens that ask, padding included; without a second text they are also looked at."""
        padding = 0 if self.is_cross else self.padding
        return self.listed if self.text is None else words(self.text) + (PAD,) * padding

    @property
    def key_tokens(self) -> tuple[str, ...]:
        """The tokens that are looked at, padding included."""
        if self.memory_text is not None:
            return words(self.memory_text) + (PAD,) * self.padding
        return self.memory_listed or self.tokens

    @property
    def labels(self) -> tuple[str, ...]:
        """The tokens that ask, as names that differ: "the", "cat", "the·2"."""
        return labels(self.tokens)

    @property
    def key_labels(self) -> tuple[str, ...]:
        """The same for the tokens that are looked at."""
        return labels(self.key_tokens)

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
        """Given matrices fix d_model; values alone do not."""
        return any(name not in ("V", "MASK") for name, _ in self.given)

    @property
    def is_scaled(self) -> bool:
        """Scores are divided by sqrt(d_k). The reason for it, a sum of d_k products, holds for dot products only."""
        return self.scale and self.divisor is None and self.scoring is Scoring.DOT

    @property
    def is_long(self) -> bool:
        """Too long to keep every stage of every head."""
        n_q, n_k = len(self.tokens), len(self.key_tokens)
        return max(n_q, n_k) > FULL or self.heads * n_q * n_k > MOST_KEPT

    @property
    def is_small(self) -> bool:
        """Short enough for everything at once."""
        return max(len(self.tokens), len(self.key_tokens)) <= EVERYTHING

    @property
    def subject(self) -> Self:
        """The same without the learner's place in it: what is computed, wherever one looks."""
        return replace(self, **_PLACE, stage=self.stages[0])

    def at(self, other: Self) -> Self:
        """This experiment, looked at from where the other one is, as far as it has that place."""
        here = {"stage": other.stage if other.stage in self.stages else self.stages[0]}
        found = self.changed(**_PLACE, **here)
        for name in ("layer", *_LOOKS):
            if fits(found, name, getattr(other, name)):
                found = replace(found, **{name: getattr(other, name)})
        return found

    @property
    def tensors(self) -> tuple[str, ...]:
        """What this stage can show, the usual first."""
        return sides.tensors(self, self.stage)

    @property
    def shown(self) -> str:
        """The tensor on the screen: the chosen one, or the stage's first."""
        return self.tensor or self.stage.tensors[0]

    def block(self, name: str) -> Rows | None:
        """The given matrix of that name."""
        return dict(self.given).get(name)

    def shape(self, tensor: str) -> tuple[int, ...]:
        """Sides of a tensor, known before anything is computed."""
        return sides.shapes(self)[tensor]

    def changed(self, **changes: Any) -> Self:
        """A new experiment; what no longer fits (a place, an edit of a number that is gone) falls away."""
        loose = {name: changes.pop(name) for name in _LOOSE if name in changes}
        bare = replace(self, **_DEFAULTS, **changes)
        for name in _LOOSE:
            value = loose.get(name, getattr(self, name))
            if value == getattr(bare, name):
                continue
            if name in ("edits", "flips") and name not in loose and not fits(bare, name, value):
                value = tuple(each for each in value if fits(bare, name, (each,)))
            if name in loose or fits(bare, name, value):
                bare = replace(bare, **{name: value})
        return bare


_PLACE: dict[str, Any] = {
    "layer": 0, "tensor": "", "head": 0, "row": None, "column": None, "view": View.STAGE, "compare": False,
    "predict": False, "belief": "",
}  # fmt: skip
_LOOKS = tuple(name for name in _PLACE if name != "layer")
_LOOSE = ("edits", "flips", "layer", "view", "tensor", "head", "row", "column")
"""What falls away when it no longer fits, in the order in which it is tried."""
_DEFAULTS = {name: _PLACE.get(name, ()) for name in _LOOSE}


def own_text(text: str, **settings: Any) -> Experiment:
    """The learner's own words; vectors and matrices are drawn from the seed."""
    return Experiment(title="Your own text", text=text, **settings)


def unfit(e: Experiment, changes: dict[str, Any]) -> SandboxError | None:
    """Why these changes cannot be made; None where they can."""
    try:
        e.changed(**changes)
    except SandboxError as error:
        return error
    return None
