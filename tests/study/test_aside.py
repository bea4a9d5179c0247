"""Suspending, burying and flagging a card, taking that back, and cards that do not stay."""

from dataclasses import replace
from datetime import timedelta

import pytest

from attnquiz.errors import LateAnswer, StoreError
from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory, State
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from attnquiz.store.entry import Happened
from attnquiz.study.answered import content_hash
from attnquiz.study.aside import (
    LAPSES,
    LONGEST_NOTE,
    Reason,
    bury,
    flag,
    flags,
    leech,
    suspend,
    unflag,
    unsuspend,
)
from attnquiz.study.drill import begin, commit, rate, redo, undo
from attnquiz.study.mastery import Mastery
from attnquiz.study.outlook import look
from attnquiz.study.proposal import Confidence
from attnquiz.study.session import Phase

SECOND = timedelta(seconds=1)


def kinds(store):
    with store.reading() as r:
        return [str(entry.kind) for entry in r.entries()]


def asked_all_day(desk, now):
    """Every card of a sitting in which everything is easy."""
    session, cards = begin(desk, now), []
    while session.phase is not Phase.DONE:
        cards.append(session.showing.card.id)
        now += SECOND
        session = rate(desk, commit(desk, session, None, Confidence.UNSURE, now), Rating.EASY, now)
    return cards


@pytest.fixture
def first(desk, at):
    """The first card of the first day, on the screen."""
    return begin(desk, at())


def test_a_suspended_card_gives_way_to_the_next_and_is_never_asked_again(desk, store, at, first):
    gone = first.showing.card.id
    after = suspend(desk, first, at(0, 9, 1))
    assert after.phase is Phase.ASK
    assert after.showing.card.id != gone
    assert "not asked any more" in after.note
    assert kinds(store) == ["suspend"]
    for day in (0, 1, 30):
        assert gone not in asked_all_day(desk, at(day, 10))
    assert examine(store) == []


def test_a_buried_card_is_asked_again_tomorrow(desk, store, at, first):
    later = first.showing.card.id
    after = bury(desk, first, at(0, 9, 1))
    assert after.showing.card.id != later
    assert kinds(store) == ["bury"]
    assert later not in asked_all_day(desk, at(0, 10))
    assert begin(desk, at(0, 23)).phase is Phase.DONE
    assert later in asked_all_day(desk, at(1, 10))


@pytest.mark.parametrize("put_aside", [suspend, bury])
def test_undo_shows_the_card_again_and_redo_puts_it_aside_again(desk, store, at, first, put_aside):
    put_aside(desk, first, at(0, 9, 1))
    back = undo(desk, at(0, 9, 2))
    assert (back.phase, back.showing.face) == (Phase.ASK, first.showing.face)
    assert back.note == "Taken back."
    assert redo(desk, at(0, 9, 3)).showing.face != first.showing.face
    back = undo(desk, at(0, 9, 4))
    answered = rate(desk, commit(desk, back, None, Confidence.UNSURE, at(0, 9, 5)), Rating.GOOD, at(0, 9, 6))
    assert answered.showing.face != first.showing.face
    with store.reading() as r:
        assert r.memory(first.showing.face).reviews == 1
    assert examine(store) == []


@pytest.mark.parametrize("put_aside", [suspend, bury])
def test_undo_and_redo_of_what_was_put_aside_survive_a_restart(desk, store, at, first, put_aside):
    def put_aside_now():
        with store.reading() as r:
            return first.showing.card.id in {*r.suspended(), *r.buried(at().date())}

    def restarted():
        return replace(desk, store=Store.open(store.path))

    put_aside(desk, first, at(0, 9, 1))
    back = undo(restarted(), at(0, 9, 2))
    assert (back.phase, back.showing.face) == (Phase.ASK, first.showing.face)
    assert not put_aside_now()
    assert redo(restarted(), at(0, 9, 3)).showing.face != first.showing.face
    assert put_aside_now()
    undo(restarted(), at(1))  # the next morning: it is still the latest thing done
    assert not put_aside_now()
    redo(restarted(), at(1, 9, 1))
    assert put_aside_now()
    assert redo(restarted(), at(1, 9, 2)).note == "There is nothing to redo."
    assert kinds(store)[1:] == ["withdrawal"] * 4
    assert examine(store) == []


