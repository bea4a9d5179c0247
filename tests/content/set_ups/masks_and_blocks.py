"""What the code cards of this deck run in: names, which of them is looked at, and what it should be."""

import torch

from attnquiz.attention.attend import attend
from attnquiz.attention.mask import causal
from tests.content.set_ups.draw import drawn


def causal_weights():
    q, k = drawn(1, 5, 4), drawn(1, 5, 4) + 1
    names = {"torch": torch, "n": 5, "scores": (q @ k.mT)[0] / 2}
    return names, "attn", attend(q, k, k, allowed=causal(5)).weights[0]


SET_UPS = {"code-causal-mask": causal_weights}
