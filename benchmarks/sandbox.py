"""What a click on the sandbox page costs in Chromium, beside a Streamlit page with one button and the same config.toml.

Clicks on the two pages alternate; the clock is the page's own. A stage button: from the click until the picture shows
the next stage (by its title; the browser has it ahead of the answer), and until its arithmetic is there, which comes
last. A cell: from the click until its arithmetic is there. Long texts: from the click to the picture, alone.
Run: ``python -m benchmarks.sandbox [--clicks 100]``.
"""

import argparse
import shutil
import statistics
import tempfile
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Page, sync_playwright

from benchmarks.browser import NEXT_NUMBER, ONE_BUTTON, ROOT, TIMED, Server, p95, settle

STAGES = {"SCORE": "Scores", "SCALE": "Scaled", "SOFTMAX": "Weights", "WEIGH": "Mixed"}
"""And how the title of the picture begins there."""
HEADS, WIDTH = 4, 32
LIMITS = {16: 2, 64: 4}
"""Tokens, and how many times the floor the picture of the next stage may take (p95)."""
LONG = (256, 2048)
TIMED_HERE = """
([awaited, title, target, x, y]) => {
  const host = [...document.querySelectorAll("*")].find((each) => each.shadowRoot?.querySelector("canvas"));
  const canvas = () => host.shadowRoot.querySelector("canvas").getAttribute("aria-label");
  const sums = () => (document.querySelector(".st-key-arithmetic") || {}).textContent;
  const before = { picture: canvas(), arithmetic: sums() };
  const took = {};
  let begun = 0;
  return new Promise((resolve) => {
    const look = () => {
      if (!begun) return;
      const drawn = canvas() !== before.picture && canvas().startsWith(title);
      if (!took.picture && drawn) took.picture = performance.now() - begun;
      if (!took.arithmetic && sums() && sums() !== before.arithmetic) took.arithmetic = performance.now() - begun;
      if (awaited.every((name) => took[name])) { watches.forEach((watch) => watch.disconnect()); resolve(took); }
    };
    const watches = [document.body, host.shadowRoot].map((root) => {
      const watch = new MutationObserver(look);
      watch.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
      return watch;
    });
    const aim = target ? document.querySelector(target) : host.shadowRoot.querySelector("canvas");
    const box = aim.getBoundingClientRect();
    begun = performance.now();
    aim.dispatchEvent(new MouseEvent("click", { bubbles: true, clientX: box.x + x, clientY: box.y + y }));
    setTimeout(resolve, 60_000, null);
  });
}
"""


def address(url: str, tokens: int, **more: object) -> str:
    """A text of so many tokens, no two alike."""
    text = " ".join(f"w{number}" for number in range(tokens))
    state = {"text": text, "heads": HEADS, "d_model": WIDTH, "stage": "SOFTMAX", "row": 1, "column": 1} | more
    return f"{url}/attention?{urlencode(state)}"


def opened(page: Page, where: str) -> None:
    page.goto(where)
    page.locator("canvas[role=application]").first.wait_for(timeout=120_000)
    settle(page)


def timed(page: Page, awaited: list[str], stage: str = "", place: tuple[int, int] = (0, 0)) -> dict[str, float]:
    """Milliseconds from a click on a stage, or else on a place of the picture, to each thing that changed."""
    settle(page)
    page.wait_for_timeout(50)
    target = f".st-key-stage-{stage} button" if stage else ""
    took = page.evaluate(TIMED_HERE, [awaited, STAGES.get(stage, ""), target, *place])
    if took is None:
        raise RuntimeError(f"a click did nothing within a minute on {page.url[:200]}")
    return took


def clicks(sandbox: Page, button: Page, number: int) -> dict[str, list[float]]:
    """So many clicks on stages and on cells, and after each one on the page with one button."""
    took: dict[str, list[float]] = defaultdict(list)
    for turn in range(number):
        for name, found in timed(sandbox, ["picture", "arithmetic"], list(STAGES)[turn % len(STAGES)]).items():
            took[f"stage: {name}"].append(found)
        took["one button"].append(floor(button))
        took["cell: arithmetic"].append(another_cell(sandbox, turn))
        took["one button"].append(floor(button))
    return took


def another_cell(sandbox: Page, turn: int) -> float:
    """Milliseconds until a cell that was not chosen has its arithmetic there: a click on the chosen one is nothing."""
    label = sandbox.locator("canvas[role=application]").first.evaluate(
        "(canvas) => canvas.getRootNode().querySelector('.readout').textContent"
    )
    for shift in range(3):
        place = (150 + 130 * ((turn + shift) % 3), 120 + 30 * (turn % 5))
        if _under(sandbox, place) != label:
            return timed(sandbox, ["arithmetic"], place=place)["arithmetic"]
    raise RuntimeError("three places of the picture are one cell")


def _under(sandbox: Page, place: tuple[int, int]) -> str:
    """What the picture says of the cell under the mouse."""
    canvas = sandbox.locator("canvas[role=application]").first
    canvas.hover(position={"x": place[0], "y": place[1]})
    return canvas.evaluate("(canvas) => canvas.getRootNode().querySelector('.tip').textContent")


def floor(button: Page) -> float:
    settle(button)
    button.wait_for_timeout(50)
    return button.evaluate(TIMED, ["[class*=st-key-click] button", NEXT_NUMBER])


def long_clicks(sandbox: Page, number: int) -> list[float]:
    """Clicks on stages of a long text, to the picture."""
    turns = [list(STAGES)[turn % 3] for turn in range(number)]  # up to softmax: these have pictures of pairs
    return [timed(sandbox, ["picture"], stage)["picture"] for stage in turns]


def report(tokens: int, took: dict[str, list[float]]) -> None:
    print(f"{tokens} tokens, {HEADS} heads, ms (next picture: p95 at most {LIMITS[tokens]} times one button)")
    base = took["one button"]
    for name, values in took.items():
        middle, tail = statistics.median(values), p95(values)
        ratio = f"x{middle / statistics.median(base):.2f}  x{tail / p95(base):.2f}"
        print(f"  {name:18} {len(values):4} clicks   p50 {middle:6.1f}   p95 {tail:6.1f}   {ratio}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clicks", type=int, default=100)
    parser.add_argument("--tokens", type=int, nargs="*", default=[*LIMITS, *LONG])
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="attnquiz-bench-"))
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    (folder / "one_button.py").write_text(ONE_BUTTON)
    try:
        with (
            Server(ROOT / "app.py", folder / "sandbox.sqlite3") as app,
            Server(folder / "one_button.py") as one,
            sync_playwright() as playwright,
        ):
            app.wait()
            one.wait()
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"]
            )
            sandbox, button = browser.new_page(), browser.new_page()
            button.goto(one.url)
            button.wait_for_selector("[class*=st-key-click]")
            for tokens in options.tokens:
                opened(sandbox, address(app.url, tokens))
                if tokens in LIMITS:
                    report(tokens, clicks(sandbox, button, options.clicks))
                else:
                    values = long_clicks(sandbox, max(4, options.clicks // 5))
                    middle = statistics.median(values)
                    print(f"{tokens} tokens: next picture p50 {middle:.0f}   most {max(values):.0f} ms")
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
