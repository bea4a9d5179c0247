"""Answering cards against a real file."""

import json
import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from attnquiz.cards.grading import Verdict
from attnquiz.errors import LateAnswer
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import Scheduler
from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from attnquiz.store.entry import Happened, Purpose
from attnquiz.study import drill
from attnquiz.study.outlook import look
from attnquiz.study.proposal import Confidence
from attnquiz.study.session import Phase
from attnquiz.study.showing import grading_of, order

SURE, UNSURE = Confidence
DOT, SOFT, CLOZE_1 = Face("dot-basic"), Face("soft-numeric"), Face("soft-cloze", 1)


def rows(store: Store, kind: str) -> int:
    """How many entries of a kind the file holds, counted without any code of ours."""
    with sqlite3.connect(store.path) as db:
        number = db.execute("select count(*) from log where kind = ?", [kind]).fetchone()[0]
    db.close()
    return number


def answer(desk, session, text, now, rating=None, confidence=SURE):
    """Commit and rate in one go, with the proposed rating unless another is given."""
    if session.showing.card.kind == "mc" and session.phase is Phase.ASK:
        session = session.recall(confidence, now)
    committed = drill.commit(desk, session, text, confidence, now)
    return drill.rate(desk, committed, rating or committed.attempt.proposed, now)


def test_an_answer_is_written_before_feedback_and_moves_no_memory(desk, store, at):
    session = drill.commit(desk, drill.begin(desk, at()), "", SURE, at(0, 9, 1))
    assert session.phase is Phase.FEEDBACK
    assert (rows(store, "attempt"), rows(store, "review")) == (1, 0)
    with store.reading() as r:
        assert r.memories() == {}


def test_a_rating_writes_the_review_and_the_memory_that_the_scheduler_gives(desk, store, at):
    answer(desk, drill.begin(desk, at()), "", at(0, 9, 1), Rating.EASY)
    expected = Scheduler().review(DOT, None, Rating.EASY, at(0, 9, 1), at().date())
    with store.reading() as r:
        assert r.memory(DOT) == expected
    assert examine(store) == []


def test_the_review_row_tells_how_the_answer_came_about(desk, store, at):
    session = drill.begin(desk, at(), first=SOFT)
    answer(desk, session, "1/1", at(0, 9, 0, 30), confidence=UNSURE)
    with store.reading() as r:
        review = next(entry for entry in r.entries(SOFT) if entry.kind is Happened.REVIEW)
    assert review.purpose is Purpose.NEW
    assert (review.answer, review.confidence, review.verdict) == ("1/1", "unsure", "wrong")
    assert review.misconception == "softmax-is-share"
    assert (review.committed_at - review.shown_at).total_seconds() == 30
    assert review.rating is review.proposed is Rating.AGAIN
    assert review.predicted_recall is None
    assert review.memory_before is None
    assert (review.zone, review.study_day.isoformat(), review.app_version) == ("Europe/Berlin", "2026-06-01", "test")


def test_the_next_review_row_holds_what_was_predicted_and_the_memory_before(desk, store, at):
    answer(desk, drill.begin(desk, at()), "", at(), Rating.EASY)
    with store.reading() as r:
        before = r.memory(DOT)
    answer(desk, drill.begin(desk, at(9), first=DOT), "", at(9))
    with store.reading() as r:
        attempt, review = list(r.entries(DOT))[-2:]
        assert json.loads(review.memory_after)["reviews"] == r.memory(DOT).reviews == 2
    assert attempt.predicted_recall == review.predicted_recall == Scheduler().recall(before, at(9).date())
    assert 0.5 < review.predicted_recall < 1
    assert json.loads(review.memory_before)["stability"] == before.stability
    assert review.purpose is Purpose.DUE


def test_the_next_card_follows_the_rating(desk, at):
    session = answer(desk, drill.begin(desk, at()), "", at())
    assert (session.phase, session.showing.face) == (Phase.ASK, SOFT)


def test_a_reload_lands_on_the_feedback_of_an_answer_that_was_not_rated(desk, at):
    before = drill.commit(desk, drill.begin(desk, at(), first=SOFT), "0.576", SURE, at())
    after = drill.begin(desk, at(0, 9, 5))
    assert (after.phase, after.showing.face, after.attempt) == (Phase.FEEDBACK, SOFT, before.attempt)
    assert (after.showing.variant, after.showing.seed, after.token) == (
        before.showing.variant, before.showing.seed, before.token,
    )  # fmt: skip
    assert grading_of(after.showing, after.attempt) == grading_of(before.showing, before.attempt)


