"""Fits as processes of their own: torch never comes into the app, and a page that is closed stops nothing."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import attnquiz
from attnquiz.store.alone import Post

ROOT = Path(attnquiz.__file__).parents[1]


class Tuner:
    """What one server knows of the fits that it began. Others are seen as well: by the lock of the file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: dict[Path, subprocess.Popen[str]] = {}
        self._results: dict[Path, str] = {}

    def begin(self, path: Path) -> None:
        """Begin one, unless one is under way; a thread waits for its result, no page does."""
        with self._lock:
            if self.progress(path) is not None:
                return
            self._results.pop(path, None)
            command = [sys.executable, "-m", "attnquiz", "fit", "--gently", str(path)]
            process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                encoding="utf-8",
            )  # fmt: skip
            self._begun[path] = process
        threading.Thread(target=self._wait, args=(path, process), name="a fit", daemon=True).start()

    def _wait(self, path: Path, process: "subprocess.Popen[str]") -> None:
        out, error = process.communicate()
        lines = (out or error or "").strip().splitlines()
        known = process.returncode in (0, 2)  # 2: a sentence says why not
        self._results[path] = lines[-1] if known and lines else "The fit ended without a result. Nothing was changed."

    def progress(self, path: Path) -> float | None:
        """The part that is done, from 0 to 1; None where nothing is under way."""
        begun = self._begun.get(path)
        post = Post(path, "fit")
        if not post.is_held():
            return 0.0 if begun is not None and begun.poll() is None else None
        try:
            return min(max(float(json.loads(post.told())), 0.0), 1.0)
        except (ValueError, TypeError):
            return 0.0

    def stop(self, path: Path) -> None:
        """Ask the fit to stop, whoever began it. One of ours that does not listen yet is ended: it has nothing half."""
        post = Post(path, "fit")
        begun = self._begun.get(path)
        if post.is_held():
            post.ask_to_stop()
        elif begun is not None and begun.poll() is None:
            begun.terminate()

    def result(self, path: Path) -> str:
        """What the latest fit of this server came to, in a sentence; empty while there is none."""
        return self._results.get(path, "")
