"""What the code cards of this deck run in: names, which of them is looked at, and what it should be."""

import math

import torch
from torch.nn import functional

from tests.content.set_ups.draw import drawn


def softmax_along_keys():
    """No two sides are equal, so that a wrong axis cannot pass by luck."""
    q, k, v = drawn(2, 3, 4, 5), drawn(2, 3, 6, 5), drawn(2, 3, 6, 5) + 1
    names = {"torch": torch, "math": math, "q": q, "k": k, "v": v, "d_k": 5}
    return names, "out", functional.scaled_dot_product_attention(q, k, v)


def keys_from_x():
    """All sides are equal, so that a wrong form runs and has to give other numbers."""
    x, *matrices = drawn(4, 4, 4)
    names = {"torch": torch, "x": x} | dict(zip(("W_q", "W_k", "W_v"), matrices, strict=True))
    expected = [[sum(x[i, m] * matrices[1][m, j] for m in range(4)) for j in range(4)] for i in range(4)]
    return names, "k", torch.tensor(expected, dtype=torch.float64)


def values_mixed():
    q, k, v = drawn(3, 5, 3)
    names = {"torch": torch, "math": math, "q": q, "k": k, "v": v, "d_k": 3}
    return names, "out", functional.scaled_dot_product_attention(q, k, v)


SET_UPS = {
    "code-softmax-dim": softmax_along_keys, "code-key-projection": keys_from_x, "code-mix-values": values_mixed,
}  # fmt: skip