def test_a_reload_before_the_answer_shows_the_same_variant_in_the_same_order(desk, at):
    first, again = (drill.begin(desk, at(0, hour), first=Face("mask-mc")) for hour in (9, 10))
    assert order(first.showing) == order(again.showing)
    assert (first.showing.variant, first.token) == (again.showing.variant, again.token)


def test_two_tabs_that_show_one_card_count_one_answer(desk, store, at):
    one, two = drill.begin(desk, at()), drill.begin(desk, at())
    one = drill.commit(desk, one, "", SURE, at())
    with pytest.raises(LateAnswer, match="another tab"):
        drill.commit(desk, two, "", SURE, at())
    drill.rate(desk, one, Rating.GOOD, at())
    with pytest.raises(LateAnswer):
        drill.rate(desk, one, Rating.AGAIN, at())
    assert (rows(store, "attempt"), rows(store, "review")) == (1, 1)
    with store.reading() as r:
        assert r.memory(DOT).reviews == 1


def test_a_rating_that_comes_days_after_another_tab_gave_it_is_late_and_nothing_else(desk, at):
    forgotten_tab = drill.commit(desk, drill.begin(desk, at()), "", SURE, at())
    drill.rate(desk, drill.begin(desk, at()), Rating.EASY, at())
    answer(desk, drill.begin(desk, at(9), first=DOT), "", at(9))
    with pytest.raises(LateAnswer):
        drill.rate(desk, forgotten_tab, Rating.AGAIN, at(9, 10))


def test_a_late_answer_in_one_tab_does_not_settle_the_answer_of_the_other(desk, store, at):
    one, two = drill.begin(desk, at()), drill.begin(desk, at())
    drill.commit(desk, one, "", SURE, at())
    with pytest.raises(LateAnswer):
        drill.commit(desk, two, "", SURE, at())
    assert rows(store, "review") == 0


def test_an_answer_left_without_a_rating_takes_the_proposed_one_when_another_card_is_answered(desk, store, at):
    other_tab = drill.begin(desk, at(), first=SOFT)
    drill.commit(desk, drill.begin(desk, at()), "", UNSURE, at())
    drill.commit(desk, other_tab, "0.576", SURE, at(0, 9, 2))
    with store.reading() as r:
        assert [entry.rating for entry in r.entries(DOT) if entry.kind is Happened.REVIEW] == [Rating.HARD]


def test_a_review_counts_for_the_study_day_of_its_answer_even_when_rated_after_the_rollover(desk, store, at):
    late_evening = at(0, 1, 59)  # 3:59 in Berlin, still the day before
    session = drill.commit(desk, drill.begin(desk, late_evening), "", SURE, late_evening)
    drill.rate(desk, session, Rating.EASY, at(0, 2, 1))
    with store.reading() as r:
        assert r.memory(DOT).last_day.isoformat() == "2026-05-31"


def test_what_cannot_be_read_is_asked_again_and_nothing_is_written(desk, store, at):
    session = drill.begin(desk, at(), first=SOFT)
    again = drill.commit(desk, session, "about a half", SURE, at())
    assert (again.phase, again.token) == (Phase.ASK, session.token)
    assert again.note
    assert rows(store, "attempt") == 0


def test_a_slip_is_asked_again_once_and_then_counts_as_hard(desk, store, at):
    session = drill.begin(desk, at(), first=CLOZE_1)
    once = drill.commit(desk, session, "exponentiats", SURE, at())
    assert (once.phase, once.retried, rows(store, "attempt")) == (Phase.ASK, True, 0)
    right = drill.commit(desk, once, "exponentiates", SURE, at())
    assert (right.attempt.verdict, right.attempt.proposed) == (Verdict.RIGHT, Rating.HARD)


def test_the_same_slip_twice_counts_as_a_slip_and_hard(desk, at):
    once = drill.commit(desk, drill.begin(desk, at(), first=CLOZE_1), "exponentiats", SURE, at())
    twice = drill.commit(desk, once, "exponentiats", SURE, at())
    assert (twice.phase, twice.attempt.verdict, twice.attempt.proposed) == (Phase.FEEDBACK, Verdict.SLIP, Rating.HARD)


def test_a_late_second_click_does_not_change_how_sure_the_learner_was(desk, at):
    session = drill.begin(desk, at(), first=Face("mask-mc")).recall(UNSURE, at())
    assert session.recall(SURE, at(0, 9, 1)) == session


