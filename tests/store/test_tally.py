"""What statistics count is kept with each answer, equal to the log whatever happens to it."""

import json
import math
import sqlite3
import tempfile
import uuid
from collections import Counter, defaultdict
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attnquiz.errors import LateAnswer
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store import copying
from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from attnquiz.store.entry import Entry, Happened, Purpose
from attnquiz.store.repair import repair
from attnquiz.store.rollup import Measure, Scope, books, seconds_of
from attnquiz.store.rows import text_of
from tests.store import counting
from tests.store.hand import START, Hand, read

FACE = Face("num-scale")
MONDAY = START.date()
ZONES = ("UTC", "Europe/Berlin", "Asia/Kolkata", "Pacific/Auckland", "Atlantis/Capital")
MOMENTS = st.datetimes(datetime(2026, 3, 23), datetime(2026, 4, 20), timezones=st.just(UTC))  # the clocks change within


def believed(state, last, due):
    """A memory before a review, as far as statistics ask."""
    return json.dumps({"due_day": due.isoformat(), "state": state, "last_day": last.isoformat()})


@st.composite
def answers(draw):
    """An attempt and its review, of which no two fields have to make sense together."""
    at = draw(MOMENTS)
    day = at.date() - timedelta(days=draw(st.integers(0, 1)))
    last = day + timedelta(days=draw(st.integers(-30, 1)))
    due = last + timedelta(days=draw(st.integers(0, 30)))
    before = believed(draw(st.sampled_from(["learning", "review", "relearning"])), last, due)
    concept = draw(st.sampled_from([None, "softmax", "scaling", "masks"]))
    purposes = [Purpose.DUE, Purpose.NEW, Purpose.PROBE, Purpose.SANDBOX, Purpose.CRAM]
    common = {
        "learner": draw(st.sampled_from(["local", "grace"])), "zone": draw(st.sampled_from(ZONES)), "study_day": day,
        "face": Face(draw(st.sampled_from("ab"))), "concept": concept,
        "card_kind": draw(st.sampled_from(["numeric", "shape", "basic"])), "purpose": draw(st.sampled_from(purposes)),
        "variant": draw(st.integers(0, 2)), "seed": 1, "shown_at": at,
        "committed_at": at + timedelta(seconds=draw(st.floats(-2, 4000))), "answer": "1", "hints": 0, "retried": False,
        "confidence": draw(st.sampled_from(["sure", "unsure"])), "proposed": Rating.GOOD, "rev": 1, "content": "0",
        "verdict": draw(st.sampled_from(["right", "wrong", "slip", "self", "unknown"])), "app_version": "0", "at": at,
        "predicted_recall": draw(st.none() | st.floats(0, 1)),
    }  # fmt: skip
    attempt = Entry(id="", kind=Happened.ATTEMPT, token="", **common)
    rated = {"rating": draw(st.sampled_from(list(Rating))), "memory_before": draw(st.sampled_from([None, before]))}
    return attempt, rated


def entries_of(answer):
    """The same with names of its own, so that it can be given twice."""
    attempt, rated = answer
    attempt = replace(attempt, id=str(uuid.uuid4()), token=str(uuid.uuid4()))
    review = replace(
        attempt, id=str(uuid.uuid4()), token=str(uuid.uuid4()), kind=Happened.REVIEW, attempt=attempt.id,
        memory_after=believed("review", MONDAY, MONDAY), weights="default", retention=0.9, scheduler="test", **rated,
    )  # fmt: skip
    return [attempt, review]


def imported(answer):
    attempt, rated = answer
    return Entry(
        id=str(uuid.uuid4()), learner=attempt.learner, kind=Happened.REVIEW, at=attempt.at, zone=attempt.zone,
        study_day=attempt.study_day, app_version="0", face=attempt.face, purpose=Purpose.IMPORT,
        rating=rated["rating"], weights="default", retention=0.9, scheduler="test",
    )  # fmt: skip


# What two tabs and another learner do. A number says which of the entries that could be taken back is.
DEEDS = st.one_of(
    st.tuples(st.just("answer"), answers()), st.tuples(st.just("answer"), answers()),
    st.tuples(st.just("import"), answers()), st.tuples(st.just("many"), st.lists(answers(), min_size=1, max_size=5)),
    st.tuples(st.just("withdraw"), st.integers(0, 99)), st.tuples(st.just("withdraw"), st.integers(0, 99)),
)  # fmt: skip
SCOPES = st.builds(
    Scope, st.none() | st.frozensets(st.sampled_from(["softmax", "scaling", "never"]), max_size=2),
    st.none() | st.sampled_from(["numeric", "basic"]),
    st.none() | st.sampled_from([date(2026, 3, 30), date(2026, 4, 6)]),
)  # fmt: skip


