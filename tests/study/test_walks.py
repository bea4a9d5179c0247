"""Whatever two tabs do in whatever order on cards of every kind: no answer counts twice, a sitting always ends, and the
log replays to what is remembered.

Two tabs, each with a connection that stays open, answer, rate, look at hints and lessons, undo, redo, reload, suspend,
bury, flag and mark again. Cards are edited meanwhile: other wording, other revision, another content hash. Retention,
the hour at which a day begins, limits, spot checks and two ratings are changed by settings, and the time zone by
travelling. Time passes, the clock is set back by minutes and by weeks, and answers fall into both nights in which the
clocks change.
"""

import os
import sqlite3
import tempfile
from collections import Counter
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from attnquiz.cards.card import Kind
from attnquiz.errors import LateAnswer, SettingError
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from attnquiz.study import aside, drill
from attnquiz.study.choices import choose
from attnquiz.study.marks import Marks
from attnquiz.study.preferences import OFF, ON
from attnquiz.study.proposal import Confidence
from attnquiz.study.remarking import mark_again, waiting
from attnquiz.study.session import Phase
from tests.store import counting

ANSWERS = st.sampled_from(["right", "wrong", "nonsense", None])
RATINGS = st.sampled_from(list(Rating))
CONFIDENCES = st.sampled_from(list(Confidence))
TABS = st.sampled_from([0, 1])
NIGHTS = (datetime(2026, 10, 25, tzinfo=UTC), datetime(2027, 3, 28, tzinfo=UTC))  # Berlin changes at one o'clock UTC
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Pacific/Auckland"])
ROLLOVERS = st.sampled_from(["0", "3", "23"])
CHOICES = st.one_of(
    st.tuples(st.just("retention"), st.sampled_from(["0.7", "0.9", "0.97"])),
    st.tuples(st.just("rollover"), ROLLOVERS),
    st.tuples(st.just("new_per_day"), st.sampled_from(["1", "20"])),
    st.tuples(st.sampled_from(["two_ratings", "probes"]), st.sampled_from([ON, OFF])),
    st.tuples(st.just("minutes_per_day"), st.sampled_from(["0", "1"])),
)
PAUSES = st.sampled_from([timedelta(minutes=10), timedelta(days=3), timedelta(minutes=-1), timedelta(days=-30)])
TIMES = st.tuples(RATINGS, PAUSES, ZONES, ROLLOVERS)
EXAMPLES, STEPS = (100, 100) if os.environ.get("HYPOTHESIS_PROFILE") == "fuzz" else (9, 40)


