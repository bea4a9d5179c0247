"""What a learner is asked before a stage is shown: one number or one cell of it, with all it takes to work it out.

A wrong answer is held against what the wrong beliefs make of the same cell: who answers what a belief would give is
told which belief that is.
"""

import math
from dataclasses import dataclass, replace
from hashlib import blake2b

from attnquiz.attention.stage import Stage
from attnquiz.sandbox.as_if import as_if
from attnquiz.sandbox.belief import SWITCHES
from attnquiz.sandbox.cell_question import question as asked_of
from attnquiz.sandbox.frames import column_names, row_names
from attnquiz.sandbox.run import Run
from attnquiz.sandbox.written import number, plain

WITHIN = 0.02
"""How far an answer may be off, as a share of the truth."""
SMALL = 0.006
"""How far it may be off however small the truth is: two decimals are enough."""
WIDE = 10
"""Numbers of a row that are written out; of longer ones, only what matters for the question."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question about the stage that the experiment stands in. `given` are lines of Markdown.

    With `choices` the answer is the number of one of them, and `truth` that of the right one (several, if tied, in
    `also`); without, it is a number, right within `tolerance`.
    """

    asked: str
    given: tuple[str, ...]
    truth: float
    tolerance: float = 0.0
    choices: tuple[str, ...] = ()
    also: tuple[int, ...] = ()
    tensor: str = ""
    row: int = 0
    column: int = 0

    def is_right(self, answer: float) -> bool:
        """Whether this number is the truth, or this choice one of the right ones."""
        if self.choices:
            return int(answer) in (int(self.truth), *self.also)
        return abs(answer - self.truth) <= self.tolerance or answer == self.truth


def question(run: Run) -> Question:
    """The question of the stage that the experiment stands in: the same for the same state."""
    asked = _ASKED[run.experiment.stage](run)
    return asked if math.isfinite(asked.truth) else _mask(run)


def belief_behind(run: Run, asked: Question, answer: float) -> str | None:
    """The name of a belief that would give this wrong answer in the same cell; None where none does. Of several, one
    about this very stage is likelier than one about an earlier step."""
    if asked.choices or not asked.tensor or asked.is_right(answer):
        return None
    for name in sorted(SWITCHES, key=lambda name: SWITCHES[name].stage is not run.experiment.stage):
        other = as_if(replace(run, experiment=replace(run.experiment, belief=name)))
        found = other.of(asked.tensor, run.experiment.head)
        if asked.row < found.shape[0] and asked.column < found.shape[1]:
            value = found[asked.row, asked.column].item()
            if math.isfinite(value) and abs(value - answer) <= asked.tolerance and not asked.is_right(value):
                return name
    return None


def _drawn(run: Run, sort: str, count: int) -> int:
    """A number below `count`, the same for the same state."""
    e = run.experiment
    seed = f"{sort} {e.name} {e.text} {e.stage} {e.head} {e.layer} {e.seed} {e.edits} {e.mask}"
    return int.from_bytes(blake2b(seed.encode("utf-8", "replace"), digest_size=4).digest(), "big") % count


def _cell(run: Run, tensor: str) -> tuple[int, int]:
    """A cell to ask about: not hidden, finite, and not 0 where others are not."""
    values = run.of(tensor, run.experiment.head)
    usable = values.isfinite() & (values != 0)
    if run.allowed is not None and usable.shape == run.allowed.shape:
        usable = usable & run.allowed
    cells = usable.nonzero().tolist() or values.isfinite().nonzero().tolist() or [[0, 0]]
    row, column = cells[_drawn(run, tensor, len(cells))]
    return row, column


def _about(run: Run, tensor: str, given: list[str], cell: tuple[int, int]) -> Question:
    """A question about one number of a tensor."""
    row, column = cell
    values = run.of(tensor, run.experiment.head)
    names = row_names(run, tensor, values.shape[0])[row], column_names(run, tensor, values.shape[1])[column]
    asked = asked_of(replace(run.experiment, tensor=tensor, row=None, column=None), *names)
    truth = values[row, column].item()
    tolerance = max(WITHIN * abs(truth), SMALL)
    return Question(plain(asked), tuple(given), truth, tolerance, (), (), tensor, row, column)


def _numbers(values: list[float]) -> str:
    return f"({', '.join(f'${number(value)}$' for value in values)})"  # one by one, so that a line can break


def _embed(run: Run) -> Question:
    e = run.experiment
    asked = f"X has a row for each of the {len(run.labels)} tokens. How many numbers does X hold altogether?"
    return Question(asked, (f"d\\_model is {e.d_model}.",), float(len(run.labels) * e.d_model))


