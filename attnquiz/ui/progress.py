"""What the progress page knows: one consistent reading of the learner's file, seen through a filter."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from attnquiz.measure.course import in_blocks
from attnquiz.measure.faces import Faces, faces
from attnquiz.recall.day import study_day
from attnquiz.store.reading import Reading
from attnquiz.store.rollup import Measure, Scope, Tally, Total
from attnquiz.study.desk import Desk
from attnquiz.study.outlook import waits
from attnquiz.study.preferences import Preferences
from attnquiz.study.standing import Stand, stand
from attnquiz.ui import place

REVIEW = "pages/study/review.py"


class Seen:
    """What figures are made of. Nothing is read before it is asked for, and nothing twice."""

    def __init__(self, desk: Desk, reading: Reading, now: datetime, scope: Scope | None = None) -> None:
        self.desk = desk
        self.reading = reading
        self.now = now
        self.collection = desk.collection
        self.preferences = Preferences.of(reading)
        self.today = study_day(now, desk.zone, self.preferences.rollover)
        self.scope = scope or Scope()
        self._tallies: dict[tuple[Measure, Scope], list[Tally]] = {}
        self._totals: dict[tuple[Measure, Scope], dict[int, Total]] = {}

    def through(self, scope: Scope) -> "Seen":
        """The same through a filter."""
        return Seen(self.desk, self.reading, self.now, scope)

    def tallies(self, measure: Measure) -> list[Tally]:
        """What was counted: by day lately, and by the ``blocks`` of longer spans before."""
        key = measure, self.scope
        if key not in self._tallies:
            self._tallies[key] = in_blocks(self.reading, measure, self.today, self.scope)
        return self._tallies[key]

    def totals(self, measure: Measure, scope: Scope | None = None) -> dict[int, Total]:
        """The same for all of the period, by slot."""
        key = measure, scope or self.scope
        if key not in self._totals:
            self._totals[key] = self.reading.totals(*key)
        return self._totals[key]

    @cached_property
    def empty(self) -> bool:
        """Whether nothing was ever answered, as far as the filter lets through."""
        return not self.answers and not len(self.faces)

    @cached_property
    def answers(self) -> int:
        """How many there are."""
        return sum(total.n for total in self.totals(Measure.ANSWERS).values())

    @cached_property
    def waits(self) -> int:
        """How many cards wait to be asked, of all there are: there is one queue."""
        return sum(waits(self.reading, self.collection, self.preferences, self.today))

    @cached_property
    def stand(self) -> Stand:
        """The faces that the filter lets through, as they stand today."""
        return stand(self.reading, self.collection, self.today, self.scope)

    @cached_property
    def faces(self) -> Faces:
        """Those of them that were reviewed or count as known, without the suspended ones."""
        return faces(self.stand.met, self.stand.concepts, self.today)

    @cached_property
    def recall(self) -> NDArray[np.float64]:
        """Predicted recall of each of these today."""
        return self.faces.recall(self.preferences.scheduler().weights)


@contextmanager
def opened() -> Iterator[Seen]:
    """Everything there is, as it stands at one moment."""
    desk = place.desk()
    with desk.store.reading() as r:
        yield Seen(desk, r, place.now())


def due_now(seen: Seen) -> None:
    """How many cards wait, and the way to them."""
    name = "Due now" if seen.scope.of_all_cards else "Due now, of all"  # a sitting has no filter
    with st.grid(3, min_column_width=100):  # columns would be wider than a phone
        st.metric(name, f"{seen.waits:,}")
        st.metric("Answers in period" if seen.scope.since else "Answers so far", f"{seen.answers:,}")
        st.metric("Cards seen", f"{(seen.faces.reviews > 0).sum():,}")
    label = "Review the cards that are due" if seen.waits else "Go to the review page"
    st.page_link(REVIEW, label=label, icon=":material/quiz:")


def nothing_yet() -> None:
    """What to do on the first day."""
    st.info(
        "Nothing has been answered yet. Answer a few cards: this page then shows when each comes back, how much you "
        "remember, and how well you know each concept.",
        icon=":material/monitoring:",
    )
    st.page_link(REVIEW, label="Answer the first card", icon=":material/quiz:")
