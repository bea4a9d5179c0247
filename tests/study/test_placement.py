"""The placement test: what answers say about what is known, and what becomes of it in the log."""

import random
import statistics
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from attnquiz.cards.blanks import hidden_text
from attnquiz.cards.card import Blank, Card, Cloze
from attnquiz.cards.collection import load, shipped
from attnquiz.cards.truth import truth
from attnquiz.errors import LateAnswer
from attnquiz.recall.rating import Rating
from attnquiz.store.doctor import examine
from attnquiz.study import askable, drill, knowledge, outlook, placement
from attnquiz.study.aside import suspend
from attnquiz.study.drill import Desk
from attnquiz.study.knowledge import FEWEST, GUESS, KNOWN, MOST, SLIP, UNKNOWN, chances, frontier, known, next_concept
from attnquiz.study.placement import TYPED
from attnquiz.study.proposal import Confidence
from benchmarks.placement import adaptive, at_random, learners, right, shipped_graph, sit

GRAPH = (("a", ()), ("b", ("a",)), ("c", ("a",)), ("d", ("b", "c")), ("e", ()))


# --- What answers say ---------------------------------------------------------------------------


def test_states_are_the_same_each_time_and_most_hold_what_their_concepts_need():
    states = knowledge.draw(GRAPH, random.Random(3), 2000)
    assert states == knowledge.draw(GRAPH, random.Random(3), 2000)
    closed = [all(state >> GRAPH.index((need, dict(GRAPH)[need])) & 1 for place, (_, needs) in enumerate(GRAPH)
                  if state >> place & 1 for need in needs) for state in states]  # fmt: skip
    assert 0.85 < statistics.mean(closed) < 1
    sizes = Counter(state.bit_count() for state in states)
    assert set(sizes) == set(range(len(GRAPH) + 1)), "from nothing to everything"


def test_chances_are_bayes_over_the_drawn_states():
    space = knowledge.space(GRAPH, seed=4, states=500)
    states = knowledge.draw(GRAPH, random.Random(4), 500)
    answers = [("b", True), ("e", False)]
    weights = []
    for state in states:
        b, e = state >> 1 & 1, state >> 4 & 1
        weights.append((1 - SLIP if b else GUESS) * (SLIP if e else 1 - GUESS))
    for place, (name, _) in enumerate(GRAPH):
        expected = sum(w for w, s in zip(weights, states, strict=True) if s >> place & 1) / sum(weights)
        assert chances(space, answers)[name] == pytest.approx(expected)


def test_a_right_answer_speaks_for_what_it_needs_and_a_wrong_one_against_what_builds_on_it():
    space = knowledge.space(GRAPH)
    before, up, down = (chances(space, said) for said in ([], [("b", True)], [("a", False)]))
    assert up["b"] > 0.95
    assert up["a"] > 0.95 > before["a"]
    assert down["d"] < 0.1 < before["d"]


def test_what_is_asked_next_is_nearest_to_one_half_and_nothing_is_once_all_is_decided():
    likely = {"a": 0.99, "b": 0.4, "c": 0.7, "d": 0.01}
    assert next_concept(likely, 0, ["a", "c", "b"]) == "b"
    assert next_concept(likely, FEWEST, ["a", "c"]) == "c"
    assert next_concept(likely, FEWEST - 1, ["a", "d"]) == "a", "twelve are asked in any case"
    assert next_concept(likely, FEWEST, ["a", "d"]) is None
    assert next_concept(likely, MOST, ["b"]) is None
    assert next_concept(likely, 3, []) is None
    assert UNKNOWN < 0.4 < KNOWN


def test_what_counts_as_known_holds_all_that_it_needs():
    needs = dict(GRAPH)
    assert known({"a": 0.9, "b": 0.9, "c": 0.7, "d": 0.95, "e": 0.8}, needs) == {"a", "b", "e"}
    assert known({"a": 0.5, "b": 0.9, "c": 0.9, "d": 0.95, "e": 0.1}, needs) == frozenset()
    assert frontier({"a", "e"}, needs) == ["b", "c"]


def test_simulated_learners_are_placed_well_and_better_than_by_random_questions():
    graph, typed = shipped_graph()
    space, dice = knowledge.space(graph), random.Random(2)
    states = learners(graph, 120, seed=77)
    shares = {}
    for name, way in (("adaptive", adaptive), ("random", at_random)):
        shares[name] = statistics.mean(right(space, sit(space, s, typed, 12, way, dice), s) for s in states)
    assert shares["adaptive"] > 0.92, shares
    assert shares["adaptive"] > shares["random"] + 0.02, shares


def test_what_counts_as_known_seldom_is_not():
    graph, typed = shipped_graph()
    space, dice = knowledge.space(graph), random.Random(6)
    placed = [(known(chances(space, sit(space, s, typed, 15, adaptive, dice)), space.needs), s)
              for s in learners(graph, 100, seed=78)]  # fmt: skip
    assert sum(len(said - s) for said, s in placed) < 0.06 * sum(len(said) for said, _ in placed)


