"""The sandbox in a real Chromium: by keyboard alone, by address, on a phone, with hostile text."""

from pathlib import Path
from urllib.parse import parse_qs, quote, urlparse

import pytest
from playwright.sync_api import expect

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
MATRIX = "canvas[role=application]"
FAINT = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
NASTY = "<b>x</b> <script>document.title='taken'</script> ![p](http://example.org/p.png)"


@pytest.fixture
def visit(shared_app, page, settled):
    """``visit("stage=SOFTMAX")`` opens the page at that address and waits until the picture is there."""

    def opened(query=""):
        page.goto(f"{shared_app.url}/attention?{query}")
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


def from_below(page, right, bottom):
    """A point of the picture, counted from its lower right corner as it lies now."""
    box = page.locator(MATRIX).bounding_box()
    return {"x": box["width"] - right, "y": box["height"] - bottom}


def pixel(page, row, column, rows, columns):
    """The colour in a corner of a cell, away from its number and from the frame of the chosen one."""
    return page.locator(MATRIX).evaluate(
        """(canvas, [row, column, rows, columns]) => {
            const [wide, tall] = [canvas.clientWidth, canvas.clientHeight]
            const context = canvas.getContext("2d")
            const ratio = canvas.width / wide
            const [width, height] = [(wide - 46) / columns, (tall - 31) / rows]
            const place = [wide - (columns - column) * width + 8, 31 + row * height + 6, 12, 8]
            return Array.from(context.getImageData(...place.map((side) => side * ratio)).data)
        }""",
        [row, column, rows, columns],
    )


def test_all_stages_are_walked_by_keyboard_alone(visit):
    page = visit()
    seen = []
    for stage in ("PROJECT", "SCORE", "SCALE", "MASK", "SOFTMAX", "WEIGH", "MERGE"):
        page.keyboard.press("ArrowRight")
        at(page, stage=stage)
        page.get_by_role("heading", name=f"{len(seen) + 2}. ").wait_for()
        seen.append(page.locator(MATRIX).get_attribute("aria-label"))
    assert seen[4].startswith("Weights: 5 rows, 5 columns")
    page.keyboard.press("ArrowLeft")
    at(page, stage="WEIGH")
    page.keyboard.press("3")
    at(page, stage="SCORE")


def test_the_page_does_not_jump_while_it_changes(visit):
    page = visit("stage=SCORE")
    page.evaluate(
        """() => {
            window.widths = new Set()
            const main = document.querySelector("[data-testid=stMainBlockContainer]")
            new ResizeObserver(() => window.widths.add(main.clientWidth)).observe(main)
        }"""
    )
    for key in "4567":
        page.keyboard.press(key)
        page.get_by_role("heading", name=f"{key}. ").wait_for()
    page.wait_for_timeout(500)
    assert page.evaluate("window.widths.size") == 1


def test_arrow_keys_choose_a_cell_and_the_arithmetic_and_the_address_follow(visit, witness):
    page = visit("stage=SOFTMAX&row=how&column=how")
    page.locator(MATRIX).focus()
    for key in ["ArrowDown"] * 4 + ["ArrowRight"] * 3:
        page.keyboard.press(key)
    at(page, row="curry", column="Thai")
    expect(page.locator(".spoken")).to_have_text("query curry, key Thai: 0.9317")
    expect(page.get_by_text('Query "curry", key "Thai":')).to_be_visible()
    page.keyboard.press("End")
    at(page, column="curry")
    page.keyboard.press("Control+Home")
    at(page, row="how", column="how")
    assert address(page)["stage"] == "SOFTMAX"
    assert witness.errors == []


def test_the_picture_keeps_the_focus_while_stages_change(visit):
    page = visit("stage=SCORE")
    page.locator(MATRIX).focus()
    for key, stage in (("6", "SOFTMAX"), ("7", "WEIGH"), ("5", "MASK"), ("4", "SCALE")):
        page.keyboard.press(key)
        at(page, stage=stage)
        page.get_by_role("heading", name=f"{key}. ").wait_for()
        focused = page.evaluate("document.activeElement.shadowRoot?.activeElement?.tagName")
        assert focused == "CANVAS"
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("new URLSearchParams(location.search).has('row')")
    assert address(page)["stage"] == "SCALE"


