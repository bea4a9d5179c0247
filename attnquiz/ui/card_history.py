"""The past of the card on the screen: its answers as a table, and its forgetting curve."""

import re
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from attnquiz.cards.card import Card, CellOf, Choice, Predict
from attnquiz.cards.faces import options
from attnquiz.cards.grading import LETTERS
from attnquiz.cards.maps import preset
from attnquiz.charts.forgetting import forgetting_chart
from attnquiz.measure.forgetting import AHEAD, FIRST, Course, curve, met
from attnquiz.recall.scheduler import wait
from attnquiz.sandbox.written import plain
from attnquiz.store.entry import Entry, Purpose
from attnquiz.study.session import Phase, Session
from attnquiz.ui import words

LATEST = 10  # reviews in the table
LONGEST = 200  # characters of an answer
VERDICTS = {"right": "right", "wrong": "wrong", "slip": "a slip", "self": "judged by you", "unknown": "not known"}


def past(sitting: Session, course: Course) -> None:
    """Newest first. What was answered is shown only after this answer: it might be given away."""
    st.markdown("**What you answered so far**")
    if not course:
        st.markdown("Nothing yet: this card is new.")
        return
    answers = [(entry, memory) for entry, memory in course if entry.rating is not None]
    if answers:
        _answers(sitting, answers)
    else:
        st.markdown(f"Nothing yet. It counts as known since {_day(course[0][0].study_day)}, after the placement test.")
    _fading(sitting, course)


def _answers(sitting: Session, course: Course) -> None:
    answered = sitting.phase is Phase.FEEDBACK
    rows = [_row(sitting.showing.card, entry, words.wait(wait(memory, entry.at, entry.study_day)))
            for entry, memory in reversed(course[-LATEST:])]  # fmt: skip
    table = pd.DataFrame(rows, columns=["Day", "Answer", "Verdict", "Rating", "Next in"])
    st.table(table if answered else table.drop(columns="Answer"), hide_index=True, border="horizontal")
    notes = [] if len(course) <= LATEST else [f"The latest {LATEST} of {len(course)} times."]
    notes += [] if answered else ["What you answered then is shown once you have answered now."]
    if notes:
        st.caption(" ".join(notes))


def _row(card: Card, entry: Entry, back: str) -> tuple[str, ...]:
    verdict = "imported" if entry.verdict is None else VERDICTS[entry.verdict]
    if entry.confidence is not None and entry.verdict != "unknown":
        verdict += ", sure" if entry.confidence == "sure" else ", not sure"
    if entry.purpose is Purpose.PROBE:
        verdict += " (spot check)"
    return _day(entry.study_day), plain(_said(card, entry)), verdict, entry.rating.name.capitalize(), back


def _said(card: Card, entry: Entry) -> str:
    """The answer on one line, as text; an option or a cell by its words, where the card still has it."""
    answer = entry.answer or ""
    variant = entry.variant or 0
    if isinstance(card.body, Choice | Predict) and answer in LETTERS[: len(card.body.options)] and answer:
        answer = options(card, min(variant, len(card.variants) - 1))[LETTERS.index(answer)]
    if isinstance(card.body, CellOf):
        tokens = dict(enumerate(preset(card.body.preset, card.path).tokens))
        answer = re.sub(r"\d+", lambda place: tokens.get(int(place[0]), place[0]), answer.replace(",", ", "))
    return words.line(answer, LONGEST)


def _fading(sitting: Session, course: Course) -> None:
    scheduler, today = sitting.preferences.scheduler(), sitting.today
    drawn, points = curve(course, scheduler, today), met(course, scheduler, today)
    ahead = {days: scheduler.recall(course[-1][1], today + timedelta(days=days)) for days in (0, 7, AHEAD)}
    said = ", ".join(f"{recall:.0%} {_when(days)}" for days, recall in ahead.items())
    st.markdown("**How it fades**")
    st.markdown(f"Predicted recall: {said}, if you are not asked before.")
    st.altair_chart(
        forgetting_chart(drawn, points),
        alt=f"Curve: predicted recall from the first answer to {AHEAD} days after today; it falls from every answer to "
        f"the next. Predicted recall: {said}.",
    )
    before = [(_day(row.day), "" if row.outcome == FIRST else f"{row.recall:.0%}", row.rating, row.outcome)
              for row in points.itertuples()]  # fmt: skip
    after = [(_day(today + timedelta(days=days)), f"{recall:.0%}", "", "") for days, recall in ahead.items()]
    columns = ["Day", "Predicted recall", "Rating", "Outcome"]
    with st.expander("As a table"):
        st.table(pd.DataFrame([*before, *after], columns=columns), hide_index=True, border="horizontal")


def _when(days: int) -> str:
    return "today" if days == 0 else f"in {days} days"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
