"""The figures of the progress page on a log that is known answer by answer: each sentence and each table, word by word.

What the learner did stands in ``known.study``; what must be said of it follows with arithmetic, and where the scheduler
decides, from the rows of the file. Nothing depends on today's date or on the shipped cards.
"""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from math import sqrt
from statistics import mean

import pytest

from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import DEFAULT_WEIGHTS, Scheduler
from attnquiz.store.database import Store
from attnquiz.store.entry import Happened
from attnquiz.store.rollup import Scope
from attnquiz.study.desk import Desk
from attnquiz.ui import (
    progress_answers,
    progress_cards,
    progress_coming,
    progress_did,
    progress_known,
    progress_remembered,
)
from attnquiz.ui.progress import Seen
from tests.pages.known import AGAIN, CONCEPTS, EVENING, FACES, cards, study
from tests.recall.hidden import HIDDEN
from tests.store.hand import Hand


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    return cards(tmp_path_factory.mktemp("content"))


@pytest.fixture(scope="module")
def known(tmp_path_factory, collection):
    return study(tmp_path_factory.mktemp("known") / "answers.sqlite3", collection)


@pytest.fixture
def file(known):
    return known.store.path


@pytest.fixture
def look(known):
    """``look()`` is what the page knows on that evening, ``look(days=3)`` three days later."""
    with known.store.reading() as reading:
        yield lambda scope=None, days=0: Seen(known, reading, EVENING + timedelta(days=days), scope)


def rows(file, sql, *values):
    with closing(sqlite3.connect(file)) as opened:
        return opened.execute(sql, values).fetchall()


def share(hits, n):
    """The share with its interval (Wilson), as pages say it."""
    p, z = hits / n, 1.959964
    centre, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = ((centre + way * half) / (1 + z * z / n) for way in (-1, 1))
    return f"{p:.0%} of {n} (95% interval {abs(low):.0%} to {high:.0%})"


def predicted(file, where):
    sql = f"select avg(predicted_recall) from log where kind = 'review' and {where}"
    return rows(file, sql)[0][0]


def shown(figure, **where):
    """A row of the table, by the first columns that are named."""
    table = figure.table
    for name, value in where.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_each_section_has_its_figures_in_their_order(look):
    seen = look()
    assert [each.name for each in progress_did.figures(seen)] == ["calendar", "answers", "begun", "hours"]
    assert [each.name for each in progress_remembered.figures(seen)] == ["retention", "retention-over-time"]
    assert [each.name for each in progress_remembered.forecast(seen)] == ["forecast", "probes"]
    assert [each.name for each in progress_known.figures(seen)] == ["retrievability", "concepts"]
    assert [each.name for each in progress_answers.figures(seen)] == ["buttons", "times", "sure", "new-numbers"]
    assert [each.name for each in progress_cards.figures(seen)] == ["intervals", "stability", "difficulty"]
    assert progress_remembered.retention(seen).sentence == progress_remembered.retention(look()).sentence, (
        "in any order"
    )


def test_today_is_told_by_what_each_card_was(look):
    today = progress_did.today(look())
    assert today.sentence == (
        "50 answers in 4 minutes; 38 of them Again.\n"
        f"- **Not Again:** {share(12, 50)}.\n- **Mature cards recalled:** {share(12, 20)}."
    )
    assert list(today.table.columns) == ["Before", "Answers", "Minutes", "Again", "Not Again"]
    assert today.table.to_numpy().tolist() == [
        ["Learning", 30, pytest.approx(1), 30, 0], ["Mature", 20, pytest.approx(160 / 60), 8, 12],
    ]  # fmt: skip
    one = progress_did.today(look(Scope(concepts=frozenset({"c05"}))))
    assert one.sentence.startswith("1 answer in less than a minute; 0 of them Again.\n- **Not Again:** Not enough yet")
    tomorrow = progress_did.today(look(days=1))
    assert tomorrow.sentence == "Nothing answered yet today."
    assert tomorrow.table.empty


