"""The page to print: its figures against pandas and the raw log, and nothing in it that runs, moves or is fetched."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from html.parser import HTMLParser
from math import sqrt

import pandas as pd
import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.store.database import Store
from attnquiz.store.rollup import Scope
from attnquiz.study.desk import Desk
from attnquiz.ui.progress_report import WEEKS, made

CHOSEN = "All time, Beyond <script>alert(1)</script> & more, All concepts, All kinds"
DRAWN = {"svg", "title", "rect", "line", "text"}
WRITTEN = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "div", "table", "tr", "th", "td"}


class Parts(HTMLParser):
    """The elements of a page, and the cells of its tables row by row."""

    def __init__(self, text):
        super().__init__()
        self.found, self.rows, self.addresses, self.inside = set(), [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.add(tag)
        self.inside = tag
        self.addresses += [value for name, value in attributes if name in ("src", "href", "xlink:href", "style")]
        if tag == "tr":
            self.rows.append([])

    def handle_data(self, text):
        if self.inside in ("td", "th"):
            self.rows[-1].append(text)

    def handle_endtag(self, tag):
        self.inside = ""

    def row(self, name):
        return next(row[1:] for row in self.rows if row and row[0] == name)


@pytest.fixture(scope="module")
def studied(history, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "answers.sqlite3"
    path.write_bytes(history.read_bytes())
    with closing(sqlite3.connect(path)) as file:
        log = pd.read_sql("select * from log where kind = 'review'", file)
        memory = pd.read_sql("select * from memory", file)
    before = [json.loads(memory) if isinstance(memory, str) else {} for memory in log.memory_before]
    log["state"] = [memory.get("state") for memory in before]
    log["last"] = [memory.get("last_day", "") for memory in before]
    today = date.fromisoformat(log.study_day.max()) + timedelta(days=1)
    return Desk(Store.open(path), load(shipped()), "Europe/Berlin", "test"), today, log, memory


@pytest.mark.parametrize("scope", [Scope(), Scope(kind="numeric"), Scope(since=date(2015, 6, 1))], ids=str)
def test_its_figures_are_those_of_the_log(studied, scope):
    desk, today, log, memory = studied
    text = made(desk, datetime.combine(today, time(12), UTC), scope, CHOSEN).decode()
    parts = Parts(text)
    if scope.kind:
        log = log[log.card_kind == scope.kind]
        memory = memory[memory.card.map(lambda name: desk.collection.cards[name].kind == scope.kind)]
    if scope.since:
        log = log[log.study_day >= scope.since.isoformat()]
    assert parts.row("Answers in the period") == [f"{len(log):,}"]
    fair = log[(log.purpose == "due") & (log.state == "review") & (log["last"] < log.study_day)]
    n, hits = len(fair), int((fair.rating > 1).sum())
    assert n > 200
    p, z = hits / n, 1.959964
    centre, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)
    shown = [f"{n:,}", f"{p:.0%}", f"{low:.0%} to {high:.0%}", f"{fair.predicted_recall.mean():.0%}"]
    assert parts.row("All") == shown
    ahead = pd.to_datetime(memory.due_day).map(lambda day: (day.date() - today).days)
    assert f"Due within 30 days: {(ahead < 30).sum():,}; {(ahead < 0).sum():,} overdue" in text
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    assert f"Answers in {WEEKS} weeks: {(log.study_day >= first.isoformat()).sum():,}" in text
    assert parts.row("Learning again") == [str((memory.state == "relearning").sum())]


def test_it_holds_words_boxes_and_lines_and_nothing_that_runs_or_is_fetched(studied):
    desk, today, *_ = studied
    text = made(desk, datetime.combine(today, time(12), UTC), Scope(), CHOSEN).decode()
    parts = Parts(text)
    assert parts.found == WRITTEN | DRAWN
    assert parts.addresses == []
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in text
    assert text.replace('xmlns="http://www.w3.org/2000/svg"', "").count("://") == 0
    assert "url(" not in text
    assert "default-src 'none'" in text


def test_too_few_answers_have_no_share(studied):
    desk, today, *_ = studied
    parts = Parts(made(desk, datetime.combine(today, time(12), UTC), Scope(since=today), CHOSEN).decode())
    assert parts.row("Remembered") == ["Not enough yet: 0 of 20 answers."]
    assert parts.row("Young") == ["0", "too few"]
