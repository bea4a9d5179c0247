"""The real app behind a real port, and a real Chromium in front of it.

`app` is one server for all tests of a worker, and each test begins with nothing answered; `shared_app` is the same for
tests that leave nothing behind; `fresh_app` starts a server of its own. `page` is one page for all tests of a
file that want it alike (parametrize it indirectly with the arguments of Playwright's new_context: viewport,
color_scheme, ..., and `script`, which runs before each page's own): to open an address is to begin anew, and takes half
as long where the browser has been before. `witness` holds what the page complained about and which addresses it asked
for.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

import pytest

from tests.noon import ZONE

ROOT = Path(__file__).parents[2]
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_PAGE = "The page that you have requested does not seem to exist. Running the app's main page."
MOTIONLESS = """() => {
    const within = (root) => [...root.querySelectorAll("*")].map((e) => e.shadowRoot).filter(Boolean)
    const roots = (root) => [root, ...within(root).flatMap(roots)]
    const ends = (animation) => animation.effect?.getComputedTiming().endTime !== Infinity
    const moving = (animation) => animation.playState === "running" && ends(animation)
    return !roots(document).some((root) => root.getAnimations().some(moving))
}"""
PATIENCE = 60_000  # milliseconds, for whatever a test waits for and gives no time of its own
HURRY = 0.3  # seconds: who presses again sooner has not read what is there, and the app takes it for one press
READY = "[data-testid=stApp][data-test-script-state=notRunning]"
# A component of ours stands on the page before its script has come: empty, as its HTML file has it.
EMPTY = (
    "canvas[role=application]:not([aria-label]), .frame ol:empty, .frame table:empty, .frame .scroller:empty, "
    ".frame .sheet:not(:has(button))"
)

PRESSES = """() => {
    const note = ({ key }) => /^(Alt|Control|Meta|Shift)$/.test(key) || window.presses.push(performance.now())
    if (!window.presses) for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, note, true)
    window.presses = []
}"""
LATE = pytest.StashKey[list[float]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.path).parents:
            item.add_marker("browser")
            # Only what a busy machine did not show in time is looked at once more; a wrong count is wrong.
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=["TimeoutError"]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> object:
    """What failed where two presses came too late to be taken for one has tried something else, and says so."""
    try:
        return (yield)
    except AssertionError as failed:
        if late := item.stash.get(LATE, []):
            raise TimeoutError(f"Two presses came {max(late):.2f} s apart: too busy to press at once.") from failed
        raise


def chromium() -> str | None:
    named = os.environ.get("ATTNQUIZ_CHROMIUM")
    return named or next((found for name in CHROMIUMS if (found := shutil.which(name))), None)


@dataclass
class App:
    """The app as a learner starts it, with its answers in a folder of the test."""

    folder: Path
    script: Path = ROOT / "app.py"
    port: int = 0
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def db(self) -> Path:
        return self.folder / "attnquiz.sqlite3"

    @property
    def log(self) -> str:
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        self.port = self.port or free_port()
        environment = os.environ | {"ATTNQUIZ_DB": str(self.db)}
        command = [sys.executable, "-m", "streamlit", "run", str(self.script)]
        options = [f"--server.port={self.port}", "--server.headless=true", "--server.address=127.0.0.1"]
        with (self.folder / "server.log").open("ab") as out:
            self.process = subprocess.Popen(
                [*command, *options], cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
            )
        self._wait()

    def _wait(self, seconds: float = 90) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                pytest.fail(f"The app stopped before it answered:\n{self.log}")
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        pytest.fail(f"The app did not answer within {seconds:.0f} s:\n{self.log}")

    def stop(self) -> None:
        self._end(kill=False)

    def kill(self) -> None:
        """SIGKILL: no goodbye, as when the power goes."""
        self._end(kill=True)

    def forget(self) -> None:
        """Nothing is answered any more, and there are no cards of one's own."""
        for left in self.folder.iterdir():
            if left.is_dir():
                shutil.rmtree(left)
            elif left.name != "server.log":
                left.unlink()

    def _end(self, kill: bool) -> None:
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.kill() if kill else self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(timeout=15)
        self.process = None


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def fresh_app(tmp_path: Path) -> Iterator[App]:
    running = App(tmp_path)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, browser: object) -> Iterator[App]:
    """Greeted at its root, so that no test meets what only the very first run of a server does."""
    running = App(tmp_path_factory.mktemp("app"))
    running.start()
    page = browser.new_page()
    page.goto(running.url)
    page.wait_for_selector(READY, timeout=90_000)
    page.close()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def shared_app(server: App) -> App:
    server.forget()
    return server


@pytest.fixture
def app(shared_app: App) -> App:
    shared_app.forget()
    return shared_app