def test_answers_are_counted_by_week_and_by_what_each_card_was(look):
    answers = progress_did.reviews(look())
    assert answers.sentence == "146 answers in 33 minutes. A bar is a week."
    assert answers.alt == "Bars: answers in each week, by what each card was before."
    names = ["From", "New", "Learning", "Learning again", "Young", "Mature", "Answers", "Minutes"]
    assert list(answers.table.columns) == names
    assert shown(answers, From=date(2026, 1, 5)).tolist()[1:] == [32, 0, 0, 0, 0, 32, 16]
    assert shown(answers, From=date(2026, 6, 1)).tolist()[1:7] == [0, 30, 0, 0, 20, 50]
    begun = progress_did.added(look())
    assert begun.sentence == "45 cards begun. A bar is a week."
    assert list(begun.table.columns) == ["From", "Cards begun", "In all, in this period"]
    assert shown(begun, From=date(2026, 5, 25)).tolist()[1:] == [13, 45]


def test_a_period_holds_its_own_answers_and_says_where_there_are_none(look):
    seen = look(Scope(since=date(2026, 5, 11), kind="numeric"))
    assert progress_did.days(seen).sentence == "50 answers on 1 day in the last 4 weeks."
    assert progress_did.reviews(seen).sentence == "50 answers in 4 minutes. A bar is a day."
    begun = progress_did.added(seen)
    assert begun.sentence == "No card was begun in this period."
    assert begun.chart is None
    nothing = look(Scope(since=date(2026, 6, 8)), days=7)
    assert progress_did.reviews(nothing).sentence == "Nothing was answered in this period."
    assert progress_did.hours(nothing).sentence == "Not enough yet: 0 of 20 answers in the busiest hour."
    assert progress_did.days(look()).sentence == "146 answers on 5 days in the last 26 weeks."
    long = look(days=7 * 70)
    assert "A bar is 4 weeks." in progress_did.reviews(long).sentence
    since_winter = progress_remembered.retention(look(Scope(since=date(2026, 2, 9))))
    assert f"- **Since 9 Feb 2026:** {share(12, 20)}" in since_winter.sentence
    assert "All time" not in since_winter.sentence


def test_the_busiest_hour_is_told_and_hours_that_stand_apart(look):
    hours = progress_did.hours(look())
    assert hours.sentence == (
        "The busiest hour is 11 to 12 o'clock: 83 of 146 answers. From 11 to 12 o'clock 87% of 83 were not Again, at "
        "other times 40%; from 20 to 21 o'clock 0% of 30 were not Again, at other times 84%."
    )
    assert list(hours.table.columns) == ["Hour", "Answers", "Not Again", "Share", "Low end", "High end"]
    counted = hours.table[["Hour", "Answers", "Not Again"]].to_numpy().tolist()
    assert counted == [[11, 83, 72], [12, 33, 25], [20, 30, 0]]
    alike = progress_did.hours(look(Scope(kind="basic")))
    assert alike.sentence.endswith("No hour is clearly better or worse than the others.")


@pytest.mark.parametrize(
    ("number", "said"),
    [(0.9, "less than a minute"), (1, "1 minute"), (119, "119 minutes"), (120, "about 2 hours")],
)
def test_long_times_are_hours(number, said):
    assert progress_did.minutes(number) == said


