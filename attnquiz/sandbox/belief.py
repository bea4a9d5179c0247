"""Beliefs that the sandbox can act out: what attention would compute if they were true. Torch-free.

The name of a belief is the id of its misconception; `as_if` computes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from attnquiz.attention.stage import Stage


@dataclass(frozen=True, slots=True)
class Belief:
    """One wrong belief. Texts are parts of sentences, so that a page can say: As if {label}."""

    name: str
    label: str  # "softmax ran over the queries"
    stage: Stage  # the first at which the numbers differ from those of attention
    instead: str  # a sentence: what is computed at that stage
    needs: str  # what an experiment must have for the belief to show: "a mask"
    experiment: Mapping[str, str]  # the address of one where it shows, with this belief


def _belief(name: str, label: str, stage: Stage, instead: str, needs: str, example: str) -> Belief:
    """`example` is an address as words: "thai-curry stage=SOFTMAX row=curry"."""
    experiment, *settings = example.split()
    address = {"experiment": experiment} | dict(setting.split("=", 1) for setting in settings) | {"belief": name}
    return Belief(name, label, stage, instead, needs, MappingProxyType(address))


_TABLE = (
    _belief(
        "softmax-over-queries", "softmax ran over the queries", Stage.SOFTMAX,
        "Each column is shared out among the queries, so columns add up to 1 and rows do not.",
        "more than one token",
        "thai-curry stage=SOFTMAX row=Thai column=curry",
    ),
    _belief(
        "softmax-over-heads", "softmax ran across the heads", Stage.SOFTMAX,
        "Each cell is shared out among the heads: the same cell of all heads adds up to 1, and rows do not.",
        "more than one token",
        "two-heads row=two column=four",
    ),
    _belief(
        "softmax-is-share", "a weight were the score's share of its row", Stage.SOFTMAX,
        "Each score is divided by the sum of its row, without the exponential.",
        "scores that differ within a row",
        "three-masks stage=SOFTMAX row=first column=first",
    ),
    _belief(
        "mask-after-softmax", "the mask came after softmax", Stage.MASK,
        "Softmax sees every score; hidden keys lose their weight afterwards, and nobody shares out what is left.",
        "a mask that hides something",
        "thai-curry mask=causal stage=SOFTMAX row=how column=how",
    ),
    _belief(
        "mask-inverted", "the mask hid what it should leave open", Stage.MASK,
        "What the mask leaves open is hidden, and what it hides is open.",
        "a mask",
        "thai-curry mask=causal stage=MASK row=how column=curry",
    ),
    _belief(
        "padding-masks-rows", "padding were hidden by emptying its rows", Stage.MASK,
        "The rows of padding are emptied, and every other token still looks at padding.",
        "a padding mask and some padding",
        "padded-batch stage=SOFTMAX row=world column=[pad]",
    ),
    _belief(
        "causal-excludes-self", "a token could not look at itself", Stage.MASK,
        "Each token looks at strictly earlier ones only, so the first has nothing left.",
        "a causal mask",
        "thai-curry mask=causal stage=SOFTMAX row=make column=make",
    ),
    _belief(
        "scale-by-dmodel", "scores were divided by √d_model", Stage.SCALE,
        "The width of the whole model is taken instead of the width of one head's keys.",
        "scaling switched on and more than one head",
        "thai-curry heads=2 head=1 stage=SOFTMAX row=make column=curry",
    ),
    _belief(
        "scale-by-d", "scores were divided by d_k instead of its root", Stage.SCALE,
        "The divisor is the width of a key itself, so scores end up too close together.",
        "scaling switched on and keys of more than one number",
        "thai-curry stage=SOFTMAX row=curry column=Thai",
    ),
    _belief(
        "forgot-scaling", "scores were not divided by √d_k", Stage.SCALE,
        "Softmax gets the dot products as they are.",
        "scaling switched on and keys of more than one number",
        "thai-curry stage=SOFTMAX row=curry column=Thai",
    ),
    _belief(
        "heads-average", "the heads were averaged", Stage.MERGE,
        "In the place of every head stands the average of all of them; then W_O follows as ever.",
        "more than one head",
        "two-heads stage=MERGE row=two column=0",
    ),
    _belief(
        "mix-unweighted", "the values were added up without weights", Stage.WEIGH,
        "Every value that may be looked at counts in full, whatever its weight.",
        "more than one token",
        "thai-curry stage=WEIGH row=curry column=2",
    ),
    _belief(
        "symmetric-scores", "a score were the same in both directions", Stage.SCORE,
        "Each pair of tokens gets one score: the mean of the two.",
        "more than one token",
        "thai-curry stage=SCORE row=curry column=Thai",
    ),
    _belief(
        "reshape-mixes-heads", "view alone cut the heads apart", Stage.PROJECT,
        "The numbers are cut in the order in which they lie in memory: a head gets all the numbers of a few tokens, "
        "not a few numbers of all tokens.",
        "more than one head and more than one token",
        "two-heads stage=PROJECT row=two column=0",
    ),
    _belief(
        "forgot-wo", "there were no W_O", Stage.MERGE,
        "The heads side by side are the output.",
        "a matrix W_O that changes something",
        "padded-batch stage=MERGE row=hello column=0",
    ),
    _belief(
        "recency-built-in", "later positions got more weight by construction", Stage.SOFTMAX,
        "Each weight is multiplied by the position of its key (1, 2, 3 ...), and the row is shared out anew. Attention "
        "has no such rule; this is one way to write the belief down.",
        "more than one token that may be looked at",
        "thai-curry mask=causal stage=SOFTMAX row=Thai column=Thai",
    ),
    _belief(
        "self-match-largest", "every token matched itself best", Stage.SCORE,
        "Each token's score with itself changes places with the largest of its row. Attention has no such rule; this "
        "is one way to write the belief down.",
        "a token that matches another one better than itself",
        "thai-curry stage=SOFTMAX row=curry column=curry",
    ),
)  # fmt: skip

SWITCHES: Mapping[str, Belief] = MappingProxyType({belief.name: belief for belief in _TABLE})
"""Every belief that can be acted out, by name."""