@pytest.mark.parametrize("put_aside", [suspend, bury])
def test_a_double_click_puts_one_card_aside_once(desk, store, at, first, put_aside):
    put_aside(desk, first, at(0, 9, 1))
    with pytest.raises(LateAnswer, match="nothing was counted twice"):
        put_aside(desk, first, at(0, 9, 1))
    assert len(kinds(store)) == 1


def test_a_card_answered_in_another_tab_is_not_put_aside_by_a_late_click(desk, store, at, first):
    answered = commit(desk, begin(desk, at(0, 9, 1)), None, Confidence.UNSURE, at(0, 9, 2))
    with pytest.raises(LateAnswer):
        suspend(desk, first, at(0, 9, 3))
    rate(desk, answered, Rating.GOOD, at(0, 9, 4))
    with pytest.raises(LateAnswer):
        bury(desk, answered, at(0, 9, 5))
    assert kinds(store) == ["attempt", "review"]


def test_an_answer_in_another_tab_to_a_card_put_aside_meanwhile_comes_too_late(desk, store, at, first):
    suspend(desk, first, at(0, 9, 1))
    with pytest.raises(LateAnswer):
        commit(desk, first, None, Confidence.UNSURE, at(0, 9, 2))
    assert kinds(store) == ["suspend"]


@pytest.mark.parametrize("put_aside", [suspend, bury])
def test_a_queue_that_another_tab_made_before_passes_the_card_over(desk, at, first, put_aside):
    following = first.queue.new[0]
    put_aside(desk, begin(desk, at(0, 9, 1), first=following), at(0, 9, 2))
    after = rate(desk, commit(desk, first, None, Confidence.UNSURE, at(0, 9, 3)), Rating.EASY, at(0, 9, 4))
    assert after.phase is Phase.ASK
    assert after.showing.face.card not in (first.showing.face.card, following.card)


@pytest.mark.parametrize("put_aside", [suspend, bury])
def test_an_answer_that_waits_for_its_rating_takes_the_proposed_one_with_the_next_answer(
    desk, store, at, first, put_aside
):
    face = first.showing.face
    waiting = commit(desk, first, None, Confidence.UNSURE, at(0, 9, 1))
    after = put_aside(desk, waiting, at(0, 9, 2))
    assert (after.phase, after.showing.face != face) == (Phase.ASK, True)
    assert begin(desk, at(0, 9, 3)).showing.face == after.showing.face, "a reload does not go back to its feedback"
    commit(desk, after, None, Confidence.UNSURE, at(0, 9, 4))
    with store.reading() as r:
        review = [entry for entry in r.effective(face) if entry.kind is Happened.REVIEW]
        assert [entry.rating for entry in review] == [Rating.AGAIN]
        assert r.memory(face).reviews == 1
    assert face.card not in asked_all_day(desk, at(0, 10))
    assert examine(store) == []


def test_undoing_a_suspend_that_was_done_while_reading_the_feedback_shows_the_feedback_again(desk, at, first):
    waiting = commit(desk, first, None, Confidence.UNSURE, at(0, 9, 1))
    suspend(desk, waiting, at(0, 9, 2))
    back = undo(desk, at(0, 9, 3))
    assert (back.phase, back.attempt.id) == (Phase.FEEDBACK, waiting.attempt.id)
    assert undo(desk, at(0, 9, 4)).phase is Phase.ASK


def test_undo_goes_back_through_a_suspended_card_without_asking_what_was_seen(desk, store, at, first):
    face = first.showing.face
    waiting = commit(desk, first, None, Confidence.UNSURE, at(0, 9, 1))
    after = suspend(desk, waiting, at(0, 9, 2))
    commit(desk, after, None, Confidence.UNSURE, at(0, 9, 3))  # rates the answer to the suspended card
    assert undo(desk, at(0, 9, 4)).showing.face == after.showing.face
    back = undo(desk, at(0, 9, 5))
    assert (back.phase, back.showing.face) == (Phase.FEEDBACK, face)
    assert undo(desk, at(0, 9, 6)).phase is Phase.FEEDBACK  # the suspend is gone, the answer still waits
    assert kinds(store)[-3:] == ["withdrawal"] * 3
    assert examine(store) == []


def test_a_sibling_of_a_suspended_deletion_is_not_asked_either(desk, at):
    session = begin(desk, at(), first=Face("soft-cloze", 2))
    suspend(desk, session, at(0, 9, 1))
    assert "soft-cloze" not in asked_all_day(desk, at(0, 10))


