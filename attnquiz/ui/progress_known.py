"""What is likely to be known today, card by card and concept by concept."""

import numpy as np
import pandas as pd

from attnquiz.charts.recall import concepts_chart
from attnquiz.charts.spread import spread_chart
from attnquiz.measure.concepts import concepts, knowledge
from attnquiz.measure.proportion import ENOUGH
from attnquiz.measure.spread import scale
from attnquiz.ui import words
from attnquiz.ui.figure import Figure, too_few
from attnquiz.ui.progress import Seen

STEPS = np.linspace(0, 1, 21)
DRAWN = 15  # concepts in the picture; all are in the table
NONE = "Cards without a concept"


def figures(seen: Seen) -> list[Figure]:
    return [retrievability(seen), by_concept(seen)]


def retrievability(seen: Seen) -> Figure:
    """How likely each card is to be recalled today."""
    recall, enough = seen.recall, len(seen.recall) >= ENOUGH
    frame = scale(recall, STEPS)
    return Figure(
        name="retrievability",
        title="What you know today",
        about="How likely you recall each card today, as predicted. The sum of these chances is what you know.",
        sentence=known(seen) if enough else too_few(len(recall), "card"),
        table=frame.rename(columns={"low": "From", "high": "Below", "cards": "Cards", "share": "Share so far"})
        if enough
        else pd.DataFrame(),
        chart=spread_chart(frame, "predicted recall today", (0, 1), ".0%") if enough else None,
        alt="Bars: how many cards are how likely to be recalled today.",
        formats=dict.fromkeys(("From", "Below", "Share so far"), ".0%"),
    )


def known(seen: Seen) -> str:
    """The sum of predicted recall, by card and by concept."""
    of = seen.stand.of
    found = knowledge(concepts(seen.faces, seen.recall, of), of)
    fresh = found.faces - len(seen.recall)
    cards = f"About {round(found.known):,} of {words.count(found.faces, 'card')} known today"
    return (
        f"{cards} ({len(seen.recall):,} met, {fresh:,} not yet). With every concept counting the same, that is about "
        f"{round(found.concepts_known):,} of {words.count(found.concepts, 'concept')}."
    )


def by_concept(seen: Seen) -> Figure:
    """Predicted recall today, for each concept begun."""
    of, titles = seen.stand.of, {name: each.title for name, each in seen.collection.concepts.items()}
    frame = concepts(seen.faces, seen.recall, of)
    frame["concept"] = [titles.get(name, NONE) for name in frame.concept]
    total = words.count(sum(name in titles for name in of), "concept")
    drawn = frame.head(DRAWN)
    more = f" The picture shows the {DRAWN} weakest." if len(frame) > DRAWN else ""
    said = "None of the concepts has been begun yet."
    if len(frame):
        said = f"{len(frame):,} of {total} begun. Weakest: {frame.concept[0]}, {frame.recall[0]:.0%}.{more}"
    names = ["Concept", "Predicted recall", "Cards seen", "Cards", "Known"]
    return Figure(
        name="concepts",
        title="How well you know each concept",
        about="Predicted recall today of the cards seen or counted as known, weakest first.",
        sentence=said,
        table=frame[["concept", "recall", "seen", "faces", "known"]].set_axis(names, axis=1),
        chart=concepts_chart(drawn) if len(frame) else None,
        alt="Bars: predicted recall today for each concept.",
        formats={"Predicted recall": ".0%", "Known": ",.1f"},
    )
