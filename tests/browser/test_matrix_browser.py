"""The picture of a matrix alone on a page, above buttons that listen to keys: a number is written into a cell and a
cell is turned over by keyboard, mouse and touch; what changed is marked; and whatever is told arrives, once.
"""

import json
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import expect

from attnquiz.charts.palette import DIVERGING
from attnquiz.ui.matrix import Picture, component, edited, flipped, sent

MATRIX = "canvas[role=application]"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SCHEMES = [{"color_scheme": "light"}, {"color_scheme": "dark"}, PHONE]
EVERYWHERE = pytest.mark.parametrize("page", SCHEMES, ids=["light", "dark", "phone"], indirect=True)
TOUCHED = pytest.mark.parametrize("page", [PHONE], ids=["phone"], indirect=True)
SCRIPT = Path(__file__).with_name("matrix_page.py").read_text(encoding="utf-8")
VALUES = (np.arange(25).reshape(5, 5) / 10 - 1).tolist()
NAMES = [f"w{place}" for place in range(64)]

TWICE = """const send = WebSocket.prototype.send
WebSocket.prototype.send = function (message) {
    setTimeout(() => send.call(this, message), 400)
    return send.call(this, message)
}"""
DEAF = """const send = WebSocket.prototype.send
window.deaf = 0
WebSocket.prototype.send = function (message) { if (window.deaf-- <= 0) return send.call(this, message) }"""

HALF = """const send = WebSocket.prototype.send
let odd = false
WebSocket.prototype.send = function (message) {
    odd = window.half && !odd
    if (!odd) return send.call(this, message)
}"""

REACHES = """([picture, place]) => {
    const origin = picture.ariaLabel.match(/from \\((\\d+), (\\d+)\\)/).slice(1).map(Number)
    return origin.every((first) => first <= place && place < first + 8)
}"""


def scripted(script):
    return pytest.mark.parametrize("page", [{"script": script}], ids=["scripted"], indirect=True)


@pytest.fixture
def drawn(script_app, page, settled):
    """`drawn(plan)` opens the page with that plan."""

    def draw(**plan):
        page.goto(f"{script_app(SCRIPT).url}/?{urlencode({'plan': json.dumps({'values': VALUES} | plan)})}")
        page.locator(MATRIX).wait_for()
        page.get_by_role("button", name="Continue").wait_for()
        settled(page)
        return page

    return draw


def told(page, log, cell=(0, 0), space=0):
    """Wait until the script has written that."""
    text = json.dumps({"log": log, "cell": cell, "space": space})
    page.locator(".st-key-said").get_by_text(text, exact=True).wait_for()


def keys(page, *names):
    for name in names:
        page.keyboard.press(name)


def focused(page):
    return page.evaluate("document.activeElement.shadowRoot?.activeElement?.tagName")


def cell(page, row, column):
    """Where that cell of five by five lies on the page: the field opens right over it, and is closed again."""
    page.locator(MATRIX).focus()
    keys(page, "Control+Home", "F2")
    box = page.locator(".editor input").bounding_box()
    keys(page, "Escape")
    width, height = box["width"], box["height"]
    return SimpleNamespace(left=box["x"] + column * width, top=box["y"] + row * height, width=width, height=height)


def middle(place):
    return place.left + place.width / 2, place.top + place.height / 2


def pixel(page, x, y):
    """The colour at that point of the page, in the canvas."""
    return page.locator(MATRIX).evaluate(
        """(canvas, [x, y]) => {
            const box = canvas.getBoundingClientRect()
            const ratio = canvas.width / box.width
            const place = [(x - box.left) * ratio, (y - box.top) * ratio].map(Math.floor)
            return Array.from(canvas.getContext("2d").getImageData(...place, 1, 1).data).slice(0, 3)
        }""",
        [x, y],
    )


# --- writing -----------------------------------------------------------------------------------