def _project(run: Run) -> Question:
    e = run.experiment
    tensor = e.shown if e.shown in ("q", "k", "v") else "q"
    row, column = _cell(run, tensor)
    if e.starts_from_qkv:
        shape = e.shape(tensor)
        given = f"There are {shape[0]} heads; side by side, their queries of a token are {shape[0] * shape[2]} numbers."
        return Question("How many numbers long is the query of one head?", (given,), shape[2])
    letter = tensor.upper()
    source = run.of("memory" if e.is_cross and tensor != "q" else "x")[row].tolist()
    wide = run.of(f"w_{tensor}")[:, column + e.head * e.shape(tensor)[-1]].tolist()
    given = [f"The vector: {_numbers(source)}.", f"The column of W\\_{letter}: {_numbers(wide)}."]
    return _about(run, tensor, given, (row, column))


def _score(run: Run) -> Question:
    row, column = _cell(run, "scores")
    group = run.experiment.heads // run.experiment.shape("k")[0]
    q = run.of("q_rot", run.experiment.head)[row].tolist()
    k = run.of("k_rot", run.experiment.head // group)[column].tolist()
    return _about(run, "scores", [f"The query: {_numbers(q)}.", f"The key: {_numbers(k)}."], (row, column))


def _scale(run: Run) -> Question:
    e, cell = run.experiment, _cell(run, "scaled")
    score = run.of("scores", e.head)[cell].item()
    given = [f"The score is ${number(score)}$; keys are {e.shape('k')[-1]} numbers long."]
    if e.temperature != 1:
        given.append(f"The temperature is {e.temperature:g}.")
    return _about(run, "scaled", given, cell)


def _mask(run: Run) -> Question:
    row = _drawn(run, "row", len(run.labels))
    count = len(run.key_labels) if run.allowed is None else int(run.allowed[row].sum())
    own = "" if run.experiment.is_cross else ", its own included"
    asked = f'At how many keys may the query "{plain(run.labels[row])}" look{own}?'
    rules = [f"There are {len(run.key_labels)} keys. The mask: {_rule(run)}."]
    return Question(asked, tuple(rules), float(count))


def _rule(run: Run) -> str:
    e = run.experiment
    found = ["nothing that comes later"] * e.mask.is_causal + ["no padding"] * e.mask.is_padding
    found += [f"nothing {e.window} or more places away"] * (e.window > 0)
    found += ["single cells turned over"] * bool(e.flips or e.block("MASK"))
    return ", ".join(found) or "none"


def _softmax(run: Run) -> Question:
    """Which key gets most; where that says little, because all get the same, how much one gets."""
    e = run.experiment
    row, column = _cell(run, "weights")
    scores, weights = run.of("masked", e.head)[row].tolist(), run.of("weights", e.head)[row].tolist()
    given = [f'The masked scores of "{plain(run.labels[row])}": {_numbers(scores)}.']
    if any(map(math.isnan, weights)):
        return _mask(run)
    largest = max(weights)
    best = [place for place, weight in enumerate(weights) if weight >= largest - 1e-9]
    if len(weights) <= WIDE and len(best) == len(weights):
        return _about(run, "weights", given, (row, column))
    if _drawn(run, "kind", 2) and len(weights) <= WIDE:
        return _about(run, "weights", given, (row, column))
    asked = f'Which key gets the largest weight of the query "{plain(run.labels[row])}"?'
    return Question(asked, tuple(given), best[0], 0.0, run.key_labels, tuple(best[1:]), "weights", row, best[0])


def _weigh(run: Run) -> Question:
    e = run.experiment
    row, column = _cell(run, "mixed")
    group = e.heads // e.shape("v")[0]
    weights = run.of("dropped", e.head)[row].tolist()
    values = run.of("v", e.head // group)[:, column].tolist()
    given = [f"The weights: {_numbers(weights)}.", f"Entry {column} of each value: {_numbers(values)}."]
    return _about(run, "mixed", given, (row, column))


def _merge(run: Run) -> Question:
    row, column = _cell(run, "output")
    joined = run.of("joined")[row].tolist()
    if run.w_o is None:
        return _about(run, "output", [f"The heads side by side: {_numbers(joined)}. There is no W\\_O."], (row, column))
    wide = run.w_o[:, column].tolist()
    given = [f"The heads side by side: {_numbers(joined)}.", f"Column {column} of W\\_O: {_numbers(wide)}."]
    return _about(run, "output", given, (row, column))


_ASKED = {
    Stage.EMBED: _embed,
    Stage.PROJECT: _project,
    Stage.SCORE: _score,
    Stage.SCALE: _scale,
    Stage.MASK: _mask,
    Stage.SOFTMAX: _softmax,
    Stage.WEIGH: _weigh,
    Stage.MERGE: _merge,
}
