"""The four ratings of FSRS."""

from enum import IntEnum


class Rating(IntEnum):
    """How an answer went. HARD counts as recalled: use AGAIN for every failure (Anki manual, "Answer buttons")."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4
