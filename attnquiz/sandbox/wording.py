"""What happens at a stage of this very experiment: in a sentence or three, in an equation, in PyTorch. Torch-free."""

from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions, Scoring
from attnquiz.sandbox import sides
from attnquiz.sandbox.experiment import Experiment
from attnquiz.sandbox.numbers import overrides
from attnquiz.sandbox.torch_lines import definitions, given, has_dropout, has_w_o, program_lines, sharing, torch_line
from attnquiz.sandbox.written import number

__all__ = ["definitions", "equation", "given", "meaning", "program_lines", "torch_line"]


def meaning(e: Experiment, stage: Stage | None = None) -> str:
    """Plain sentences; of attention without variants, the one of the stage."""
    return " ".join(_MEANINGS[e.stage if stage is None else stage](e))


def equation(e: Experiment, stage: Stage | None = None) -> str:
    r"""LaTeX; the terms of the stage stand in boxes. Several equations are separated by \qquad."""
    at = e.stage if stage is None else stage
    return _EQUATIONS.get(at, _whole)(e, at)


# --- in words -------------------------------------------------------------------------------------


def _embed(e: Experiment) -> list[str]:
    if e.layer == 1:
        return ["The second layer starts from what the first one got plus what it made of it: x + output."]
    found = [Stage.EMBED.meaning]
    if e.is_cross:
        found = [
            "Every token of both texts becomes a row of numbers, its vector. "
            "The rows of the first text, which asks, are the matrix X; those of the second, which is looked at, are Y."
        ]
    if e.positions.is_added:
        how = "waves of sine and cosine" if e.positions is Positions.SINUSOIDAL else "a learned vector for each"
        found.append(f"Attention by itself sees no order, so positions are added to the vectors: {how}.")
    return found


def _project(e: Experiment) -> list[str]:
    if e.starts_from_qkv:
        found = ["This experiment starts from queries, keys and values as they are: there is nothing to project."]
    elif e.is_cross:
        found = [
            "Three learned matrices turn each vector of the first text into a query, "
            "and each vector of the second text into a key and a value."
        ]
    else:
        found = [Stage.PROJECT.meaning]
    g = sides.heads_of_keys(e)
    if sharing(e) > 1 and g == 1:
        found.append(f"All {e.heads} heads of queries share one head of keys and values.")
    elif sharing(e) > 1:
        found.append(f"{e.heads} heads of queries share {g} heads of keys and values: {sharing(e)} use the same one.")
    if e.positions is Positions.ROPE:
        found.append("Queries and keys are then turned, further from position to position (RoPE).")
    if any(overrides(e, name) for name in "QKV"):
        found.append("Some of these numbers were written by hand.")
    return found


def _score(e: Experiment) -> list[str]:
    found = {
        Scoring.DOT: Stage.SCORE.meaning,
        Scoring.ADDITIVE: "Each query is added to each key, every sum goes through tanh, and a learned vector w weighs "
        "the results and adds them up: one score.",
        Scoring.COSINE: "Each query is compared with each key by the cosine of the angle between them: from -1 to 1, "
        "however long the vectors are.",
    }[e.scoring]
    turned = "They were turned before, so a score knows how far apart the two tokens are, but not where they stand."
    return [found, *[turned] * (e.positions is Positions.ROPE and e.scoring is not Scoring.ADDITIVE)]


def _scale(e: Experiment) -> list[str]:
    if e.divisor is not None:
        found = [f"Every score is divided by {e.divisor:g}, in place of the square root of the key width."]
    elif e.is_scaled:
        found = [Stage.SCALE.meaning]
    else:
        found = [unscaled(e)]
    if e.temperature != 1.0:
        effect = "above 1 it makes weights more alike" if e.temperature > 1 else "below 1 it makes weights differ more"
        found.append(f"The temperature, {e.temperature:g}, divides them {'too' if divides(e) else 'alone'}: {effect}.")
    if e.positions is Positions.ALIBI:
        found.append("Then distance is made to cost: each head takes its own slope times the distance off (ALiBi).")
    elif e.positions is Positions.T5:
        found.append("Then each head adds a learned number for the bucket that the distance falls into (T5).")
    return found


def divides(e: Experiment) -> bool:
    """Something divides the scores, the temperature aside."""
    return e.is_scaled or e.divisor is not None


def unscaled(e: Experiment) -> str:
    """Why no square root divides the scores."""
    return {
        Scoring.DOT: "Scaling is off: scores stay as large as the dot products make them.",
        Scoring.ADDITIVE: "Additive scores are not divided by a square root: tanh keeps every term small, however long "
        "the vectors are.",
        Scoring.COSINE: "Cosines are not divided by a square root: they lie between -1 and 1, however long the vectors "
        "are.",
    }[e.scoring]


def _mask(e: Experiment) -> list[str]:
    if e.block("MASK") is not None:
        hidden = ["Who may look where is written in the experiment itself."]
    else:
        rules = ["keys after the query (causal)"] * e.mask.is_causal
        rules += ["padding"] * e.mask.is_padding
        rules += [f"keys {e.window} or more places away (window)"] * (e.window > 0)
        hidden = [f"Hidden here: {', '.join(rules)}."] if rules else []
    return [Stage.MASK.meaning, *hidden, *["Some cells of the mask were switched by hand."] * bool(e.flips)]


def _softmax(e: Experiment) -> list[str]:
    if e.dropout == 0:
        return [Stage.SOFTMAX.meaning]
    if not has_dropout(e):
        return [Stage.SOFTMAX.meaning, "Dropout is left out for so long a text."]
    return [
        Stage.SOFTMAX.meaning,
        f"Dropout then makes each weight 0 with chance {e.dropout:g} and divides the others by {1 - e.dropout:g}, so "
        "that rows no longer add up to 1. Models do this only while they are trained.",
    ]