def test_what_was_remembered_is_told_by_period_and_by_age(look, file):
    retention = progress_remembered.retention(look())
    mature = predicted(file, "study_day = '2026-06-01' and json_extract(memory_before, '$.state') = 'review'")
    young = predicted(file, "study_day = '2026-02-02'")
    both = (20 * mature + 30 * young) / 50
    june, since = f"{share(12, 20)}; predicted: {mature:.0%}.", f"{share(34, 50)}; predicted: {both:.0%}."
    assert retention.sentence.splitlines() == [
        f"- **Today:** {june}", "- **Yesterday:** Not enough yet: 0 of 20 answers.", f"- **This week:** {june}",
        f"- **Last 4 weeks:** {june}", f"- **Last 52 weeks:** {since}", f"- **All time:** {since}",
    ]  # fmt: skip
    names = ["Period", "Cards", "Asked", "Right", "Share", "Low end", "High end", "Predicted"]
    assert list(retention.table.columns) == names
    row = shown(retention, Period="All time", Cards="Young")
    assert row.tolist()[2:5] == [30, 22, pytest.approx(22 / 30)]
    assert row["Low end"] < row["Share"] < row["Predicted"] < row["High end"]
    assert row["Predicted"] == pytest.approx(young)
    assert set(retention.formats) == set(names[4:])
    assert {row["label"] for row in drawn(retention)} >= {"Today: 20 answers", "All time: 50 answers"}
    few = progress_remembered.retention(look(Scope(concepts=frozenset({"c05"}))))
    assert "- **Today:** Not enough yet: 1 of 20 answers." in few.sentence


def test_remembering_over_time_says_how_often_the_prediction_was_within_the_interval(look):
    course = progress_remembered.course(look())
    assert course.sentence == (
        "50 answers. A point is a week with 20 answers or more. The prediction lies within the 95% interval of 1 of 2 "
        "points; if it were always right, it would do so for about 19 of 20."
    )
    assert list(course.table.columns) == ["From", "Asked", "Right", "Share", "Low end", "High end", "Predicted"]
    row = shown(course, From=date(2026, 2, 2))
    assert row.tolist()[1:4] == [30, 22, pytest.approx(22 / 30)]
    assert row["Low end"] < row["Share"] < row["Predicted"] < row["High end"]
    assert len(drawn(course)) == 2, "a point for each week with enough answers"
    assert "A point is 4 weeks with" in progress_remembered.course(look(days=7 * 70)).sentence
    none = progress_remembered.course(look(Scope(kind="basic")))
    assert none.sentence == "Not enough yet: 0 of 20 answers."
    assert none.table.empty
    assert none.chart is None


def test_the_forecast_is_held_against_what_came(look, file):
    scheduler, probes = progress_remembered.forecast(look())
    due = predicted(file, "purpose = 'due' and json_extract(memory_before, '$.state') = 'review'")
    too_much = f"The scheduler was too optimistic, by {100 * (due - 34 / 50):.1f} points."
    assert scheduler.sentence == f"Predicted: {due:.1%}. Remembered: {share(34, 50)}. {too_much}"
    names = ["From", "Below", "Asked", "Right", "Share", "Low end", "High end", "Predicted"]
    assert list(scheduler.table.columns) == names
    assert sorted(scheduler.table[["Asked", "Right"]].to_numpy().tolist()) == [[20, 12], [30, 22]]
    for row in scheduler.table.itertuples():
        assert row.From <= row.Predicted < row.Below
    checked = predicted(file, "purpose = 'probe'")
    assert probes.sentence.splitlines() == [
        f"- **Cards that were not due:** {share(20, 21)}; predicted: {checked:.0%}.",
        "- **Cards that were due:** Not enough yet: 0 of 20 spot checks.",
    ]
    assert list(probes.table.columns) == ["Cards that were", *names[2:]]
    assert shown(probes, **{"Cards that were": "not due"}).tolist()[1:3] == [21, 20]
    few = progress_remembered.probes(look(Scope(concepts=frozenset({"c05"}))))
    assert "- **Cards that were not due:** Not enough yet: 2 of 20 spot checks." in few.sentence
    none = progress_remembered.probes(look(Scope(kind="basic")))
    assert none.table.empty


