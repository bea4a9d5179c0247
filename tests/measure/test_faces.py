"""Many memories as columns: the same as one by one."""

from datetime import date, timedelta

import numpy as np
import pytest

from attnquiz.measure.faces import LEARNING, MATURE, RELEARNING, YOUNG, faces
from attnquiz.recall.memory import State
from attnquiz.recall.scheduler import Scheduler
from attnquiz.store.database import Store
from attnquiz.store.standing import Standing

ROWS = [
    ("a", 0, "review", 6, -14, 3, 30.0, 5.0),  # 20 days apart: still young
    ("b", 0, "review", -2, -23, 3, 30.0, 6.0),  # 21 days apart
    ("c", 0, "learning", 0, 0, 1, 0.4, 7.0),
    ("d", 2, "relearning", -1, -1, 9, 1.5, 9.0),
]
NOBODY = Standing(*[()] * 8)


def test_what_each_face_is():
    found = faces(Standing(*zip(*ROWS, strict=True)), ["x", "x", "y", ""])
    assert found.classes().tolist() == [YOUNG, MATURE, LEARNING, RELEARNING]
    assert found.interval.tolist() == [20, 21, 1, 1]
    assert found.of(found.spaced).difficulty.tolist() == [5.0, 6.0]
    assert found.after(np.array([True, True, False, False])).tolist() == [6, 1, 0, -1]
    assert len(faces(NOBODY, [])) == 0
    assert faces(NOBODY, []).classes().tolist() == []


def test_a_history_as_columns_is_what_its_memories_are(history, tmp_path):
    copy = tmp_path / "copy.sqlite3"
    copy.write_bytes(history.read_bytes())
    with Store.open(copy).reading() as r:
        memories = r.memories()
        today = max(memory.last_day for memory in memories.values()) + timedelta(days=3)
        met = r.standings(today)
    columns, scheduler = faces(met, ["" for _ in met.card]), Scheduler()
    recalls = columns.recall(scheduler.weights)
    assert len(met) == len(memories) > 300
    for card, deletion, *found in zip(
        met.card, met.deletion, columns.state, columns.stability, columns.difficulty, columns.due, columns.last,
        columns.reviews, columns.spaced, recalls, strict=True,
    ):  # fmt: skip
        memory = memories[card, deletion]
        due, last = (memory.due_day - today).days, (memory.last_day - today).days
        assert found[:6] == [memory.state, memory.stability, memory.difficulty, due, last, memory.reviews]
        assert found[6] == (memory.state is State.REVIEW)
        assert found[7] == pytest.approx(scheduler.recall(memory, today), abs=1e-12)


def test_columns_are_read_along_the_primary_key(history):
    """What is asked as whole columns and what as rows is in one order, whoever plans it."""
    asked = []
    with Store.open(history).reading() as r:
        r._db.set_trace_callback(asked.append)
        met = r.standings(date(2026, 3, 4))
        r._db.set_trace_callback(None)
        plans = [[line for *_, line in r._db.execute(f"EXPLAIN QUERY PLAN {sql}")] for sql in asked]
    assert plans == [["SEARCH memory USING PRIMARY KEY (learner=?)"]] * 2
    faces = list(zip(met.card, met.deletion, strict=True))
    assert faces == sorted(faces)
    chosen = [number in (0, 2) for number in range(len(met))]
    assert met.of(chosen).card == [met.card[0], met.card[2]]
    assert met.of(chosen).difficulty == [met.difficulty[0], met.difficulty[2]]
