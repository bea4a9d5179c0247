"""What the course has to answer, item by item, and where it does: content/coverage.md.

An entry is ``A-03: what is said``, under the heading of the text it comes from, with ``verdict:`` and the names of what
answers it below.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

from attnquiz.cards.listing import Listed, parse_listing
from attnquiz.cards.problem import Problem, did_you_mean
from attnquiz.errors import DeckError

ANSWERS = ("cards", "lessons", "paths", "experiments", "pages", "docs")
"""What can answer an item. A path may be named whole, or with a chapter: ``paper/scores``."""


class Verdict(StrEnum):
    """What is to be thought of an item."""

    OK = "ok"
    QUALIFIED = "qualified"  # right, if something is added
    IMPRECISE = "imprecise"
    WRONG = "wrong"
    CONTESTED = "contested"
    WORDING = "wording"  # right, but said so that it misleads
    OMISSION = "omission"
    REQUEST = "request"
    RESOURCE = "resource"
    NONE = "none"  # praise, opinion: nothing to answer


DEMANDING = frozenset(
    {Verdict.IMPRECISE, Verdict.WRONG, Verdict.CONTESTED, Verdict.WORDING, Verdict.OMISSION, Verdict.REQUEST}
)
"""Items of these verdicts need an answer."""


@dataclass(frozen=True, slots=True)
class Item:
    """``said`` is a summary in our own words. ``answers`` holds names by kind of answer, ``how`` what they do not say.

    ``belief`` is the misconception that the item spreads, "" where none is named.
    """

    id: str
    said: str
    part: str
    verdict: Verdict
    answers: Mapping[str, tuple[str, ...]]
    belief: str
    how: str
    line: int


def parse_coverage(text: str, path: Path) -> dict[str, Item]:
    """Items by id, in order. Raises DeckError at the first thing that is wrong."""
    return parse_listing(text, path, ("verdict", *ANSWERS, "belief", "how"), _item)


def _item(entry: Listed, path: Path) -> Item:
    given, line = entry.details.get("verdict", ("", entry.line))
    verdicts = [str(verdict) for verdict in Verdict]
    if given not in verdicts:
        problem = f"{given!r} is no verdict" if given else f"{entry.id} has no verdict"
        raise Problem(path, line, problem, did_you_mean(given, verdicts) or f"one of: {', '.join(verdicts)}")
    answers = {}
    for kind in ANSWERS:
        written, line = entry.details.get(kind, ("", 0))
        names = tuple(name.strip() for name in written.split(",") if name.strip())
        twice = next((name for name, number in Counter(names).items() if number > 1), None)
        if twice or (line and not names):
            problem = f"{twice!r} is named twice" if twice else f"{kind}: names nothing"
            raise Problem(path, line, problem, "keep one of them" if twice else "complete the line, or take it out")
        if names:
            answers[kind] = names
    belief, how = (entry.details.get(name, ("", 0))[0] for name in ("belief", "how"))
    return Item(
        entry.id, entry.text, entry.section, Verdict(given), MappingProxyType(answers), belief, how, entry.line
    )


def unmet(items: Iterable[Item], known: Mapping[str, Collection[str]], path: Path) -> list[DeckError]:
    """Items that need an answer and have none, and names that are not ``known``: kind of answer -> names."""
    problems: list[DeckError] = []
    for item in items:
        if item.verdict in DEMANDING and not item.answers:
            remedy = f"name what answers it: {', '.join(ANSWERS)}"
            problems.append(Problem(path, item.line, f"{item.id} is {item.verdict} and has no answer", remedy))
        for kind, names in item.answers.items():
            for name in names:
                if name not in known.get(kind, ()):
                    problem = f"{item.id} names {name!r}, which is not among the {kind}"
                    problems.append(Problem(path, item.line, problem, did_you_mean(name, known.get(kind, ()))))
    return problems


def document(items: Iterable[Item]) -> Iterator[str]:
    """The lines of docs/coverage.md: a table for each part."""
    every = list(items)
    numbers = Counter(item.verdict for item in every)
    yield "# What the course answers"
    yield ""
    yield (
        "Two texts stood at the beginning: an article about self-attention, and the discussion below a video. This "
        "table goes through them item by item and says where the course confirms, corrects or supplies what they say."
    )
    yield ""
    yield (
        "Generated from `content/coverage.md`, which is the one to edit: `python -m attnquiz coverage > "
        "docs/coverage.md`. A test holds the two together and follows every name."
    )
    yield ""
    counted = ", ".join(f"{numbers[verdict]} {verdict}" for verdict in Verdict if numbers[verdict])
    yield f"{len(every)} items: {counted}."
    for part, group in groupby(every, key=lambda item: item.part):
        yield from ("", f"## {part}", "", "| item | what it says | verdict | answered by |", "|---|---|---|---|")
        for item in group:
            yield f"| {item.id} | {_cell(item.said)} | {item.verdict} | {_cell(_answered(item))} |"


def _answered(item: Item) -> str:
    named = (f"{kind}: {', '.join(names)}" for kind, names in item.answers.items())
    return "; ".join([*named, *([item.how] if item.how else [])]) or "nothing to answer"


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
