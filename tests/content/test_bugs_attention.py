"""The programs on bug cards about equation 1: the planted bug shows, and its fix mends it."""

import math

import pytest
import torch
from torch.nn import functional

from tests.content.programs import fixed, same


def test_dividing_after_softmax_leaves_rows_that_sum_to_an_eighth(collection, program, executed):
    card = collection.cards["bug-scale-after-softmax"]
    generator = torch.Generator().manual_seed(5)
    q, k, v = (torch.randn(6, 64, generator=generator, dtype=torch.float64) for _ in range(3))
    names = {"math": math, "q": q, "k": k, "v": v, "d_k": 64}
    buggy, mended = (executed(code, names) for code in (program(card), fixed(card, program(card))))
    reference = functional.scaled_dot_product_attention(q, k, v)
    same(mended["out"], reference)
    assert buggy["out"].shape == reference.shape, "nothing crashes"
    assert (buggy["out"] - reference).abs().max() > 0.1
    assert "each row sums to 1/8" in card.why
    assert buggy["attn"].sum(dim=-1).tolist() == pytest.approx([1 / 8] * 6)
    same(buggy["attn"] * 8, (q @ k.T).softmax(dim=-1))
    assert (buggy["attn"].amax(dim=-1) * 8).mean() > mended["attn"].amax(dim=-1).mean() + 0.3, "one-sided"
    assert buggy["out"].norm() < mended["out"].norm()