def _weigh(e: Experiment) -> list[str]:
    return [Stage.WEIGH.meaning, *[f"{sharing(e)} heads share each head of values."] * (sharing(e) > 1)]


def _merge(e: Experiment) -> list[str]:
    if has_w_o(e):
        return [Stage.MERGE.meaning]
    return ["The results of all heads are laid side by side. There is no matrix W_O here, so they are the output."]


_MEANINGS = {
    Stage.EMBED: _embed, Stage.PROJECT: _project, Stage.SCORE: _score, Stage.SCALE: _scale, Stage.MASK: _mask,
    Stage.SOFTMAX: _softmax, Stage.WEIGH: _weigh, Stage.MERGE: _merge,
}  # fmt: skip


# --- in an equation -------------------------------------------------------------------------------


def _box(term: str, boxed: bool) -> str:
    return rf"\boxed{{{term}}}" if boxed else term


def _equation_of_x(e: Experiment, stage: Stage) -> str:
    if e.layer == 1:
        return r"X_2 = \boxed{X_1 + \operatorname{Attention}_1(X_1)}"
    keys = "Y" if e.is_cross else "X"
    if e.positions.is_added:
        second = r" \qquad Y = \boxed{E_Y + P}" if e.is_cross else ""
        return r"X = \boxed{E_X + P}" + second + rf" \qquad Q = X\,W_Q \qquad K = {keys}\,W_K \qquad V = {keys}\,W_V"
    return rf"Q = \boxed{{X}}\,W_Q \qquad K = \boxed{{{keys}}}\,W_K \qquad V = \boxed{{{keys}}}\,W_V"


def _equation_of_qkv(e: Experiment, stage: Stage) -> str:
    keys = "Y" if e.is_cross else "X"
    made = [("Q", "" if e.starts_from_qkv else " = XW_Q")]
    made += [(name, "" if e.starts_from_qkv else f" = {keys}W_{name}") for name in "KV"]
    found = [rf"\boxed{{{name}{how}}}" for name, how in made]
    if e.positions is Positions.ROPE:
        turn = r"\operatorname{rope}"
        found += [rf"\boxed{{\tilde{{Q}} = {turn}(Q)}}", rf"\boxed{{\tilde{{K}} = {turn}(K)}}"]
    return r" \qquad ".join(found)


def _letters(e: Experiment) -> tuple[str, str, str]:
    """Query, key and value; with shared keys, of head i, counted from 0."""
    g = sides.heads_of_keys(e)
    shared = rf"_{{\lfloor i/{sharing(e)} \rfloor}}" if sharing(e) > 1 and g > 1 else ""
    asks = "_i" if sharing(e) > 1 else ""
    turned = e.positions is Positions.ROPE
    q, k = (rf"\tilde{{{letter}}}" if turned else letter for letter in "QK")
    return q + asks, k + shared, "V" + shared


def _compared(e: Experiment) -> tuple[str, str]:
    """What stands for the scores, and the equation that explains it, if there must be one."""
    q, k, _ = _letters(e)
    if e.scoring is Scoring.DOT:
        return rf"{q}{k}^{{\top}}", ""
    vectors = (r"\tilde{q}_i", r"\tilde{k}_j") if e.positions is Positions.ROPE else ("q_i", "k_j")
    if e.scoring is Scoring.ADDITIVE:
        return "S", rf"S_{{ij}} = w^{{\top}}\tanh({vectors[0]} + {vectors[1]})"
    above, below = r" \cdot ".join(vectors), r"\,".join(rf"\lVert {vector} \rVert" for vector in vectors)
    return "S", rf"S_{{ij}} = \frac{{{above}}}{{{below}}}"


def _whole(e: Experiment, stage: Stage) -> str:
    """softmax(scores / root + bias + mask) V, whatever these are."""
    scores, explained = _compared(e)
    root = number(e.divisor) if e.divisor is not None else r"\sqrt{d_k}" if e.is_scaled else ""
    below = r"\,".join([root] * bool(root) + [r"\tau"] * (e.temperature != 1.0))
    shown = _box(scores, stage is Stage.SCORE and not explained)
    if below or stage is Stage.SCALE:
        shown = rf"\frac{{{shown}}}{{{_box(below or '1', stage is Stage.SCALE)}}}"
    if e.positions.is_bias:
        shown += " + " + _box("B", stage is Stage.SCALE)
    softmax = _box(r"\operatorname{softmax}", stage is Stage.SOFTMAX)
    weights = rf"{softmax}\left({shown} + {_box('M', stage is Stage.MASK)}\right)"
    if has_dropout(e):
        weights = rf"\left({_box('D', stage is Stage.SOFTMAX)} \odot {weights}\right)"
    found = [weights + _box(_letters(e)[2], stage is Stage.WEIGH)]
    found += [_box(explained, True)] * (stage is Stage.SCORE and bool(explained))
    if e.positions is Positions.ALIBI and stage is Stage.SCALE:
        found.append(r"B_{ij} = -\text{slope} \times |i - j|")
    if e.positions is Positions.T5 and stage is Stage.SCALE:
        found.append(r"B_{ij} = \text{table}_{\text{bucket}(i - j)}")
    return r" \qquad ".join(found)


def _equation_of_heads(e: Experiment, stage: Stage) -> str:
    return Stage.MERGE.equation if has_w_o(e) else Stage.MERGE.equation.replace(r"\,W_O", "")


_EQUATIONS = {Stage.EMBED: _equation_of_x, Stage.PROJECT: _equation_of_qkv, Stage.MERGE: _equation_of_heads}
