"""What the code cards of this deck run in: names, which of them is looked at, and what it should be."""

import math
from functools import partial
from types import SimpleNamespace

import torch


def waves():
    """Four pairs, so that each exponent differs from each other; in float64, as all comparisons here are."""
    n, d = 7, 8
    double = SimpleNamespace(
        arange=partial(torch.arange, dtype=torch.float64), zeros=partial(torch.zeros, dtype=torch.float64)
    )
    expected = [
        [wave(place / 10000 ** (2 * pair / d)) for pair in range(d // 2) for wave in (math.sin, math.cos)]
        for place in range(n)
    ]
    return {"torch": double, "n": n, "d": d}, "pe", torch.tensor(expected, dtype=torch.float64)


SET_UPS = {"code-sinusoid-angle": waves}
