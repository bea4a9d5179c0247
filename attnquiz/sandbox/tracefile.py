"""`python -m attnquiz trace`: one attention layer from a JSON file or a shipped experiment, every stage as JSON."""

import math
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from attnquiz.attention.attend import AttentionTrace, attend, split_heads
from attnquiz.attention.mask import causal
from attnquiz.attention.projections import Projections, multi_head
from attnquiz.errors import SandboxError
from attnquiz.sandbox.library import load, names
from attnquiz.sandbox.run import run
from attnquiz.sandbox.tracegiven import Given, read

LARGEST_FILE = 20_000_000
TENSORS = ("q", "k", "v", "scores", "scaled", "masked", "weights", "mixed", "output")

__all__ = ["Given", "read", "show", "summary", "trace", "trace_text"]


def trace(source: str) -> dict[str, Any]:
    """FILE.json or the name of a shipped experiment, computed in float64. Ready for json.dumps; SandboxError."""
    if source in names():
        found = run(load(source), dtype=torch.float64)
        return show(found.tokens, found.trace)
    return trace_text(_text_of(source))


def trace_text(text: str) -> dict[str, Any]:
    """The same for the text of such a file."""
    given = read(text)
    return show(given.tokens, compute(given))


def compute(given: Given) -> AttentionTrace:
    """Every stage, in float64."""
    matrices = {name: torch.tensor(rows, dtype=torch.float64) for name, rows in given.matrices.items()}
    settings: dict[str, Any] = {
        "allowed": _allowed(given),
        "scale": given.scale,
        "temperature": given.temperature,
    }
    with torch.inference_mode():
        if "x" in matrices:
            learned = (matrices[name] for name in ("w_q", "w_k", "w_v"))
            return multi_head(matrices["x"], Projections(given.heads, *learned, matrices.get("w_o")), **settings)
        return attend(*(split_heads(matrices[name], given.heads) for name in "qkv"), **settings)


def show(tokens: tuple[str, ...], traced: AttentionTrace) -> dict[str, Any]:
    """tokens, shapes and nested lists. null stands for minus infinity, and for the weights that an empty row lacks."""
    tensors = {name: getattr(traced, name) for name in TENSORS}
    shapes = {name: list(tensor.shape) for name, tensor in tensors.items()}
    return {"tokens": list(tokens), "shapes": shapes} | {name: _lists(t.tolist()) for name, t in tensors.items()}


def summary(traced: dict[str, Any]) -> str:
    """For people: the weights of each head as a table, and the shapes."""
    lines = [f"{name}: {' x '.join(map(str, shape))}" for name, shape in traced["shapes"].items()]
    width = max(8, *(len(token) for token in traced["tokens"]))
    for head, rows in enumerate(traced["weights"]):
        lines += ["", f"Weights of head {head}: a row for each query, a column for each key"]
        lines.append(" " * width + "".join(f"  {token:>{width}}" for token in traced["tokens"]))
        for token, row in zip(traced["tokens"], rows, strict=True):
            entries = "".join(f"  {'none' if value is None else f'{value:.4f}':>{width}}" for value in row)
            lines.append(f"{token:>{width}}{entries}")
    return "\n".join(lines)


def _allowed(given: Given) -> Tensor | None:
    if isinstance(given.mask, str):
        return causal(len(given.tokens)) if given.mask == "causal" else None
    return torch.tensor(given.mask)


def _lists(value: Any) -> Any:
    if isinstance(value, list):
        return [_lists(part) for part in value]
    return value if math.isfinite(value) else None


def _text_of(source: str) -> str:
    path = Path(source)
    try:
        if path.is_file() and path.stat().st_size > LARGEST_FILE:
            raise SandboxError(f"{source} is larger than {LARGEST_FILE:,} bytes. Trace fewer or shorter vectors.")
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SandboxError(
            f"{source} is neither a file nor an experiment. The experiments are {', '.join(names())}."
        ) from None
    except UnicodeDecodeError:
        raise SandboxError(f"{source} is not UTF-8 text. Save it as UTF-8.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SandboxError(f"{source} cannot be read: {reason}. Check its name and permissions.") from None
