"""Which faces there are, and whether all of them were met."""

from dataclasses import replace

import pytest

from attnquiz.recall.face import Face
from attnquiz.study.askable import faces, unmet


@pytest.mark.parametrize("face", [Face("dot-basic"), Face("soft-cloze", 1), Face("soft-cloze", 12)])
def test_a_face_is_found_again_by_its_name(face):
    assert Face.named(str(face)) == face


@pytest.mark.parametrize("name", ["somebody/else", "two\nlines", "a/", "/", ""])
def test_what_is_no_name_of_ours_is_a_card_that_nobody_has(name, collection):
    assert Face.named(name).card not in collection.cards


def test_a_face_is_unmet_until_it_is_met_whatever_else_was(collection):
    everything = [face for card in collection.cards.values() for face in faces(card)]
    about = {face: collection.cards[face.card].concept for face in everything}
    names = {str(face) for face in everything}
    assert list(collection.faces) == list(map(str, everything))
    assert list(collection.faces.values()) == list(about.values())
    assert any("/" in name for name in names)
    assert unmet(collection, {*names, "gone", "gone/1"}) == {}
    assert unmet(collection, {"gone", "gone/1"}) == {
        concept: [face for face in everything if about[face] == concept] for concept in {*about.values()}
    }
    assert all(unmet(collection, names - {str(face)}) == {about[face]: [face]} for face in everything)
    assert all(unmet(collection, names - {str(face)}, without={face.card}) == {} for face in everything)


def test_a_card_that_was_met_before_it_had_blanks_is_new_and_the_other_way_round(collection):
    plain, blanks = (replace(collection, cards={name: collection.cards[name]}) for name in ("dot-basic", "soft-cloze"))
    assert [*unmet(blanks, {"soft-cloze"}).values()] == [[Face("soft-cloze", 1), Face("soft-cloze", 2)]]
    assert [*unmet(plain, {"dot-basic/1", "dot-basic/2"}).values()] == [[Face("dot-basic")]]
    assert unmet(replace(collection, cards={}), frozenset()) == {}
