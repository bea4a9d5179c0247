"""Writing into W_Q in a real Chromium: every later stage moves, it can be undone, and the link shows a second browser
the very same picture."""

import re
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import expect

MATRIX = "canvas[role=application]"
LATER = ("SCORE", "SCALE", "MASK", "SOFTMAX", "WEIGH", "MERGE")
PIXELS = """(canvas) => {
    const bytes = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
    let sum = 2166136261
    for (const byte of bytes) sum = Math.imul(sum ^ byte, 16777619) >>> 0
    return [canvas.width, canvas.height, sum]
}"""


@pytest.fixture
def visit(shared_app, page, settled):
    def opened(query, in_page=None):
        here = in_page or page
        here.goto(f"{shared_app.url}/attention?{query}")
        here.locator(MATRIX).last.wait_for(timeout=60_000)
        settled(here)
        return here

    return opened


@pytest.fixture
def second(browser, witness):
    """A second browser: nothing of the first one's is in it."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.set_default_timeout(30_000)
    witness.watch(context)
    yield context.new_page()
    context.close()


def address(page):
    return {name: values[-1] for name, values in parse_qs(urlparse(page.url).query).items()}


def wait_for(page, name, value):
    page.wait_for_function("([n, v]) => new URLSearchParams(location.search).get(n) === v", arg=[name, value])


def pixels(page):
    page.mouse.move(5, 5)
    page.evaluate("document.fonts.ready")
    page.locator(MATRIX).evaluate("(canvas) => canvas.blur()")
    seen = []
    while len(seen) < 2 or seen[-1] != seen[-2]:  # what was settled may still be drawn
        page.wait_for_timeout(200)
        seen.append(page.locator(MATRIX).evaluate(PIXELS))
    return seen[-1]


def test_an_entry_of_w_q_moves_every_later_stage_is_undone_and_travels_by_link(visit, page, second, settled):
    visit("experiment=thai-curry&stage=PROJECT&tensor=w_q&row=1&column=3")
    before = pictures(page, settled)
    walk(page, settled, "PROJECT")
    page.get_by_role("button", name="W_Q", exact=True).click()
    wait_for(page, "tensor", "w_q")
    settled(page)
    expect(page.locator(MATRIX)).to_have_attribute("aria-label", re.compile("^W_Q"))  # no longer the queries
    page.locator(MATRIX).focus()
    for key in ("Control+Home", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    page.keyboard.type("-3.5")
    page.keyboard.press("Enter")
    wait_for(page, "edit", "W_Q.1.3:-3.5")
    settled(page)
    assert page.locator(".st-key-stages button", has_text="•").count() == 7, "Project and every stage after it"
    edited = address(page)
    after = pictures(page, settled)
    assert all(after[stage] != before[stage] for stage in LATER)

    link = page.url
    there = visit(urlparse(link).query, second)
    assert address(there) == address(page)
    assert pixels(there) == pixels(page)
    assert pictures(there, settled) == after

    walk(page, settled, "MERGE")
    page.keyboard.press("u")
    page.wait_for_function("() => !new URLSearchParams(location.search).has('edit')")
    settled(page)
    assert pictures(page, settled) == before
    page.keyboard.press("y")
    wait_for(page, "edit", edited["edit"])


def walk(page, settled, stage):
    page.locator(f".st-key-stage-{stage} button").click()
    wait_for(page, "stage", stage)
    settled(page)


def pictures(page, settled):
    """The pixels of every later stage."""
    found = {}
    for stage in LATER:
        walk(page, settled, stage)
        found[stage] = pixels(page)
    return found