# --- The test in the log ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def course():
    return load(shipped())


@pytest.fixture
def desk(store, course):
    return Desk(store, course, "Europe/Berlin", "test")


def solution(card: Card, showing):
    match card.body:
        case Blank(forms):
            return forms[0]
        case Cloze():
            return hidden_text(card, showing.face.deletion)
    return repr(truth(card, showing.variant))


def sat(desk, now, knows, most=MOST):
    """A test whose answers are right for the concepts that ``knows`` says, from the first question to the last."""
    placement.begin(desk, placement.look(desk, now).token, now)
    for _ in range(most):
        test = placement.look(desk, now)
        if test.showing is None:
            break
        card = test.showing.card
        text = solution(card, test.showing) if knows(card.concept) else None
        assert placement.answer(desk, test.token, text, now) == ""
    return placement.look(desk, now)


def basics(desk, level=3):
    return lambda concept: desk.collection.concepts[concept].level <= level


def test_a_test_asks_twelve_to_fifteen_typed_cards_of_as_many_concepts(desk, at):
    test = sat(desk, at(), basics(desk))
    assert FEWEST <= len(test.answers) <= MOST
    assert len({each.concept for each in test.answers}) == len(test.answers)
    assert all(desk.collection.cards[each.face.card].kind in TYPED for each in test.answers)
    assert all(each.right == basics(desk)(each.concept) for each in test.answers)
    assert test.showing is None
    assert {"dot-product", "softmax"} <= test.known
    assert not {name for name in test.known if desk.collection.concepts[name].level == 5}


def test_no_step_moves_a_memory_and_every_step_is_in_the_log(desk, at):
    test = sat(desk, at(), basics(desk))
    with desk.store.reading() as r:
        assert [e.kind for e in r.entries()] == ["placement"] * (1 + len(test.answers))
        assert (r.memories(), r.undoable()) == ({}, None)
    assert examine(desk.store) == []


def test_a_reload_shows_the_same_question_and_an_answer_counts_once(desk, at):
    placement.begin(desk, "", at())
    first, again = placement.look(desk, at()), placement.look(desk, at(1))
    assert replace(first.showing, shown_at=at(1)) == again.showing
    placement.answer(desk, first.token, None, at())
    with pytest.raises(LateAnswer):
        placement.answer(desk, first.token, None, at())
    with pytest.raises(LateAnswer):
        placement.stop(desk, first.token, at())
    with pytest.raises(LateAnswer):
        placement.begin(desk, "", at())
    assert len(placement.look(desk, at()).answers) == 1


def test_what_cannot_be_read_is_asked_again_and_no_word_says_right_or_wrong(desk, at):
    placement.begin(desk, "", at())
    test = placement.look(desk, at())
    assert "." in placement.answer(desk, test.token, "  ", at())
    assert placement.look(desk, at()) == test
    wrong = {"numeric": "-12345.6", "shape": "(7, 7, 7, 7, 7)"}.get(test.showing.card.kind, "something else")
    assert placement.answer(desk, test.token, wrong, at()) == ""
    assert [each.right for each in placement.look(desk, at()).answers] == [False]


def test_a_second_test_asks_other_cards_or_variants(desk, at):
    first = sat(desk, at(), basics(desk))
    second = sat(desk, at(1), basics(desk))
    assert second.id != first.id
    assert {(a.face, a.variant) for a in first.answers} != {(a.face, a.variant) for a in second.answers}


def test_a_test_that_is_stopped_has_the_result_of_its_answers(desk, at):
    test = sat(desk, at(), basics(desk, 5), most=4)
    placement.stop(desk, test.token, at())
    stopped = placement.look(desk, at())
    assert stopped.showing is None
    assert (len(stopped.answers), stopped.likely) == (4, test.likely)
    assert stopped.known


def test_who_knows_nothing_starts_at_the_beginning_and_nothing_can_be_used(desk, at):
    test = sat(desk, at(), lambda concept: False)
    assert test.known == frozenset()
    assert "dot-product" in test.frontier
    assert placement.planned(desk, test) == ()


def test_a_suspended_card_is_not_asked(desk, at, course):
    only = {name: card for name, card in course.cards.items() if card.kind in TYPED and card.concept == "softmax"}
    desk = replace(desk, collection=replace(course, cards=only))
    for number in range(len(only)):
        suspend(desk, drill.begin(desk, at(minute=number)), at(minute=number))
    placement.begin(desk, "", at(1))
    assert placement.look(desk, at(1)).showing is None


# --- What counts as known -----------------------------------------------------------------------


def used(desk, now, knows):
    test = sat(desk, now, knows)
    plan = placement.planned(desk, test)
    assert placement.use(desk, test.token, now) == len(plan)
    return placement.look(desk, now), plan


