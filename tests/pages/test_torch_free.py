"""Torch stays off the quiz path: whoever only answers cards never waits for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from attnquiz.store.database import Store

ROOT = Path(__file__).parents[2]
VISIT = """
import sys
from streamlit.testing.v1 import AppTest

at = AppTest.from_file("app.py", default_timeout=120)
at.run()
at.switch_page("pages/study/review.py").run()
for label in ("I don't know", "Easy"):
    next(button for button in at.button if button.label.startswith(label)).click().run()
at.switch_page(sys.argv[1]).run()
assert not at.exception, at.exception
print(len(at.markdown) + len(at.metric))
sys.exit("torch" in sys.modules)
"""


def visit(page, folder, script=VISIT):
    return subprocess.run(
        [sys.executable, "-c", script, page], cwd=ROOT, capture_output=True, text=True, timeout=300,
        env=os.environ | {"ATTNQUIZ_DB": str(folder / "answers.sqlite3")},
    )  # fmt: skip


@pytest.mark.parametrize(
    "page",
    [
        "pages/study/today.py", "pages/study/review.py", "pages/study/placement.py", "pages/study/exam.py",
        "pages/progress/overview.py", "pages/progress/settings.py", "pages/sandbox/experiments.py",
    ],
)  # fmt: skip
def test_torch_is_never_loaded_by(page, tmp_path):
    done = visit(page, tmp_path)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0


def test_the_sandbox_does_load_torch_so_that_the_check_above_can_fail(tmp_path):
    assert visit("pages/sandbox/attention.py", tmp_path).returncode == 1


def test_answering_cards_loads_neither_pandas_nor_altair(tmp_path):
    """A quarter of a second before the first card; Streamlit would import pandas to look at what a component gets."""
    Store.open(tmp_path / "answers.sqlite3")  # making the file needs sqlite-utils, and that needs pandas
    script = VISIT.replace('sys.exit("torch" in sys.modules)', 'sys.exit(bool({"pandas", "altair"} & {*sys.modules}))')
    done = visit("pages/study/review.py", tmp_path, script)
    assert done.returncode == 0, done.stderr
