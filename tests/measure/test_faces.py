"""Many memories as columns: the same as one by one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from attnquiz.measure.faces import LEARNING, MATURE, RELEARNING, YOUNG, faces
from attnquiz.recall.face import Face
from attnquiz.recall.memory import State
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import Scheduler
from attnquiz.store.database import Store
from attnquiz.store.standing import LETTERS, Standing

TODAY = date(2026, 3, 4)
SOME = Standing(
    name=["a", "b", "c", "d/2"],
    state="vvlr",
    due_day="2026-03-102026-03-022026-03-042026-03-03",
    last_day="2026-02-182026-02-092026-03-042026-03-03",  # 20 days apart: still young; then 21
    reviews="3,3,1,12",
    strength=[30.0, 5.0, 30.0, 6.0, 0.4, 7.0, 1.5, 9.0],
)
NOBODY = Standing([], "", "", "", "", [])


def test_what_each_face_is():
    found = faces(SOME, ["x", "x", "y", ""], TODAY)
    assert (found.due.tolist(), found.last.tolist()) == ([6, -2, 0, -1], [-14, -23, 0, -1])
    assert (found.reviews.tolist(), found.stability.tolist()) == ([3, 3, 1, 12], [30, 30, 0.4, 1.5])
    assert found.classes().tolist() == [YOUNG, MATURE, LEARNING, RELEARNING]
    assert found.interval.tolist() == [20, 21, 1, 1]
    assert found.of(found.spaced).difficulty.tolist() == [5.0, 6.0]
    assert found.after(np.array([True, True, False, False])).tolist() == [6, 1, 0, -1]
    nobody = faces(NOBODY, [], TODAY)
    assert len(nobody) == 0
    assert nobody.classes().tolist() == nobody.recall(Scheduler().weights).tolist() == []


def test_a_face_without_a_part_in_the_figures_is_left_out():
    found = faces(SOME, ["x", None, None, ""], TODAY)
    assert list(found.concept) == ["x", ""]
    assert found.due.tolist() == [6, -1]
    assert found.difficulty.tolist() == [5.0, 9.0]
    assert len(faces(SOME, [None] * 4, TODAY)) == 0


def test_a_history_as_columns_is_what_its_memories_are(history, tmp_path):
    copy = tmp_path / "copy.sqlite3"
    copy.write_bytes(history.read_bytes())
    with Store.open(copy).reading() as r:
        memories = r.memories()
        today = max(memory.last_day for memory in memories.values()) + timedelta(days=3)
        met = r.standings()
    columns, scheduler = faces(met, ["" for _ in met.name], today), Scheduler()
    recalls = columns.recall(scheduler.weights)
    assert len(met) == len(memories) > 300
    for name, *found in zip(
        met.name, columns.state, columns.stability, columns.difficulty, columns.due, columns.last, columns.reviews,
        columns.spaced, recalls, strict=True,
    ):  # fmt: skip
        memory = memories[Face.named(name)]
        due, last = (memory.due_day - today).days, (memory.last_day - today).days
        letter = LETTERS[memory.state].encode()
        assert found[:6] == [letter, memory.stability, memory.difficulty, due, last, memory.reviews]
        assert found[6] == (memory.state is State.REVIEW)
        assert found[7] == pytest.approx(scheduler.recall(memory, today), abs=1e-12)


def test_what_was_answered_on_a_day_to_come_is_known_for_certain():
    """Of somebody who flew west since, or whose clock was set back: as the scheduler says."""
    scheduler, today = Scheduler(), date(2026, 2, 9)
    memory = scheduler.review(Face("c"), None, Rating.EASY, datetime(2026, 3, 4, 9, tzinfo=UTC), TODAY)
    columns = faces(SOME, ["x"] * 4, today)
    assert columns.last.tolist() == [9, 0, 23, 22]
    assert columns.recall(scheduler.weights).tolist() == [scheduler.recall(memory, today)] * 4 == [1.0] * 4


def test_columns_are_read_along_the_primary_key(history):
    """What is asked as whole columns and what as rows is in one order, whoever plans it."""
    asked = []
    with Store.open(history).reading() as r:
        r._db.set_trace_callback(asked.append)
        met = r.standings()
        r._db.set_trace_callback(None)
        plans = [[line for *_, line in r._db.execute(f"EXPLAIN QUERY PLAN {sql}")] for sql in asked]
    assert plans == [["SEARCH memory USING PRIMARY KEY (learner=?)"]] * 2
    faces = list(map(Face.named, met.name))
    assert faces == sorted(faces)


def test_who_has_answered_nothing_has_empty_columns(history):
    with Store(history, "nobody").reading() as r:
        met = r.standings()
    assert (len(met), *met.name, *met.strength) == (0,)
    assert met.state == met.due_day == met.last_day == met.reviews == ""


def test_columns_stay_side_by_side_whatever_a_card_is_called(tmp_path):
    names = ["a,b", "a\nb", "a\u2028b", 'a"b', "ä"]
    memory = Scheduler().review(Face("x"), None, Rating.EASY, datetime(2026, 3, 4, 9, tzinfo=UTC), TODAY)
    with Store.open(tmp_path / "answers.sqlite3").writing() as w:
        for number, name in enumerate(names):
            w.remember(Face(name), replace(memory, reviews=number))
        met = w.standings()
    assert sorted(met.name) == sorted(names)
    found = faces(met, met.name, TODAY)
    assert dict(zip(found.concept, found.reviews.tolist(), strict=True)) == {name: n for n, name in enumerate(names)}
