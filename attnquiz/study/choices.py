"""What a learner chooses about studying, as an entry of the log: the latest choice of a name holds."""

from datetime import datetime

from attnquiz.store.entry import Happened
from attnquiz.study.drill import Desk
from attnquiz.study.preferences import Preferences
from attnquiz.study.saying import saying


def choose(desk: Desk, name: str, value: str, now: datetime) -> Preferences:
    """Write a setting down; what holds from now on. Undo does not take it back: choosing again does."""
    with desk.store.writing() as w:
        w.append(saying(w, desk, Happened.SETTING, {"name": name, "value": value}, now))
        return Preferences.read(w.settings())
