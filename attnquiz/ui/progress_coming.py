"""The section about what will be due."""

import streamlit as st

from attnquiz.charts.forecast import forecast_chart
from attnquiz.measure.faces import Faces
from attnquiz.measure.forecast import OVERDUE, STEPS, forecast, load
from attnquiz.ui import words
from attnquiz.ui.figure import Figure
from attnquiz.ui.progress import Seen

SPANS = {"30 days": 30, "90 days": 90, "52 weeks": 364}
AHEAD = "ahead"


def controls() -> None:
    """How far to look ahead."""
    st.segmented_control("How far ahead", list(SPANS), default="30 days", required=True, key=AHEAD, bind="query-params")


def figures(seen: Seen, span: str = "30 days") -> list[Figure]:
    return [due(seen, span)]


def due(seen: Seen, span: str = "30 days") -> Figure:
    """Reviews to come, what is late, and what it comes to a day."""
    days = SPANS[span]
    bar, when = ("week", "in each week") if STEPS[days] > 1 else ("day", "on each day")
    frame = forecast(seen.faces.after(seen.stand.buried), seen.today, days)
    total, late = int(frame.reviews.sum()), int(frame.reviews[frame.kind == OVERDUE].sum())
    said = f"{words.count(total, 'card')} within {span}, today included{f'; {late:,} overdue' if late else ''}."
    table = frame[frame.reviews > 0].drop(columns="ahead")
    names = {"day": "From" if bar == "week" else "Day", "kind": "Kind", "reviews": "Cards", "so_far": "In all"}
    return Figure(
        name="due",
        title="What comes back",
        about=f"Cards and blanks that are due {when}, if nothing is learnt or forgotten before then.",
        sentence=f"{said} {daily_load(seen.faces)}" if total else f"Nothing is due in the next {span}.",
        table=table.rename(columns=names),
        chart=forecast_chart(frame, days) if total else None,
        alt=f"Bars: cards due {when} of the next {span}.",
    )


def daily_load(faces: Faces) -> str:
    """What a day comes to in the long run, as long as each card keeps its interval."""
    a_day = load(faces)
    if not a_day:
        return ""
    about = "less than 1 review" if a_day < 0.5 else f"about {words.count(round(a_day), 'review')}"
    return (
        f"Daily load: {about} a day. That is what these cards ask for in the long run: one that comes back every ten "
        "days counts as a tenth of a review a day."
    )
