"""The queue of a sitting is made from as few memories as decide about it, and is that of all of them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.recall.face import Face
from attnquiz.recall.memory import State
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import Scheduler
from attnquiz.store.database import Store
from attnquiz.study import askable
from attnquiz.study.aside import bury, suspend
from attnquiz.study.desk import Desk
from attnquiz.study.drill import begin, commit, rate
from attnquiz.study.mastery import before, masteries, of_concepts
from attnquiz.study.outlook import day_queue, look, waits
from attnquiz.study.preferences import Preferences
from attnquiz.study.probes import learnt
from attnquiz.study.proposal import Confidence
from attnquiz.study.simulated import planned, simulate


@pytest.mark.parametrize("days", [0, 1, 9, 400])
def test_the_queue_of_what_is_due_alone_is_that_of_all_memories(history, days):
    store, collection = Store.open(history), load(shipped())
    with store.reading() as r:
        latest = r.undoable()
        ahead = look(store, collection, latest.zone, latest.at + timedelta(days=days))
        queue = day_queue(r, collection, ahead.preferences, ahead.today)
        assert askable.unmet(collection, r.met()) == {}
        assert queue == ahead.queue
        assert (len(r.pending(ahead.today)[0]) > 200) == (days == 400)


LIMITS = {
    "none": {},
    "as many as were reviewed": {"reviews_per_day": 3},
    "fewer than are due": {"reviews_per_day": 40},
    "minutes": {"minutes_per_day": 4},
}


@pytest.fixture(scope="module")
def put_aside(history, tmp_path_factory):
    """The history with some cards suspended and some buried on its last day, the decks without some others, and when
    that was."""
    path = tmp_path_factory.mktemp("waits") / "answers.sqlite3"
    path.write_bytes(history.read_bytes())
    collection = load(shipped())
    desk = Desk(Store.open(path), collection, "Europe/Berlin", "test")
    with desk.store.reading() as r:
        now = r.undoable().at + timedelta(minutes=1)
    names = list(collection.cards)
    for step, which in ((suspend, names[::30]), (bury, names[1::30])):
        for name in which:
            step(desk, begin(desk, now, first=askable.faces(collection.cards[name])[0]), now)
    gone = frozenset(names[2::30])
    kept = {name: card for name, card in collection.cards.items() if name not in gone}
    return desk.store, replace(collection, cards=kept), now


@pytest.mark.parametrize("limit", LIMITS.values(), ids=LIMITS)
@pytest.mark.parametrize("days", [0, 1, 30, 400])
def test_as_many_wait_as_the_queue_holds(put_aside, days, limit):
    store, collection, now = put_aside
    with store.reading() as r:
        preferences, today = replace(Preferences.of(r), **limit), now.date() + timedelta(days=days)
        assert waits(r, collection, preferences, today) == day_queue(r, collection, preferences, today).counts()[:2]


def test_a_sibling_in_its_minutes_or_answered_today_keeps_a_due_one_waiting(desk, at):
    """As in the queue; and a day of many reviews leaves no room for others."""
    day, one, two, other = at().date(), Face("soft-cloze", 1), Face("soft-cloze", 2), Face("dot-basic")
    due = Scheduler().review(other, None, Rating.EASY, at(-30), day - timedelta(days=30))
    minutes = replace(due, state=State.RELEARNING, step=0, due_at=at())
    with desk.store.writing() as w:
        for face, memory, *wait in (
            (one, due, 0, 1), (two, due, 0, 1), (other, due, 0, 2), (one, minutes, 1, 1), (two, minutes, 2, 1),
        ):  # fmt: skip
            w.remember(face, memory)
            assert waits(w, desk.collection, Preferences(), day) == tuple(wait)
            assert day_queue(w, desk.collection, Preferences(), day).counts()[:2] == tuple(wait)
    answered = commit(desk, begin(desk, at(), first=other), None, Confidence.UNSURE, at())
    rate(desk, answered, Rating.EASY, at())
    with desk.store.reading() as r:
        for preferences in (Preferences(), Preferences(reviews_per_day=1)):
            found = day_queue(r, desk.collection, preferences, day).counts()[:2]
            assert waits(r, desk.collection, preferences, day) == found


def test_a_face_answered_twice_counts_twice_for_the_limit_of_the_day(desk, at):
    day, again, other = at().date(), Face("dot-basic"), Face("mask-mc")
    due = Scheduler().review(other, None, Rating.EASY, at(-30), day - timedelta(days=30))
    with desk.store.writing() as w:
        w.remember(other, due)
    for minute in 0, 20:
        now = at(minute=minute)
        rate(desk, commit(desk, begin(desk, now, first=again), None, Confidence.UNSURE, now), Rating.GOOD, now)
    with desk.store.reading() as r:
        for most, wait in (2, 0), (3, 1):
            assert waits(r, desk.collection, Preferences(reviews_per_day=most), day) == (0, wait)
            assert day_queue(r, desk.collection, Preferences(reviews_per_day=most), day).counts()[:2] == (0, wait)


def test_the_sibling_of_a_face_answered_today_does_not_wait(desk, at):
    day, one, two = at().date(), Face("soft-cloze", 1), Face("soft-cloze", 2)
    due = Scheduler().review(two, None, Rating.EASY, at(-30), day - timedelta(days=30))
    with desk.store.writing() as w:
        w.remember(two, due)
        assert waits(w, desk.collection, Preferences(), day) == (0, 1)
    answered = commit(desk, begin(desk, at(), first=one), None, Confidence.UNSURE, at())
    rate(desk, answered, Rating.EASY, at())
    with desk.store.reading() as r:
        assert r.memory(one).due_at is None
        assert waits(r, desk.collection, Preferences(), day) == (0, 0)
        assert day_queue(r, desk.collection, Preferences(), day).counts()[:2] == (0, 0)
        assert waits(r, desk.collection, Preferences(), day + timedelta(days=1)) == (0, 1)


def test_a_buried_card_and_a_blank_that_its_card_has_no_more_and_what_is_another_learners_do_not_wait(desk, at):
    day, gone, buried, other = at().date(), Face("soft-cloze", 3), Face("dot-basic"), Face("mask-mc")
    due = Scheduler().review(other, None, Rating.EASY, at(-30), day - timedelta(days=30))
    with desk.store.writing() as w:
        for face in (gone, buried, other):
            w.remember(face, due)
    bury(desk, begin(desk, at(), first=buried), at())
    with Store(desk.store.path, "grace").writing() as w:
        w.remember(Face("far-shape"), due)
    with desk.store.reading() as r:
        for on, wait in (day, 1), (day + timedelta(days=1), 2):
            assert waits(r, desk.collection, Preferences(), on) == (0, wait)
            assert day_queue(r, desk.collection, Preferences(), on).counts()[:2] == (0, wait)


def test_the_next_day_is_tomorrow_where_something_due_is_left_over(desk, at):
    """By a limit, or as the sibling of a face that is asked today."""
    day, one, two = at().date(), Face("soft-cloze", 1), Face("soft-cloze", 2)
    memory = Scheduler().review(one, None, Rating.EASY, at(-30), day - timedelta(days=30))

    def next_day(**limits):
        ahead = look(desk.store, desk.collection, desk.zone, at(), Preferences(**limits))
        return (ahead.next_day - day).days

    with desk.store.writing() as w:
        for face, days in (Face("dot-basic"), -2), (one, 0), (Face("mask-mc"), 3), (Face("far-shape"), 9):
            w.remember(face, replace(memory, due_day=day + timedelta(days=days)))
    assert (next_day(), next_day(reviews_per_day=1), next_day(reviews_per_day=0)) == (3, 1, 1)
    with desk.store.writing() as w:
        w.remember(two, replace(memory, due_day=day))
    assert next_day() == 1


def test_what_lies_ahead_in_the_middle_of_a_day(desk, at):
    day, often, soon, later, old = at().date(), *map(Face, ("dot-basic", "soft-numeric", "mask-mc", "far-shape"))
    learnt_long_ago = Scheduler().review(old, None, Rating.EASY, at(-30), day - timedelta(days=30))
    with desk.store.writing() as w:
        for face, reviews in (old, 1), (Face("soft-cloze", 1), 0), (Face("soft-cloze", 2), 0):
            w.remember(face, replace(learnt_long_ago, due_day=day + timedelta(days=60), reviews=reviews))
    for minute, face, rating in (
        (0, often, Rating.GOOD), (20, often, Rating.GOOD), (21, later, Rating.GOOD), (22, soon, Rating.AGAIN),
    ):  # fmt: skip
        now = at(minute=minute)
        rate(desk, commit(desk, begin(desk, now, first=face), None, Confidence.UNSURE, now), rating, now)

    ahead = look(desk.store, desk.collection, desk.zone, at(minute=22))
    assert (ahead.reviewed_today, ahead.introduced_today, ahead.seen) == (4, 3, 4)
    assert ahead.next_at == at(minute=23) == ahead.memories[soon].due_at
    assert ahead.masteries == masteries(desk.collection, ahead.memories, Scheduler(), day)
    assert ahead.queue.probes.faces == (old,), "what counts as known was never asked"
    with desk.store.reading() as r:
        assert day_queue(r, desk.collection, Preferences(), day) == ahead.queue

    for face in soon, old:
        bury(desk, begin(desk, now, first=face), now)
    ahead = look(desk.store, desk.collection, desk.zone, at(minute=22))
    assert ahead.next_at == at(minute=31) == ahead.memories[later].due_at
    assert (ahead.memories[soon].due_at, ahead.memories[soon].due_day) == (None, day + timedelta(days=1))
    assert ahead.queue.probes.faces == ()


def test_a_suspended_card_that_was_never_met_is_not_new(desk, at):
    suspend(desk, begin(desk, at(), first=Face("soft-numeric")), at())
    with desk.store.reading() as r:
        found = day_queue(r, desk.collection, Preferences(), at().date())
    assert found.new == look(desk.store, desk.collection, desk.zone, at()).queue.new
    assert found.new == (Face("dot-basic"), Face("soft-cloze", 1))


def test_what_was_wrong_and_sure_comes_first_in_the_queue_of_a_day_whoever_makes_it(desk, at):
    day, sure, weak = at(9).date(), Face("soft-numeric"), Face("dot-basic")
    rate(desk, commit(desk, begin(desk, at(), first=sure), "0.1", Confidence.SURE, at()), Rating.AGAIN, at())
    weaker = Scheduler().review(weak, None, Rating.HARD, at(), at().date())
    known = Scheduler().review(sure, None, Rating.EASY, at(), at().date())
    with desk.store.writing() as w:
        for face, memory in (sure, known), (weak, replace(weaker, due_at=None, state=State.REVIEW, step=None)):
            w.remember(face, replace(memory, due_day=day))
        assert day_queue(w, desk.collection, Preferences(), day).due == (sure, weak)
    assert look(desk.store, desk.collection, desk.zone, at(9)).queue.due == (sure, weak)


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A week of somebody who began with the shipped cards."""
    path = tmp_path_factory.mktemp("begun") / "answers.sqlite3"
    for _ in simulate(planned(path, date(2026, 3, 2), 7, seed=4)):
        pass
    return Store.open(path)


