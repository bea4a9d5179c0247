"""Errors that are sentences to a person: what is wrong, where, and what to do.

``app.py`` and the command line show an ``AttnquizError`` as it is. Any other exception is a bug and
keeps its traceback.
"""

from pathlib import Path


class AttnquizError(Exception):
    """Something a person can understand and mend."""


class DeckError(AttnquizError):
    """A text file of ours (deck, concepts, experiment ...) that cannot be read as it stands."""

    def __init__(self, path: Path | str, line: int, problem: str, remedy: str = "") -> None:
        self.path, self.line, self.problem, self.remedy = str(path), line, problem, remedy
        super().__init__(f"{self.path}:{line}: {problem}" + (f" ({remedy})" if remedy else ""))


class ExpressionError(AttnquizError):
    """An answer expression that is not allowed, too large, or has no value."""


class RecallError(AttnquizError):
    """A scheduling request without an answer, such as a retention of 1.5 or a review in the past."""


class StoreError(AttnquizError):
    """The file of answers cannot be opened, read or written."""


class LateAnswer(StoreError):
    """Another tab or an earlier click has already answered this showing of the card."""


class DamagedFile(StoreError):
    """A file of answers, or a copy of it, cannot be read as it stands."""


class ExamError(AttnquizError):
    """An exam that cannot be drawn as it was asked for."""


class SettingError(AttnquizError):
    """A setting that makes no sense."""


class SandboxError(AttnquizError):
    """An experiment, a trace file or an address that describes no attention computation."""
