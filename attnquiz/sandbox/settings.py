"""How settings are read from words, in the address bar and at the top of experiment files alike."""

import re
from collections.abc import Callable
from typing import Any

from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions, Scoring
from attnquiz.errors import SandboxError
from attnquiz.sandbox.edit import cells, edits
from attnquiz.sandbox.experiment import Mask, View


def _whole(name: str, written: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,12}", written):
        raise SandboxError(f"{name} is {written[:40]!r}, which is no whole number. Write one such as 2.")
    return int(written)


def _number(name: str, written: str) -> float:
    try:
        return float(written)
    except ValueError:
        raise SandboxError(f"{name} is {written[:40]!r}, which is no number. Write one such as 0.5.") from None


def _switch(name: str, written: str) -> bool:
    if written.lower() not in ("on", "off", "true", "false", "yes", "no"):
        raise SandboxError(f"{name} is {written[:40]!r}; write on or off.")
    return written.lower() in ("on", "true", "yes")


Words = type[Mask] | type[Stage] | type[View] | type[Scoring]


def _word(kind: Words) -> Callable[[str, str], Any]:
    def read(name: str, written: str) -> Any:
        plain = re.sub(r"[ +]+", "+", written.strip())
        for member in kind:
            if member.value.lower() == plain.lower():
                return member
        raise SandboxError(f"{name} is {written[:40]!r}; choose one of {', '.join(member.value for member in kind)}.")

    return read


def _text(name: str, written: str) -> str:
    if not written or len(written) > 40:
        raise SandboxError(f"{name} is {written[:40]!r}, which names nothing.")
    return written


def _positions(name: str, written: str) -> Positions:
    """The name of a method; "on" is the waves of the first paper."""
    word = written.strip().lower()
    if word in ("on", "off", "true", "false", "yes", "no"):
        return Positions.SINUSOIDAL if _switch(name, word) else Positions.NONE
    if word not in list(Positions):
        raise SandboxError(f"{name} is {written[:40]!r}; choose one of {', '.join(Positions)}.")
    return Positions(word)


READERS: dict[str, Callable[[str, str], Any]] = {
    "batch": _whole,
    "heads": _whole,
    "kv_heads": _whole,
    "d_model": _whole,
    "layers": _whole,
    "seed": _whole,
    "scoring": _word(Scoring),
    "scale": _switch,
    "divisor": _number,
    "temperature": _number,
    "mask": _word(Mask),
    "padding": _whole,
    "window": _whole,
    "positions": _positions,
    "dropout": _number,
    "stage": _word(Stage),
    "layer": _whole,
    "tensor": _text,
    "head": _whole,
    "view": _word(View),
    "device": _text,
    "precision": _text,
}
"""Each takes (name, words) and returns the value; SandboxError names the setting."""

IN_FILES = {name: read for name, read in READERS.items() if name not in ("device", "precision")}
IN_FILES |= {"patch": _whole, "bins": _whole}
"""What the top of an experiment file may say. It is set up as things are, and for any machine."""

IN_ADDRESSES = READERS | {
    "edit": lambda name, written: edits(written),
    "flips": lambda name, written: cells(written),
    "compare": _switch,
    "predict": _switch,
    "belief": _text,
}
"""An address also says what was edited, and which belief is acted out."""
