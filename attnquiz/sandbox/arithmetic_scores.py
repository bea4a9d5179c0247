"""The arithmetic of scores, from the comparison of a query and a key to the mask."""

import math
from collections.abc import Callable

from attnquiz.attention.position import alibi_slopes, t5_buckets
from attnquiz.attention.variant import Positions, Scoring
from attnquiz.sandbox import sides
from attnquiz.sandbox.entry import Entry
from attnquiz.sandbox.terms import Terms, parts, terms
from attnquiz.sandbox.torch_lines import sharing
from attnquiz.sandbox.wording import unscaled
from attnquiz.sandbox.written import added, factor, formula, number, places, product, total


def _score(this: Entry) -> list[str]:
    found, turned = terms(this), "turned " * (this.e.positions is Positions.ROPE)
    lines = [f"Head {this.head} of queries uses head {this.shared_head} of keys."] if sharing(this.e) > 1 else []
    query, key = f"the {turned}query of {this.query()}", f"the {turned}key of {this.key(this.column)}"
    if this.e.scoring is Scoring.ADDITIVE:
        return [*lines, *_additive(this, found, query, key)]
    products = total([product(a, b) for a, b in zip(found.left, found.right, strict=True)], found.products)
    start = f"T{query[1:]} times {key}, term by term:"
    if this.e.scoring is Scoring.COSINE:
        return [*lines, start, formula(r"q \cdot k", products, number(found.total)), *_cosine(this, found)]
    return [*lines, start, formula(products, number(this.value("scores")))]


def _additive(this: Entry, found: Terms, query: str, key: str) -> list[str]:
    sums = [f"{number(a)} + {factor(b)}" for a, b in zip(found.also["query"], found.also["key"], strict=True)]
    bent = [rf"{factor(w)} \times \tanh({each})" for w, each in zip(found.left, sums, strict=True)]
    worked = [product(w, value) for w, value in zip(found.left, found.right, strict=True)]
    return [
        f"T{query[1:]} plus {key}, number by number; tanh of each sum, times the number of w in that place:",
        formula(total(bent, found.products)),
        formula(total(worked, found.products), number(this.value("scores"))),
    ]


def _cosine(this: Entry, found: Terms) -> list[str]:
    lines, sums = ["The lengths of both vectors, squared:"], []
    for letter, vector in (("q", found.left), ("k", found.right)):
        squares = [value * value for value in vector]
        sums.append(added(squares))
        written = total([f"{factor(value)}^{{2}}" for value in vector], squares)
        lines.append(formula(rf"\lVert {letter} \rVert^{{2}}", written, number(sums[-1])))
    if 0 in sums:
        words = "A vector of zeros has no direction: its score is taken to be 0."
        return [*lines, words, formula(r"\text{score}", "0")]
    above = number(found.total)
    roots = r" \times ".join(rf"\sqrt{{{number(each)}}}" for each in sums)
    lengths = r" \times ".join(number(math.sqrt(each)) for each in sums)
    steps = [rf"\frac{{{above}}}{{{below}}}" for below in (roots, lengths)]
    words = "The product divided by both lengths is the cosine of the angle between them:"
    return [*lines, words, formula(*steps, number(this.value("scores")))]


def _scale(this: Entry) -> list[str]:
    e, width, score = this.e, this.at("k").shape[-1], this.value("scores")
    divisors: list[tuple[str, float]] = []
    if e.divisor is not None:
        divisors.append((number(e.divisor), e.divisor))
        lines = [f"The score is divided by {e.divisor:g}, which was chosen in place of the square root of {width}."]
    elif e.is_scaled:
        divisors.append((rf"\sqrt{{{width}}}", math.sqrt(width)))
        lines = [f"Keys of this head are {width} numbers long, so the score is divided by the square root of {width}."]
    else:
        lines = [unscaled(e)]
    if e.temperature != 1.0:
        as_well = " as well" if divisors else ""
        lines.append(f"The temperature is {e.temperature:g}: the score is divided by it{as_well}.")
        divisors.append((number(e.temperature), e.temperature))
    if not divisors:
        return [*lines, "The score stays as it is:", formula(r"\text{score}", number(score))]
    symbols = r" \times ".join(symbol for symbol, _ in divisors)
    divisor = number(math.prod(value for _, value in divisors))
    steps = [rf"\frac{{{number(score)}}}{{{each}}}" for each in dict.fromkeys((symbols, divisor))]
    return [*lines, formula(*steps, number(this.value("scaled")))]


