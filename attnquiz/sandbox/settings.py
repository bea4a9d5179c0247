"""How settings are read from words, in the address bar and at the top of experiment files alike."""

import re
from collections.abc import Callable
from typing import Any

from attnquiz.attention.stage import Stage
from attnquiz.errors import SandboxError
from attnquiz.sandbox.experiment import Mask


def _whole(name: str, written: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,12}", written):
        raise SandboxError(f"{name} is {written[:40]!r}, which is no whole number.")
    return int(written)


def _number(name: str, written: str) -> float:
    try:
        return float(written)
    except ValueError:
        raise SandboxError(f"{name} is {written[:40]!r}, which is no number.") from None


def _switch(name: str, written: str) -> bool:
    if written.lower() not in ("on", "off", "true", "false", "yes", "no"):
        raise SandboxError(f"{name} is {written[:40]!r}; write on or off.")
    return written.lower() in ("on", "true", "yes")


def _word(kind: type[Mask] | type[Stage]) -> Callable[[str, str], Any]:
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


READERS: dict[str, Callable[[str, str], Any]] = {
    "heads": _whole,
    "d_model": _whole,
    "seed": _whole,
    "scale": _switch,
    "temperature": _number,
    "mask": _word(Mask),
    "padding": _whole,
    "positions": _switch,
    "stage": _word(Stage),
    "tensor": _text,
    "head": _whole,
    "device": _text,
    "precision": _text,
}
"""Each takes (name, words) and returns the value; SandboxError names the setting."""

IN_ADDRESSES = READERS | {"belief": _text}
"""An address also says which belief is acted out. A file does not: an experiment is set up as things are."""
