"""The weights in use, and the way back: a learner may take a fit back, take that back, or want none at all.

No memory moves: each is what its reviews said, with the weights that they were given.
"""

from datetime import datetime

from attnquiz.errors import LateAnswer
from attnquiz.recall.scheduler import DEFAULT_WEIGHTS, VERSION
from attnquiz.store.entry import Entry, Happened
from attnquiz.store.log import LATE_UNDO, Writing
from attnquiz.store.tuned import id_of
from attnquiz.study.drill import Desk, withdraw
from attnquiz.study.fitting import AUTOMATIC, Stage
from attnquiz.study.preferences import OFF, ON
from attnquiz.study.saying import saying


def take_back(desk: Desk, id: str, now: datetime) -> None:
    """What was in use before these weights is in use again. Raises LateAnswer where they are not in use any more."""
    with desk.store.writing() as w:
        _check_in_use(w, id)
        withdraw(w, desk, _found(w, id), now)


def take_again(desk: Desk, withdrawal: str, now: datetime) -> None:
    """The weights that were taken back last are in use again. Raises LateAnswer once others came after them."""
    with desk.store.writing() as w:
        latest = w.weights_taken_back()
        if latest is None or latest.id != withdrawal:
            raise LateAnswer(LATE_UNDO)
        withdraw(w, desk, latest, now)


def use_defaults(desk: Desk, id: str, now: datetime) -> None:
    """The default weights instead of these, which can be taken back like a fit."""
    with desk.store.writing() as w:
        _check_in_use(w, id)
        defaults = {
            "weights": list(DEFAULT_WEIGHTS), "stage": Stage.DEFAULTS, "up_to": w.latest_number(), "instead_of": id,
            "fsrs": VERSION,
        }  # fmt: skip
        w.append(saying(w, desk, Happened.WEIGHTS, defaults, now))


def tune_by_itself(desk: Desk, on: bool, now: datetime) -> None:
    with desk.store.writing() as w:
        w.append(saying(w, desk, Happened.SETTING, {"name": AUTOMATIC, "value": ON if on else OFF}, now))


def _check_in_use(w: Writing, id: str) -> None:
    if id_of(w.weights_in_use()) != id:
        raise LateAnswer(LATE_UNDO)


def _found(w: Writing, id: str) -> Entry:
    entry = w.entry(id)
    if entry is None:
        raise LateAnswer(LATE_UNDO)
    return entry
