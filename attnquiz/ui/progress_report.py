"""One page to print or to hand in: the figures that matter, with nothing that moves and nothing from elsewhere."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from html import escape

import pandas as pd
import streamlit as st

from attnquiz.charts.printed import Bar, bars_svg
from attnquiz.measure.concepts import concepts, knowledge
from attnquiz.measure.forecast import OVERDUE, forecast
from attnquiz.measure.proportion import Proportion
from attnquiz.measure.spans import monday
from attnquiz.store.rollup import MILLION, Measure, Scope
from attnquiz.study.desk import Desk
from attnquiz.ui import place, words
from attnquiz.ui.figure import too_few
from attnquiz.ui.progress import Seen
from attnquiz.ui.progress_cards import SORTS, numbers_of
from attnquiz.ui.progress_known import NONE

WEEKS, WEAKEST = 26, 8
AGES = {"Young": (0,), "Mature": (1,), "All": (0, 1)}
STYLE = """
@page { size: A4; margin: 14mm }
:root { color-scheme: light }
body { font: 10.5pt/1.4 sans-serif; max-width: 182mm; margin: 8mm auto }
h1 { font-size: 18pt; margin: 0 } h2 { font-size: 11.5pt; margin: 5mm 0 1mm }
p { margin: 1mm 0 } .note { font-size: 9pt; margin-top: 4mm }
.two { display: flex; flex-wrap: wrap; gap: 8mm } .two > div { flex: 1; min-width: 80mm }
table { border-collapse: collapse; width: 100%; font-size: 9.5pt }
th, td { text-align: left; padding: 0.6mm 3mm 0.6mm 0; border-bottom: 0.2mm solid }
td + td, th + th { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
svg { max-width: 100%; height: auto }
@media screen { body { padding: 0 4mm } }
@media (max-width: 500px) { td:nth-child(2):last-child { white-space: normal } }
"""
HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">"""
NOTES = (
    "Remembered: of the cards that came back because they were due, those whose first answer of the day was not Again, "
    "with the 95% interval (Wilson). Predicted: what the scheduler expected of the same answers. Known today: the sum "
    "of predicted recall. Young: back within three weeks; mature: later. Periods begin on a Monday."
)
Rows = Sequence[Sequence[object]]


def button(seen: Seen, chosen: str) -> None:
    """The page as a file, made when it is asked for. ``chosen`` is the filter in words."""
    st.download_button(
        "Report to print", data=partial(made, place.desk(), seen.now, seen.scope, chosen), mime="text/html",
        file_name=f"attnquiz-report-{seen.today}.html", key="report", on_click="ignore", icon=":material/print:",
        help="One page with the figures of this filter. Open it in a browser and print it.",
    )  # fmt: skip


def made(desk: Desk, now: datetime, scope: Scope, chosen: str) -> bytes:
    """The page, from one consistent reading. Runs beside the page that offers it, so it asks nothing of that one."""
    with desk.store.reading() as r:
        return page(Seen(desk, r, now, scope), chosen).encode()


def page(seen: Seen, chosen: str) -> str:
    """The whole file as HTML."""
    days = forecast(seen.faces.after(seen.stand.buried), seen.today)
    late, total = int(days.reviews[days.kind == OVERDUE].sum()), int(days.reviews.sum())
    weeks = by_week(seen)
    answers = sum(bar.number for bar in weeks)
    body = [
        f"<h1>attnquiz: progress</h1><p>{said_day(seen.today)}. {escape(chosen)}.</p>",
        _section("In short", _table(["", ""], in_short(seen))),
        '<div class="two"><div>',
        _section(f"Due within 30 days: {total:,}; {late:,} overdue", _due(days)),
        "</div><div>",
        _section(f"Answers in {WEEKS} weeks: {answers:,}", bars_svg(weeks, "Bars: answers a week")),
        '</div></div><div class="two"><div>',
        _section("Remembered", _table(["Cards", "Asked", "Share", "95% interval", "Predicted"], remembered(seen))),
        _section("Cards", _table(["State", "Cards"], list(zip(SORTS.values(), numbers_of(seen), strict=True)))),
        "</div><div>",
        _section("Weakest concepts", _table(["Concept", "Recall", "Seen"], weakest(seen))),
        f'</div></div><p class="note">{escape(NOTES)}</p>',
    ]
    head = f"{HEAD}<title>attnquiz: progress, {said_day(seen.today)}</title><style>{STYLE}</style></head>"
    return f"{head}<body>{''.join(body)}</body></html>\n"


def in_short(seen: Seen) -> Rows:
    """The key figures, with what each of them is of."""
    found = knowledge(concepts(seen.faces, seen.recall, seen.stand.of), seen.stand.of)
    n, share, interval, _ = _retention(seen, (0, 1))
    kept = f"{share} of {n:,} (95% interval {interval})" if share else too_few(n)
    return [
        ("Answers in the period", f"{seen.answers:,}"),
        ("Remembered", kept),
        ("Known today, about", f"{round(found.known):,} of {words.count(found.faces, 'card')}"),
        ("Concepts, each counted once", f"{round(found.concepts_known):,} of {words.count(found.concepts, 'concept')}"),
    ]


def remembered(seen: Seen) -> Rows:
    """Young and mature cards, and both."""
    rows = []
    for name, slots in AGES.items():
        n, share, interval, predicted = _retention(seen, slots)
        rows.append((name, f"{n:,}", share or "too few", interval, predicted))
    return rows


def weakest(seen: Seen) -> Rows:
    frame = concepts(seen.faces, seen.recall, seen.stand.of).head(WEAKEST)
    titles = {name: each.title for name, each in seen.collection.concepts.items()}
    return [
        (titles.get(name, NONE), f"{recall:.0%}", of)
        for name, recall, of in zip(frame.concept, frame.recall, frame["of"], strict=True)
    ]


def by_week(seen: Seen) -> list[Bar]:
    """Answers of each of the last weeks, of those that the filter lets through."""
    this = monday(seen.today)
    mondays = [this - timedelta(weeks=ago) for ago in reversed(range(WEEKS))]
    numbers = dict.fromkeys(mondays, 0)
    for tally in seen.tallies(Measure.ANSWERS):
        week = monday(tally.day)
        if week in numbers:
            numbers[week] += tally.n
    return [
        Bar(f"{week.day} {week:%b}" if place % 7 == 0 else "", number)
        for place, (week, number) in enumerate(numbers.items())
    ]


def said_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _due(days: pd.DataFrame) -> str:
    late, *ahead = days.reviews.tolist()
    bars = [Bar("today", ahead[0] + late, late)]
    for day, number in enumerate(ahead[1:], start=1):
        bars.append(Bar("" if day % 7 else words.count(day // 7, "week"), number))
    return bars_svg(bars, "Bars: cards due on each of the next 30 days")


def _retention(seen: Seen, slots: tuple[int, ...]) -> tuple[int, str, str, str]:
    """Asked; the share, its interval and the prediction, all three empty where there are too few."""
    found = [total for slot, total in seen.totals(Measure.RETAINED).items() if slot in slots]
    sample = Proportion(sum(each.hits for each in found), sum(each.n for each in found))
    if not sample.enough:
        return sample.n, "", "", ""
    low, high = sample.interval()
    predicted = sum(each.total for each in found) / MILLION / sample.n
    return sample.n, f"{sample.share:.0%}", f"{low:.0%} to {high:.0%}", f"{predicted:.0%}"


def _section(title: str, content: str) -> str:
    return f"<h2>{escape(title)}</h2>{content}"


def _table(head: Sequence[str], rows: Rows) -> str:
    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table>{f'<tr>{top}</tr>' if any(head) else ''}{body}</table>"
