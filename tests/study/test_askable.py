"""Which faces there are, and whether all of them were met."""

from dataclasses import replace

import pytest

from attnquiz.recall.face import Face
from attnquiz.study.askable import all_among, faces


@pytest.mark.parametrize("face", [Face("dot-basic"), Face("soft-cloze", 1), Face("soft-cloze", 12)])
def test_a_face_is_found_again_by_its_name(face):
    assert Face.named(str(face)) == face


@pytest.mark.parametrize("name", ["somebody/else", "two\nlines", "a/", "/", ""])
def test_what_is_no_name_of_ours_is_a_card_that_nobody_has(name, collection):
    assert Face.named(name).card not in collection.cards


def test_all_are_met_once_the_last_one_is_whatever_else_was(collection):
    names = [str(face) for card in collection.cards.values() for face in faces(card)]
    assert any("/" in name for name in names)
    assert all_among(collection, {*names, "gone", "gone/1"})
    for name in names:
        assert not all_among(collection, {*names, "gone"} - {name})


def test_a_card_that_was_met_before_it_had_blanks_is_new_and_the_other_way_round(collection):
    plain, blanks = (replace(collection, cards={name: collection.cards[name]}) for name in ("dot-basic", "soft-cloze"))
    assert not all_among(blanks, {"soft-cloze"})
    assert not all_among(plain, {"dot-basic/1", "dot-basic/2"})
    assert all_among(replace(collection, cards={}), frozenset())