def test_a_number_is_written_by_keyboard_alone(drawn, witness):
    page = drawn(editable=True)
    page.locator(MATRIX).focus()
    keys(page, "Control+End", "ArrowLeft", "5")  # and the button that listens to 5 hears nothing of it
    field = page.get_by_label("New value of query curry, key Thai", exact=True)
    expect(field).to_be_focused()
    keys(page, ".", "2", " ", "5", "Backspace", "Backspace", "Enter")
    told(page, [["edit", 4, 3, "5.2"]], (4, 3))
    expect(field).to_be_hidden()
    expect(page.locator(".spoken")).to_have_text("query curry, key Thai: 5.2000, changed, edited by you")
    assert focused(page) == "CANVAS"
    keys(page, "-", "1", ",", "5", "ArrowUp", "Enter")
    expect(page.get_by_label("New value of query Thai, key Thai")).to_have_value("0.8")
    told(page, [["edit", 4, 3, "5.2"], ["edit", 4, 3, "-1,5"]], (3, 3))
    keys(page, "Escape", "ArrowDown", "Delete")
    told(page, [["edit", 4, 3, "5.2"], ["edit", 4, 3, "-1,5"], ["edit", 4, 3, ""]], (4, 3))
    expect(page.locator(".spoken")).to_have_text("query curry, key Thai: 1.3000")
    assert witness.errors == []


def test_escape_tells_nothing_and_neither_does_what_was_left_as_it_was(drawn):
    page = drawn(editable=True)
    page.locator(MATRIX).focus()
    keys(page, "Enter", "7", "Escape", "F2", "Enter", "3", "Backspace", "Enter", "ArrowRight")
    told(page, [], (0, 1))
    expect(page.locator(".readout")).to_have_text("query how, key to: -0.9000")
    keys(page, "F2", "Delete", "Enter")  # what was there is taken out: the original is wanted back
    told(page, [["edit", 0, 1, ""]], (0, 1))


def test_a_double_click_opens_a_cell_and_a_click_elsewhere_keeps_what_was_written(drawn):
    page = drawn(editable=True)
    there, other = cell(page, 2, 3), cell(page, 0, 1)
    page.mouse.dblclick(*middle(there))
    field = page.get_by_label("New value of query make, key Thai")
    expect(field).to_have_value("0.3")
    box = field.bounding_box()
    assert (box["x"], box["y"]) == pytest.approx((there.left, there.top), abs=1)
    field.fill("0.25")
    page.mouse.click(*middle(other))
    told(page, [["edit", 2, 3, "0.25"]], (0, 1))
    page.mouse.click(*middle(other))  # one click on the chosen cell is no double click
    expect(page.locator(".editor")).to_be_hidden()


def test_a_number_has_all_its_digits_in_the_field_and_what_is_no_number_leaves_it_empty(drawn):
    numbers = [0.1, -1.2345678, 1e-7, 16777216.0, float("nan")]
    page = drawn(editable=True, values=[numbers] * 5)
    page.locator(MATRIX).focus()
    seen = []
    for _ in numbers:
        keys(page, "F2")
        seen.append(page.locator(".editor input").input_value())
        keys(page, "Escape", "ArrowRight")
    assert seen == ["0.1", "-1.2345678", "1e-7", "16777216", ""]
    assert np.array(seen[:4], dtype="f4").tolist() == np.array(numbers[:4], dtype="f4").tolist()


@TOUCHED
def test_on_a_phone_a_tap_on_the_chosen_cell_opens_it(drawn):
    page = drawn(editable=True)
    box = page.locator(MATRIX).bounding_box()
    place = box["x"] + box["width"] - 20, box["y"] + box["height"] - 20
    page.touchscreen.tap(*place)
    told(page, [], (4, 4))
    expect(page.locator(".editor")).to_be_hidden()
    expect(page.get_by_text("Tap the chosen cell to change it.")).to_be_visible()
    page.touchscreen.tap(*place)
    field = page.get_by_label("New value of query curry, key curry")
    expect(field).to_be_focused()
    right = page.locator(".sign").bounding_box()
    assert right["x"] + right["width"] <= 390
    page.locator(".sign").tap()  # the numbers of a phone may have no minus
    expect(field).to_be_focused()
    expect(field).to_have_value("-1.4")
    keys(page, "Enter")
    told(page, [["edit", 4, 4, "-1.4"]], (4, 4))
    assert page.evaluate("document.scrollingElement.scrollWidth") == 390


