"""What a learner chooses about studying, as an entry of the log: the latest choice of a name holds."""

import json
import uuid
from datetime import datetime

from attnquiz.store.entry import Entry, Happened
from attnquiz.study.drill import Desk, day_of
from attnquiz.study.preferences import Preferences


def choose(desk: Desk, name: str, value: str, now: datetime) -> Preferences:
    """Write a setting down; what holds from now on. Undo does not take it back: choosing again does."""
    with desk.store.writing() as w:
        w.append(
            Entry(
                id=str(uuid.uuid4()), learner=desk.store.learner, kind=Happened.SETTING, at=now, zone=desk.zone,
                study_day=day_of(w, desk, now), app_version=desk.app_version,
                payload=json.dumps({"name": name, "value": value}),
            )
        )  # fmt: skip
        return Preferences.read(w.settings())
