"""The lines of PyTorch that compute an experiment, stage by stage. Torch-free: they are text.

Run after `definitions`, in the order of the stages and with the tensors of `given` at hand, they compute the trace.
Names are those of the tensors that a stage shows; the constants are n_q, n_k, d_model, d_k, temperature and divisor.
"""

from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions, Scoring
from attnquiz.sandbox import sides
from attnquiz.sandbox.experiment import Experiment
from attnquiz.sandbox.numbers import overrides

ROPE = """\
def rope(part):  # numbers 2i and 2i + 1 of row m are turned by the angle m * 10000 ** (-2i / d_k)
    turns = 10_000.0 ** (-torch.arange(0, d_k, 2, dtype=torch.float64) / d_k)
    angles = torch.arange(part.shape[-2], dtype=torch.float64)[:, None] * turns
    cos, sin = angles.cos().to(part), angles.sin().to(part)
    first, second = part[..., 0::2], part[..., 1::2]
    return torch.stack([first * cos - second * sin, first * sin + second * cos], dim=-1).flatten(-2)
"""
WAVES = """\
powers = torch.arange(d_model, dtype=torch.float64) // 2 * 2 / d_model
angles = torch.arange({rows})[:, None] / 10_000**powers
position = torch.where(torch.arange(d_model) % 2 == 0, angles.sin(), angles.cos()).to(embedded)"""


def torch_line(e: Experiment, stage: Stage | None = None) -> str:
    """What one would write in PyTorch for a stage, several lines where the variant takes several."""
    at = e.stage if stage is None else stage
    if at is Stage.EMBED and e.layer == 0:
        return "\n".join([*_looked_up(e), *_embed(e)])
    return "\n".join(_LINES[at](e))


def program_lines(e: Experiment) -> list[tuple[Stage, str]]:
    """The lines of every stage that computes something, in order; vectors of tokens are given, not looked up.

    In the second layer x and output are at first those of the first layer.
    """
    found = [(stage, "\n".join(_LINES[stage](e))) for stage in e.stages]
    return [(stage, lines) for stage, lines in found if lines]


def definitions(e: Experiment) -> str:
    """What the lines take for granted: imports, constants, and how heads are cut."""
    constants = {"n_q": len(e.tokens), "n_k": len(e.key_tokens), "d_model": e.d_model, "d_k": e.shape("k")[-1]}
    lines = ["import math", "", "import torch", "", *(f"{name} = {value}" for name, value in constants.items())]
    lines.append(f"temperature = {e.temperature!r}")
    lines += [f"divisor = {e.divisor!r}"] * (e.divisor is not None)
    cut = [f"def heads(wide, count={e.heads}):", "    return wide.unflatten(-1, (count, -1)).transpose(0, 1)"]
    return "\n".join([*lines, "", "", *cut, ""])


def given(e: Experiment) -> tuple[str, ...]:
    """The tensors that must be there before the first line, by the names in the lines.

    Q, K and V are the matrices of the file, all heads side by side; `allowed` is the file's, or True everywhere.
    """
    if e.starts_from_qkv:
        names = ["Q", "K", "V"]
    elif e.layer == 1:
        names = ["x", "output", "w_q", "w_k", "w_v"]
    else:
        names = ["embedded" if e.positions.is_added else "x", *["memory"] * e.is_cross, "w_q", "w_k", "w_v"]
        names += ["position"] * (e.positions is Positions.LEARNED)
    names += ["w_o"] * has_w_o(e) + ["w_a"] * (e.scoring is Scoring.ADDITIVE) + ["t5"] * (e.positions is Positions.T5)
    return (*names, *["allowed"] * (not _rules(e)), *["keep"] * has_dropout(e))


def has_w_o(e: Experiment) -> bool:
    """Heads are blended by a matrix after they are joined."""
    return not e.starts_from_qkv or e.block("W_O") is not None


def has_dropout(e: Experiment) -> bool:
    """Weights are dropped; long texts go without."""
    return e.dropout > 0 and not e.is_long


def sharing(e: Experiment) -> int:
    """So many heads of queries share each head of keys and values."""
    return e.heads // sides.heads_of_keys(e)


def _looked_up(e: Experiment) -> list[str]:
    if not e.positions.is_added and not e.is_cross:
        return [Stage.EMBED.torch_line]
    name = "embedded" if e.positions.is_added else "x"
    return [f"{name} = embedding(tokens)", *["memory = embedding(key_tokens)"] * e.is_cross]


def _embed(e: Experiment) -> list[str]:
    if e.layer == 1:
        return ["x = x + output"]
    if not e.positions.is_added:
        return []
    lines = [WAVES.format(rows="max(n_q, n_k)" if e.is_cross else "n_q")] * (e.positions is Positions.SINUSOIDAL)
    if e.is_cross:
        return [*lines, "x = embedded + position[:n_q]", "memory = memory + position[:n_k]"]
    return [*lines, "x = embedded + position"]


def _project(e: Experiment) -> list[str]:
    if e.starts_from_qkv:
        products = ["Q", "K", "V"]
    else:
        keys = "memory" if e.is_cross else "x"
        products = ["x @ w_q", f"{keys} @ w_k", f"{keys} @ w_v"]
    shared = f", {sides.heads_of_keys(e)}" if sharing(e) > 1 else ""
    q, k, v = products
    lines = [f"q, k, v = heads({q}), heads({k}{shared}), heads({v}{shared})", *_written_by_hand(e)]
    return [ROPE, *lines, "q_rot, k_rot = rope(q), rope(k)"] if e.positions is Positions.ROPE else lines