def test_i_do_not_know_is_an_attempt_and_proposes_again(desk, at):
    session = drill.commit(desk, drill.begin(desk, at(), first=SOFT), None, UNSURE, at())
    assert (session.attempt.verdict, session.attempt.proposed) == (Verdict.UNKNOWN, Rating.AGAIN)


def test_a_wrong_option_names_the_belief_behind_it(desk, at):
    session = drill.begin(desk, at(), first=Face("mask-mc")).recall(SURE, at())
    assert session.phase is Phase.CHOOSE
    session = drill.commit(desk, session, "C", SURE, at())
    assert session.attempt.misconception == "causal-excludes-self"


def test_preview_on_the_buttons_is_what_happens(desk, store, at):
    for rating in Rating:
        desk_of_one = replace(desk, store=Store.open(store.path.with_name(f"{rating}.sqlite3")))
        session = drill.commit(desk_of_one, drill.begin(desk_of_one, at()), "", SURE, at())
        promised, _ = drill.preview(session, at(0, 9, 3))[rating]
        drill.rate(desk_of_one, session, rating, at(0, 9, 3))
        with desk_of_one.store.reading() as r:
            assert r.memory(DOT) == promised


def test_undo_returns_to_the_feedback_then_to_the_question_and_redo_goes_forward_again(desk, store, at):
    answer(desk, drill.begin(desk, at()), "", at(), Rating.GOOD)
    reopened = replace(desk, store=Store.open(store.path))  # after a restart too
    feedback = drill.undo(reopened, at(0, 10))
    assert (feedback.phase, feedback.showing.face) == (Phase.FEEDBACK, DOT)
    with store.reading() as r:
        assert r.memory(DOT) is None
    other = drill.begin(reopened, at(0, 10), first=SOFT)
    assert other.showing.face == DOT  # an answer that waits for its rating comes before everything
    question = drill.undo(reopened, at(0, 10))
    assert (question.phase, question.showing.face) == (Phase.ASK, DOT)
    assert drill.undo(reopened, at(0, 10)).note == "There is nothing to undo."
    assert drill.redo(reopened, at(0, 10)).phase is Phase.FEEDBACK
    drill.redo(reopened, at(0, 10))
    with store.reading() as r:
        assert r.memory(DOT) == Scheduler().review(DOT, None, Rating.GOOD, at(), at().date())
    assert drill.redo(reopened, at(0, 10)).note == "There is nothing to redo."
    assert examine(store) == []


def test_undo_brings_back_the_very_card_whose_answer_it_takes_back(desk, at):
    drill.commit(desk, drill.begin(desk, at(), first=CLOZE_1), None, UNSURE, at())
    question = drill.undo(desk, at(0, 9, 1))
    assert (question.phase, question.showing.face) == (Phase.ASK, CLOZE_1)


def test_an_undone_answer_can_be_given_again_differently(desk, store, at):
    answer(desk, drill.begin(desk, at()), "", at(), Rating.EASY)
    feedback = drill.undo(desk, at(0, 9, 1))
    drill.rate(desk, feedback, Rating.AGAIN, at(0, 9, 2))
    with store.reading() as r:
        assert r.memory(DOT) == Scheduler().review(DOT, None, Rating.AGAIN, at(0, 9, 2), at().date())
    assert drill.redo(desk, at(0, 9, 3)).note == "There is nothing to redo."


def test_a_clock_set_back_puts_no_review_before_the_one_it_follows(desk, store, at):
    answer(desk, drill.begin(desk, at(5)), "", at(5), Rating.GOOD)
    answer(desk, drill.begin(desk, at(2), first=DOT), "", at(2), Rating.GOOD)
    with store.reading() as r:
        memory = r.memory(DOT)
    assert (memory.reviews, memory.last_day) == (2, at(5).date())
    assert examine(store) == []


def test_a_traveller_whose_calendar_goes_back_answers_on_the_day_of_the_latest_review(desk, store, at):
    far_east, far_west = replace(desk, zone="Pacific/Kiritimati"), replace(desk, zone="Pacific/Honolulu")
    answer(far_east, drill.begin(far_east, at(0, 20)), "", at(0, 20), Rating.GOOD)  # 2 June there
    answer(far_west, drill.begin(far_west, at(0, 21), first=DOT), "", at(0, 21), Rating.GOOD)  # 1 June there
    with store.reading() as r:
        assert (r.memory(DOT).reviews, r.memory(DOT).last_day) == (2, at(1).date())
    assert examine(store) == []


