"""From fields and blocks to the body of a card: which ones each kind needs, and how it reads them."""

from collections.abc import Callable
from dataclasses import dataclass

from attnquiz.cards import blocks, fields
from attnquiz.cards.card import (
    Basic,
    Blank,
    Body,
    Bug,
    CellOf,
    Choice,
    Computed,
    Explain,
    Kind,
    Ordering,
    Predict,
)
from attnquiz.cards.clozes import cloze
from attnquiz.cards.fences import code_blocks
from attnquiz.cards.problem import Problem
from attnquiz.cards.raw import RawCard

GAP = "____"  # the hole in the code of a code card
SHARED = {"kind", "concept", "source", "see", "vars", "fault", "uses", "shortcut", "allow", "was", "rev", "status",
          "level", "Hint", "Why"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parts:
    """What a card of this kind must have, and may have besides what every card may."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()


PARTS = {
    Kind.BASIC: Parts(("Q", "A")),
    Kind.CLOZE: Parts(("C",)),
    Kind.MC: Parts(("Q",)),
    Kind.NUMERIC: Parts(("Q", "answer"), ("tolerance", "wrong")),
    Kind.SHAPE: Parts(("Q", "answer"), ("tolerance", "wrong")),
    Kind.ORDER: Parts(("Q", "Steps"), ("free",)),
    Kind.CODE: Parts(("Q", "blank"), ("wrong",)),
    Kind.HEATMAP: Parts(("Q", "preset", "answer"), ("wrong",)),
    Kind.BUG: Parts(("Q", "bug"), ("fix",)),
    Kind.EXPLAIN: Parts(("Q",), ("Rubric", "A")),
    Kind.EXPERIMENT: Parts(("Q", "Run"), ("Expect", "Explain", "preset")),
}


def missing(raw: RawCard, kind: Kind) -> list[Problem]:
    """What a card of this kind lacks."""
    problems = []
    for name in PARTS[kind].needed:
        if not (raw.value(name) or raw.block_text(name)):
            there = raw.field(name) or raw.block(name)
            what = f"{name}: is empty" if there else f"there is no {name}:"
            problems.append(raw.problem(name, f"{what} in {_card(raw, kind)}", f"write: {name}: ..."))
    return problems


def idle(raw: RawCard, kind: Kind) -> list[Problem]:
    """What a card of this kind has no use for: most likely the kind is wrong."""
    known, problems = {*SHARED, *PARTS[kind].needed, *PARTS[kind].optional}, []
    for name in dict.fromkeys([field.name for field in raw.fields] + [block.tag for block in raw.blocks]):
        if name not in known:
            problems.append(raw.problem(name, f"{name}: has no use in {_card(raw, kind)}", _better_kind(name, kind)))
    question = raw.block("Q")
    if kind not in (Kind.MC, Kind.EXPERIMENT) and question and blocks.has_choices(question):
        problems.append(raw.problem("Q", f"there are choices in {_card(raw, kind)}", "write kind: mc"))
    return problems


def _card(raw: RawCard, kind: Kind) -> str:
    return f"card {raw.id!r} of kind {kind}"


def _better_kind(name: str, kind: Kind) -> str:
    if (kind, name) == (Kind.BASIC, "answer"):
        return "write the answer as a block: A: ..."
    fitting = [str(other) for other, parts in PARTS.items() if name in (*parts.needed, *parts.optional)]
    return f"it belongs to kind {' or '.join(fitting)}; take it out or change the kind"


def body(raw: RawCard, kind: Kind) -> tuple[Body, str, tuple[Problem, ...]]:
    """The body, the question, and remarks that do not stop the card. Raises Problem."""
    if kind is Kind.CLOZE:
        read, remarks = cloze(raw)
        return read, "", remarks
    if kind in (Kind.MC, Kind.EXPERIMENT):
        question, options = blocks.choices(raw)
        if kind is Kind.MC:
            return Choice(options), question, ()
        rubric = blocks.rubric(raw, "Explain")
        return Predict(options, raw.block_text("Run"), raw.block_text("Expect"), rubric), question, ()
    return READERS[kind](raw), raw.block_text("Q"), ()


def _computed(raw: RawCard) -> Computed:
    default = 0.0 if raw.value("kind") == Kind.SHAPE else 0.01
    return Computed(raw.value("answer"), fields.tolerance(raw, default), fields.wrong(raw))


def _ordering(raw: RawCard) -> Ordering:
    steps = blocks.steps(raw)
    return Ordering(steps, fields.free(raw, len(steps)))


def _blank(raw: RawCard) -> Blank:
    if not any(GAP in code for _, code in code_blocks(raw.block_text("Q"))):
        raise raw.problem("Q", f"no code block with a gap {GAP}", "put the code between ``` fences", "L20")
    forms = fields.forms(raw.value("blank"))
    if not forms:
        raise raw.problem("blank", "no form of the answer is accepted", "write: blank: form | other form", "L20")
    return Blank(forms, fields.wrong(raw))


def _bug(raw: RawCard) -> Bug:
    line = fields.whole(raw, "bug", 0, 0, "L19")
    if line and not raw.value("fix"):
        raise raw.problem("bug", "there is no fix: for this bug", "write: fix: the line as it should be", "L19")
    return Bug(line, raw.value("fix"))


READERS: dict[Kind, Callable[[RawCard], Body]] = {
    Kind.BASIC: lambda raw: Basic(raw.block_text("A")),
    Kind.NUMERIC: _computed,
    Kind.SHAPE: _computed,
    Kind.ORDER: _ordering,
    Kind.CODE: _blank,
    Kind.HEATMAP: lambda raw: CellOf(raw.value("preset"), raw.value("answer"), fields.wrong(raw)),
    Kind.BUG: _bug,
    Kind.EXPLAIN: lambda raw: Explain(blocks.rubric(raw, "Rubric"), raw.block_text("A")),
}
