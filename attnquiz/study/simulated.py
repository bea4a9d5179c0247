"""A made-up learner: what happens day by day, decided by a seed. For tests, benches and pictures, not for claims.

Cards come when the app would bring them: the same queue, the same scheduler, the same entries as from the screen.
"""

import json
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from statistics import median

from attnquiz.cards.collection import load, shipped
from attnquiz.cards.grading import Verdict
from attnquiz.errors import StoreError
from attnquiz.recall.day import check_zone, study_day
from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory
from attnquiz.recall.scheduler import DEFAULT_WEIGHTS
from attnquiz.store.database import Store
from attnquiz.store.entry import Entry, Happened, id_at
from attnquiz.store.reading import LATEST, token_after
from attnquiz.study import askable
from attnquiz.study.answered import attempt_of, review_of
from attnquiz.study.desk import Desk
from attnquiz.study.pace import LONGEST, Pace
from attnquiz.study.preferences import Preferences
from attnquiz.study.probes import learnt
from attnquiz.study.proposal import Confidence
from attnquiz.study.queue import Queue, Today, build, with_probes
from attnquiz.study.session import Session
from attnquiz.study.showing import present
from attnquiz.study.simulated_cards import made_up
from attnquiz.study.simulated_habits import Habits, Sitting, calendar
from attnquiz.study.simulated_mind import Mind
from attnquiz.study.simulated_truth import Law, truth_of

MANY = 8000  # entries written at a time


