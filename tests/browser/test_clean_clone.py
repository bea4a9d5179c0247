"""A newcomer: clone, one command, and in the browser a card, the sandbox and the progress page."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clone(tmp_path):
    """The project as somebody gets it: only what git tracks, in an empty folder, without a .venv."""
    target = tmp_path / "attnquiz"
    if (ROOT / ".git").exists():
        subprocess.run(["git", "clone", "-q", str(ROOT), str(target)], check=True)
    else:
        shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(".venv", "__pycache__", ".*_cache"))
    yield target
    shutil.rmtree(target, ignore_errors=True)


class Newcomer:
    """One command in the clone, answered by a server on its port."""

    def __init__(self, clone, port, db):
        self.clone, self.port, self.db, self.process = clone, port, db, None
        self.url = f"http://127.0.0.1:{port}"

    def start(self):
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("VIRTUAL_ENV", "PYTHON"))}
        environment["ATTNQUIZ_DB"] = str(self.db)
        interpreter = getattr(sys, "_base_executable", sys.executable)
        with (self.db.parent / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [interpreter, "run.py", "--port", str(self.port), "--server.headless=true"],
                cwd=self.clone, env=environment, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        for _ in range(6000):
            assert self.process.poll() is None, (self.db.parent / "server.log").read_text(errors="replace")
            try:
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5)
                return
            except OSError:
                time.sleep(0.1)
        pytest.fail("No server after ten minutes.")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and execv are POSIX")
def test_a_newcomer_answers_a_card_steps_through_attention_sees_it_and_loses_nothing_to_sigkill(
    clone, tmp_path, page, settled, witness
):
    from socket import socket

    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    newcomer = Newcomer(clone, port, tmp_path / "data" / "answers.sqlite3")
    newcomer.db.parent.mkdir()
    assert not (clone / ".venv").exists()
    newcomer.start()
    try:
        page.goto(newcomer.url)
        settled(page)
        page.get_by_role("button", name="Start with the first card", exact=False).click()
        page.get_by_role("button", name="I don't know").click()
        page.get_by_role("button", name="Next: Again", exact=False).wait_for()
        page.wait_for_timeout(500)  # a click sooner than anybody reads is taken for half of a double click
        page.get_by_role("button", name="Next: Again", exact=False).click()
        page.get_by_role("button", name="Next: Again", exact=False).wait_for(state="detached")
        newcomer.kill()  # right after the answer was acknowledged

        newcomer.start()
        page.goto(newcomer.url)
        settled(page)
        page.locator("[data-testid=stMetric]", has_text="Answered today").get_by_text("1", exact=True).wait_for()

        page.goto(f"{newcomer.url}/attention")
        settled(page, 120)
        for number, stage in enumerate(("PROJECT", "SCORE", "SCALE", "MASK", "SOFTMAX", "WEIGH", "MERGE"), start=2):
            page.get_by_role("button", name=f"{stage.capitalize()} Shortcut {number}").click()
            page.wait_for_url(f"**stage={stage}**")
            settled(page)

        page.goto(f"{newcomer.url}/overview")
        settled(page)
        page.get_by_text("1 answer", exact=False).first.wait_for()
        assert witness.foreign == []
    finally:
        newcomer.kill()