@pytest.mark.parametrize("days", [0, 1, 3, 30])
@pytest.mark.parametrize("every", [1000, 3])
def test_so_it_is_while_new_cards_wait_for_others(begun, days, every):
    collection = load(shipped())
    gone = list(collection.concepts)[1::every]  # these are tested by no card
    collection = replace(
        collection, cards={name: card for name, card in collection.cards.items() if card.concept not in gone}
    )
    with begun.reading() as r:
        latest = r.undoable()
        ahead = look(begun, collection, latest.zone, latest.at + timedelta(days=days))
        assert day_queue(r, collection, ahead.preferences, ahead.today) == ahead.queue
        assert ahead.queue.waiting
        deciding = before(ahead.queue.waiting, collection)
        cards = [card.id for card in of_concepts(collection, deciding)]
        assert r.memories_of(cards) == {face: m for face, m in r.memories().items() if face.card in cards}


@pytest.mark.parametrize("days", [0, 3])
def test_the_file_and_the_memories_say_alike_what_may_be_drawn(history, days):
    with Store.open(history).reading() as r:
        day = r.undoable().study_day + timedelta(days=days)
        met, unlearnt = r.met(), r.pending(day)[2]
        found = [name for name in met if name not in unlearnt]
        assert sorted(found) == sorted(learnt(r.memories(), day))
        assert len(found) > 200
        assert sorted(met) == sorted(map(str, r.memories()))
        assert unlearnt <= set(met)


def test_the_file_says_who_was_met_and_is_not_learnt(desk, at):
    day, faces = at().date(), [Face(name) for name in "abcdef"]
    memory = Scheduler().review(faces[0], None, Rating.EASY, at(-30), day - timedelta(days=30))
    memory = replace(memory, due_day=day + timedelta(days=10))
    minutes = replace(memory, state=State.RELEARNING, step=0, due_at=at())
    known, today, due = replace(memory, reviews=0), replace(memory, last_day=day), replace(memory, due_day=day)
    ahead = replace(memory, last_day=day + timedelta(days=1))  # of somebody who flew west since
    with desk.store.writing() as w:
        for face, each in zip(faces, (memory, known, today, minutes, due, ahead), strict=True):
            w.remember(face, each)
    with desk.store.reading() as r:
        memories, _, unlearnt = r.pending(day)
        assert memories == {Face("d"): minutes, Face("e"): due}
        assert unlearnt == {"b", "c", "d", "f"}
        assert set(r.met()) - unlearnt == set(learnt(r.memories(), day)) == {"a", "e"}
