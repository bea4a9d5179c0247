"""The numbers in the lessons on positions and decoding, computed."""

import math

import pytest
import torch
from torch import nn

from attnquiz.attention.attend import attend
from attnquiz.attention.cache import cache_bytes
from attnquiz.attention.draw import sinusoidal
from attnquiz.attention.mask import causal
from attnquiz.attention.position import alibi, alibi_slopes, rope
from attnquiz.sandbox.library import load as open_experiment


def test_positional_need(lesson):
    lesson("positional-need", '"the cat saw the dog". The first word and the fourth have one vector', "the same five")
    assert open_experiment("twice-the").tokens == ("the", "cat", "saw", "the", "dog")


def test_sinusoidal_pe(lesson):
    lesson("sinusoidal-pe", "$10000^{e/d}$", "width 4", r"$\sin 1 = 0.84$", r"$\cos 1 = 0.54$", "0.01 and 1.00")
    row = sinusoidal(2, 4)[1]
    assert row.tolist() == pytest.approx([0.84, 0.54, 0.01, 1.00], abs=5e-3)
    assert row.tolist() == pytest.approx([math.sin(1), math.cos(1), math.sin(0.01), math.cos(0.01)])


def test_sinusoidal_rows_know_their_distance_alone(lesson):
    lesson("sinusoidal-pe", "dot product of two such rows depends on their distance alone")
    table = torch.from_numpy(sinusoidal(50, 16))
    products = table @ table.T
    for distance in range(40):
        diagonal = products.diagonal(distance)
        assert (diagonal - diagonal[0]).abs().max() < 1e-12


def test_learned_pe(lesson):
    lesson("learned-pe", "1024 rows of width 768 that is 786,432 parameters", "row 1024 does not exist")
    table = nn.Embedding(1024, 768)
    assert sum(p.numel() for p in table.parameters()) == 786_432
    with pytest.raises(IndexError):
        table(torch.tensor([1024]))


def test_rope(lesson):
    lesson("rope", "0.5 radians a step: a query at position 10 is turned by 5, a key at position 8 by 4")
    lesson("rope", "changed by 1")
    lesson("rope", "At positions 110 and 108 it would be the same", "Lengths stay")
    vector, generator = torch.tensor([1.0, 0.0], dtype=torch.float64), torch.Generator().manual_seed(0)

    def turned(angle):
        return torch.tensor([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]).double() @ vector

    assert (turned(0.5 * 10) @ turned(0.5 * 8)).item() == pytest.approx(math.cos(1))
    assert (turned(0.5 * 110) @ turned(0.5 * 108)).item() == pytest.approx(math.cos(1), abs=1e-6)
    one = torch.randn(1, 1, 8, generator=generator, dtype=torch.float64).expand(1, 120, 8)
    rows = rope(one)[0]
    assert (rows[110] @ rows[108]).item() == pytest.approx((rows[10] @ rows[8]).item())
    assert rows.norm(dim=-1).tolist() == pytest.approx([one[0, 0].norm().item()] * 120)


def test_alibi(lesson):
    lesson("alibi", "With slope 0.1 a key 10 steps back loses 1", "$e^1 = 2.7$", "1/2, 1/4 and on down to 1/256")
    assert 0.1 * 10 == 1
    near, far = torch.tensor([0.0, -1.0]).softmax(dim=-1)
    assert (near / far).item() == pytest.approx(2.7, abs=0.05)
    assert alibi_slopes(8) == tuple(2.0**-i for i in range(1, 9))


def test_alibi_goes_on_beyond_any_length(lesson):
    lesson("alibi", "the line goes on for distances that were never trained")
    steps = alibi(500, 500, 8)[0, 499].diff()
    assert steps.eq(0.5).all()


def test_nope(lesson):
    lesson("nope", '"make Thai curry" and "Thai make curry"', "over ten allowed keys leaves 0.1")
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(3, 4, generator=generator, dtype=torch.float64)
    usual, other = x, x[[1, 0, 2]]

    def layer(rows):
        return rows + attend(rows[None], rows[None], rows[None], allowed=causal(3)).output

    first = [layer(rows) for rows in (usual, other)]
    torch.testing.assert_close(first[0][2], first[1][2], atol=1e-12, rtol=0)
    assert (first[0][1] - first[1][0]).abs().max() > 1e-2, '"Thai" has seen "make" in the one and not in the other'
    assert (layer(first[0])[2] - layer(first[1])[2]).abs().max() > 1e-3
    even = attend(*(torch.zeros(1, 10, 2) for _ in range(3)), allowed=causal(10)).weights[0]
    assert even[9, 0].item() == pytest.approx(0.1)


def test_kv_cache(lesson):
    lesson("kv-cache", "4 layers of 5 heads and width 10", r"$2 \cdot 4 \cdot 5 \cdot 10 = 400$", "2.4 megabytes")
    assert cache_bytes(1, 5, 10, 10, element_size=1, layers=4) == 400
    assert cache_bytes(3000, 5, 10, 10, element_size=2, layers=4) == 2_400_000


def test_mqa_gqa(lesson):
    lesson("mqa-gqa", "10 heads of queries and 5 shared heads", "half as large", "a tenth", "number of scores does not")
    full, grouped, one = (cache_bytes(7, heads, 8, 8, element_size=2) for heads in (10, 5, 1))
    assert (grouped, one) == (full / 2, full / 10)
