"""Which files belong together: decks, and the three lists that they refer to."""

from dataclasses import dataclass
from pathlib import Path

from attnquiz.errors import DeckError

CONTENT = Path(__file__).resolve().parents[2] / "content"  # what comes with the app
EXPERIMENTS = "experiments"
LESSONS = "lessons"
LISTS = ("concepts.md", "misconceptions.md", "sources.md")


@dataclass(frozen=True, slots=True)
class Library:
    """Files to read. What a folder lacks is the shipped one."""

    decks: tuple[Path, ...]
    concepts: Path
    misconceptions: Path
    sources: Path
    lessons: Path  # a folder
    experiments: Path  # a folder


def find(path: Path) -> Library:
    """The library at ``path``: one file, or a folder with its decks in ``decks/`` or directly inside.

    Raises DeckError where there is nothing to read.
    """
    try:
        return _find(path)
    except OSError as error:
        raise DeckError(path, 1, f"this cannot be opened: {error.strerror}", "check its permissions") from None


def _find(path: Path) -> Library:
    if path.is_dir():
        decks, folder = deck_files(path / "decks" if (path / "decks").is_dir() else path), path
        lists = {name: path / name for name in LISTS if (path / name).is_file()}
    elif path.exists():
        listed = path.name in LISTS
        decks, folder = (() if listed else (path,)), path.parent
        lists = {path.name: path} if listed else {}
    else:
        raise DeckError(path, 1, "there is no such file or folder", "check the name")
    if not decks and not lists:
        raise DeckError(folder, 1, "there are no decks here", "put files ending in .md into it")
    concepts, misconceptions, sources = (lists.get(name, CONTENT / name) for name in LISTS)
    lessons, experiments = (
        folder / name if (folder / name).is_dir() else CONTENT / name for name in (LESSONS, EXPERIMENTS)
    )
    return Library(decks, concepts, misconceptions, sources, lessons, experiments)


def deck_files(folder: Path) -> tuple[Path, ...]:
    """The decks of one folder, in order of their names."""
    if not folder.is_dir():
        return ()
    return tuple(sorted(file for file in folder.glob("*.md") if file.is_file() and file.name not in LISTS))
