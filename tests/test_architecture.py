"""The walls between the rooms: import contracts (pyproject.toml), pages, and torch off the quiz path.

Each wall is also seen to fall: a copy of the house gets one planted violation, and the check must name it.
"""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]

# contract -> (file, line that breaks it)
PLANTED = {
    "Cards know only themselves": ("cards/card.py", "import attnquiz.recall.rating"),
    "Recall knows nothing of cards, files or screens": ("recall/rating.py", "from attnquiz.cards import card"),
    "Attention is mathematics and imports no other room": ("attention/planted.py", "from attnquiz.recall import face"),
    "Charts are pictures of frames and import no other room": ("charts/planted.py", "import attnquiz.measure"),
    "The store keeps what recall describes and knows no card": ("store/entry.py", "from attnquiz.cards import card"),
    "Measure reads recall and the store": ("measure/planted.py", "from attnquiz.cards import card"),
    "Study joins cards, recall and store, and never meets the sandbox": ("study/planted.py", "import attnquiz.sandbox"),
    "Exchange carries files and logs, and knows cards, recall and the store": (
        "exchange/planted.py",
        "import attnquiz.study",
    ),
    "Commands speak to all rooms but ui and charts": ("commands/planted.py", "import attnquiz.charts"),
    "The sandbox steps through attention and knows no learner": ("sandbox/planted.py", "import attnquiz.store.entry"),
    "The front matter reader imports nothing of ours but errors": ("frontmatter.py", "import attnquiz.cards.card"),
    "The experiment file reader imports only errors and front matter": ("experimentfile.py", "import attnquiz.cards"),
    "Errors import nothing of ours": ("errors.py", "import attnquiz.recall.face"),
    "Where things lie is said in one place that imports nothing of ours": ("place.py", "import attnquiz.errors"),
    "Only that place asks the platform for a folder": ("store/planted.py", "import platformdirs"),
    "Only app.py and pages import ui": ("__main__.py", "import attnquiz.ui.state"),
    "Only ui draws charts": ("__main__.py", "import attnquiz.charts"),
    "Only ui speaks to Streamlit": ("study/planted.py", "import streamlit"),
    "Only recall speaks to fsrs": ("study/planted.py", "from fsrs import Scheduler"),
    "Only the store opens a database": ("measure/planted.py", "import sqlite3"),
    "Only attention and the sandbox load torch": ("ui/planted.py", "import torch"),
    "The quiz and its numbers never reach torch, not even through others": (
        "study/planted.py",
        "import attnquiz.attention.planted",
    ),
    "Only charts speak to altair": ("ui/planted.py", "import altair"),
    "Frames are for measure, the sandbox and pictures": ("store/planted.py", "import pandas"),
    "Recall, store and study do without numpy": ("recall/planted.py", "import numpy as np"),
    "Only the command line speaks click": ("cards/planted.py", "import click"),
    "Anki is AGPL and stays outside": ("exchange/planted.py", "import anki"),
}