@pytest.fixture(scope="module")
def script_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], App]]:
    """`script_app(text)` serves that Streamlit script until the file of tests is through; the same text once."""
    running: dict[str, App] = {}

    def start(text: str) -> App:
        if text not in running:
            folder = tmp_path_factory.mktemp("script")
            (folder / "script.py").write_text(text, encoding="utf-8")
            running[text] = App(folder, folder / "script.py")
            running[text].start()
        return running[text]

    yield start
    for app in running.values():
        app.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = chromium()
    if path is None:  # under CI=true a skip is a failure (tests/conftest.py)
        pytest.skip("No Chromium found: install it (Debian: apt install chromium) or name it in ATTNQUIZ_CHROMIUM.")
    playwright.expect.set_options(timeout=PATIENCE)
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=path, headless=True, args=SWITCHES)
        yield opened
        opened.close()


@dataclass
class Witness:
    """What the page did behind the learner's back."""

    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def watch(self, context: object) -> None:
        for event, heard in self._events():
            context.on(event, heard)

    def leave(self, context: object) -> None:
        for event, heard in self._events():
            context.remove_listener(event, heard)

    def _events(self) -> list[tuple[str, Callable]]:
        return [("console", self._said), ("weberror", self._failed), ("request", self._asked)]

    def _failed(self, error: object) -> None:
        self.errors.append(str(error.error))

    def _said(self, message: object) -> None:
        # Opened at a page's own address, Streamlit looks for its endpoints below it first, gets 404, and goes on; the
        # very first run of a server does not know its pages yet, says so, and the app loads the address once more.
        if message.type != "error" or "/_stcore/" in message.location.get("url", "") or message.text == NO_PAGE:
            return
        self.errors.append(message.text)

    def _asked(self, request: object) -> None:
        if urlparse(request.url).hostname not in {"127.0.0.1", "localhost", None}:
            self.foreign.append(request.url)


@pytest.fixture
def witness() -> Witness:
    return Witness()


@pytest.fixture(scope="module")
def pages(browser: object) -> Iterator[dict[str, object]]:
    """The pages that tests of this file have used, by what they were opened with."""
    kept: dict[str, object] = {}
    yield kept
    for page in kept.values():
        page.context.close()


@pytest.fixture
def page(browser: object, pages: dict, witness: Witness, request: pytest.FixtureRequest) -> Iterator[object]:
    options = {"viewport": {"width": 1280, "height": 900}, "timezone_id": ZONE} | getattr(request, "param", {})
    name = repr(options)
    script = options.pop("script", None)
    if name not in pages:
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        pages[name] = context.new_page()
        if script:
            pages[name].add_init_script(script)
    kept = pages[name]
    kept.set_viewport_size(options["viewport"])
    witness.watch(kept.context)
    yield kept
    witness.leave(kept.context)
    for other in kept.context.pages:
        if other is not kept:
            other.close()
    kept.mouse.move(0, 0)
    kept.emulate_media(color_scheme=options.get("color_scheme", "light"))
    kept.goto("about:blank")


@pytest.fixture(scope="session")
def settled() -> object:
    """`settled(page)` waits until the script behind the page has run to its end and what it drew is filled."""

    def wait(page: object, seconds: float = 60) -> object:
        page.wait_for_selector(READY, timeout=seconds * 1000)
        page.wait_for_selector(EMPTY, state="detached", timeout=seconds * 1000)
        return page

    return wait


@pytest.fixture
def at_once(request: pytest.FixtureRequest) -> Callable:
    """`with at_once(page): ...` presses twice within HURRY, or LATE holds by how much a busy machine missed that."""
    late = request.node.stash[LATE] = []

    @contextmanager
    def hurry(page: object) -> Iterator[None]:
        page.evaluate(PRESSES)
        yield
        apart = page.evaluate("window.presses.at(-1) - window.presses[0]") / 1000
        if apart >= HURRY:
            late.append(apart)

    return hurry


@pytest.fixture(scope="session")
def still() -> Callable[[object], object]:
    """`still(page)` waits until nothing on the page moves, fades or changes colour any more."""

    def wait(page: object) -> object:
        page.wait_for_timeout(100)
        page.wait_for_function(MOTIONLESS)
        return page

    return wait


@pytest.fixture(scope="session")
def axe(still: Callable) -> Callable[[object], list[str]]:
    """`axe(page)` runs axe-core over the page, shadow roots included: a line for each violation at each element, none
    where all is well. An empty Streamlit page has none (test_axe.py), so nothing is subtracted.
    """
    auditor = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed").Axe()

    def violations(page: object) -> list[str]:
        found = auditor.run(still(page)).response["violations"]
        return [f"{v['id']} ({v['impact']}): {node['html'][:200]}" for v in found for node in v["nodes"]]

    return violations