def test_buttons_and_times_are_told_by_sort_and_by_kind(look):
    buttons, times, *_ = progress_answers.figures(look())
    assert buttons.sentence.splitlines() == [
        f"- **Learning:** Again {share(32, 75)}.", f"- **Young:** Again {share(8, 30)}.",
        f"- **Mature:** Again {share(9, 41)}.",
    ]  # fmt: skip
    assert list(buttons.table.columns) == ["Cards", "Button", "Pressed", "Of", "Share"]
    assert shown(buttons, Cards="Mature", Button="Good").tolist()[2:4] == [32, 41]
    few = progress_answers.buttons(look(Scope(concepts=frozenset({"c01"}))))
    assert "- **Young:** Not enough yet: 2 of 20 answers." in few.sentence
    slow, quick = times.table["Half below"]
    assert times.sentence == (
        f"Slowest: Question, half of 45 answers within {slow:.0f} seconds. "
        f"Quickest: Number, half of 101 answers within {quick:.0f} seconds."
    )
    names = ["Kind", "Answers", "A quarter below", "Half below", "Three quarters below", "Minutes in all"]
    assert list(times.table.columns) == names
    assert times.table.Answers.tolist() == [45, 101]
    assert times.table["Minutes in all"].tolist() == pytest.approx([22.5, (71 * 8 + 30 * 2) / 60])
    assert (times.table["A quarter below"] < times.table["Half below"]).all()
    one = progress_answers.times(look(Scope(kind="basic", concepts=frozenset(CONCEPTS[:14]))))
    assert one.sentence.startswith("Slowest: Question, half of 40 answers within ")
    assert "Quickest" not in one.sentence, "there is one kind"
    few = progress_answers.times(look(Scope(concepts=frozenset({"c01"}))))
    assert few.sentence == "Not enough yet: 9 of 20 timed answers."


def test_being_sure_and_new_numbers_are_compared(look):
    *_, sure, numbers = progress_answers.figures(look())
    assert sure.sentence.splitlines() == [
        f"- **Sure:** {share(55, 95)}.", f"- **Not sure:** {share(42, 51)}.",
        "- **Difference:** about −24 points (95% interval −37 to −9). When you are sure, you are right less often.",
    ]  # fmt: skip
    assert list(sure.table.columns) == ["What", "Answers", "Right", "Share right", "Low end", "High end"]
    assert sure.table[["What", "Answers", "Right"]].to_numpy().tolist() == [["Sure", 95, 55], ["Not sure", 51, 42]]
    assert numbers.sentence.splitlines() == [
        f"- **Numbers met before:** {share(34, 51)}.", f"- **New numbers:** {share(20, 21)}.",
        "- **Difference:** about −29 points (95% interval −43 to −7). New numbers are easier for you.",
    ]  # fmt: skip
    few = progress_answers.learner(look(Scope(concepts=frozenset({"c01"}))))
    assert "Difference" not in few.sentence
    assert progress_answers.transfer(look(Scope(kind="basic"))).table.empty


def test_cards_are_counted_by_what_they_are_today(look):
    counts = progress_cards.counts(look())
    assert counts.sentence == "55 cards: 6 new, 13 young, 13 mature."
    assert counts.table.set_index("State").Cards.to_dict() == {
        "New": 6, "Learning": 2, "Learning again": 17, "Young": 13, "Mature": 13, "Suspended": 2,
        "Buried until tomorrow": 2,
    }  # fmt: skip
    tomorrow = progress_cards.counts(look(days=1)).table.set_index("State").Cards
    assert tomorrow["Buried until tomorrow"] == 0


