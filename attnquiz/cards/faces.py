"""What a face of a card says: the question, the answer and the reason, as Markdown with the holes filled.

Nothing here is ever run and nothing is HTML. Which variant is asked, and in which order options stand, is decided by
hashes of the card's id, so that it is the same on every machine and after every reload.
"""

from hashlib import sha256

from attnquiz.cards.blanks import hidden_text, together, with_blanks
from attnquiz.cards.card import Basic, Blank, Bug, Card, CellOf, Choice, Cloze, Computed, Explain, Ordering, Predict
from attnquiz.cards.fences import code_blocks, inline
from attnquiz.cards.holes import fill, precise
from attnquiz.cards.maps import asked_for, cells, preset
from attnquiz.cards.truth import names_of, truth


def asked(card: Card, deletion: int, variant: int) -> str:
    """The question. On a cloze card: its sentence, with blanks where ``deletion`` is hidden."""
    names = names_of(card, variant)
    if isinstance(card.body, Cloze):
        return fill(with_blanks(card, deletion), names)
    return fill(card.question, names)


def answered(card: Card, deletion: int, variant: int) -> str:
    """The right answer."""
    names = names_of(card, variant)
    match card.body:
        case Basic(answer):
            return fill(answer, names)
        case Cloze():
            return fill(hidden_text(card, deletion), names)
        case Choice() | Predict():
            return fill("  \n".join(option.text for option in card.body.options if option.right), names)
        case Computed(_, tolerance):
            return precise(truth(card, variant), tolerance)
        case Ordering():
            return "\n".join(f"{number}. {step}" for number, step in enumerate(steps(card, variant), start=1))
        case Blank(forms):
            return inline(fill(forms[0], names))
        case CellOf():
            return _cells(card, variant)
        case Bug(0, _):
            return "There is no bug."
        case Bug(line, fix):
            return f"Line {line}: {inline(fill(fix, names))}"
        case Explain(_, model):
            return fill(model, names)


def explained(card: Card, variant: int) -> str:
    """Why the answer is right: the *Why* block, after what the author says about a right option. "" if neither."""
    said = [option.feedback for option in card.body.options if option.right] if _has_options(card) else []
    return fill("\n\n".join(text for text in [*said, card.why] if text), names_of(card, variant))


def options(card: Card, variant: int) -> tuple[str, ...]:
    """The texts of the options, in the order in which they were written; none for kinds without."""
    names = names_of(card, variant)
    return tuple(fill(option.text, names) for option in card.body.options) if _has_options(card) else ()


def steps(card: Card, variant: int) -> tuple[str, ...]:
    """The steps to put in order, in the order in which they are written; none for kinds without."""
    names = names_of(card, variant)
    return tuple(fill(step, names) for step in card.body.steps) if isinstance(card.body, Ordering) else ()


def lines(card: Card, variant: int) -> tuple[str, ...]:
    """The lines of the first block of code in the question; none where there is no code."""
    blocks = code_blocks(fill(card.question, names_of(card, variant)))
    return tuple(blocks[0][1].split("\n")) if blocks else ()


def deletions(card: Card) -> tuple[int, ...]:
    """The deletion numbers of a card's faces: ``(0,)`` for kinds without deletions."""
    return card.body.numbers if isinstance(card.body, Cloze) else (0,)


def names(card: Card) -> list[str]:
    """What the faces of a card are called, in order: the names that ``recall.face.Face`` gives them."""
    return [f"{card.id}/{number}" if number else card.id for number in deletions(card)]


def blank_name(card: Card, deletion: int) -> str:
    """What a screen reader calls the blank, such as "blank 1 of 2"; "" for kinds without."""
    if not isinstance(card.body, Cloze):
        return ""
    together(card, deletion)
    numbers = card.body.numbers
    return f"blank {numbers.index(deletion) + 1} of {len(numbers)}"


def shuffled(card: Card, seed: int) -> tuple[int, ...]:
    """The order in which options or steps stand for this showing: indices into them as written.

    Steps never stand in an order that is right already, if there is one that is not.
    """
    if not isinstance(card.body, Ordering):
        return _permutation(f"options {card.id} {seed}", len(card.body.options) if _has_options(card) else 0)
    drawn = _permutation(f"steps {card.id} {seed}", len(card.body.steps))
    # Where all pairs that stand the wrong way round may do so, the others do not once the order is reversed.
    return drawn if card.body.turned([step + 1 for step in drawn]) else tuple(reversed(drawn))


def variant_for(card: Card, reviews: int) -> int:
    """Which variant to ask after so many reviews: each once, in an order of the card's own, then in another order.

    The last of one round is never the first of the next.
    """
    count = len(card.variants)
    if count < 3:
        return (_permutation(f"variants {card.id} 0", count)[reviews % count]) if count else 0
    cycle, place = divmod(reviews, count)
    order = list(_permutation(f"variants {card.id} {cycle}", count))
    if cycle and order[0] == _permutation(f"variants {card.id} {cycle - 1}", count)[-1]:
        order[0], order[1] = order[1], order[0]  # with three or more, the last one stays where it is
    return order[place]


def _permutation(seed: str, count: int) -> tuple[int, ...]:
    """0 to count - 1, in an order drawn by sorting hashes."""
    return tuple(sorted(range(count), key=lambda index: sha256(f"{seed} {index}".encode()).digest()))


def _has_options(card: Card) -> bool:
    return isinstance(card.body, Choice | Predict)


def _cells(card: Card, variant: int) -> str:
    """``query curry, key Thai``, with "or" between several; ``the row of curry`` where a whole row is asked for."""
    tokens, right = preset(card.body.preset, card.path).tokens, sorted(cells(card, variant))
    match asked_for(card):
        case "row":
            return f"the row of {tokens[right[0][0]]}"
        case "column":
            return f"the column of {tokens[right[0][1]]}"
    return " or ".join(f"query {tokens[query]}, key {tokens[key]}" for query, key in right)
