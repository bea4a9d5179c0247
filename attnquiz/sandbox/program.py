"""A state as a program: plain PyTorch that computes every stage from its inputs, and asserts what came out."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from attnquiz.attention.stage import SHAPES, Stage
from attnquiz.errors import SandboxError
from attnquiz.sandbox import sides
from attnquiz.sandbox.address import to_query
from attnquiz.sandbox.experiment import EVERYTHING, Experiment
from attnquiz.sandbox.numbers import keep, numbers
from attnquiz.sandbox.rounding import bounds
from attnquiz.sandbox.run import Run
from attnquiz.sandbox.wording import definitions, given, meaning, program_lines

MOST_CHECKED = 20_000
"""So many numbers of stages are all written down and compared; of more, only weights and outputs."""
MOST_WRITTEN = 400_000
"""Numbers in one program, some 4 MB."""
DIGITS = {"float64": 17, "float32": 9, "float16": 5, "bfloat16": 4}
"""Digits that say which number of this kind is meant."""
_GIVEN = {"x": "X", "embedded": "X", "memory": "MEMORY", "position": "POSITION", "Q": "Q", "K": "K", "V": "V"}
_COMPUTED = (
    "x", "memory", "q", "k", "v", "q_rot", "k_rot", "scores", "scaled", "bias", "biased", "masked", "weights",
    "dropped", "mixed", "output",
)  # fmt: skip

CHECK = '''\
def check(name, found, expected, within):
    """Stop where a number is not what the sandbox showed; rounding on another computer may change it by `within`."""
    expected = torch.tensor(expected, dtype=dtype)
    torch.testing.assert_close(
        found, expected, rtol=0, atol=within, equal_nan=True, msg=lambda more: f"{name} is different. {more}"
    )
    checked.append(name)
'''


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the program: what it does in words, as a stage where it is one, and its lines."""

    title: str
    words: str
    code: str
    stage: tuple[Experiment, Stage] | None = None


def program(run: Run) -> str:
    """The whole program as text, for a file NAME.py. SandboxError where the state has too many numbers."""
    pieces = [f"{_comment(part)}\n{part.code.rstrip()}\n" for part in parts(run)]
    return _head(run) + "\n" + "\n\n".join(pieces)


def parts(run: Run) -> tuple[Part, ...]:
    """The program in pieces, in the order in which they run."""
    check_size(run)
    layers = [run] if run.first is None else [run.first, run]
    found = [Part("Sizes, and how heads are cut", "", _beginning(run))]
    for layer in layers:
        found += [_inputs(layer), *_stages(layer)]
    return (*found, Part("The end", "", 'print(f"All {len(checked)} tensors are as the sandbox showed them.")'))


def address(e: Experiment) -> str:
    """What stands behind the name of the page in its address; ASCII on one line, whatever the text was."""
    return "?" + urlencode(to_query(e), errors="replace")


def one_line(words: str) -> str:
    """Words that can stand in a comment: on one line, and nothing that cannot be printed."""
    return "".join(character for character in " ".join(words.split()) if character.isprintable())


def check_size(run: Run) -> None:
    """SandboxError, a sentence, where the state has too many numbers to be written out."""
    e = run.experiment
    longest = max(len(e.tokens), len(e.key_tokens))
    if longest > EVERYTHING:
        raise SandboxError(
            f"There are {longest} tokens, and a program holds every number. It is written for at most {EVERYTHING}: "
            "shorten the text, or take the table of what you see."
        )
    learned = sum(array.size for array in numbers(e).values()) * e.layers
    count = learned + sum(run.tensor(name).numel() for name in ("weights", "output"))
    if count > MOST_WRITTEN:
        raise SandboxError(
            f"A program with all {count:,} numbers would be too long; it may hold {MOST_WRITTEN:,}. "
            "Choose a smaller d_model, fewer heads or fewer tokens."
        )


def _head(run: Run) -> str:
    e = run.experiment
    lines = [
        one_line(e.title or e.name or "An experiment"),
        "",
        "This program computes one state of the attention sandbox again, in plain PyTorch. It stops with an error",
        "where a number differs by more than rounding explains. It needs PyTorch (pip install torch), nothing else.",
        "Run it with: python THIS_FILE",
        *["It computes attention as it is, not as the belief beside it has it."] * bool(e.belief),
        "To open this state in the sandbox again, put this behind the address of the sandbox page:",
        address(e),
    ]
    return "".join(f"# {line}".rstrip() + "\n" for line in lines)


