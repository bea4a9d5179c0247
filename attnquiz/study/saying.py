"""Entries that say something in a payload: settings, states, predictions, markings, flags."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attnquiz.recall.face import Face
from attnquiz.store.database import Reading
from attnquiz.store.entry import Entry, Happened, id_at
from attnquiz.study.drill import Desk, day_of


def saying(
    r: Reading, desk: Desk, kind: Happened, said: Mapping[str, Any] | None, now: datetime, face: Face | None = None
) -> Entry:
    """An entry of this kind, of this learner, at this moment; it is not written yet. None says nothing."""
    return Entry(
        id=id_at(now),
        learner=desk.store.learner,
        kind=kind,
        at=now,
        zone=desk.zone,
        study_day=day_of(r, desk, now),
        app_version=desk.app_version,
        face=face,
        payload=None if said is None else json.dumps(said),
    )
