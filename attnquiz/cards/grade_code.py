"""Grading code: compared as text, piece by piece, so that spaces and kinds of quotes do not count. Never run."""

import keyword
import re
from itertools import pairwise

from attnquiz.cards import faces, spelling
from attnquiz.cards.card import Blank, Bug, Card
from attnquiz.cards.fields import forms
from attnquiz.cards.holes import fill
from attnquiz.cards.reading import Unreadable
from attnquiz.cards.truth import names_of
from attnquiz.cards.verdict import RIGHT, Grading, Verdict, missed, named, plain

PIECE = re.compile(
    r"""(?P<prefix>[bfru]{0,2})(?P<quote>["'])(?P<text>(?:(?!(?P=quote))[^\\\n]|\\.)*)(?P=quote)"""
    r"|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?\d+)?\w*"
    r"|\w+"
    r"|\*\*=|//=|>>=|<<=|\.\.\.|->|:=|==|!=|<=|>=|\*\*|//|<<|>>|[-+*/%@&|^]="
    r"|\S",
    re.IGNORECASE,
)
LINE = re.compile(r"(?:line )?(?P<line>\d{1,4})\s*(?::(?P<fix>.*))?", re.IGNORECASE | re.DOTALL)
NO_BUG = {"0", "no bug", "there is no bug"}

HOW = "Write the number of the line and what it should say, such as 3: y = x + 1. If there is no bug, write 0."
NO_FIX = Grading(Verdict.SLIP, feedback="You found the line. What is missing is how to mend it.")
OTHER_FIX = Grading(Verdict.SLIP, feedback="You found the line, but that does not mend it.")


def pieces(code: str) -> tuple[str, ...]:
    """The names, numbers, signs and texts of a piece of code. Spaces count within texts alone, " is '."""
    found = PIECE.finditer(code.translate(spelling.SAME).strip().strip("`"))
    return tuple(f"{one['prefix'].lower()}'{one['text']}'" if one["quote"] else one[0] for one in found)


def blank(card: Card, body: Blank, variant: int, answer: str) -> Grading:
    """Grade what was written into the gap."""
    plain(answer)
    names, typed = names_of(card, variant), pieces(answer)
    if any(typed == pieces(fill(form, names)) for form in body.forms):
        return RIGHT
    for number, rule in enumerate(body.wrong):
        if any(typed == pieces(form) for form in forms(fill(rule.rule, names))):
            return named(card, body.wrong, number, variant)
    return missed(card)


def bug(card: Card, body: Bug, variant: int, answer: str) -> Grading:
    """Grade "LINE: fix". With the right line and another fix, or none, it is a slip that is not asked again."""
    line, fix = _read(answer)
    count = len(faces.lines(card, variant))
    if 0 < count < line:
        raise Unreadable(f"The code has {count} lines. {HOW}")
    if line == 0 and fix:
        raise Unreadable(f"Is there a bug or not? {HOW}")
    if line != body.line:
        return missed(card, _where(line, body.line))
    if line == 0 or _mends(fix, fill(body.fix, names_of(card, variant))):
        return RIGHT
    return OTHER_FIX if fix else NO_FIX


def _where(line: int, right: int) -> str:
    if not right:
        return "There is no bug: every line is as it should be."
    if not line:
        return f"There is a bug, in line {right}."
    return f"Line {line} is as it should be: the bug is in line {right}."


def _read(answer: str) -> tuple[int, str]:
    if plain(answer) in NO_BUG:
        return 0, ""
    found = LINE.fullmatch(answer.strip())
    if not found:
        raise Unreadable(HOW)
    return int(found["line"]), (found["fix"] or "").strip()


def _mends(fix: str, right: str) -> bool:
    """Whether the fix is the right one: the same code, or the same words where it is prose."""
    same = pieces(right)
    return pieces(fix) == same or (_is_prose(same) and spelling.normal(fix) == spelling.normal(right))


def _is_prose(text: tuple[str, ...]) -> bool:
    """Two words stand side by side, which they never do in code."""
    words = [piece.isidentifier() and not keyword.iskeyword(piece) for piece in text]
    return any(pair == (True, True) for pair in pairwise(words))