def test_a_hurried_walk_through_the_cells_ends_where_the_keys_led(visit):
    page = visit("text=" + quote("a b c d e f g h i j k l") + "&stage=SCORE&row=0&column=0")
    page.locator(MATRIX).focus()
    for _ in range(11):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(110)  # longer than the picture waits before it tells, shorter than an answer
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(130)
    at(page, row="l", column="l")
    page.wait_for_timeout(500)
    expect(page.locator(".spoken")).to_contain_text("query l, key l:")
    expect(page.get_by_text('Query "l", key "l":')).to_be_visible()


def test_a_click_chooses_the_cell_under_it_and_starting_over_leaves_it(visit, settled):
    page = visit("stage=SOFTMAX")
    page.locator(MATRIX).click(position=from_below(page, 20, 120))
    at(page, row="make", column="curry")
    expect(page.locator(".readout")).to_have_text("query make, key curry: 0.6488")
    settled(page)
    page.locator(MATRIX).hover(position=from_below(page, 20, 60))
    expect(page.locator(".tip")).to_have_text("query Thai, key curry: 0.6488")
    page.get_by_role("button", name="Start over").click()
    page.wait_for_function("!location.search.includes('row')")
    expect(page.locator(".readout")).to_contain_text("token curry, dimension dish")


def test_a_link_opens_the_same_page_in_another_browser(visit, browser, settled):
    page = visit("text=" + quote("one fish two fish") + "&stage=SCORE")
    page.get_by_text("Causal mask", exact=True).click()
    at(page, mask="causal")
    page.keyboard.press("6")
    page.get_by_role("button", name="Softmax").press("6")
    at(page, stage="SOFTMAX")
    page.locator(MATRIX).focus()
    page.keyboard.press("Home")
    at(page, column="one")
    settled(page)
    page.wait_for_timeout(300)
    other = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    other.goto(page.url)
    other.locator(MATRIX).wait_for(timeout=60_000)
    settled(other)
    for part in (".readout", ".st-key-arithmetic"):
        expect(other.locator(part)).to_have_text(page.locator(part).inner_text().strip(), use_inner_text=True)
    draws = "canvas => Array.from(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).join()"
    other.locator(MATRIX).focus()
    for each in (page, other):
        each.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame)).then(() => null)")
    assert other.locator(MATRIX).evaluate(draws) == page.locator(MATRIX).evaluate(draws)
    other.context.close()


def test_the_causal_mask_hatches_what_lies_in_the_future(visit, settled):
    page = visit("experiment=thai-curry-causal-hidden&stage=SOFTMAX")
    for row, column in ((0, 4), (1, 3), (0, 1)):
        reds = pixel(page, row, column, 5, 5)[0::4]
        assert len(set(reds)) > 1, "a hatched cell has lines across it"
    for row, column in ((4, 0), (2, 1)):
        reds = pixel(page, row, column, 5, 5)[0::4]
        assert len(set(reds)) == 1, "a visible cell has one colour"
    page.locator(MATRIX).focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".spoken")).to_have_text("query how, key to: 0, hidden by the mask")
    expect(page.get_by_text('Query "how", key "to":')).to_be_visible()
    settled(page)  # a shortcut pressed while its button is being drawn anew is lost
    page.keyboard.press("5")
    expect(page.locator(".readout")).to_have_text("query how, key to: minus infinity, hidden by the mask")


def test_own_text_with_markup_stays_text(visit, witness):
    page = visit("stage=SCORE&text=" + quote(NASTY))
    expect(page.locator(".readout")).to_contain_text("query )")
    page.locator(MATRIX).focus()
    page.keyboard.press("Control+Home")
    expect(page.get_by_text('Query "<", key "<":')).to_be_visible()
    assert page.title() != "taken"
    main = page.locator("[data-testid=stMain]")
    assert main.locator("b, img, script").count() == 0
    assert witness.foreign == []
    assert witness.errors == []


def test_a_bad_address_leads_back_to_the_first_example(shared_app, page):
    page.goto(f"{shared_app.url}/attention?heads=seven")
    page.get_by_text("heads is 'seven'").wait_for()
    page.get_by_role("button", name="Open the first example").click()
    page.locator(MATRIX).wait_for(timeout=60_000)
    assert urlparse(page.url).query == ""