def test_known_concepts_open_what_builds_on_them_and_are_not_taught(desk, at):
    test, _ = used(desk, at(), basics(desk))
    ahead = outlook.look(desk.store, desk.collection, desk.zone, at())
    assert test.in_use
    assert all(ahead.masteries[name].known for name in test.known)
    new = {desk.collection.cards[face.card].concept for face in ahead.queue.new}
    assert not new & test.known
    assert new <= set(test.frontier)
    assert set(test.frontier).isdisjoint(ahead.queue.waiting)
    assert (ahead.seen, ahead.introduced_today, len(ahead.queue.due)) == (0, 0, 0)
    assert examine(desk.store) == []


def test_a_first_check_of_each_concept_comes_within_three_days_and_no_day_is_flooded(desk, at):
    test, plan = used(desk, at(), basics(desk, 4))
    concept = {face: desk.collection.cards[face.card].concept for face, _ in plan}
    first = {name: min(days for face, days in plan if concept[face] == name) for name in test.known}
    assert set(first.values()) == {1, 2, 3}
    assert sum(days <= 3 for _, days in plan) == len(test.known), "one of each"
    load = Counter(days for _, days in plan)
    assert set(load) == set(range(1, 15))
    assert max(load[day] for day in (1, 2, 3)) - min(load[day] for day in (1, 2, 3)) <= 1
    assert max(load[day] for day in range(4, 15)) - min(load[day] for day in range(4, 15)) <= 1
    by_chance = sorted(test.known, key=lambda name: (test.likely[name], name))
    assert [first[name] for name in by_chance] == sorted(first.values()), "the least certain come first"
    asked = {each.face for each in test.answers}
    with_others = {n for n in test.known if any(concept[f] == n and f not in asked for f, _ in plan)}
    assert not {face for face, days in plan if days <= 3 and face in asked and concept[face] in with_others}


def test_every_face_of_a_known_concept_begins_with_what_was_planned(desk, at):
    test, plan = used(desk, at(), basics(desk))
    with desk.store.reading() as r:
        memories, starts = r.memories(), r.starts()
    today = at().date()
    assert {face: (memory.due_day - today).days for face, memory in memories.items()} == dict(plan)
    assert memories.keys() == {f for c in desk.collection.cards.values() if c.concept in test.known
                               for f in askable.faces(c)}  # fmt: skip
    assert all(3 <= memory.stability <= 14 for memory in memories.values())
    assert {entry.concept for entry in starts} == test.known


def test_a_face_that_was_answered_or_waits_for_its_rating_is_left_alone(desk, at):
    session = drill.begin(desk, at())
    rated = session.showing.face
    session = drill.rate(desk, drill.commit(desk, session, None, Confidence.UNSURE, at()), Rating.EASY, at())
    waiting = session.showing.face
    drill.commit(desk, session, None, Confidence.UNSURE, at())
    with desk.store.reading() as r:
        before = r.memory(rated)
    _, plan = used(desk, at(hour=10), lambda concept: True)
    faces = {face for face, _ in plan}
    assert len(faces) > 50
    assert not faces & {rated, waiting}
    with desk.store.reading() as r:
        assert (r.memory(rated), r.memory(waiting)) == (before, None)
    assert examine(desk.store) == []


def test_using_it_twice_counts_once_and_undo_takes_all_of_it_back(desk, at):
    test, plan = used(desk, at(), basics(desk))
    with pytest.raises(LateAnswer):
        placement.use(desk, test.token, at())
    assert drill.undo(desk, at(hour=10)).note == "Taken back."
    with desk.store.reading() as r:
        assert r.memories() == {}
    assert not placement.look(desk, at()).in_use
    drill.redo(desk, at(hour=10, minute=1))
    with desk.store.reading() as r:
        assert len(r.memories()) == len(plan)
    placement.take_back(desk, test.id, at(hour=11))
    with pytest.raises(LateAnswer):
        placement.take_back(desk, test.id, at(hour=11))
    placement.use(desk, test.token, at(hour=12))
    assert placement.look(desk, at(hour=12)).in_use
    assert examine(desk.store) == []


def test_a_check_that_fails_comes_back_within_minutes_and_the_file_stays_sound(desk, at):
    used(desk, at(), basics(desk))
    session = drill.begin(desk, at(1))
    assert session.showing.memory.reviews == 0
    face = session.showing.face
    drill.rate(desk, drill.commit(desk, session, None, Confidence.UNSURE, at(1)), Rating.AGAIN, at(1))
    with desk.store.reading() as r:
        memory = r.memory(face)
    assert memory.due_at - at(1) < timedelta(minutes=20)
    ahead = outlook.look(desk.store, desk.collection, desk.zone, at(1))
    assert (ahead.seen, ahead.introduced_today) == (1, 0), "a check takes no place from what is new"
    assert examine(desk.store) == []
