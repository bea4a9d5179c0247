"""Lessons: one for every concept that is asked about, and every number in them computed."""

import math
import re

import pytest
import torch
from torch import nn

from attnquiz.attention.attend import attend
from attnquiz.attention.mask import causal
from attnquiz.cards.card import Kind
from attnquiz.cards.holes import precise
from attnquiz.cards.lint_words import length
from attnquiz.cards.sources import COMPUTED, cited
from attnquiz.cards.truth import truth
from attnquiz.sandbox.address import from_query
from attnquiz.sandbox.library import load as open_experiment
from attnquiz.sandbox.run import run


def test_every_concept_with_a_card_has_a_lesson(collection):
    assert {card.concept for card in collection.cards.values()} <= set(collection.lessons)


def test_lessons_are_a_paragraph_of_60_to_120_words(collection):
    for concept, lesson in collection.lessons.items():
        assert 60 <= length(lesson.text) <= 120, concept
        assert "\n\n" not in lesson.text, concept


def test_lessons_name_sources_that_exist_and_experiments_that_open(collection):
    for concept, lesson in collection.lessons.items():
        assert cited(lesson.source), concept
        assert set(cited(lesson.source)) <= {*collection.sources, COMPUTED}, concept
        if lesson.see:
            assert run(from_query({"experiment": lesson.see.name, **lesson.see.arguments})).agreement.holds


def test_a_lesson_opens_the_experiment_of_the_cards_wherever_there_is_one(collection):
    for card in collection.cards.values():
        if card.see and card.kind is not Kind.EXPERIMENT and card.concept != "multi-head-params":
            assert collection.lessons[card.concept].see, card.id


def test_a_lesson_does_not_give_away_the_answer_of_any_variant(collection, says_number):
    for card in collection.cards.values():
        if card.kind in (Kind.NUMERIC, Kind.SHAPE):
            for number in range(len(card.variants)):
                answer = precise(truth(card, number), card.body.tolerance)
                assert not says_number(collection.lessons[card.concept].text, answer), (card.id, answer)


def test_mathematics_in_lessons_is_closed(collection):
    for concept, lesson in collection.lessons.items():
        assert lesson.text.count("$") % 2 == 0, concept
        for formula in re.findall(r"\$([^$]*)\$", lesson.text):
            assert formula.count("{") == formula.count("}"), (concept, formula)


# The numbers


def weights_of(*scores):
    q, k = torch.ones(1, 1, 1, dtype=torch.float64), torch.tensor(scores, dtype=torch.float64).reshape(1, -1, 1)
    return attend(q, k, k, scale=False).weights[0, 0]


def test_ngram(lesson):
    lesson("ngram", "seen 40 times", "please\" 10 times", "$10/40 = 0.25$")
    assert 10 / 40 == 0.25


def test_softmax(lesson):
    lesson("softmax", "4.48, 1.65 and 0.37, together 6.50", "0.69, 0.25 and 0.06", "about 2.7")
    exponentials = [math.exp(score) for score in (1.5, 0.5, -1)]
    assert exponentials == pytest.approx([4.48, 1.65, 0.37], abs=5e-3)
    assert sum(exponentials) == pytest.approx(6.50, abs=5e-3)
    assert weights_of(1.5, 0.5, -1).tolist() == pytest.approx([0.69, 0.25, 0.06], abs=5e-3)
    assert weights_of(101.5, 100.5, 99).tolist() == pytest.approx(weights_of(1.5, 0.5, -1).tolist())
    assert math.e == pytest.approx(2.7, abs=0.05)


def test_additive_attention(lesson):
    lesson("additive-attention", "$v = (1, 1)$", "$(1, 0)$ and $(0, 1)$", r"$2\tanh(1) = 1.52$", "dot product is 0")
    s, h, v = (torch.tensor(entries, dtype=torch.float64) for entries in ([1, 0], [0, 1], [1, 1]))
    assert (v @ torch.tanh(s + h)).item() == pytest.approx(2 * math.tanh(1)) == pytest.approx(1.52, abs=5e-3)
    assert s @ h == 0


def test_cnn_receptive_field(lesson):
    lesson("cnn-receptive-field", "width 7", "13 positions and not 49", "adds 6", "$1 + L(k-1)$")
    x = torch.zeros(1, 1, 101, requires_grad=True)
    for layers, reach in ((1, 7), (2, 13), (3, 19)):
        found = x
        for _ in range(layers):
            found = torch.conv1d(found, torch.ones(1, 1, 7), padding=3)
        (gradient,) = torch.autograd.grad(found[0, 0, 50], x)
        assert gradient.count_nonzero() == reach == 1 + layers * 6


def test_params_vs_activations(lesson):
    lesson("params-vs-activations", r"4 \cdot 8 \cdot 8 = 256", r"2 \cdot 6 \cdot 6 = 72")
    lesson("params-vs-activations", "twenty words, they compute 800")
    experiment = open_experiment("who-gets-gradient")
    learned = run(experiment).inputs
    assert sum(learned[name].numel() for name in ("W_Q", "W_K", "W_V", "W_O")) == 256
    assert math.prod(experiment.shape("weights")) == 72
    assert 2 * 20 * 20 == 800


def test_attention_scores(lesson):
    lesson("attention-scores", "$(2, 1)$", "$(3, -1)$", r"$2 \cdot 3 + 1 \cdot (-1) = 5$")
    assert torch.tensor([2, 1]) @ torch.tensor([3, -1]) == 5


