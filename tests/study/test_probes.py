"""Spot checks: who is drawn and when, what an answer to one moves, and that log and memory agree about it."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from hashlib import blake2b
from itertools import pairwise
from random import Random

import pytest

from attnquiz.errors import LateAnswer
from attnquiz.measure.forgetting import curve, met
from attnquiz.recall.face import Face
from attnquiz.recall.memory import State
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import Scheduler, wait
from attnquiz.store.doctor import examine
from attnquiz.store.entry import Happened, Purpose
from attnquiz.store.repair import repair
from attnquiz.study import aside, drill
from attnquiz.study.choices import choose
from attnquiz.study.outlook import day_queue, look
from attnquiz.study.preferences import OFF, Preferences
from attnquiz.study.probes import EVERY, MOST, Probes, draw
from attnquiz.study.probes import learnt as may_be_drawn
from attnquiz.study.proposal import Confidence
from attnquiz.study.queue import Queue, Today, build, with_probes
from attnquiz.study.session import Phase

SURE = Confidence.SURE
DOT, SOFT, MASK, CLOZE_1, CLOZE_2 = (
    Face("dot-basic"), Face("soft-numeric"), Face("mask-mc"), Face("soft-cloze", 1), Face("soft-cloze", 2),
)  # fmt: skip
DAY = date(2026, 3, 2)


@pytest.fixture
def learnt(at):
    """What is believed about a face that comes back in so many days."""
    memory = Scheduler().review(DOT, None, Rating.EASY, at(-30), DAY - timedelta(days=30))
    return lambda due_in=10: replace(memory, due_day=DAY + timedelta(days=due_in))


def drawn(collection, memories, day=DAY, learner="local", done=Today(), **more):  # noqa: B008
    queue = build(collection, memories, done, Scheduler(), Preferences(), day)
    return with_probes(queue, collection, may_be_drawn(memories, day), done, Preferences(**more), day, learner)


def test_each_block_of_twenty_reviews_has_one_turn_and_every_place_is_as_likely():
    turns = [asked for asked in range(2000) if Probes(7, (DOT,), asked).next()]
    assert [asked // EVERY for asked in turns] == list(range(100))
    places = Counter(
        next(asked for asked in range(EVERY) if Probes(seed, (DOT,), asked).next()) for seed in range(4000)
    )
    assert sorted(places) == list(range(EVERY))
    assert all(abs(count - 200) < 5 * 200**0.5 for count in places.values())


def test_every_learnt_face_is_as_likely_to_be_drawn_first_due_or_not(every_kind, learnt):
    faces = {Face(card.id, 1 if card.kind == "cloze" else 0) for card in every_kind.cards.values()}
    memories = {face: learnt(due_in=place % 3 - 1) for place, face in enumerate(sorted(faces))}
    days = [DAY + timedelta(days=number) for number in range(3000)]
    first = Counter(draw(every_kind, list(map(str, memories)), {}, "local", day, 0).faces[0] for day in days)
    expected = len(days) / len(faces)
    assert first.keys() == faces
    assert all(abs(count - expected) < 5 * expected**0.5 for count in first.values())


@pytest.mark.parametrize("number", [0, 1, 50, 200, 3000])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.98])
def test_who_is_drawn_is_decided_by_an_order_of_the_day_that_looks_at_all(every_kind, number, share):
    card, dice = every_kind.cards["a-basic"], Random(number)
    cards = {f"card-{place}": card for place in range(number)}
    collection = replace(every_kind, cards=cards)
    taken = {name: None for name in cards if dice.random() < share}

    def place(name):
        return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")

    seeds = {learner: place(f"{learner} {DAY}") for learner in ("local", "grace", "ada")}
    assert {seed % 2 for seed in seeds.values()} == {0, 1}
    for learner, seed in seeds.items():
        order = sorted(cards, key=lambda name: place(name) * (seed | 1) % 2**64)
        expected = [Face(name) for name in order if name not in taken][:MOST]
        assert draw(collection, list(cards), taken, learner, DAY, 0).faces == tuple(expected)


@pytest.mark.parametrize("number", [1, 40, 3000])
def test_who_is_drawn_does_not_depend_on_when_it_is_looked_at(every_kind, number):
    card, dice = every_kind.cards["a-basic"], Random(number)
    cards = {f"card-{place}": card for place in range(number)}
    collection, unlearnt = replace(every_kind, cards=cards), {name for name in cards if dice.random() < 0.2}
    only = draw(collection, [name for name in cards if name not in unlearnt], {}, "local", DAY, 0)
    probes, left, turns = draw(collection, list(cards), {}, "local", DAY, 0, unlearnt), list(only.faces), 0
    for _ in range(100):
        drawn = probes.next()
        assert drawn in left[:1] or drawn is None
        turns += drawn is not None
        face = drawn or Face(dice.choice([*cards, "another"]))
        left = [other for other in left if other != face]
        probes = probes.without(face).reviewed()
    assert probes.faces == tuple(left)
    assert turns <= 5
    assert turns == 5 or number < 100


def test_two_learners_and_two_days_draw_differently_and_the_same_ones_the_same(every_kind, learnt):
    memories = {Face(name): learnt() for name in every_kind.cards}
    one = drawn(every_kind, memories).probes
    assert one == drawn(every_kind, dict(sorted(memories.items(), reverse=True))).probes
    assert one.faces != drawn(every_kind, memories, learner="somebody").probes.faces
    assert one.faces != drawn(every_kind, memories, DAY + timedelta(days=1)).probes.faces


def test_only_what_is_learnt_and_was_left_alone_today_is_drawn(collection, learnt, at):
    counted = replace(learnt(), reviews=0)  # counts as known since the placement test
    minutes = replace(learnt(), state=State.LEARNING, step=0, due_at=at())
    memories = {DOT: learnt(), SOFT: minutes, MASK: counted, Face("gone"): learnt()}
    assert drawn(collection, memories).probes.faces == (DOT,)
    assert drawn(collection, memories, done=Today(reviewed=1, faces=frozenset({DOT}))).probes.faces == ()
    assert drawn(collection, memories, probes=False).probes == Probes()
    buried = with_probes(Queue(), collection, [str(DOT)], Today(), Preferences(), DAY, "local", frozenset({DOT.card}))
    assert buried.probes.faces == ()


def test_no_face_is_drawn_whose_sibling_is_asked_today(collection, learnt, at):
    memories = {CLOZE_1: learnt(), CLOZE_2: learnt()}
    assert len(drawn(collection, memories).probes.faces) == 1
    assert drawn(collection, memories | {CLOZE_2: learnt(due_in=-1)}).probes.faces == (CLOZE_2,)
    minutes = replace(learnt(), state=State.RELEARNING, step=0, due_at=at())
    assert drawn(collection, memories | {CLOZE_2: minutes}).probes.faces == ()
    assert drawn(collection, {CLOZE_1: learnt()}, done=Today(1, 1, frozenset({CLOZE_2}))).probes.faces == ()
    assert CLOZE_2 not in drawn(collection, {DOT: learnt()}).probes.faces, "that card is new"


def test_a_spot_check_comes_at_its_turn_once_and_never_alone(learnt, at):
    turn = next(asked for asked in range(EVERY) if Probes(7, (DOT,), asked).next())
    queue = Queue(due=(SOFT, DOT, MASK), probes=Probes(7, (DOT, CLOZE_1), turn))
    assert queue.spot_check(at()) == DOT
    face, rest = queue.pop(at())
    assert (face, rest.due, rest.probes.faces) == (DOT, (SOFT, MASK), (CLOZE_1,))
    assert rest.put_back(DOT, learnt()).pop(at())[0] == SOFT
    alone = replace(queue, due=())
    assert alone.spot_check(at()) is None
    assert alone.pop(at()) == (None, alone)
    before = replace(queue, probes=Probes(7, (SOFT, CLOZE_1), turn - 1 if turn else EVERY - 1))
    face, rest = before.pop(at())
    assert (face, rest.probes.faces) == (SOFT, (CLOZE_1,)), "what is asked anyway is not drawn as well"


# On the real sitting


def answer(desk, session, now, rating):
    if session.showing.card.kind == "mc" and session.phase is Phase.ASK and not session.showing.retired:
        session = session.recall(SURE, now)
    return drill.rate(desk, drill.commit(desk, session, None, SURE, now), rating, now)


@pytest.fixture
def checked(desk, at):
    """``checked(due)``: a sitting that begins with a spot check of a face that is, or is not, due; and its day."""
    for face in (DOT, SOFT):
        answer(desk, drill.begin(desk, at(), first=face), at(), Rating.EASY)

    def until(due):
        for day in range(1, 400):
            session = drill.begin(desk, at(day))
            if session.showing.purpose is Purpose.PROBE and (session.showing.memory.due_day <= session.today) == due:
                return session, day
            if not due and day % 8 == 0:  # so that there are some that are not
                answer(desk, drill.begin(desk, at(day), first=DOT), at(day), Rating.EASY)
        raise AssertionError("none in a year")

    return until


def remembered(desk, face):
    with desk.store.reading() as r:
        return r.memory(face)


@pytest.mark.parametrize("rating", [Rating.HARD, Rating.GOOD, Rating.EASY])
def test_one_that_is_not_due_and_is_known_moves_nothing(desk, at, checked, rating):
    session, day = checked(due=False)
    face, before = session.showing.face, session.showing.memory
    after = answer(desk, session, at(day, 9, 1), rating)
    assert remembered(desk, face) == before
    assert after.showing.face != face
    with desk.store.reading() as r:
        attempt, review = list(r.entries(face))[-2:]
    assert attempt.purpose is review.purpose is Purpose.PROBE
    assert json.loads(review.memory_before) == json.loads(review.memory_after)
    assert attempt.predicted_recall == Scheduler().recall(before, at(day).date())
    assert examine(desk.store) == []


def test_its_past_shows_it_and_goes_on_fading_as_if_it_had_not_been(desk, at, checked):
    session, day = checked(due=False)
    face, before = session.showing.face, session.showing.memory
    answer(desk, session, at(day, 9, 1), Rating.GOOD)
    with desk.store.reading() as r:
        course = r.course(face)
    assert course[-1][0].purpose is Purpose.PROBE
    assert course[-1][1] == course[-2][1] == before
    drawn = curve(course, Scheduler(), at(day + 5).date())
    assert len(set(drawn[drawn.day == at(day).date()].recall)) == 1, "the curve does not jump"
    point = met(course, Scheduler(), at(day + 5).date()).iloc[-1]
    assert (point.outcome, point.recall) == ("remembered", Scheduler().recall(before, at(day).date()))


def test_repair_brings_back_what_spot_checks_left(desk, at, checked):
    session, day = checked(due=False)
    answer(desk, session, at(day, 9, 1), Rating.GOOD)
    with desk.store.reading() as r:
        memories = r.memories()
    with closing(sqlite3.connect(desk.store.path)) as db:
        db.execute("delete from memory")
        db.commit()
    repair(desk.store, lambda: None)
    with desk.store.reading() as r:
        assert r.memories() == memories
    assert examine(desk.store) == []


def test_one_that_is_not_due_and_is_forgotten_is_due_today_as_after_any_lapse(desk, at, checked):
    session, day = checked(due=False)
    face, before = session.showing.face, session.showing.memory
    answer(desk, session, at(day, 9, 1), Rating.AGAIN)
    lapsed = remembered(desk, face)
    assert lapsed == Scheduler().review(face, before, Rating.AGAIN, at(day, 9, 1), at(day).date())
    assert (lapsed.due_day, lapsed.due_at, lapsed.lapses) == (session.today, at(day, 9, 11), before.lapses + 1)
    back = drill.begin(desk, at(day, 9, 12))
    assert (back.showing.face, back.showing.purpose) == (face, Purpose.DUE)
    answer(desk, back, at(day, 9, 12), Rating.GOOD)
    assert remembered(desk, face).due_day > session.today
    assert examine(desk.store) == []


def test_one_that_is_due_schedules_as_usual_and_is_asked_no_second_time(desk, at, checked):
    session, day = checked(due=True)
    face, before = session.showing.face, session.showing.memory
    assert face not in session.queue.due
    answer(desk, session, at(day, 9, 1), Rating.GOOD)
    assert remembered(desk, face) == Scheduler().review(face, before, Rating.GOOD, at(day, 9, 1), at(day).date())
    assert examine(desk.store) == []


@pytest.mark.parametrize("due", [True, False])
def test_what_a_button_says_is_what_happens(desk, at, checked, due):
    session, day = checked(due=due)
    now = at(day, 9, 1)
    committed = drill.commit(desk, session, None, SURE, now)
    for rating, (memory, delta) in drill.preview(committed, now).items():
        drill.rate(desk, committed, rating, now)
        assert memory == remembered(desk, session.showing.face)
        assert delta == wait(memory, now, at(day).date())
        again = drill.undo(desk, now)
        assert (again.phase, again.showing.purpose) == (Phase.FEEDBACK, Purpose.PROBE)
        committed = again


def test_a_reload_and_a_second_tab_see_the_same_and_only_one_of_them_counts(desk, at, checked):
    session, day = checked(due=False)
    other = drill.begin(desk, at(day, 9, 2))
    assert replace(other.showing, shown_at=session.showing.shown_at) == session.showing
    committed = drill.commit(desk, session, None, SURE, at(day, 9, 3))
    reloaded = drill.begin(desk, at(day, 9, 4))
    assert (reloaded.phase, reloaded.showing.purpose) == (Phase.FEEDBACK, Purpose.PROBE)
    with pytest.raises(LateAnswer):
        drill.commit(desk, other, None, SURE, at(day, 9, 4))
    drill.rate(desk, committed, Rating.GOOD, at(day, 9, 5))
    with pytest.raises(LateAnswer):
        drill.rate(desk, reloaded, Rating.AGAIN, at(day, 9, 5))
    with desk.store.reading() as r:
        assert sum(entry.purpose is Purpose.PROBE for entry in r.effective()) == 2  # an attempt and a review


def test_a_tab_that_was_left_standing_does_not_draw_what_was_asked_since(desk, at, checked):
    """Both have the turn of a spot check after their first answer; the second tab comes to it last."""
    for day in range(1, 400):
        slow, quick = drill.begin(desk, at(day), first=MASK), drill.begin(desk, at(day))
        face = replace(slow.queue.probes, asked=1).next()
        if face is not None and face != quick.showing.face:
            break
    quick = answer(desk, quick, at(day, 9, 1), Rating.EASY)
    assert (quick.showing.face, quick.showing.purpose) == (face, Purpose.PROBE)
    answer(desk, quick, at(day, 9, 2), Rating.GOOD)
    assert slow.queue.put_back(MASK, quick.showing.memory).spot_check(at(day)) == face
    assert answer(desk, slow, at(day, 9, 3), Rating.EASY).showing.face != face


def test_undo_and_redo_bring_back_what_was_and_a_spot_check_stays_one(desk, at, checked):
    session, day = checked(due=False)
    face, before = session.showing.face, session.showing.memory
    answer(desk, session, at(day, 9, 1), Rating.AGAIN)
    lapsed = remembered(desk, face)
    assert drill.undo(desk, at(day, 9, 2)).showing.purpose is Purpose.PROBE
    assert remembered(desk, face) == before
    asked = drill.undo(desk, at(day, 9, 3))
    assert (asked.phase, asked.showing.face, asked.showing.purpose) == (Phase.ASK, face, Purpose.PROBE)
    drill.redo(desk, at(day, 9, 4))
    drill.redo(desk, at(day, 9, 5))
    assert remembered(desk, face) == lapsed
    assert examine(desk.store) == []


def test_one_that_is_undone_on_another_day_is_still_one(desk, at, checked):
    """As any other card it would move a memory whose day has not come."""
    session, day = checked(due=False)
    face, before = session.showing.face, session.showing.memory
    drill.commit(desk, session, None, SURE, at(day, 9, 1))
    looked_up = drill.begin(desk, at(day + 1), first=face)
    assert (looked_up.phase, looked_up.showing.purpose) == (Phase.FEEDBACK, Purpose.PROBE)
    again = drill.undo(desk, at(day + 1))
    assert (again.phase, again.showing.face, again.showing.purpose) == (Phase.ASK, face, Purpose.PROBE)
    assert drill.begin(desk, at(day + 1), first=face).showing.purpose is Purpose.DUE, "looked up, it is no draw"
    assert before.due_day > again.today
    answer(desk, again, at(day + 1, 9, 3), Rating.GOOD)
    assert remembered(desk, face) == before


def test_a_card_that_is_looked_up_or_read_about_when_its_turn_comes_is_no_draw(desk, at, checked):
    session, day = checked(due=False)
    assert drill.begin(desk, at(day), first=session.showing.face).showing.purpose is Purpose.DUE


def test_one_that_is_set_aside_gives_its_turn_to_another_and_comes_back_with_undo(desk, at, checked):
    session, day = checked(due=False)
    face = session.showing.face
    assert aside.bury(desk, session, at(day, 9, 1)).showing.face != face
    back = drill.undo(desk, at(day, 9, 2))
    assert (back.showing.face, back.showing.purpose) == (face, Purpose.PROBE)


def test_a_clock_that_was_set_back_does_not_make_a_right_one_move_anything_later(desk, at, checked):
    """Replay puts the answer of the earlier day first, and then the face is not spaced any more when it is drawn."""
    session, day = checked(due=False)
    face = session.showing.face
    answer(desk, session, at(day, 9, 1), Rating.GOOD)
    early = (session.showing.memory.last_day - at().date()).days + 1
    assert early < day
    answer(desk, drill.begin(desk, at(early), first=face), at(early), Rating.AGAIN)
    assert remembered(desk, face).last_day == at(early).date()
    assert examine(desk.store) == []


def test_a_right_one_whose_past_is_gone_leaves_no_memory(desk, at, checked, store):
    """A merge may bring a withdrawal of everything before it."""
    session, day = checked(due=False)
    face = session.showing.face
    answer(desk, session, at(day, 9, 1), Rating.GOOD)
    with store.writing() as w:
        for entry in [e for e in w.effective(face) if e.kind is Happened.REVIEW and e.purpose is not Purpose.PROBE]:
            drill.withdraw(w, desk, entry, at(day, 9, 2))
    assert remembered(desk, face) is None
    assert examine(store) == []


def test_whoever_wants_none_gets_none(desk, at, checked):
    session, day = checked(due=False)
    choose(desk, "probes", OFF, at(day))
    asked = drill.begin(desk, at(day))
    assert asked.showing.purpose is not Purpose.PROBE
    with desk.store.reading() as r:
        assert day_queue(r, desk.collection, Preferences.read(r.settings()), session.today).probes.faces == ()


def test_the_page_of_today_does_not_count_them(desk, at, checked):
    session, day = checked(due=False)
    ahead = look(desk.store, desk.collection, "Europe/Berlin", at(day))
    assert session.showing.face not in (*ahead.queue.due, *ahead.queue.new)
    assert ahead.queue.probes.faces


@pytest.mark.parametrize("seed", range(3))
def test_memory_is_the_log_replayed_after_random_days_with_spot_checks(seed, learner, at):
    """Answers, undo, redo, reloads, pauses and clocks set back, until there were enough of them."""
    dice, desk, now, wrong = Random(seed), learner.desk, at(), 0
    session = drill.begin(desk, now)
    for step in range(900):
        now += timedelta(seconds=dice.randint(5, 60))
        what = dice.random()
        if what < 0.04:
            session = (drill.undo if dice.random() < 0.5 else drill.redo)(desk, now)
        elif what < 0.06 or session.phase is Phase.DONE:
            now += timedelta(days=dice.choice([0, 1, 1, 2, 5]))
            session = drill.begin(desk, now)
        elif what < 0.07:
            now -= timedelta(minutes=dice.choice([1, 60, 3000]))
            session = drill.begin(desk, now)
        elif session.phase is Phase.FEEDBACK:
            rating = dice.choices(list(Rating), [3, 1, 3, 3])[0]
            probe, before = session.showing.purpose is Purpose.PROBE, session.showing.memory
            early = probe and before.due_day > session.attempt.study_day
            after = drill.rate(desk, session, rating, now)
            if early and rating is not Rating.AGAIN:
                assert remembered(desk, session.showing.face) == before
            elif early:
                wrong += 1
                assert remembered(desk, session.showing.face).due_day == session.attempt.study_day
            session = after
        else:
            session = drill.commit(desk, session.ask(now), None, SURE, now)
        if step % 60 == 0:
            assert examine(desk.store) == []
    assert examine(desk.store) == []
    assert wrong


# In a long life


def test_one_review_in_twenty_of_a_long_history_is_one(history):
    """Counted in the file itself."""
    with closing(sqlite3.connect(history)) as db:
        purposes = dict(db.execute("select purpose, count(*) from log where kind = 'review' group by 1"))
        rows = db.execute(
            "select json_extract(memory_before, '$.state'), json_extract(memory_before, '$.due_day'), study_day,"
            " rating, memory_before = memory_after, json_extract(memory_after, '$.due_day'),"
            " json_extract(memory_before, '$.last_day') from log where kind = 'review' and purpose = 'probe'"
        ).fetchall()
        days = db.execute(
            "select study_day, card, max(purpose = 'probe'), count(distinct deletion) from log where kind = 'review'"
            " group by 1, 2"
        ).fetchall()
        order = [purpose for (purpose,) in db.execute("select purpose from log where kind = 'review' order by number")]
    assert 0.045 < purposes["probe"] / sum(purposes.values()) < 0.055
    assert {state for state, *_ in rows} == {"review"}
    assert all(last < day for *_, day, _, _, _, last in rows)
    early = [(rating, same, after == day) for _, due, day, rating, same, after, _ in rows if due > day]
    assert len(early) > 500
    assert {row for row in early if row[0] > 1} == {(rating, 1, False) for rating in (2, 3, 4)}
    assert {row for row in early if row[0] == 1} == {(1, 0, True)}
    assert any(due <= day for _, due, day, *_ in rows), "due ones are drawn as well"
    assert all(number == 1 for *_, number in days)
    places = [place for place, purpose in enumerate(order) if purpose == "probe"]
    assert sorted(b - a for a, b in pairwise(places))[len(places) // 10] > 3, "spread, not in heaps"
