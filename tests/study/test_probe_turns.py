"""When spot checks have their turns, and when they are drawn."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from hashlib import blake2b

import pytest

from attnquiz.recall.face import Face
from attnquiz.recall.memory import State
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import Scheduler
from attnquiz.store.entry import Purpose
from attnquiz.study.preferences import Preferences
from attnquiz.study.probes import EVERY, Probes, draw, may_be_asked, spared
from attnquiz.study.queue import Queue, Today, with_probes

DOT, CLOZE_1, CLOZE_2 = Face("dot-basic"), Face("soft-cloze", 1), Face("soft-cloze", 2)
DAY = date(2026, 3, 2)


def test_the_blocks_of_a_day_have_their_turns_at_different_places():
    turns = Counter(asked % EVERY for asked in range(EVERY * 4000) if Probes(7, (DOT,), asked).next())
    assert sorted(turns) == list(range(EVERY))
    assert all(abs(count - 200) < 5 * 200**0.5 for count in turns.values())


class Names(list):
    """Names that know how often they were gone through."""

    looks = 0

    def __iter__(self):
        self.looks += 1
        return super().__iter__()


def test_nobody_looks_at_the_names_before_the_first_turn_and_once_they_are_drawn_nobody_does_again(every_kind):
    names = Names(every_kind.cards)
    probes, looks = draw(every_kind, names, {}, "local", DAY, 0), set()
    for asked in range(5 * EVERY):
        turn = Probes(probes.seed, (DOT,), asked).next() is not None
        looks |= {names.looks} if turn or looks else set()
        assert looks or not names.looks
        assert (probes.next() is not None) == turn
        probes = probes.without(probes.next() or DOT).reviewed()
    assert looks == {names.looks}
    assert names.looks


def test_of_siblings_the_first_in_the_order_of_the_day_is_drawn(collection):
    def place(name):
        return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")

    names, found = [str(CLOZE_1), str(CLOZE_2)], set()
    for number in range(20):
        day = DAY + timedelta(days=number)
        odd = place(f"local {day}") | 1
        first = min(names, key=lambda name: place(name) * odd % 2**64)
        assert list(map(str, draw(collection, names, {}, "local", day, 0).faces)) == [first]
        found.add(first)
    assert found == set(names)


@pytest.mark.parametrize(
    ("queue", "done", "more", "drawn"),
    [({}, [], {}, True), ({"due": (CLOZE_2,)}, [], {}, True), ({"due": (CLOZE_1,)}, [], {}, False),
     ({"new": (CLOZE_1,)}, [], {}, False), ({"learning": ((None, CLOZE_1),)}, [], {}, False),
     ({}, [CLOZE_1], {}, False), ({}, [DOT], {}, True), ({}, [], {"buried": {CLOZE_1.card}}, False),
     ({}, [], {"unlearnt": {str(CLOZE_2)}}, False), ({}, [], {"unlearnt": {str(CLOZE_1)}}, True)],
)  # fmt: skip
def test_no_sibling_of_what_is_asked_or_was_asked_today_is_drawn(collection, queue, done, more, drawn):
    today = Today(reviewed=7, faces=frozenset(done))
    found = with_probes(Queue(**queue), collection, [str(CLOZE_2)], today, Preferences(), DAY, "local", **more)
    assert (found.probes.faces, found.probes.asked) == (((CLOZE_2,) if drawn else ()), 7)
    none = Preferences(probes=False)
    assert with_probes(Queue(**queue), collection, [str(CLOZE_2)], today, none, DAY, "local", **more) == Queue(**queue)


def test_a_blank_that_its_card_has_no_more_is_not_drawn(collection):
    names = ["soft-cloze/3", "soft-cloze", "dot-basic/1", "gone", str(CLOZE_2)]
    assert draw(collection, names, {}, "local", DAY, 0).faces == (CLOZE_2,)


def test_a_face_that_is_asked_out_of_turn_is_not_drawn_as_well():
    queue = Queue(due=(DOT,), probes=Probes(7, (DOT, CLOZE_1)))
    assert queue.without(DOT).probes.faces == (CLOZE_1,)


def test_what_is_asked_as_a_spot_check_or_before_it_is_not_asked_again(at):
    turn = next(asked for asked in range(EVERY) if Probes(7, (DOT,), asked).next())
    drawn = Probes(7, (CLOZE_1, DOT))
    face, queue = Queue(due=(DOT, CLOZE_1), probes=replace(drawn, asked=turn)).pop(at())
    assert (face, queue.due, queue.probes.faces) == (CLOZE_1, (DOT,), (DOT,))
    face, queue = Queue(due=(DOT, CLOZE_1), probes=replace(drawn, asked=turn + 1)).pop(at())
    assert (face, queue.due, queue.probes.faces) == (DOT, (CLOZE_1,), (CLOZE_1,))


def test_a_spot_check_never_comes_alone_and_every_answer_brings_the_next_nearer(at, known):
    turn = next(asked for asked in range(EVERY) if Probes(7, (DOT,), asked).next())
    alone = Queue(probes=Probes(7, (DOT,), turn - 1)).put_back(CLOZE_1, known)
    assert alone.probes.asked == turn
    assert (alone.probes.next(), alone.spot_check(at()), alone.pop(at())) == (DOT, None, (None, alone))
    assert replace(alone, new=(CLOZE_1,)).spot_check(at()) == DOT


@pytest.fixture
def known(at):
    """A memory that comes back after days, from long before ``DAY``, due then."""
    memory = Scheduler().review(DOT, None, Rating.EASY, at(-30), DAY - timedelta(days=30))
    return replace(memory, due_day=DAY)


def test_what_was_drawn_is_not_asked_once_it_or_its_sibling_was_or_in_its_minutes(known, at):
    assert may_be_asked(known, CLOZE_1, {DOT}, DAY)
    assert not may_be_asked(known, CLOZE_1, {CLOZE_2}, DAY)
    assert not may_be_asked(None, CLOZE_1, set(), DAY), "undone meanwhile"
    assert not may_be_asked(replace(known, state=State.RELEARNING, step=0, due_at=at()), CLOZE_1, set(), DAY)
    assert not may_be_asked(replace(known, last_day=DAY + timedelta(days=1)), CLOZE_1, set(), DAY), "flew west"


@pytest.mark.parametrize(("wait", "alone"), [(-1, False), (0, False), (1, True)])
def test_a_right_spot_check_leaves_alone_what_is_due_on_a_later_day(known, wait, alone):
    memory = replace(known, due_day=DAY + timedelta(days=wait))
    assert spared(Purpose.PROBE, memory, DAY) == alone
    assert not spared(Purpose.DUE, memory, DAY)