def test_scale_sqrt_dk(lesson):
    lesson("scale-sqrt-dk", "at width 100 a score of 10", "width 1200 with 12 heads", r"$\sqrt{100} = 10$")
    generator = torch.Generator().manual_seed(0)
    q, k = (torch.randn(20_000, 100, generator=generator, dtype=torch.float64) for _ in range(2))
    assert (q * k).sum(dim=-1).std().item() == pytest.approx(10, rel=0.02)
    assert math.sqrt(1200 / 12) == 10


def test_attention_weights(lesson):
    lesson("attention-weights", "$(0.7, 0.3)$ and $(0.6, 0.4)$", "the first key 1.3 in total and the second 0.7")
    assert torch.tensor([[0.7, 0.3], [0.6, 0.4]]).sum(dim=0).tolist() == pytest.approx([1.3, 0.7])


def test_weighted_sum(lesson):
    lesson("weighted-sum", "0.6, 0.3 and 0.1", "$(10, 0)$, $(0, 10)$ and $(10, 10)$", "+ 0.1 \\cdot 10 = 7$", "= 4$")
    mixed = torch.tensor([0.6, 0.3, 0.1]) @ torch.tensor([[10.0, 0], [0, 10], [10, 10]])
    assert mixed.tolist() == pytest.approx([7, 4])


def test_attention_equation(lesson):
    lesson("attention-equation", "from (3, 2) by way of (3, 3) back to (3, 2)")
    trace = attend(*(torch.randn(1, 3, 2) for _ in range(3)))
    assert [tuple(stage.shape[1:]) for stage in (trace.q, trace.weights, trace.mixed)] == [(3, 2), (3, 3), (3, 2)]


def test_attention_gradients(lesson):
    lesson("attention-gradients", "weights 0.5 and 0.5, values 4 and 10, target 8: the mixture 7 is too low")
    s = torch.zeros(2, requires_grad=True)
    mixture = s.softmax(dim=-1) @ torch.tensor([4.0, 10.0])
    ((mixture - 8) ** 2).backward()
    assert mixture.item() == pytest.approx(7)
    assert s.grad[0] > 0, "descent pushes the score of the 4 down"
    assert s.grad[1] < 0, "and that of the 10 up"


def test_causal_mask(lesson):
    lesson("causal-mask", "row 2 has two keys, row 20 has twenty")
    assert causal(20).sum(dim=-1)[[1, 19]].tolist() == [2, 20]


def test_mask_before_softmax(lesson):
    lesson("mask-before-softmax", "$e^0 = 1$", "leaves the first at 0.5")
    assert weights_of(3, -math.inf).tolist() == [1, 0]
    assert weights_of(3, 3).tolist() == [0.5, 0.5]


def test_fully_masked_row(lesson):
    lesson("fully-masked-row", "four keys get 0.25 each")
    assert torch.tensor([2.0, 1, 3, 0]).masked_fill(torch.ones(4, dtype=torch.bool), -1e9).softmax(-1).eq(0.25).all()


def test_multi_head_shapes(lesson):
    lesson("multi-head-shapes", "6 tokens, d_model 32 and 4 heads", "(4, 6, 8)", "(4, 6, 6)", "(6, 32)")
    trace = run(open_experiment("shapes")).trace
    stages = (trace.q, trace.scores, trace.mixed, trace.joined)
    assert [tuple(stage.shape) for stage in stages] == [(4, 6, 8), (4, 6, 6), (4, 6, 8), (6, 32)]


def test_multi_head_params(lesson):
    lesson("multi-head-params", r"$4 \cdot 100 + 4 \cdot 10 = 440$", "two heads every head uses 5", "five heads 2")
    for heads in (2, 5):
        assert sum(p.numel() for p in nn.MultiheadAttention(10, heads).parameters()) == 440
    assert (10 // 2, 10 // 5) == (5, 2)


def test_cross_attention(lesson):
    lesson("cross-attention", "10 decoder tokens before 14 source tokens make 10 rows of 14 scores")
    asking, asked = torch.randn(1, 10, 4), torch.randn(1, 14, 4)
    trace = attend(asking, asked, asked)
    assert tuple(trace.scores.shape) == (1, 10, 14)
    assert len(trace.output) == 10, "as many results as questions"


def test_permutation_equivariance(lesson):
    lesson("permutation-equivariance", "there a token still sees its past as a set")
    x = torch.randn(5, 3, dtype=torch.float64)
    past = [3, 1, 0, 2, 4]
    one, other = (attend(t[None], t[None], t[None], allowed=causal(5)).output[-1] for t in (x, x[past]))
    torch.testing.assert_close(one, other, atol=1e-12, rtol=0)


def test_time_series(lesson):
    lesson("time-series", "10, 15, 20 rises and 20, 15, 10 falls, yet both average 15")
    assert sum((10, 15, 20)) / 3 == 15


def test_attention_vs_explanation(lesson):
    lesson("attention-vs-explanation", "0.7 of a vector of length 0.1", "0.07", "0.3 of a vector of length 4 adds 1.2")
    assert round(0.7 * 0.1, 9) == 0.07
    assert round(0.3 * 4, 9) == 1.2


def test_induction_heads(lesson):
    text = lesson("induction-heads", 'the last word thus finds "curry", whose note says "after Thai"')
    experiment = open_experiment("induction")
    assert experiment.tokens[0] == "[start]", "an empty one, which the lesson leaves out"
    assert f'In "{" ".join(experiment.tokens[1:])}"' in text
    assert "after Thai" in experiment.features


def test_diffusion_cross_attention(lesson):
    lesson("diffusion-cross-attention", "16 by 16 places and a prompt of 5 tokens", "256 rows and 5 columns")
    assert 16 * 16 == 256
