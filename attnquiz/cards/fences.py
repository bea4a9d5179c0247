"""Code in Markdown: which lines are code, so that nothing inside them is read as a card."""

import re
from collections.abc import Sequence

OPENING = re.compile(r"\s*(?P<mark>`{3,}(?=[^`]*$)|~{3,})(?P<language>.*)")
CARD = re.compile(r"##(?!#)")


def code_lines(lines: Sequence[str]) -> tuple[list[bool], list[int]]:
    """For each line whether it is code (fences included), and the indices of fences that are never closed.

    An unclosed fence would swallow the rest of the file. So once one is found, fences from there on end at the next
    card at the latest, and the cards below are still read.
    """
    code = [False] * len(lines)
    unclosed: list[int] = []
    opened: int | None = None
    mark, rescue, index = "", False, 0
    while True:
        if index == len(lines):
            if opened is None:
                return code, unclosed
            if rescue:
                return code, [*unclosed, opened]
            rescue, index = True, opened + 1
            continue
        line = lines[index]
        if opened is not None and rescue and CARD.match(line):
            unclosed.append(opened)
            opened = None
        if opened is None:
            found = OPENING.match(line)
            code[index] = found is not None
            if found:
                opened, mark = index, found["mark"]
        else:
            code[index] = True
            if _closes(line, mark):
                opened = None
        index += 1


def _closes(line: str, mark: str) -> bool:
    line = line.strip()
    return len(line) >= len(mark) and set(line) == {mark[0]}


def code_blocks(text: str) -> list[tuple[str, str]]:
    """(language, code) of every fenced block of a text, in order."""
    lines = text.split("\n")
    code, _ = code_lines(lines)
    blocks: list[tuple[str, str]] = []
    index = 0
    while index < len(lines):
        opening = OPENING.match(lines[index]) if code[index] else None
        index += 1
        if opening is None:
            continue
        body = []
        while index < len(lines) and code[index] and not _closes(lines[index], opening["mark"]):
            body.append(lines[index])
            index += 1
        blocks.append((opening["language"].strip().lower(), "\n".join(body)))
        index += 1
    return blocks


def inline(code: str) -> str:
    """Code within a line, fenced so that backticks in it survive."""
    return f"`` {code} ``" if "`" in code else f"`{code}`"