def done(path, deed, what):
    """One transaction."""
    if deed == "withdraw":
        with Store(path, "local").reading() as r:
            back = [e for e in r.effective() if e.kind in (Happened.REVIEW, Happened.WITHDRAWAL)]
        for entry in back[what % len(back) : what % len(back) + 1] if back else ():
            withdrawn(Store(path, entry.learner), entry)
        return
    for learner in ("local", "grace"):
        mine = [answer for answer in (what if deed == "many" else [what]) if answer[0].learner == learner]
        with Store(path, learner).writing() as w:
            if deed == "many":
                w.extend([entry for answer in mine for entry in entries_of(answer)], {})
            else:
                for answer in mine:
                    for entry in [imported(answer)] if deed == "import" else entries_of(answer):
                        w.append(entry)


def withdrawn(store, entry):
    with suppress(LateAnswer):  # where its attempt is gone, or was rated again
        Hand(store).withdraw(entry)


@given(deeds=st.lists(DEEDS, min_size=3, max_size=12), scope=SCOPES)
@settings(max_examples=20)
def test_whatever_happens_the_table_is_what_the_log_says(deeds, scope):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.sqlite3"
        with Store.open(path).hold(), Store(path, "grace").hold():
            for number, (deed, what) in enumerate(deeds):
                done(path, deed, what)
                if number % 4 == 3 or number == len(deeds) - 1:
                    assert counting.held(path) == counting.table(counting.log(path))
            contributed = list(counting.contributions(counting.log(path)))
            with Store(path, "local").reading() as r:
                for measure in Measure:
                    said = counting.filtered(contributed, "local", measure, scope.concepts, scope.kind, scope.since)
                    assert r.tallies(measure, scope) == said
        assert [finding for finding in examine(Store(path, "local")) if "statistics" in finding] == []


def test_an_answer_is_counted_in_all_its_scopes_and_by_week_what_is_weekly(hand):
    hand.now = START + timedelta(days=2)  # a Wednesday, eleven o'clock in Berlin
    hand.answer(FACE, concept="scaling", card_kind="numeric")
    with hand.store.reading() as r:
        wednesday = MONDAY + timedelta(days=2)
        concept = frozenset({"scaling"})
        for scope in (Scope(), Scope(concept), Scope(kind="numeric"), Scope(concept, "numeric")):
            assert r.tallies(Measure.ANSWERS, scope) == [(wednesday, 3, 1, 1, 8000)]
            assert r.tallies(Measure.HOUR, scope) == [(MONDAY, 11, 1, 1, 0)]
            assert r.tallies(Measure.TOOK, scope) == [(MONDAY, 12, 1, 1, 8000)]
            assert r.totals(Measure.SURE, scope) == {1: (1, 1, 0)}
            assert r.tallies(Measure.RETAINED, scope) == r.tallies(Measure.VARIANT, scope) == []
        assert r.totals(Measure.ANSWERS, Scope(frozenset())) == {}
        assert r.totals(Measure.ANSWERS, Scope(frozenset({"masks"}), "numeric")) == {}
    assert seconds_of(12) == 8


