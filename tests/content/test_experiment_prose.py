"""Experiments: every name on a card opens, and every number in their prose is computed."""

import math
from dataclasses import replace

import pytest
import torch

from attnquiz.sandbox.experiment import Mask
from attnquiz.sandbox.library import load as open_experiment
from attnquiz.sandbox.library import names
from attnquiz.sandbox.run import run

GOLDEN = {
    "additive", "cross", "first-gradient", "induction", "kv-cache", "mix", "nothing-left", "padded-batch",
    "same-output", "scaling", "shapes", "shuffle", "softmax", "thai-curry", "thai-curry-causal-hidden", "three-masks",
    "two-heads", "who-gets-gradient",
}  # fmt: skip


def near(found, expected, tolerance=5e-3):
    assert found.flatten().tolist() == pytest.approx(expected, abs=tolerance)


def weights(found, query, head=0):
    """What a query gives to each key, by the names of the keys."""
    row = found.of("weights", head)[found.labels.index(query)].tolist()
    return dict(zip(found.key_labels, row, strict=True))


def test_every_name_on_a_card_is_an_experiment(collection):
    referred = {card.see.name for card in collection.cards.values() if card.see}
    referred |= {card.body.preset for card in collection.cards.values() if hasattr(card.body, "preset")}
    assert GOLDEN <= referred <= set(names())


@pytest.mark.parametrize("name", names())
def test_every_experiment_opens_says_what_it_shows_and_agrees_with_pytorch(name, changed):
    found = run(open_experiment(name))
    assert found.agreement.holds
    assert found.experiment.title
    assert len(found.experiment.about.split()) <= 180
    for layer in range(found.experiment.layers):
        assert run(found.experiment.changed(layer=layer)).agreement.holds


def test_softmax(opened, changed):
    found = opened("softmax", "scores 1.5, 0.5 and -1", "0.69, 0.25 and 0.06", "the query is 1")
    near(found.of("scores"), [1.5, 0.5, -1], 1e-12)
    near(found.of("weights"), [0.69, 0.25, 0.06])
    shifted = changed("softmax", edit="K.0.0:11.5,K.1.0:10.5,K.2.0:9")
    torch.testing.assert_close(shifted.of("weights"), found.of("weights"), atol=1e-12, rtol=0)


def test_mix(opened):
    found = opened("mix", "0.6, 0.3 and 0.1", "(10, 0), (0, 10) and (10, 10)", "The mixture is (7, 4)", "6, 3 and 1")
    near(found.of("weights"), [0.6, 0.3, 0.1], 1e-12)
    assert found.of("v").tolist() == [[10, 0], [0, 10], [10, 10]]
    near(found.of("mixed"), [7, 4], 1e-12)
    near(found.of("k").exp(), [6, 3, 1], 1e-12)


def test_same_output(opened):
    found = opened(
        "same-output", 'Head 0 spends 0.8 of every row on "terrible", head 1 spends 0.8 on "film"', "0.07 against 0.8",
        'value of "the" is 4 times as long', "adds a third as much",
    )  # fmt: skip
    for head, word in enumerate(("terrible", "film")):
        for query in found.labels:
            assert weights(found, query, head)[word] == pytest.approx(0.8, abs=1e-12)
            assert weights(found, query, head)["the"] == pytest.approx(0.07, abs=5e-3)
    v = dict(zip(found.key_labels, found.of("v"), strict=True))
    assert v["terrible"].tolist() == v["film"].tolist()
    assert v["the"].norm() == 4 * v["terrible"].norm()
    row = weights(found, "was")
    assert row["the"] * v["the"].norm() == pytest.approx(row["terrible"] * v["terrible"].norm() / 3)
    torch.testing.assert_close(found.of("mixed", 0), found.of("mixed", 1), atol=1e-12, rtol=0)
    assert (found.of("weights", 0) - found.of("weights", 1)).abs().max() > 0.7


def test_first_gradient(opened):
    found = opened("first-gradient", "both scores are 0, both weights 0.5", "values +1 and -1 cancel: the output is 0")
    assert found.of("scores").eq(0).all()
    assert found.of("weights").eq(0.5).all()
    assert found.of("v").tolist() == [[1], [-1]]
    assert found.of("output").eq(0).all()


