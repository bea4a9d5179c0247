"""What a learner chooses about studying, as an entry of the log: the latest choice of a name holds."""

from datetime import datetime

from attnquiz.cards.paths import Chapter, LearningPath
from attnquiz.store.entry import Happened
from attnquiz.study.drill import Desk
from attnquiz.study.paths import CONCEPT, PATH, of_path
from attnquiz.study.preferences import Preferences
from attnquiz.study.saying import saying


def choose(desk: Desk, name: str, value: str, now: datetime) -> Preferences:
    """Write a setting down; what holds from now on. Undo does not take it back: choosing again does."""
    with desk.store.writing() as w:
        w.append(saying(w, desk, Happened.SETTING, {"name": name, "value": value}, now))
        return Preferences.read(w.settings())

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
