"""Experiment files: NAME.md with settings, a `tokens:` line and fenced blocks of numbers named X, W_Q ... V."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from attnquiz.attention.stage import Stage
from attnquiz.errors import DeckError, SandboxError
from attnquiz.frontmatter import read, split
from attnquiz.sandbox.experiment import MATRICES, Experiment, Rows
from attnquiz.sandbox.settings import READERS

SHIPPED = Path(__file__).resolve().parents[2] / "content" / "experiments"
_FENCE = re.compile(r"^(`{3,}|~{3,})\s*(\S*)\s*$")
_LISTS = re.compile(r"^(tokens|features):\s*(.*)$")


def names(folder: Path = SHIPPED) -> tuple[str, ...]:
    """The experiments of a folder, by name."""
    return tuple(sorted(path.stem for path in folder.glob("*.md")))


def load(name: str, folder: Path = SHIPPED) -> Experiment:
    """The experiment of that name."""
    if name not in names(folder):
        raise SandboxError(f"There is no experiment called {name[:40]!r}. There are: {', '.join(names(folder))}.")
    return _kept(name, folder)


@cache
def _kept(name: str, folder: Path) -> Experiment:
    path = folder / f"{name}.md"
    return parse(read(path), path)


def parse(text: str, path: Path | str) -> Experiment:
    """The experiment in a file's text. DeckError names the file and the line."""
    settings, body, first = split(text, path)
    found = {name: _setting(name, value, path, _line_of(text, name)) for name, value in settings.items()}
    about, lists, blocks = _body(body, path, first)
    if "tokens" not in lists:
        raise DeckError(path, first, "the experiment lists no tokens", "add a line: tokens: how, to, make")
    found |= {"listed": lists["tokens"], "features": lists.get("features", ()), "given": tuple(blocks.items())}
    start = Stage.PROJECT if {"Q", "K", "V"} & blocks.keys() else Stage.EMBED
    found = {"heads": 1, "d_model": _width(blocks), "stage": start} | found
    try:
        return Experiment(name=Path(path).stem, about=about, **found)
    except SandboxError as error:
        raise DeckError(path, _line_meant(text, str(error)) or first, str(error)) from None


def _width(blocks: dict[str, Rows]) -> int:
    """d_model when the file leaves it out: whatever the blocks say, else 8."""
    return next((len(blocks[name][0]) for name in ("X", "Q", "K") if name in blocks), 8)


def _setting(name: str, written: str, path: Path | str, line: int) -> Any:
    if name == "title":
        return written
    if name not in READERS or name in ("device", "precision"):
        raise DeckError(path, line, f"an experiment has no setting {name!r}", "is it a slip?")
    try:
        return READERS[name](name, written)
    except SandboxError as error:
        raise DeckError(path, line, str(error)) from None


def _line_of(text: str, key: str) -> int:
    return next((n for n, line in enumerate(text.splitlines(), 1) if line.split(":")[0].strip() == key), 1)


def _line_meant(text: str, sentence: str) -> int | None:
    """The line of the setting or block that a sentence begins with: "heads is 3", "W_Q has 1 row", "Row 2 of X"."""
    row, name = re.match(r"(?:Row (\d+) of )?(\w+)", sentence).groups()
    for number, line in enumerate(text.splitlines(), start=1):
        if line.split(":")[0].strip() == name or ((fence := _FENCE.match(line)) and fence[2] == name):
            return number + int(row or 0)
    return None


def _body(body: str, path: Path | str, first: int) -> tuple[str, dict[str, tuple[str, ...]], dict[str, Rows]]:
    """Prose, lists and blocks of numbers."""
    prose: list[str] = []
    lists: dict[str, tuple[str, ...]] = {}
    blocks: dict[str, Rows] = {}
    lines = iter(enumerate(body.splitlines(), start=first))
    for number, line in lines:
        if fence := _FENCE.match(line):
            name = fence[2]
            if name not in MATRICES or name in blocks:
                fault = "is given twice" if name in blocks else f"is none of {', '.join(MATRICES)}"
                raise DeckError(path, number, f"the block {name!r} {fault}", "name each block of numbers once")
            blocks[name] = _block(lines, fence[1], path, number)
        elif found := _LISTS.match(line):
            lists[found[1]] = _names(found[2])
        else:
            prose.append(line)
    return "\n".join(prose).strip(), lists, blocks


def _names(written: str) -> tuple[str, ...]:
    """Separated by commas if there is one, else by spaces."""
    return tuple(name.strip() for name in (written.split(",") if "," in written else written.split()) if name.strip())


def _block(lines: Iterator[tuple[int, str]], fence: str, path: Path | str, opened: int) -> Rows:
    rows: list[tuple[float, ...]] = []
    for number, line in lines:
        if line.strip() == fence:
            return tuple(rows)
        try:
            rows.append(tuple(float(entry) for entry in line.replace(",", " ").split()))
        except ValueError:
            raise DeckError(path, number, f"{line.strip()[:40]!r} is no row of numbers", "write: 0 1.5 -2") from None
    raise DeckError(path, opened, "the block of numbers is never closed", f"end it with a line of its own: {fence}")
