"""A learner whose memory follows weights that differ from the default ones, for proofs about fits.

The default weights let every card come back far too early for somebody who remembers as well as this. What is new is
mostly wrong at first sight, so whoever mixes the ratings up mixes many mistakes among the answers to learnt cards.
"""

from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

from attnquiz.cards.collection import load, shipped
from attnquiz.recall.fit import Given, later_part
from attnquiz.recall.scheduler import DEFAULT_WEIGHTS
from attnquiz.store.database import Store
from attnquiz.study.desk import Desk
from attnquiz.study.fitting import HELD_BACK
from attnquiz.study.preferences import Preferences
from attnquiz.study.simulated import Plan, live, simulate
from attnquiz.study.simulated_cards import made_up
from attnquiz.study.simulated_habits import Habits
from attnquiz.study.simulated_truth import Law

_OTHERWISE = {0: 2.0, 1: 8.0, 2: 15.0, 3: 50.0, 8: DEFAULT_WEIGHTS[8] + 1.5, 11: 4.0, 20: 0.8}
HIDDEN = tuple(_OTHERWISE.get(place, weight) for place, weight in enumerate(DEFAULT_WEIGHTS))


@cache
def _cards(number):
    return made_up(load(shipped()), number)


def plan(seed, reviews=2000, cards=200, minutes=25.0, store=None):
    store = store or Store(Path("nowhere"), "local")  # a life that is only told writes nothing
    new = max(10, cards // 50)
    return Plan(
        Desk(store, _cards(cards), "UTC", "test"), date(2020, 1, 6), 4000, reviews, seed, Law.FSRS, HIDDEN,
        Habits(minutes=minutes, first_right=0.35, same_day=0.8),
        Preferences(new_per_day=new, reviews_per_day=9999, retention=0.85, probes=False),
    )  # fmt: skip


def lived(plan):
    """The answers of each face."""
    found = defaultdict(list)
    for day in live(plan):
        for answered in (each for sitting in day.sittings for each in sitting):
            found[answered.face].append(Given(day.day, answered.review.rating))
    return dict(found)


def shuffled(histories, seed):
    """The same with the ratings of all earlier answers mixed up; those that are held back stay as they are."""
    since = later_part(histories, HELD_BACK)
    places = [(face, n) for face, given in histories.items() for n, each in enumerate(given) if each.day < since]
    ratings = [histories[face][n].rating for face, n in places]
    Random(f"shuffled {seed}").shuffle(ratings)
    mixed = {face: list(given) for face, given in histories.items()}
    for (face, n), rating in zip(places, ratings, strict=True):
        mixed[face][n] = mixed[face][n]._replace(rating=rating)
    return mixed


def written(path, seed=0, reviews=2000):
    """Such a learner's file."""
    for _ in simulate(plan(seed, reviews, store=Store.open(path))):
        pass
    return path
