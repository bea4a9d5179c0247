"""States of the sandbox, kept under names and under short ids."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as some

from attnquiz.errors import LateAnswer, StoreError
from attnquiz.store.doctor import examine
from attnquiz.study import drill, states

CAUSAL = {"experiment": "thai-curry", "mask": "causal"}
OWN = {"text": "the cat “sat”\n<b>$x$</b> 🐈", "seed": "3"}


def listed(desk):
    with desk.store.reading() as r:
        return states.listed(r)


def found(desk, id):
    with desk.store.reading() as r:
        return states.find(r, id)


def entries(desk):
    with desk.store.reading() as r:
        return list(r.entries())


def test_a_state_is_saved_under_its_name_and_found_by_its_id(desk, at):
    id = states.save(desk, "  My \n cat ", OWN, at())
    assert found(desk, id) == OWN
    (saved,) = listed(desk)
    assert (saved.id, saved.name, saved.query, saved.day) == (id, "My cat", OWN, at().date())
    assert examine(desk.store) == []


def test_the_newest_stands_first(desk, at):
    states.save(desk, "causal", CAUSAL, at(0))
    states.save(desk, "own", OWN, at(1))
    assert [saved.name for saved in listed(desk)] == ["own", "causal"]


def test_the_same_state_has_one_id_and_is_not_doubled(desk, at):
    first = states.save(desk, "causal", CAUSAL, at(0))
    assert states.save(desk, "causal", dict(reversed(CAUSAL.items())), at(1)) == first
    assert len(entries(desk)) == 1
    assert states.save(desk, "no look ahead", CAUSAL, at(2)) == first
    assert [saved.name for saved in listed(desk)] == ["no look ahead"]


def test_an_id_is_ten_small_letters_and_digits_and_tells_states_apart():
    ids = [states.id_of(query) for query in ({}, CAUSAL, OWN, {"a": "b&c=d"}, {"a": "b", "c": "d"}, {"a": "b\ud800"})]
    assert len(set(ids)) == len(ids)
    assert all(len(id) == 10 and id.isalnum() and id == id.lower() and id.isascii() for id in ids)


@given(some.dictionaries(some.text(max_size=5), some.text(max_size=20), max_size=4))
def test_an_id_does_not_depend_on_the_order(query):
    assert states.id_of(query) == states.id_of(dict(reversed(query.items())))


def test_a_state_kept_for_a_link_is_found_and_not_listed_and_written_once(desk, at):
    id = states.keep(desk, OWN, at())
    assert states.keep(desk, OWN, at(1)) == id == states.id_of(OWN)
    assert found(desk, id) == OWN
    assert listed(desk) == []
    assert len(entries(desk)) == 1


def test_an_unknown_id_finds_nothing(desk):
    assert found(desk, "nowhere") is None


@pytest.mark.parametrize("name", ["", "  \n\t ", "\u200b", "\0"])
def test_a_state_needs_a_name(desk, at, name):
    with pytest.raises(StoreError, match="needs a name: type one"):
        states.save(desk, name, OWN, at())
    assert entries(desk) == []


def test_a_name_of_80_characters_fits_and_a_longer_one_does_not(desk, at):
    states.save(desk, "é" * 80, OWN, at())
    with pytest.raises(StoreError, match="The name has 81 characters; 80 fit: shorten it"):
        states.save(desk, "é" * 81, CAUSAL, at())
    with pytest.raises(StoreError, match="81 characters"):
        states.rename(desk, states.id_of(OWN), "x" * 81, at())
    assert [saved.name for saved in listed(desk)] == ["é" * 80]


def test_a_state_is_renamed_and_keeps_its_place_and_its_day(desk, at):
    id = states.save(desk, "causal", CAUSAL, at(0))
    states.save(desk, "own", OWN, at(1))
    states.rename(desk, id, "no look ahead", at(2))
    assert [(saved.name, saved.day) for saved in listed(desk)] == [
        ("own", at(1).date()), ("no look ahead", at(0).date()),
    ]  # fmt: skip


def test_a_state_is_deleted_with_all_its_names_and_brought_back(desk, at):
    id = states.save(desk, "causal", CAUSAL, at())
    states.rename(desk, id, "no look ahead", at())
    gone = states.forget(desk, id, at(1))
    assert (gone.name, gone.query) == ("no look ahead", CAUSAL)
    assert (listed(desk), found(desk, id)) == ([], None)
    states.bring_back(desk, gone, at(2))
    (back,) = listed(desk)
    assert back == gone
    assert found(desk, id) == CAUSAL
    assert examine(desk.store) == []


def test_what_was_kept_for_a_link_outlives_the_name(desk, at):
    id = states.save(desk, "own", OWN, at())
    assert states.keep(desk, OWN, at()) == id
    states.forget(desk, id, at())
    assert listed(desk) == []
    assert found(desk, id) == OWN


def test_a_deletion_that_comes_late_is_a_sentence_and_changes_nothing(desk, at):
    id = states.save(desk, "own", OWN, at())
    gone = states.forget(desk, id, at())
    for late in (
        lambda: states.forget(desk, id, at()),
        lambda: states.rename(desk, id, "mine", at()),
        lambda: states.bring_back(desk, gone, at()) or states.bring_back(desk, gone, at()),
    ):
        with pytest.raises(LateAnswer, match="already taken back or changed"):
            late()
    assert [saved.name for saved in listed(desk)] == ["own"]


def test_a_state_that_was_deleted_can_be_saved_again(desk, at):
    id = states.save(desk, "own", OWN, at())
    states.forget(desk, id, at())
    states.save(desk, "own", OWN, at())
    assert [saved.name for saved in listed(desk)] == ["own"]


def test_two_tabs_that_save_at_once_keep_it_once(desk, at):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: states.save(desk, "own", OWN, at()), range(8)))
        list(pool.map(lambda _: states.keep(desk, OWN, at()), range(8)))
    assert len(entries(desk)) == 2


def test_undo_in_the_quiz_does_not_touch_what_was_saved(desk, at):
    states.save(desk, "own", OWN, at())
    session = drill.undo(desk, at())
    assert "nothing to undo" in session.note
    assert [saved.name for saved in listed(desk)] == ["own"]
