"""The map in a real Chromium: chosen by keyboard, address and touch, always in sight; nothing for axe to say."""

import pytest

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "color_scheme": "dark"}
NAVIGATION = ("list (", "listitem (")  # Streamlit's own, on an empty page as well: test_axe_review_browser.py
FOCUSED = """(() => {
    let focused = document.activeElement
    while (focused.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement
    return focused.ariaLabel
})()"""
UNCOVERED = """element => {
    const [box, said] = [element, document.querySelector(".st-key-chosen")].map((each) => each.getBoundingClientRect())
    const across = box.left >= 0 && box.right <= innerWidth
    return across && box.top >= 0 && box.bottom <= said.top && said.bottom <= innerHeight
}"""


@pytest.fixture
def opened(shared_app, page, settled):
    """``opened("?concept=softmax")`` opens the map there."""

    def at(query=""):
        page.goto(f"{shared_app.url}/map{query}")
        page.get_by_role("button", name="Softmax: ready to learn", exact=True).wait_for()
        return settled(page)

    return at


def wait_in_sight(page, name):
    handle = page.get_by_role("button", name=name).element_handle()
    page.wait_for_function(UNCOVERED, arg=handle)


def test_arrows_and_enter_choose_a_concept_and_its_lesson_opens(opened, settled, witness):
    page = opened()
    page.get_by_role("button", name="Softmax: ready to learn", exact=True).focus()
    for key, name in (("ArrowDown", "Parameters"), ("ArrowRight", "Convolution"), ("ArrowUp", "Subword tokens")):
        page.keyboard.press(key)
        assert page.evaluate(FOCUSED).startswith(name)
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    name = page.evaluate(FOCUSED)
    page.keyboard.press("Enter")
    chosen = page.locator(".st-key-chosen")
    chosen.wait_for()
    settled(page)
    assert chosen.inner_text().startswith(name.split(":")[0])
    assert page.get_by_role("button", name=name).get_attribute("aria-pressed") == "true"
    concept = page.url.split("?concept=")[1]
    page.get_by_role("link", name="Read about it").click()
    page.get_by_role("heading", name=name.split(":")[0]).wait_for()
    assert page.url.endswith(f"/learn?concept={concept}")
    settled(page)
    page.go_back()
    chosen.wait_for()
    settled(page)
    page.get_by_role("button", name="Close").click()
    chosen.wait_for(state="detached")
    assert "concept" not in page.url
    assert [error for error in witness.errors if not error.startswith("Failed to load resource")] == []
    assert witness.foreign == []


@pytest.mark.parametrize("page", [{}, PHONE], indirect=True, ids=["light", "dark-phone"])
def test_the_concept_of_an_address_is_in_sight_and_the_page_can_be_read_by_everybody(opened, axe, page):
    opened("?concept=induction-heads").locator(".st-key-chosen").wait_for()
    wait_in_sight(page, "Induction heads:")
    assert [line for line in axe(page) if not line.startswith(NAVIGATION)] == []
    page.get_by_role("button", name="MQA and GQA:").click()
    page.locator(".st-key-chosen", has_text="MQA and GQA").wait_for()
    wait_in_sight(page, "MQA and GQA:")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
