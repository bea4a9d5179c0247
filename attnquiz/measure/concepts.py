"""How well each concept is remembered."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from attnquiz.measure.faces import Faces

COLUMNS = ["concept", "recall", "seen", "faces", "known", "of"]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is likely to be known today: of how many faces, and with every concept counting the same, of how many
    concepts. A face that was never met is not known."""

    known: float
    faces: int
    concepts_known: float
    concepts: int


def concepts(faces: Faces, recall: NDArray[np.float64], of: Mapping[str, int]) -> pd.DataFrame:
    """The concepts of which something was seen or counts as known, the weakest first.

    ``of`` says how many faces each concept has, those without one under an empty name. Columns: concept (its id),
    recall (the mean, 0 to 1), seen (faces that were reviewed), faces, known (the sum of recall), of ("3 of 5").
    """
    frame = pd.DataFrame({"concept": faces.concept, "recall": recall, "seen": faces.reviews > 0})
    frame = frame[frame.concept.isin(of.keys())].groupby("concept", sort=True, as_index=False)
    found = frame.agg(recall=("recall", "mean"), seen=("seen", "sum"), known=("recall", "sum"))
    found["faces"] = found.concept.map(of).astype(int)
    found["of"] = [f"{seen} of {all_of}" for seen, all_of in zip(found.seen, found.faces, strict=True)]
    return found.sort_values(["recall", "concept"], ignore_index=True)[COLUMNS]


def knowledge(frame: pd.DataFrame, of: Mapping[str, int]) -> Knowledge:
    """All of it together; ``frame`` is that of ``concepts``."""
    named = frame[frame.concept != ""]
    shares = float((named.known / named.faces).sum())
    concepts = sum(number > 0 for concept, number in of.items() if concept)
    return Knowledge(float(frame.known.sum()), sum(of.values()), shares, concepts)
