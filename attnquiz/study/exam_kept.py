"""How an exam that is under way is kept: as settings of the log, one for the exam and one for each answer.

Settings move no memory and nothing counts them, so that an exam leaves no trace before it is handed in.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from attnquiz.study.exam_paper import Item, Paper, paper_of

EXAM = "exam."  # begins the names of these settings


@dataclass(frozen=True, slots=True)
class Kept:
    """What the log says of an exam. The questions are kept, because decks may be edited meanwhile."""

    paper: Mapping[str, str]  # as an address says it
    turn: int  # 1 for the first time that this paper is taken
    begun: str  # instants as text
    items: tuple[tuple[str, int, int, int], ...]  # card, deletion, variant, seed
    handed: str = ""
    day: str = ""  # the study day on which it was handed in

    @property
    def said(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that can still be changed. ``answer`` is "" where it was taken back."""

    turn: int
    answer: str
    shown_at: str = field(default="")
    at: str = field(default="")

    @property
    def said(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def name_of(paper: Paper, number: int | None = None) -> str:
    """The name of the setting: of the exam, or of its question ``number``."""
    return f"{EXAM}{paper.id}" + ("" if number is None else f".{number}")


def kept(settings: Mapping[str, str], paper: Paper) -> Kept | None:
    """What is kept of the latest time that this paper was taken."""
    written = settings.get(name_of(paper))
    return None if written is None else _kept(written)


def given(settings: Mapping[str, str], paper: Paper, turn: int) -> dict[int, Given]:
    """The answers given so far, by the number of the question."""
    begin = f"{name_of(paper)}."
    found = {int(name[len(begin) :]): Given(**json.loads(said)) for name, said in settings.items()
             if name.startswith(begin)}  # fmt: skip
    return {number: each for number, each in found.items() if each.turn == turn and each.answer}


def all_kept(settings: Mapping[str, str]) -> Iterator[tuple[Paper, Kept]]:
    """Every paper that was ever begun."""
    for name, written in settings.items():
        if name.startswith(EXAM) and name.count(".") == 1:
            found = _kept(written)
            yield paper_of(found.paper), found


def examined(settings: Mapping[str, str], day: date) -> frozenset[str]:
    """The cards of the exams handed in on ``day``: they are not asked again before the next one."""
    said = day.isoformat()
    return frozenset(card for _, found in all_kept(settings) if found.day == said for card, *_ in found.items)


def rows_of(items: tuple[Item, ...]) -> tuple[tuple[str, int, int, int], ...]:
    """The questions as they are kept."""
    return tuple((item.card.id, item.deletion, item.variant, item.seed) for item in items)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _kept(written: str) -> Kept:
    said = json.loads(written)
    return Kept(**{**said, "items": tuple((row[0], row[1], row[2], row[3]) for row in said["items"])})
