"""Numeric and shape cards on numbers, softmax and shapes: every answer and every fact, worked out another way."""

import math
from itertools import pairwise

import pytest
import torch
from torch import nn
from torch.nn import functional

from attnquiz.attention.attend import attend
from attnquiz.cards.grading import grade
from attnquiz.cards.truth import truth
from attnquiz.cards.verdict import Verdict
from attnquiz.sandbox.address import from_query
from attnquiz.sandbox.run import run
from attnquiz.ui import see


def doubles(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


def with_softmax(scores, temperature=1.0):
    return (doubles(*scores) / temperature).softmax(dim=-1)


ONCE_MORE = {
    "num-longer-vector": lambda q, a, b: max(doubles(*q) @ doubles(*a), doubles(*q) @ doubles(*b)),
    "num-inputs-swapped": lambda w, x, s: functional.linear(doubles(*reversed(x)), doubles(*w)),
    "num-neuron-relu": lambda w, x, b: functional.linear(doubles(*x), doubles(*w), doubles(b)[0]).relu(),
    "num-softmax-first": lambda s: with_softmax(s)[0],
    "num-large-scores": lambda a, b: with_softmax((a, b))[0],
    "num-temperature": lambda s, T: with_softmax(s, T)[0],
    "num-row-entropy": lambda w: torch.distributions.Categorical(doubles(*w)).entropy() / math.log(2),
    "num-softmax-slope": lambda p, r: torch.autograd.functional.jacobian(
        lambda scores: scores.softmax(dim=-1), doubles(p, r).log()
    )[0, 0],
    "num-multiplications": lambda n, m, p: sum(1 for _ in range(n) for _ in range(p) for _ in range(m)),
    "shape-batched-product": lambda a, b: tuple((torch.ones(a) @ torch.ones(b)).shape),
    "shape-shared-matrix": lambda x, W: tuple((torch.ones(x) @ torch.ones(W)).shape),
}


@pytest.mark.parametrize("name", ONCE_MORE)
def test_the_answer_of_every_variant_is_found_again(name, collection):
    card = collection.cards[name]
    for number, values in enumerate(card.variants):
        found = ONCE_MORE[name](**values)
        found = found if isinstance(found, tuple) else pytest.approx(float(found), abs=1e-9)
        assert truth(card, number) == found, values


def test_no_computed_card_of_this_deck_is_left_out(collection):
    deck = {card.id for card in collection.cards.values() if card.concept in CONCEPTS}
    computed = {name for name in deck if name.startswith(("num-", "shape-"))}
    assert computed == set(ONCE_MORE)


CONCEPTS = {
    "dot-product", "softmax", "softmax-stability", "softmax-temperature", "softmax-saturation", "tensor-shapes",
    "params-vs-activations",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "variant", "answer", "belief"),
    [
        ("num-longer-vector", 0, "2", "dot-is-cosine"),
        ("num-inputs-swapped", 0, "11", "neuron-forgets-order"),
        ("num-neuron-relu", 0, "1", "neuron-fires-or-not"),
        ("num-neuron-relu", 1, "1", "neuron-fires-or-not"),
        ("num-neuron-relu", 2, "3", "bias-is-threshold"),
        ("num-large-scores", 0, "0.5003", "softmax-is-share"),
        ("num-temperature", 0, "0.39", "temperature-divides-weights"),
        ("num-temperature", 1, "0.51", "temperature-inverted"),
        ("num-row-entropy", 0, "1.585", "entropy-counts-keys"),
        ("num-softmax-slope", 1, "0.9", "softmax-own-derivative"),
        ("num-softmax-slope", 2, "1", "slope-is-constant"),
        ("num-multiplications", 0, "8", "one-product-per-cell"),
        ("num-multiplications", 0, "18", "each-number-used-once"),
        ("shape-batched-product", 0, "2 3 4 5", "matmul-keeps-inner"),
        ("shape-batched-product", 1, "(7, 5, 2)", "matmul-keeps-first"),
        ("shape-shared-matrix", 0, "6 3", "batch-is-summed"),
    ],
)
def test_a_wrong_answer_is_traced_to_its_belief(name, variant, answer, belief, collection):
    found = grade(collection.cards[name], 0, variant, answer)
    assert (found.verdict, found.misconception) == (Verdict.WRONG, belief)


