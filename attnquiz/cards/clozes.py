"""The text of a cloze card: ``[1| hidden]`` and ``[1| hidden | hint]``."""

import re

from attnquiz.cards.card import Cloze, Deletion
from attnquiz.cards.problem import Problem, shown
from attnquiz.cards.raw import Line, RawCard

LONGEST = 3_000  # characters; a cloze is a sentence or two
_DELETION = re.compile(r"\s*(?P<number>\d{1,3})\s*\|(?P<rest>.*)", re.DOTALL)
_QUIET = re.compile(r"(?P<ticks>`+).*?(?P=ticks)|\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)


def cloze(raw: RawCard) -> tuple[Cloze, tuple[Problem, ...]]:
    """The text with its blanks. Raises Problem where a deletion has no number; a loose card gets them in order of
    appearance instead, and the problems are returned as remarks.

    Links are text, and so are brackets without a number in code and in mathematics.
    """
    block = raw.block("C")
    if len(block.text) > LONGEST:
        raise raw.problem("C", f"a cloze of more than {LONGEST:,} characters", "keep to a sentence or two", "L16")
    reader = _Reader(raw)
    chunk: list[Line] = []
    for line in block.lines:
        if line.code == bool(chunk and chunk[0].code) or not chunk:
            chunk.append(line)
        else:
            reader.take(chunk)
            chunk = [line]
    reader.take(chunk)
    return reader.result()


class _Reader:
    """Collects parts; chunks of lines come in order, code and prose apart."""

    def __init__(self, raw: RawCard) -> None:
        self.raw = raw
        self.parts: list[str | Deletion] = []
        self.unnumbered: list[Problem] = []

    def take(self, lines: list[Line]) -> None:
        text = "\n".join(line.text for line in lines)
        if self.parts:
            self._say("\n")
        if lines[0].code:
            self._say(text)
        else:
            self._prose(text, lines[0].number)

    def _prose(self, text: str, first_line: int) -> None:
        quiet = {place for span in _QUIET.finditer(text) for place in range(*span.span())}
        start = index = 0
        while index < len(text):
            if text[index] == "\\":
                index += 2
                continue
            end = _closing(text, index) if text[index] == "[" else -1
            if end < 0:
                index += 1
                continue
            inside, line = text[index + 1 : end], first_line + text.count("\n", 0, index)
            numbered = _DELETION.fullmatch(inside)
            if numbered:
                self._say(text[start:index])
                self.parts.append(self._deletion(int(numbered["number"]), numbered["rest"], line))
                start = index = end + 1
            elif index in quiet or not inside.strip():
                index += 1
            elif text[end + 1 : end + 2] in ("(", "["):
                index = end + 1
            else:
                self._say(text[start:index])
                self.parts.append(self._without_number(inside, line))
                start = index = end + 1
        self._say(text[start:])

    def _without_number(self, inside: str, line: int) -> Deletion:
        word = shown(inside)[1:-1]
        remedy = f"write [1| {word}]; for a plain bracket write \\["
        self.unnumbered.append(self.raw.problem(line, f"the deletion [{word}] has no number", remedy, "L16"))
        return self._deletion(1 + max((part.number for part in self._deletions()), default=0), inside, line)

    def _deletion(self, number: int, text: str, line: int) -> Deletion:
        hidden, *hints = (piece.strip() for piece in text.split("|"))
        if not hidden:
            raise self.raw.problem(line, f"deletion {number} hides nothing", "write [1| hidden]", "L16")
        if len(hints) > 1:
            raise self.raw.problem(line, f"deletion {number} has several hints", "write [1| hidden | hint]", "L16")
        if number == 0:
            raise self.raw.problem(line, "a deletion has the number 0", "number them from 1", "L16")
        return Deletion(number, hidden, "".join(hints))

    def _deletions(self) -> list[Deletion]:
        return [part for part in self.parts if isinstance(part, Deletion)]

    def _say(self, text: str) -> None:
        if text and self.parts and isinstance(self.parts[-1], str):
            self.parts[-1] += text
        elif text:
            self.parts.append(text)

    def result(self) -> tuple[Cloze, tuple[Problem, ...]]:
        if self.unnumbered and not self.raw.loose:
            raise self.unnumbered[0]
        if not self._deletions():
            raise self.raw.problem("C", "nothing is hidden in this cloze", "hide a word: [1| hidden]", "L16")
        ends = [part for part in self.parts if part]
        if isinstance(ends[0], str):
            ends[0] = ends[0].lstrip()
        if isinstance(ends[-1], str):
            ends[-1] = ends[-1].rstrip()
        return Cloze(tuple(part for part in ends if part)), tuple(self.unnumbered)


def _closing(text: str, start: int) -> int:
    """The place of the bracket that closes the one at ``start``, -1 where there is none."""
    depth, index = 0, start
    while index < len(text):
        character = text[index]
        if character == "\\":
            index += 1
        elif character == "[":
            depth += 1
        elif character == "]":
            depth -= 1
            if depth == 0:
                return index
        index += 1
    return -1
