"""Grading a cell, a row or a column of a map of attention weights."""

import re

from attnquiz.cards import spelling
from attnquiz.cards.card import Card, CellOf
from attnquiz.cards.maps import Cells, asked_for, cells, evaluated, preset
from attnquiz.cards.reading import Unreadable
from attnquiz.cards.verdict import RIGHT, Grading, missed, named, plain
from attnquiz.errors import ExpressionError

LINE = re.compile(r"(?:the )?(row|column)(?: of|:)? (.+)", re.IGNORECASE)
ROLES = (re.compile(r"(?:query|row):? ", re.IGNORECASE), re.compile(r"(?:key|column):? ", re.IGNORECASE))

A_CELL = "Write a query and a key, by name or by number from 0, such as 0,1."
A_LINE = "Write row or column and a name or a number from 0, such as row 0."


def cell(card: Card, body: CellOf, variant: int, answer: str) -> Grading:
    """Grade "query,key", "row NAME" or "column NAME"; names are tokens, or numbers from 0."""
    right, asked = cells(card, variant), asked_for(card)
    tokens = preset(body.preset, card.path).tokens
    chosen = _read(answer, tokens)
    if asked == "cell" and len(chosen) > 1:
        raise Unreadable(f"One cell is asked for. {A_CELL}")
    if asked != "cell" and len(chosen) == 1 < len(tokens):
        raise Unreadable(f"A whole {asked} is asked for. {A_LINE}")
    if chosen == right or (asked == "cell" and chosen <= right):
        return RIGHT
    for number, rule in enumerate(body.wrong):
        try:
            believed = evaluated(card, rule.rule, variant)
        except ExpressionError:
            continue  # a rule without cells on this variant
        if chosen <= believed:
            return named(card, body.wrong, number, variant)
    return missed(card)


def _read(answer: str, tokens: tuple[str, ...]) -> Cells:
    """The cells that an answer names, as it stands or within brackets."""
    plain(answer)
    text = " ".join(answer.split())
    for written in (text, text[1:-1] if text[0] + text[-1] in ("()", "[]") else ""):
        if found := _cell(written, tokens) or _line(written, tokens):
            return found
    raise Unreadable(f"That names no cell of this map. {A_CELL}")


def _cell(text: str, tokens: tuple[str, ...]) -> Cells | None:
    parts = re.split("[,;]", text)
    if len(parts) != 2:
        return None
    places = [_place(part, tokens, role) for part, role in zip(parts, ROLES, strict=True)]
    return None if None in places else frozenset({(places[0], places[1])})


def _line(text: str, tokens: tuple[str, ...]) -> Cells | None:
    found = LINE.fullmatch(text.strip().rstrip("."))
    place = _place(found[2], tokens) if found else None
    if place is None:
        return None
    every = range(len(tokens))
    return frozenset((place, k) for k in every) if found[1].lower() == "row" else frozenset((q, place) for q in every)


def _place(text: str, tokens: tuple[str, ...], role: re.Pattern[str] | None = None) -> int | None:
    """Which token is meant: by number from 0, by name, or by a name that is the same but for case and such."""
    name, text = text.strip(), spelling.normal(text)
    if text.isdecimal() and len(text) < 4 and int(text) < len(tokens):
        return int(text)
    if name in tokens:
        return tokens.index(name)
    alike = [place for place, token in enumerate(tokens) if spelling.normal(token) == text]
    if len(alike) == 1:
        return alike[0]
    return _place(name[found.end() :], tokens) if role and (found := role.match(name)) else None
