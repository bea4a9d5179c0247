"""The progress page, through app.py: every number on it against the file, read with plain SQL and arithmetic."""

import random
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from math import sqrt

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.cards.faces import deletions
from attnquiz.recall.day import study_day
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import Scheduler
from attnquiz.sandbox.written import plain
from attnquiz.store.database import Store
from attnquiz.study import drill
from attnquiz.study.session import Phase
from attnquiz.ui.progress_filter import EVERYTHING
from attnquiz.ui.progress_page import SECTIONS, TODAY
from tests.noon import ZONE

PROGRESS = "pages/progress/overview.py"
DRAWN = ("What comes", "Your cards", "What you did", "What you remember", "How true the forecast was", "How you answer")


def learn(db, days, answers, seed=0):
    """A learner who answered up to ``answers`` cards a day, on the days so many days ago."""
    dice = random.Random(seed)
    desk = drill.Desk(Store.open(db), load(shipped()), ZONE, "test")
    with closing(sqlite3.connect(db)) as open_file:  # closing the last connection moves the whole log, every time
        open_file.execute("select count(*) from log")
        for ago in days:
            now = datetime.now(UTC) - timedelta(days=ago)
            sitting = drill.begin(desk, now)
            for _ in range(answers):
                if sitting.phase is Phase.DONE:
                    break
                now += timedelta(seconds=40)
                sitting = drill.commit(desk, sitting, None, drill.Confidence.UNSURE, now)
                rating = dice.choices(list(Rating), weights=[3, 2, 5, 0])[0]
                sitting = drill.rate(desk, sitting, rating, now + timedelta(seconds=5))


def rows(db, sql, *values):
    with closing(sqlite3.connect(db)) as file:
        return file.execute(sql, values).fetchall()


def markdown(at):
    return "\n".join(element.value for element in [*at.markdown, *at.caption, *at.info])


def pictures(at):
    return [element.proto.alt for element in at.get("vega_lite_chart")]


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """Five weeks of answers and three days of holiday, in a file to be copied."""
    path = tmp_path_factory.mktemp("history") / "answers.sqlite3"
    learn(path, days=range(36, 3, -1), answers=9)
    return path


@pytest.fixture
def section(visit):
    """``section("What comes", kind="Number")``: that part of the page, through these filters."""

    def opened(name=TODAY, **filters):
        at = visit(PROGRESS, section=name, **filters)
        assert not at.exception
        return at

    return opened


@pytest.fixture
def page(history, db, section):
    """The same with the five weeks."""
    with closing(sqlite3.connect(history)) as source, closing(sqlite3.connect(db)) as target:
        source.backup(target)
    return section


def test_the_first_day_says_what_to_do_and_shows_no_number(visit):
    at = visit(PROGRESS)
    assert not at.exception
    assert at.title[0].value == "Progress"
    assert "Nothing has been answered yet" in at.info[0].value
    assert not at.metric
    assert not pictures(at)


@pytest.mark.parametrize("name", SECTIONS)
def test_after_one_answer_every_section_stands_and_shows_no_share(section, db, name):
    learn(db, days=[1], answers=1)
    at = section(name)
    assert [m.value for m in at.metric][1:] == (["1", "1"] if name == TODAY else [])
    assert " of 20" in markdown(at) or name not in ("Your cards", "What you remember")


@pytest.mark.parametrize("name", SECTIONS)
def test_each_picture_has_words_before_it_and_a_table_and_a_file_after_it(page, name):
    at = page(name)
    files = [button for button in at.get("download_button") if button.label == "Download as CSV"]
    assert len(pictures(at)) <= len(at.table) == len(files)
    assert pictures(at) or name not in DRAWN
    for alt in pictures(at):
        sentence = alt.partition(": ")[2].partition(". ")[2]
        assert sentence in markdown(at)


def test_what_is_due_is_the_queue_of_today(page, visit):
    everything, today = page(), visit()
    assert everything.metric[0].label == today.metric[0].label == "Due now"
    assert everything.metric[0].value == today.metric[0].value
    assert int(everything.metric[0].value) > 0
    through_a_filter = page(kind="Number").metric[0]
    assert (through_a_filter.label, through_a_filter.value) == ("Due now, of all", today.metric[0].value)


def test_the_counts_are_those_of_the_log(page, db):
    page = page()
    assert page.metric[1].value == str(rows(db, "select count(*) from log where kind = 'review'")[0][0])
    assert page.metric[2].value == str(rows(db, "select count(*) from memory")[0][0])


def test_the_forecast_is_the_memories_by_day(page, db):
    page = page("What comes")
    today = study_day(datetime.now(UTC), ZONE)
    end = today + timedelta(days=29)
    expected = rows(
        db, "select due_day, count(*) from memory where due_day <= ? group by due_day order by 1", end.isoformat()
    )
    overdue = sum(count for day, count in expected if day < today.isoformat())
    total = sum(count for _, count in expected)
    assert overdue > 0
    assert f"{total} cards within 30 days, today included; {overdue} overdue." in markdown(page)
    a_day = "select sum(1 / (julianday(due_day) - julianday(last_day))) from memory where state = 'review'"
    load = rows(db, a_day)[0][0]
    assert f"Daily load: about {round(load)} reviews a day. That is what these cards ask for" in markdown(page)
    table = page.table[0].value
    assert list(table.columns) == ["Day", "Kind", "Cards", "In all"]
    assert table.Cards.tolist() == [overdue, *(count for day, count in expected if day >= today.isoformat())]


