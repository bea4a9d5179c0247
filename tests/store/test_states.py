"""States of the sandbox in the log: kept under a short id, found by it, taken back and brought back."""

import json

from attnquiz.recall.face import Face
from attnquiz.store.database import Store
from attnquiz.store.entry import Happened
from tests.store.hand import Hand, read

WHY = Face("why-separate-v")


def keep(hand, id, name="", **query):
    entry = hand.entry(Happened.STATE, payload=json.dumps({"state": id, "name": name, "query": query}))
    with hand.store.writing() as w:
        w.append(entry)
    return entry


def test_states_with_a_name_are_listed_in_order_and_those_without_are_not(store, hand, sound):
    first = keep(hand, "a", "One head", heads="1")
    keep(hand, "b", text="long " * 500)
    second = keep(hand, "c", "Zwei Köpfe “!”", heads="2")
    assert read(store, "states") == [first, second]
    assert sound() == []


def test_all_that_is_kept_under_an_id_is_found_by_it(store, hand):
    nameless, named = keep(hand, "a", mask="causal"), keep(hand, "a", "Causal", mask="causal")
    keep(hand, "ab")
    assert read(store, "states_of", "a") == [nameless, named]
    assert read(store, "states_of", "a'; --") == []


def test_a_state_that_was_taken_back_can_be_brought_back(store, hand, sound):
    entry = keep(hand, "a", "One head")
    assert read(store, "taken_back_by", entry) is None
    hand.withdraw(entry)
    assert (read(store, "states"), read(store, "states_of", "a")) == ([], [])
    hand.withdraw(read(store, "taken_back_by", entry))
    assert read(store, "states") == [entry]
    assert read(store, "taken_back_by", entry) is None
    assert sound() == []


def test_undo_and_redo_of_the_quiz_leave_states_alone(store, hand):
    review = hand.answer(WHY)
    entry = keep(hand, "a", "One head")
    assert read(store, "undoable") == review
    hand.withdraw(entry)
    assert read(store, "redoable") is None, "redo would bring back a state that the learner threw away elsewhere"
    assert hand.undo() == review
    keep(hand, "b", "Another")
    assert hand.redo().cancels == review.id


def test_a_state_leaves_the_question_on_the_screen_as_it_is(store, hand):
    before = read(store, "token", WHY)
    keep(hand, "a", "One head")
    assert read(store, "token", WHY) == before


def test_one_learner_does_not_see_the_states_of_another(path, hand):
    entry = keep(hand, "a", "One head")
    hand.withdraw(keep(hand, "a", "Gone"))
    other = Store.open(path, "grace")
    assert (read(other, "states"), read(other, "states_of", "a")) == ([], [])
    keep(Hand(other), "a", "Hers")
    assert read(hand.store, "states") == [entry]
