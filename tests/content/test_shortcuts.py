"""What is made simpler than it is, is told: on each experiment, and on the cards that ask about words as tokens."""

import pytest

from attnquiz.cards.card import CellOf, Predict
from attnquiz.sandbox.library import load, names


@pytest.mark.parametrize("name", names())
def test_each_experiment_tells_its_shortcut_in_a_sentence_or_two(name):
    told = load(name).shortcut
    assert told.endswith(".")
    assert told[0].isupper()
    assert 5 <= len(told.split()) <= 30


def test_a_map_made_by_hand_says_so_on_its_card(collection):
    maps = [card for card in collection.cards.values() if isinstance(card.body, CellOf)]
    assert maps
    assert [card.id for card in maps if not card.shortcut] == []


def test_a_card_that_calls_words_tokens_says_so(collection):
    """Cards that predict, on experiments whose tokens are whole words."""
    texts = {"thai-curry", "thai-curry-causal-hidden", "plain-curry", "shuffle", "two-readers"}
    predicting = [card for card in collection.cards.values() if isinstance(card.body, Predict)]
    by_words = [card for card in predicting if card.see and card.see.name in texts]
    assert by_words
    assert [card.id for card in by_words if not card.shortcut] == []
