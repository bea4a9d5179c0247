"""What is scheduled."""

from typing import NamedTuple


class Face(NamedTuple):
    """One thing to remember: a card, or one numbered deletion of a cloze card.

    Variants of a card share a face; deletions do not.
    """

    card: str
    deletion: int = 0  # 0 where the card has no deletions

    def __str__(self) -> str:
        return f"{self.card}/{self.deletion}" if self.deletion else self.card

    @classmethod
    def named(cls, name: str) -> "Face":
        """The face that ``str`` writes so."""
        if "/" not in name:
            return cls(name)
        card, _, deletion = name.partition("/")
        return cls(card, int(deletion)) if deletion.isdecimal() else cls(name)