def _comment(part: Part) -> str:
    rule = f"# --- {part.title} " + "-" * max(3, 90 - len(part.title))
    return "\n".join([rule, *(f"# {words}" for words in _wrapped(part.words))])


def _wrapped(words: str, width: int = 110) -> list[str]:
    lines = [""]
    for word in one_line(words).split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] += f"{' ' if lines[-1] else ''}{word}"
    return [line for line in lines if line]


def _beginning(run: Run) -> str:
    e = run.experiment
    names = [f"tokens = {_names(e.tokens)}"]
    names += [f"key_tokens = {_names(e.key_tokens)}"] * e.is_cross
    settled = [
        definitions(e),
        "",
        CHECK,
        "",
        f"dtype = torch.{e.precision}",
        "nan, inf = math.nan, math.inf",
        "checked = []",
    ]
    return "\n".join([*settled, *names])


def _names(tokens: tuple[str, ...]) -> str:
    """A list in Python; every sign beyond ASCII is written as its number, so a token can be no code."""
    return f"[{', '.join(ascii(token) for token in tokens)}]"


def _inputs(run: Run) -> Part:
    e = run.experiment
    found = numbers(e)
    names = [name for name in given(e) if not (run.first is not None and name in ("x", "output"))]
    code = "\n".join(_input(e, name, found) for name in names)
    layered = f" of layer {e.layer}" if e.layers > 1 else ""
    return Part(f"What goes in{layered}", "", code)


def _input(e: Experiment, name: str, found: dict[str, NDArray[np.float64]]) -> str:
    if name == "allowed":
        mask = e.block("MASK")
        if mask is None:
            return "allowed = torch.ones(n_q, n_k, dtype=torch.bool)  # every query may look everywhere"
        return f"allowed = torch.tensor({_nested(np.array(mask), repr)}) != 0  # True where a query may look"
    if name == "keep":
        stays = keep(e) > 0
        written = _nested(stays.astype(np.float64), "{:.0f}".format)
        return f"keep = (torch.tensor({written}, dtype=torch.float64) / (1 - {e.dropout!r})).to(dtype)"
    array = found[_GIVEN.get(name, name.upper())]
    sides_of = ", ".join(map(str, array.shape))
    return f"{name} = torch.tensor({_nested(array, repr)}, dtype=dtype)  # ({sides_of})"


def _stages(run: Run) -> Iterator[Part]:
    e = run.experiment
    off = bounds(run)
    few = sum(run.tensor(name).numel() for name in off) <= MOST_CHECKED
    layered = f" in layer {e.layer}" if e.layers > 1 else ""
    for stage, lines in program_lines(e):
        names = [name for name in sides.tensors(e, stage) if name in _COMPUTED and name in off]
        names = [name for name in names if few or name in ("weights", "output")]
        checks = [_checked(run, name, off[name]) for name in names]
        title = f"{stage.number}. {stage.title}{layered}"
        yield Part(title, meaning(e, stage), "\n".join([lines.rstrip(), *checks]), (e, stage))


def _checked(run: Run, name: str, off: float) -> str:
    digits = DIGITS[run.experiment.precision]
    tensor = run.tensor(name)
    written = _nested(tensor.double().numpy(), lambda value: _number(value, digits))
    shape = ", ".join(SHAPES[name])
    return f"check({name!r}, {name}, {written}, within={_up(off, tensor)})  # ({shape})"


def _up(off: float, tensor: Tensor) -> str:
    """Two digits, rounded up; never less than what the last digit written is worth."""
    largest = tensor.double().nan_to_num(0.0, 0.0, 0.0).abs().max().item()
    return f"{max(off * 1.05, 1e-16 * largest, 1e-300):.1e}"


def _number(value: float, digits: int) -> str:
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return repr(float(f"{value:.{digits}g}"))


def _nested(array: NDArray[np.float64], written: Callable[[float], str]) -> str:
    """Lists in lists, a line for each row."""
    if array.ndim == 1:
        return "[" + ", ".join(written(value) for value in array.tolist()) + "]"
    inner = ",\n".join(_nested(part, written) for part in array)
    return "[\n" + "\n".join(f"    {line}" for line in inner.splitlines()) + ",\n]"
