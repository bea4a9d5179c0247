"""What the sandbox exports as a program and as a notebook, run far from the app."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from attnquiz.attention.variant import Positions, Scoring
from attnquiz.errors import SandboxError
from attnquiz.sandbox import sides
from attnquiz.sandbox.address import from_query
from attnquiz.sandbox.edit import Edit
from attnquiz.sandbox.experiment import Experiment, Mask, own_text
from attnquiz.sandbox.library import load, names
from attnquiz.sandbox.notebook import notebook
from attnquiz.sandbox.program import program
from attnquiz.sandbox.rounding import bounds
from attnquiz.sandbox.run import run

# One process runs program after program, each as a main module with names of its own, as `python -I FILE` would: only
# PyTorch is imported once. Nothing of ours is on its path (-I), and it stands in another folder.
RUNNER = """
import runpy, sys, traceback
assert not any("attnquiz" in path for path in sys.path)
for line in sys.stdin:
    try:
        runpy.run_path(line.strip(), run_name="__main__")
    except BaseException:
        traceback.print_exc(file=sys.stdout)
        print("FAILED")
    assert "attnquiz" not in sys.modules
    print("DONE", flush=True)
"""
WORDS = (
    "cat", "the", "it's", "漢字", "مرحبا", "👩‍👩‍👧", '"""', "'''", "\\", "\\n", "{x}", "#", "<script>", "=1+1", "nan",
    "]",
)  # fmt: skip


@pytest.fixture(scope="module")
def passes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """`passes(text)` runs a program and returns what it printed; with "FAILED" where it stopped with an error."""
    folder = tmp_path_factory.mktemp("programs")
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", RUNNER], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={"OMP_NUM_THREADS": "1"},
    )  # fmt: skip

    def ran(text: str) -> str:
        path = folder / "taken.py"
        path.write_text(text, encoding="utf-8")
        process.stdin.write(f"{path}\n")
        process.stdin.flush()
        printed = []
        while (line := process.stdout.readline()) not in ("DONE\n", ""):
            printed.append(line)
        return "".join(printed)

    yield ran
    process.communicate(timeout=30)
    assert process.returncode == 0


@st.composite
def states(draw: st.DrawFn) -> Experiment:
    """Any state of the sandbox with a few tokens: all variants, with numbers and cells of the mask edited."""
    text = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
    d_k, heads = draw(st.sampled_from([1, 2, 4, 6])), draw(st.sampled_from([1, 2, 3, 4]))
    positions = draw(st.sampled_from([p for p in Positions if p is not Positions.ROPE or d_k % 2 == 0]))
    cross = draw(st.booleans())
    layers = 1 if cross else draw(st.integers(1, 2))
    e = own_text(
        draw(text),
        memory_text=draw(text) if cross else None,
        d_model=d_k * heads,
        heads=heads,
        kv_heads=draw(st.sampled_from([None, *(g for g in range(1, heads + 1) if heads % g == 0)])),
        layers=layers,
        layer=draw(st.integers(0, layers - 1)),
        seed=draw(st.integers(0, 99)),
        scoring=draw(st.sampled_from(Scoring)),
        scale=draw(st.booleans()),
        divisor=draw(st.sampled_from([None, None, 0.3, 7.0])),
        temperature=draw(st.sampled_from([1.0, 0.1, 2.5])),
        mask=draw(st.sampled_from(Mask)),
        padding=draw(st.integers(0, 1)),
        window=draw(st.integers(0, 3)),
        positions=positions,
        dropout=draw(st.sampled_from([0.0, 0.0, 0.3])),
        precision=draw(st.sampled_from(["float32", "float64", "bfloat16", "float16"])),
    )
    return e.changed(layer=e.layer, edits=draw(_edits(e)), flips=draw(_flips(e)))


def _edits(e: Experiment) -> st.SearchStrategy:
    # not below 1e-8: PyTorch's normalize takes a vector shorter than 1e-12 for zero, the sandbox does not
    values = st.one_of(st.floats(-4, 4).map(lambda value: round(value, 6)), st.sampled_from([0.0, -0.1, 1e-8, 100.0]))

    def of(name: str) -> st.SearchStrategy:
        rows, columns = sides.blocks(e)[name]
        places = st.tuples(st.integers(0, rows - 1), st.integers(0, columns - 1))
        return st.builds(lambda place, value: Edit(name, *place, value), places, values)

    some = st.lists(st.sampled_from(sorted(sides.blocks(e))).flatmap(of), max_size=5)
    return some.map(lambda found: tuple(sorted({edit[:3]: edit for edit in found}.values())))


def _flips(e: Experiment) -> st.SearchStrategy:
    cells = st.tuples(st.integers(0, len(e.tokens) - 1), st.integers(0, len(e.key_tokens) - 1))
    return st.lists(cells, max_size=4, unique=True).map(lambda found: tuple(sorted(found)))


@settings(max_examples=50)
@given(state=states())
@example(own_text("a", d_model=1, heads=1, scoring=Scoring.COSINE, precision="float16", edits=(Edit("K", 0, 0, 0.0),)))
def test_fifty_random_states_as_programs_pass_their_own_assertions(passes, state):
    printed = passes(program(run(state)))
    assert "FAILED" not in printed, printed
    assert re.search(r"All \d+ tensors are as the sandbox showed them", printed)


@pytest.mark.parametrize("name", names())
def test_every_experiment_of_the_library_passes_as_a_program(passes, name):
    assert "FAILED" not in passes(program(run(load(name))))