def lint_imports(root: Path) -> tuple[int, set[str], str]:
    """Exit code, names of the broken contracts, everything printed."""
    linter = Path(sys.executable).with_name("lint-imports.exe" if sys.platform == "win32" else "lint-imports")
    run = subprocess.run([linter, "--no-logo", "--no-cache"], cwd=root, capture_output=True, text=True, check=False)
    return run.returncode, set(re.findall(r"^(.+) BROKEN", run.stdout, flags=re.MULTILINE)), run.stdout + run.stderr


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house in which one may break things."""
    parts = shutil.ignore_patterns("__pycache__")
    for folder in ("attnquiz", "pages"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=parts)
    for name in ("pyproject.toml", "app.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def plant(house: Path, name: str, line: str) -> None:
    with (house / name).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")


def test_every_room_imports_only_what_its_contract_lets_through():
    code, broken, printed = lint_imports(ROOT)
    assert (code, broken) == (0, set()), printed


def test_every_room_has_a_contract():
    rooms = {f"attnquiz.{p.stem}" for p in (ROOT / "attnquiz").iterdir() if not p.name.startswith((".", "_"))}
    bound = {source for contract in CONTRACTS for source in contract["source_modules"]}
    assert rooms - bound == {"attnquiz.ui"}


def test_every_contract_is_seen_to_break():
    assert [contract["name"] for contract in CONTRACTS] == list(PLANTED)


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_import_breaks_its_contract(house: Path, contract: str):
    name, line = PLANTED[contract]
    plant(house, "attnquiz/attention/planted.py", "import torch")
    plant(house, f"attnquiz/{name}", line)
    code, broken, printed = lint_imports(house)
    assert code == 1, printed
    assert contract in broken, printed


# --- pages -------------------------------------------------------------------------------------


def faults_of_pages(root: Path) -> list[str]:
    """Pages are sentences in screen order: short, without definitions, importing only streamlit and attnquiz.ui."""
    faults = [f"{path.name}: lies directly in pages/" for path in (root / "pages").glob("*.py")]
    for path in [root / "app.py", *(root / "pages").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        if len(text.splitlines()) > 60:
            faults.append(f"{path.name}: longer than 60 lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
                faults.append(f"{path.name}:{node.lineno}: defines something")
            for module in imported(node):
                if module != "streamlit" and not (module + ".").startswith("attnquiz.ui."):
                    faults.append(f"{path.name}:{node.lineno}: imports {module}")
    return faults


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or "."] if isinstance(node, ast.ImportFrom) else []


def test_pages_are_short_and_import_only_streamlit_and_ui():
    assert faults_of_pages(ROOT) == []


@pytest.mark.parametrize(
    ("name", "line", "fault"),
    [
        ("pages/study/review.py", "import attnquiz.study", "imports attnquiz.study"),
        ("pages/study/today.py", "from attnquiz.uinot import state", "imports attnquiz.uinot"),
        ("app.py", "import torch", "imports torch"),
        ("pages/study/review.py", "def helper(): ...", "defines something"),
        ("pages/study/review.py", "key = lambda card: card.id", "defines something"),
        ("pages/study/review.py", "\n" * 60, "longer than 60 lines"),
        ("pages/extra.py", "", "lies directly in pages/"),
    ],
)
def test_a_planted_line_is_a_fault_of_a_page(house: Path, name: str, line: str, fault: str):
    plant(house, name, line)
    assert any(fault in found for found in faults_of_pages(house))


# --- Anki --------------------------------------------------------------------------------------

ANKI = "benchmarks/anki_backend.py"  # AGPL: a program of its own, which is started and never imported


def faults_about_anki(root: Path) -> list[str]:
    """Who imports Anki, or the one program that may; and what that program imports of ours."""
    faults = []
    for path in [root / "app.py", *(p for top in ROOMS for p in (root / top).rglob("*.py"))]:
        name = path.relative_to(root).as_posix()
        for module in (m for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) for m in imported(node)):
            top = module.split(".")[0]
            if (name == ANKI and top in ROOMS) or (name != ANKI and (top == "anki" or "anki_backend" in module)):
                faults.append(f"{name}: imports {module}")
    return faults


ROOMS = ("attnquiz", "pages", "tests", "benchmarks")


def test_only_one_program_imports_anki_and_it_imports_nothing_of_ours():
    assert faults_about_anki(ROOT) == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (ANKI, "from attnquiz.store import database"),
        ("benchmarks/scale.py", "from benchmarks.anki_backend import timed"),
        ("attnquiz/store/log.py", "from anki.collection import Collection"),
    ],
)
def test_a_planted_import_of_anki_is_a_fault(house: Path, name: str, line: str):
    for path in (ANKI, "benchmarks/scale.py"):
        (house / "benchmarks").mkdir(exist_ok=True)
        shutil.copy(ROOT / path, house / path)
    assert faults_about_anki(house) == []
    plant(house, name, line)
    assert faults_about_anki(house) == [f"{name}: imports {line.split()[1]}"]


# --- torch -------------------------------------------------------------------------------------

IMPORT_ONE_BY_ONE = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
    if "torch" in sys.modules:
        sys.exit("importing " + name + " has loaded torch")
"""


def quiz_path(root: Path) -> list[str]:
    """Every module that a learner who only answers cards can meet, the torch-free part of the sandbox included."""
    names = [".".join(p.relative_to(root).with_suffix("").parts) for p in sorted((root / "attnquiz").rglob("*.py"))]
    names = [name.removesuffix(".__init__") for name in names]
    heavy = ("attnquiz.attention", "attnquiz.sandbox", "attnquiz.ui.sandbox")
    light = [name for name in names if not name.startswith(heavy)]
    return light + [name for name in names if name in {"attnquiz.attention.stage", "attnquiz.sandbox.experiment"}]


def load(root: Path, names: list[str]) -> subprocess.CompletedProcess:
    line = [sys.executable, "-c", IMPORT_ONE_BY_ONE, *names]
    return subprocess.run(line, cwd=root, capture_output=True, text=True, check=False)


def test_the_quiz_path_never_loads_torch():
    run = load(ROOT, quiz_path(ROOT))
    assert run.returncode == 0, run.stderr


def test_a_planted_torch_on_the_quiz_path_is_named(house: Path):
    plant(house, "attnquiz/cards/card.py", "import torch")
    run = load(house, ["attnquiz.errors", "attnquiz.cards.card"])
    assert "importing attnquiz.cards.card has loaded torch" in run.stderr