def test_with_every_card_put_aside_the_sitting_is_done_and_nothing_lies_ahead(desk, store, at):
    session, now = begin(desk, at()), at()
    while session.phase is not Phase.DONE:
        now += SECOND
        session = suspend(desk, session, now)
    assert "not asked any more" in session.note
    ahead = look(store, desk.collection, desk.zone, now)
    assert (ahead.queue.counts(), ahead.seen, ahead.next_at, ahead.next_day) == ((0, 0, 0), 0, None, None)
    assert suspend(desk, session, now) is session


def test_a_suspended_card_stands_in_the_way_of_no_concept(desk, store, at):
    """``mask`` waits until half of the faces of ``soft`` are held: two of three were never answered."""
    session = begin(desk, at(), first=Face("soft-numeric"))
    rate(desk, commit(desk, session, None, Confidence.UNSURE, at(0, 9, 1)), Rating.EASY, at(0, 9, 2))
    assert "mask" in look(store, desk.collection, desk.zone, at(0, 9, 3)).queue.waiting
    suspend(desk, begin(desk, at(0, 9, 4), first=Face("soft-cloze", 1)), at(0, 9, 5))
    assert "mask" not in look(store, desk.collection, desk.zone, at(0, 9, 6)).queue.waiting


def test_the_outlook_counts_no_suspended_card_and_puts_a_buried_one_off_to_tomorrow(desk, store, at):
    now = at()
    for card in ("dot-basic", "soft-numeric"):
        now += SECOND
        session = begin(desk, now, first=Face(card))
        rate(desk, commit(desk, session, None, Confidence.UNSURE, now), Rating.EASY, now)
    before = look(store, desk.collection, desk.zone, at(60))
    assert set(before.queue.due) == {Face("dot-basic"), Face("soft-numeric")}
    suspend(desk, begin(desk, at(60), first=Face("dot-basic")), at(60, 9, 1))
    bury(desk, begin(desk, at(60), first=Face("soft-numeric")), at(60, 9, 2))
    after = look(store, desk.collection, desk.zone, at(60, 9, 3))
    assert after.queue.due == ()
    assert (after.seen, after.faces) == (before.seen - 1, before.faces - 1)
    assert set(after.memories) == {Face("soft-numeric")}
    assert after.memories[Face("soft-numeric")].due_day == after.next_day == at(61).date()
    assert look(store, desk.collection, desk.zone, at(61)).queue.due == (Face("soft-numeric"),)


def test_a_card_is_brought_back_once(desk, store, at, first):
    card = first.showing.card.id
    suspend(desk, first, at(0, 9, 1))
    unsuspend(desk, card, at(3, 9))
    assert card in asked_all_day(desk, at(3, 10))
    with pytest.raises(LateAnswer, match="nothing was changed"):
        unsuspend(desk, card, at(3, 11))
    assert examine(store) == []


def test_a_card_that_two_tabs_suspended_by_two_deletions_comes_back_at_once(desk, store, at):
    one, two = (begin(desk, at(), first=Face("soft-cloze", number)) for number in (1, 2))
    suspend(desk, one, at(0, 9, 1))
    suspend(desk, two, at(0, 9, 2))
    unsuspend(desk, "soft-cloze", at(0, 9, 3))
    with store.reading() as r:
        assert r.suspended() == {}


def test_a_flag_is_kept_with_its_note_and_the_card_stays_on_the_screen(desk, store, at, first):
    after = flag(desk, first, Reason.WRONG, "  says <b>d</b>, not d_k ", at(0, 9, 1))
    assert replace(after, note="") == first
    assert "you find this card wrong" in after.note
    with store.reading() as r:
        (kept,) = flags(r)
    assert (kept.card, kept.reason, kept.note) == (first.showing.card.id, "wrong", "says <b>d</b>, not d_k")
    assert kept.entry.content == content_hash(first.showing.card.text)
    answered = rate(desk, commit(desk, after, None, Confidence.UNSURE, at(0, 9, 2)), Rating.GOOD, at(0, 9, 3))
    assert kinds(store) == ["flag", "attempt", "review"]
    assert answered.showing.face != first.showing.face


def test_a_double_click_flags_once_and_another_reason_is_another_flag(desk, store, at, first):
    flag(desk, first, Reason.UNCLEAR, "", at(0, 9, 1))
    with pytest.raises(LateAnswer):
        flag(desk, first, Reason.UNCLEAR, "again", at(0, 9, 1))
    flag(desk, first, Reason.TOO_EASY, "", at(0, 9, 2))
    with store.reading() as r:
        assert [kept.reason for kept in flags(r)] == ["too easy", "unclear"]