def _bias(this: Entry) -> list[str]:
    distance = this.row - this.column
    place = "before" if distance > 0 else "after"
    where = (
        "Query and key stand at the same place."
        if distance == 0
        else f"{this.key(this.column)} stands {places(abs(distance))} {place} "
        f"{this.query()}."
    )
    value = number(this.value("bias"))
    if this.e.positions is Positions.ALIBI:
        power = math.log2(alibi_slopes(this.e.heads)[this.head])
        return [
            f"{where} In head {this.head} every place costs the same, its slope:",
            formula(rf"-(2^{{{power:g}}}) \times {abs(distance)}", value),
        ]
    one_way = this.e.mask.is_causal
    bucket = _bucket(distance, one_way=one_way)
    later = " Later keys, which the causal mask hides, count as distance 0." if one_way and distance < 0 else ""
    return [
        f"{where} That distance falls into bucket {bucket} of {sides.BUCKETS}.{later} "
        f"Row {bucket} of the table has this number for head {this.head}:",
        formula("b", value),
    ]


def _bucket(distance: int, *, one_way: bool) -> int:
    """The bucket of one distance, i - j."""
    before, after = max(distance, 0), max(-distance, 0)
    return t5_buckets(before + 1, after + 1, one_way=one_way)[before, after].item()


def _biased(this: Entry) -> list[str]:
    scaled, bias = parts(this).values()
    return [
        "The scaled score plus the bias of this distance:",
        formula(f"{number(scaled)} + {factor(bias)}", number(this.value("biased"))),
    ]


def _mask(this: Entry) -> list[str]:
    query, key = this.query(), this.key(this.column)
    flipped = (this.row, this.column) in this.e.flips
    if this.run.allowed is None:
        return ["There is no mask: every query may look at every key.", _kept(this)]
    reasons = " and ".join(_reasons(this))
    if this.allowed:
        by_hand = f" It was switched on by hand, although {reasons}." if flipped else ""
        return [f"{query} may look at {key}: the score stays.{by_hand}", _kept(this)]
    why = "it was switched off by hand" if flipped else reasons
    return [
        f"{query} may not look at {key}, because {why}. "
        "Its score becomes minus infinity; a finite number, however negative, would only be a low score.",
        formula(rf"{number(this.value('biased'))} \;\to\; -\infty"),
    ]


def _reasons(this: Entry) -> list[str]:
    """Why the rules hide this key."""
    e, row, column = this.e, this.row, this.column
    query, key = this.query(), this.key(column)
    if e.block("MASK") is not None:
        return ["the experiment's own mask hides it"]
    reasons = []
    if e.mask.is_causal and column > row:
        reasons.append(f"{key} (position {column}) comes after {query} (position {row})")
    if e.mask.is_padding and column >= len(e.key_tokens) - e.padding:
        reasons.append(f"{key} is padding")
    if e.window and abs(row - column) >= e.window:
        reasons.append(f"it is {places(abs(row - column))} away, outside the window of {e.window}")
    return reasons


def _kept(this: Entry) -> str:
    return formula(r"\text{score}", number(this.value("masked")))


WAYS: dict[str, Callable[[Entry], list[str]]] = {
    "scores": _score, "scaled": _scale, "bias": _bias, "biased": _biased, "masked": _mask,
}  # fmt: skip
"""How each of these tensors is explained."""
