"""What the blocks of a card say: choices, steps, rubrics."""

import re

from attnquiz.cards.card import Option, RubricPoint
from attnquiz.cards.problem import shown
from attnquiz.cards.raw import Block, Line, RawCard, joined

_OPTION = re.compile(r" {0,3}- \[(?P<mark>[ xX])\]\s+(?P<text>\S.*)")
_NEARLY = re.compile(r"\s*[-*+]\s*\[\s*[xX]?\s*\]")
_FEEDBACK = re.compile(r"\s*>\s?(?P<text>.*)")
_BELIEF = re.compile(r"\[(?P<id>[a-z0-9][a-z0-9-]*)\]\s*(?P<rest>.*)", re.DOTALL)
_STEP = re.compile(r" {0,3}(?P<number>\d{1,3})[.)]\s+(?P<text>\S.*)")
_POINT = re.compile(r" {0,3}- \[\s*(?:(?P<points>\d{1,2})|must-not\s+(?P<id>[a-z0-9][a-z0-9-]*))\s*\]\s+(?P<text>\S.*)")
MOST_OPTIONS = 8


def has_choices(block: Block) -> bool:
    return any(_OPTION.fullmatch(line.text) for line in block.lines if not line.code)


def choices(raw: RawCard) -> tuple[str, tuple[Option, ...]]:
    """The question without its options, and the options. Raises Problem."""
    block = raw.block("Q")
    start = next((n for n, line in enumerate(block.lines) if _is_option(raw, line)), len(block.lines))
    groups: list[list[Line]] = []
    for line in block.lines[start:]:
        if _is_option(raw, line):
            groups.append([line])
        elif line.text.strip() and not line.text[0].isspace() and not line.code and not _FEEDBACK.match(line.text):
            problem = f"{shown(line.text)} stands between the choices"
            raise raw.problem(line.number, problem, "write '- [ ] text' and below it '  > feedback'", "L08")
        else:
            groups[-1].append(line)
    options = tuple(_option(group) for group in groups)
    right = sum(option.right for option in options)
    if not 2 <= len(options) <= MOST_OPTIONS or right != 1:
        problem = f"{right} of {len(options)} choices are marked right"
        raise raw.problem("Q", problem, "give 3 or 4, one with - [x], the others with - [ ]", "L08")
    return joined(block.lines[:start]), options


def _is_option(raw: RawCard, line: Line) -> bool:
    if line.code:
        return False
    if _OPTION.fullmatch(line.text):
        return True
    if _NEARLY.match(line.text):
        remedy = "write '- [x] text' or '- [ ] text'"
        raise raw.problem(line.number, f"{shown(line.text)} is not quite a choice", remedy, "L08")
    return False


def _option(lines: list[Line]) -> Option:
    """An option line, its continuation, and from the first ``>`` on its feedback."""
    head = _OPTION.fullmatch(lines[0].text)
    text, feedback = [head["text"]], []
    for line in lines[1:]:
        quoted = None if line.code else _FEEDBACK.fullmatch(line.text)
        if quoted:
            feedback.append(quoted["text"])
        else:
            (feedback or text).append(line.text if line.code else line.text.strip())
    said, right = "\n".join(feedback).strip(), head["mark"] in "xX"
    belief = _BELIEF.fullmatch(said)
    misconception = belief["id"] if belief and not right else None
    return Option(
        "\n".join(text).strip(), right, belief["rest"].strip() if belief else said, misconception, lines[0].number
    )


def steps(raw: RawCard) -> tuple[str, ...]:
    """``1. text`` lines, in order; indented lines continue a step."""
    found: list[list[str]] = []
    numbers: list[int] = []
    for line in raw.block("Steps").lines:
        step = None if line.code else _STEP.fullmatch(line.text)
        if step:
            numbers.append(int(step["number"]))
            found.append([step["text"]])
        elif found and (line.code or line.text[:1].isspace()):
            found[-1].append(line.text if line.code else line.text.strip())
        elif line.text.strip():
            raise raw.problem(line.number, f"{shown(line.text)} is no step", "write: 1. what comes first", "L17")
    if numbers != list(range(1, len(numbers) + 1)) and set(numbers) != {1}:
        raise raw.problem("Steps", "the steps are not numbered 1, 2, 3 ...", "write them in their right order", "L17")
    if len(found) < 2:
        raise raw.problem("Steps", f"{len(found)} steps are nothing to put in order", "write at least three", "L17")
    return tuple("\n".join(step).strip() for step in found)


def rubric(raw: RawCard, tag: str) -> tuple[RubricPoint, ...]:
    """``- [points] text`` and ``- [must-not misconception-id] text`` lines; indented lines continue."""
    points: list[RubricPoint] = []
    block = raw.block(tag)
    for line in block.lines if block else ():
        found = None if line.code else _POINT.fullmatch(line.text)
        if found and (found["id"] or int(found["points"]) > 0):
            points.append(RubricPoint(found["text"].strip(), int(found["points"] or 0), found["id"]))
        elif points and line.text[:1].isspace() and line.text.strip():
            last = points.pop()
            points.append(RubricPoint(f"{last.text}\n{line.text.strip()}", last.points, last.misconception))
        elif line.text.strip():
            remedy = "write '- [2] a point to make' or '- [must-not misconception-id] what must not be said'"
            raise raw.problem(line.number, f"{shown(line.text)} is no line of a rubric", remedy, "L18")
    return tuple(points)
