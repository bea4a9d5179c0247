"""The parts of the progress page. Every picture has a sentence above it and a table below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from attnquiz.charts.calendar import calendar_chart
from attnquiz.charts.forecast import forecast_chart
from attnquiz.charts.recall import concepts_chart, retention_chart
from attnquiz.measure import retention as measured
from attnquiz.measure.calendar import WEEKS, by_week, calendar
from attnquiz.measure.concepts import Remembered, concepts
from attnquiz.measure.forecast import DAYS, OVERDUE, forecast
from attnquiz.store.log import ReviewRow
from attnquiz.study.outlook import Outlook, look
from attnquiz.ui import place, words
from attnquiz.ui.figure import Figure, too_few

REVIEW = "pages/study/review.py"


@dataclass(frozen=True, slots=True)
class Progress:
    """All that the page shows, read once."""

    ahead: Outlook
    reviews: Sequence[ReviewRow]

    @property
    def today(self) -> date:
        return self.ahead.today


def progress() -> Progress:
    ahead = look(place.store(), place.collection(), place.zone(), place.now())
    with place.store().reading() as r:
        return Progress(ahead, r.reviews())


def due_now(seen: Progress) -> None:
    """How many cards wait, and the way to them."""
    learning, due, _ = seen.ahead.queue.counts()
    columns = st.columns(3, wrap=False)
    columns[0].metric("Due now", learning + due)
    columns[1].metric("Answers", len(seen.reviews))
    columns[2].metric("Cards seen", seen.ahead.seen)
    label = "Review the cards that are due" if learning + due else "Go to the review page"
    st.page_link(REVIEW, label=label, icon=":material/quiz:")


def nothing_yet() -> None:
    """What to do on the first day."""
    st.info(
        "Nothing has been answered yet. Answer a few cards: this page then shows when each comes back, how much you "
        "remember, and how well you know each concept.",
        icon=":material/monitoring:",
    )
    st.page_link(REVIEW, label="Answer the first card", icon=":material/quiz:")


def coming(seen: Progress) -> Figure:
    """Reviews due on each of the next 30 days."""
    days = forecast(seen.ahead.memories.values(), seen.today)
    total, late = int(days.reviews.sum()), int(days.reviews[days.kind == OVERDUE].sum())
    sentence = f"{words.count(total, 'card')} within {DAYS} days, today included" + (
        f"; {late} overdue." if late else "."
    )
    return Figure(
        name="due",
        title="What comes back",
        about="Cards that are due on each day, if nothing is learnt or forgotten until then.",
        sentence=sentence if total else f"Nothing is due in the next {DAYS} days.",
        table=days[days.reviews > 0][["day", "kind", "reviews"]].rename(columns=str.capitalize),
        chart=forecast_chart(days) if total else None,
        alt=f"Bars: reviews due on each of the next {DAYS} days.",
    )


def answers(seen: Progress) -> Figure:
    """On which days answers were given."""
    days = calendar(seen.reviews, seen.today)
    active = int((days.answers > 0).sum())
    number = words.count(int(days.answers.sum()), "answer")
    return Figure(
        name="calendar",
        title="When you answered",
        about="A square a day, stronger with more answers.",
        sentence=f"{number} on {words.count(active, 'day')} in the last {WEEKS} weeks.",
        table=by_week(days).rename(columns=lambda weekday: weekday[:2]).reset_index(),
        chart=calendar_chart(days),
        alt="Calendar: a square a day, stronger with more answers.",
    )


def retention(seen: Progress) -> Figure:
    """How much was still known on the day it came back, against the prediction."""
    periods = measured.retention(seen.reviews, seen.today)
    sentences = [remembered(each) for each in periods]
    frame = measured.frame(periods)
    return Figure(
        name="retention",
        formats=dict.fromkeys(("Remembered", "From", "To", "Predicted"), ".0%"),
        title="How much you remember",
        about="Of the cards that came back because they were due: the first answer of the day, remembered unless "
        "“Again”.",
        sentence="\n".join(f"- **{each.period}:** {said}" for each, said in zip(periods, sentences, strict=True)),
        table=_retention_table(periods) if len(frame) else pd.DataFrame(),
        chart=retention_chart(frame) if len(frame) else None,
        alt="Remembered against predicted.",
    )


def remembered(each: measured.Retention) -> str:
    """A sentence with the share, its interval, the size of the sample and the prediction; or that it is too early."""
    sample = each.recalled
    if not sample.enough:
        return too_few(sample.n)
    low, high = sample.interval()
    said = f"{sample.share:.0%} of {sample.n} (95% interval {low:.0%} to {high:.0%})"
    return said + (f"; predicted: {each.predicted:.0%}." if each.predicted is not None else ".")


def by_concept(seen: Progress) -> Figure:
    """Predicted recall today, for each concept begun."""
    titles = place.collection().concepts
    frame = concepts(
        Remembered(titles[name].title, each.recall, each.seen, each.faces)
        for name, each in seen.ahead.masteries.items()
    )
    begun = f"{len(frame)} of {words.count(len(titles), 'concept')} begun"
    none = "None of the concepts has been begun yet."
    weakest = "" if frame.empty else f" Weakest: {frame.concept[0]}, {frame.recall[0]:.0%}."
    columns = {"concept": "Concept", "recall": "Predicted recall", "seen": "Cards seen", "faces": "Cards"}
    return Figure(
        name="concepts",
        title="How well you know each concept",
        about="Predicted recall today of the cards seen or counted as known, weakest first.",
        sentence=none if frame.empty else f"{begun}.{weakest}",
        table=frame[list(columns)].rename(columns=columns),
        chart=None if frame.empty else concepts_chart(frame),
        alt="Bars: predicted recall today for each concept.",
        formats={"Predicted recall": ".0%"},
    )


def _retention_table(periods: Sequence[measured.Retention]) -> pd.DataFrame:
    """A row a period."""
    rows = []
    for each in periods:
        low, high = each.recalled.interval()
        share = (each.recalled.share, low, high, each.predicted) if each.recalled.enough else (None,) * 4
        rows.append((each.period, each.recalled.n, *share))
    return pd.DataFrame(rows, columns=["Period", "Asked", "Remembered", "From", "To", "Predicted"])
