"""What a learner chooses about studying, as an entry of the log: the latest choice of a name holds."""

from collections.abc import Mapping
from datetime import datetime

from attnquiz.cards.paths import Chapter, LearningPath
from attnquiz.errors import LateAnswer, SettingError
from attnquiz.recall.day import study_day
from attnquiz.store.entry import Entry, Happened
from attnquiz.store.log import LATE_UNDO, Writing
from attnquiz.store.reading import Reading
from attnquiz.study.drill import Desk, withdraw
from attnquiz.study.paths import CONCEPT, PATH, of_path
from attnquiz.study.preferences import NAMES, Preferences, check
from attnquiz.study.saying import saying


def choose(desk: Desk, name: str, value: str, now: datetime) -> Preferences:
    """Write a setting down; what holds from now on. Undo of answers passes it by: ``take_back`` does not.

    Raises SettingError for a preference that makes no sense.
    """
    return change(desk, {name: value}, now)


def change(desk: Desk, chosen: Mapping[str, str], now: datetime) -> Preferences:
    """The same for several settings, which are taken back together."""
    for name, value in chosen.items():
        check(name, value)
    with desk.store.writing() as w:
        for name, value in chosen.items():
            w.append(saying(w, desk, Happened.SETTING, {"name": name, "value": value}, now))
        preferences = Preferences.of(w)
        if "rollover" in chosen:
            _check_day(w, desk, preferences, now)
        return preferences


def latest(r: Reading) -> list[Entry]:
    """The latest change of preferences that holds: all that was chosen at one moment."""
    return r.chosen_last(NAMES)


def take_back(desk: Desk, change: list[Entry], now: datetime) -> Preferences:
    """What was chosen before holds again. Raises LateAnswer when this is not the latest change any more."""
    with desk.store.writing() as w:
        if not change or latest(w) != change:
            raise LateAnswer(LATE_UNDO)
        for entry in change:
            withdraw(w, desk, entry, now)
        preferences = Preferences.of(w)
        _check_day(w, desk, preferences, now)
        return preferences


def _check_day(w: Writing, desk: Desk, preferences: Preferences, now: datetime) -> None:
    """No answer may come after today: memory cannot go back a day."""
    today = study_day(now, desk.zone, preferences.rollover)
    if any(memory.last_day > today for memory in w.memories().values()):
        raise SettingError(
            f"If a day began at {preferences.rollover}:00, it would be yesterday again, but you have answered cards "
            "today already. Nothing was changed. Choose it later in the day."
        )


def keep_place(desk: Desk, path: LearningPath | None, chapter: Chapter, passed: int, now: datetime) -> None:
    """Keep the place: this chapter, with so many of its cards passed. A place further on in the path is not lost."""
    if path is None:
        choose(desk, CONCEPT + chapter.id, f"{chapter.id} {passed}", now)
        return
    with desk.store.reading() as r:
        before, names = of_path(r.settings(), path), [each.id for each in path.chapters]
    here = (names.index(chapter.id), passed)
    if before is None or here > (names.index(before.chapter), before.passed):
        choose(desk, PATH + path.id, f"{chapter.id} {passed}", now)