def test_a_time_counts_in_the_slot_that_is_nearest_to_a_microsecond():
    for slot in range(80):  # twelve days
        edge = int(1_000_000 * seconds_of(slot + 0.5))
        for took in range(edge - 2, edge + 4):
            committed = text_of(START + timedelta(microseconds=took))
            answer = (1, "local", "a", 0, 0, None, "basic", "due", MONDAY.isoformat(), committed, "UTC", text_of(START))
            found = books([((*answer, committed, 3, "self", "sure", None, None), False)])
            nearest = round(4 * math.log2(max(1.0, took / 1_000_000)))
            assert found["local", "", "took"] == [(MONDAY.isoformat(), nearest, 1, 1, took // 1000)]


def test_a_face_that_was_due_says_whether_the_scheduler_was_right(hand):
    hand.answer(FACE, Rating.EASY, purpose=Purpose.NEW)
    due = read(hand.store, "memory", FACE).due_day
    hand.now = datetime(due.year, due.month, due.day, 10, tzinfo=UTC)
    review = hand.answer(FACE, Rating.AGAIN)
    hand.answer(FACE, Rating.GOOD)
    day, millionths = review.study_day, round(review.predicted_recall * 1_000_000)
    assert read(hand.store, "tallies", Measure.RETAINED) == [(day, 0, 1, 0, millionths)], "the second one is no test"
    assert list(read(hand.store, "totals", Measure.PREDICTED)) == [int(review.predicted_recall * 20)]
    assert read(hand.store, "tallies", Measure.ANSWERS, Scope(since=day + timedelta(days=1))) == []
    classes = {slot // 10: total.n for slot, total in read(hand.store, "totals", Measure.ANSWERS).items()}
    assert classes == {0: 1, 2: 1, 3: 1}


def rated(hand, before, **changes):
    """An answer to a face of which ``before`` was believed."""
    with hand.store.writing() as w:
        attempt = hand.attempt(FACE, w.token(FACE), **changes)
        w.append(attempt)
        review = hand.review(w, attempt, Rating.GOOD, w.token(FACE))
        w.append(replace(review, memory_before=before, predicted_recall=0.8))


@pytest.mark.parametrize(("wait", "slot"), [(20, 0), (21, 1)])
def test_a_face_is_mature_from_three_weeks_on(hand, wait, slot):
    yesterday = MONDAY - timedelta(days=1)
    rated(hand, believed("review", yesterday, yesterday + timedelta(days=wait)))
    assert read(hand.store, "totals", Measure.RETAINED) == {slot: (1, 1, 800_000)}
    assert list(read(hand.store, "totals", Measure.ANSWERS)) == [33 + 10 * slot]
    assert read(hand.store, "totals", Measure.PREDICTED) == {16: (1, 1, 800_000)}


@pytest.mark.parametrize(("wait", "slot"), [(0, 1), (-1, 1), (1, 0)])
def test_a_spot_check_says_whether_its_card_was_due_that_day(hand, wait, slot):
    before = believed("review", MONDAY - timedelta(days=9), MONDAY + timedelta(days=wait))
    rated(hand, before, purpose=Purpose.PROBE)
    assert read(hand.store, "totals", Measure.PROBED) == {slot: (1, 1, 800_000)}
    assert read(hand.store, "totals", Measure.RETAINED) == {}


def test_what_another_program_wrote_as_a_memory_stops_nobody(hand):
    for before in ('{"state": "review"}', '{"state": "learning", "last_day": "long ago", "due_day": "\\"soon\\""}'):
        rated(hand, before)
    assert {slot: total.n for slot, total in read(hand.store, "totals", Measure.ANSWERS).items()} == {13: 1, 33: 1}
    assert [finding for finding in examine(hand.store) if "statistics" in finding] == []


def test_a_variant_is_new_once_and_again_when_the_first_time_is_taken_back(hand):
    for day, variant in enumerate([0, 1, 1]):
        hand.now = START + timedelta(days=7 * day)
        last = hand.answer(FACE, Rating.GOOD, variant=variant)
    weeks = [MONDAY + timedelta(days=7 * week) for week in range(3)]
    assert read(hand.store, "tallies", Measure.VARIANT) == [(weeks[1], 1, 1, 1, 0), (weeks[2], 0, 1, 1, 0)]
    with hand.store.reading() as r:
        second = [entry for entry in r.effective(FACE) if entry.kind is Happened.REVIEW][1]
    hand.withdraw(second)
    assert read(hand.store, "tallies", Measure.VARIANT) == [(weeks[2], 1, 1, 1, 0)]
    hand.redo()
    assert read(hand.store, "tallies", Measure.VARIANT) == [(weeks[1], 1, 1, 1, 0), (weeks[2], 0, 1, 1, 0)]
    assert last.variant == 1


def test_a_variant_that_a_sibling_or_somebody_else_has_met_is_still_new(hand):
    one, two = Face("blanks", 1), Face("blanks", 2)
    Hand(Store(hand.store.path, "grace")).answer(one, variant=1)
    for week, (face, variant) in enumerate([(one, 0), (two, 1), (one, 1)]):
        hand.now = START + timedelta(days=7 * week)
        hand.answer(face, variant=variant)
    assert read(hand.store, "tallies", Measure.VARIANT) == [(MONDAY + timedelta(days=14), 1, 1, 1, 0)]
    assert examine(hand.store) == []


def test_a_variant_that_was_met_before_its_card_changed_its_kind_is_not_new(hand):
    hand.answer(FACE, variant=1, card_kind="basic")
    hand.now = START + timedelta(days=7)
    hand.answer(FACE, variant=1)
    assert read(hand.store, "tallies", Measure.VARIANT) == [(MONDAY + timedelta(days=7), 0, 1, 1, 0)]
    assert examine(hand.store) == []


def test_an_exam_and_an_answer_without_its_rating_count_nothing(hand):
    hand.commit(FACE)
    hand.commit(Face("another"), purpose=Purpose.EXAM, confidence=None, proposed=None)
    assert counting.held(hand.store.path) == {}


def test_a_review_that_is_late_counts_for_its_own_day(hand):
    hand.answer(FACE)
    hand.now -= timedelta(days=20)
    hand.answer(Face("another"))
    days = [tally.day for tally in read(hand.store, "tallies", Measure.ANSWERS)]
    assert days == [MONDAY - timedelta(days=20), MONDAY]


def test_a_long_history_is_counted_as_its_log_says(history):
    rows = counting.log(history)
    contributed = list(counting.contributions(rows))
    concepts = frozenset(sorted({row["concept"] for row in rows if row["concept"]})[:9])
    last = date.fromisoformat(rows[-1]["study_day"])
    since = last - timedelta(days=last.weekday() + 7 * 52)
    assert counting.held(history) == counting.table(rows)
    scopes = [Scope(), Scope(concepts, since=since), Scope(concepts, "numeric"), Scope(concepts, "basic", since)]
    with Store(history, "local").reading() as r:
        for measure in Measure:
            for scope in scopes:
                said = counting.filtered(contributed, "local", measure, scope.concepts, scope.kind, scope.since)
                assert r.tallies(measure, scope) == said
                by_slot = defaultdict(Counter)
                for _, slot, n, hits, total in said:
                    by_slot[slot].update(n=n, hits=hits, total=total)
                totals = {slot: (each["n"], each["hits"], each["total"]) for slot, each in by_slot.items()}
                assert r.totals(measure, scope) == totals


HERE = "WHERE learner = 'local' AND scope = 'concept:scaling' AND measure = 'answers'"
DAMAGES = {
    "nothing is counted": "DELETE FROM tally",
    "one review too many": f"UPDATE tally SET n = n + 1 {HERE}",
    "a hit too many": f"UPDATE tally SET hits = hits + 1 {HERE}",
    "some milliseconds too many": f"UPDATE tally SET total = total + 1 {HERE}",
    "another day": f"UPDATE tally SET day = date(day, '1 day') {HERE}",
    "a row is gone": f"DELETE FROM tally {HERE}",
    "a concept that was never asked": f"UPDATE tally SET scope = 'concept:never' {HERE}",
    "a measure that nobody knows": f"UPDATE tally SET measure = 'luck' {HERE}",
    "somebody who never answered": f"UPDATE tally SET learner = 'nobody' {HERE}",
    "below nothing": f"UPDATE tally SET n = -n, hits = -hits, total = -total {HERE}",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_count_that_is_wrong_is_found_named_and_mended(hand, damage):
    for day in range(3):
        hand.now = START + timedelta(days=5 * day)
        hand.answer(FACE, variant=day)
    Hand(Store(hand.store.path, "grace")).answer(FACE)
    hand.undo()
    before = counting.held(hand.store.path)
    with closing(sqlite3.connect(hand.store.path)) as db:
        db.execute(damage)
        db.commit()
    findings = examine(hand.store)
    assert findings
    assert all(finding.startswith("The statistics (") for finding in findings)
    assert any("(answers, concept:scaling, learner local) differ from the log on" in finding for finding in findings)
    hand.answer(Face("another"))  # who has wrong statistics can answer, and take back
    hand.undo()
    hand.undo()
    kept = []
    repair(hand.store, lambda: kept.append(1))
    assert kept == [1]
    assert counting.held(hand.store.path) == before
    assert examine(hand.store) == []


def test_a_backup_brings_back_what_was_counted_then(hand, tmp_path):
    hand.answer(FACE)
    then = counting.held(hand.store.path)
    copying.copy(hand.store.path, tmp_path / "copy.sqlite3")
    hand.answer(FACE)
    assert counting.held(hand.store.path) != then
    copying.stage(tmp_path / "copy.sqlite3", tmp_path / "staged.sqlite3", like=hand.store.path)
    copying.put(tmp_path / "staged.sqlite3", hand.store.path, lambda: None)
    assert counting.held(hand.store.path) == then
    assert examine(hand.store) == []


def test_a_question_that_is_asked_again_in_a_transaction_hears_of_what_was_written_since(hand):
    scope = Scope(frozenset({"scaling"}), "numeric")
    with hand.store.writing() as w:
        for answered in range(3):
            assert sum(total.n for total in w.totals(Measure.ANSWERS, scope).values()) == answered
            attempt = hand.attempt(FACE, w.token(FACE))
            w.append(attempt)
            hand.rate_in(w, attempt, Rating.GOOD)