def test_a_picture_that_is_only_to_be_looked_at_takes_no_number_and_leaves_the_keys_to_the_page(drawn):
    page = drawn()
    page.locator(MATRIX).focus()
    keys(page, "5")
    told(page, [], space=5)
    page.locator(MATRIX).focus()
    keys(page, "Enter", "F2", "Delete")
    page.locator(MATRIX).dblclick(position={"x": 100, "y": 60})
    assert page.locator(".editor").is_hidden()
    assert page.locator(".hint").is_hidden()
    assert "Type" not in page.locator(MATRIX).get_attribute("aria-label")


# --- turning over ------------------------------------------------------------------------------


def test_a_cell_is_turned_over_by_space_enter_and_double_click(drawn):
    page = drawn(toggles=True, editable=True)
    label = "Scores: 5 rows, 5 columns. Arrow keys choose a cell."
    assert page.locator(MATRIX).get_attribute("aria-label").startswith(label)
    assert page.locator(MATRIX).get_attribute("aria-label").endswith("Space turns it over.")
    there = cell(page, 1, 1)
    keys(page, "ArrowRight", "Space")  # and the button that listens to the space bar hears nothing of it
    told(page, [["flip", 0, 1]], (0, 1))
    expect(page.locator(".spoken")).to_have_text("query how, key to: minus infinity, hidden by the mask")
    keys(page, "Enter")
    told(page, [["flip", 0, 1]] * 2, (0, 1))
    expect(page.locator(".spoken")).to_have_text("query how, key to: -0.9000")
    page.mouse.dblclick(*middle(there))
    told(page, [["flip", 0, 1]] * 2 + [["flip", 1, 1]], (1, 1))


@TOUCHED
def test_on_a_phone_a_tap_on_the_chosen_cell_turns_it_over(drawn):
    page = drawn(toggles=True)
    box = page.locator(MATRIX).bounding_box()
    for _ in range(2):
        page.touchscreen.tap(box["x"] + box["width"] - 20, box["y"] + 45)
    told(page, [["flip", 0, 4]], (0, 4))


# --- marks -------------------------------------------------------------------------------------


@EVERYWHERE
def test_what_differs_and_what_was_written_is_marked_in_the_corners(drawn, page, request):
    if "phone" in request.node.name:
        page.set_viewport_size({"width": 700, "height": 844})  # cells as wide as the field
    drawn(editable=True)
    there = cell(page, 3, 2)
    triangle = there.left + there.width - 4, there.top + 3
    dot = there.left + 4, there.top + 4
    plain = pixel(page, there.left + 20, there.top + 4)
    assert pixel(page, *triangle) == pixel(page, *dot) == plain
    for part in (".changed-key", ".own-key"):
        assert page.locator(part).is_hidden()
    keys(page, *["ArrowDown"] * 3, *["ArrowRight"] * 2, "-", "1", "Enter", "ArrowDown")
    told(page, [["edit", 3, 2, "-1"]], (4, 2))
    for part in (".changed-key", ".own-key"):
        expect(page.locator(part)).to_be_visible()
    ink = [0, 0, 0] if "dark" not in request.node.name else [255, 255, 255]
    assert pixel(page, *triangle) == pixel(page, *dot) == ink
    assert pixel(page, there.left + 20, there.top + 4) not in (plain, ink)
    keys(page, "ArrowUp")
    expect(page.locator(".spoken")).to_have_text("query Thai, key make: -1.0000, changed, edited by you")
    assert pixel(page, triangle[0] - 6, triangle[1] + 4) == ink  # inside the frame of the chosen cell


# --- nothing gets lost -------------------------------------------------------------------------


