"""Every computed answer beyond the paper, worked out anew by PyTorch or by counting, and what cards say in words."""

import math
from itertools import product

import pytest
import torch
from torch import nn
from torch.nn import functional

from attnquiz.cards.card import Kind
from attnquiz.cards.collection import load, shipped
from attnquiz.cards.expressions import evaluate
from attnquiz.cards.grading import Verdict, grade
from attnquiz.cards.truth import truth

COLLECTION = load(shipped())
DECK = {card.id: card for deck in COLLECTION.decks if deck.title == "Beyond the paper" for card in deck.cards}


def running_sum(m, t, a, b):
    """The old scores are not known, so some with this largest one and this sum: m, and others that make up the rest."""
    rest = t - 1
    old = [m] + ([m + math.log(rest / 4)] * 4 if rest else [])
    scores = torch.tensor([*old, a, b], dtype=torch.float64)
    assert math.isclose(sum(math.exp(score - m) for score in old), t)
    return (scores.logsumexp(dim=0) - scores.max()).exp().item()


def bytes_of_weights(h, n):
    one_row = torch.zeros(n, dtype=torch.float16)
    return h * n * one_row.nbytes / 10**9


def level_gap(b, r):
    levels = torch.linspace(-r, r, len(list(product((0, 1), repeat=b))), dtype=torch.float64)
    return (levels[1] - levels[0]).item()


def first_share(w, u, a, b):
    """Both values point along the same axis."""
    parts = torch.tensor([[w], [u]], dtype=torch.float64) * torch.tensor([[a, 0], [b, 0]], dtype=torch.float64)
    return (parts[0].norm() / parts.sum(dim=0).norm()).item()


def attended(scores, values):
    q, k, v = (torch.tensor(rows, dtype=torch.float64) for rows in ([[1.0]], [[s] for s in scores], values))
    return functional.scaled_dot_product_attention(q, k, v, scale=1)


def evenly(n, s, z):
    assert z == [s] * n
    return attended(z, torch.eye(n).tolist())[0, 0].item()


def behind_a_sink(z, n, v):
    return attended([z] + [0] * n, [[0]] + [[v]] * n).item()


def patches(B, H, p):
    cut = functional.unfold(torch.zeros(B, 3, H, H), p, stride=p)
    return tuple(cut.mT.shape)


def tokens_of_an_image(H, p):
    return patches(1, H, p)[1]


def scores_of_a_series(L, p):
    tokens = torch.zeros(L, dtype=torch.float64).unfold(0, p, p)
    return (tokens @ tokens.mT).numel()


def image_asks_text(B, h, s, t):
    places, words = torch.zeros(B, h, s, s, 8).flatten(2, 3), torch.zeros(B, h, t, 8)
    return tuple((places @ words.mT).shape)


def guided(u, c, s):
    return torch.lerp(torch.tensor(u, dtype=torch.float64), torch.tensor(c, dtype=torch.float64), s).item()


ANEW = {
    "num-flash-rescale": running_sum, "num-flash-table": bytes_of_weights, "num-quant-step": level_gap,
    "num-contribution": first_share, "num-no-match": evenly, "num-sink-share": behind_a_sink,
    "num-vit-tokens": tokens_of_an_image, "shape-vit-patches": patches, "num-series-patches": scores_of_a_series,
    "shape-text-map": image_asks_text, "num-guidance": guided,
}  # fmt: skip


@pytest.mark.parametrize("name", ANEW)
def test_the_truth_of_every_variant_is_found_another_way_too(name):
    card = DECK[name]
    for number, values in enumerate(card.variants):
        assert truth(card, number) == pytest.approx(ANEW[name](**values), rel=1e-9), values


@pytest.mark.parametrize("name", ANEW)
def test_every_wrong_rule_names_its_mistake_in_some_variant(name):
    card = DECK[name]
    for rule in card.body.wrong:
        answer = evaluate(rule.rule, card.variants[0])
        found = grade(card, 0, 0, str(answer))
        assert found.verdict is Verdict.WRONG
        assert found.misconception == rule.misconception


def test_every_computed_card_is_here():
    assert {name for name, card in DECK.items() if card.kind in (Kind.NUMERIC, Kind.SHAPE)} == set(ANEW)


# What cards say in words


def test_sums_over_blocks_end_in_plain_attention():
    """FlashAttention's steps in the order of the card, on two blocks of keys."""
    q, k, v = (torch.randn(*sides, generator=torch.Generator().manual_seed(4), dtype=torch.float64) for sides in
               ((3, 4), (6, 4), (6, 5)))  # fmt: skip
    largest, total, mixed = torch.full((3, 1), -math.inf, dtype=torch.float64), torch.zeros(3, 1), torch.zeros(3, 5)
    for block in (slice(0, 3), slice(3, 6)):
        scores = q @ k[block].T
        new = torch.maximum(largest, scores.amax(dim=-1, keepdim=True))
        total, mixed = total * (largest - new).exp(), mixed * (largest - new).exp()
        terms = (scores - new).exp()
        total, mixed, largest = total + terms.sum(dim=-1, keepdim=True), mixed + terms @ v[block], new
    expected = functional.scaled_dot_product_attention(q, k, v, scale=1)
    torch.testing.assert_close(mixed / total, expected, atol=1e-12, rtol=0)


def test_three_values_carry_158_bits_and_three_bits_tell_eight_apart():
    hidden = [part.hidden for part in DECK["cloze-ternary-bits"].body.parts if hasattr(part, "hidden")]
    assert hidden == [f"{math.log2(3):.2f}", str(len(list(product((0, 1), repeat=3))))] == ["1.58", "8"]


def test_the_unit_fires_at_one_input_alone():
    def fires(threshold):
        return {x for x in product((0, 1), repeat=3) if x[0] + x[1] - x[2] >= threshold}

    assert fires(2) == {(1, 1, 0)}, "the first two on, the third off"
    assert {x for x in fires(1) if not x[2]} == {(1, 0, 0), (0, 1, 0), (1, 1, 0)}, "either of the first two"


def test_pytorch_returns_the_mean_of_the_heads():
    """Two heads that each look at one key alone come back as 0.5, 0.5."""
    module = nn.MultiheadAttention(2, 2, bias=False, batch_first=True)
    one = torch.eye(2)
    module.load_state_dict({"in_proj_weight": torch.cat([one, one * 100, one]), "out_proj.weight": one})
    query, keys = torch.ones(1, 1, 2), torch.eye(2).unsqueeze(0)
    mean, each = (module(query, keys, keys, average_attn_weights=average)[1][0] for average in (True, False))
    assert mean.flatten().tolist() == pytest.approx([0.5, 0.5])
    assert each[:, 0].tolist() == [pytest.approx([1, 0]), pytest.approx([0, 1])]
    assert module(query, keys, keys)[1].shape == (1, 1, 2), "the mean is what comes back unless one asks"


def test_a_mask_and_equal_scores_favour_no_key():
    row = attended([0] * 10, torch.eye(10).tolist())
    assert row[0, 0].item() == pytest.approx(0.1)


def test_half_the_side_makes_sixteen_times_the_scores():
    one, other = (tokens_of_an_image(96, p) ** 2 for p in (16, 8))
    assert other == 16 * one


def test_a_bias_of_6_counts_about_400_fold():
    assert math.exp(6) == pytest.approx(400, rel=0.02)


def test_guidance_of_1_is_the_prediction_with_the_prompt():
    for values in DECK["num-guidance"].variants:
        assert guided(values["u"], values["c"], 1.0) == pytest.approx(values["c"])
