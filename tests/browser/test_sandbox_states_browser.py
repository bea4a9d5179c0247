"""Saved states and a card of one's own in a real Chromium: links, long states, a phone, the keyboard, hostile words."""

from urllib.parse import parse_qs, quote, urlparse

import pytest
from playwright.sync_api import expect

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
MATRIX = "canvas[role=application]"
LONG = " ".join(f"wordword{n}" for n in range(180))
NASTY = '"a" $x$ **b** {{n}} ## <b>i</b> `c` [d](e) :red[f] :smile: ~~g~~ 1. h_i_j &amp; \\'


@pytest.fixture
def visit(app, page, settled):
    """``visit("stage=SOFTMAX")`` opens the page at that address and waits until the picture is there."""

    def opened(query=""):
        page.goto(f"{app.url}/attention?{query}")
        page.locator(MATRIX).last.wait_for(timeout=60_000)
        settled(page)
        return page

    return opened


def address(page):
    return {name: values[-1] for name, values in parse_qs(urlparse(page.url).query).items()}


def at(page, **expected):
    """Wait until the address says so."""
    for name, value in expected.items():
        page.wait_for_function(
            "([name, value]) => new URLSearchParams(location.search).get(name) === value", arg=[name, value]
        )


def test_a_state_is_saved_left_and_opened_from_the_list_by_keyboard(visit, settled, witness):
    page = visit("experiment=thai-curry&mask=causal&stage=SOFTMAX")
    page.get_by_text("Saved states").click()
    page.get_by_label("Name", exact=True).fill("no look ahead")
    page.keyboard.press("Enter")
    page.get_by_text("Saved as “no look ahead”.").wait_for()
    page.get_by_role("button", name="Project").click()
    at(page, stage="PROJECT")
    settled(page)
    at(page, stage="PROJECT")
    page.get_by_role("button", name="no look ahead").first.focus()
    page.keyboard.press("Enter")
    at(page, stage="SOFTMAX", mask="causal")
    page.get_by_role("heading", name="6. Softmax").wait_for()
    settled(page)
    page.get_by_role("button", name="Change").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_text("Deleted: “no look ahead”.").wait_for()
    expect(page.locator("[class*=st-key-state-open]")).to_have_count(0)
    page.get_by_role("button", name="Undo: bring back").click()
    expect(page.locator("[class*=st-key-state-open]")).to_have_count(1)
    assert witness.errors == []


def test_a_long_state_has_a_short_address_that_opens_in_another_tab(app, visit, settled, browser):
    page = visit(f"stage=SCORE&text={quote(LONG)}")
    page.locator("body").press("6")
    at(page, stage="SOFTMAX")
    page.wait_for_function("location.search.length < 100")
    assert set(address(page)) == {"state", "stage"}
    other = page.context.new_page()
    other.goto(page.url)
    other.locator(MATRIX).last.wait_for(timeout=60_000)
    settled(other)
    label = "canvas => canvas.getAttribute('aria-label')"
    assert other.locator(MATRIX).first.evaluate(label) == page.locator(MATRIX).first.evaluate(label)


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_a_card_is_made_on_a_phone_and_asked_in_the_words_that_were_typed(app, visit, settled, witness, axe):
    page = visit("experiment=thai-curry&stage=SOFTMAX&row=curry&column=Thai")
    page.get_by_text("Make a card of this cell").click()
    page.get_by_label("Question").fill(f"What of {NASTY}?")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert [found for found in axe(page) if "stSidebarNav" not in found and "card" in found] == []
    page.get_by_role("button", name="Make the card").click()
    page.get_by_text("Made: the card thai-curry-softmax-curry-thai").wait_for()
    page.get_by_role("link", name="Answer it now").click()
    page.get_by_text("What of").wait_for()
    settled(page)
    assert " ".join(page.get_by_text("What of").inner_text().split()) == f"What of {NASTY}?"
    assert witness.errors == []