@pytest.mark.parametrize("page", [PHONE], indirect=True)
@pytest.mark.parametrize("query", ["stage=SOFTMAX", "stage=WEIGH&d_model=64&text=" + quote("word " * 40)])
def test_on_a_phone_nothing_sticks_out_and_a_tap_chooses(visit, query):
    page = visit(query)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    assert page.locator("[data-testid=stMain]").evaluate("main => main.scrollWidth <= main.clientWidth")
    assert page.locator(".scroller").bounding_box()["width"] <= 390 - 2 * 12
    page.locator(MATRIX).scroll_into_view_if_needed()
    box = page.locator(MATRIX).bounding_box()
    page.touchscreen.tap(box["x"] + 90, box["y"] + 60)
    page.wait_for_function("new URLSearchParams(location.search).has('row')")


@pytest.mark.parametrize("page", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True)
def test_the_picture_follows_the_theme(visit, page):
    visit("stage=SOFTMAX")
    ground = pixel(page, 4, 0, 5, 5)[0]
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert ground < 60 if dark else ground > 200


def test_nothing_is_asked_of_the_world_outside(visit, witness):
    page = visit()
    for key in "2345678":
        page.keyboard.press(key)
        page.get_by_role("heading", name=f"{key}. ").wait_for()
    page.get_by_text("As a table").click()
    page.locator("[data-testid=stDataFrame]").wait_for()
    assert witness.foreign == []
    assert witness.errors == []


AS_IF = "stage=SOFTMAX&row=make&column=curry&belief=softmax-over-queries"


def readouts(page):
    return [" ".join(text.split()) for text in page.locator(".readout").all_inner_texts()]


def test_a_belief_stands_beside_the_truth_and_both_follow_either_picture(visit, witness):
    page = visit(AS_IF)
    expect(page.locator(MATRIX)).to_have_count(2)
    left, right = (page.locator(MATRIX).nth(place).bounding_box() for place in (0, 1))
    assert left["x"] + left["width"] < right["x"]
    assert abs(left["y"] - right["y"]) < 2
    assert readouts(page) == ["query make, key curry: 0.4156", "query make, key curry: 0.6488"]
    page.locator(MATRIX).nth(0).focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    at(page, row="curry", column="Thai")
    expect(page.locator(".readout").nth(1)).to_have_text("query curry, key Thai: 0.9317")
    expect(page.get_by_text('Query "curry", key "Thai":')).to_be_visible()
    page.locator(MATRIX).nth(1).focus()
    page.keyboard.press("Control+Home")
    at(page, row="how", column="how")
    expect(page.locator(".readout").nth(0)).to_have_text("query how, key how: 0.2000")
    assert page.locator(MATRIX).nth(0).get_attribute("aria-label").startswith("As if softmax ran over the queries:")
    assert witness.errors == []


def test_stages_are_walked_and_the_belief_is_left_by_keyboard_alone(visit, settled):
    page = visit("belief=forgot-scaling&stage=SCORE")
    button = page.get_by_role("button", name="Go to Scale")
    button.focus()
    page.keyboard.press("Enter")
    at(page, stage="SCALE")
    button.wait_for(state="detached")
    settled(page)
    page.keyboard.press("ArrowRight")
    at(page, stage="MASK")
    page.get_by_role("heading", name="5. Mask").wait_for()
    settled(page)
    page.get_by_role("button", name="Back to how it is").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("!location.search.includes('belief')")
    expect(page.locator(MATRIX)).to_have_count(1)
    assert address(page)["stage"] == "MASK"


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_on_a_phone_the_truth_stands_under_the_belief(visit):
    page = visit(AS_IF)
    upper, lower = (page.locator(MATRIX).nth(place).bounding_box() for place in (0, 1))
    assert upper["y"] + upper["height"] < lower["y"]
    assert abs(upper["x"] - lower["x"]) < 2
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    assert page.locator("[data-testid=stMain]").evaluate("main => main.scrollWidth <= main.clientWidth")


HOUSE = ("list",)  # Streamlit's own navigation
THEMES = [{"color_scheme": "light"}, {"color_scheme": "dark"}]


@pytest.mark.parametrize("page", THEMES, ids=["light", "dark"], indirect=True)
def test_a_belief_can_be_read_and_heard_by_everybody(visit, axe):
    page = visit(AS_IF)
    assert [line for line in axe(page) if not line.startswith(HOUSE)] == []
    assert page.evaluate(FAINT) == {}