@scripted(HALF)
def test_a_number_arrives_also_when_the_learner_is_faster_than_the_page(drawn):
    """The server sleeps before it draws, and every second message is lost, as one is that comes before the thread for
    the last has started."""
    page = drawn(editable=True, slow=0.3)
    page.evaluate("window.half = true")
    page.locator(MATRIX).focus()
    keys(page, "1", "Enter", "ArrowRight")
    page.wait_for_timeout(120)
    keys(page, "2", "Enter", "ArrowRight")
    page.wait_for_timeout(120)
    keys(page, "3", "Enter", "ArrowRight", "ArrowDown")
    told(page, [["edit", 0, 0, "1"], ["edit", 0, 1, "2"], ["edit", 0, 2, "3"]], (1, 3))
    expect(page.locator(".readout")).to_have_text("query to, key Thai: -0.2000")


@scripted(TWICE)
def test_what_is_said_twice_is_done_once(drawn):
    page = drawn(toggles=True, editable=True)
    page.locator(MATRIX).focus()
    keys(page, "Space", "4", "Enter", "Space")
    done = [["flip", 0, 0], ["edit", 0, 0, "4"], ["flip", 0, 0]]
    told(page, done)
    page.wait_for_timeout(1000)
    told(page, done)


@scripted(DEAF)
@pytest.mark.parametrize("deaf", [1, 2])
def test_what_gets_no_answer_is_told_again(drawn, deaf):
    page = drawn(editable=True)
    page.evaluate(f"window.deaf = {deaf}")
    page.locator(MATRIX).focus()
    keys(page, "ArrowRight")
    told(page, [], (0, 1))
    page.evaluate(f"window.deaf = {deaf}")
    keys(page, "6", "Enter")
    told(page, [["edit", 0, 1, "6"]], (0, 1))


@scripted(DEAF)
def test_a_picture_that_is_never_heard_shows_what_the_page_knows(drawn):
    page = drawn()
    page.evaluate("window.deaf = 100")
    page.locator(MATRIX).focus()
    keys(page, "ArrowRight")
    expect(page.locator(".readout")).to_contain_text("query how, key to")
    expect(page.locator(".readout")).to_contain_text("query how, key how")


def test_data_that_overtakes_data_does_not_silence_the_picture(drawn):
    """Streamlit cleans up after each call that was overtaken by the next before it was through, although the picture
    stays on the page: what the learner has just chosen must be told all the same."""
    nothing, names = np.zeros((2, 2)), ("a", "b")
    matrix = SimpleNamespace(
        values=nothing, hidden=nothing.astype(bool), row_axis="query", column_axis="key", title="X", domain=(-1.0, 1.0),
        row_names=names, column_names=names,
    )  # fmt: skip
    data = component.pack(Picture(matrix, (0, 0), labels=("", ""), colours=DIVERGING, hidden_as=("", "", "")))
    html = (component.HERE / "matrix.html").read_text(encoding="utf-8")
    heard = drawn().evaluate(
        """async ([script, html, data]) => {
            const host = document.body.appendChild(document.createElement("div"))
            const parentElement = host.attachShadow({ mode: "open" })
            parentElement.innerHTML = html
            const { default: draw } = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })))
            const told = []
            const setTriggerValue = (name, value) => told.push([name, value])
            const call = () => draw({ parentElement, data: new Uint8Array(data), setTriggerValue })
            const overtaken = call()
            const canvas = parentElement.querySelector("canvas")
            const press = (key) => canvas.dispatchEvent(new KeyboardEvent("keydown", { key }))
            press("ArrowRight")
            call()
            overtaken()
            await new Promise((done) => setTimeout(done, 200))
            const last = call()
            host.remove()
            press("ArrowDown")
            last()
            await new Promise((done) => setTimeout(done, 200))
            return told
        }""",
        [component.SCRIPT, html, list(data)],
    )
    assert heard == [["cell", [0, 1]]]


