"""What a click and a start cost in Chromium, beside a Streamlit page with one button and the same config.toml.

Clicks on the two pages alternate; the clock is the page's own, from the click to the first frame in which the next
card (or the new number) is there. Run: ``python -m benchmarks.browser [--clicks 200] [--starts 7]``.
"""

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
ONE_BUTTON = """import streamlit as st
st.session_state.setdefault("n", 0)
def more():
    st.session_state.n += 1
st.button("Click", key="click", on_click=more)
st.markdown(f"clicked-{st.session_state.n}")
"""
EMPTY = 'import streamlit as st\nst.markdown("empty page")\n'
TIMED = """
([selector, done]) => new Promise((resolve) => {
  const button = document.querySelector(selector);
  const before = new Function("return " + done)()();
  const begun = performance.now();
  const look = () => {
    const now = new Function("return " + done)()();
    if (now && now !== before) { resolve(performance.now() - begun); return true; }
    return false;
  };
  const watch = new MutationObserver(() => look() && watch.disconnect());
  watch.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  button.click();
})
"""
NEXT_CARD = "() => (document.querySelector('[class*=st-key-unknown]') || {}).className"
NEXT_NUMBER = "() => (document.querySelector('[data-testid=stMarkdown]') || {}).textContent"


class Server:
    """A Streamlit server in a folder of its own, stopped by its own process id."""

    def __init__(self, script: Path, db: Path | None = None) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [
            sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={self.port}",
            "--server.headless=true",
        ]  # fmt: skip
        self._folder, self._environment = script.parent, os.environ | ({"ATTNQUIZ_DB": str(db)} if db else {})

    def __enter__(self) -> "Server":
        self._process = subprocess.Popen(
            self._command, cwd=self._folder, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        return self

    def wait(self) -> None:
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5)
                return
            except OSError:
                time.sleep(0.01)

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


def settle(page: Page) -> None:
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def clicks(browser: object, folder: Path, number: int) -> tuple[list[float], list[float]]:
    """Milliseconds from a rating to the next card, and from a click to the next number, in turns."""
    ours, floor = [], []
    with Server(ROOT / "app.py", folder / "clicks.sqlite3") as app, Server(folder / "one_button.py") as one:
        app.wait()
        one.wait()
        card, button = browser.new_page(), browser.new_page()
        card.goto(f"{app.url}/review")
        button.goto(one.url)
        card.wait_for_selector("[class*=st-key-unknown]")
        button.wait_for_selector("[class*=st-key-click]")
        for _ in range(number):
            settle(card)
            card.locator("[class*=st-key-unknown] button").click()
            card.wait_for_selector("[class*=st-key-rating]")
            settle(card)
            card.wait_for_timeout(50)
            ours.append(card.evaluate(TIMED, ["[class*=st-key-rating] button", NEXT_CARD]))
            settle(button)
            button.wait_for_timeout(50)
            floor.append(button.evaluate(TIMED, ["[class*=st-key-click] button", NEXT_NUMBER]))
    return ours, floor


def start(browser: object, script: Path, ready: str, db: Path | None = None) -> float:
    """Seconds from starting the server to the first usable page: for the app, through Today to a card to answer."""
    begun = time.perf_counter()
    with Server(script, db) as server:
        server.wait()
        context = browser.new_context()
        page = context.new_page()
        page.goto(server.url)
        if db is not None:
            page.locator("[class*=st-key-start] button").click()
        page.wait_for_selector(ready)
        took = time.perf_counter() - begun
        context.close()
    return took


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clicks", type=int, default=200)
    parser.add_argument("--starts", type=int, default=7)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="attnquiz-bench-"))
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    (folder / "one_button.py").write_text(ONE_BUTTON)
    (folder / "empty.py").write_text(EMPTY)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"]
            )
            report_clicks(*clicks(browser, folder, options.clicks))
            report_starts(browser, folder, options.starts)
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def report_clicks(ours: list[float], floor: list[float]) -> None:
    print(f"rating to next card, {len(ours)} clicks in turns, ms (p95 at most 1.5 times the floor)")
    print(f"  one-button page  p50 {statistics.median(floor):6.1f}   p95 {p95(floor):6.1f}")
    print(f"  next card        p50 {statistics.median(ours):6.1f}   p95 {p95(ours):6.1f}")
    middle, tail = statistics.median(ours) / statistics.median(floor), p95(ours) / p95(floor)
    print(f"  ratio            p50 x{middle:.2f}  p95 x{tail:.2f}")


def report_starts(browser: object, folder: Path, number: int) -> None:
    """A start with the file of yesterday, and the very first one, which makes the file."""
    ready, db = "[class*=st-key-unknown]", folder / "starts.sqlite3"
    times: dict[str, list[float]] = {"empty page": [], "first card": [], "first card ever": []}
    start(browser, ROOT / "app.py", ready, db)
    for turn in range(number):
        times["empty page"].append(start(browser, folder / "empty.py", "[data-testid=stMarkdown]"))
        times["first card"].append(start(browser, ROOT / "app.py", ready, db))
        times["first card ever"].append(start(browser, ROOT / "app.py", ready, folder / f"{turn}.sqlite3"))
    floor = statistics.median(times["empty page"])
    print(f"start to first usable page, medians of {number}, s (at most 1.5 times the floor)")
    for name, seconds in times.items():
        print(f"  {name:16} {statistics.median(seconds):5.2f}   x{statistics.median(seconds) / floor:.2f}")


if __name__ == "__main__":
    main()
