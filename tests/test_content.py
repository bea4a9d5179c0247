"""What comes with the app: cards, concepts, beliefs and sources that hold together."""

from collections import Counter

import pytest

from attnquiz.cards.card import Choice, Kind, Predict
from attnquiz.cards.check import check
from attnquiz.cards.collection import Collection, load, shipped
from attnquiz.sandbox.belief import SWITCHES

# An id is for ever: learners' histories hang on it. A card may be added here, none may be taken out.
FIRST_CARDS = [
    "ngram-unseen-zero", "num-softmax-first", "cloze-additive-score", "num-conv-layers", "mc-recomputed-tensor",
    "how-scores-change", "order-scores-learn", "why-separate-v", "var-of-dot", "num-weight-curry",
    "bug-scale-width", "cloze-softmax-axis", "code-softmax-dim", "num-output-vector", "heat-curry-largest",
    "order-equation-one", "explain-equation-one", "explain-qk-gradient", "causal-includes-self",
    "heat-causal-certain", "code-causal-mask", "bug-mask-after-softmax", "bug-mask-polarity", "shape-scores",
    "shape-cross-scores", "shape-head-output", "num-mha-params", "mc-combine-heads", "cross-who-supplies",
    "mc-generation-passes", "explain-order", "mc-shuffled-window", "mc-heatmap-conclusion", "cloze-induction",
    "mc-selfattn-origin", "mc-diffusion-query", "exp-thai-curry", "exp-scaling", "exp-three-masks",
    "exp-nothing-left", "exp-shuffle", "exp-first-gradient",
]  # fmt: skip

ROOTS = {"dot-product", "softmax", "ngram", "subword-tokens", "params-vs-activations", "cnn-receptive-field"}


@pytest.fixture(scope="module")
def collection() -> Collection:
    return load(shipped())


def prerequisites(collection: Collection, concept: str) -> set[str]:
    found: set[str] = set()
    new = [concept]
    while new:
        for need in collection.concepts[new.pop()].needs:
            if need not in found:
                found.add(need)
                new.append(need)
    return found


def test_the_lint_finds_nothing():
    assert [str(finding) for finding in check(shipped())] == []


def test_every_card_that_learners_have_met_is_still_there(collection):
    assert len(FIRST_CARDS) == len(set(FIRST_CARDS)) == 42
    assert set(FIRST_CARDS) <= set(collection.cards)


def test_there_is_a_card_of_every_kind(collection):
    assert {card.kind for card in collection.cards.values()} == set(Kind)


def test_sixty_concepts_are_joined_by_eighty_hard_and_sixteen_soft_edges(collection):
    concepts = collection.concepts.values()
    assert len(concepts) == 60
    assert sum(len(concept.needs) for concept in concepts) == 80
    assert sum(len(concept.helps) for concept in concepts) == 16


def test_six_concepts_need_nothing(collection):
    assert {concept.id for concept in collection.concepts.values() if not concept.needs} == ROOTS


def test_no_concept_comes_before_itself_soft_edges_counted(collection):
    left = {concept.id: {*concept.needs, *concept.helps} for concept in collection.concepts.values()}
    while left:
        ready = {name for name, before in left.items() if not before & left.keys()}
        assert ready, f"a circle among {sorted(left)}"
        left = {name: before for name, before in left.items() if name not in ready}


def test_no_concept_needs_one_of_a_higher_level(collection):
    for concept in collection.concepts.values():
        assert all(collection.concepts[need].level <= concept.level for need in concept.needs), concept.id


def test_the_attention_equation_needs_thirteen_concepts(collection):
    assert len(prerequisites(collection, "attention-equation")) == 13


def test_every_concept_has_kinds_and_one_that_is_not_recognition(collection):
    kinds = Counter(len(concept.kinds) for concept in collection.concepts.values())
    assert min(kinds) >= 3
    assert sum(number * concepts for number, concepts in kinds.items()) == 207
    assert all(set(concept.kinds) - {Kind.MC} for concept in collection.concepts.values())


def test_a_belief_that_the_sandbox_acts_out_has_its_own_name_as_switch(collection):
    acted = {belief.id: belief.switch for belief in collection.misconceptions.values() if belief.switch}
    assert acted == {name: name for name in SWITCHES}
    assert len(acted) == 17


def test_concepts_that_are_easily_confused_point_at_each_other(collection):
    pairs = {(concept.id, other) for concept in collection.concepts.values() for other in concept.contrasts}
    assert pairs == {(other, one) for one, other in pairs}
    assert {
        ("self-attention", "cross-attention"), ("causal-mask", "padding-mask"), ("rope", "alibi"),
    } <= pairs  # fmt: skip


def test_every_card_stands_in_a_deck_with_its_section(collection):
    assert sum(len(deck.cards) for deck in collection.decks) == len(collection.cards)
    assert all(card.section for card in collection.cards.values())


def test_numbers_on_a_computed_card_change_from_variant_to_variant(collection):
    for card in collection.cards.values():
        if card.kind in (Kind.NUMERIC, Kind.SHAPE):
            assert len(card.variants) >= 3, card.id


def test_the_right_choice_is_marked_apart_from_its_feedback(collection):
    for card in collection.cards.values():
        if isinstance(card.body, Choice | Predict):
            assert [option.misconception for option in card.body.options if option.right] == [None], card.id
            assert all(option.feedback for option in card.body.options), card.id


def test_the_softmax_cloze_hides_key_and_query(collection):
    parts = collection.cards["cloze-softmax-axis"].body.parts
    assert [getattr(part, "hidden", part) for part in parts] == [
        "Attention applies softmax along the ", "key", " axis, so the weights of each ", "query", " sum to 1.",
    ]  # fmt: skip


def test_the_curry_card_keeps_its_four_variants(collection):
    card = collection.cards["num-weight-curry"]
    assert [tuple(variant.values()) for variant in card.variants] == [(8, 4, 4), (6, 9, 4), (4, 16, 3), (10, 25, 2)]
    assert [rule.misconception for rule in card.body.wrong] == ["forgot-scaling", "scale-by-d"]