def test_a_part_of_a_large_matrix_follows_the_cell_and_what_is_sent_counts_in_the_whole(drawn):
    page = drawn(editable=True, names=NAMES, values=np.arange(4096).reshape(64, 64).tolist(), part=8)
    page.locator(MATRIX).focus()
    picture = page.locator(MATRIX).element_handle()
    for place in range(1, 21):  # no key leads out of a part before the next one has come
        page.wait_for_function(REACHES, arg=[picture, place])
        keys(page, "ArrowRight", "ArrowDown")
        page.wait_for_timeout(100)
    told(page, [], (20, 20))
    expect(page.locator(".readout")).to_have_text("query w20, key w20: 1300.0")
    keys(page, "ArrowRight", "7", "Enter", "ArrowRight")
    told(page, [["edit", 20, 21, "7"]], (20, 22))
    expect(page.locator(".readout")).to_have_text("query w20, key w22: 1302.0")


# --- speed, size, everybody --------------------------------------------------------------------


def test_a_step_in_4096_cells_is_drawn_far_below_a_frame(drawn):
    page = drawn(names=NAMES, values=np.sin(np.arange(4096)).reshape(64, 64).tolist(), causal=True)
    took = page.locator(MATRIX).evaluate(
        """(canvas) => Array.from({ length: 41 }, (_, i) => {
            const start = performance.now()
            canvas.dispatchEvent(new KeyboardEvent("keydown", { key: i % 2 ? "ArrowLeft" : "ArrowRight" }))
            canvas.getContext("2d").getImageData(0, 0, 1, 1)
            return performance.now() - start
        }).sort((a, b) => a - b)"""
    )
    assert took[0] < 8, took  # a busy machine adds to a measurement and takes nothing away


@pytest.mark.parametrize("page", [{}, PHONE], ids=["desk", "phone"], indirect=True)
@pytest.mark.parametrize("size", [2, 40])
def test_the_field_lies_within_the_picture_wherever_it_opens(drawn, size):
    page = drawn(editable=True, names=NAMES[:size], values=np.zeros((size, size)).tolist())
    page.locator(MATRIX).focus()
    frame = page.locator(".scroller").bounding_box()
    for corner in ("Control+Home", "End", "Control+End", "Home"):
        keys(page, corner, "F2")
        box = page.locator(".editor").bounding_box()
        assert box["x"] >= frame["x"] - 1
        assert box["y"] >= frame["y"] - 1
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1
        assert box["y"] + box["height"] <= frame["y"] + frame["height"] + 1
        keys(page, "Escape")


@EVERYWHERE
def test_axe_has_nothing_to_say_about_a_picture_that_is_written_in(drawn, axe, witness):
    page = drawn(editable=True, causal=True)
    page.locator(MATRIX).focus()
    keys(page, "2", "Enter")
    told(page, [["edit", 0, 0, "2"]])
    assert axe(page) == []
    keys(page, "F2")
    assert axe(page) == []
    assert (witness.errors, witness.foreign) == ([], [])


# --- what a browser may send -------------------------------------------------------------------

CELLS = [None, "x", [], [1], ["0", 1], [1, 2, 3], [0.5, 1], {"cell": [0, 1]}]
NONSENSE = [
    None, "x", [], {}, {"edit": None}, {"edit": [0, 1, "2"]}, {"edit": {"cell": [0, 1]}}, {"flip": None},
    {"flip": [0, 1]}, {"edit": {"cell": [0, 1], "written": 2}}, {"edit": {"cell": [0, 1], "written": "9" * 41}},
    *[{"cell": cell, "edit": {"cell": cell, "written": "2"}, "flip": {"cell": cell}} for cell in CELLS],
]  # fmt: skip


@pytest.mark.parametrize("state", NONSENSE, ids=repr)
def test_nonsense_from_the_browser_is_nothing(state):
    assert sent(state) is None
    assert edited(state) is None
    assert flipped(state) is None


def test_what_the_picture_tells_is_read():
    assert sent({"cell": [4, 3]}) == (4, 3)
    assert edited({"edit": {"cell": [4, 3], "written": "-1,5", "serial": 7}}) == ((4, 3), "-1,5")
    assert edited({"edit": {"cell": [0, 0], "written": ""}}) == ((0, 0), "")
    assert flipped({"flip": {"cell": [2, 0], "serial": 8}}) == (2, 0)