@dataclass(frozen=True, slots=True)
class Plan:
    """Who studies, from when, for how long. The life ends after ``days``, or with ``reviews`` where they are given."""

    desk: Desk
    start: date
    days: int = 365
    reviews: int | None = None
    seed: int = 0
    law: Law = Law.SPREAD
    weights: tuple[float, ...] = DEFAULT_WEIGHTS  # that the learner's memory follows; the scheduler has its own
    habits: Habits = field(default_factory=Habits)
    preferences: Preferences = field(default_factory=lambda: Preferences(new_per_day=10))


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer: what was committed, how it was rated, what is believed since."""

    face: Face
    attempt: Entry
    review: Entry
    memory: Memory


@dataclass(frozen=True, slots=True)
class Day:
    """A study day and its sittings, each with its answers in order."""

    day: date
    sittings: tuple[tuple[Answered, ...], ...]


def planned(
    path: Path, start: date, days: int, *, law: str = "spread", reviews: int | None = None, seed: int = 0,
    cards: int | None = None, retention: float = 0.9, zone: str = "UTC", app_version: str = "simulated",
) -> Plan:  # fmt: skip
    """A plan whose history goes into the new file ``path``: over the shipped cards, or over so many made-up ones.

    Who has many cards studies long and without a limit. Raises StoreError when there is such a file already.
    """
    if path.exists():
        raise StoreError(f"{path} is there already: what is made up goes into a new file. Choose another name.")
    check_zone(zone)
    scheduler = Preferences(retention=retention, new_per_day=10)
    collection, habits = load(shipped()), Habits()
    if cards:
        collection = made_up(collection, cards)
        habits = Habits(minutes=480.0, skipped=0.02, evening=12.0)
        scheduler = replace(scheduler, new_per_day=max(10, cards // 50), reviews_per_day=9999)
    desk = Desk(Store.open(path), collection, zone, app_version)
    return Plan(desk, start, days, reviews, seed, Law(law), habits=habits, preferences=scheduler)


def simulate(plan: Plan) -> Iterator[tuple[int, int]]:
    """Live and keep it, thousands of entries at a time. After each time: how many reviews and days there were."""
    entries: list[Entry] = list(settings(plan))
    memories: dict[Face, Memory] = {}
    reviews = days = 0
    for day in live(plan):
        days += 1
        for answered in (each for sitting in day.sittings for each in sitting):
            entries += [answered.attempt, answered.review]
            memories[answered.face] = answered.memory
            reviews += 1
        if len(entries) >= MANY:
            _keep(plan, entries, memories)
            yield reviews, days
            entries, memories = [], {}
    _keep(plan, entries, memories)
    yield reviews, days


def live(plan: Plan) -> Iterator[Day]:
    """Every study day of the plan, those without a sitting too. Nothing is written."""
    return _Life(plan).days()


def settings(plan: Plan) -> Iterator[Entry]:
    """What the learner has chosen before the first day, an entry each."""
    dice, usual = Random(f"settings {plan.seed}"), Preferences()
    at = datetime.combine(plan.start, time(12), UTC) - timedelta(days=1)
    for name in ("retention", "new_per_day", "reviews_per_day", "minutes_per_day"):
        if getattr(plan.preferences, name) != getattr(usual, name):
            said = {"name": name, "value": str(getattr(plan.preferences, name))}
            yield Entry(
                id=_id(dice, at), learner=plan.desk.store.learner, kind=Happened.SETTING, at=at, zone=plan.desk.zone,
                study_day=study_day(at, plan.desk.zone, usual.rollover), app_version=plan.desk.app_version,
                payload=json.dumps(said),
            )  # fmt: skip


def _keep(plan: Plan, entries: list[Entry], memories: dict[Face, Memory]) -> None:
    with plan.desk.store.writing() as w:
        w.extend(entries, memories)


def _id(dice: Random, at: datetime) -> str:
    return id_at(at, dice.getrandbits(76))


class _Life:
    """A learner while the days go by. ``memory`` and ``token`` say what the file would say."""

    def __init__(self, plan: Plan) -> None:
        self._plan, self._dice = plan, Random(plan.seed)
        truth = truth_of(plan.law, plan.weights, self._dice)
        self._mind = Mind(plan.desk.collection, plan.habits, truth, self._dice)
        self._cards = plan.desk.collection.cards
        self._faces = sum(1 for card in self._cards.values() for _ in askable.faces(card))
        self._memories: dict[Face, Memory] = {}
        self._entries: Counter[Face] = Counter()
        self._due: dict[date, list[Face]] = defaultdict(list)  # spaced faces by the day on which they come back
        self._open: dict[Face, None] = {}  # faces that are due, or in their first minutes
        self._errors: dict[Face, date] = {}  # the latest day on which a face was wrong, and the learner sure
        self._latest: deque[tuple[str, float]] = deque(maxlen=LATEST)  # kinds and seconds of answers
        self._count = self._begun = 0  # reviews: so far, and when the day began
        self._introduced, self._reviewed, self._spent = 0, set[Face](), 0.0  # today: new faces, all, seconds

    def days(self) -> Iterator[Day]:
        plan = self._plan
        rollover = plan.preferences.rollover
        for day, sittings in calendar(plan.habits, plan.start, plan.days, plan.desk.zone, rollover, self._dice):
            if self._is_over():
                return
            self._introduced, self._reviewed, self._spent, self._begun = 0, set(), 0.0, self._count
            self._open |= dict.fromkeys(self._due.pop(day, ()))
            yield Day(day, tuple(tuple(self._sit(day, sitting)) for sitting in sittings))

    def memory(self, face: Face) -> Memory | None:
        return self._memories.get(face)

    def token(self, face: Face) -> str:
        return token_after(self._plan.desk.store.learner, face, self._entries[face])

    def queue(self, today: date) -> Queue:
        """As ``study.outlook`` would build it. Once all is seen, only the cards that are due are looked at."""
        memories, all_met = self._memories, len(self._memories) == self._faces
        due = {face: memories[face] for face in self._open} if all_met else memories
        errors = {face for face, day in self._errors.items() if day == self._memories[face].last_day}
        done = Today(self._introduced, self._count - self._begun, frozenset(self._reviewed), self._spent)
        preferences, desk = self._plan.preferences, self._plan.desk
        queue = build(
            desk.collection, due, done, preferences.scheduler(), preferences, today, confident_errors=errors,
            unmet={} if all_met else None, pace=Pace(self._medians()),
        )  # fmt: skip
        among = learnt(memories, today)
        return with_probes(queue, desk.collection, among, done, preferences, today, desk.store.learner)

    def _is_over(self) -> bool:
        return self._plan.reviews is not None and self._count >= self._plan.reviews

    def _sit(self, day: date, sitting: Sitting) -> Iterator[Answered]:
        now, queue = sitting.begin, self.queue(day)
        session = Session(day, self._plan.preferences, queue, self._medians())
        while now < sitting.end and not self._is_over():
            if queue.pop(now)[0] is None:  # built anew once: what was learnt may have opened something
                queue = self.queue(day)
            probe, (face, queue) = queue.spot_check(now), queue.pop(now)
            if face is None:
                return
            answered = self._answer(session, face, now, day, spot_check=face == probe)
            now, queue = answered.review.at, queue.put_back(face, answered.memory)
            yield answered

    def _medians(self) -> dict[str, float]:
        took: dict[str, list[float]] = defaultdict(list)
        for kind, seconds in self._latest:
            took[kind].append(seconds)
        return {kind: median(seconds) for kind, seconds in took.items()}

    def _answer(self, session: Session, face: Face, now: datetime, day: date, *, spot_check: bool) -> Answered:
        desk, dice, before = self._plan.desk, self._dice, self._memories.get(face)
        showing = present(self, desk.collection, face, now, spot_check=spot_check)
        if before is None:  # the lesson is read first
            showing = replace(showing, shown_at=now + _span(dice.uniform(10.0, 60.0)))
        response = self._mind.respond(showing, day)
        committed = showing.shown_at + _span(response.seconds)
        recalled_at = None if response.recalled is None else showing.shown_at + _span(response.recalled)
        session = replace(
            session, showing=showing, recalled_at=recalled_at, hints=response.hints, retried=response.retried
        )
        attempt = attempt_of(
            desk, session, response.grading, response.answer, response.confidence, committed, _id(dice, committed)
        )
        self._entries[face] += 1
        rating, marks = self._mind.rate(showing, response.remembered, attempt.proposed)
        at = committed + _span(dice.uniform(1.5, 9.0))
        scheduler = session.preferences.scheduler()
        id, token = _id(dice, at), self.token(face)
        review, after = review_of(desk, attempt, before, rating, token, scheduler, at, id, marks)
        self._entries[face] += 1
        self._mind.learn(showing, response.grading, rating, at, day)
        self._remember(face, attempt, after, (committed - showing.shown_at).total_seconds())
        return Answered(face, attempt, review, after)

    def _remember(self, face: Face, attempt: Entry, after: Memory, seconds: float) -> None:
        if after.due_at is None:
            self._open.pop(face, None)
            self._due[after.due_day].append(face)
        else:
            self._open[face] = None
        if attempt.verdict == Verdict.WRONG and attempt.confidence == Confidence.SURE:
            self._errors[face] = attempt.study_day
        self._latest.append((attempt.card_kind or "", seconds))
        self._spent += min(seconds, LONGEST)
        self._introduced += face not in self._memories
        self._reviewed.add(face)
        self._count += 1
        self._memories[face] = after


def _span(seconds: float) -> timedelta:
    return timedelta(milliseconds=round(1000 * seconds))
