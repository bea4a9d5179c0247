"""The programs on the bug cards about masks and blocks: the planted bug shows, and its fix mends it."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from tests.content.programs import drawn, fixed, same


@pytest.fixture(autouse=True)
def seeded():
    with torch.random.fork_rng():
        torch.manual_seed(13)
        yield


def test_a_padding_mask_on_the_rows_leaves_the_fillers_to_be_read(collection, program, executed):
    card = collection.cards["bug-padding-rows"]
    ids = torch.tensor([[5, 6, 7, 0], [8, 9, 0, 0]])
    q, k, v = (drawn(2, 3, 4, 5) for _ in range(3))
    names = {"math": math, "ids": ids, "PAD": 0, "q": q, "k": k, "v": v, "d_k": 5}
    buggy, mended = (executed(code, names) for code in (program(card), fixed(card, program(card))))
    same(mended["out"], functional.scaled_dot_product_attention(q, k, v, attn_mask=(ids != 0)[:, None, None, :]))
    for sentence, words in enumerate((3, 2)):
        assert mended["attn"][sentence, ..., words:].eq(0).all()
        assert buggy["out"][sentence, :, words:].isnan().all(), "the rows of the fillers are lost"
        assert (buggy["attn"][sentence, :, :words, words:] > 0).all(), "and every word still looks at the fillers"


@pytest.fixture
def decoder():
    """One layer of masked self-attention over embeddings with positions, and a linear map to a vocabulary of nine."""
    table, positions = nn.Embedding(9, 8), torch.randn(1, 6, 8)
    attention, last = nn.MultiheadAttention(8, 2, batch_first=True), nn.Linear(8, 9)

    def of(ids, hide):
        x = table(ids) + positions
        return last(x + attention(x, x, x, attn_mask=hide, need_weights=False)[0])

    return of


def test_a_mask_that_starts_one_later_shows_the_target(collection, program, executed, decoder):
    card = collection.cards["bug-mask-diagonal"]
    ids = torch.tensor([[1, 2, 3, 4, 5, 6, 7]])
    names = {"torch": torch, "F": functional, "decoder": decoder, "ids": ids}
    targets = []
    for code, leaks in ((program(card), True), (fixed(card, program(card)), False)):
        found = executed(code, names)
        assert found["loss"].isfinite()
        targets.append(found["y"])
        for place in range(5):
            other = ids.clone()
            other[0, place + 1] = 8  # the target of that place
            moved = (executed(code, names | {"ids": other})["logits"] - found["logits"])[0, : place + 1].abs().max()
            assert (moved > 1e-4) == leaks, place
            later = ids.clone()
            later[0, place + 2] = 8
            moved = (executed(code, names | {"ids": later})["logits"] - found["logits"])[0, : place + 1].abs().max()
            assert moved < 1e-5, "what comes after the target is hidden in both"
        hidden = executed(code, names)["hide"]
        seen = [[place for place in range(6) if not hidden[query, place]] for query in range(6)]
        assert seen[0] == ([0, 1] if leaks else [0])
    assert torch.equal(*targets)
    assert targets[0].tolist() == ids[:, 1:].tolist()
