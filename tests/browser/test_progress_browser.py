"""The progress page in a real Chromium, on 20,000 made-up reviews: each graph's numbers as a table and as a file."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO
from urllib.parse import parse_qs, urlencode, urlparse

import pandas as pd
import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.recall.day import study_day
from attnquiz.ui.progress_page import SECTIONS, TODAY
from tests.browser.conftest import App
from tests.noon import ZONE

PHONE = {"viewport": {"width": 390, "height": 844}}
DESK = {"viewport": {"width": 1280, "height": 1000}}
HOUSE = ("list", "listitem", "presentation-role-conflict")  # Streamlit's own navigation


@pytest.fixture(scope="module")
def studied(history, tmp_path_factory):
    """One server for this file, with the history."""
    running = App(tmp_path_factory.mktemp("progress"))
    running.db.write_bytes(history.read_bytes())
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def tables(studied):
    """The raw log and memories, with plain days."""
    with closing(sqlite3.connect(studied.db)) as file:
        log = pd.read_sql("select * from log where kind = 'review'", file, parse_dates=["study_day"])
        memory = pd.read_sql("select * from memory", file, parse_dates=["due_day", "last_day"])
    before = [json.loads(memory) if isinstance(memory, str) else {} for memory in log.memory_before]
    log["state"] = [memory.get("state", "new") for memory in before]
    log["last"] = pd.to_datetime([memory.get("last_day") for memory in before])
    log["wait"] = (pd.to_datetime([memory.get("due_day") for memory in before]) - log["last"]).dt.days
    log["first"] = log["last"] < log.study_day
    log["fair"] = log["first"] & (log.state == "review") & (log.purpose == "due")
    log["took"] = pd.to_datetime(log.committed_at) - pd.to_datetime(log.shown_at)
    concepts = {name: card.concept for name, card in load(shipped()).cards.items()}
    return log, memory.assign(concept=memory.card.map(concepts), wait=(memory.due_day - memory.last_day).dt.days)


@pytest.fixture
def visit(studied, page, settled, witness):
    """``visit("What comes", kind="Number")`` opens a section; the page has complained about nothing so far."""

    def opened(section, **filters):
        page.goto("about:blank")
        page.goto(f"{studied.url}/overview?{urlencode({'section': section} | filters)}")
        page.get_by_role("radiogroup", name="Section").wait_for()
        settled(page)
        page.wait_for_timeout(300)
        settled(page)
        assert page.locator("[data-testid=stException]").count() == 0
        assert (witness.errors, witness.foreign) == ([], [])
        return page

    return opened


def read(page, settled):
    """Every figure of the page: title -> the rows of its table as they are shown, and its file."""
    found = {}
    titles = page.locator("[data-testid=stHeading] h3").all_text_contents()
    boxes = page.locator("[data-testid=stExpander]").filter(has_text="As a table")
    for place in range(boxes.count()):
        box = boxes.nth(place)
        box.locator("summary").click()
        table = box.locator("table")
        table.wait_for()
        shown = table.evaluate("t => [...t.rows].map(row => [...row.cells].map(cell => cell.innerText.trim()))")
        # By key: the box opens for half a second, and what a script scrolls into sight in it slides from the mouse.
        with page.expect_download() as download:
            box.get_by_role("button", name="Download as CSV").press("Enter")
        with open(download.value.path(), "rb") as file:
            found[download.value.suggested_filename] = shown, pd.read_csv(BytesIO(file.read()))
        settled(page)
    assert len(titles) >= len(found)
    return found


@pytest.mark.parametrize("page", [DESK], indirect=True, ids=["desk"])
@pytest.mark.parametrize("section", SECTIONS)
def test_every_graph_has_its_numbers_as_a_table_and_as_a_file(visit, settled, tables, section):
    page = visit(section)
    assert "Traceback" not in page.locator("[data-testid=stMain]").inner_text()
    figures = read(page, settled)
    assert page.locator("[data-testid=stVegaLiteChart]").count() <= len(figures)
    for name, (shown, file) in figures.items():
        assert shown[0] == list(file.columns), name
        assert len(shown) == len(file) + 1, name
        for place, column in enumerate(file.columns):
            cells = [row[place] for row in shown[1:]]
            if pd.api.types.is_integer_dtype(file[column]):
                assert cells == [f"{value:,}" for value in file[column]], (name, column)
            else:
                assert [not cell for cell in cells] == file[column].isna().tolist(), (name, column)
    for name, expected in EXPECTED.get(section, {}).items():
        expected(figures[f"attnquiz-{name}.csv"][1], *tables)


def due(file, log, memory):
    today = pd.Timestamp(study_day(datetime.now(UTC), ZONE))
    assert file.Cards.sum() == ((memory.due_day - today).dt.days < 30).sum() > 300
    assert file["In all"].iloc[-1] == file.Cards.sum()


def cards(file, log, memory):
    numbers = file.set_index("State").Cards
    spaced = memory[memory.state == "review"]
    assert numbers["Young"] == (spaced.wait < 21).sum() > 0
    assert numbers["Mature"] == (spaced.wait >= 21).sum() > 0


def intervals(file, log, memory):
    waits = memory.wait[memory.state == "review"].clip(lower=1)
    parts = zip(file["From (days)"], file["Below (days)"], strict=True)
    assert file.Cards.tolist() == [waits.between(a, b - 1).sum() for a, b in parts]


def stability(file, log, memory):
    parts = zip(file["From (days)"], file["Below (days)"], strict=True)
    assert file.Cards.tolist() == [memory.stability.between(a, b, inclusive="left").sum() for a, b in parts]


def difficulty(file, log, memory):
    assert file.Cards.sum() == len(memory)
    assert file.Cards[0] == (memory.difficulty < 2).sum()


def retrievability(file, log, memory):
    assert file.Cards.sum() == len(memory)
    assert file["Share so far"].iloc[-1] == 1


def concepts(file, log, memory):
    titles = {name: each.title for name, each in load(shipped()).concepts.items()}
    met = memory.groupby(memory.concept.map(titles)).size()
    assert file.set_index("Concept")["Cards seen"].to_dict() == met.to_dict()


def answers(file, log, memory):
    spaced = log.state == "review"
    assert file.Answers.sum() == len(log) == 20_000
    assert file.New.sum() == (log.state == "new").sum()
    assert file.Learning.sum() == (log.state == "learning").sum()
    assert file["Learning again"].sum() == (log.state == "relearning").sum()
    assert file.Young.sum() == (spaced & (log.wait < 21)).sum()
    assert file.Mature.sum() == (spaced & (log.wait >= 21)).sum()
    assert file.Minutes.sum() == pytest.approx(log.took.dt.total_seconds().sum() / 60, abs=0.5)


def begun(file, log, memory):
    assert file["Cards begun"].sum() == file["In all, in this period"].iloc[-1] == (log.state == "new").sum()


def hours(file, log, memory):
    clock = pd.to_datetime(log["at"], utc=True).dt.tz_convert("Europe/Berlin").dt.hour
    rated = log.assign(hour=clock, kept=log.rating > 1).groupby("hour").kept
    assert file.set_index("Hour").Answers.to_dict() == rated.size().to_dict()
    assert file.set_index("Hour")["Not Again"].to_dict() == rated.sum().to_dict()


def retention(file, log, memory):
    ever = file[file.Period == "All time"].set_index("Cards")
    for name, which in (("Young", log.wait < 21), ("Mature", log.wait >= 21), ("All", log.fair)):
        asked = log[log.fair & which]
        assert (ever.Asked[name], ever.Right[name]) == (len(asked), (asked.rating > 1).sum())
        assert ever.Predicted[name] == pytest.approx(asked.predicted_recall.mean(), abs=1e-6)


def over_time(file, log, memory):
    assert (file.Asked.sum(), file.Right.sum()) == (log.fair.sum(), (log.fair & (log.rating > 1)).sum())


def predicted(file, log, memory):
    asked = log[log.fair]
    places = (asked.predicted_recall * 20).astype(int).clip(upper=19)
    shown = dict(zip((file["From"] * 20).round().astype(int), file.Asked, strict=True))
    assert {place: n for place, n in shown.items() if n} == places.value_counts().to_dict()


def probes(file, log, memory):
    assert file.Asked.sum() == ((log.purpose == "probe") & log["first"]).sum() > 0


def buttons(file, log, memory):
    assert file.Pressed.sum() == len(log)
    mature = file[file.Cards == "Mature"].set_index("Button").Pressed
    old = log[(log.state == "review") & (log.wait >= 21)].rating.value_counts()
    assert mature.tolist() == [old.get(rating, 0) for rating in (1, 2, 3, 4)]


def times(file, log, memory):
    timed = log[log.took.notna()]
    assert sorted(file.Answers) == sorted(timed.card_kind.value_counts())
    assert file["Minutes in all"].sum() == pytest.approx(timed.took.dt.total_seconds().sum() / 60, abs=0.5)


def sure(file, log, memory):
    graded = log[log.verdict.isin(["right", "wrong", "slip"]) & log.confidence.notna()]
    for row, said in zip(file.itertuples(), ("sure", "unsure"), strict=True):
        chosen = graded[graded.confidence == said]
        assert (row.Answers, row.Right) == (len(chosen), (chosen.verdict == "right").sum())


def new_numbers(file, log, memory):
    varied = log[log.card_kind.isin(["numeric", "shape"])].sort_values("number")
    fresh = ~varied.duplicated(["card", "deletion", "variant"])
    asked = varied["first"] & varied.verdict.isin(["right", "wrong", "slip", "unknown"])
    for row, which in zip(file.itertuples(), (asked & ~fresh, asked & fresh), strict=True):
        assert (row.Answers, row.Right) == (which.sum(), (which & (varied.verdict == "right")).sum())


EXPECTED = {
    "What you did": {"answers": answers, "begun": begun, "hours": hours},
    "How true the forecast was": {"forecast": predicted, "probes": probes},
    "How you answer": {"buttons": buttons, "times": times, "sure": sure, "new-numbers": new_numbers},
    "What comes": {"due": due},
    "Your cards": {"cards": cards, "intervals": intervals, "stability": stability, "difficulty": difficulty},
    "What you remember": {
        "retention": retention, "retention-over-time": over_time, "retrievability": retrievability,
        "concepts": concepts,
    },
}  # fmt: skip


@pytest.mark.parametrize("page", [DESK], indirect=True, ids=["desk"])
def test_a_filter_stands_in_the_address_and_survives_a_reload(visit, settled, still, tables):
    log, _ = tables
    page = visit(TODAY)
    page.locator("summary", has_text="Filter").click()
    still(page).get_by_role("combobox", name="Kind of card").fill("Multiple choice")
    page.keyboard.press("Enter")
    page.get_by_text("Only: Multiple choice").wait_for()
    settled(page)
    for _ in range(2):
        assert parse_qs(urlparse(page.url).query) == {"kind": ["Multiple choice"]}
        number = page.locator("[data-testid=stMetric]", has_text="Answers").locator("[data-testid=stMetricValue]")
        assert number.inner_text() == f"{(log.card_kind == 'mc').sum():,}"
        page.reload()
        page.get_by_text("Only: Multiple choice").wait_for()
        settled(page)
    page.get_by_text("Your cards", exact=True).click()
    page.get_by_role("heading", name="Difficulty").wait_for()
    settled(page)
    assert parse_qs(urlparse(page.url).query) == {"kind": ["Multiple choice"], "section": ["Your cards"]}
    page.get_by_role("button", name="Show everything").click()
    page.get_by_text("Only: Multiple choice").wait_for(state="detached")
    settled(page)
    assert parse_qs(urlparse(page.url).query) == {"section": ["Your cards"]}
    page.get_by_role("link", name="Experiments").click()
    page.get_by_role("heading", name="Experiments").first.wait_for()
    settled(page)
    assert urlparse(page.url).query == ""


@pytest.mark.parametrize("page", [DESK], indirect=True, ids=["desk"])
def test_the_report_is_one_page_of_paper(visit, page, tmp_path):
    opened = visit(TODAY, period="Last 52 weeks")
    with opened.expect_download() as download:
        opened.get_by_role("button", name="Report to print").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    report = page.context.new_page()
    report.goto(file.as_uri())
    assert "Last 52 weeks, All decks, All concepts, All kinds" in report.inner_text("body")
    assert report.locator("svg").count() == 2
    paper = report.pdf(prefer_css_page_size=True)
    assert paper.count(b"/Type /Page") - paper.count(b"/Type /Pages") == 1
    report.close()


@pytest.mark.parametrize("page", [PHONE, PHONE | {"color_scheme": "dark"}], indirect=True, ids=["light", "dark"])
@pytest.mark.parametrize("section", SECTIONS)
def test_a_phone_shows_each_section_without_scrolling_sideways(visit, axe, section):
    page = visit(section)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("[data-testid=stMain]").evaluate("main => main.scrollWidth <= main.clientWidth")
    assert [line for line in axe(page) if not line.startswith(HOUSE)] == []
