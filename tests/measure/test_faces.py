"""Many memories as columns: the same as one by one."""

from datetime import timedelta

import numpy as np
import pytest

from attnquiz.measure.faces import LEARNING, MATURE, RELEARNING, YOUNG, faces
from attnquiz.recall.memory import State
from attnquiz.recall.scheduler import Scheduler
from attnquiz.store.database import Store

ROWS = [
    ("a", 0, "review", 30.0, 5.0, 6, -14, 3),  # 20 days apart: still young
    ("b", 0, "review", 30.0, 6.0, -2, -23, 3),  # 21 days apart
    ("c", 0, "learning", 0.4, 7.0, 0, 0, 1),
    ("d", 2, "relearning", 1.5, 9.0, -1, -1, 9),
]


def test_what_each_face_is():
    found = faces(ROWS, ["x", "x", "y", ""])
    assert found.classes().tolist() == [YOUNG, MATURE, LEARNING, RELEARNING]
    assert found.interval.tolist() == [20, 21, 1, 1]
    assert found.of(found.spaced).difficulty.tolist() == [5.0, 6.0]
    assert found.after(np.array([True, True, False, False])).tolist() == [6, 1, 0, -1]
    assert len(faces([], [])) == 0
    assert faces([], []).classes().tolist() == []


def test_a_history_as_columns_is_what_its_memories_are(history, tmp_path):
    copy = tmp_path / "copy.sqlite3"
    copy.write_bytes(history.read_bytes())
    with Store.open(copy).reading() as r:
        memories = r.memories()
        today = max(memory.last_day for memory in memories.values()) + timedelta(days=3)
        rows = r.standings(today)
    columns, scheduler = faces(rows, ["" for _ in rows]), Scheduler()
    recalls = columns.recall(scheduler.weights)
    assert len(rows) == len(memories) > 300
    for (card, deletion, *_), *found in zip(
        rows, columns.state, columns.stability, columns.due, columns.last, columns.spaced, recalls, strict=True
    ):
        memory = memories[card, deletion]
        due, last = (memory.due_day - today).days, (memory.last_day - today).days
        assert found[:4] == [memory.state, memory.stability, due, last]
        assert found[4] == (memory.state is State.REVIEW)
        assert found[5] == pytest.approx(scheduler.recall(memory, today), abs=1e-12)
