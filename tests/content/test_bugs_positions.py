"""Programs on the bug cards about positions and decoding: run, mended and run again."""

import torch
from torch.nn import functional

from attnquiz.attention.attend import attend
from attnquiz.attention.mask import causal
from tests.content.programs import fixed, same


def test_the_causal_flag_leaves_a_single_new_query_the_first_key_alone(collection, program, executed):
    card = collection.cards["bug-decode-is-causal"]
    generator = torch.Generator().manual_seed(4)
    q, k, v = (torch.randn(2, 3, 5, 4, generator=generator, dtype=torch.float64) for _ in range(3))
    names = {"torch": torch, "F": functional, "q_new": q[:, :, 4:]}
    names |= {"k_past": k[:, :, :4], "v_past": v[:, :, :4], "k_new": k[:, :, 4:], "v_new": v[:, :, 4:]}
    buggy, mended = (executed(code, names) for code in (program(card), fixed(card, program(card))))
    for sentence in range(2):
        whole = attend(q[sentence], k[sentence], v[sentence], allowed=causal(5)).mixed
        same(mended["out"][sentence], whole[:, 4:])
    same(buggy["out"], v[:, :, :1])
    assert buggy["out"].shape == mended["out"].shape, "nothing crashes"
    assert (buggy["out"] - mended["out"]).abs().max() > 0.1
    same(buggy["k"], k)
    same(buggy["v"], v)
