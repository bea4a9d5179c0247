"""The numbers in the lessons about contextual vectors, projections and cost."""

import torch


def tensor(entries):
    return torch.tensor(entries, dtype=torch.float64)


def test_contextual_embedding(lesson):
    lesson("contextual-embedding", r"0.75 \cdot (4, 0) + 0.25 \cdot (1, 1) = (3.25, 0.25)")
    assert (tensor([0.75, 0.25]) @ tensor([[4, 0], [1, 1]])).tolist() == [3.25, 0.25]


def test_qkv_projections(lesson):
    lesson("qkv-projections", "vector $(2, 0, 1)$", "rows $(1, 1)$, $(5, 5)$ and $(0, 3)$", "$(2, 5)$", "3 by 2")
    matrix = tensor([[1, 1], [5, 5], [0, 3]])
    assert matrix.shape == (3, 2)
    assert (tensor([[2, 0, 1]]) @ matrix)[0].tolist() == [2, 5]


def test_cost_of_a_layer(lesson):
    lesson("complexity-table1", "100 tokens of width 300", "10,000 pairs", "3 million", "9 million", "36 million")
    lesson("complexity-table1", "scores and mixing together take 6 million", "a hundred times as many pairs")
    n, d = 100, 300
    assert n * n == 10_000
    assert (n * n * d, n * d * d) == (3_000_000, 9_000_000)
    assert (4 * n * d * d, 2 * n * n * d) == (36_000_000, 6_000_000)
    assert (10 * n) ** 2 == 100 * n**2
