"""Text files that people write: reading them safely, and the ``---`` block of settings at their top.

Decks and experiment files share this. Values stay strings: "no" is never turned into False.
"""

from pathlib import Path

from attnquiz.errors import DeckError

FENCE = "---"
LARGEST = 1_000_000  # characters or bytes; the longest textbook chapter stays below


def read(path: Path) -> str:
    """The text of a UTF-8 file, cleaned as by ``clean``. Raises DeckError, also where the file cannot be opened."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise DeckError(path, 1, "there is no such file", "check the name") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DeckError(path, 1, f"the file cannot be opened: {reason}", "check its name and permissions") from None
    if len(raw) > LARGEST:
        raise _too_large(path)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DeckError(path, line, "this is not UTF-8 text", "save the file as UTF-8") from None
    return clean(text, path)


def clean(text: str, path: Path | str) -> str:
    """``text`` without a byte order mark and with plain line ends. DeckError on NUL bytes and on sheer size."""
    if len(text) > LARGEST:
        raise _too_large(path)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DeckError(path, line, "a NUL byte in the text", "is this really a text file?")
    return text


def _too_large(path: Path | str) -> DeckError:
    return DeckError(path, 1, f"the file is larger than {LARGEST:,} characters", "split it into several files")


def split(text: str, path: Path | str) -> tuple[dict[str, str], str, int]:
    """Front matter, body, and the 1-based number of the line on which the body starts.

    A text that does not begin with ``---`` has no front matter: ({}, text, 1). Raises DeckError on a line that
    is not ``key: value``, on a key given twice and on a block that is never closed.
    """
    text = clean(text, path)
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        return {}, text, 1
    settings: dict[str, str] = {}
    for number, line in enumerate(lines[1:], start=2):
        if line.rstrip() == FENCE:
            return settings, "\n".join(lines[number:]), number + 1
        if not line.strip():
            continue
        key, colon, value = line.partition(":")
        key = key.strip()
        if not colon or not key:
            raise DeckError(path, number, f"{_short(line)} in the front matter is no setting", "write: key: value")
        if key in settings:
            raise DeckError(path, number, f"{key!r} is given twice in the front matter", "keep one of them")
        settings[key] = value.strip()
    raise DeckError(path, 1, "the front matter is never closed", "end it with a line of its own: ---")


def _short(line: str) -> str:
    line = line.strip()
    return repr(line if len(line) <= 40 else line[:40] + "...")
