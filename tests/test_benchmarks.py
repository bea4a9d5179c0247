"""The bench of scale runs: on a small history, with and without Anki beside it."""

import importlib.util
import re

import pytest

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
    assert {"graphs", "graphs of both", "check", "answer", "undo, with the queue after it"} <= found.keys()
    assert {anki for _, anki in found.values()} == {"-"}
    assert "faults" not in printed


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
