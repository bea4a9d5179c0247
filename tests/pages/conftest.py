"""The real app in AppTest, with a file of answers of its own."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.noon import ZONE

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def main_stays_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest leaves the app as ``__main__`` behind, and whoever starts processes later in this worker would run it."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "answers.sqlite3"
    monkeypatch.setenv("ATTNQUIZ_DB", str(path))
    return path


@pytest.fixture
def visit(db: Path) -> Callable[..., AppTest]:
    """``visit("pages/study/review.py")`` opens a page in a fresh tab, through app.py as everybody does."""

    def open_page(page: str | None = None, **query: str) -> AppTest:
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        at.context = {"timezone": ZONE}
        for name, value in query.items():
            at.query_params[name] = value
        at.run()
        if page is not None:
            at.switch_page(page)
            for name, value in query.items():
                at.query_params[name] = value
            at.run()
        return at

    return open_page


@pytest.fixture
def canvases() -> Callable[[AppTest], list[tuple[dict, np.ndarray, np.ndarray]]]:
    """What each canvas of a page was given: what it says, its numbers, and its marks (1 hidden, 2 changed, 4 own)."""

    def unpacked(data: bytes) -> tuple[dict, np.ndarray, np.ndarray]:
        said, start = {}, 0
        for _ in range(2):
            length = int.from_bytes(data[start : start + 4], "little")
            said |= json.loads(data[start + 4 : start + 4 + length])
            start += 4 + length
        shape = said["rows"], said["columns"]
        cells = shape[0] * shape[1]
        values = np.frombuffer(data, "<f4", cells, start).reshape(shape)
        assert len(data) == start + 5 * cells + sum(each["size"] for each in said.get("ahead", ()))
        return said, values, np.frombuffer(data, "u1", cells, start + 4 * cells).reshape(shape)

    return lambda at: [unpacked(each.proto.bytes) for each in at.get("bidi_component") if each.proto.bytes]


@pytest.fixture
def sandbox(visit: Callable[..., AppTest], request: pytest.FixtureRequest) -> Callable[..., AppTest]:
    """``sandbox(stage="SOFTMAX")`` opens the sandbox at that address; nothing on it may have failed.

    A test module says in OPEN which expanders, by key, stand open.
    """

    def open_sandbox(**query: str) -> AppTest:
        at = visit(**query)
        at.switch_page("pages/sandbox/attention.py")
        for key in getattr(request.module, "OPEN", ()):
            at.session_state[key] = True
        for name, value in query.items():
            at.query_params[name] = value
        at.run()
        assert not at.exception
        return at

    return open_sandbox


@pytest.fixture
def address() -> Callable[[AppTest], dict[str, str]]:
    """What the address bar says."""

    def said(at: AppTest) -> dict[str, str]:
        return {name: values[-1] if isinstance(values, list) else values for name, values in at.query_params.items()}

    return said
