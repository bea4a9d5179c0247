"""An exam on paper, as Markdown: the questions, and a sheet with the answers."""

from datetime import UTC, datetime
from string import ascii_uppercase

from attnquiz.cards.card import Blank, Bug, CellOf, Choice, Cloze, Computed, Kind, Ordering
from attnquiz.cards.collection import Collection
from attnquiz.cards.faces import answered, asked, explained, lines, options, shuffled, steps
from attnquiz.cards.fences import inline
from attnquiz.cards.maps import asked_for, names_queries_and_keys, preset
from attnquiz.store.entry import Purpose
from attnquiz.study.exam_paper import Item, Paper, fingerprint
from attnquiz.study.session import Showing
from attnquiz.study.showing import fixes

BLANK = "\n\nAnswer: ______________________________\n"
HOW = {
    Kind.MC: "Mark one letter.",
    Kind.ORDER: "Write the letters in the right order.",
    Kind.BUG: "Write the number of the line (0: there is no bug), and the letter of what belongs there.",
    Kind.CODE: "Write the code that stands for `____`.",
    Kind.CLOZE: "Write what stands in the blank.",
    Kind.SHAPE: "Write a shape such as (2, 8, 5, 5).",
}


def title(paper: Paper) -> str:
    """What a paper is called."""
    return f"Exam {paper.seed}, form {paper.form}"


def paper_text(collection: Collection, paper: Paper, items: tuple[Item, ...]) -> str:
    """The questions, with room for the answers."""
    head = [f"# {title(paper)}", "Name: ______________________________", f"{len(items)} questions. {_check(items)}"]
    return "\n\n".join([*head, *(_question(collection, item) for item in items)]) + "\n"


def sheet_text(collection: Collection, paper: Paper, items: tuple[Item, ...]) -> str:
    """The right answers, by the letters that stand on this form, with the reasons."""
    head = [f"# Answers: {title(paper)}", f"{len(items)} questions. {_check(items)}"]
    return "\n\n".join([*head, *(_solution(collection, item) for item in items)]) + "\n"


def _check(items: tuple[Item, ...]) -> str:
    return f"Papers with the check letters **{fingerprint(items)}** are the same word by word."


def _question(collection: Collection, item: Item) -> str:
    card, body = item.card, item.card.body
    parts = [f"## {item.number}", _asked(item)]
    if isinstance(body, Choice):
        parts.append(_lettered(_drawn(item, options(card, item.variant))))
    elif isinstance(body, Ordering):
        parts.append(_lettered(_drawn(item, steps(card, item.variant))))
    elif isinstance(body, Bug):
        parts.append(_lettered([inline(fix) for fix in _fixes(collection, item)]))
    elif isinstance(body, CellOf):
        parts.append(_map(item))
    if isinstance(body, CellOf):
        parts.append(f"On paper: mark one {asked_for(card)} of the table.")
    elif card.kind in HOW:
        parts.append(HOW[card.kind])
    return "\n\n".join(parts) + ("" if isinstance(body, Choice | CellOf) else BLANK)


def _solution(collection: Collection, item: Item) -> str:
    said, why = _right(collection, item), explained(item.card, item.variant)
    return "\n\n".join(filter(None, [f"## {item.number}", f"**{said}**" if "\n" not in said else said, why]))


def _right(collection: Collection, item: Item) -> str:
    """The right answer as it can be marked on this form."""
    said = answered(item.card, item.deletion, item.variant)
    match item.card.body:
        case Choice(written):
            places = [place for place, index in enumerate(shuffled(item.card, item.seed)) if written[index].right]
            return f"{', '.join(ascii_uppercase[place] for place in places)}: {said}"
        case Ordering(free=free):
            order = shuffled(item.card, item.seed)
            letters = [ascii_uppercase[order.index(step)] for step in range(len(order))]
            pairs = [f"{letters[first - 1]} and {letters[second - 1]}" for first, second in free]
            return " ".join(letters) + (f" (free to swap: {'; '.join(pairs)})" if pairs else "")
        case Bug(line, _) if line:
            offered = _fixes(collection, item)
            letter = next(ascii_uppercase[n] for n, fix in enumerate(offered) if inline(fix) in said)
            return f"Line {line}, {letter}: {said.partition(': ')[2]}"
        case Bug():
            return "0: there is no bug."
        case Blank() | Cloze() | Computed() | CellOf():
            return said
    return said


def _fixes(collection: Collection, item: Item) -> tuple[str, ...]:
    """What may be chosen as the fix, in the order of this form: the same as on the screen."""
    never = datetime.min.replace(tzinfo=UTC)
    showing = Showing(item.face, item.card, "", Purpose.EXAM, item.variant, item.seed, None, never)
    return fixes(collection, showing)


def _drawn(item: Item, texts: tuple[str, ...]) -> list[str]:
    return [texts[index] for index in shuffled(item.card, item.seed)]


def _lettered(texts: list[str]) -> str:
    """One option a line; an empty box to mark before each."""
    return "\n".join(f"- [ ] **{letter}** {text}" for letter, text in zip(ascii_uppercase, texts, strict=False))


def _asked(item: Item) -> str:
    """The question; where a line is asked for, its program has numbers."""
    said = asked(item.card, item.deletion, item.variant)
    if not isinstance(item.card.body, Bug):
        return said
    program = lines(item.card, item.variant)
    numbered = (f"{number:>2}  {line}" for number, line in enumerate(program, start=1))
    return said.replace("\n".join(program), "\n".join(numbered), 1)


def _map(item: Item) -> str:
    """An empty map: rows are queries, columns are keys. Above it Q and K, where the question speaks of both."""
    shown = preset(item.card.body.preset, item.card.path)
    tokens = shown.tokens
    tables = []
    if names_queries_and_keys(asked(item.card, item.deletion, item.variant)):
        tables = [_table(name, tokens, rows) for name, rows in (("Q", shown.q), ("K", shown.k))]
    rows = [f"| query \\ key | {' | '.join(tokens)} |", "|---" * (len(tokens) + 1) + "|"]
    grid = "\n".join([*rows, *(f"| **{token}** |{'   |' * len(tokens)}" for token in tokens)])
    return "\n\n".join([*tables, grid])


def _table(name: str, tokens: tuple[str, ...], rows: tuple[tuple[float, ...], ...]) -> str:
    head = [f"| {name} | {' | '.join(str(column) for column in range(1, len(rows[0]) + 1))} |"]
    head += [f"|---{'|---:' * len(rows[0])}|"]
    lines = [f"| **{token}** | {' | '.join(f'{value:g}' for value in row)} |"
             for token, row in zip(tokens, rows, strict=True)]  # fmt: skip
    return "\n".join([*head, *lines])
