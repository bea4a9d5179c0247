"""The progress page, through app.py: every number on it against the file, read with plain SQL and arithmetic."""

import random
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from math import sqrt

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.recall.day import study_day
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import Scheduler
from attnquiz.store.database import Store
from attnquiz.study import drill
from attnquiz.study.session import Phase

PROGRESS = "pages/progress/overview.py"
ZONE = "Europe/Berlin"


def learn(db, days, answers, seed=0):
    """A learner who answered up to ``answers`` cards a day, on the days so many days ago."""
    dice = random.Random(seed)
    desk = drill.Desk(Store.open(db), load(shipped()), ZONE, "test")
    with closing(sqlite3.connect(db)) as open_file:  # closing the last connection moves the whole log, every time
        open_file.execute("select count(*) from log")
        for ago in days:
            now = datetime.now(UTC).replace(hour=18, minute=0) - timedelta(days=ago)
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
def page(history, db, visit):
    with closing(sqlite3.connect(history)) as source, closing(sqlite3.connect(db)) as target:
        source.backup(target)
    at = visit(PROGRESS)
    assert not at.exception
    return at


def test_the_first_day_says_what_to_do_and_shows_no_number(visit):
    at = visit(PROGRESS)
    assert not at.exception
    assert at.title[0].value == "Progress"
    assert "Nothing has been answered yet" in at.info[0].value
    assert not at.metric
    assert not pictures(at)


def test_after_one_answer_there_is_a_page_and_no_retention(visit, db):
    learn(db, days=[1], answers=1)
    at = visit(PROGRESS)
    assert not at.exception
    assert [m.value for m in at.metric][1:] == ["1", "1"]
    assert "- **All answers:** Not enough yet: 0 of 20 answers." in markdown(at)
    assert "- **Last 30 days:** Not enough yet: 0 of 20 answers." in markdown(at)
    assert len(pictures(at)) == 3
    assert not [alt for alt in pictures(at) if alt.startswith("Remembered")]


def test_the_sections_stand_in_their_order_and_each_picture_has_words_and_a_table(page):
    assert [heading.value for heading in page.subheader] == [
        "What comes back",
        "When you answered",
        "How much you remember",
        "How well you know each concept",
        "What stood behind wrong answers",
    ]
    assert [alt.split(":")[0].split(".")[0] for alt in pictures(page)] == [
        "Bars",
        "Calendar",
        "Remembered against predicted",
        "Bars",
    ]
    assert [expander.label for expander in page.expander] == ["As a table"] * 4
    assert len(page.table) == 4


def test_what_is_due_is_the_queue_of_today(page, visit):
    today = visit()
    assert page.metric[0].label == today.metric[0].label == "Due now"
    assert page.metric[0].value == today.metric[0].value
    assert int(page.metric[0].value) > 0


def test_the_counts_are_those_of_the_log(page, db):
    assert page.metric[1].value == str(rows(db, "select count(*) from log where kind = 'review'")[0][0])
    assert page.metric[2].value == str(rows(db, "select count(*) from memory")[0][0])


def test_the_forecast_is_the_memories_by_day(page, db):
    today = study_day(datetime.now(UTC), ZONE)
    end = today + timedelta(days=29)
    expected = rows(
        db, "select due_day, count(*) from memory where due_day <= ? group by due_day order by 1", end.isoformat()
    )
    overdue = sum(count for day, count in expected if day < today.isoformat())
    total = sum(count for _, count in expected)
    assert overdue > 0
    assert f"{total} cards within 30 days, today included; {overdue} overdue." in markdown(page)
    table = page.table[0].value
    assert list(table.columns) == ["Day", "Kind", "Reviews"]
    assert table.Reviews.tolist() == [overdue, *(count for day, count in expected if day >= today.isoformat())]


def test_the_calendar_is_the_answers_by_day(page, db):
    expected = rows(db, "select study_day, count(*) from log where kind = 'review' group by 1")
    total = sum(count for _, count in expected)
    assert f"{total} answers on {len(expected)} days in the last 26 weeks." in markdown(page)
    table = page.table[1].value.set_index("Week of")
    shown = [count for _, week in table[::-1].iterrows() for count in map(int, filter(None, week)) if count]
    assert shown == [count for _, count in sorted(expected)]
    mondays = {day - timedelta(days=day.weekday()) for day in (date.fromisoformat(day) for day, _ in expected)}
    assert list(table.index) == [f"{monday.day} {monday:%b}" for monday in sorted(mondays, reverse=True)]


@pytest.mark.parametrize(("period", "days"), [("All answers", 10_000), ("Last 30 days", 29)])
def test_retention_is_the_share_in_the_log_with_its_wilson_interval(page, db, period, days):
    since = study_day(datetime.now(UTC), ZONE) - timedelta(days=days)
    answers = rows(
        db,
        """select rating, predicted_recall from (
             select *, row_number() over (partition by card, deletion, study_day order by at, id) as nth
             from log where kind = 'review')
           where nth = 1 and purpose = 'due' and json_extract(memory_before, '$.state') = 'review'
             and study_day >= ?""",
        since.isoformat(),
    )
    n, hits = len(answers), sum(rating > 1 for rating, _ in answers)
    assert n >= 20
    assert 0 < hits < n
    p, z = hits / n, 1.959964
    centre, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)
    predicted = sum(each for _, each in answers) / n
    said = f"{p:.0%} of {n} (95% interval {low:.0%} to {high:.0%}); predicted: {predicted:.0%}."
    assert f"- **{period}:** {said}" in markdown(page)
    table = page.table[2].value.set_index("Period")
    assert table.loc[period].tolist() == [n, f"{p:.0%}", f"{low:.0%}", f"{high:.0%}", f"{predicted:.0%}"]


def test_concepts_show_the_mean_recall_of_what_was_seen(page, history):
    collection = load(shipped())
    today = study_day(datetime.now(UTC), ZONE)
    recalls = {}
    with Store.open(history).reading() as r:
        for face, memory in r.memories().items():
            concept = collection.concepts[collection.cards[face.card].concept].title
            recalls.setdefault(concept, []).append(Scheduler().recall(memory, today))
    means = {concept: sum(values) / len(values) for concept, values in recalls.items()}
    assert f"{len(means)} of {len(collection.concepts)} concepts begun." in markdown(page)
    table = page.table[3].value
    assert set(table.Concept) == set(means)
    for row in table.itertuples():
        assert row[2] == f"{means[row.Concept]:.0%}"
        assert row[3] == len(recalls[row.Concept])
    assert [int(share[:-1]) for share in table["Predicted recall"]] == sorted(round(100 * m) for m in means.values())


def test_looking_at_progress_writes_nothing(page, db):
    before = rows(db, "select count(*) from log")
    page.run()
    page.run()
    assert rows(db, "select count(*) from log") == before
