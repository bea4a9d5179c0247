"""Experiment files: NAME.md with settings, a ``tokens:`` line and fenced blocks of numbers named X, W_Q ... V.

A second list, ``memory:``, names other tokens to look at; ``features:`` names the columns of X. An IMAGE or a SERIES in
place of the tokens is cut into them.

Only how such a file is written. What the settings mean, and whether the numbers fit together, is for those who compute
with it: the sandbox makes an Experiment of it, the cards a map of attention weights.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from attnquiz.errors import DeckError
from attnquiz.frontmatter import split

Rows = tuple[tuple[float, ...], ...]
"""A matrix as rows of numbers."""

_LEARNED = ("W_Q", "W_K", "W_V", "W_O", "W_A")
MATRICES = (
    "X", "MEMORY", "POSITIONS", *_LEARNED, "Q", "K", "V", "T5", "MASK", *(f"{name}_2" for name in _LEARNED), "IMAGE",
    "SERIES",
)  # fmt: skip
"""W_A is the vector of additive scoring, a row a head; _2 is the second layer; IMAGE and SERIES become tokens."""
MOST_TOKENS = 2048
_FENCE = re.compile(r"^(`{3,}|~{3,})\s*(\S*)\s*$")
_LISTS = re.compile(r"^(tokens|memory|features):\s*(.*)$")


@dataclass(frozen=True, slots=True)
class ExperimentFile:
    """What a file says, settings as they are written. ``first`` is the line on which its body starts."""

    text: str
    path: Path | str
    settings: Mapping[str, str]
    about: str  # the prose
    tokens: tuple[str, ...]  # empty where they are cut from an image or a series
    memory: tuple[str, ...]  # a second list of tokens, to look at
    features: tuple[str, ...]
    blocks: Mapping[str, Rows]
    first: int

    def line_of(self, name: str) -> int | None:
        """The line on which a setting, a list or a block of that name begins; None where there is none."""
        for number, line in enumerate(self.text.splitlines(), start=1):
            if line.split(":")[0].strip() == name or ((fence := _FENCE.match(line)) and fence[2] == name):
                return number
        return None


def parse(text: str, path: Path | str) -> ExperimentFile:
    """Read a file's text. DeckError names the file and the line."""
    settings, body, first = split(text, path)
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
            lists[found[1]] = names_in(found[2])
        else:
            prose.append(line)
    if "tokens" not in lists and not {"IMAGE", "SERIES"} & blocks.keys():
        raise DeckError(path, first, "the experiment lists no tokens", "add a line: tokens: how, to, make")
    named = (lists.get(name, ()) for name in ("tokens", "memory", "features"))
    return ExperimentFile(text, path, settings, "\n".join(prose).strip(), *named, blocks, first)


@lru_cache(maxsize=64)  # an Experiment asks for its tokens again and again
def labels(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Names for the axes, no two alike: the second "the" becomes "the·2"."""
    names: list[str] = []
    taken, counts = set(tokens), Counter[str]()
    for token in tokens:
        counts[token] += 1
        name, number = token, counts[token]
        if number > 1:
            name = next(name for i in range(number, number + len(tokens) + 1) if (name := f"{token}·{i}") not in taken)
        taken.add(name)
        names.append(name)
    return tuple(names)


def names_in(written: str) -> tuple[str, ...]:
    """A list of names: separated by commas if there is one, else by spaces."""
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
