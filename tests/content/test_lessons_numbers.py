"""Lessons on numbers, softmax and shapes: every number in them computed."""

import math

import pytest
import torch


def doubles(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


def shares(*scores):
    return doubles(*scores).softmax(dim=-1).tolist()


def test_dot_product(lesson):
    lesson("dot-product", r"$(15, 20)$ and $(5, 0)$", r"$15 \cdot 5 + 20 \cdot 0 = 75$", r"$25 \cdot 5 \cdot 0.6$")
    one, other = doubles(15, 20), doubles(5, 0)
    assert one @ other == 75
    assert (one.norm(), other.norm()) == (25, 5)
    assert torch.cosine_similarity(one, other, dim=0).item() == pytest.approx(0.6)
    assert (2 * one) @ other == 2 * 75


def test_softmax_stability(lesson):
    lesson("softmax-stability", "$(3, 1)$ and $(53, 51)$ both give 0.88 and 0.12", "The exponential of 800")
    for scores in ((3, 1), (53, 51)):
        assert shares(*scores) == pytest.approx([0.88, 0.12], abs=5e-3)
    assert doubles(800).exp().isinf().all()
    assert (doubles(800).exp() / doubles(800).exp()).isnan().all()
    with pytest.raises(OverflowError):
        math.exp(800)


def test_softmax_temperature(lesson):
    lesson("softmax-temperature", "the scores 3 and 1 give 0.88 and 0.12", "like 0.75 and 0.25 and give 0.62 and 0.38")
    lesson("softmax-temperature", "like 12 and 4, and the first gets 0.9997", r"$\log_2 8 = 3$ bits")
    assert shares(3, 1) == pytest.approx([0.88, 0.12], abs=5e-3)
    assert (doubles(3, 1) / 4).tolist() == [0.75, 0.25]
    assert shares(0.75, 0.25) == pytest.approx([0.62, 0.38], abs=5e-3)
    assert (doubles(3, 1) / 0.25).tolist() == [12, 4]
    assert shares(12, 4)[0] == pytest.approx(0.9997, abs=5e-5)
    assert math.log2(8) == 3


def test_softmax_saturation(lesson):
    lesson("softmax-saturation", "At 0.6 that is 0.24, at 0.95 it is 0.0475, at 0.999 about 0.001")
    for p, slope, digits in ((0.6, 0.24, 1e-9), (0.95, 0.0475, 1e-9), (0.999, 0.001, 5e-6)):
        scores = doubles(p, 1 - p).log()
        jacobian = torch.autograd.functional.jacobian(lambda s: s.softmax(dim=-1), scores)
        assert jacobian[0, 0].item() == pytest.approx(slope, abs=digits)


def test_tensor_shapes(lesson):
    lesson("tensor-shapes", "(6, 4) times (4, 9) gives (6, 9)", "Each of the 54 entries", "a dot product of 4 numbers")
    lesson("tensor-shapes", "(10, 6, 4), times a stack (10, 4, 9) gives ten results, (10, 6, 9)")
    left, right = torch.ones(6, 4), torch.ones(4, 9)
    assert (left @ right).shape == (6, 9)
    assert (left @ right).numel() == 54
    assert (left @ right).eq(4).all()
    assert (torch.ones(10, 6, 4) @ torch.ones(10, 4, 9)).shape == (10, 6, 9)
    assert (torch.ones(10, 6, 4) @ right).shape == (10, 6, 9)