def test_a_flag_lets_no_second_tab_answer_the_card_twice(desk, store, at, first):
    flag(desk, first, Reason.UNCLEAR, "", at(0, 9, 1))
    other = begin(desk, at(0, 9, 2))
    assert other.showing.token == first.showing.token
    commit(desk, first, None, Confidence.UNSURE, at(0, 9, 3))
    with pytest.raises(LateAnswer):
        commit(desk, other, None, Confidence.UNSURE, at(0, 9, 4))


def test_a_flag_is_taken_back_by_undo_or_from_the_list(desk, store, at, first):
    flag(desk, first, Reason.UNCLEAR, "", at(0, 9, 1))
    back = undo(desk, at(0, 9, 2))
    assert (back.phase, back.showing.face) == (Phase.ASK, first.showing.face)
    waiting = commit(desk, back, None, Confidence.UNSURE, at(0, 9, 3))
    flag(desk, waiting, Reason.UNCLEAR, "so", at(0, 9, 4))
    assert undo(desk, at(0, 9, 5)).phase is Phase.FEEDBACK
    redo(desk, at(0, 9, 6))
    with store.reading() as r:
        (kept,) = flags(r)
    unflag(desk, kept.entry, at(0, 9, 7))
    with pytest.raises(LateAnswer):
        unflag(desk, kept.entry, at(0, 9, 8))
    with store.reading() as r:
        assert flags(r) == []
    assert examine(store) == []


def test_a_note_may_have_500_characters_and_no_more(desk, store, at, first):
    flag(desk, first, Reason.WRONG, "x" * LONGEST_NOTE, at(0, 9, 1))
    with pytest.raises(StoreError, match="501 characters; 500 fit"):
        flag(desk, first, Reason.UNCLEAR, "x" * (LONGEST_NOTE + 1), at(0, 9, 2))
    assert kinds(store) == ["flag"]


def test_what_is_set_aside_belongs_to_its_study_day_in_the_learners_zone(desk, store, at, first):
    bury(desk, first, at(1, 1, 30))  # half past three in Berlin: still the day before
    with store.reading() as r:
        (entry,) = r.entries()
    assert entry.study_day == at(0).date()


@pytest.fixture
def forgotten(at):
    def make(lapses):
        return Memory(State.REVIEW, None, 1.0, 9.0, at(9).date(), None, at(8).date(), at(8), 30, lapses)

    return make


def known(**recalls):
    """Masteries by concept; a concept without a number has no faces, one with None was never asked."""
    recalls |= {name: "none" for name in ("dot", "soft", "mask", "between", "far") if name not in recalls}
    return {
        name: Mastery(name, 0, 0, 0, None) if recall == "none" else Mastery(name, 4, 2, 1, recall)
        for name, recall in recalls.items()
    }


def test_a_card_is_a_leech_from_six_lapses_on(collection, forgotten):
    card, concepts = collection.cards["far-shape"], collection.concepts
    assert leech(card, None, known(), concepts) is None
    assert leech(card, forgotten(LAPSES - 1), known(), concepts) is None
    assert leech(card, forgotten(LAPSES), known(), concepts).lapses == 6


@pytest.mark.parametrize(
    ("recalls", "weakest"),
    [
        ({"dot": 0.9, "mask": 0.7}, "mask"),  # through "between", which has no cards
        ({"dot": 0.6, "mask": 0.7}, "dot"),
        ({"dot": 0.6, "mask": None}, "mask"),  # never asked
        ({"dot": 0.6, "soft": 0.1}, "soft"),  # mask has no cards either
        ({}, None),
    ],
)
def test_a_leech_names_the_prerequisite_that_is_known_least(collection, forgotten, recalls, weakest):
    found = leech(collection.cards["far-shape"], forgotten(8), known(**recalls), collection.concepts)
    assert (found.weakest.concept if found.weakest else None) == weakest


def test_a_leech_of_ones_own_or_without_prerequisites_names_none(collection, forgotten):
    own = replace(collection.cards["dot-basic"], concept="")
    assert leech(own, forgotten(7), known(dot=0.9), collection.concepts).weakest is None
    assert leech(collection.cards["dot-basic"], forgotten(7), known(dot=0.9), collection.concepts).weakest is None
