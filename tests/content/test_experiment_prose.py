"""Experiments: every name on a card opens, and every number in their prose is computed."""

import math
from dataclasses import replace

import pytest
import torch

from attnquiz.sandbox.experiment import Mask
from attnquiz.sandbox.library import load as open_experiment
from attnquiz.sandbox.run import run

GOLDEN = {
    "additive", "cross", "first-gradient", "induction", "kv-cache", "mix", "nothing-left", "padded-batch",
    "same-output", "scaling", "shapes", "shuffle", "softmax", "thai-curry", "thai-curry-causal-hidden", "three-masks",
    "two-heads", "who-gets-gradient",
}  # fmt: skip


def opened(name, *said):
    """The run of an experiment, after making sure that its prose says all of the given things."""
    experiment = open_experiment(name)
    prose = " ".join(experiment.about.split())
    for words in said:
        assert words in prose, words
    return run(experiment, dtype=torch.float64)


def near(found, expected, tolerance=5e-3):
    assert found.flatten().tolist() == pytest.approx(expected, abs=tolerance)


def test_every_name_on_a_card_opens_and_is_computed(collection):
    referred = {card.see.name for card in collection.cards.values() if card.see}
    referred |= {card.body.preset for card in collection.cards.values() if hasattr(card.body, "preset")}
    assert referred >= GOLDEN
    for name in referred:
        found = run(open_experiment(name))
        assert found.agreement.holds
        assert found.experiment.title
        assert found.experiment.about


def test_softmax():
    found = opened("softmax", "scores 1.5, 0.5 and -1", "0.69, 0.25 and 0.06", "all three rows are alike")
    for row in range(3):
        near(found.trace.scores[0, row], [1.5, 0.5, -1], 1e-12)
        near(found.trace.weights[0, row], [0.69, 0.25, 0.06])


def test_mix():
    found = opened("mix", "0.6, 0.3 and 0.1", "(10, 0), (0, 10) and (10, 10)", "The mixture is (7, 4)")
    features = found.experiment.features
    left, right = features.index("left"), features.index("right")
    for row in range(3):
        near(found.trace.weights[0, row], [0.6, 0.3, 0.1], 1e-6)
        near(found.trace.mixed[0, row, [left, right]], [7, 4], 1e-5)
    assert found.trace.v[0][:, [left, right]].tolist() == [[10, 0], [0, 10], [10, 10]]


def test_same_output():
    found = opened("same-output", 'Head 0 spends 0.8 of every row on "terrible", head 1 spends 0.8 on "film"')
    terrible, film = (found.tokens.index(word) for word in ("terrible", "film"))
    near(found.trace.weights[0, :, terrible], [0.8] * 4, 1e-6)
    near(found.trace.weights[1, :, film], [0.8] * 4, 1e-6)
    assert found.trace.v[0, terrible].tolist() == found.trace.v[0, film].tolist()
    torch.testing.assert_close(found.trace.mixed[0], found.trace.mixed[1], atol=1e-12, rtol=0)
    assert (found.trace.weights[0] - found.trace.weights[1]).abs().max() > 0.7


def test_first_gradient():
    found = opened("first-gradient", "every score is 0, every weight 0.5", "+1 and -1 (first column)", "output is 0")
    assert found.trace.scores.eq(0).all()
    assert found.trace.weights.eq(0.5).all()
    assert found.trace.v[0, :, 0].tolist() == [1, -1]
    assert found.trace.output.eq(0).all()


def test_first_gradient_goes_to_the_scores_and_to_w_q_but_not_yet_to_w_k():
    found = opened("first-gradient", "the target of the first row is +1", "W_K has to wait")
    p = found.projections
    w_q, w_k = (w.clone().requires_grad_() for w in (p.w_q, p.w_k))
    x = found.x.clone()
    scores = (x @ w_q) @ (x @ w_k).T
    scores.retain_grad()
    output = (scores / math.sqrt(2)).softmax(dim=-1) @ (x @ p.w_v.clone())
    ((output[0, 0] - 1) ** 2).backward()
    assert scores.grad[0, 0] < 0, "descent pushes the score of +1 up"
    assert scores.grad[0, 1] > 0, "and that of -1 down"
    assert w_q.grad.abs().max() > 0.1
    assert w_k.grad.eq(0).all()


