"""Every program on a bug card is run: a planted bug shows, its fix mends it, and a clean program is clean."""

import math
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional

from attnquiz.attention.attend import attend, join_heads, split_heads
from attnquiz.attention.mask import causal
from attnquiz.cards.card import Kind
from attnquiz.cards.collection import load, shipped
from tests.content.programs import drawn, fixed, same

CARDS = {card.id: card for card in load(shipped()).cards.values() if card.kind is Kind.BUG}


@pytest.fixture(autouse=True)
def seeded():
    with torch.random.fork_rng():
        torch.manual_seed(11)
        yield


def apart(x, matrix, heads):
    """(B, h, n, d_k): each head's columns of each token, by slicing one sentence after the other."""
    return torch.stack([split_heads(sentence @ matrix, heads) for sentence in x])


def test_the_scale_is_the_width_of_a_head(program, executed):
    card = CARDS["bug-scale-width"]
    h, d_model, d_k, n = 8, 512, 64, 6
    x = drawn(1, n, d_model)
    names = {name: drawn(d_model, d_model) / math.sqrt(d_model) for name in ("W_q", "W_k", "W_v")}
    names |= {"math": math, "x": x, "d_model": d_model, "d_k": d_k}
    names["heads"] = lambda t: t.unflatten(-1, (h, d_k)).transpose(1, 2)
    q, k, v = (apart(x, names[name], h) for name in ("W_q", "W_k", "W_v"))
    reference = functional.scaled_dot_product_attention(q, k, v)
    buggy, mended = (executed(code, names) for code in (program(card), fixed(card, program(card))))
    same(mended["out"], reference)
    assert (buggy["out"] - reference).abs().max() > 0.01
    same(mended["scores"] / buggy["scores"], torch.full((1, h, n, n), math.sqrt(8), dtype=torch.float64))
    assert math.sqrt(d_model) == pytest.approx(22.6, abs=0.05)
    assert math.sqrt(8) == pytest.approx(2.8, abs=0.05)


def test_a_mask_after_softmax_leaves_forbidden_tokens_in_the_denominator(program, executed):
    card = CARDS["bug-mask-after-softmax"]
    code, mask = program(card), card.body.fix.removesuffix(" placed before softmax")
    product, softmax, masking, mixing = code.split("\n")
    assert card.body.line == 3
    assert masking.startswith("attn = attn.masked_fill")
    mended = "\n".join([product, mask, softmax, mixing])
    q, k, v = drawn(1, 5, 4), drawn(1, 5, 4), drawn(1, 5, 4)
    names = {"math": math, "q": q, "k": k, "v": v, "d_k": 4, "hide": ~causal(5)}
    future = names | {"k": torch.cat([k[:, :4], k[:, 4:] + 1], dim=1)}
    same(executed(mended, names)["attn"], attend(q, k, v, allowed=causal(5)).weights)
    same(executed(mended, future)["out"][:, :4], executed(mended, names)["out"][:, :4])
    buggy = executed(code, names)
    assert (buggy["attn"].sum(dim=-1)[0, :4] < 0.999).all(), "rows do not sum to 1"
    assert (executed(code, future)["out"] - buggy["out"])[:, :4].abs().max() > 1e-3, "the future leaks in"
    same(buggy["attn"] / buggy["attn"].sum(dim=-1, keepdim=True), executed(mended, names)["attn"])


def test_true_means_ignored_in_nn_multiheadattention(program, executed):
    card = CARDS["bug-mask-polarity"]
    x = torch.randn(1, 3, 8)
    names = {"torch": torch, "nn": nn, "x": x}

    def run(code):
        torch.manual_seed(3)
        return executed(code, names)

    buggy, mended = run(program(card)), run(fixed(card, program(card)))
    assert buggy["w"][..., 2].eq(1).all(), "all the weight lies on the padding"
    assert mended["w"][..., 2].eq(0).all()
    words = x[:, :2]
    torch.testing.assert_close(mended["out"], mended["mha"](x, words, words)[0], atol=1e-6, rtol=0)
    q = torch.randn(1, 3, 8)
    taking_part = functional.scaled_dot_product_attention(q, x, x, attn_mask=mended["keep"])
    torch.testing.assert_close(taking_part, functional.scaled_dot_product_attention(q, words, words))


@pytest.fixture
def several_heads():
    """Names for programs that split and join, and what PyTorch gives for them before and after W_O."""
    sizes = {"B": 2, "h": 3, "n": 4, "d_k": 5}
    width = 15
    x, matrices = drawn(2, 4, width), {name: drawn(width, width) / 4 for name in ("W_q", "W_k", "W_v", "W_o")}
    module = nn.MultiheadAttention(width, 3, bias=False, batch_first=True, dtype=torch.float64)
    joined = torch.cat([matrices[name] for name in ("W_q", "W_k", "W_v")], dim=1)
    module.load_state_dict({"in_proj_weight": joined.T, "out_proj.weight": matrices["W_o"].T})
    q, k, v = (apart(x, matrices[name], 3) for name in ("W_q", "W_k", "W_v"))
    before = torch.stack([join_heads(mixed) for mixed in functional.scaled_dot_product_attention(q, k, v)])
    return {"math": math, "x": x, **sizes, **matrices}, before, module(x, x, x)[0].detach()


def test_a_view_alone_gives_head_0_the_first_tokens(program, executed, several_heads):
    card = CARDS["bug-split-heads"]
    names, before, _ = several_heads
    buggy, mended = (executed(code, names) for code in (program(card), fixed(card, program(card))))
    same(mended["out"], before)
    assert buggy["out"].shape == before.shape, "nothing crashes"
    assert (buggy["out"] - before).abs().max() > 0.01
    wide = names["x"] @ names["W_q"]
    same(buggy["q"][:, 0].flatten(1), wide.flatten(1)[:, : 4 * 5])
    same(mended["q"][:, 0], wide[..., :5])


def test_a_view_alone_gives_head_0_all_columns_of_the_first_tokens(program, executed):
    """With two heads: the first half of the tokens, whole, and nothing of the second half."""
    lines = program(CARDS["bug-split-heads"]).split("\n")
    t = torch.arange(8.0).reshape(1, 2, 4)
    left = executed("\n".join([*lines[:2], "found = heads(t)"]), {"t": t, "B": 1, "h": 2, "n": 2, "d_k": 2})
    assert left["found"][0, 0].flatten().tolist() == [0, 1, 2, 3]


def test_splitting_and_joining_the_right_way_is_what_pytorch_does(program, executed, several_heads):
    card = CARDS["bug-join-heads"]
    names, _, after = several_heads
    assert (card.body.line, card.body.fix, card.fault) == (0, "", None)
    same(executed(program(card), names)["out"], after)


def test_every_program_on_a_bug_card_is_run_in_a_test():
    tests = "".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_bug*.py"))
    assert [name for name in CARDS if f'"{name}"' not in tests] == []


def test_some_programs_are_clean():
    clean = [card.id for card in CARDS.values() if card.body.line == 0]
    assert clean
    assert len(CARDS) - len(clean) >= 3, "three fixes to choose from, one of them true"


def test_a_question_that_tells_of_no_symptom_leaves_it_open_whether_there_is_a_bug():
    for card in CARDS.values():
        assert "if any" in card.question or "rows do not sum to 1" in card.question, card.id
