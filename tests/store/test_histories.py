"""Whatever is done in whatever order, the file says what a simple model of a sitting says."""

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from attnquiz.errors import LateAnswer
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import Scheduler
from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from tests.store.hand import Hand

FACES = st.sampled_from([Face("a"), Face("b", 1), Face("b", 2)])
RATINGS = st.sampled_from(list(Rating))


class Sitting(RuleBasedStateMachine):
    """The model: a list of what was done, a list of what was undone; memory by plain recursion over the former."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "answers.sqlite3"
        self.hands = [Hand(Store.open(path)), Hand(Store.open(path, "grace"))]
        self.who = 0
        self.done = ([], [])  # attempts, reviews and lists of starts that count, oldest first
        self.undone = ([], [])
        self.used = []  # attempts that were in the log once, with their tokens

    def teardown(self):
        self.folder.cleanup()

    @property
    def hand(self):
        return self.hands[self.who]

    def unrated(self):
        done = [step for step in self.done[self.who] if not isinstance(step, list)]
        rated = {entry.attempt for entry in done}
        return [entry for entry in done if entry.kind == "attempt" and entry.id not in rated]

    def did(self, entry):
        self.done[self.who].append(entry)
        self.undone[self.who].clear()

    @rule(who=st.sampled_from([0, 1]))
    def the_other_learner_sits_down(self, who):
        self.who = who

    @rule(days=st.integers(1, 40))
    def days_pass(self, days):
        self.hand.now += timedelta(days=days)

    @rule(retention=st.sampled_from([0.8, 0.9, 0.95]))
    def retention_changes(self, retention):
        self.hand.scheduler = Scheduler(retention=retention)

    @rule(face=FACES)
    def an_answer_is_committed(self, face):
        attempt = self.hand.commit(face)
        self.used.append(attempt)
        self.did(attempt)

    @precondition(lambda self: self.unrated())
    @rule(rating=RATINGS, data=st.data())
    def an_answer_is_rated(self, rating, data):
        attempt = data.draw(st.sampled_from(self.unrated()))
        self.did(self.hand.rate(attempt, rating))

    @rule(faces=st.sets(FACES, min_size=1))
    def a_placement_is_used(self, faces):
        with self.hand.store.reading() as r:
            free = sorted(faces - r.memories().keys() - {attempt.face for attempt in self.unrated()})
        if free:
            self.did(self.hand.start(*free))

    @precondition(lambda self: self.used)
    @rule(data=st.data())
    def a_click_comes_twice(self, data):
        earlier = data.draw(st.sampled_from(self.used))
        hand = next(hand for hand in self.hands if hand.store.learner == earlier.learner)
        with pytest.raises(LateAnswer), hand.store.writing() as w:
            w.append(hand.attempt(earlier.face, earlier.token))

    @rule()
    def undo(self):
        undone = self.hand.undo()
        expected = self.done[self.who].pop() if self.done[self.who] else None
        assert undone == (expected[-1] if isinstance(expected, list) else expected)
        if expected is not None:
            self.undone[self.who].append(expected)

    @rule()
    def redo(self):
        redone = self.hand.redo()
        if not self.undone[self.who]:
            assert redone is None
        else:
            back = self.undone[self.who].pop()
            assert redone.cancels == (back[-1] if isinstance(back, list) else back).id
            self.done[self.who].append(back)

    @rule()
    def a_restart(self):
        for hand in self.hands:
            hand.store = Store.open(hand.store.path, hand.store.learner)

    @invariant()
    def memory_is_what_the_counting_reviews_say(self):
        for hand, done in zip(self.hands, self.done, strict=True):
            expected = {}
            for e in done:
                if isinstance(e, list):
                    expected |= {s.face: Scheduler().start(s.at, s.study_day, 2) for s in e}
                elif e.kind == "review":
                    scheduler = Scheduler(retention=e.retention)
                    expected[e.face] = scheduler.review(e.face, expected.get(e.face), e.rating, e.at, e.study_day)
            with hand.store.reading() as r:
                assert r.memories() == expected
                reviews = [e for e in done if not isinstance(e, list) and e.kind == "review"]
                assert [row.at for row in r.reviews()] == [e.at for e in reviews]

    @invariant()
    def the_log_tells_what_can_be_undone_and_what_is_open(self):
        with self.hand.store.reading() as r:
            last = self.done[self.who][-1] if self.done[self.who] else None
            assert r.undoable() == (last[-1] if isinstance(last, list) else last)
            assert r.open_attempt() == (self.unrated()[-1] if self.unrated() else None)
            answers = [step for step in self.done[self.who] if not isinstance(step, list)]
            today = {e.face for e in answers if e.kind == "review" and e.study_day == self.hand.day}
            assert r.faces_reviewed(self.hand.day) == today

    @invariant()
    def the_doctor_is_content(self):
        assert examine(self.hands[0].store) == []


def test_any_history_of_two_learners_replays_to_what_is_remembered():
    run_state_machine_as_test(Sitting, settings=settings(max_examples=25, stateful_step_count=40))
