"""What a whole row says, in words: what it adds up to, how widely it looks, where its largest numbers are."""

import math

from attnquiz.attention.stage import Stage
from attnquiz.sandbox.entry import Entry, entry
from attnquiz.sandbox.frames import column_names
from attnquiz.sandbox.run import EMPTY_ROW, Run
from attnquiz.sandbox.sides import LEARNED, PAIRS
from attnquiz.sandbox.torch_lines import has_dropout
from attnquiz.sandbox.written import added, plain

NAMED = 3
"""So many of the largest entries are named."""
ROUNDING = 0.02
"""So far from 1 a sum of weights may be, by rounding to 16 bits."""


def row_words(run: Run, stage: Stage, head: int, row: int, tensor: str = "") -> list[str]:
    """Markdown, a sentence or two in each line; nothing for learned matrices and for rows without numbers."""
    this = entry(run, stage, head, row, 0, tensor)
    if this.name in LEARNED:
        return []
    if this.name in ("weights", "dropped") and this.empty:
        return [EMPTY_ROW]
    values = this.values(this.name, row)
    if any(math.isnan(value) or value == math.inf for value in values):
        return []
    if this.name not in PAIRS:
        return _of_vector(this, values)
    if this.name == "weights":
        return _of_weights(this, values)
    return _of_dropped(this, values) if this.name == "dropped" else _of_scores(this, values)


def entropy(shares: list[float]) -> float:
    """Of shares that add up to 1, in bits: 0 where one has all, log2 of their number where all are alike."""
    return max(0.0, -added([share * math.log2(share) for share in shares if share > 0]))


def _of_weights(this: Entry, weights: list[float]) -> list[str]:
    total, count = added(weights), _looked_at(this)
    hidden = len(weights) - count
    nothing = f" Hidden keys, here {hidden} of {len(weights)}, get nothing." if hidden else ""
    lines = [f"The weights of this row add up to {_short(total)}.{nothing}", _largest(this, weights)]
    if abs(total - 1) > ROUNDING or min(weights) < 0:
        return lines  # as a wrong belief makes them, these are no shares
    if count == 1:
        return [*lines, "Only one key may be looked at, so it gets everything: the entropy is 0 bits."]
    bits = entropy(weights)
    return [
        *lines,
        f"Entropy: {bits:.2f} bits, where {count} keys alike would make {math.log2(count):.2f}. "
        f"The query looks about as widely as if it shared itself evenly among {2**bits:.1f} keys.",
    ]


def _of_dropped(this: Entry, weights: list[float]) -> list[str]:
    total = _short(added(weights))
    if not has_dropout(this.e):
        return [f"Dropout is left out for so long a text; the weights of this row add up to {total}."]
    before = this.values("weights", this.row)
    gone = sum(left == 0 and weight > 0 for left, weight in zip(weights, before, strict=True))
    return [
        f"After dropout the weights of this row add up to {total}. {gone} of {_looked_at(this)} were taken away, the "
        f"others divided by {1 - this.e.dropout:g}; only on average over many draws do they add up to 1.",
        _largest(this, weights),
    ]


def _of_scores(this: Entry, scores: list[float]) -> list[str]:
    seen = {place: score for place, score in enumerate(scores) if score != -math.inf}
    hidden = len(scores) - len(seen)
    lines = [f"Hidden: {hidden} of {len(scores)} keys."] if hidden else []
    if not seen:
        return [EMPTY_ROW]
    high, low = max(seen, key=seen.get), min(seen, key=seen.get)
    if seen[high] == seen[low]:
        return [*lines, f"All numbers of this row are alike: {_short(seen[high])}."]
    return [
        *lines,
        f"Highest for {this.key(high)} ({_short(seen[high])}), lowest for {this.key(low)} ({_short(seen[low])}): "
        f"{_short(seen[high] - seen[low])} apart.",
    ]


def _of_vector(this: Entry, values: list[float]) -> list[str]:
    length = math.sqrt(added([value * value for value in values]))
    if length == 0:
        return ["All numbers of this vector are 0."]
    largest = max(range(len(values)), key=lambda place: abs(values[place]))
    name = plain(column_names(this.run, this.name, len(values))[largest])
    return [
        f"The length of this vector, the root of the sum of its squares, is {_short(length)}. "
        f"Furthest from 0 is dimension {name} ({_short(values[largest])})."
    ]


def _looked_at(this: Entry) -> int:
    """How many keys the query may look at."""
    allowed = this.run.allowed
    return len(this.run.key_labels) if allowed is None else int(allowed[this.row].sum())


def _largest(this: Entry, weights: list[float]) -> str:
    """The largest entries in words, the largest first."""
    some = [place for place, weight in enumerate(weights) if weight > 0]
    if not some:
        return "Nothing is left of this row."
    order = sorted(some, key=lambda place: -weights[place])
    first, last = weights[order[0]], weights[order[-1]]
    if len(order) > 1 and first - last < 1e-6 * first:
        whom = "Both" if len(order) == 2 else f"All {len(order)}"
        return f"{whom} keys that get something get the same: {_short(first)}."
    named = [f"{this.key(place)} ({_short(weights[place])})" for place in order[:NAMED]]
    start = "Mostly" if first >= added(weights) / 2 else "Most to"
    return f"{start} {', then '.join(named)}."


def _short(value: float) -> str:
    return f"{round(value, 6):.4g}"
