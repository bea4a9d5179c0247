"""A question about one cell of a picture, in words that stand on a card, and the concept it belongs to. Torch-free."""

from attnquiz.attention.variant import Positions, Scoring
from attnquiz.sandbox.experiment import Experiment
from attnquiz.sandbox.sides import HEADED, LEARNED, PAIRS

LONGEST_TITLE = 60  # characters of a text that stand for all of it

_PAIRS = {
    "scores": "what is the score of the query {row} with the key {column}?",
    "scaled": "what is the scaled score of the query {row} with the key {column}?",
    "bias": "what does position add to the score of the query {row} with the key {column}?",
    "biased": "what is the score of the query {row} with the key {column} once position has been added?",
    "masked": "what is the score of the query {row} with the key {column} after the mask?",
    "weights": "what weight does the query {row} give to the key {column}?",
    "dropped": "what weight does the query {row} give to the key {column} after dropout?",
}
_VECTORS = {
    "x": "the vector of {row}",
    "embedded": "the vector of {row} before its position is added",
    "position": "the position vector of {row}",
    "memory": "the vector of {row}",
    "q": "the query of {row}",
    "k": "the key of {row}",
    "v": "the value of {row}",
    "q_rot": "the turned query of {row}",
    "k_rot": "the turned key of {row}",
    "mixed": "the weighted sum of values for {row}",
    "joined": "the row of {row}, heads side by side",
    "shares": "what this head adds to the output of {row}",
    "output": "the output of {row}",
}
_CONCEPTS = {
    "x": "embedding-table", "embedded": "embedding-table", "position": "positional-need", "memory": "cross-attention",
    "q_rot": "rope", "k_rot": "rope", "scores": "attention-scores", "scaled": "scale-sqrt-dk",
    "masked": "mask-before-softmax", "weights": "attention-weights", "dropped": "attention-weights",
    "mixed": "weighted-sum", "joined": "multi-head-shapes", "shares": "multi-head-why", "output": "weighted-sum",
    "w_o": "multi-head-shapes", "w_a": "additive-attention",
}  # fmt: skip


def question(e: Experiment, row: str, column: str) -> str:
    """What is asked about the cell with these names, of the matrix that the experiment shows."""
    tensor = e.shown
    names = {"row": f'"{row}"', "column": f'"{column}"'}
    if tensor in PAIRS:
        asked = _PAIRS[tensor].format(**names)
    elif tensor in LEARNED:
        counted = "both counted from 0" if row.isdecimal() else "counted from 0"
        asked = f"what number stands in row {row}, column {column} of {tensor.upper()}, {counted}?"
    else:
        entry = f"entry {column}, counted from 0," if column.isdecimal() else f'"{column}"'
        asked = f"what is {entry} of {_VECTORS[tensor].format(**names)}?"
    conditions = ", ".join(_conditions(e))
    return f"In {_title(e)}{f' ({conditions})' if conditions else ''}, {asked}"


def concept(e: Experiment) -> str:
    """The concept, by its id, that a card about the shown matrix most likely belongs to."""
    if e.shown in ("bias", "biased", "t5"):
        return "alibi" if e.positions is Positions.ALIBI else "positional-need"
    if e.shown == "scores" and e.scoring is Scoring.ADDITIVE:
        return "additive-attention"
    return _CONCEPTS.get(e.shown, "qkv-projections")


def _title(e: Experiment) -> str:
    said = " ".join((e.title if e.text is None else e.text).split())
    short = said if len(said) <= LONGEST_TITLE else said[:LONGEST_TITLE].rstrip() + "…"
    return f'"{short}"'


def _conditions(e: Experiment) -> list[str]:
    """What a learner would have to know to work it out: in the order of the stages."""
    found = [f"layer {e.layer}"] * (e.layers > 1)
    found += [f"head {e.head}"] * (e.heads > 1 and e.shown in HEADED)
    found += ["without scaling"] * (e.scoring is Scoring.DOT and not e.scale and e.divisor is None)
    found += [] if e.divisor is None else [f"divided by {e.divisor:g}"]
    found += [f"temperature {e.temperature:g}"] * (e.temperature != 1)
    found += ["causal mask"] * e.mask.is_causal + ["padding mask"] * e.mask.is_padding
    found += [f"window of {e.window}"] * (e.window > 0)
    return found + ["with edited numbers"] * bool(e.edits or e.flips)
