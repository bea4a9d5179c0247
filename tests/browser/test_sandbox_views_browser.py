"""The views and before/after in a real Chromium: by keyboard, in both themes, on a phone, saved as a file."""

from urllib.parse import parse_qs, urlparse
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DARK = {"color_scheme": "dark"}
PICTURE = ".st-key-view-picture svg[role=img]"
CANVAS = "canvas[role=application]"


@pytest.fixture
def visit(shared_app, page, settled):
    def opened(query, what=PICTURE):
        page.goto(f"{shared_app.url}/attention?{query}")
        page.locator(what).last.wait_for(timeout=60_000)
        settled(page)
        return page

    return opened


def at(page, **expected):
    """Wait until the address says so."""
    for name, value in expected.items():
        page.wait_for_function(
            "([name, value]) => new URLSearchParams(location.search).get(name) === value", arg=[name, value]
        )


def said(page):
    return page.locator(PICTURE).get_attribute("aria-label")


def test_a_view_and_its_query_are_chosen_by_keyboard_alone(visit):
    page = visit("stage=SOFTMAX", CANVAS)
    page.get_by_role("radio", name="Matrix").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    at(page, view="lines")
    page.locator(PICTURE).wait_for()
    assert 'The query "curry" looks most at "Thai" (0.93)' in said(page)
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowLeft")
    at(page, row="Thai")
    page.keyboard.press("ArrowLeft")
    at(page, row="make")
    told = 'Lines. The query "make" looks most at "curry" (0.65), "how" (0.09), "to" (0.09).'
    expect(page.locator(PICTURE)).to_have_attribute("aria-label", told)
    assert parse_qs(urlparse(page.url).query)["stage"] == ["SOFTMAX"]  # the arrows moved the query and not the stage


@pytest.mark.parametrize(
    ("page", "views"),
    [({}, ["heads", "received", "contribution"]), (DARK, ["lines", "distance"]), (PHONE, ["heads", "distance"])],
    indirect=["page"],
    ids=["light", "dark", "phone"],
)
def test_a_view_adds_nothing_that_cannot_be_read_or_reached(visit, axe, witness, views):
    without = axe(visit("experiment=two-heads&mask=causal&stage=SOFTMAX", CANVAS))
    for view in views:
        page = visit(f"experiment=two-heads&mask=causal&stage=SOFTMAX&view={view}")
        assert [fault for fault in axe(page) if fault not in without] == []
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0
    assert witness.errors == []
    assert witness.foreign == []


@pytest.mark.parametrize("page", [DARK], indirect=True)
def test_a_picture_is_dark_on_the_page_and_light_in_the_file(visit):
    page = visit("stage=SOFTMAX&view=received")
    paper = page.locator(f"{PICTURE} > rect").first
    assert paper.get_attribute("fill") == "#0e1117"
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as SVG").click()
    assert saved.value.suggested_filename == "attention-received.svg"
    tree = ElementTree.parse(saved.value.path())
    assert tree.find("{http://www.w3.org/2000/svg}rect").get("fill") == "#ffffff"


def test_the_numbers_of_a_view_open_as_a_table(visit):
    page = visit("stage=SOFTMAX&view=contribution")
    page.get_by_text("As a table").click()
    expect(page.get_by_test_id("stDataFrame")).to_have_count(2)


def test_a_head_is_opened_and_the_way_back_is_the_browsers(visit):
    page = visit("experiment=two-heads&stage=SOFTMAX&view=heads")
    page.get_by_role("button", name="Head 1").click()
    at(page, head="1")
    page.locator(CANVAS).wait_for()
    assert "view=" not in page.url


@pytest.mark.parametrize(("page", "stacked"), [({}, False), (PHONE, True)], indirect=["page"], ids=["desk", "phone"])
def test_before_and_after_stand_beside_each_other_or_on_a_phone_below(visit, axe, stacked):
    without = axe(visit("stage=SOFTMAX&temperature=4.0", CANVAS))
    page = visit("stage=SOFTMAX&temperature=4.0&compare=on", f"{CANVAS} >> nth=2")
    boxes = [page.locator(CANVAS).nth(number).bounding_box() for number in range(3)]
    left, top = ([box[side] for box in boxes] for side in ("x", "y"))
    assert (left == sorted(set(left))) != stacked
    assert (top == sorted(set(top))) == stacked
    assert page.get_by_text("The largest change").is_visible()
    assert [fault for fault in axe(page) if fault not in without] == []


def test_a_cell_chosen_before_is_chosen_after_too(visit):
    page = visit("stage=SOFTMAX&temperature=4.0&compare=on", f"{CANVAS} >> nth=2")
    before = page.locator(CANVAS).first
    before.focus()
    page.keyboard.press("ArrowUp")
    at(page, row="Thai")
    expect(page.locator(".readout").nth(1)).to_contain_text("query Thai")
    expect(page.locator(".readout").nth(2)).to_contain_text("query Thai")