def test_intervals_stability_and_difficulty_are_those_of_the_memories(look, file):
    figures = {part: progress_cards.figures(look(), part) for part in ("Half", "95%", "All")}
    intervals, stability, difficulty = figures["95%"]
    waits = rows(file, "select julianday(due_day) - julianday(last_day) from memory where state = 'review' order by 1")
    waits = [round(wait) for (wait,) in waits]
    strong = rows(file, "select stability, difficulty from memory order by 1")
    stable, hard = [each for each, _ in strong], [each for _, each in strong]
    assert intervals.sentence == (
        f"Half of {len(waits)} cards wait {_at(waits, 0.5)} days or less, 95% {_at(waits, 0.95)} days or less, the "
        f"longest {max(waits)} days."
    )
    assert stability.sentence == (
        f"Half of {len(stable)} cards last {round(_at(stable, 0.5))} days or longer until recall falls to 90%."
    )
    many = sum(each >= 8 for each in hard)
    are = "is" if many == 1 else "are"
    assert difficulty.sentence == f"On average {mean(hard):.1f}; {many} of {len(hard)} cards {are} 8 or harder."
    assert difficulty.table.Cards.sum() == len(hard)
    for part, (spread, *_) in zip((0.5, 0.95, 1), figures.values(), strict=True):
        assert spread.table["Below (days)"].max() > _at(waits, part)
        assert list(spread.table.columns) == ["From (days)", "Below (days)", "Cards", "Share so far"]
    ends = [spread.table["Below (days)"].max() for spread, *_ in figures.values()]
    assert ends[0] < ends[1] <= ends[2]
    few = progress_cards.figures(look(Scope(concepts=frozenset({"c01"}))))
    assert [each.sentence for each in few] == [f"Not enough yet: {number} of 20 cards." for number in (2, 3, 3)]
    assert all(each.chart is None and each.table.empty for each in few)


@pytest.mark.parametrize(("rating", "said"), [(AGAIN, "less than a day"), (Rating.HARD, "1 day or longer")])
def test_memories_that_fade_within_a_day_are_told_as_that(db, collection, rating, said):
    hand = Hand(Store.open(db))
    for face in FACES[:20]:
        hand.answer(face, rating)
    with hand.store.reading() as reading:
        seen = Seen(Desk(hand.store, collection, "Europe/Berlin", "test"), reading, hand.now)
        sentence = progress_cards.stability(seen).sentence
    assert sentence == f"Half of 20 cards last {said} until recall falls to 90%."


def _at(values, part):
    """The smallest value that so large a part of them does not exceed."""
    return next(value for n, value in enumerate(sorted(values), start=1) if n >= part * len(values))


def test_what_comes_back_is_told_for_as_long_as_one_looks_ahead(look, file):
    due = [date.fromisoformat(day) for (day,) in rows(file, "select due_day from memory where card != 'c01-c'")]
    buried = date.fromisoformat(rows(file, "select due_day from memory where card = 'c01-c'")[0][0])
    for span, days in (("30 days", 30), ("90 days", 90), ("52 weeks", 364)):
        for later in (0, 3):
            today = date(2026, 6, 1) + timedelta(days=later)
            at = [*due, max(buried, date(2026, 6, 2))]
            total, late = sum((day - today).days < days for day in at), sum(day < today for day in at)
            figure = progress_coming.due(look(days=later), span)
            over = f"; {late} overdue" if late else ""
            assert figure.sentence.startswith(f"{total} cards within {span}, today included{over}. Daily load: ")
            assert figure.table.Cards.sum() == total == figure.table["In all"].iloc[-1]
            assert (figure.table.Cards > 0).all()
            assert len(drawn(figure)) == 1 + (52 if span == "52 weeks" else days), "what is late, and a bar each"
            assert figure.table.columns[0] == ("From" if span == "52 weeks" else "Day")
            each = "in each week" if span == "52 weeks" else "on each day"
            assert each in figure.alt
            assert each in figure.about
    load = sum(1 / wait for (wait,) in rows(file, "select max(1, julianday(due_day) - julianday(last_day)) from memory"
                                            " where state = 'review'"))  # fmt: skip
    assert f"Daily load: about {round(load)} reviews a day." in figure.sentence
    little = progress_coming.due(look(Scope(concepts=frozenset({"c01"}))))
    assert little.sentence.startswith("2 cards within 30 days, today included. Daily load: less than 1 review a day.")
    seen = look()
    assert progress_coming.daily_load(seen.faces.of(~seen.faces.spaced)) == "", "what is in its minutes has no interval"
    none = progress_coming.due(look(Scope(concepts=frozenset({"c18"}))))
    assert none.sentence == "Nothing is due in the next 30 days."
    assert none.chart is None
    assert none.table.empty


