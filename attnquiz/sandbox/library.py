"""The experiments of a folder: from what a file says to an Experiment."""

import re
from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from attnquiz import experimentfile
from attnquiz.attention.stage import Stage
from attnquiz.errors import DeckError, SandboxError
from attnquiz.experimentfile import ExperimentFile, Rows
from attnquiz.frontmatter import read
from attnquiz.sandbox.arguments import SIBLINGS, changed
from attnquiz.sandbox.experiment import Experiment
from attnquiz.sandbox.settings import IN_FILES
from attnquiz.sandbox.signals import cut

Arguments = tuple[tuple[str, str], ...]

SHIPPED = Path(__file__).resolve().parents[2] / "content" / "experiments"


def names(folder: Path = SHIPPED) -> tuple[str, ...]:
    """The experiments of a folder, by name."""
    return tuple(sorted(path.stem for path in folder.glob("*.md")))


def load(name: str, folder: Path = SHIPPED, arguments: Arguments = ()) -> Experiment:
    """The experiment of that name, with the arguments of a card applied. It keeps its name and them for the address."""
    if name not in names(folder):
        near = get_close_matches(name, names(folder), 1)
        remedy = f"Did you mean {near[0]}?" if near else "The page of all experiments lists them."
        raise SandboxError(f"There is no experiment called {name[:40]!r}. {remedy}")
    if not arguments:
        return _kept(name, folder)
    said = dict(arguments)
    start = _kept(_file_meant(name, said, folder), folder)
    written = {each.name: getattr(start, each.name) for each in fields(start)}
    return Experiment(**changed(written, said) | {"name": name, "arguments": arguments})


def _file_meant(name: str, arguments: Mapping[str, str], folder: Path) -> str:
    """`cross kind=text-image` means the file cross-text-image."""
    for argument in SIBLINGS:
        if argument in arguments:
            others = [other.removeprefix(f"{name}-") for other in names(folder) if other.startswith(f"{name}-")]
            if arguments[argument] not in others:
                choices = f"choose one of {', '.join(others)}" if others else "leave it out"
                wrong = f"{argument} is {arguments[argument][:40]!r}"
                raise SandboxError(f"{wrong}, which {name} does not have; {choices}.")
            name = f"{name}-{arguments[argument]}"
    return name


@cache
def _kept(name: str, folder: Path) -> Experiment:
    path = folder / f"{name}.md"
    return parse(read(path), path)


def parse(text: str, path: Path | str) -> Experiment:
    """The experiment in a file's text. DeckError names the file and the line."""
    file = experimentfile.parse(text, path)
    found = {name: _setting(name, value, file) for name, value in file.settings.items()}
    bins = found.pop("bins", 0)
    try:
        signal = cut(file.blocks, found.get("patch", 0), bins)
        blocks = dict(file.blocks) if signal is None else {"X": signal.x} | file.blocks
        found = {
            "listed": file.tokens or (signal.tokens if signal else ()), "memory_listed": file.memory,
            "features": file.features or (signal.features if signal else ()), "given": tuple(blocks.items()),
            "heads": 1, "d_model": _width(blocks),
            "stage": Stage.PROJECT if {"Q", "K", "V"} & blocks.keys() else Stage.EMBED,
        } | found  # fmt: skip
        return Experiment(name=Path(path).stem, about=file.about, **found)
    except SandboxError as error:
        raise DeckError(path, _line_meant(file, str(error)), str(error)) from None


def _width(blocks: Mapping[str, Rows]) -> int:
    """d_model when the file leaves it out: whatever the blocks say, else 8."""
    return next((len(blocks[name][0]) for name in ("X", "Q", "K") if name in blocks), 8)


def _setting(name: str, written: str, file: ExperimentFile) -> Any:
    line = file.line_of(name) or 1
    if name in ("title", "shortcut"):
        return written
    if name not in IN_FILES:
        raise DeckError(file.path, line, f"an experiment has no setting {name!r}", "is it a slip?")
    try:
        return IN_FILES[name](name, written)
    except SandboxError as error:
        raise DeckError(file.path, line, str(error)) from None


def _line_meant(file: ExperimentFile, sentence: str) -> int:
    """The line of the setting or block that a sentence begins with: "heads is 3", "W_Q has 1 row", "Row 2 of X"."""
    row, name = re.match(r"(?:Row (\d+) of )?(\w+)", sentence).groups()
    line = file.line_of(name)
    return file.first if line is None else line + int(row or 0)
