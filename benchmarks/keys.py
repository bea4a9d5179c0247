"""What a key costs in a sitting: one hundred answers by keyboard, in Chromium, on a collection of 250 cards.

Every key press that changes the screen is timed by the page's own clock, from the key to the first frame in which the
next state is there (options, lines, fixes, feedback, or the next card). Between them Space is pressed on a Streamlit
page with one button and the same config.toml: the floor. Run: ``python -m benchmarks.keys [--answers 100]``.
"""

import argparse
import json
import shutil
import statistics
import tempfile
import uuid
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from attnquiz import __version__
from attnquiz.cards.collection import load, shipped
from attnquiz.store.database import Store
from attnquiz.store.entry import Entry, Happened
from benchmarks.browser import ONE_BUTTON, ROOT, Server, p95, settle

CARDS = 250
ARM = """
() => { window.timed = new Promise((resolve) => {
  const steps = ["rating", "option", "line", "fix", "unknown", "click"];
  const state = () => {
    for (const name of steps) {
      const found = document.querySelector(`[class*="st-key-${name}"]`);
      if (found) return found.className + (name === "click" ? document.body.innerText : "");
    }
    return "";
  };
  const before = state();
  let begun = 0;
  const press = () => { begun = performance.now(); };
  document.addEventListener("keydown", press, true);
  const watch = new MutationObserver(() => {
    const now = state();
    if (!begun || !now || now === before) return;
    watch.disconnect();
    document.removeEventListener("keydown", press, true);
    resolve(performance.now() - begun);
  });
  watch.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
}); }
"""
READING = 500  # ms: a key sooner than that is taken for the second half of a double press


def deck(cards: int) -> str:
    """So many cards of one's own, of the five kinds that are answered most."""
    kinds = (
        "kind: basic\n\nQ: What is fact {n}?\n\nA: It is {n}.\n",
        "kind: cloze\n\nC: Fact {n} is called [1| fact{n}] by everybody.\n",
        "kind: mc\n\nQ: Which is fact {n}?\n\n- [x] it is {n}\n  > Yes.\n- [ ] it is more\n  > [heads-average] No.\n"
        "- [ ] it is less\n  > [forgot-wo] No.\n",
        "kind: numeric\nvars: a = {n} | {n}1 | {n}2\nanswer: a + 1\n\nQ: What follows {{{{a}}}}?\n",
        "kind: shape\nvars: h, n = ({n}, 5) | ({n}, 7) | ({n}, 9)\nanswer: (h, n, n)\n\n"
        "Q: Which shape have the scores of {{{{h}}}} heads and {{{{n}}}} tokens?\n",
    )
    written = (f"## own-{n}\n{kinds[n % 5].format(n=n + 2)}\nWhy: Because {n}.\n" for n in range(cards))
    return "---\ndeck: own\ntitle: Own cards\n---\n\n" + "\n".join(written)


def prepare(folder: Path) -> Path:
    """A file of answers that asks for as many new cards as there are, beside the decks that fill up to 250 cards."""
    (folder / "decks").mkdir()
    own = CARDS - len(load(shipped()).cards)
    (folder / "decks" / "own.md").write_text(deck(own), encoding="utf-8")
    collection = load(shipped(), folder / "decks")
    assert len(collection.cards) == CARDS, collection.problems
    store, now = Store.open(folder / "keys.sqlite3"), datetime.now(UTC)
    with store.writing() as w:
        w.append(
            Entry(
                id=str(uuid.uuid4()), learner=store.learner, kind=Happened.SETTING, at=now, zone="UTC",
                study_day=now.date(), app_version=__version__,
                payload=json.dumps({"name": "new_per_day", "value": CARDS}),
            )
        )  # fmt: skip
    return store.path


def timed(page: Page, key: str) -> float:
    """Milliseconds from the key to the next state. Raises RuntimeError when nothing comes of it within 20 s."""
    page.evaluate(ARM)
    page.keyboard.press(key)
    took = page.evaluate("() => Promise.race([window.timed, new Promise((late) => setTimeout(late, 20_000, 0))])")
    if not took:
        raise RuntimeError(f"{key} did nothing on {page.url}")
    return took


def rated(page: Page) -> bool:
    """Whether the screen, once it has come to rest and was read, asks for a rating."""
    settle(page)
    page.wait_for_timeout(READING)
    return page.locator("[class*=st-key-rating]").count() > 0


def answer(page: Page) -> list[tuple[str, float]]:
    """One card by keyboard, from the question to the next card: what each key was for, and its milliseconds."""
    took = []
    while not rated(page):
        field = page.locator(".st-key-typed input, .st-key-typed textarea")
        if field.count():
            field.first.focus()
            page.keyboard.type("12")
            long = page.locator(".st-key-typed textarea").count()
            took.append(("answer to feedback", timed(page, "Control+Enter" if long else "Enter")))
        elif page.locator("[class*=st-key-option], [class*=st-key-line], [class*=st-key-fix]").count():
            took.append(("choice to next step", timed(page, "1")))
        else:
            opens = page.get_by_text("show the options").count() + page.get_by_text("I see it").count()
            name = "question to options" if opens else "answer to feedback"
            took.append((name, timed(page, "Space" if opens or page.get_by_text("show the answer").count() else "3")))
    return [*took, ("rating to next card", timed(page, "4"))]


def sitting(page: Page, floor: Page, answers: int) -> dict[str, list[float]]:
    """So many answers, and after each a press on the page with one button."""
    took: dict[str, list[float]] = defaultdict(list)
    for _ in range(answers):
        for name, milliseconds in answer(page):
            took[name].append(milliseconds)
            settle(floor)
            floor.wait_for_timeout(50)
            took["one-button page"].append(timed(floor, "Space"))
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=100)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="attnquiz-bench-"))
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    (folder / "one_button.py").write_text(ONE_BUTTON.replace('key="click"', 'key="click", shortcut="Space"'))
    try:
        with (
            Server(ROOT / "app.py", prepare(folder)) as app,
            Server(folder / "one_button.py") as one,
            sync_playwright() as playwright,
        ):
            app.wait()
            one.wait()
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"]
            )
            card, button = browser.new_page(), browser.new_page()
            card.goto(f"{app.url}/review")
            button.goto(one.url)
            card.wait_for_selector("[class*=st-key-unknown]")
            button.wait_for_selector("[class*=st-key-click]")
            report(sitting(card, button, options.answers), options.answers)
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def report(took: dict[str, list[float]], answers: int) -> None:
    floor = took.pop("one-button page")
    every = [milliseconds for values in took.values() for milliseconds in values]
    print(f"key to next state, {answers} answers on {CARDS} cards, ms")
    for name, values in {"one-button page": floor, "every key": every, **took}.items():
        if len(values) > 1:
            middle, tail = statistics.median(values), p95(values)
            ratio = f"x{middle / statistics.median(floor):.2f}  x{tail / p95(floor):.2f}"
            print(f"  {name:20} {len(values):4} presses   p50 {middle:6.1f}   p95 {tail:6.1f}   {ratio}")


if __name__ == "__main__":
    main()
