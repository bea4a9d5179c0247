"""Computed answers on words, and facts that cards state: each found again in another way than the card finds it."""

import math
from itertools import pairwise

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader

from attnquiz.attention.mask import causal
from attnquiz.cards.card import Kind
from attnquiz.cards.truth import truth
from tests.content.merging import most_frequent_pairs


def bigram(text, a, b, **_):
    words = text.replace(",", "").split()
    after = [words[i + 1] for i in range(len(words) - 1) if words[i] == a]
    return after.count(b) / len(after)


def character_scores(c):
    tokens = 7
    return math.prod(torch.ones(tokens * c, tokens * c).shape) / math.prod(torch.ones(tokens, tokens).shape)


def table_size(V, d, n):
    return nn.Embedding.from_pretrained(torch.empty(V, d)).weight.numel()


def next_token_loss(s):
    return nn.functional.cross_entropy(torch.tensor(s, dtype=torch.float64), torch.tensor(0)).item()


def copied(n, s):
    inputs = set(range(1, n + 1))
    return sum(token + s in inputs for token in range(1, n + 1))


def sliding_windows(T, n):
    text = list(range(T))
    pairs = [(text[i : i + n], text[i + 1 : i + 1 + n]) for i in range(T)]
    return sum(len(inputs) == len(targets) == n for inputs, targets in pairs)


def batches(N, b):
    return len(DataLoader(range(N), batch_size=b))


def layers_until(k, n, gap):
    """Which inputs one output depends on, layer by layer from the top, until there are n."""
    depends, layers = {0}, 0
    while len(depends) < n:
        depends = {place + tap * gap(layers) for place in depends for tap in range(k)}
        layers += 1
    return layers


def plain_layers(k, n):
    return layers_until(k, n, lambda layer: 1)


def dilated_layers(k, n):
    return layers_until(k, n, lambda layer: k**layer)


def window_layers(w, r, n):
    """Which positions the last one depends on, layer by layer: the product of 0-1 tables."""
    assert w == r + 1
    one = causal(n) & ~causal(n).tril(-w)
    seen, layers = one, 1
    while not seen[-1, 0]:
        seen, layers = (seen.float() @ one.float()) > 0, layers + 1
    return layers


def faded(w, n):
    first = torch.zeros((), dtype=torch.float64, requires_grad=True)
    state = first
    for _ in range(n - 1):
        state = w * state + 0.3
    return torch.autograd.grad(state, first)[0].item()


def additive_score(a, b, c, e, f, g):
    s, h, v = (torch.tensor(entries, dtype=torch.float64) for entries in ([a, b], [c, e], [f, g]))
    return (v @ torch.tanh(s + h)).item()


def context_shape(B, S, H):
    return tuple(torch.bmm(torch.zeros(B, S).unsqueeze(1), torch.zeros(B, S, H)).shape)


ANEW = {
    "num-bigram-estimate": bigram, "num-character-scores": character_scores, "num-table-size": table_size,
    "num-next-token-loss": next_token_loss, "num-copied-targets": copied, "num-sliding-windows": sliding_windows,
    "num-batches": batches, "num-dilated-layers": dilated_layers, "num-window-layers": window_layers,
    "num-conv-layers": plain_layers, "num-rnn-fade": faded,
    "num-additive-score": additive_score, "shape-bmm-context": context_shape,
}  # fmt: skip


@pytest.mark.parametrize("name", ANEW)
def test_the_answer_found_in_another_way(collection, name):
    card = collection.cards[name]
    for number, names in enumerate(card.variants):
        assert truth(card, number) == pytest.approx(ANEW[name](**names), abs=1e-9), (name, names)


def test_every_computed_card_of_this_deck_is_found_in_another_way(collection):
    ours = [card for card in collection.cards.values() if card.deck == "words"]
    assert {card.id for card in ours if card.kind in (Kind.NUMERIC, Kind.SHAPE)} == {*ANEW}


def test_the_counts_on_the_bigram_card_are_those_of_its_texts(collection):
    for names in collection.cards["num-bigram-estimate"].variants:
        words = names["text"].replace(",", "").split()
        pairs = list(pairwise(words))
        assert pairs.count((names["a"], names["b"])) == names["pair"]
        assert words[:-1].count(names["a"]) == names["seen"]
        assert len(words) == names["words"]


