"""What the code cards of this deck run in: names, which of them is looked at, and what it should be."""

import math

import torch
from torch import nn
from torch.nn import functional

from attnquiz.attention.attend import attend
from attnquiz.attention.mask import causal
from tests.content.set_ups.draw import drawn


def causal_weights():
    q, k = drawn(1, 5, 4), drawn(1, 5, 4) + 1
    names = {"torch": torch, "n": 5, "scores": (q @ k.mT)[0] / 2}
    return names, "attn", attend(q, k, k, allowed=causal(5)).weights[0]


def joined_heads():
    """No two sides are equal, and the reference goes through the heads one after the other."""
    q, k, v = drawn(2, 3, 4, 5), drawn(2, 3, 4, 5) + 1, drawn(2, 3, 4, 5) - 1
    attn, matrix = (q @ k.mT / math.sqrt(5)).softmax(dim=-1), drawn(15, 15)
    names = {"attn": attn, "v": v, "W_o": matrix, "B": 2, "n": 4, "h": 3, "d_k": 5}
    side_by_side = torch.cat([attn[:, head] @ v[:, head] for head in range(3)], dim=-1)
    return names, "out", side_by_side @ matrix


def post_norm_layer():
    """PyTorch's own layer in the order of 2017, with its parts lent to the program."""
    with torch.random.fork_rng():
        torch.manual_seed(5)
        layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0, batch_first=True, dtype=torch.float64, norm_first=False)
        for norm in (layer.norm1, layer.norm2):
            nn.init.normal_(norm.weight)
    x = drawn(2, 5, 8)
    names = {
        "attend": lambda t: layer.self_attn(t, t, t)[0],
        "ffn": lambda t: layer.linear2(functional.relu(layer.linear1(t))),
        "norm_1": layer.norm1, "norm_2": layer.norm2, "torch": torch, "x": x,
    }  # fmt: skip
    return names, "out", layer(x).detach()


SET_UPS = {
    "code-causal-mask": causal_weights,
    "code-allowed-keys": causal_weights,
    "code-join-heads": joined_heads,
    "code-post-norm": post_norm_layer,
}
