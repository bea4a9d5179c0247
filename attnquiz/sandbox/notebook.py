"""A state as a Jupyter notebook: the program of the same state, a cell for each stage under its title and equation."""

import json
from typing import Any

from attnquiz.sandbox.program import Part, address, one_line, parts
from attnquiz.sandbox.run import Run
from attnquiz.sandbox.wording import equation
from attnquiz.sandbox.written import plain


def notebook(run: Run) -> str:
    """The text of a file NAME.ipynb (nbformat 4.5). SandboxError where the state has too many numbers."""
    cells: list[dict[str, Any]] = []
    for text in (_title(run), *(text for part in parts(run) for text in (_words(part), part))):
        cells.append(_cell(len(cells), text))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1) + "\n"


def _cell(number: int, content: str | Part) -> dict[str, Any]:
    """A string is Markdown, a part is code. The id counts: the same state gives the same file."""
    text = content if isinstance(content, str) else content.code.rstrip()
    kind = "markdown" if isinstance(content, str) else "code"
    cell = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": text.splitlines(keepends=True)}
    return cell if kind == "markdown" else cell | {"execution_count": None, "outputs": []}


def _title(run: Run) -> str:
    e = run.experiment
    return (
        f"# {plain(one_line(e.title or e.name))}\n\n"
        "This notebook computes one state of the attention sandbox again, in plain PyTorch. A cell stops with an error "
        "where a number differs by more than rounding explains.\n\n"
        "To open this state in the sandbox again, put this behind the address of the sandbox page:\n\n"
        f"    {address(e)}\n"
    )


def _words(part: Part) -> str:
    lines = [f"## {part.title}"]
    if part.stage is not None:
        lines += [part.words, f"$$\n{equation(*part.stage)}\n$$"]
    return "\n\n".join(lines)
