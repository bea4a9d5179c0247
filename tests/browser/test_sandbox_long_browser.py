"""Long texts in a real Chromium: an overview and a part, walked by mouse and keys; long work that is stopped."""

import time
from urllib.parse import parse_qs, urlencode, urlparse

import pytest
from playwright.sync_api import expect

PICTURES = "canvas[role=application]"
REACHES = "([picture, row]) => Number(picture.ariaLabel.match(/rows (\\d+) to/)[1]) <= row"


@pytest.fixture
def visit(shared_app, page):
    """``visit(300, stage="SOFTMAX")`` opens the page with a text of so many words."""

    def opened(tokens, **more):
        text = " ".join(f"w{i}" for i in range(tokens))
        page.goto(f"{shared_app.url}/attention?{urlencode({'text': text} | more)}")
        return page

    return opened


def at(page, **expected):
    for name, value in expected.items():
        page.wait_for_function(
            "([name, value]) => new URLSearchParams(location.search).get(name) === value", arg=[name, value]
        )


def test_a_click_in_the_overview_moves_the_part_there_and_keys_walk_out_of_it(visit, settled, witness):
    page = visit(300, stage="SCORE", row="w0", column="w0")
    page.locator(PICTURES).nth(1).wait_for(timeout=60_000)
    settled(page)
    expect(page.locator(".readout").nth(1)).to_contain_text("query w0, key w0:")
    box = page.locator(PICTURES).first.bounding_box()
    page.locator(PICTURES).first.click(position={"x": box["width"] - 20, "y": box["height"] - 20})
    page.wait_for_function("!location.search.includes('row=w0')")
    row = int(parse_qs(urlparse(page.url).query)["row"][0][1:])
    assert row > 250
    expect(page.locator(".readout").nth(1)).to_contain_text(f"query w{row}, key w")
    settled(page)
    page.locator(PICTURES).nth(1).focus()
    part = page.locator(PICTURES).nth(1).element_handle()
    for above in range(1, 31):  # the part begins 24 rows above, and no key leads out of it before the next has come
        page.wait_for_function(REACHES, arg=[part, row - above])
        page.keyboard.press("ArrowUp")
        page.wait_for_timeout(130)
    at(page, row=f"w{row - 30}")
    expect(page.locator(".readout").nth(1)).to_contain_text(f"query w{row - 30}, key w")
    assert witness.errors == []


def test_the_longest_text_opens_in_two_small_pictures(visit, settled):
    page = visit(2048, stage="SOFTMAX", row="1000", column="1000", mask="causal")
    page.locator(PICTURES).nth(1).wait_for(timeout=120_000)
    settled(page)
    said = page.locator(PICTURES).first.get_attribute("aria-label")
    assert said.startswith("Weights of head 0, all of it in bins: 94 rows, 94 columns")
    expect(page.locator(".readout").nth(1)).to_contain_text("query w1000, key w1000:")
    overview = page.locator(PICTURES).first.bounding_box()
    assert overview["width"] <= page.locator(".scroller").first.bounding_box()["width"]


def test_long_work_is_stopped_and_taken_up_again(visit, settled):
    # Long enough to be found at work on a busy machine; with numbers that no earlier try has left behind computed.
    long = {"scoring": "additive", "heads": "16", "d_model": "128", "seed": str(time.time_ns() % 1_000_000)}
    page = visit(1400, stage="SOFTMAX", **long)
    page.get_by_role("button", name="Stop computing").click(timeout=60_000)
    page.get_by_text("Stopped before everything was computed").wait_for(timeout=60_000)
    settled(page)
    assert page.locator(PICTURES).count() == 0
    page.get_by_role("button", name="Compute it").click()
    page.get_by_text("heads are done").or_(page.get_by_text("Computing 1,400 tokens")).first.wait_for()
    page.get_by_role("button", name="Stop computing").click()  # nothing is left at work for the tests to come
    page.get_by_text("Stopped before everything was computed").wait_for(timeout=60_000)


def test_what_is_undone_beside_the_picture_is_undone_in_the_set_up_too(visit, settled):
    page = visit(5, stage="SOFTMAX")
    page.locator(PICTURES).wait_for(timeout=60_000)
    settled(page)
    switch = page.get_by_role("switch", name="Causal mask").or_(page.get_by_role("checkbox", name="Causal mask"))
    page.get_by_text("Causal mask", exact=True).click()
    at(page, mask="causal")
    expect(switch).to_be_checked()
    settled(page)
    page.get_by_role("button", name="Undo").click()
    expect(switch).not_to_be_checked()
    page.wait_for_function("!location.search.includes('mask')")