@pytest.mark.parametrize(
    ("name", "tensor", "expected"),
    [
        ("num-large-scores", "scores", lambda a, b: [a, b]),
        ("num-temperature", "scores", lambda s, T: s),
        ("num-row-entropy", "weights", lambda w: w),
        ("num-softmax-slope", "weights", lambda p, r: [p, r]),
    ],
)
def test_the_sandbox_opens_with_the_numbers_of_the_card(name, tensor, expected, collection):
    card = collection.cards[name]
    for number, values in enumerate(card.variants):
        reference = see.of(card, number)
        found = run(from_query({"experiment": reference.name, **reference.arguments}), dtype=torch.float64)
        assert found.of(tensor)[0].tolist() == pytest.approx(expected(**values))
        if name == "num-temperature":
            assert found.of("weights")[0, 0].item() == pytest.approx(truth(card, number))


# Facts in questions, feedback and reasons


def said(card, *words):
    told = [card.question, card.why or "", *(option.feedback for option in getattr(card.body, "options", ()))]
    whole = " ".join(" ".join(told).split())
    for each in words:
        assert each in whole, each


def test_the_longer_vector_points_aside_in_every_variant(collection):
    for values in collection.cards["num-longer-vector"].variants:
        q, a, b = (doubles(*values[name]) for name in "qab")
        larger, smaller = (a, b) if q @ a > q @ b else (b, a)
        cosines = [functional.cosine_similarity(q, each, dim=0) for each in (larger, smaller)]
        assert cosines[0] < cosines[1]
        assert larger.norm() > smaller.norm()


def test_of_two_positive_dot_products_the_larger_has_the_longer_vector_or_the_larger_cosine(collection):
    said(collection.cards["mc-larger-dot"], "(3, 0) beats (1, 1): 3 against 2", "(9, 9) gives 18, and q itself only 2")
    q = doubles(1, 1)
    assert [(q @ doubles(*each)).item() for each in ((3, 0), (1, 1), (9, 9))] == [3, 2, 18]
    generator = torch.Generator().manual_seed(5)
    q, a, b = torch.randn(3, 4000, 3, generator=generator, dtype=torch.float64)
    one, other = (q * a).sum(dim=-1), (q * b).sum(dim=-1)
    asked = (one > other) & (other > 0)
    longer = a.norm(dim=-1) > b.norm(dim=-1)
    nearer = functional.cosine_similarity(q, a) > functional.cosine_similarity(q, b)
    assert asked.sum() > 500
    assert (longer | nearer)[asked].all()
    assert not longer[asked].all()
    assert not nearer[asked].all()
    assert not ((q - a).norm(dim=-1) < (q - b).norm(dim=-1))[asked].all()


def test_the_sum_before_the_swap_is_as_the_card_says(collection):
    for values in collection.cards["num-inputs-swapped"].variants:
        assert values["s"] == sum(w * x for w, x in zip(values["w"], values["x"], strict=True))


def test_dividing_by_the_sum_gives_negative_shares_that_add_up_to_1(collection):
    said(collection.cards["mc-why-exponential"], "the shares 1, 0.5 and -0.5", "0.88 and 0.12, against 0.75 and 0.25")
    shares = doubles(2, 1, -1) / 2
    assert shares.tolist() == [1, 0.5, -0.5]
    assert shares.sum() == 1
    assert with_softmax((3, 1)).tolist() == pytest.approx([0.88, 0.12], abs=5e-3)
    assert (doubles(3, 1) / 4).tolist() == [0.75, 0.25]


def test_a_row_after_dropout_adds_up_to_1_on_average_and_hardly_ever_otherwise(collection):
    said(collection.cards["mc-row-dropout"], "the row adds up to 0.8", "the others add up to 1.07")
    assert [round(stay * 0.2 / 0.75, 2) for stay in (3, 4)] == [0.8, 1.07]
    with torch.random.fork_rng():
        torch.manual_seed(2)
        sums = functional.dropout(torch.full((20_000, 5), 0.2, dtype=torch.float64), 0.25).sum(dim=-1)
        module = nn.MultiheadAttention(8, 1, dropout=0.25, batch_first=True)
        x = torch.randn(1, 5, 8)
        trained = module(x, x, x)[1].sum(dim=-1)
    assert sums.mean().item() == pytest.approx(1, abs=0.01)
    assert not (sums - 1).abs().lt(1e-9).any()
    assert sums.max().item() == pytest.approx(5 * 0.2 / 0.75), "where nothing falls away, more than 1"
    assert not torch.allclose(trained, torch.ones(1, 5)), "PyTorch's layer does it too"


