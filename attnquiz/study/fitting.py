"""Weights of the scheduler, fitted to what a learner has answered: when, how many, and whether they are taken.

The later answers are held back. A fit sees the earlier ones, and its weights are taken only if they predict the later
ones better than the weights in use, by more than chance. What was tried is what is used: nothing is fitted anew after.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from attnquiz.errors import LateAnswer, RecallError
from attnquiz.recall.day import study_day
from attnquiz.recall.face import Face
from attnquiz.recall.fit import (
    Comparison,
    Given,
    Histories,
    Progress,
    compared,
    fit,
    later_part,
    sample,
    split,
    starting,
    targets,
)
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import DEFAULT_WEIGHTS, VERSION
from attnquiz.store.copying import edition
from attnquiz.store.database import Reading, Store, Writing
from attnquiz.store.entry import Entry, Happened, Purpose, id_at
from attnquiz.store.tuned import REFUSED, Weights, id_of, said
from attnquiz.study.preferences import OFF, Preferences

# How much must have been answered, in answers to cards that came back on a later day (docs/decisions says why).
SOME, MANY = 720, 1000  # from so many on the first four weights are fitted, and all of them
NEW = 200  # answers since the latest fit, before the next one begins by itself
HELD_BACK = 0.25  # of the answers, the latest
WORTH = 0.002  # log loss; less is not worth a change
MOST = 20_000  # answers; of more, only some faces are looked at
AUTOMATIC = "fit.automatic"  # the setting that switches it off
TELLING = {Purpose.DUE, Purpose.PROBE, Purpose.IMPORT}  # what was asked without help, at a time of the queue's choice


class Stage(StrEnum):
    """How many weights are those of the learner."""

    DEFAULTS = "defaults"
    STARTING = "starting"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Fit:
    """A fit and how it did. ``comparison`` is None where too little came back to tell."""

    stage: Stage
    weights: tuple[float, ...]
    instead_of: str  # what reviews call the weights that were in use
    answers: int
    up_to: int  # number of the log
    comparison: Comparison | None

    @property
    def is_better(self) -> bool:
        """By more than chance: above zero by more than the standard error of the difference."""
        c = self.comparison
        return c is not None and c.gain > max(c.error, WORTH)

    def said(self) -> dict[str, Any]:
        c = self.comparison
        shown = {} if c is None else {
            "held_out": c.answers, "before": c.before, "after": c.after, "error": c.error,
            "expected_before": c.expected_before, "expected_after": c.expected_after, "recalled": c.recalled,
        }  # fmt: skip
        return {
            "stage": self.stage, "answers": self.answers, "up_to": self.up_to, "instead_of": self.instead_of,
            "fsrs": VERSION, **{name: round(value, 6) for name, value in shown.items()},
        }  # fmt: skip


def stage_of(asked_again: int) -> Stage:
    """What so many answers are enough for."""
    if asked_again < SOME:
        return Stage.DEFAULTS
    return Stage.STARTING if asked_again < MANY else Stage.ALL


def histories(r: Reading) -> Histories:
    """What the scheduler has seen of each face, from its first answer on.

    A face that counted as known before it was ever asked is left out: its first answer is not a first answer.
    """
    found: dict[Face, list[Given]] = defaultdict(list)
    known: set[Face] = set()
    for each in r.in_brief():
        face = Face(each.card, each.deletion)
        if each.rating is None:
            known.update({face} - found.keys())
        elif face not in known:
            counts = each.purpose in TELLING
            found[face].append(Given(date.fromisoformat(each.study_day), Rating(each.rating), counts, bool(each.early)))
    return found


def is_time(r: Reading, today: date) -> bool:
    """Whether a fit should begin by itself: once a study day at most, and only when there is enough to learn from."""
    if r.settings().get(AUTOMATIC) == OFF:
        return False
    tried = r.fits()
    if any(entry.study_day >= today for entry in tried):
        return False
    up_to = max((int(said(entry).get("up_to", 0)) for entry in tried), default=0)
    return r.reviews_after(up_to, NEW) >= NEW and missing(r) is None


def missing(r: Reading) -> int | None:
    """How many answers to cards that came back there are, of the SOME that a fit needs; None where there are enough.

    Whoever has answered a lot has enough of these, too: counting a million of them would take a second.
    """
    if r.reviews_after(0, 10 * SOME) >= 10 * SOME or (count := r.asked_again()) >= SOME:
        return None
    return count


def made(given: Histories, in_use: Weights | None, up_to: int, told: Progress = lambda part: None) -> Fit:
    """Fit to the earlier answers and compare on the later ones. Raises RecallError where there are too few.

    ``told`` may raise to stop it.
    """
    given = sample(given, MOST)
    count = targets(given)
    stage, since = stage_of(count), later_part(given, HELD_BACK)
    if stage is Stage.DEFAULTS or since is None:
        raise RecallError(
            f"There is not enough to learn from yet: {count} of {SOME} answers to cards that came back on a later day. "
            "Until then the default weights are the best guess."
        )
    weights = fit(split(given, since), told)
    if stage is Stage.STARTING:
        weights = starting(weights)
    before = in_use[1] if in_use else DEFAULT_WEIGHTS
    comparison = compared(before, weights, given, since)
    return Fit(stage, weights, id_of(in_use), sum(map(len, given.values())), up_to, comparison)


def tune(store: Store, clock: Callable[[], datetime], app_version: str, told: Progress = lambda part: None) -> Fit:
    """Fit, and write down how it went: weights if they are better, else that they are not.

    Nothing is held meanwhile, so answers go on. Raises LateAnswer, and writes nothing, where the file was replaced or
    other weights were chosen in the meantime.
    """
    was = edition(store.path)
    with store.reading() as r:
        given, in_use, up_to = histories(r), r.weights_in_use(), r.latest_number()
    fitted = made(given, in_use, up_to, told)
    with store.writing() as w:
        if edition(store.path) != was or w.weights_in_use() != in_use:
            raise LateAnswer("Your answers or their weights were changed in the meantime, so nothing was tuned.")
        w.append(_entry(w, fitted, clock(), app_version))
    return fitted


def _entry(w: Writing, fitted: Fit, now: datetime, app_version: str) -> Entry:
    if fitted.is_better:
        return entry_of(w, Happened.WEIGHTS, {"weights": list(fitted.weights), **fitted.said()}, now, app_version)
    refused = {"name": REFUSED, "value": json.dumps(fitted.said())}
    return entry_of(w, Happened.SETTING, refused, now, app_version)


def entry_of(w: Writing, kind: Happened, payload: Mapping[str, Any], now: datetime, app_version: str) -> Entry:
    """An entry of a process that sits at no desk: the learner is where the latest answer was."""
    zone = w.zone() or "UTC"
    return Entry(
        id=id_at(now), learner=w.learner, kind=kind, at=now, zone=zone,
        study_day=study_day(now, zone, Preferences.of(w).rollover), app_version=app_version,
        payload=json.dumps(payload),
    )  # fmt: skip