class Sittings(RuleBasedStateMachine):
    """Two tabs of one learner. A tab that came too late begins anew, as the page does."""

    learner = None  # set by the test: hypothesis makes the machines
    start = None

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        store = Store.open(Path(self.folder.name) / "answers.sqlite3")
        self.held = ExitStack()
        for _ in range(2):  # as two servers do
            self.held.enter_context(store.hold())
        self.learner = replace(type(self).learner, desk=replace(type(self).learner.desk, store=store))
        self.desk, self.now = self.learner.desk, self.start
        self.tabs = [drill.begin(self.desk, self.now), drill.begin(self.desk, self.now)]

    def teardown(self):
        self.the_sitting_can_be_ended()
        self.held.close()
        self.folder.cleanup()

    def go(self, tab, step, *arguments):
        self.now += timedelta(seconds=5)
        try:
            self.tabs[tab] = step(*arguments)
        except LateAnswer:
            self.tabs[tab] = drill.begin(self.desk, self.now)

    @rule(tab=TABS, answer=ANSWERS, confidence=CONFIDENCES)
    def commit(self, tab, answer, confidence):
        session = self.tabs[tab]
        if session.showing is not None:
            text = getattr(self.learner, answer)(session.showing) if answer else None
            self.go(tab, drill.commit, self.desk, session, text, confidence, self.now)

    @rule(tab=TABS, rating=RATINGS, ticks=st.sets(st.integers(0, 4)))
    def rate(self, tab, rating, ticks):
        marks = Marks(tuple(ticks), "words")
        self.go(tab, drill.rate, self.desk, self.tabs[tab], rating, self.now, marks)

    @rule(tab=TABS, confidence=CONFIDENCES, line=st.integers(1, 3))
    def recall_and_suspect(self, tab, confidence, line):
        self.tabs[tab] = self.tabs[tab].recall(confidence, self.now).suspect(line)

    @rule(tab=TABS)
    def hint(self, tab):
        self.tabs[tab] = self.tabs[tab].hint()

    @rule(tab=TABS)
    def learn(self, tab):
        self.tabs[tab] = self.tabs[tab].learn()

    @rule(tab=TABS)
    def ask(self, tab):
        self.tabs[tab] = self.tabs[tab].ask(self.now)

    @rule(tab=TABS)
    def undo(self, tab):
        self.go(tab, drill.undo, self.desk, self.now)

    @rule(tab=TABS)
    def redo(self, tab):
        self.go(tab, drill.redo, self.desk, self.now)

    @rule(tab=TABS)
    def reload(self, tab):
        before, after = self.tabs[tab], drill.begin(self.desk, self.now)
        if before.phase is Phase.FEEDBACK and after.phase is Phase.FEEDBACK and before.attempt == after.attempt:
            assert (after.showing.variant, after.showing.seed) == (before.showing.variant, before.showing.seed)
        self.tabs[tab] = after

    @rule(tab=TABS, kind=st.sampled_from(list(Kind)))
    def go_to_a_card(self, tab, kind):
        self.tabs[tab] = drill.begin(self.desk, self.now, first=self.learner.face(kind))

    @rule(tab=TABS, kind=st.sampled_from([Kind.BASIC, Kind.NUMERIC]), times=st.lists(TIMES, min_size=1, max_size=3))
    def a_card_is_answered_several_times(self, tab, kind, times):
        """So that memories grow old: single steps seldom meet the same card, with a clock that went wrong between."""
        for rating, pause, zone, rollover in times:
            self.now += pause
            self.the_learner_travels(zone)
            self.a_setting_is_chosen(("rollover", rollover))
            self.go_to_a_card(tab, kind)
            self.commit(tab, "right", Confidence.SURE)
            self.rate(tab, rating, ())

    @rule(tab=TABS, how=st.sampled_from([aside.suspend, aside.bury]))
    def set_aside(self, tab, how):
        self.go(tab, how, self.desk, self.tabs[tab], self.now)

    @rule(tab=TABS)
    def flag(self, tab):
        self.go(tab, aside.flag, self.desk, self.tabs[tab], aside.Reason.UNCLEAR, "", self.now)

    @rule(days=st.sampled_from([0.01, 1, 4, 40]))
    def time_passes(self, days):
        self.now += timedelta(days=days)

    @rule(back=st.sampled_from([timedelta(minutes=1), timedelta(hours=5), timedelta(days=30)]))
    def the_clock_is_set_back(self, back):
        self.now -= back

    @rule(night=st.sampled_from(NIGHTS), minute=st.integers(0, 240))
    def it_is_a_night_in_which_the_clocks_change(self, night, minute):
        self.now = night + timedelta(minutes=minute)

    @rule(zone=ZONES)
    def the_learner_travels(self, zone):
        self.desk = replace(self.desk, zone=zone)

    @rule(choice=CHOICES)
    def a_setting_is_chosen(self, choice):
        with suppress(SettingError):  # a rollover hour that would bring yesterday back is refused
            choose(self.desk, *choice, self.now)

    @rule(kind=st.sampled_from(list(Kind)))
    def a_card_is_edited(self, kind):
        cards = self.desk.collection.cards
        card = cards[self.learner.face(kind).card]
        edited = replace(card, rev=card.rev + 1, text=f"{card.text} ")
        self.desk = replace(self.desk, collection=replace(self.desk.collection, cards={**cards, card.id: edited}))

    @precondition(lambda self: self.waiting())
    @rule(ticks=st.sets(st.integers(0, 3)))
    def an_explanation_is_marked_again(self, ticks):
        before = self.waiting()
        mark_again(self.desk, before[0], ticks, self.now)
        with pytest.raises(LateAnswer):
            mark_again(self.desk, before[0], ticks, self.now)
        assert self.waiting() == before[1:]

    def waiting(self):
        with self.desk.store.reading() as r:
            return waiting(r, self.desk.collection, self.now.date())

    @invariant()
    def no_answer_counts_twice(self):
        with closing(sqlite3.connect(self.desk.store.path)) as db:
            log = db.execute("select id, kind, attempt, cancels, token, payload from log order by number").fetchall()
        gone = set()
        for id, _, _, cancels, _, _ in reversed(log):
            if cancels is not None and id not in gone:
                gone.add(cancels)
        rated = Counter(attempt for id, kind, attempt, *_ in log if kind == "review" and id not in gone)
        tokens = Counter(token for *_, token, _ in log if token is not None)
        marked = Counter(payload.split('"')[3] for id, kind, *_, payload in log if kind == "marking" and id not in gone)
        assert not [counted for counted in (rated, tokens, marked) for number in counted.values() if number > 1]
        assert not rated.keys() & gone
        committed = {id for id, kind, *_ in log if kind == "attempt" and id not in gone}
        assert len(committed - rated.keys()) <= 1  # an answer without a rating gets one with the next answer

    @invariant()
    def a_screen_is_one_that_can_be_drawn(self):
        for session in self.tabs:
            assert (session.showing is None) == (session.phase is Phase.DONE)
            assert (session.attempt is not None) == (session.phase is Phase.FEEDBACK)
            assert (session.token == "") == (session.phase is Phase.DONE)

    @invariant()
    def what_is_added_up_is_what_the_log_says(self):
        path = self.desk.store.path
        assert counting.held(path) == counting.table(counting.log(path))

    @invariant()
    def the_doctor_is_content(self):
        assert examine(self.desk.store) == []

    def the_sitting_can_be_ended(self):
        """By whoever knows nothing and rates everything EASY, within as many steps as there are faces."""
        steps, session = 0, self.tabs[0]
        while session.phase is not Phase.DONE:
            steps, self.now = steps + 1, self.now + timedelta(seconds=5)
            assert steps < 80
            try:
                session = session.ask(self.now)
                session = drill.commit(self.desk, session, None, Confidence.UNSURE, self.now)
                assert session.phase is Phase.FEEDBACK
                session = drill.rate(self.desk, session, Rating.EASY, self.now)
            except LateAnswer:
                session = drill.begin(self.desk, self.now)
        assert examine(self.desk.store) == []


def test_no_answer_counts_twice_and_every_sitting_can_be_ended(learner, at):
    machine = type("Sittings", (Sittings,), {"learner": learner, "start": at()})
    how = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None)
    run_state_machine_as_test(machine, settings=how)
