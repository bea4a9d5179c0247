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


SET_UPS = {"code-softmax-dim": softmax_along_keys}