def test_the_first_merge_of_byte_pair_encoding(collection):
    card = collection.cards["mc-bpe-first-merge"]
    words = card.question.split("The words are: ")[1].split(".")[0].split(", ")
    assert most_frequent_pairs(words) == (2, {("t", "o")})
    assert sum("s" in word and "e" in word for word in words) == 3
    assert [word for word in words if "se" in word] == ["see"]
    assert [word for word in words if "he" in word] == ["she"]


def test_a_batch_gives_a_gradient_to_the_rows_it_looks_up():
    table = nn.Embedding(50, 4)
    (table(torch.tensor([3, 7, 3])) ** 2).sum().backward()
    assert table.weight.grad.ne(0).any(dim=1).nonzero().flatten().tolist() == [3, 7]


def test_cross_entropy_looks_at_the_true_token_alone():
    shares = torch.tensor([0.97, 0.01, 0.02], dtype=torch.float64)
    assert nn.functional.cross_entropy(shares.log(), torch.tensor(1)).item() == pytest.approx(4.6, abs=0.01)
    assert -(shares * shares.log()).sum().item() < 0.2, "its entropy is low"
    shared = torch.tensor([0.97, 0.01, 0.001, 0.019], dtype=torch.float64)
    assert nn.functional.cross_entropy(shared.log(), torch.tensor(1)).item() == pytest.approx(-math.log(0.01))


def test_dilation_multiplies_the_reach():
    """Width 3: 3, 9, 27 positions, and PyTorch's convolutions agree."""
    inputs = found = torch.zeros(1, 1, 40, requires_grad=True)
    for layers, reach in ((1, 3), (2, 9), (3, 27)):
        assert dilated_layers(3, reach) == layers
        assert dilated_layers(3, reach + 1) == layers + 1
        found = torch.conv1d(found, torch.ones(1, 1, 3), dilation=3 ** (layers - 1))
        (gradient,) = torch.autograd.grad(found[0, 0, 0], inputs, retain_graph=True)
        assert gradient.count_nonzero() == reach


def test_no_stack_of_causal_layers_leads_from_the_last_position_to_the_first():
    one = causal(6).float()
    assert torch.linalg.matrix_power(one, 50)[0, 5] == 0
    assert one[5, 0] == 1


def test_without_tanh_the_question_would_not_matter():
    """v . (s + h) is one number from s, the same for every key, plus one from h."""
    generator = torch.Generator().manual_seed(2)
    s, other, v = (torch.randn(4, generator=generator, dtype=torch.float64) for _ in range(3))
    h = torch.randn(5, 4, generator=generator, dtype=torch.float64)
    torch.testing.assert_close(((s + h) @ v).softmax(dim=0), ((other + h) @ v).softmax(dim=0))
    assert (torch.tanh(s + h) @ v).softmax(dim=0).sub((torch.tanh(other + h) @ v).softmax(dim=0)).abs().max() > 0.01


def test_an_rnn_reads_any_length_with_the_same_parameters():
    layer = nn.RNN(3, 4, batch_first=True)
    for n in (20, 200):
        assert layer(torch.zeros(1, n, 3))[0].shape == (1, n, 4)


def test_an_open_gate_keeps_a_signal_that_a_plain_state_loses():
    """A GRU whose update gate says keep, beside a plain RNN that multiplies by 0.5 at every step."""
    gru, plain = nn.GRUCell(1, 1), nn.RNNCell(1, 1, nonlinearity="relu", bias=False)
    with torch.no_grad():
        for p in gru.parameters():
            p.zero_()
        gru.bias_ih[1] = 6.0  # the middle third is the update gate: 1 keeps the old state
        plain.weight_hh.fill_(0.5)
        plain.weight_ih.zero_()
    kept = lost = torch.ones(1, 1)
    for _ in range(99):
        kept, lost = gru(torch.zeros(1, 1), kept), plain(torch.zeros(1, 1), lost)
    assert kept.item() > 0.7
    assert lost.item() < 1e-20
