"""What is wrong with a deck: an error with the lint rule it breaks, and the likely slip behind it."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from attnquiz.errors import DeckError


class Problem(DeckError):
    """A DeckError that also knows its lint rule, so that ``check`` can name it. L00 is the grammar itself."""

    def __init__(self, path: Path | str, line: int, problem: str, remedy: str = "", rule: str = "L00") -> None:
        self.rule = rule
        super().__init__(path, line, problem, remedy)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known name that looks most like ``word``, "" when none does."""
    by_lower = {name.lower(): name for name in known}
    close = get_close_matches(word.lower()[:60], by_lower, n=1, cutoff=0.7)
    return by_lower[close[0]] if close else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``Did you mean 'kind'?``, or "" when nothing known looks like ``word``."""
    near = nearest(word, known)
    return f"Did you mean {near!r}?" if near else ""


def shown(text: str, most: int = 40) -> str:
    """``text`` in quotes, on one line, cut where it is long."""
    text = " ".join(text.split())
    return repr(text if len(text) <= most else text[:most] + "...")