def test_first_gradient_goes_to_the_scores_and_to_w_q_but_not_yet_to_w_k(opened):
    found = opened("first-gradient", "first row gets the gradient -0.71 and 0.71", "W_K gets none yet")
    m = {name: matrix.clone().requires_grad_() for name, matrix in found.inputs.items()}
    scores = (m["X"] @ m["W_Q"]) @ (m["MEMORY"] @ m["W_K"]).T
    scores.retain_grad()
    output = (scores / math.sqrt(2)).softmax(dim=-1) @ (m["MEMORY"] @ m["W_V"]) @ m["W_O"]
    ((output - 1) ** 2).sum().backward()
    assert scores.grad[0, 0] < 0, "descent pushes the score of +1 up"
    assert scores.grad[0, 1] > 0, "and that of -1 down"
    near(m["W_Q"].grad, [-0.7071, 0.7071, 0, 0], 5e-5)
    assert m["W_K"].grad.eq(0).all()


def test_the_first_step_of_training_can_be_taken_by_hand(opened, changed):
    opened("first-gradient", "write 0.71 and -0.71 into the first row of W_Q. The output becomes 0.46")
    near(changed("first-gradient", edit="W_Q.0.0:0.71,W_Q.0.1:-0.71").of("output"), [0.46])


def test_additive(opened, changed):
    found = opened(
        "additive", "tanh(2) + tanh(0) = 0.96", "tanh(1) + tanh(1) = 1.52", "tanh(0) + tanh(0) = 0",
        "0.32, 0.56 and 0.12", '"maison" gets most', "1, 0 and -1", '"la" comes first',
    )  # fmt: skip
    near(found.of("scores"), [0.96, 1.52, 0])
    near(found.of("scores"), [math.tanh(2) + math.tanh(0), 2 * math.tanh(1), 0], 1e-12)
    assert torch.equal(found.of("scaled"), found.of("scores")), "nothing is divided"
    near(found.of("weights"), [0.32, 0.56, 0.12])
    assert found.key_labels[found.of("scores").argmax()] == "maison"
    dot = changed("additive", scoring="dot")
    near(dot.of("scores"), [1, 0, -1], 1e-12)
    assert dot.key_labels[dot.of("scores").argmax()] == "la"


def test_cross(opened, changed):
    found = opened("cross", "2 rows and 4 columns", '"Hund" gives 0.95 to "dog" and "bellt" 0.95 to "barks"')
    assert found.of("weights").shape == (2, 4)
    assert weights(found, "Hund")["dog"] == pytest.approx(0.95, abs=5e-3)
    assert weights(found, "bellt")["barks"] == pytest.approx(0.95, abs=5e-3)
    assert len(found.of("output")) == 2
    other = changed("cross", edit="X.0.0:9")
    assert torch.equal(other.of("k"), found.of("k")), "keys and values come from the source alone"
    assert torch.equal(other.of("v"), found.of("v"))


def test_cross_text_image(opened):
    found = opened(
        "cross-text-image", "Four patches", "three words", 'upper patches give 0.95 to "ball"',
        'lower ones 0.95 to "grass"', "four results",
    )  # fmt: skip
    for patch, word in [("top left", "ball"), ("top right", "ball"), ("bottom left", "grass")]:
        assert weights(found, patch)[word] == pytest.approx(0.95, abs=5e-3)
    assert weights(found, "bottom right") == weights(found, "bottom left")
    assert len(found.of("output")) == 4


def test_shapes(opened):
    found = opened(
        "shapes", "32 / 4 = 8", "are (4, 6, 6)", "mixes is (4, 6, 8)", "joined it is (6, 32)", "(2, 4, 6, 6)",
        "joined heads (2, 6, 32)",
    )  # fmt: skip
    e = found.experiment
    assert {e.shape(stage) for stage in ("scores", "scaled", "weights")} == {(4, 6, 6)}
    assert (e.shape("q")[-1], e.shape("mixed"), e.shape("joined"), e.batch) == (8, (4, 6, 8), (6, 32), 2)
    for name in ("scores", "weights", "mixed", "joined"):
        assert tuple(found.tensor(name).shape) == e.shape(name)


def test_shapes_cross(opened):
    found = opened("shapes-cross", "3 words that ask and 9 that are asked", "(4, 3, 9)", "24 / 4 = 6", "is (4, 3, 6)")
    assert found.experiment.shape("scores") == (4, 3, 9) == tuple(found.tensor("weights").shape)
    assert tuple(found.tensor("mixed").shape) == (4, 3, 6)


