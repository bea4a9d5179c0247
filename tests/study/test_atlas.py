"""The map: where each concept stands, and that there is always something ready to learn."""

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.study.atlas import Known, atlas, lane_titles
from attnquiz.study.mastery import Mastery
from attnquiz.study.queue import by_depth


@pytest.fixture(scope="module")
def shipped_cards():
    return load(shipped())


def masteries(collection, known=(), begun=()):
    """What is held of each concept: all of it, one of four faces, or nothing."""

    def of(name):
        held, seen = (4, 4) if name in known else (1, 1) if name in begun else (0, 0)
        return Mastery(name, 4, seen, held, 0.95 if seen else None)

    return {name: of(name) for name in collection.concepts}


def standing(spots, known):
    return {name for name, spot in spots.items() if spot.known is known}


def test_a_newcomer_is_ready_for_what_needs_nothing_and_for_nothing_else(shipped_cards):
    spots = atlas(shipped_cards, masteries(shipped_cards))
    roots = {name for name, concept in shipped_cards.concepts.items() if not concept.needs}
    assert standing(spots, Known.READY) == roots
    assert standing(spots, Known.LATER) == shipped_cards.concepts.keys() - roots


def test_known_begun_and_ready_are_told_apart_and_what_is_missing_is_named(shipped_cards):
    spots = atlas(shipped_cards, masteries(shipped_cards, known={"softmax"}, begun={"dot-product", "kv-cache"}))
    assert spots["softmax"].known is Known.KNOWN
    assert spots["dot-product"].known is Known.BEGUN
    assert spots["kv-cache"].known is Known.BEGUN, "begun out of order, and not locked"
    assert spots["softmax-temperature"].known is Known.READY
    assert spots["self-attention"].known is Known.LATER
    assert spots["self-attention"].unmet == {"dot-product", "embedding-table"}


def test_every_concept_stands_below_what_it_needs_and_no_two_in_one_place(shipped_cards):
    spots = atlas(shipped_cards, masteries(shipped_cards))
    for spot in spots.values():
        assert all(spots[need].row < spot.row for need in spot.concept.needs)
    assert len({(spot.lane, spot.row) for spot in spots.values()}) == len(spots) == len(shipped_cards.concepts)
    assert len(lane_titles(shipped_cards, spots)) == 1 + max(spot.lane for spot in spots.values())


def test_from_start_to_end_there_is_always_something_ready(shipped_cards):
    known = set()
    for name in by_depth(shipped_cards):
        ready = standing(atlas(shipped_cards, masteries(shipped_cards, known)), Known.READY)
        assert name in ready
        known.add(name)
    assert not standing(atlas(shipped_cards, masteries(shipped_cards, known)), Known.READY)
