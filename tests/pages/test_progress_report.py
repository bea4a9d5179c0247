"""The page to print: its figures against pandas and the raw log, and nothing in it that runs, moves or is fetched."""

import json
import re
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
from attnquiz.ui import progress_cards, progress_coming, progress_known, progress_remembered
from attnquiz.ui.progress import Seen
from attnquiz.ui.progress_report import WEEKS, by_week, made
from tests.pages.known import CONCEPTS, EVENING, cards, study

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


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """A log that is known answer by answer, and the desk before it."""
    folder = tmp_path_factory.mktemp("known")
    return study(folder / "answers.sqlite3", cards(folder / "content"))


@pytest.mark.parametrize("scope", [Scope(), Scope(concepts=frozenset(CONCEPTS[:12]))], ids=["all", "some"])
def test_it_says_the_same_as_the_figures_of_the_page(known, scope):
    text = made(known, EVENING, scope, CHOSEN).decode()
    parts = Parts(text)
    with known.store.reading() as r:
        seen = Seen(known, r, EVENING, scope)
        retention = progress_remembered.retention(seen).table.set_index(["Period", "Cards"]).loc["All time"]
        states, concepts = progress_cards.counts(seen).table, progress_known.by_concept(seen).table
        told, due = progress_known.known(seen), progress_coming.due(seen)
    assert "<p>1 June 2026. " in text
    assert "<title>attnquiz: progress, 1 June 2026</title>" in text
    for age in ("Young", "Mature", "All"):
        row, asked = retention.loc[age], int(retention.loc[age].Asked)
        share = [f"{row.Share:.0%}", f"{row['Low end']:.0%} to {row['High end']:.0%}", f"{row.Predicted:.0%}"]
        assert parts.row(age) == [f"{asked}", *(share if asked >= 20 else ["too few"])]
    share, interval = f"{retention.loc['All'].Share:.0%}", parts.row("All")[2]
    assert parts.row("Remembered") == [f"{share} of {retention.loc['All'].Asked:.0f} (95% interval {interval})"]
    known_cards, of, concepts_known, all_concepts = re.search(
        r"About (\d+) of (\d+) cards .* is about (\d+) of (\d+) concepts", told
    ).groups()
    assert parts.row("Known today, about") == [f"{known_cards} of {of} cards"]
    assert parts.row("Concepts, each counted once") == [f"{concepts_known} of {all_concepts} concepts"]
    assert all([*parts.row("State"), *parts.row("Concept")])
    for state, number in states.itertuples(index=False):
        assert number == int(
            next(row[1] for row in parts.rows[parts.rows.index(["State", "Cards"]) :] if row[0] == state)
        )
    weakest = parts.rows[parts.rows.index(["Concept", "Recall", "Seen"]) + 1 :]
    assert weakest == [[row.Concept, f"{row[2]:.0%}", f"{row[3]} of {row.Cards}"] for row in concepts[:8].itertuples()]
    total, late = re.search(r"^(\d+) cards within 30 days, today included(?:; (\d+) overdue)?", due.sentence).groups()
    assert f"<h2>Due within 30 days: {total}; {late or 0} overdue</h2>" in text
    none = Parts(made(known, EVENING, Scope(concepts=frozenset({""})), CHOSEN).decode())
    assert none.rows[-1][::2] == ["Cards without a concept", "1 of 1"]


def test_its_bars_are_the_days_and_the_weeks(known):
    days, weeks = re.findall("<svg.*?</svg>", made(known, EVENING, Scope(), CHOSEN).decode())
    assert re.findall(">([^<>]*[a-z][^<>]*)</text>", days) == ["today", "1 week", "2 weeks", "3 weeks", "4 weeks"]
    with known.store.reading() as r:
        seen = Seen(known, r, EVENING)
        bars, table = by_week(seen), progress_coming.due(seen).table
    late, today = table.Cards[:2]
    assert table.Kind[:2].tolist() == ["overdue", "due then"]
    assert late * today > 0
    *_, first, second = re.findall(r'<rect x="[\d.]+" y="[\d.]+" width="[\d.]+" height="([\d.]+)"', days)[:3]
    assert float(second) / float(first) == pytest.approx(late / today, rel=0.01), "what is late stands at the foot"
    assert {26 - number: bar.number for number, bar in enumerate(bars) if bar.number} == {
        22: 32, 18: 30, 17: 21, 2: 13, 1: 50,
    }  # fmt: skip
    assert [bar.label for bar in bars if bar.label] == ["8 Dec", "26 Jan", "16 Mar", "4 May"]
    assert re.findall(">([^<>]*[a-z][^<>]*)</text>", weeks) == ["8 Dec", "26 Jan", "16 Mar", "4 May"]