def test_kv_cache(opened, changed):
    found = opened(
        "kv-cache", "6 tokens, 4 heads, and a key and a value of width 4 each make 192", "not seven",
        "96 numbers are kept", "48 are left",
    )  # fmt: skip
    assert found.trace.k.shape == found.trace.v.shape == (4, 6, 4)
    for shared, kept in ((None, 192), ("2", 96), ("1", 48)):
        with_fewer = changed("kv-cache", **({"kv_heads": shared} if shared else {}))
        assert with_fewer.trace.k.numel() + with_fewer.trace.v.numel() == kept
    shorter = run(replace(found.experiment, listed=found.tokens[:-1]), dtype=torch.float64)
    for name in ("k", "v", "mixed"):
        torch.testing.assert_close(shorter.tensor(name), found.tensor(name)[:, :5], atol=1e-12, rtol=0)
    torch.testing.assert_close(shorter.of("output"), found.of("output")[:5], atol=1e-12, rtol=0)
    unmasked = (run(replace(e, mask=Mask.NONE)).of("output") for e in (shorter.experiment, found.experiment))
    assert (next(unmasked) - next(unmasked)[:5]).abs().max() > 0.01, "without the mask, rows do change"


def test_who_gets_gradient(opened):
    found = opened(
        "who-gets-gradient", "4 x 8 x 8 = 256", "2 x 6 x 6 = 72", "the same for any sentence", "every one of the four"
    )
    learned = {name: found.inputs[name].clone().requires_grad_() for name in ("W_Q", "W_K", "W_V", "W_O")}
    assert sum(matrix.numel() for matrix in learned.values()) == 256
    assert found.tensor("weights").numel() == 72
    x = found.x.clone()
    q, k, v = ((x @ learned[name]).unflatten(1, (2, 4)).transpose(0, 1) for name in ("W_Q", "W_K", "W_V"))
    shares = (q @ k.mT / 2).softmax(dim=-1)
    torch.testing.assert_close(shares.detach(), found.tensor("weights"), atol=1e-12, rtol=0)
    ((shares @ v).transpose(0, 1).flatten(1) @ learned["W_O"]).square().sum().backward()
    assert all(matrix.grad.abs().max() > 0 for matrix in learned.values())
    other = run(replace(found.experiment, listed=("another", "text")), dtype=torch.float64)
    assert torch.equal(other.inputs["W_Q"], found.inputs["W_Q"])
    assert other.tensor("weights").numel() == 8


def test_induction(opened):
    found = opened(
        "induction", "a T5 bias of 8 on distance 1 sends more than 0.99 of a row to the word before",
        'second "Thai" finds "curry"', "spends more than 0.99 on it",
    )  # fmt: skip
    before, words = found.first, found.tokens
    for here in range(1, len(words)):
        assert before.of("weights")[here, here - 1] > 0.99
        note = found.x[here, 5:]
        if here > 1:
            assert found.experiment.features[5 + note.argmax()] == f"after {words[here - 1]}"
    assert weights(found, "Thai·2")["curry"] > 0.99
    guess = found.of("output")[-1]
    assert found.experiment.features[guess.argmax()] == "curry"
    assert guess.max() > 0.99


def test_neither_layer_of_the_induction_can_do_it_alone(opened, changed):
    opened("induction", "Neither layer can do this alone", "all scores are 0")
    first = changed("induction", layer="0")
    assert first.of("scores").eq(0).all()
    assert first.labels[first.of("weights")[-1].argmax()] == "basil", "layer 0 alone finds the word before"
    unwritten = changed("induction", edit=",".join(f"W_O.{i}.{i + 5}:0" for i in range(5)))
    assert weights(unwritten, "Thai·2")["curry"] < 0.01, "layer 1 finds nothing where no notes are written"


def test_scaling(opened, changed):
    found = opened("scaling", "64 numbers each", "16 keys", "variance 64", "dividing by 8")
    assert found.experiment.shape("q") == (1, 16, 64)
    scores = torch.cat([changed("scaling", seed=str(seed)).of("scores").flatten() for seed in range(30)])
    assert scores.var().item() == pytest.approx(64, rel=0.05)
    assert (scores.abs() > 8).double().mean() > 0.25, "often larger than 8"
    assert (found.of("weights").amax(dim=-1) > 0.5).double().mean() > 0.85, "nearly every row"
