"""What a made-up learner answers: remembered or not, believed or not, sure or not, and how long it takes."""

from dataclasses import dataclass
from datetime import date, datetime
from math import exp
from random import Random

from attnquiz.cards.card import Bug, Card, Choice, Cloze, Computed, Kind, Predict
from attnquiz.cards.collection import Collection
from attnquiz.cards.grading import Grading, Verdict
from attnquiz.recall.rating import Rating
from attnquiz.study.marks import Marks, rubric_of, score, suggested
from attnquiz.study.proposal import Confidence
from attnquiz.study.session import Showing
from attnquiz.study.simulated_answers import Answers
from attnquiz.study.simulated_habits import Habits
from attnquiz.study.simulated_truth import Truth

SHOWN, REFUTED = 0.6, 0.8  # what is left of a belief after it was corrected, and after a right answer against it
LONGEST = 300.0  # seconds
BY_CHANCE = 0.2  # how likely a wrong answer is without the belief that leads to it, against one that is firmly held
IN_SHORT = "It came as it had to."  # what is written to explain an experiment


@dataclass(frozen=True, slots=True)
class Response:
    """What the learner does with one showing. Seconds count from when the question is shown."""

    remembered: bool
    answer: str
    grading: Grading
    confidence: Confidence
    hints: int
    retried: bool
    seconds: float
    recalled: float | None  # when the options were asked for


class Mind:
    """A learner's head: a memory that only ``truth`` knows, and beliefs that fade."""

    def __init__(self, collection: Collection, habits: Habits, truth: Truth, dice: Random) -> None:
        self._habits, self._truth, self._dice = habits, truth, dice
        self._answers = Answers(collection.cards)
        self._beliefs = {name: dice.uniform(0.5, 1.0) for name in collection.misconceptions
                         if dice.random() < habits.believes}  # fmt: skip
        self._refutes = collection.refutes

    def respond(self, showing: Showing, day: date) -> Response:
        """Answer the card on the screen."""
        habits, dice, card = self._habits, self._dice, showing.card
        remembered = dice.random() < self._chance(showing, day)
        gives_up = not remembered and dice.random() < habits.gives_up * (1.0 - self._held(card))
        answer, grading = self._say(showing, remembered, gives_up)
        gives_up = grading.verdict is Verdict.UNKNOWN
        sure = dice.random() < (habits.sure_right if remembered else self._sure_of(grading))
        left = len(card.hints) - showing.open_steps
        hints = int(left > 0 and dice.random() < habits.asks_hint)
        slipped = remembered and isinstance(card.body, Cloze | Computed) and dice.random() < habits.slips
        practised = 0.7 + 0.3 * exp(-showing.reviews / 4)
        seconds = habits.seconds[card.kind] * practised * exp(dice.gauss(0.0, 0.45)) * (1.0 if remembered else 1.3)
        seconds = min(seconds + 8 * hints + 6 * slipped, LONGEST)
        first = isinstance(card.body, Choice | Predict | Bug) and not showing.retired and not gives_up
        recalled = seconds * dice.uniform(0.4, 0.8) if first else None
        confidence = Confidence.SURE if sure and not gives_up else Confidence.UNSURE
        return Response(remembered, answer, grading, confidence, hints, slipped, seconds, recalled)

    def rate(self, showing: Showing, remembered: bool, proposed: Rating | None) -> tuple[Rating, Marks | None]:
        """The rating, never better or worse than what happened, and the points ticked on what has a rubric."""
        rating = proposed if remembered and proposed is not None else Rating.AGAIN
        if rating is Rating.GOOD and self._dice.random() < self._habits.easy:
            rating = Rating.EASY
        if showing.card.kind not in (Kind.EXPLAIN, Kind.EXPERIMENT):
            return rating, None
        written = IN_SHORT if showing.card.kind is Kind.EXPERIMENT else ""
        return rating, Marks(_ticks(showing, rating), written)

    def learn(self, showing: Showing, grading: Grading, rating: Rating, at: datetime, day: date) -> None:
        """The feedback has been read."""
        self._truth.learn(showing.face, showing.card.concept, rating, at, day)
        if rating is not Rating.AGAIN:
            for belief in self._refutes[showing.card.id]:
                if belief in self._beliefs:
                    self._beliefs[belief] *= REFUTED
        elif grading.misconception in self._beliefs:
            self._beliefs[grading.misconception] *= SHOWN

    def _chance(self, showing: Showing, day: date) -> float:
        if showing.memory is None:
            return self._habits.first_right * (1.0 - 0.6 * self._held(showing.card))
        if showing.memory.last_day == day:
            return self._habits.same_day
        return self._truth.chance(showing.face, showing.card.concept, showing.memory, day)

    def _held(self, card: Card) -> float:
        """How firmly something is believed that a right answer to the card speaks against."""
        return max((self._beliefs.get(name, 0.0) for name in self._refutes[card.id]), default=0.0)

    def _say(self, showing: Showing, remembered: bool, gives_up: bool) -> tuple[str, Grading]:
        if gives_up:
            return "", Grading(Verdict.UNKNOWN, showing.card.fault)
        if showing.retired:
            return "", Grading(Verdict.SELF)
        right = self._answers.right(showing.face, showing.variant)
        if remembered or right[1].verdict is Verdict.SELF:
            return right
        wrong = self._answers.wrong(showing.face, showing.variant)
        if not wrong:
            return "", Grading(Verdict.UNKNOWN, showing.card.fault)
        weights = [BY_CHANCE + self._beliefs.get(grading.misconception or "", 0.0) for _, grading in wrong]
        return self._dice.choices(wrong, weights)[0]

    def _sure_of(self, grading: Grading) -> float:
        """Who believes something is surer of it."""
        return min(1.0, self._habits.sure_wrong + 0.5 * self._beliefs.get(grading.misconception or "", 0.0))


def _ticks(showing: Showing, rating: Rating) -> tuple[int, ...]:
    """Points of the rubric that lead to this rating, or nearly: from the first on, none that must not be said."""
    rubric = rubric_of(showing.card)
    ticks: tuple[int, ...] = ()
    for place, point in enumerate(rubric):
        if point.misconception or (suggested(rubric, ticks) >= min(rating, Rating.GOOD) and score(rubric, ticks) > 0):
            continue
        if suggested(rubric, (*ticks, place)) <= rating:
            ticks = (*ticks, place)
    return ticks