@pytest.mark.parametrize("query", [
    {"text": 'she said """no""" \'\'\' \\ # <script>alert(1)</script>', "mask": "causal", "dropout": "0.2"},
    {"text": "a b c", "layers": "2", "layer": "1", "positions": "rope", "kv_heads": "1", "edit": "Q_2.0.1:3.5"},
    {"experiment": "thai-curry", "precision": "bfloat16"},
])  # fmt: skip
def test_a_program_runs_alone(tmp_path: Path, query):
    path = tmp_path / "taken.py"
    path.write_text(program(run(from_query(query))), encoding="utf-8")
    done = subprocess.run([sys.executable, "-I", str(path)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "as the sandbox showed them" in done.stdout
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["x", "w_q", "w_k", "w_v", "w_o"])
def test_a_changed_input_fails(passes, name):
    text = program(run(from_query({"text": "a b c d", "mask": "causal"})))
    start = text.index("[", text.index(f"{name} = torch.tensor([") + len(name) + 18)
    changed = text[: start + 1] + "0.5 + " + text[start + 1 :]
    assert "FAILED" not in passes(text)
    printed = passes(changed)
    assert "FAILED" in printed
    assert "is different" in printed


def test_a_changed_rule_of_the_mask_fails(passes):
    text = program(run(from_query({"text": "a b c d", "mask": "causal"})))
    assert "masked is different" in passes(text.replace(".tril()", ".tril(1)"))


def test_a_program_imports_nothing_but_torch_and_math():
    text = program(run(from_query({"text": "a b c", "positions": "t5", "mask": "causal"})))
    assert set(re.findall(r"^\s*(?:import|from)\s+(\S+)", text, re.MULTILINE)) == {"math", "torch"}
    assert "open(" not in text


@pytest.mark.parametrize("word", ["a\rimport os", "tit\x00le", "line\u2028break", "\ud800", "\x0cfeed"])
def test_a_title_stays_in_its_comment(word):
    head = program(run(replace(own_text("a b"), title=f"x {word}"))).split("\n# ---")[0]
    assert all(line.startswith("#") for line in re.split("[\n\r\f]", head.rstrip("\n")))
    head.encode("utf-8")


def test_tokens_are_written_so_that_they_are_only_names():
    tokens = ('"]); raise SystemExit(0) #', "\N{ZERO WIDTH SPACE}\n'")
    text = program(run(replace(load("shapes"), listed=tokens)))
    line = next(line for line in text.splitlines() if line.startswith("tokens = "))
    assert line.isascii()
    assert line == "tokens = ['\"]); raise SystemExit(0) #', \"\\u200b\\n'\"]"


def test_more_tokens_than_a_program_holds_are_refused_with_a_sentence():
    with pytest.raises(SandboxError, match="There are 65 tokens, and a program holds every number"):
        program(run(own_text("word " * 65)))
    assert "check('weights'" in program(run(own_text("word " * 64)))


def test_more_numbers_than_a_program_holds_are_refused_with_a_sentence():
    with pytest.raises(SandboxError, match="Choose a smaller d_model"):
        program(run(own_text("a b", d_model=512)))


def test_rounding_is_bounded_tightly_enough_to_mean_something():
    """Beside float64, no tensor of float32 is off by more than its bound, and no bound is beyond a 10,000th."""
    e = from_query({"text": "the cat sat on the mat", "mask": "causal", "positions": "alibi", "dropout": "0.2"})
    ours, exact = run(e), run(e, dtype=torch.float64)
    for name, bound in bounds(ours).items():
        off = (ours.tensor(name).double() - exact.tensor(name)).nan_to_num(0.0).abs().max().item()
        # the inputs, two decimals, are themselves rounded to float32 first: one eps more of everything
        assert off <= 2 * bound + 1e-7, name
        assert bound < 1e-4, name


# --- as a notebook --------------------------------------------------------------------------------


def test_a_notebook_has_what_its_format_asks_for():
    """nbformat 4.5: docs of nbformat, "The Notebook file format"."""
    book = json.loads(notebook(run(from_query({"text": "a_b <b> c", "layers": "2", "layer": "1"}))))
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    assert book["metadata"]["kernelspec"].keys() >= {"name", "display_name"}
    ids = [cell["id"] for cell in book["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in book["cells"]:
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", cell["id"])
        assert all(isinstance(line, str) for line in cell["source"])
        wanted = {"cell_type", "id", "metadata", "source"}
        wanted |= {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert cell.keys() == wanted
    kinds = [cell["cell_type"] for cell in book["cells"]]
    assert kinds == ["markdown"] + ["markdown", "code"] * ((len(kinds) - 1) // 2)


@pytest.mark.parametrize("query", [
    {"text": "a b c", "positions": "sinusoidal", "scoring": "cosine"},
    {"text": "a b c", "memory": "d e", "scoring": "additive", "flips": "0.1"},
    {"text": "a b c", "layers": "2", "layer": "1", "kv_heads": "1"},
])  # fmt: skip
def test_the_cells_of_a_notebook_run_one_after_the_other(passes, query):
    book = json.loads(notebook(run(from_query(query))))
    cells = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]
    text = f"names = {{}}\nfor cell in {cells!r}:\n    exec(cell, names)\n"
    printed = passes(text)
    assert "FAILED" not in printed, printed
    assert "as the sandbox showed them" in printed


def test_every_stage_has_its_equation_above_its_cell():
    book = json.loads(notebook(run(from_query({"text": "a b c", "positions": "sinusoidal"}))))
    titles = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "markdown"]
    stages = [title for title in titles if re.match(r"## \d\. ", title)]
    assert [title[3] for title in stages] == list("12345678")
    assert all(title.count("$$") == 2 for title in stages)


def test_a_title_is_no_markup_in_a_notebook():
    book = json.loads(notebook(run(replace(own_text("a b"), title="<b>*x*"))))
    assert book["cells"][0]["source"][0] == "# \\<b\\>\\*x\\*\n"
