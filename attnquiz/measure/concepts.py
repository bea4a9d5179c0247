"""How well each concept is remembered."""

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd


class Remembered(NamedTuple):
    """A concept: the mean predicted recall today of the faces seen (None while there are none), and how many."""

    title: str
    recall: float | None
    seen: int
    faces: int


def concepts(remembered: Iterable[Remembered]) -> pd.DataFrame:
    """The concepts of which something was seen, the weakest first.

    Columns: concept, recall (0 to 1), seen, faces, of (the two as "3 of 5").
    """
    begun = [each for each in remembered if each.recall is not None]
    begun.sort(key=lambda each: (each.recall, each.title))
    rows = [(each.title, each.recall, each.seen, each.faces, f"{each.seen} of {each.faces}") for each in begun]
    return pd.DataFrame(rows, columns=["concept", "recall", "seen", "faces", "of"])
