"""What a learner has chosen about studying: read from the log's settings, with defaults."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from attnquiz.recall.scheduler import Scheduler


@dataclass(frozen=True, slots=True)
class Preferences:
    """Desired retention, daily limits, the hour at which a study day begins, and how finely one rates oneself."""

    retention: float = 0.9
    new_per_day: int = 20
    reviews_per_day: int = 200
    rollover: int = 4  # hour of the learner's wall clock
    two_ratings: bool = False  # again and good alone, on cards that nothing but the learner grades

    @classmethod
    def read(cls, settings: Mapping[str, str]) -> "Preferences":
        """From the store's settings; names that belong to something else are left alone."""
        return cls(**{name: kind(settings[name]) for name, kind in _KINDS.items() if name in settings})

    def scheduler(self) -> Scheduler:
        return _scheduler(self.retention)


ON, OFF = "on", "off"  # how a switch is written down


def _switch(written: str) -> bool:
    return written == ON


_KINDS = {"retention": float, "new_per_day": int, "reviews_per_day": int, "rollover": int, "two_ratings": _switch}


@cache
def _scheduler(retention: float) -> Scheduler:
    return Scheduler(retention=retention)