def test_what_is_known_is_the_sum_of_the_chances(look):
    seen = look()
    known, by_concept = progress_known.figures(seen)
    recall = dict(zip(seen.faces.concept, [[] for _ in seen.faces.concept], strict=True))
    for concept, chance in zip(seen.faces.concept, seen.recall, strict=True):
        recall[concept].append(chance)
    cards_of = {name: 3 - (name in ("c14", "c15")) for name in CONCEPTS}
    whole = sum(sum(chances) / cards_of[name] for name, chances in recall.items() if name)
    assert known.sentence == (
        f"About {round(sum(map(sum, recall.values())))} of 53 cards known today (46 met, 7 not yet). With every "
        f"concept counting the same, that is about {round(whole)} of 18 concepts."
    )
    weakest = min(sorted(recall), key=lambda name: mean(recall[name]))
    assert by_concept.sentence == (
        f"18 of 18 concepts begun. Weakest: Concept {weakest}, {mean(recall[weakest]):.0%}. The picture shows the 15 "
        "weakest."
    )
    names = ["Concept", "Predicted recall", "Cards seen", "Cards", "Known"]
    assert list(by_concept.table.columns) == names
    assert shown(by_concept, Concept="Concept c17").tolist()[2:4] == [0, 3], "it counts as known and was never asked"
    assert shown(by_concept, Concept="Concept c14").tolist()[2:4] == [2, 2], "one is suspended"
    assert len({row["concept"] for row in drawn(by_concept)}) == 15
    assert shown(by_concept, Concept="Cards without a concept").tolist()[2:4] == [1, 1]
    fifteen = progress_known.by_concept(look(Scope(concepts=frozenset(CONCEPTS[:15]))))
    assert fifteen.sentence.startswith("15 of 15 concepts begun.")
    assert "The picture" not in fifteen.sentence, "it shows all of them"


def drawn(figure):
    """The rows that the picture is made of."""
    (values,) = figure.chart.to_dict()["datasets"].values()
    return values


def test_what_is_known_follows_the_weights_in_use(db, collection):
    hand = Hand(Store.open(db))
    hand.answer(FACES[0])
    payload = {"weights": list(HIDDEN), "stage": "all", "up_to": 0, "instead_of": "default", "answers": 1}
    with hand.store.writing() as w:
        w.append(replace(hand.entry(Happened.WEIGHTS), payload=json.dumps(payload)))
    with hand.store.reading() as reading:
        seen = Seen(Desk(hand.store, collection, "Europe/Berlin", "test"), reading, hand.now + timedelta(days=9))
        memory = reading.memory(FACES[0])
        recall, usual = (Scheduler(weights=each).recall(memory, seen.today) for each in (HIDDEN, DEFAULT_WEIGHTS))
        assert seen.recall.tolist() == [pytest.approx(recall)]
        assert abs(recall - usual) > 0.01


def test_what_is_known_of_few_cards_is_not_told(look):
    exactly = look(Scope(concepts=frozenset([*CONCEPTS[:6], "c13"])))
    assert progress_known.retrievability(exactly).sentence.startswith("About "), "twenty cards are enough"
    few, concept = progress_known.figures(look(Scope(concepts=frozenset({"c18", "c01"}))))
    assert few.sentence == "Not enough yet: 3 of 20 cards."
    assert few.chart is None
    assert few.table.empty
    assert concept.sentence.startswith("1 of 2 concepts begun. Weakest: Concept c01, ")
    none = progress_known.by_concept(look(Scope(concepts=frozenset({"c18"}))))
    assert none.sentence == "None of the concepts has been begun yet."
    assert none.chart is None
