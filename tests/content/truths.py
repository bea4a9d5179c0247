"""What the course says as true: everything a learner reads except wrong options, wrong rules and quoted beliefs."""

import re
from collections.abc import Iterator

from attnquiz.cards.card import Basic, Bug, Card, Choice, Cloze, Deletion, Explain, Ordering, Predict
from attnquiz.cards.collection import Collection
from attnquiz.cards.paths import Shortcut, Text
from attnquiz.sandbox.library import load, names

_FENCED = re.compile(r"```.*?```", re.DOTALL)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")  # the words of somebody who may be wrong
_END = re.compile(r"(?<=[.!?:;])\s+|\n\s*\n|\n\s*[-|]\s*")


def truths(collection: Collection) -> Iterator[tuple[str, str]]:
    """Where it stands, and the text."""
    for card in collection.cards.values():
        for text in _of_card(card):
            yield card.id, text
    for lesson in collection.lessons.values():
        yield f"lesson {lesson.concept}", lesson.text
    for path in collection.paths.values():
        for chapter in path.chapters:
            for part in chapter.parts:
                if isinstance(part, Text | Shortcut):
                    yield f"{path.id}/{chapter.id}", part.text
    for name in names():
        experiment = load(name)
        yield f"experiment {name}", f"{experiment.about}\n\n{experiment.shortcut}"


def _of_card(card: Card) -> Iterator[str]:
    """Questions too, with what somebody says in them left out: that may be the belief to refute."""
    yield _QUOTED.sub("", card.question)
    yield from (card.why, card.shortcut, *card.hints)
    match card.body:
        case Basic(answer):
            yield answer
        case Cloze(parts):
            yield "".join(part.hidden if isinstance(part, Deletion) else part for part in parts)
        case Choice(options):
            yield from _options(options)
        case Predict(options, run, expect, rubric):
            yield from (*_options(options), run, expect, *_points(rubric))
        case Ordering(steps):
            yield from steps
        case Bug(fix=fix):
            yield fix
        case Explain(rubric, model):
            yield from (model, *_points(rubric))


def _options(options) -> Iterator[str]:
    """The right one, and what is said of all of them: a refutation is a truth."""
    for option in options:
        yield from (option.text, option.feedback) if option.right else (option.feedback,)


def _points(rubric) -> Iterator[str]:
    yield from (point.text for point in rubric if point.misconception is None)


def sentences(text: str) -> Iterator[str]:
    """One statement at a time, code left out."""
    for sentence in _END.split(_FENCED.sub("", text)):
        said = " ".join(sentence.split())
        if said:
            yield said
