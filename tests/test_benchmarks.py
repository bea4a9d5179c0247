"""The bench of scale runs: on a small history, with and without Anki beside it."""

import importlib.util
import re

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.store.database import Store
from attnquiz.store.rollup import Scope
from attnquiz.study.desk import Desk
from attnquiz.study.simulated_cards import made_up
from attnquiz.ui import (
    progress_answers,
    progress_cards,
    progress_coming,
    progress_did,
    progress_known,
    progress_remembered,
    progress_report,
)
from attnquiz.ui.progress import Seen
from benchmarks import scale

REVIEWS = 2000


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return scale.made(tmp_path_factory.mktemp("kept") / "small.sqlite3", 60, REVIEWS)


def figures(printed):
    """The rows of the table: name, ours, Anki's; "-" where there is none."""
    rows = re.findall(r"^  (.{31}) *([\d,.]+) +[\d,.-]+ +([\d,.-]+)", printed, flags=re.MULTILINE)
    return {name.strip(): (ours, anki) for name, ours, anki in rows}


def test_a_small_history_is_measured_without_anki(small, capsys):
    scale.main(
        ["--file", str(small), "--cards", "60", "--answers", "3", "--times", "1", "--without-anki", "--without-pandas"]
    )
    printed = capsys.readouterr().out
    found = figures(printed)
    assert {
        "graphs",
        "graphs of both",
        "check",
        "answer",
        "undo, with the queue after it",
        "beliefs (same page)",
    } <= found.keys()
    assert {anki for _, anki in found.values()} == {"-"}
    assert "faults" not in printed


@pytest.mark.parametrize("scope", [Scope(), Scope(frozenset({"softmax"})), Scope(kind="numeric")])
def test_the_graphs_that_are_measured_ask_all_that_the_page_asks(small, scope):
    desk = Desk(Store.open(small), made_up(load(shipped()), 60), "UTC", "test")
    with desk.store.reading() as r:
        now = r.undoable().at
        asked = {}
        for who in ("page", "bench"):
            seen, said = Seen(desk, r, now, scope), []
            r._db.set_trace_callback(said.append)
            if who == "page":
                drawn(seen)
            else:
                scale.page_data(r, desk.collection, seen.today, scope)
            r._db.set_trace_callback(None)
            asked[who] = {sql for sql in said if "tally" in sql or "memory" in sql}
    assert len(asked["page"]) > 10
    assert asked["page"] <= asked["bench"]


def drawn(seen):
    """Every figure of the page of progress, and the page to print."""
    progress_did.today(seen)
    progress_cards.counts(seen)
    progress_remembered.forecast(seen)
    for section in (
        progress_did,
        progress_coming,
        progress_cards,
        progress_remembered,
        progress_known,
        progress_answers,
    ):
        section.figures(seen)
    progress_report.page(seen, "Everything")
    assert not seen.empty


@pytest.mark.skipif(importlib.util.find_spec("anki") is None, reason="Anki is not installed")
def test_anki_is_asked_about_the_same_reviews(small, capsys):
    scale.main(["--file", str(small), "--cards", "60", "--answers", "3", "--times", "1", "--without-pandas"])
    printed = capsys.readouterr().out
    assert f": {REVIEWS:,} reviews" in printed
    found = figures(printed)
    assert all(found[name][1] != "-" for name in ("graphs", "graphs of both", "check", "backup", "answer"))


def test_a_history_that_is_kept_is_not_made_up_again(small):
    before = small.stat().st_mtime_ns
    assert scale.made(small, 60, REVIEWS) == small
    assert small.stat().st_mtime_ns == before
