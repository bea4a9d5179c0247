"""Numbers asked for and facts told on the cards about attention, computed once more and in another way."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from attnquiz.cards.card import Kind
from attnquiz.cards.grading import Verdict, grade
from attnquiz.cards.truth import truth
from attnquiz.sandbox.address import from_query
from attnquiz.sandbox.run import run
from attnquiz.ui import see


def tensor(entries):
    return torch.tensor(entries, dtype=torch.float64)


def query_matrix(n, d, k):
    x = torch.zeros(n, d)
    layer = nn.Linear(d, k, bias=False)  # it keeps the transpose
    assert layer(x).shape == (n, k)
    return tuple(layer.weight.T.shape)


def first_score_gradient(a, v, g):
    scores = tensor(a).log().requires_grad_()
    (g * (scores.softmax(dim=-1) @ tensor(v))).sum().backward()
    return scores.grad[0].item()


def query_gradient(g, K):
    query = torch.zeros(4, dtype=torch.float64, requires_grad=True)
    ((tensor(K) @ query / math.sqrt(4)) @ tensor(g)).backward()
    return query.grad.tolist()


def share_of_scores(n, d):
    """Every multiplication of a layer with eight heads, counted product by product."""
    h = 8
    projections = 4 * n * d * d
    scores = h * n * n * (d // h)
    mixing = h * n * (d // h) * n
    return (scores + mixing) / (projections + scores + mixing)


TRUTHS = {
    "num-project-query": lambda x, W: (tensor([x]) @ tensor(W))[0].tolist(),
    "num-score-cell": lambda Q, K: (tensor(Q) @ tensor(K).T)[1, 0].item(),
    "num-weight-curry": lambda s, d, m: functional.softmax(tensor([s, *[0] * m]) / math.sqrt(d), dim=0)[0].item(),
    "num-weight-received": lambda A: tensor(A).sum(dim=0)[0].item(),
    "num-output-vector": lambda w, V: [sum(a * v[i] for a, v in zip(w, V, strict=True)) for i in range(2)],
    "num-share-of-output": lambda w, u, a, b: (tensor([w * a]).norm() / tensor([w * a + u * b]).norm()).item(),
    "num-share-of-scores": share_of_scores,
    "num-score-gradient": first_score_gradient,
    "num-gradient-at-query": query_gradient,
    "shape-query-matrix": query_matrix,
    "shape-score-table": lambda m, n, d: tuple((torch.zeros(m, d) @ torch.zeros(n, d).T).shape),
}


def test_every_number_and_shape_of_this_deck_is_computed_here(collection):
    deck = {card.id for card in collection.cards.values() if card.path.name == "03-attention.md"}
    computed = {name for name in deck if collection.cards[name].kind in (Kind.NUMERIC, Kind.SHAPE)}
    assert computed == set(TRUTHS)


@pytest.mark.parametrize("name", TRUTHS)
def test_the_answer_is_what_another_way_of_computing_gives(collection, name):
    card = collection.cards[name]
    for number, values in enumerate(card.variants):
        found = TRUTHS[name](**values)
        expected = truth(card, number)
        assert found == (expected if card.kind is Kind.SHAPE else pytest.approx(expected, abs=1e-9)), (name, number)
        written = ", ".join(map(str, found)) if isinstance(found, list | tuple) else f"{found:.4f}"
        assert grade(card, 0, number, written).verdict is Verdict.RIGHT, (name, number, written)


# What the cards open


def shown(collection, name, variant=0):
    reference = see.of(collection.cards[name], variant)
    return run(from_query({"experiment": reference.name, **reference.arguments}), dtype=torch.float64)


def test_the_score_table_opens_with_the_sides_of_the_card(collection):
    card = collection.cards["shape-score-table"]
    for number, values in enumerate(card.variants):
        found = shown(collection, card.id, number)
        assert tuple(found.of("scores").shape) == truth(card, number)
        assert found.of("q").shape[-1] == values["d"]


@pytest.mark.parametrize("name", ["num-share-of-output", "num-score-gradient"])
def test_the_mixture_opens_with_the_weights_of_the_card(collection, name):
    card = collection.cards[name]
    for number, values in enumerate(card.variants):
        found = shown(collection, name, number)
        weights = values.get("a") if name == "num-score-gradient" else [values["w"], values["u"]]
        assert found.of("weights")[0].tolist() == pytest.approx(weights)


# What the cards say


def test_a_single_key_gets_all_the_weight(collection):
    found = shown(collection, "one-word-text")
    assert found.of("weights")[0].tolist() == [1, 0, 0, 0, 0]
    assert found.of("mixed")[0].tolist() == found.of("v")[0].tolist()


def test_what_curry_and_make_score(collection):
    found = shown(collection, "mc-what-a-score-says")
    make, curry = found.labels.index("make"), found.labels.index("curry")
    assert found.of("scores")[make, curry] == found.of("scores")[make].max() > 0
    assert found.of("scores")[curry, make] == 0


def test_with_one_matrix_for_both_the_scores_are_symmetric_and_the_weights_are_not():
    generator = torch.Generator().manual_seed(0)
    x, w = (torch.randn(4, 4, generator=generator, dtype=torch.float64) for _ in range(2))
    scores = (x @ w) @ (x @ w).T / 8
    torch.testing.assert_close(scores, scores.T, atol=1e-12, rtol=0)
    assert (scores.softmax(dim=-1) - scores.softmax(dim=-1).T).abs().max() > 0.1


def test_a_score_of_four_among_other_scores(collection):
    assert "0.93 of the weight, beside four scores of 8 less than 0.01" in collection.cards["score-alone"].why
    assert tensor([4, 0, 0, 0, 0]).softmax(dim=0)[0].item() == pytest.approx(0.93, abs=5e-3)
    assert tensor([4, 8, 8, 8, 8]).softmax(dim=0)[0] < 0.01
    assert shown(collection, "score-alone").of("scores")[0].tolist() == [4, 0, 0, 0, 0]


def test_divided_by_the_width_scores_hardly_spread(collection):
    found = shown(collection, "divided-by-width")
    assert found.of("q").shape[-1] == 1024
    assert found.of("scaled").std().item() == pytest.approx(1 / 32, rel=0.2)
    assert found.of("weights").amax().item() < 0.08, "of 16 keys, so nearly 1/16"
    assert (found.of("scores") / 32).std().item() == pytest.approx(1, rel=0.2)


def test_what_keys_receive_in_the_thai_curry(collection):
    card = collection.cards["heat-most-received"]
    found = shown(collection, card.id)
    received = dict(zip(found.key_labels, found.of("weights").sum(dim=0), strict=True))
    assert max(received, key=received.get) == "curry"
    assert "1.71 against 1.51" in card.why
    said = {"curry": 1.71, "Thai": 1.51, "how": 0.59}
    assert {name: round(received[name].item(), 2) for name in said} == said
    assert grade(card, 0, 0, "column curry").verdict is Verdict.RIGHT
    assert grade(card, 0, 0, "column Thai").misconception == "peak-is-total"


def test_equal_keys_give_the_plain_average(collection):
    found = shown(collection, "mc-all-keys-alike")
    assert found.of("weights")[0].tolist() == pytest.approx([1 / 3] * 3)
    torch.testing.assert_close(found.of("mixed")[0], found.of("v").mean(dim=0))


def test_without_softmax_the_product_may_be_taken_from_the_right():
    generator = torch.Generator().manual_seed(1)
    q, k, v = (torch.randn(9, 3, generator=generator, dtype=torch.float64) for _ in range(3))
    assert (k.T @ v).shape == (3, 3)
    torch.testing.assert_close((q @ k.T) @ v, q @ (k.T @ v))


def test_where_the_multiplications_of_a_layer_go(collection):
    options = collection.cards["mc-where-multiplications-go"].body.options
    assert "eight times" in options[0].feedback
    n, d = 256, 1024
    assert 4 * n * d * d == 8 * (2 * n * n * d)
    assert share_of_scores(n, d) == pytest.approx(1 / 9)
    assert share_of_scores(2 * d, d) == 0.5, "equal where n is twice d"


def test_attention_against_recurrence(collection):
    assert "about a tenth; with 5000 tokens nearly ten times" in collection.cards["cheaper-than-recurrence"].why
    recurrence, attention = (lambda n: n * 512**2), (lambda n: n**2 * 512)
    assert attention(50) / recurrence(50) == pytest.approx(0.1, abs=0.005)
    assert attention(5000) / recurrence(5000) == pytest.approx(9.8, abs=0.05)


def test_backward_fills_in_a_gradient_and_changes_no_number():
    layer = nn.Linear(3, 2, bias=False)
    before = layer.weight.detach().clone()
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    layer(torch.ones(3)).square().sum().backward()
    assert torch.equal(layer.weight, before)
    assert layer.weight.grad.abs().sum() > 0
    optimizer.step()
    assert not torch.equal(layer.weight, before)


def test_the_scores_above_the_mixture_rise(collection):
    found = shown(collection, "mc-which-scores-rise")
    assert found.of("mixed").item() == pytest.approx(3.3)
    scores = found.of("scores")[0].clone().requires_grad_()
    output = scores.softmax(dim=-1) @ found.of("v")[:, 0].clone()
    (-output).backward()  # the loss asks for more
    assert (scores.grad < 0).tolist() == [False, True, True], "descent raises those of 5 and 9"