def test_what_a_score_of_7_is_worth_depends_on_its_row(collection):
    said(collection.cards["mc-score-alone"], "Beside 7 and 7 it gets a third", "which is about 403")
    assert with_softmax((7, 7, 7))[0].item() == pytest.approx(1 / 3)
    assert with_softmax((7, 0, 0))[0].item() > 0.99
    assert with_softmax((7, 20))[0].item() < 0.01
    seven, one = with_softmax((7, 1)).tolist()
    assert seven / one == pytest.approx(403, abs=0.5)


def test_a_vector_added_to_every_key_changes_no_weight():
    generator = torch.Generator().manual_seed(1)
    q, k, v = torch.randn(3, 1, 6, 4, generator=generator, dtype=torch.float64)
    bias = 10 * torch.randn(4, generator=generator, dtype=torch.float64)
    one, other = attend(q, k, v), attend(q, k + bias, v)
    assert (one.scores - other.scores).abs().max() > 1
    torch.testing.assert_close(one.weights, other.weights, atol=1e-12, rtol=0)
    module = nn.MultiheadAttention(8, 2)
    assert module.in_proj_bias.shape == (3 * 8,), "queries, keys and values: a bias each, by default"


def test_the_largest_score_has_to_be_subtracted_not_the_smallest():
    z = torch.tensor([1000.0, 0.0])
    assert (z - z.min()).exp().isinf().any()
    assert (z - z.max()).exp().max() == 1


def test_a_division_by_8_is_a_temperature_of_8():
    found, divided = (
        run(from_query({"experiment": "scaling", **settings}), dtype=torch.float64).of("weights")
        for settings in ({"temperature": "8"}, {"scale": "on"})
    )
    torch.testing.assert_close(found, divided, atol=1e-12, rtol=0)


def test_temperature_keeps_the_order_and_lowers_or_raises_the_entropy():
    scores = torch.randn(300, 9, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    rows = [(scores / t).softmax(dim=-1) for t in (0.2, 0.5, 1, 2, 10, 1000)]
    for row in rows:
        assert torch.equal(row.argsort(dim=-1), scores.argsort(dim=-1))
    bits = [torch.distributions.Categorical(row).entropy() / math.log(2) for row in rows]
    for colder, warmer in pairwise(bits):
        assert (colder < warmer).all()
    assert (bits[-1] - math.log2(9)).abs().max() < 1e-4


def test_the_slope_of_a_weight_is_largest_at_one_half(collection):
    said(collection.cards["steepest-slope"], "at one half: 0.25", "at 0.99 it is 0.0099")
    p = torch.linspace(0.001, 0.999, 999, dtype=torch.float64)
    slope = p * (1 - p)
    assert p[slope.argmax()].item() == pytest.approx(0.5)
    assert slope.max().item() == pytest.approx(0.25)
    assert slope[[9, 989]].tolist() == pytest.approx([0.0099, 0.0099])


def test_trained_parameters_and_scores_may_lie_anywhere_and_softmax_has_none_to_train():
    layer = nn.Linear(50, 50)
    assert 0.4 < (layer.weight < 0).double().mean().item() < 0.6
    assert list(nn.Softmax(dim=-1).parameters()) == []


def test_the_backward_pass_leaves_every_value_alone_and_the_optimiser_changes_parameters_only():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        first = nn.Linear(4, 4)
        x = torch.randn(5, 4)
    before = first.weight.clone()
    weights = (first(x) @ x.T).softmax(dim=-1)
    weights.retain_grad()
    kept = weights.detach().clone()
    optimiser = torch.optim.SGD(first.parameters(), lr=0.5)
    (weights @ x).square().sum().backward()
    assert torch.equal(first.weight, before)
    assert torch.equal(weights, kept)
    assert weights.grad.abs().max() > 0
    assert first.weight.grad.abs().max() > 0
    assert not weights.is_leaf
    assert first.weight.is_leaf
    optimiser.step()
    assert not torch.equal(first.weight, before)
    assert torch.equal(weights, kept), "the next forward pass makes new ones"
