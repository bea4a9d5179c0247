"""What is asked next, and what has to wait."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attnquiz.cards.collection import load, shipped
from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory, State
from attnquiz.recall.scheduler import Scheduler
from attnquiz.study.mastery import Mastery, before, masteries, missing
from attnquiz.study.preferences import Preferences
from attnquiz.study.queue import Queue, Today, build, by_depth, side_by_side

DOT, SOFT, MASK, FAR = Face("dot-basic"), Face("soft-numeric"), Face("mask-mc"), Face("far-shape")
CLOZE_1, CLOZE_2 = Face("soft-cloze", 1), Face("soft-cloze", 2)


@pytest.fixture
def today(at):
    return at(100).date()


@pytest.fixture
def memory(at, today):
    """A face in REVIEW with so many days of stability, last seen and due so many days ago."""

    def make(stability=10.0, seen_ago=10, due_ago=0) -> Memory:
        day = today - timedelta(days=seen_ago)
        return Memory(
            State.REVIEW, None, stability, 5.0, today - timedelta(days=due_ago), None, day, at(100 - seen_ago), 3, 0
        )

    return make


@pytest.fixture
def learning(at, today):
    """A face in its first minutes, due again at the given moment."""

    def make(due_at, step=1) -> Memory:
        return Memory(State.LEARNING, step, 2.0, 5.0, today, due_at, today, due_at - timedelta(minutes=10), 1, 0)

    return make


def queue(collection, today, memories, done=Today(), preferences=Preferences()) -> Queue:  # noqa: B008
    return build(collection, memories, done, Scheduler(), preferences, today)


def test_a_newcomer_gets_the_concepts_without_prerequisites_and_one_face_of_a_cloze_card(collection, today):
    assert queue(collection, today, {}).new == (DOT, SOFT, CLOZE_1)


def test_concepts_of_one_depth_come_as_they_are_written_and_cards_of_no_known_concept_last(collection, today):
    written = {name: collection.concepts[name] for name in ("soft", "dot", "mask", "between", "far")}
    assert queue(replace(collection, concepts=written), today, {}).new == (SOFT, CLOZE_1, DOT)
    cards = collection.cards | {"dot-basic": replace(collection.cards["dot-basic"], concept="nowhere")}
    assert queue(replace(collection, cards=cards), today, {}).new == (SOFT, CLOZE_1, DOT)


def test_concepts_wait_for_what_they_need_and_say_for_what(collection, today):
    waiting = queue(collection, today, {}).waiting
    assert waiting == {"mask": {"soft"}, "far": {"mask", "dot"}}


def test_concepts_come_in_the_order_in_which_they_build_on_one_another():
    concepts = load(shipped())
    order, depth = by_depth(concepts), {}
    for name in order:
        depth[name] = 1 + max((depth[need] for need in concepts.concepts[name].needs), default=0)
    assert list(depth.values()) == sorted(depth.values())
    assert set(order) == set(concepts.concepts)
    assert order == sorted(concepts.concepts, key=depth.__getitem__), "ties as they are written"


def test_a_concept_opens_when_half_of_the_faces_before_it_are_held(collection, today, memory):
    held = {SOFT: memory(seen_ago=1, due_ago=-9)}
    assert MASK not in queue(collection, today, held).new  # one of three
    held[CLOZE_1] = memory(seen_ago=1, due_ago=-9)
    assert MASK in queue(collection, today, held).new


def test_a_concept_without_cards_lets_its_own_prerequisites_stand_in_for_it(collection, today, memory):
    held = {face: memory(seen_ago=1, due_ago=-9) for face in (DOT, SOFT, CLOZE_1)}
    known = masteries(collection, held, Scheduler(), today)
    assert missing("far", collection.concepts, known) == {"mask"}
    held[MASK] = memory(seen_ago=1, due_ago=-9)
    assert FAR in queue(collection, today, held).new


@pytest.mark.parametrize("without", [(), ("soft",), ("dot", "soft")])
def test_what_is_missing_is_said_by_the_few_concepts_that_decide_it(collection, today, memory, without):
    cards = {name: card for name, card in collection.cards.items() if card.concept not in without}
    collection = replace(collection, cards=cards)
    known = masteries(collection, {DOT: memory(1.0)}, Scheduler(), today)
    for concept in (*collection.concepts, ""):
        deciding = before([concept], collection)
        few = masteries(collection, {DOT: memory(1.0)}, Scheduler(), today, deciding)
        assert few == {name: known[name] for name in collection.concepts if name in deciding}
        assert missing(concept, collection.concepts, few) == missing(concept, collection.concepts, known)


def test_a_face_that_has_faded_below_four_fifths_no_longer_holds_its_concept(collection, today, memory):
    fresh, faded = memory(10.0, seen_ago=10), memory(10.0, seen_ago=60)
    assert Scheduler().recall(fresh, today) > 0.8 > Scheduler().recall(faded, today)
    assert masteries(collection, {DOT: fresh}, Scheduler(), today)["dot"].known
    assert not masteries(collection, {DOT: faded}, Scheduler(), today)["dot"].known


def test_a_face_just_forgotten_does_not_hold_its_concept(collection, today, memory, at):
    lapsed = replace(memory(seen_ago=0), state=State.RELEARNING, step=0, due_at=at(100), lapses=1)
    assert not masteries(collection, {DOT: lapsed}, Scheduler(), today)["dot"].known


def test_a_face_in_its_first_step_does_not_hold_its_concept_and_one_in_its_second_does(collection, today, learning, at):
    first, second = learning(at(100), step=0), learning(at(100), step=1)
    assert not masteries(collection, {DOT: first}, Scheduler(), today)["dot"].known
    assert masteries(collection, {DOT: second}, Scheduler(), today)["dot"].known


def test_half_of_the_faces_are_enough_and_what_counts_as_known_is_held_and_not_seen(collection, today, memory):
    assert [Mastery("dot", 4, 2, held, 0.9).known for held in (1, 2, 3)] == [False, True, True]
    assert not Mastery("between", 0, 0, 0, None).known
    started = replace(memory(seen_ago=1), reviews=0)
    assert masteries(collection, {DOT: started}, Scheduler(), today)["dot"] == Mastery(
        "dot", 1, 0, 1, Scheduler().recall(started, today)
    )


def test_overdue_faces_come_with_the_lowest_predicted_recall_first(collection, today, memory):
    memories = {DOT: memory(30.0, 30), SOFT: memory(3.0, 30), MASK: memory(10.0, 30)}
    assert queue(collection, today, memories).due == (SOFT, MASK, DOT)
    alike = {face: memory() for face in (SOFT, MASK, DOT)}
    assert queue(collection, today, alike).due == (DOT, MASK, SOFT), "by name, whoever has read them in which order"


def test_what_is_due_later_is_not_asked_today(collection, today, memory):
    assert queue(collection, today, {DOT: memory(due_ago=-1)}).due == ()
    assert queue(collection, today, {DOT: memory(due_ago=0)}).due == (DOT,)


def test_two_faces_of_one_card_never_share_a_day(collection, today, memory):
    both_due = {CLOZE_1: memory(5.0, 10), CLOZE_2: memory(9.0, 10)}
    assert queue(collection, today, both_due).due == (CLOZE_1,)
    after_one = {CLOZE_1: memory(20.0, 0, due_ago=-20), CLOZE_2: memory(9.0, 10)}
    assert queue(collection, today, after_one, Today(0, 1, frozenset({CLOZE_1}))).due == ()
    assert queue(collection, today + timedelta(days=1), after_one).due == (CLOZE_2,)


def test_a_new_face_waits_while_its_sibling_is_due(collection, today, memory):
    asked = queue(collection, today, {CLOZE_1: memory()})
    assert (asked.due, asked.new) == ((CLOZE_1,), (DOT, SOFT))


def test_a_new_face_waits_where_its_sibling_was_answered_today_or_is_in_its_minutes(
    collection, today, memory, learning, at
):
    answered = {CLOZE_1: memory(20.0, 0, due_ago=-20)}
    assert queue(collection, today, answered, Today(1, 1, frozenset({CLOZE_1}))).new == (DOT, SOFT)
    assert queue(collection, today, {CLOZE_1: learning(at(100))}).new == (DOT, SOFT)
    assert queue(collection, today + timedelta(days=1), answered).new == (DOT, SOFT, CLOZE_2)


def test_daily_limits_count_what_was_done_today(collection, today, memory):
    few = Preferences(new_per_day=2, reviews_per_day=1)
    assert queue(collection, today, {}, preferences=few).new == (DOT, SOFT)
    assert queue(collection, today, {}, Today(introduced=1), few).new == (DOT,)
    due = {DOT: memory(3.0), SOFT: memory(9.0)}
    assert queue(collection, today, due, preferences=few).due == (DOT,)
    assert queue(collection, today, due, Today(reviewed=1), few).due == ()


def test_learning_faces_whose_minutes_are_over_come_first_then_due_then_new(collection, today, memory, learning, at):
    now = at(100)
    memories = {MASK: learning(now - timedelta(minutes=1)), DOT: memory(3.0)}
    waiting = queue(collection, today, memories)
    order = []
    while True:
        face, waiting = waiting.pop(now)
        if face is None:
            break
        order.append(face)
    assert order == [MASK, DOT, SOFT, CLOZE_1]


def test_a_step_within_twenty_minutes_is_taken_early_only_when_nothing_else_is_left(collection, today, learning, at):
    now = at(100)
    soon, later = learning(now + timedelta(minutes=9)), learning(now + timedelta(minutes=21))
    only = queue(collection, today, {DOT: soon}, preferences=Preferences(new_per_day=0))
    assert only.pop(now)[0] == DOT
    assert queue(collection, today, {DOT: soon}).pop(now)[0] == SOFT
    assert queue(collection, today, {DOT: later}, preferences=Preferences(new_per_day=0)).pop(now)[0] is None


def test_a_forgotten_face_is_put_back_in_the_order_of_its_minutes(learning, at):
    now = at(100)
    waiting = Queue(learning=((now + timedelta(minutes=5), DOT),))
    waiting = waiting.put_back(SOFT, learning(now + timedelta(minutes=1)))
    assert [face for _, face in waiting.learning] == [SOFT, DOT]


def test_a_face_that_is_asked_out_of_turn_has_no_place_any_more(at):
    waiting = Queue(learning=((at(), DOT), (at(1), SOFT)), due=(DOT, MASK), new=(CLOZE_1, DOT))
    assert waiting.without(DOT) == Queue(learning=((at(1), SOFT),), due=(MASK,), new=(CLOZE_1,))
    assert waiting.without(FAR) == waiting


def test_own_cards_come_before_those_of_a_text_and_both_first_whatever_is_known(collection, today):
    own = replace(collection, own=("mask-mc",))
    found = build(own, {}, Today(), Scheduler(), Preferences(), today, taught=("far-shape", "mask-mc"))
    assert found.new == (MASK, FAR, DOT, SOFT, CLOZE_1)
    assert found.waiting == {"mask": {"soft"}, "far": {"mask", "dot"}}


def test_cards_that_left_the_collection_are_not_asked(collection, today, memory, learning, at):
    """Nor blanks that left their card, nor a card without them that has got some."""
    gone = {Face("gone"): memory(3.0), Face("gone-too"): learning(at(100))}
    gone |= {Face("soft-cloze", 3): memory(3.0), Face("soft-cloze"): memory(3.0), Face("dot-basic", 1): memory(3.0)}
    asked = queue(collection, today, gone)
    assert (asked.learning, asked.due) == ((), ())


def test_a_buried_card_is_neither_back_in_minutes_nor_due_nor_new(collection, today, memory, learning, at):
    memories = {DOT: memory(10.0), CLOZE_1: learning(at(100))}
    everything = queue(collection, today, memories)
    assert (everything.due, [face for _, face in everything.learning]) == ((DOT,), [CLOZE_1])
    assert SOFT in everything.new
    buried = {DOT.card, CLOZE_1.card, SOFT.card}
    kept = build(collection, memories, Today(), Scheduler(), Preferences(), today, buried=buried)
    assert not {face.card for face in [*kept.due, *kept.new, *(face for _, face in kept.learning)]} & buried


def test_a_buried_card_keeps_no_concept_shut_and_opens_none(collection, today, memory):
    held = {face: memory(seen_ago=1, due_ago=-9) for face in (SOFT, CLOZE_1)}
    kept = build(collection, held, Today(), Scheduler(), Preferences(), today, buried={"soft-numeric"})
    assert MASK in kept.new


def test_confident_errors_come_first_and_survive_the_limit_of_the_day(collection, today, memory):
    memories = {DOT: memory(2.0), SOFT: memory(4.0), MASK: memory(90.0), FAR: memory(60.0)}
    plain = queue(collection, today, memories).due
    assert plain == (DOT, SOFT, FAR, MASK)

    def asked(limit):
        preferences = Preferences(reviews_per_day=limit)
        known = {"confident_errors": frozenset({MASK, FAR, CLOZE_2})}
        return build(collection, memories, Today(), Scheduler(), preferences, today, **known).due

    assert asked(200) == (FAR, MASK, DOT, SOFT)
    assert asked(2) == (FAR, MASK)


@pytest.fixture(scope="session")
def contrasting(collection):
    """Twelve cards a concept. ``dot`` and ``mask`` are taken for each other, and ``soft`` for ``mask``."""
    said = {"dot": ("mask",), "soft": ("mask",)}
    concepts = {name: replace(each, contrasts=said.get(name, ())) for name, each in collection.concepts.items()}
    basic = collection.cards["dot-basic"]
    cards = {
        f"{concept}-{number}": replace(basic, id=f"{concept}-{number}", concept=concept)
        for concept in ("dot", "soft", "mask", "far")
        for number in range(12)
    }
    return replace(collection, concepts=concepts, cards=cards)


@pytest.mark.parametrize(
    ("plain", "young", "expected"),
    [
        ("dot-0 soft-0 mask-0", "", "dot-0 mask-0 soft-0"),
        ("mask-0 far-0 dot-0", "", "mask-0 dot-0 far-0"),  # written on one side only, true on both
        ("mask-0 soft-0 dot-0", "", "mask-0 soft-0 dot-0"),  # the next one, and no chain of three
        ("dot-0 dot-1 far-0 mask-0 mask-1", "", "dot-0 mask-0 dot-1 mask-1 far-0"),
        ("dot-0 soft-0 mask-0", "mask-0", "dot-0 soft-0 mask-0"),  # not before it has settled
        ("dot-0 soft-0 far-0 mask-0", "dot-0", "dot-0 soft-0 mask-0 far-0"),
        ("dot-0 soft-0 mask-0 mask-1", "mask-0", "dot-0 mask-1 soft-0 mask-0"),
        ("far-0 far-1", "", "far-0 far-1"),
        ("", "", ""),
    ],
)
def test_what_is_taken_for_each_other_is_asked_side_by_side(contrasting, memory, plain, young, expected):
    due = [Face(name) for name in plain.split()]
    memories = {face: memory(7.0 if face.card in young.split() else 7.1) for face in due}
    assert [face.card for face in side_by_side(due, contrasting, memories)] == expected.split()


def test_the_queue_of_the_day_has_them_side_by_side(contrasting, today, memory):
    memories = {Face("dot-0"): memory(8.0), Face("far-0"): memory(9.0), Face("mask-0"): memory(20.0)}
    assert queue(contrasting, today, memories).due == (Face("dot-0"), Face("mask-0"), Face("far-0"))


@given(
    names=st.lists(st.tuples(st.sampled_from(["dot", "soft", "mask", "far"]), st.integers(0, 11)), unique=True),
    young=st.sets(st.tuples(st.sampled_from(["dot", "soft", "mask", "far"]), st.integers(0, 11))),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_putting_side_by_side_is_what_a_slow_reading_of_the_rule_gives(contrasting, memory, names, young):
    due = [Face(f"{concept}-{number}") for concept, number in names]
    unsettled = {Face(f"{concept}-{number}") for concept, number in young}
    partners = {"dot": {"mask"}, "soft": {"mask"}, "mask": {"dot", "soft"}, "far": set()}
    expected, rest = [], list(due)
    while rest:
        face = rest.pop(0)
        expected.append(face)
        wanted = partners[face.card.split("-")[0]] if face not in unsettled else ()
        found = next((f for f in rest if f.card.split("-")[0] in wanted and f not in unsettled), None)
        if found is not None:
            rest.remove(found)
            expected.append(found)
    after = side_by_side(due, contrasting, {face: memory(3.0 if face in unsettled else 30.0) for face in due})
    assert after == expected
    assert sorted(after) == sorted(due)
    assert [face for face in after if face in unsettled] == [face for face in due if face in unsettled]
