"""What a learner has chosen about studying: read from the log's settings, with defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from attnquiz.errors import SettingError
from attnquiz.recall.scheduler import DEFAULT_WEIGHTS, Scheduler
from attnquiz.store.memory import DEFAULT
from attnquiz.store.reading import Reading
from attnquiz.store.tuned import Weights

ON, OFF = "on", "off"  # how a switch is written down
LOWEST, HIGHEST = 0.70, 0.97  # desired retention that can be chosen; nearer to 1 a year would be all reviews
MOST_NEW, MOST_REVIEWS, MOST_MINUTES = 1000, 9999, 600  # a day


@dataclass(frozen=True, slots=True)
class Preferences:
    """Desired retention, daily limits, the hour at which a study day begins, how finely one rates oneself, and whether
    there are spot checks. With them goes what is no choice: the weights that were fitted to the learner."""

    retention: float = 0.9
    new_per_day: int = 20
    reviews_per_day: int = 200
    rollover: int = 4  # hour of the learner's wall clock
    two_ratings: bool = False  # again and good alone, on cards that nothing but the learner grades
    probes: bool = True  # one review in twenty is of a card that chance has drawn
    minutes_per_day: int = 0  # of answering; 0 for as long as it takes
    weights: Weights | None = None  # None for the default ones

    @classmethod
    def of(cls, r: Reading) -> "Preferences":
        """What holds now."""
        return replace(cls.read(r.settings()), weights=r.weights_in_use())

    @classmethod
    def read(cls, settings: Mapping[str, str]) -> "Preferences":
        """From the store's settings; names that belong to something else are left alone."""
        return cls(**{name: kind(settings[name]) for name, kind in _KINDS.items() if name in settings})

    def written(self) -> dict[str, str]:
        """As the settings that ``read`` would read it from."""
        written = {name: getattr(self, name) for name in _KINDS}
        return {name: _SWITCH[value] if name in _SWITCHES else str(value) for name, value in written.items()}

    def scheduler(self) -> Scheduler:
        return _scheduler(self.retention, self.weights)


_SWITCH = {True: ON, False: OFF}


def _switch(written: str) -> bool:
    return written == ON


_KINDS = {
    "retention": float, "new_per_day": int, "reviews_per_day": int, "rollover": int, "two_ratings": _switch,
    "probes": _switch, "minutes_per_day": int,
}  # fmt: skip
_SWITCHES = {"two_ratings": "Two ratings", "probes": "Spot checks"}
NAMES = tuple(_KINDS)  # the settings that are preferences; all others belong to something else
_BOUNDS = {
    "retention": (LOWEST, HIGHEST, f"The desired retention must be a number from {LOWEST:.2f} to {HIGHEST}"),
    "new_per_day": (0, MOST_NEW, f"New cards a day must be a whole number from 0 to {MOST_NEW}"),
    "reviews_per_day": (0, MOST_REVIEWS, f"Reviews a day must be a whole number from 0 to {MOST_REVIEWS}"),
    "minutes_per_day": (
        0, MOST_MINUTES, f"Minutes a day must be a whole number from 0 (no limit) to {MOST_MINUTES}"
    ),
    "rollover": (0, 23, "The hour at which a day begins must be a whole number from 0 to 23"),
}


def check(name: str, value: str) -> None:
    """Raise SettingError where a preference is to be something that makes no sense. Other names are left alone."""
    if name in _SWITCHES and value not in (ON, OFF):
        raise SettingError(f"{_SWITCHES[name]} can be {ON} or {OFF}, not {value!r}.")
    if name in _BOUNDS:
        low, high, sentence = _BOUNDS[name]
        try:
            fits = low <= _KINDS[name](value) <= high  # not a number is in no range
        except ValueError:
            fits = False
        if not fits:
            raise SettingError(f"{sentence}, not {value!r}.")


@cache
def _scheduler(retention: float, weights: Weights | None) -> Scheduler:
    id, numbers = weights or (DEFAULT, DEFAULT_WEIGHTS)
    return Scheduler(retention=retention, weights=numbers, weights_id=id)
