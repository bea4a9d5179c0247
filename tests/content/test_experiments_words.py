"""Experiments on words: what their prose and their cards say, computed anew."""

import math

import pytest
import torch

QUERY = torch.tensor([2.0, 1], dtype=torch.float64)
WORDS = {"stew": (2, 0), "curry": (2, 1), "Thai": (0, 2), "French": (0, 2), "boil": (-1, 1), "bake": (-1, 0)}
CATEGORIES = [["stew", "curry"], ["Thai", "French"], ["boil", "bake"]]


def vote(*hidden):
    """The share of each category, by plain loops, and that of each word."""
    exps = {word: math.exp((2 * x + y) / math.sqrt(2)) if word not in hidden else 0.0 for word, (x, y) in WORDS.items()}
    total = sum(exps.values())
    return [sum(exps[word] for word in group) / total for group in CATEGORIES], exps["curry"] / total


def test_a_missing_word_is_put_to_the_vote(opened, changed):
    found = opened("category-vote", "0.85 for dish, 0.14 for cuisine and 0.01 for action", "cuisine rises to 0.92")
    assert found.of("mixed")[0].tolist() == pytest.approx(vote()[0])
    assert vote()[0] == pytest.approx([0.85, 0.14, 0.01], abs=5e-3)
    without = changed("category-vote", flips="0.0,0.1")
    assert without.of("mixed")[0].tolist() == pytest.approx(vote("stew", "curry")[0])
    assert vote("stew", "curry")[0] == pytest.approx([0, 0.92, 0.08], abs=5e-3)


def test_what_the_card_on_the_vote_expects(collection, opened, changed):
    card = collection.cards["exp-category-vote"]
    for said in ("0.85, 0.14, 0.01", "0, 0.92, 0.08", "0.57"):
        assert said in card.body.expect
    assert vote()[1] == pytest.approx(0.57, abs=5e-3)
    found = opened("category-vote")
    assert found.of("k")[1].tolist() == found.of("q")[0].tolist() == QUERY.tolist()
    assert found.of("scores")[0].tolist() == [4, 5, 2, 2, -1, -2]
    assert changed("category-vote", flips="0.0,0.1").of("weights")[0, :2].eq(0).all()


def additive(*states):
    """v . tanh(s + h) with s = (1, 0) and v = (1, 1), and the weights, by plain loops."""
    scores = [math.tanh(1 + x) + math.tanh(0 + y) for x, y in states]
    total = sum(map(math.exp, scores))
    return scores, [math.exp(score) / total for score in scores]


@pytest.mark.parametrize(
    ("first", "edit", "scores", "weights"),
    [
        ((1, 0), "MEMORY.0.0:1", [0.96, 1.52, 0], [0.32, 0.56, 0.12]),
        ((100, 0), "MEMORY.0.0:100", [1.00, 1.52, 0], [0.33, 0.55, 0.12]),
    ],
)
def test_a_huge_state_meets_the_ceiling_of_tanh(collection, changed, first, edit, scores, weights):
    expected = collection.cards["exp-additive"].body.expect
    assert ", ".join(f"{entry:.2f}" if entry else "0" for entry in scores) in expected
    assert ", ".join(f"{entry:.2f}" for entry in weights) in expected
    found = changed("additive", edit=edit)
    by_hand, shares = additive(first, (0, 1), (-1, 0))
    assert found.of("scores")[0].tolist() == pytest.approx(by_hand)
    assert found.of("weights")[0].tolist() == pytest.approx(shares)
    assert by_hand == pytest.approx(scores, abs=5e-3)
    assert shares == pytest.approx(weights, abs=5e-3)
    assert found.key_labels[found.of("weights")[0].argmax()] == "maison"


def test_a_dot_product_follows_the_huge_state(collection, changed):
    assert '100, 0, -1, and "la" gets all the weight, 1.00' in collection.cards["exp-additive"].body.expect
    found = changed("additive", edit="MEMORY.0.0:100", scoring="dot")
    assert found.of("scores")[0].tolist() == [100, 0, -1]
    assert found.of("weights")[0, 0].item() == pytest.approx(1, abs=1e-12)
