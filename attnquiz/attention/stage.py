"""The eight stages of attention, in words, in an equation, in PyTorch. Torch-free."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


@dataclass(frozen=True, slots=True)
class _Text:
    title: str
    meaning: str
    equation: str
    torch_line: str
    tensors: tuple[str, ...]


class Stage(StrEnum):
    """Where the learner stands. `tensors` are the matrices to show there, the first unless another is chosen."""

    EMBED = "EMBED"
    PROJECT = "PROJECT"
    SCORE = "SCORE"
    SCALE = "SCALE"
    MASK = "MASK"
    SOFTMAX = "SOFTMAX"
    WEIGH = "WEIGH"
    MERGE = "MERGE"

    @property
    def title(self) -> str:
        """Two or three words for the bar of stages."""
        return _TEXTS[self].title

    @property
    def meaning(self) -> str:
        """One plain sentence."""
        return _TEXTS[self].meaning

    @property
    def equation(self) -> str:
        """LaTeX; the term of this stage stands in a box."""
        return _TEXTS[self].equation

    @property
    def torch_line(self) -> str:
        """What one would write in PyTorch."""
        return _TEXTS[self].torch_line

    @property
    def tensors(self) -> tuple[str, ...]:
        """Names in the trace ("x" is the input, "joined" the heads side by side)."""
        return _TEXTS[self].tensors

    @property
    def number(self) -> int:
        """1 to 8."""
        return list(Stage).index(self) + 1

    @property
    def next(self) -> Self | None:
        """The stage after this one; None after the last."""
        return next((stage for stage in Stage if stage.number == self.number + 1), None)

    @property
    def previous(self) -> Self | None:
        """The stage before this one; None before the first."""
        return next((stage for stage in Stage if stage.number == self.number - 1), None)


SHAPES = {
    "x": ("n", "d_model"),
    "embedded": ("n", "d_model"),
    "position": ("n", "d_model"),
    "memory": ("n_k", "d_model"),
    "w_q": ("d_model", "h·d_k"),
    "w_k": ("d_model", "g·d_k"),
    "w_v": ("d_model", "g·d_v"),
    "w_o": ("h·d_v", "d_model"),
    "w_a": ("h", "d_k"),
    "t5": ("buckets", "h"),
    "q_rot": ("h", "n_q", "d_k"),
    "k_rot": ("g", "n_k", "d_k"),
    "bias": ("h", "n_q", "n_k"),
    "biased": ("h", "n_q", "n_k"),
    "dropped": ("h", "n_q", "n_k"),
    "shares": ("h", "n_q", "d_model"),
    "q": ("h", "n_q", "d_k"),
    "k": ("g", "n_k", "d_k"),
    "v": ("g", "n_k", "d_v"),
    "scores": ("h", "n_q", "n_k"),
    "scaled": ("h", "n_q", "n_k"),
    "masked": ("h", "n_q", "n_k"),
    "weights": ("h", "n_q", "n_k"),
    "mixed": ("h", "n_q", "d_v"),
    "joined": ("n_q", "h·d_v"),
    "output": ("n_q", "d_model"),
}
"""Letters for the sides of every tensor; g heads of keys and values, as many as h unless queries share them."""


def _equation(scores: str = "QK^{\\top}", root: str = "\\sqrt{d_k}", mask: str = "M") -> str:
    return f"\\left(\\frac{{{scores}}}{{{root}}} + {mask}\\right)"


_TEXTS = {
    Stage.EMBED: _Text(
        "Embed",
        "Every token becomes a row of numbers, its vector; together the rows are the matrix X.",
        r"Q = \boxed{X}\,W_Q \qquad K = \boxed{X}\,W_K \qquad V = \boxed{X}\,W_V",
        "x = embedding(tokens)",
        ("x",),
    ),
    Stage.PROJECT: _Text(
        "Project",
        "Three learned matrices turn each vector into a query (what it looks for), a key (what it is found by) "
        "and a value (what it passes on).",
        r"\boxed{Q = XW_Q} \qquad \boxed{K = XW_K} \qquad \boxed{V = XW_V}",
        "q, k, v = heads(x @ w_q), heads(x @ w_k), heads(x @ w_v)",
        ("q", "k", "v"),
    ),
    Stage.SCORE: _Text(
        "Score",
        "Each query is compared with each key by a dot product: the larger the score, the better the match.",
        r"\operatorname{softmax}" + _equation(scores=r"\boxed{QK^{\top}}") + "V",
        "scores = q @ k.transpose(-2, -1)",
        ("scores",),
    ),
    Stage.SCALE: _Text(
        "Scale",
        "Dividing by the square root of the key width keeps scores from growing just because vectors are long.",
        r"\operatorname{softmax}" + _equation(root=r"\boxed{\sqrt{d_k}}") + "V",
        "scaled = scores / (math.sqrt(d_k) * temperature)",
        ("scaled",),
    ),
    Stage.MASK: _Text(
        "Mask",
        "Keys that a query may not look at get a score of minus infinity, so that softmax leaves them nothing.",
        r"\operatorname{softmax}" + _equation(mask=r"\boxed{M}") + "V",
        'masked = scaled.masked_fill(~allowed, float("-inf"))',
        ("masked",),
    ),
    Stage.SOFTMAX: _Text(
        "Softmax",
        "Each row of scores becomes weights: positive shares that add up to 1.",
        r"\boxed{\operatorname{softmax}}" + _equation() + "V",
        "weights = masked.softmax(dim=-1)",
        ("weights",),
    ),
    Stage.WEIGH: _Text(
        "Weigh",
        "Each query takes its share of every value and adds the shares up: one new vector per token.",
        r"\operatorname{softmax}" + _equation() + r"\boxed{V}",
        "mixed = weights @ v",
        ("mixed",),
    ),
    Stage.MERGE: _Text(
        "Merge",
        "The results of all heads are laid side by side and one more learned matrix blends them.",
        r"\boxed{\operatorname{Concat}(\mathrm{head}_1, \ldots, \mathrm{head}_h)\,W_O}",
        "output = mixed.transpose(0, 1).flatten(1) @ w_o",
        ("output", "joined"),
    ),
}
