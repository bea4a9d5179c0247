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
from attnquiz.measure.proportion import ENOUGH
from attnquiz.store.log import ReviewRow
from attnquiz.study.outlook import Outlook, look
from attnquiz.ui import place, words

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


def coming(seen: Progress) -> None:
    """Reviews due on each of the next 30 days."""
    st.subheader("What comes back")
    days = forecast(seen.ahead.memories.values(), seen.today)
    total, late = int(days.reviews.sum()), int(days.reviews[days.kind == OVERDUE].sum())
    if not total:
        st.markdown(f"Nothing is due in the next {DAYS} days.")
        return
    sentence = f"{words.count(total, 'card')} within {DAYS} days, today included" + (
        f"; {late} overdue." if late else "."
    )
    st.markdown(sentence)
    st.altair_chart(forecast_chart(days), alt=f"Bars: reviews due on each of the next {DAYS} days. {sentence}")
    table = days[days.reviews > 0].assign(day=[f"{day:%a} {day.day} {day:%b}" for day in days.day[days.reviews > 0]])
    _table(table[["day", "kind", "reviews"]].rename(columns=str.capitalize))


def answers(seen: Progress) -> None:
    """On which days answers were given."""
    st.subheader("When you answered")
    days = calendar(seen.reviews, seen.today)
    active = int((days.answers > 0).sum())
    number = words.count(int(days.answers.sum()), "answer")
    sentence = f"{number} on {words.count(active, 'day')} in the last {WEEKS} weeks."
    st.markdown(sentence)
    st.altair_chart(calendar_chart(days), alt=f"Calendar: a square a day, stronger with more answers. {sentence}")
    _table(by_week(days).rename(columns=lambda weekday: weekday[:2]).reset_index())


def retention(seen: Progress) -> None:
    """How much was still known on the day it came back, against the prediction."""
    st.subheader("How much you remember")
    st.caption(
        "Of the cards that came back because they were due: the first answer of the day, remembered unless “Again”."
    )
    periods = measured.retention(seen.reviews, seen.today)
    sentences = [remembered(each) for each in periods]
    st.markdown("\n".join(f"- **{each.period}:** {said}" for each, said in zip(periods, sentences, strict=True)))
    frame = measured.frame(periods)
    if len(frame):
        st.altair_chart(retention_chart(frame), alt="Remembered against predicted. " + " ".join(sentences))
        _table(_retention_table(periods))


def remembered(each: measured.Retention) -> str:
    """A sentence with the share, its interval, the size of the sample and the prediction; or that it is too early."""
    sample = each.recalled
    if not sample.enough:
        return f"not enough data yet ({sample.n} of {ENOUGH})."
    low, high = sample.interval()
    said = f"{sample.share:.0%} of {sample.n} (95% interval {low:.0%} to {high:.0%})"
    return said + (f"; predicted: {each.predicted:.0%}." if each.predicted is not None else ".")


def by_concept(seen: Progress) -> None:
    """Predicted recall today, for each concept begun."""
    st.subheader("How well you know each concept")
    titles = place.collection().concepts
    frame = concepts(
        Remembered(titles[name].title, each.recall, each.seen, each.faces)
        for name, each in seen.ahead.masteries.items()
    )
    if frame.empty:
        st.markdown("None of the concepts has been begun yet.")
        return
    begun = f"{len(frame)} of {words.count(len(titles), 'concept')} begun"
    st.markdown(f"Predicted recall today of the cards seen or counted as known, weakest first. {begun}.")
    weakest = f"Weakest: {frame.concept[0]}, {frame.recall[0]:.0%}."
    st.altair_chart(concepts_chart(frame), alt=f"Bars: predicted recall today for each concept. {begun}. {weakest}")
    table = frame.assign(recall=[f"{recall:.0%}" for recall in frame.recall])[["concept", "recall", "of"]]
    _table(table.set_axis(["Concept", "Predicted recall", "Cards seen"], axis=1))


def _retention_table(periods: Sequence[measured.Retention]) -> pd.DataFrame:
    """A column a period: a phone is narrow."""
    table = pd.DataFrame({"": ["Asked", "Remembered", "95% interval", "Predicted"]})
    for each in periods:
        shown = [str(each.recalled.n), "too few", "", ""]
        if each.recalled.enough:
            low, high = each.recalled.interval()
            predicted = "" if each.predicted is None else f"{each.predicted:.0%}"
            shown[1:] = [f"{each.recalled.share:.0%}", f"{low:.0%} to {high:.0%}", predicted]
        table[each.period] = shown
    return table


def _table(frame: pd.DataFrame) -> None:
    with st.expander("As a table"):
        st.table(frame, hide_index=True, border="horizontal")