def test_additive():
    found = opened(
        "additive", "dot product: 1, 0 and -1", "= 0.96", "= 1.52", "tanh(0) + tanh(0) = 0", 'prefers "maison"'
    )
    near(found.trace.scores[0, 3, :3], [1, 0, -1], 1e-12)
    assert found.trace.weights[0, :, 3].eq(0).all(), "the column of the decoder state is hidden"
    state, encoder = found.x[3], found.x[:3]
    network = torch.tanh(encoder + state).sum(dim=-1)
    near(network, [0.96, 1.52, 0])
    near(network, [math.tanh(2) + math.tanh(0), 2 * math.tanh(1), 0], 1e-12)
    assert [found.tokens[scores.argmax()] for scores in (network, found.trace.scores[0, 3, :3])] == ["maison", "la"]


def test_cross():
    found = opened("cross", 'upper patches give 0.95 to "ball"', 'lower ones 0.95 to "grass"', "three words, then four")
    weights = found.trace.weights[0]
    assert weights[:, 3:].eq(0).all(), "the columns of the patches are hidden"
    near(weights[3:5, found.tokens.index("ball")], [0.95] * 2)
    near(weights[5:7, found.tokens.index("grass")], [0.95] * 2)
    assert len(found.tokens) == 7


def test_shapes():
    found = opened("shapes", "32 / 4 = 8", "are (4, 6, 6)", "mixes is (4, 6, 8)", "joined it is (6, 32)")
    t = found.trace
    assert {tuple(stage.shape) for stage in (t.scores, t.scaled, t.weights)} == {(4, 6, 6)}
    assert t.q.shape[-1] == 8
    assert (tuple(t.mixed.shape), tuple(t.joined.shape)) == ((4, 6, 8), (6, 32))


def test_kv_cache():
    found = opened("kv-cache", "6 tokens, 2 heads, and a key and a value of width 4 each make 96", "not seven")
    assert found.trace.k.numel() + found.trace.v.numel() == 96
    assert found.trace.k.shape == found.trace.v.shape == (2, 6, 4)
    shorter = run(replace(found.experiment, listed=found.tokens[:-1]), dtype=torch.float64)
    for name in ("k", "v", "mixed"):
        torch.testing.assert_close(shorter.tensor(name), found.tensor(name)[:, :5], atol=1e-12, rtol=0)
    torch.testing.assert_close(shorter.trace.output, found.trace.output[:5], atol=1e-12, rtol=0)
    unmasked = (run(replace(e, mask=Mask.NONE)).trace.output for e in (shorter.experiment, found.experiment))
    assert (next(unmasked) - next(unmasked)[:5]).abs().max() > 0.01, "without the mask, rows do change"


def test_who_gets_gradient():
    found = opened("who-gets-gradient", "4 x 8 x 8 = 256", "2 x 6 x 6 = 72", "the same for any sentence")
    p = found.projections
    assert sum(w.numel() for w in (p.w_q, p.w_k, p.w_v, p.w_o)) == 256
    assert found.trace.weights.numel() == 72
    other = run(replace(found.experiment, listed=("another", "text")), dtype=torch.float64)
    assert torch.equal(other.projections.w_q, p.w_q)
    assert other.trace.weights.numel() == 8


def test_induction():
    found = opened("induction", 'the second "Thai" spends 0.96 on "curry"', "The first five features", "the last five")
    last = found.trace.weights[0, -1]
    assert found.tokens[last.argmax()] == "curry"
    near(last[1:2], [0.96])
    guess = found.trace.output[-1]
    assert found.experiment.features[guess.argmax()] == "curry"
    identities = {token: found.x[i, :5].argmax().item() for i, token in enumerate(found.tokens)}
    for here in range(1, len(found.tokens)):
        assert found.x[here, 5:].argmax().item() == identities[found.tokens[here - 1]], "the note names the word before"