def test_variants_come_round_without_repeats_until_all_were_seen(desk, at):
    seen = []
    for visit in range(6):
        session = drill.begin(desk, at(visit), first=SOFT)
        seen.append(session.showing.variant)
        answer(desk, session, None, at(visit), confidence=UNSURE)
    assert sorted(seen[:3]) == sorted(seen[3:]) == [0, 1, 2]


def test_a_forgotten_card_comes_back_within_the_sitting(desk, at):
    session = drill.begin(desk, at())
    session = answer(desk, session, None, at(), confidence=UNSURE)
    faces, now = [], at(0, 9, 2)  # SOFT is on the screen already
    while session.phase is not Phase.DONE and len(faces) < 10:
        faces.append(session.showing.face)
        session = answer(desk, session, None if session.showing.card.kind != "basic" else "", now, Rating.EASY)
        now += timedelta(seconds=5)
    assert faces[:2] == [SOFT, DOT]


def test_the_sitting_ends_when_nothing_is_left_and_new_cards_open_as_it_goes_on(desk, at):
    session, faces, now = drill.begin(desk, at()), [], at()
    while session.phase is not Phase.DONE:
        faces.append(session.showing.face.card)
        session = answer(desk, session, None, now, Rating.EASY)
        now += timedelta(seconds=20)
    assert faces == ["dot-basic", "soft-numeric", "soft-cloze", "mask-mc", "far-shape"]


def test_a_golden_history_of_ratings_gives_these_due_days(desk, store, at):
    days = [0, 0, 2, 9]
    for day, rating in zip(days, [Rating.GOOD, Rating.GOOD, Rating.GOOD, Rating.AGAIN], strict=True):
        session = drill.begin(desk, at(day, 9, 30 if day else 0), first=DOT)
        answer(desk, session, "", at(day, 9, 31), rating)
    with store.reading() as r:
        reviews = [entry for entry in r.effective(DOT) if entry.kind is Happened.REVIEW]
        memory = r.memory(DOT)
    assert [review.rating for review in reviews] == [Rating.GOOD, Rating.GOOD, Rating.GOOD, Rating.AGAIN]
    assert (memory.state, memory.lapses, memory.due_at) == ("relearning", 1, at(9, 9, 41))


def test_a_card_that_lost_variants_since_an_answer_still_shows_its_feedback(desk, at):
    session = drill.begin(desk, at(), first=SOFT)
    drill.commit(desk, session, None, UNSURE, at())
    card = desk.collection.cards["soft-numeric"]
    cards = {**desk.collection.cards, card.id: replace(card, variants=card.variants[:1])}
    fewer = replace(desk.collection, cards=cards)
    assert drill.begin(replace(desk, collection=fewer), at()).showing.variant == 0


def test_an_open_answer_to_a_card_that_was_removed_is_passed_over(desk, at):
    drill.commit(desk, drill.begin(desk, at()), "", SURE, at())
    rest = {name: card for name, card in desk.collection.cards.items() if name != "dot-basic"}
    session = drill.begin(replace(desk, collection=replace(desk.collection, cards=rest)), at())
    assert (session.phase, session.showing.face) == (Phase.ASK, SOFT)


def test_a_blank_that_was_edited_away_is_not_asked_any_more_and_stops_nothing(desk, store, at, collection):
    second = Face("soft-cloze", 2)
    session = drill.begin(desk, at(), first=second)
    card = collection.cards["soft-cloze"]
    only_first = replace(card, body=replace(card.body, parts=tuple(
        part if isinstance(part, str) or part.number == 1 else part.hidden for part in card.body.parts
    )))  # fmt: skip
    edited = replace(desk, collection=replace(collection, cards={**collection.cards, card.id: only_first}))
    committed = drill.commit(desk, session, "normalises", SURE, at())
    assert drill.begin(edited, at()).showing.face == DOT, "the answer that waits cannot be shown"
    drill.rate(desk, committed, Rating.EASY, at())
    assert drill.begin(edited, at(300), first=second).showing.face != second
    ahead = look(store, edited.collection, "Europe/Berlin", at(300))
    assert (ahead.queue.due, list(ahead.memories)) == ((), [])


def test_a_card_that_was_deleted_during_a_sitting_is_left_out(desk, store, at, collection):
    session = drill.begin(desk, at())
    following = session.queue.new[0]
    left = {name: card for name, card in collection.cards.items() if name != following.card}
    edited = replace(desk, collection=replace(collection, cards=left))
    after = answer(edited, session, "", at(), Rating.EASY)
    assert (following.card, after.showing.card.id) == ("soft-numeric", "soft-cloze")