def _written_by_hand(e: Experiment) -> list[str]:
    lines = []
    for name in "QKV":
        width = e.shape(name.lower())[-1]
        for edit in overrides(e, name):
            head, column = divmod(edit.column, width)
            lines.append(f"{name.lower()}[{head}, {edit.row}, {column}] = {edit.value!r}  # written by hand")
    return lines


def _shared(e: Experiment, name: str) -> str:
    return f"{name}.repeat_interleave({sharing(e)}, dim=0)" if sharing(e) > 1 else name


def _score(e: Experiment) -> list[str]:
    turned = "_rot" if e.positions is Positions.ROPE else ""
    q, k = f"q{turned}", _shared(e, f"k{turned}")
    if e.scoring is Scoring.ADDITIVE:
        several = sharing(e) > 1
        lines = [f"every_k = {k}"] * several
        k = "every_k" if several else k
        return [*lines, f"scores = (torch.tanh({q}[:, :, None] + {k}[:, None]) * w_a[:, None, None]).sum(dim=-1)"]
    if e.scoring is Scoring.COSINE:
        least = ", eps=1e-7" if e.precision == "float16" else ""  # its own 1e-12 is 0 there, and 0 / 0 no number
        return [
            f"unit_q = torch.nn.functional.normalize({q}, dim=-1{least})  # divided by its length",
            f"unit_k = torch.nn.functional.normalize({k}, dim=-1{least})",
            "scores = unit_q @ unit_k.transpose(-2, -1)",
        ]
    return [f"scores = {q} @ {k}.transpose(-2, -1)"]


def _scale(e: Experiment) -> list[str]:
    if e.divisor is not None:
        lines = ["scaled = scores / (divisor * temperature)"]
    elif e.is_scaled:
        lines = [Stage.SCALE.torch_line]
    else:
        lines = ["scaled = scores" if e.temperature == 1.0 else "scaled = scores / temperature"]
    if e.positions is Positions.ALIBI:
        return [*lines, *_alibi(e.heads), "biased = scaled + bias"]
    return [*lines, *_t5(e.mask.is_causal), "biased = scaled + bias"] if e.positions is Positions.T5 else lines


def _alibi(heads: int) -> list[str]:
    """The rule for slopes is that of `alibi_slopes`."""
    power = 2 ** (heads.bit_length() - 1)
    slopes = f"2.0 ** ({-8 / power:g} * torch.arange(1, {power + 1}, dtype=torch.float64))"
    lines = [f"slopes = {slopes}  # one for each head"]
    if heads > power:
        between = f"2.0 ** ({-4 / power:g} * torch.arange(1, {2 * (heads - power)}, 2, dtype=torch.float64))"
        lines.append(f"slopes = torch.cat([slopes, {between}])")
    distance = "distance = (torch.arange(n_q)[:, None] - torch.arange(n_k)).abs()"
    return [*lines, distance, "bias = (-slopes[:, None, None] * distance).to(scaled)"]


def _t5(one_way: bool) -> list[str]:
    """The rule for buckets is that of `t5_buckets`."""
    count = sides.BUCKETS if one_way else sides.BUCKETS // 2
    near = count // 2
    return [
        "offset = torch.arange(n_q)[:, None] - torch.arange(n_k)",
        f"distance = offset.{'clamp(min=0)' if one_way else 'abs()'}",
        f"growth = (distance.clamp(min={near}).double() / {near}).log2() / math.log2(128 / {near})",
        f"far = ({near} + (growth * {count - near}).long()).clamp(max={count - 1})",
        f"bucket = torch.where(distance < {near}, distance, far)",
        *[f"bucket = torch.where(offset < 0, bucket + {count}, bucket)  # later keys"] * (not one_way),
        "bias = t5[bucket].permute(2, 0, 1)",
    ]


def _rules(e: Experiment) -> list[str]:
    """The lines that say who may look where, by rule; none where the file says it, or nothing is hidden."""
    if e.block("MASK") is not None:
        return []
    rules = ["allowed = allowed.tril()  # causal: no key after the query"] * e.mask.is_causal
    rules += [f"allowed = allowed & (torch.arange(n_k) < n_k - {e.padding})  # padding"] * e.mask.is_padding
    near = f"(torch.arange(n_q)[:, None] - torch.arange(n_k)).abs() < {e.window}"
    rules += [f"allowed = allowed & ({near})  # window"] * (e.window > 0)
    return ["allowed = torch.ones(n_q, n_k, dtype=torch.bool)", *rules] if rules else []


def _mask(e: Experiment) -> list[str]:
    lines = _rules(e)
    if e.flips:
        rows, columns = ([cell[axis] for cell in e.flips] for axis in (0, 1))
        lines.append(f"rows, columns = {rows}, {columns}  # switched by hand")
        lines.append("allowed[rows, columns] = ~allowed[rows, columns]")
    line = Stage.MASK.torch_line
    return [*lines, line.replace("scaled", "biased") if e.positions.is_bias else line]


def _softmax(e: Experiment) -> list[str]:
    kept = f"dropped = weights * keep  # keep: 0, or 1 / (1 - {e.dropout:g})"
    return [Stage.SOFTMAX.torch_line, *[kept] * has_dropout(e)]


def _weigh(e: Experiment) -> list[str]:
    return [f"mixed = {'dropped' if has_dropout(e) else 'weights'} @ {_shared(e, 'v')}"]


def _merge(e: Experiment) -> list[str]:
    return [Stage.MERGE.torch_line.removesuffix("" if has_w_o(e) else " @ w_o")]


_LINES = {
    Stage.EMBED: _embed, Stage.PROJECT: _project, Stage.SCORE: _score, Stage.SCALE: _scale, Stage.MASK: _mask,
    Stage.SOFTMAX: _softmax, Stage.WEIGH: _weigh, Stage.MERGE: _merge,
}  # fmt: skip
