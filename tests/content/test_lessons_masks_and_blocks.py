"""The numbers in the lessons on blocks."""

import math

import torch
from torch import nn
from torch.nn import functional

from attnquiz.attention.attend import attend
from attnquiz.attention.mask import causal


def test_encoder_block(lesson):
    lesson("encoder-block", "word 3 of 9 may use words 4 to 9", "9 vectors goes out as 9 vectors")
    x = torch.randn(1, 9, 4, dtype=torch.float64, requires_grad=True)
    out = attend(x, x, x).output
    assert out.shape == (9, 4)
    (reached,) = torch.autograd.grad(out[2].sum(), x)
    assert (reached[0].abs().sum(dim=-1) > 0).all(), "row 3 takes from all nine"


def test_decoder_block(lesson):
    lesson("decoder-block", '"we wash the rice"', 'input "we wash the" has the targets "wash the rice"')
    text = ["we", "wash", "the", "rice"]
    given, targets = text[:-1], text[1:]
    assert (" ".join(given), " ".join(targets)) == ("we wash the", "wash the rice")
    assert given[1] == targets[0] == "wash", "the second place holds the target of the first"
    assert not causal(3)[0, 1]


def test_residual_norm_ffn(lesson):
    lesson("residual-norm-ffn", "$(2, 4, 6)$ becomes $(-1.22, 0, 1.22)$", "sum 0.3 passes on 0.3", "-0.3 passes on 0.")
    found = nn.LayerNorm(3)(torch.tensor([2.0, 4, 6])).tolist()
    assert [round(entry, 2) for entry in found] == [-1.22, 0, 1.22]
    by_hand = 2 / math.sqrt(8 / 3)
    assert round(by_hand, 2) == 1.22
    assert [round(entry, 6) for entry in functional.relu(torch.tensor([0.3, -0.3])).tolist()] == [0.3, 0]


def test_architecture_families(lesson):
    lesson("architecture-families", "a prompt of 30 words is the first 30 words")
