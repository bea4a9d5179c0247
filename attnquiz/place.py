"""Where the learner's things lie. Pure: the environment is an argument."""

from collections.abc import Mapping
from pathlib import Path

import platformdirs


def data_file(environment: Mapping[str, str]) -> Path:
    """The file of answers: ``ATTNQUIZ_DB`` where that is set, else in the platform's data folder."""
    named = environment.get("ATTNQUIZ_DB", "").strip()
    if named:
        return Path(named).expanduser()
    return platformdirs.user_data_path("attnquiz", appauthor=False) / "attnquiz.sqlite3"


def own_decks(environment: Mapping[str, str]) -> Path:
    """The folder for decks that the learner writes, beside the file of answers."""
    return data_file(environment).parent / "decks"
