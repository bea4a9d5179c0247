"""What was acknowledged is kept, whenever the process dies."""

import random
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from attnquiz.recall.face import Face
from attnquiz.store.database import Store, connect
from attnquiz.store.doctor import examine
from tests.store.hand import Hand

ANSWERS, PROCESSES, AT_ONCE = 1_000, 20, 3
LEARNERS = ("ada", "grace")  # two processes of one learner are two tabs: they get in each other's way


def killed_while_answering(path, number):
    """Start a process, kill it at a random moment after its first answer; the lines it managed to write."""
    moment = random.Random(number).uniform(0.0, 1.5)
    command = [sys.executable, "-m", "tests.store.answering", path, LEARNERS[number % 2], str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        first = process.stdout.readline()
        time.sleep(moment)
        process.kill()  # SIGKILL: nothing of ours runs after it
        rest, errors = process.communicate()
    assert process.returncode == -9, errors.decode()
    return (first + rest).decode().splitlines(keepends=True)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_thousand_acknowledged_answers_survive_twenty_killed_processes(path):
    Store.open(path)
    acknowledged, processes = Counter(), 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while processes < PROCESSES or acknowledged["rated"] < ANSWERS:
            batch = range(processes, processes + 2 * AT_ONCE)
            processes += len(batch)
            for lines in pool.map(lambda number: killed_while_answering(path, number), batch):
                for line in lines:
                    if line.endswith("\n"):  # else the kill cut the acknowledgement itself
                        what, id = line.split()
                        acknowledged[what] += 1
                        acknowledged[what, id] += 1
            assert processes < 200, "the processes do not get on with answering"
    with closing(connect(path)) as db:
        rows = db.execute("SELECT kind, ifnull(attempt, id) FROM log WHERE kind IN ('attempt', 'review')").fetchall()
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    names = {"attempt": "committed", "review": "rated"}
    kept = Counter((names[kind], id) for kind, id in rows)
    lost = [key for key in acknowledged if isinstance(key, tuple) and key not in kept]
    assert lost == []
    assert examine(Store.open(path)) == []


BROKEN_OFF = """
import os, sys
from pathlib import Path
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Store
from tests.store.hand import Hand
store = Store.open(Path(sys.argv[1]))
hand = Hand(store)
attempt = hand.commit(Face("kept"))
with store.writing() as w:
    hand.rate_in(w, attempt, Rating.GOOD)
    w.append(hand.attempt(Face("lost"), w.token(Face("lost"))))
    print("written, but not committed", flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_process_killed_within_a_transaction_leaves_nothing_of_it(path):
    command = [sys.executable, "-c", BROKEN_OFF, path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "written, but not committed\n"
        process.kill()
    store = Store.open(path)
    with store.reading() as r:
        assert [entry.kind for entry in r.entries()] == ["attempt"]
        assert r.open_attempt().face == Face("kept")
        assert r.memories() == {}
    assert examine(store) == []
    Hand(store).answer(Face("lost"))
