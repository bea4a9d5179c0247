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
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import Scheduler
from attnquiz.sandbox.written import plain
from attnquiz.store.database import Store
from attnquiz.study import aside, choices, drill
from attnquiz.study.session import Phase
from attnquiz.ui import progress_filter
from attnquiz.ui.progress import Seen
from attnquiz.ui.progress_filter import EVERYTHING
from attnquiz.ui.progress_page import SECTIONS, TODAY
from tests.noon import ZONE
from tests.store.hand import Hand

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


FIGURES = {
    "Today": ["What you did today"],
    "What comes": ["What comes back"],
    "Your cards": ["How many there are", "Intervals", "Stability", "Difficulty"],
    "What you did": ["When you answered", "Answers and time", "Cards begun", "Time of day"],
    "What you remember": [
        "How much you remember", "How much you remember over time", "What you know today",
        "How well you know each concept",
    ],
    "How true the forecast was": ["Predicted and remembered", "Spot checks"],
    "How you answer": [
        "Answer buttons", "Time for an answer", "Sure and right", "The same question with new numbers",
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_each_section_has_its_name_its_figures_and_nothing_of_the_others(section, db, name):
    learn(db, days=[1], answers=1)
    at = section(name)
    assert [header.value for header in at.header] == [name]
    assert [each.value for each in at.subheader] == FIGURES[name]
    assert ("Report to print" in [each.label for each in at.get("download_button")]) == (name == TODAY)


def test_how_far_to_look_and_how_much_to_draw_stand_in_the_address(page):
    assert "cards within 90 days, today included" in markdown(page("What comes", ahead="90 days"))
    assert "on each day of the next 90 days." in pictures(page("What comes", ahead="90 days"))[0]
    half, everything = (page("Your cards", part=part).table[1].value for part in ("Half", "All"))
    assert half["Below (days)"].max() < everything["Below (days)"].max()


def test_a_deck_offers_its_own_concepts_and_one_without_concepts_is_not_offered(page, db):
    (db.parent / "decks").mkdir()
    (db.parent / "decks" / "mine.md").write_text(
        "---\ndeck: mine\ntitle: Mine alone\n---\n\nQ: Mine?\n\nA: Yes.\n", "utf-8"
    )
    at, one = page(), page(deck="Numbers, softmax and shapes")
    boxes = [{box.key: box.options for box in each.selectbox} for each in (at, one)]
    assert "Numbers, softmax and shapes" in boxes[0]["deck"]
    assert "Mine alone" not in boxes[0]["deck"]
    assert "Softmax" in boxes[1]["concept"]
    assert 2 < len(boxes[1]["concept"]) < len(boxes[0]["concept"])


def test_decks_of_one_title_are_one_and_only_concepts_and_kinds_with_cards_are_offered(tmp_path):
    (tmp_path / "decks").mkdir()
    (tmp_path / "concepts.md").write_text(
        "# level 1\n" + "".join(f"{name}: The {name}. One can.\n" for name in "abc"), "utf-8"
    )
    for name in "ab":
        head = f"---\ndeck: {name}\ntitle: Both\nlicense: CC-BY-4.0\n---\n\n## {name}\nkind: basic\nconcept: {name}\n"
        text = f"{head}source: computed\n\nQ: What?\n\nA: It.\n\nWhy: So.\n"
        (tmp_path / "decks" / f"{name}.md").write_text(text, encoding="utf-8")
    collection = load(tmp_path)
    assert progress_filter.decks(collection) == {"Both": {"a", "b"}}
    assert progress_filter.titles(collection) == {"The a": "a", "The b": "b"}
    assert progress_filter.kinds(collection) == ["basic"]


def test_what_counts_as_known_without_an_answer_is_no_first_day_and_was_not_seen(section, db):
    (link,) = (link.proto for link in section().get("page_link"))
    assert (link.label, link.page) == ("Answer the first card", "review")
    hand = Hand(Store.open(db), datetime.now(UTC) - timedelta(hours=1))
    hand.start(*(Face(name, deletions(card)[0]) for name, card in list(load(shipped()).cards.items())[:3]), wait=9)
    at = section()
    assert "Nothing has been answered yet" not in markdown(at)
    assert [metric.value for metric in at.metric] == ["0", "0", "0"]
    (link,) = (link.proto for link in at.get("page_link"))
    assert (link.label, link.page) == ("Go to the review page", "review")


def test_answers_to_cards_that_are_all_suspended_are_still_counted(section, db):
    learn(db, days=[1], answers=1)
    desk, now = drill.Desk(Store.open(db), load(shipped()), ZONE, "test"), datetime.now(UTC)
    card = rows(db, "select card from memory")[0][0]
    face = Face(card, deletions(desk.collection.cards[card])[0])
    aside.suspend(desk, drill.begin(desk, now, first=face), now)
    at = section()
    assert [metric.value for metric in at.metric] == ["0", "1", "0"]
    assert "Suspended: not asked until you bring it back." in markdown(at)


def test_the_day_of_the_figures_begins_when_the_learner_says(db):
    now = datetime(2026, 6, 2, 20, tzinfo=UTC)
    desk = drill.Desk(Store.open(db), load(shipped()), "Europe/Berlin", "test")
    choices.choose(desk, "rollover", "23", now)
    with desk.store.reading() as r:
        assert Seen(desk, r, now).today == date(2026, 6, 1), "it is ten in the evening"


def test_what_is_due_is_the_queue_of_today(page, visit):
    everything, today = page(), visit()
    (link,) = (link.proto for link in everything.get("page_link"))
    assert (link.label, link.page) == ("Review the cards that are due", "review")
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
    "deck and concept": {"deck": "Numbers, softmax and shapes", "concept": "Softmax"},
    "year": {"period": "Last 52 weeks"},
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