def test_the_calendar_is_the_answers_by_day(page, db):
    page = page("What you did")
    expected = rows(db, "select study_day, count(*) from log where kind = 'review' group by 1")
    total = sum(count for _, count in expected)
    assert f"{total} answers on {len(expected)} days in the last 26 weeks." in markdown(page)
    table = page.table[0].value.set_index("Week of")
    shown = [int(count) for _, week in table[::-1].iterrows() for count in week if count not in ("", "0", 0)]
    assert shown == [count for _, count in sorted(expected)]
    mondays = {day - timedelta(days=day.weekday()) for day in (date.fromisoformat(day) for day, _ in expected)}
    assert list(table.index) == [f"{monday.day} {monday:%b}" for monday in sorted(mondays, reverse=True)]


def test_retention_is_the_share_in_the_log_with_its_wilson_interval(page, db):
    page = page("What you remember")
    answers = rows(
        db,
        """select rating, predicted_recall from log where kind = 'review' and purpose = 'due'
           and json_extract(memory_before, '$.state') = 'review'
           and json_extract(memory_before, '$.last_day') < study_day""",
    )
    n, hits = len(answers), sum(rating > 1 for rating, _ in answers)
    assert n >= 20
    assert 0 < hits < n
    p, z = hits / n, 1.959964
    centre, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)
    predicted = sum(each for _, each in answers) / n
    said = f"{p:.0%} of {n} (95% interval {low:.0%} to {high:.0%}); predicted: {predicted:.0%}."
    assert f"- **All time:** {said}" in markdown(page)


def test_concepts_show_the_mean_recall_of_what_was_seen(page, history):
    page = page("What you remember")
    collection = load(shipped())
    today = study_day(datetime.now(UTC), ZONE)
    recalls = {}
    with Store.open(history).reading() as r:
        for face, memory in r.memories().items():
            concept = collection.concepts[collection.cards[face.card].concept].title
            recalls.setdefault(concept, []).append(Scheduler().recall(memory, today))
    means = {concept: sum(values) / len(values) for concept, values in recalls.items()}
    assert f"{len(means)} of {len(collection.concepts)} concepts begun. Weakest" in markdown(page)
    table = page.table[-1].value
    assert set(table.Concept) == set(means)
    for row in table.itertuples():
        assert row[2] == pytest.approx(means[row.Concept])
        assert row[3] == len(recalls[row.Concept])
    assert table["Predicted recall"].is_monotonic_increasing, "the weakest first"


FILTERS = {
    "period": {"period": "Last 4 weeks"},
    "deck": {"deck": "Numbers, softmax and shapes"},
    "concept": {"concept": "Softmax"},
    "kind": {"kind": "Multiple choice"},
    "several": {"deck": "Numbers, softmax and shapes", "kind": "Number", "period": "Last 13 weeks"},
}


def let_through(card, filters, collection):
    """Whether a card counts, as the page says it."""
    decks = {deck.title: {card.concept for card in deck.cards} for deck in collection.decks}
    kinds = {"Multiple choice": "mc", "Number": "numeric"}
    titles = {concept.title: {name} for name, concept in collection.concepts.items()}
    about = titles.get(filters.get("concept")) or decks.get(filters.get("deck")) or {card.concept}
    return card.concept in about and card.kind == kinds.get(filters.get("kind"), card.kind)


@pytest.mark.parametrize("chosen", FILTERS)
def test_each_filter_lets_through_what_it_says(page, db, address, chosen):
    filters, collection = FILTERS[chosen], load(shipped())
    cards = {name for name, card in collection.cards.items() if let_through(card, filters, collection)}
    assert 0 < len(cards) <= len(collection.cards)
    at = page(**filters)
    weeks = int(filters.get("period", "Last 1000 weeks").split()[1])
    today = study_day(datetime.now(UTC), ZONE)
    since = (today - timedelta(days=today.weekday(), weeks=weeks - 1)).isoformat()
    log = rows(db, "select card from log where kind = 'review' and study_day >= ?", since)
    memory = [card for (card,) in rows(db, "select card from memory") if card in cards]
    assert [metric.value for metric in at.metric][1:3] == [str(sum(c in cards for (c,) in log)), str(len(memory))]
    assert at.metric[1].label == ("Answers in period" if "period" in filters else "Answers so far")
    assert f"Only: **{plain(' · '.join(filters[key] for key in EVERYTHING if key in filters))}**" in markdown(at)
    assert ("take a little longer" in markdown(at)) == (chosen == "several")
    assert address(at) == filters
    table = page("Your cards", **filters).table[0].value.set_index("State").Cards
    faces = sum(len(deletions(collection.cards[name])) for name in cards)
    assert table.sum() == faces
    assert table["New"] == faces - len(memory)
    reset = next(button for button in at.button if button.label == "Show everything")
    everything = reset.click().run()
    assert address(everything) == {}
    assert everything.metric[1].value == str(rows(db, "select count(*) from log where kind = 'review'")[0][0])
    assert "Only:" not in markdown(everything)


def test_a_filter_that_nobody_knows_is_no_filter(page, address):
    at = page("Nowhere", kind="Riddle", period="Last 3 weeks")
    assert at.metric[1].value == page().metric[1].value
    assert "Only:" not in markdown(at)


def test_where_nothing_passes_the_page_says_so(page):
    collection = load(shipped())
    used = {(card.concept, card.kind) for card in collection.cards.values()}
    concept = next(name for name in sorted({name for name, _ in used}) if (name, "code") not in used)
    at = page("What you remember", concept=collection.concepts[concept].title, kind="Code")
    assert "Nothing that you have answered passes this filter." in markdown(at)
    assert not pictures(at)


def test_looking_at_progress_writes_nothing(page, db):
    page()
    before = rows(db, "select count(*) from log")
    for name in SECTIONS:
        page(name)
    assert rows(db, "select count(*) from log") == before
