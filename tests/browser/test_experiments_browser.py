"""The page of all experiments in a real Chromium: readable on a phone, and its links lead where they say."""

from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import expect

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
THEMES = [{"color_scheme": "light"}, {"color_scheme": "dark"}]
HOUSE = ("list",)  # Streamlit's own navigation
FAINT = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
MASKS = ".st-key-experiment-three-masks"


@pytest.fixture
def opened(shared_app, page, settled):
    """The page, drawn to its end."""
    page.goto(f"{shared_app.url}/experiments")
    page.locator(MASKS).wait_for(timeout=60_000)
    return settled(page)


def address(page):
    return {name: values[-1] for name, values in parse_qs(urlparse(page.url).query).items()}


def test_an_experiment_opens_in_the_sandbox_and_leads_back(opened, witness):
    opened.locator(MASKS).get_by_role("link", name="Open in the sandbox").click()
    opened.wait_for_url("**/attention?experiment=three-masks")
    opened.get_by_role("heading", name="5. Mask").wait_for(timeout=60_000)
    opened.get_by_role("link", name="All experiments").click()
    opened.wait_for_url("**/experiments")
    opened.locator(MASKS).wait_for()
    assert witness.foreign == []
    assert witness.errors == []


def test_predicting_first_asks_the_card_of_the_experiment(app, page, settled):
    page.goto(f"{app.url}/experiments")
    settled(page)
    question = page.locator(MASKS).get_by_text("Someone writes 0 over the forbidden score")
    expect(question).to_be_visible()
    page.locator(MASKS).get_by_role("link", name="Predict first").click()
    page.wait_for_url("**/review?card=exp-three-masks")
    page.get_by_text("Someone writes 0 over the forbidden score").wait_for()
    settled(page)
    page.get_by_role("button", name="I don't know").click()
    page.get_by_text("about 0.09").first.wait_for()
    page.goto(f"{app.url}/experiments")
    expect(page.locator(MASKS)).to_contain_text("You predicted it today: you did not know.")
    expect(page.locator(MASKS)).to_contain_text("Only minus infinity takes its weight away.")


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_on_a_phone_nothing_sticks_out(opened):
    assert opened.evaluate("document.scrollingElement.scrollWidth") <= 390
    assert opened.locator("[data-testid=stMain]").evaluate("main => main.scrollWidth <= main.clientWidth")
    for link in opened.locator(MASKS).get_by_role("link").all():
        box = link.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["height"] >= 24


@pytest.mark.parametrize("page", THEMES, ids=["light", "dark"], indirect=True)
def test_everybody_can_read_and_hear_the_page(opened, axe):
    assert [line for line in axe(opened) if not line.startswith(HOUSE)] == []
    assert opened.evaluate(FAINT) == {}
