"""The components alone on a page, above a button that listens to the space bar: by keyboard, click and touch, with
names from hostile people, and with a server that answers late."""

import json
import random
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from attnquiz.ui import arrange, cells

DARK = {"color_scheme": "dark"}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TOUCHED = pytest.mark.parametrize("page", [PHONE], ids=["phone"], indirect=True)
STILL = {"reduced_motion": "reduce"}

CURRY = ["how", "to", "make", "Thai", "curry"]
LONG = ["The", "transformer", "attends", "to", "every", "representation", "of", "the", "input", "at", "once"]
WEIGHTS = [[0.2] * 5, [0.5, 0.5, 0, 0, 0], [0, 0, 0.3, 0.1, 0.6], [0.05, 0.1, 0.1, 0.1, 0.65], [0, 0, 0, 0.93, 0.07]]
HOSTILE = ["<b>x</b>", "\"><img src=x onerror=alert('1')>", "🙈👩‍👩‍👧", "שלום", "w" * 200, "it's `d_k`"]
STEPS = ["Multiply queries by keys.", "Divide by `d_k`.", "Hide the future.", "Apply softmax.", "Multiply by values."]

SCRIPT = Path(__file__).with_name("components_page.py").read_text(encoding="utf-8")
ACTIVE = """() => {
    let element = document.activeElement
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
    return element.getAttribute("aria-label") || element.textContent
}"""

LATE = """const listen = WebSocket.prototype.addEventListener
WebSocket.prototype.addEventListener = function (what, hear, ...rest) {
    const later = (event) => setTimeout(() => hear.call(this, event), 500)
    return listen.call(this, what, what === "message" ? later : hear, ...rest)
}"""
LATELY = pytest.mark.parametrize("page", [{"script": LATE}], ids=["late"], indirect=True)


@pytest.fixture
def drawn(script_app, page, settled):
    """`drawn(plan)` opens the page with that plan."""

    def draw(**plan):
        settled(page.goto(f"{script_app(SCRIPT).url}/?{urlencode({'plan': json.dumps(plan)})}") and page)
        page.get_by_role("button", name="Another order").wait_for()
        return page

    return draw


def said(page, **wanted):
    """Wait until the script has written that. What is not named is empty or 0."""
    text = json.dumps({"log": [], "space": 0, "two": 0} | wanted)
    page.locator(".st-key-said").get_by_text(text, exact=True).wait_for()


def heard(page, order, space=0):
    """The same for the last order alone: of two moves within one run, Streamlit tells the script the later one."""
    page.locator(".st-key-said").get_by_text(f"last: {order}, space: {space}", exact=True).wait_for()


def keys(page, *names):
    for name in names:
        page.keyboard.press(name)


def into(page):
    """The first Tab after a click beside everything: whatever comes first on the page."""
    page.locator("[data-testid=stMain]").click(position={"x": 3, "y": 300})
    page.keyboard.press("Tab")


def active(page):
    return page.evaluate(ACTIVE)


def steps(page):
    return page.locator(".step .text").all_inner_texts()


def live(page):
    return page.get_by_role("status").first.inner_text()


# --- axe ---------------------------------------------------------------------------------------


PLANS = {
    "cell": {"tokens": CURRY, "chosen": [3, 4]},
    "row": {"tokens": LONG, "asked": "row", "chosen": [2]}, "column": {"tokens": LONG, "asked": "column"},
    "shown": {"tokens": CURRY, "values": WEIGHTS, "right": [[4, 3]], "chosen": [3, 4]},
    "hostile": {"tokens": HOSTILE}, "steps": {"steps": [*STEPS, *HOSTILE], "order": list(range(11))},
}  # fmt: skip

SEEN = [({}, PLANS), (DARK, ["row", "shown", "steps"]), (PHONE, ["shown", "hostile", "steps"])]


@pytest.mark.parametrize(("page", "plans"), SEEN, indirect=["page"], ids=["light", "dark", "phone"])
def test_axe_has_nothing_to_say_about_the_components(drawn, axe, witness, plans):
    found = {}
    for name in plans:
        page = drawn(**PLANS[name])
        found[name] = axe(page) if plans is PLANS else []
        into(page)
        found[name] += axe(page)  # with something lit
    assert {name: said for name, said in found.items() if said} == {}
    assert (witness.errors, witness.foreign) == ([], [])


# --- the grid ----------------------------------------------------------------------------------


@pytest.mark.parametrize("press", ["Space", "Enter"])
def test_a_cell_is_found_and_chosen_by_keyboard_alone(drawn, press):
    page = drawn(tokens=CURRY)
    into(page)
    assert active(page) == "query how, key how"
    keys(page, "ArrowDown", "ArrowDown", "ArrowRight", "ArrowLeft", "ArrowUp")
    assert active(page) == "query to, key how"
    keys(page, "End", "ArrowRight")
    assert active(page) == "query to, key curry"
    keys(page, "Control+Home")
    assert active(page) == "query how, key how"
    keys(page, "Control+End", "Home", "End", "ArrowLeft", press)
    said(page, log=[[4, 3]])
    assert live(page) == "You chose query curry, key Thai."
    assert active(page) == "query curry, key Thai"  # the focus is where it was, and so is the way on
    assert page.get_by_role("button", name="query curry, key Thai").get_attribute("aria-pressed") == "true"
    keys(page, press, press, "ArrowUp", press)  # the same again says nothing new
    said(page, log=[[4, 3], [3, 3]])
    assert page.locator("[aria-pressed=true]").count() == 1
    keys(page, "2")  # a key that is none of the grid's reaches the page, and Tab leaves the grid in one go
    said(page, log=[[4, 3], [3, 3]], two=1)
    keys(page, "Tab")
    assert "Continue" in active(page)
    keys(page, "Space")
    said(page, log=[[4, 3], [3, 3]], space=1, two=1)


LINES = [("row", "ArrowDown", "ArrowRight"), ("column", "ArrowRight", "ArrowUp")]


@pytest.mark.parametrize(("asked", "way", "other"), LINES)
def test_where_a_line_is_asked_its_headers_are_the_buttons(drawn, asked, way, other):
    page = drawn(tokens=CURRY, asked=asked)
    word = "query" if asked == "row" else "key"
    into(page)
    keys(page, "End", "Home", way, way, other, "Space")
    said(page, log=[[2]])
    assert active(page) == f"{word} make"
    assert live(page) == f"You chose the {asked} of {word} make."
    assert page.locator(".cell.mine").count() == page.locator(".cell.lit").count() == 5
    assert page.locator(".cell").get_by_role("button").count() == 0
    page.locator(".cell").nth(21 if asked == "row" else 9).click()  # any cell of the line will do
    said(page, log=[[2], [4]])


def test_a_double_click_chooses_once(drawn):
    page = drawn(tokens=CURRY)
    page.get_by_role("button", name="query Thai, key curry").dblclick()
    said(page, log=[[3, 4]])
    page.get_by_role("button", name="query how, key to").click(click_count=3)
    said(page, log=[[3, 4], [0, 1]])
    page.wait_for_timeout(300)
    said(page, log=[[3, 4], [0, 1]])


@TOUCHED
@pytest.mark.parametrize("tokens", [LONG, [*LONG, "again", *LONG][:12]], ids=["11", "12"])
def test_a_long_sentence_is_chosen_from_by_touch_on_a_phone(drawn, tokens):
    page = drawn(tokens=tokens)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    buttons = page.get_by_role("button", name="query ")
    boxes = [box.bounding_box() for box in (buttons.first, buttons.last)]
    assert all(box["width"] >= 36 and box["height"] >= 36 for box in boxes)
    names = page.get_by_role("rowheader")
    buttons.last.tap()
    said(page, log=[[len(tokens) - 1] * 2])
    assert names.last.bounding_box()["x"] >= 0  # names stay where they can be read while the cells move
    assert page.get_by_role("columnheader").last.bounding_box()["x"] < 390


@TOUCHED
def test_a_cell_that_gets_the_focus_is_not_under_the_names(drawn):
    page = drawn(tokens=LONG)
    page.get_by_role("button", name="query at, key once").focus()
    for _ in LONG:
        keys(page, "ArrowLeft")
        box = page.locator(".cell button:focus").bounding_box()
        edge = page.get_by_role("rowheader").first.bounding_box()
        assert box["x"] >= edge["x"] + edge["width"] - 1
        assert box["x"] + box["width"] <= 390


def test_what_is_shown_afterwards_says_the_answer_and_the_choice_in_words(drawn):
    page = drawn(tokens=CURRY, values=WEIGHTS, right=[[4, 3]], chosen=[3, 4])
    assert page.locator(".frame").get_by_role("button").count() == 0
    right = page.get_by_role("gridcell", name="query curry, key Thai, weight 0.93, the answer", exact=True)
    mine = page.get_by_role("gridcell", name="query Thai, key curry, weight 0.65, your choice", exact=True)
    assert right.inner_text().split() == ["0.93", "✓"]
    assert mine.inner_text().split() == ["0.65", "◆"]
    assert right.evaluate("e => getComputedStyle(e).boxShadow") != "none"
    assert mine.evaluate("e => getComputedStyle(e).outlineStyle") == "dashed"
    sentence = "The answer: query curry, key Thai, weight 0.93. Your choice: query Thai, key curry, weight 0.65."
    assert live(page) == sentence
    into(page)
    assert active(page).startswith("query Thai, key curry")  # one starts at one's own choice
    keys(page, "ArrowDown", "ArrowLeft")
    assert active(page) == "query curry, key Thai, weight 0.93, the answer"
    right.click()
    keys(page, "Space")  # nothing to choose here: the page may have it
    said(page, space=1)


def test_the_answer_is_shown_in_the_grid_that_was_chosen_from_and_the_focus_stays(drawn):
    page = drawn(tokens=CURRY, values=WEIGHTS, right=[[4, 3]], late=True)
    into(page)
    keys(page, "Control+End", "ArrowLeft", "Space")
    said(page, log=[[4, 3]])
    assert active(page) == "query curry, key Thai, weight 0.93, the answer, your choice"
    assert live(page).endswith("Your choice: query curry, key Thai, weight 0.93.")


def test_many_right_cells_and_right_lines_are_said_shortly(drawn):
    page = drawn(tokens=CURRY, values=WEIGHTS, right=[[0, key] for key in range(5)], chosen=[0, 1])
    expect(page.get_by_role("status").first).to_contain_text("key make, weight 0.20; and 2 more. ")
    page = drawn(tokens=CURRY, asked="row", values=WEIGHTS, right=[[4, key] for key in range(5)], chosen=[2])
    words = "The answer: the row of query curry. Your choice: the row of query make."
    expect(page.get_by_role("status").first).to_have_text(words)
    assert page.locator(".cell.right").count() == page.locator(".cell.mine").count() == 5


def test_a_row_without_numbers_can_be_shown(drawn):
    page = drawn(tokens=["a", "b"], values=[[float("nan")] * 2, [0.5, 0.5]], right=[[0, 0]], chosen=[1, 1])
    assert page.get_by_role("gridcell", name="query a, key b, weight nan", exact=True).is_visible()


def test_hostile_names_stay_names(drawn, witness):
    page = drawn(tokens=HOSTILE)
    assert page.locator("table b, table img").count() == 0
    for name in HOSTILE:
        assert page.get_by_role("button", name=f"query {name}, key {name}", exact=True).count() == 1
        assert page.get_by_role("rowheader", name=f"query {name}", exact=True).inner_text() == name
    long = page.get_by_role("rowheader").nth(4)
    assert long.bounding_box()["height"] < 60
    assert long.locator(".name").evaluate("e => getComputedStyle(e).textOverflow + getComputedStyle(e).whiteSpace") == (
        "ellipsisnowrap"
    )
    page.get_by_role("button", name=f"query {HOSTILE[1]}, key שלום").click()
    said(page, log=[[1, 3]])
    assert live(page) == f"You chose query {HOSTILE[1]}, key \u2068שלום\u2069."
    assert witness.errors == []


def test_a_name_that_occurs_twice_is_told_apart(drawn):
    page = drawn(tokens=["the", "cat", "the"])
    page.get_by_role("button", name="query the (number 3), key cat", exact=True).click()
    said(page, log=[[2, 1]])
    assert live(page) == "You chose query the (number 3), key cat."


@LATELY
def test_a_late_server_does_not_take_a_newer_choice_back(drawn, settled):
    page = drawn(tokens=CURRY)
    for name in ("query how, key how", "query make, key make", "query curry, key to"):
        page.get_by_role("button", name=name).click()
        page.wait_for_timeout(150)
    seen = set()
    for _ in range(20):
        seen.add(live(page))
        page.wait_for_timeout(50)
    settled(page)
    assert seen | {live(page)} == {"You chose query curry, key to."}


def test_another_card_starts_afresh(drawn):
    page = drawn(tokens=CURRY)
    page.get_by_role("button", name="query curry, key Thai").click()
    said(page, log=[[4, 3]])
    page.get_by_role("button", name="Another card").click()
    said(page)
    page.locator(".readout", has_text="You chose").wait_for(state="detached")
    assert page.locator("[aria-pressed=true]").count() == 0
    page.get_by_role("button", name="query curry, key Thai").click()
    said(page, log=[[4, 3]])


# --- the steps ---------------------------------------------------------------------------------


@pytest.mark.parametrize("echo", [False, True], ids=["silent", "echoed"])
def test_steps_are_moved_by_keyboard_alone(drawn, echo):
    page = drawn(steps=STEPS, order=[2, 0, 4, 1, 3], echo=echo)
    into(page)
    assert active(page) == "1Hide the future."
    keys(page, "ArrowUp", "ArrowDown", "ArrowDown")
    assert active(page) == "3Multiply by values."
    keys(page, "Alt+ArrowUp")
    heard(page, [2, 4, 0, 1, 3])
    assert (active(page), live(page)) == ("2Multiply by values.", "Multiply by values, now 2 of 5.")
    keys(page, "Alt+ArrowDown", "End", "Home", "Alt+ArrowUp")
    heard(page, [2, 0, 4, 1, 3])
    assert live(page) == "Hide the future, already first."
    keys(page, "Space", "ArrowDown", "ArrowDown")
    picked = page.locator("[aria-pressed=true]")
    assert (picked.count(), active(page)) == (1, "3Hide the future.")
    keys(page, "Space", "ArrowUp")
    assert (picked.count(), active(page)) == (0, "2Multiply by values.")
    heard(page, [0, 4, 2, 1, 3])


def test_escape_puts_a_step_back(drawn):
    page = drawn(steps=STEPS, order=[0, 1, 2, 3, 4])
    into(page)
    keys(page, "Enter", "ArrowDown", "ArrowDown")
    heard(page, [1, 2, 0, 3, 4])
    assert steps(page) == [STEPS[i] for i in (1, 2, 0, 3, 4)]
    keys(page, "Escape")
    assert (steps(page), active(page)) == (STEPS, f"1{STEPS[0]}")
    assert live(page) == "Put back: Multiply queries by keys, 1 of 5."
    heard(page, [0, 1, 2, 3, 4])


def test_the_buttons_keep_the_focus_up_to_the_end_and_beyond(drawn):
    page = drawn(steps=STEPS, order=[0, 1, 2, 3, 4])
    into(page)
    keys(page, "ArrowDown", "Tab", "Tab")
    assert active(page) == f"Move down: {STEPS[1]}"
    for expected in ([0, 2, 1, 3, 4], [0, 2, 3, 1, 4], [0, 2, 3, 4, 1], [0, 2, 3, 4, 1]):
        keys(page, "Space")
        heard(page, expected)  # and the button that listens to the space bar was never pressed
        assert steps(page) == [STEPS[i] for i in expected]
        assert active(page) == f"Move down: {STEPS[1]}"
    said(page, log=[[0, 2, 1, 3, 4], [0, 2, 3, 1, 4], [0, 2, 3, 4, 1]])  # a move that is none is not sent
    assert live(page) == "Divide by `d_k`, already last."
    keys(page, "Tab")
    assert "Continue" in active(page)


def test_steps_are_moved_by_click(drawn):
    page = drawn(steps=STEPS, order=[0, 1, 2, 3, 4], echo=True)
    # in one go: the button moves along with its step, and a slow hand would meet another
    page.get_by_role("button", name=f"Move up: {STEPS[4]}").evaluate("(button) => { button.click(); button.click() }")
    heard(page, [0, 1, 4, 2, 3])
    page.locator(".step").nth(1).click()
    page.get_by_role("button", name=f"Move up: {STEPS[1]}").click()
    page.get_by_role("button", name="Continue").click()  # at once: the move before it is heard all the same
    heard(page, [1, 0, 4, 2, 3], space=1)
    assert page.locator("[aria-pressed=true]").count() == 0  # whoever leaves has put the step down


@pytest.mark.parametrize(("seed", "echo"), [(0, False), (1, True), (2, False), (3, True)])
def test_however_fast_the_steps_are_moved_the_last_order_on_the_screen_is_heard(drawn, seed, echo):
    dice = random.Random(seed)
    page = drawn(steps=STEPS, order=[4, 0, 3, 1, 2], echo=echo)
    into(page)
    for key in dice.choices(["Alt+ArrowUp", "Alt+ArrowDown", "ArrowUp", "ArrowDown", "Space", "Escape"], k=40):
        keys(page, key)
        page.wait_for_timeout(dice.choice([0, 0, 20, 60, 150]))
    shown = steps(page)
    here = active(page)
    heard(page, [STEPS.index(step) for step in shown])
    page.wait_for_timeout(300)
    assert (steps(page), active(page)) == (shown, here)


@TOUCHED
def test_steps_are_moved_by_touch_on_a_phone(drawn):
    page = drawn(steps=[*STEPS, *HOSTILE], order=list(range(11)))
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for button in page.locator("li button").all():
        box = button.bounding_box()
        assert box["width"] >= 36
        assert box["height"] >= 36
        assert box["x"] + box["width"] <= 390
    page.get_by_role("button", name=f"Move down: {STEPS[0]}").tap()
    said(page, log=[[1, 0, *range(2, 11)]])


def test_hostile_steps_stay_text(drawn, witness):
    page = drawn(steps=HOSTILE, order=[5, 4, 3, 2, 1, 0])
    assert steps(page) == HOSTILE[::-1]
    assert page.locator("ol b, ol img").count() == 0
    for text in HOSTILE:
        page.get_by_role("button", name=f"Move up: {text}", exact=True).click()
    page.wait_for_timeout(300)
    assert witness.errors == []


@LATELY
def test_a_late_server_does_not_take_a_newer_order_back(drawn, settled):
    page = drawn(steps=STEPS, order=[0, 1, 2, 3, 4], echo=True)
    into(page)
    for _ in range(4):
        keys(page, "Alt+ArrowDown")
        page.wait_for_timeout(150)
    seen = []
    for _ in range(20):
        seen.append(steps(page))
        page.wait_for_timeout(50)
    settled(page)
    assert [order for order in [*seen, steps(page)] if order != [*STEPS[1:], STEPS[0]]] == []
    assert active(page) == f"5{STEPS[0]}"


@pytest.mark.parametrize("echo", [False, True], ids=["silent", "echoed"])
def test_another_order_from_python_or_another_card_replaces_the_arrangement(drawn, echo):
    page = drawn(steps=STEPS, order=[0, 1, 2, 3, 4], other=[4, 3, 2, 1, 0], echo=echo)
    page.get_by_role("button", name=f"Move down: {STEPS[0]}").click()
    said(page, log=[[1, 0, 2, 3, 4]])
    page.get_by_role("button", name="Another card").click()
    said(page)
    page.locator(".step").first.get_by_text(STEPS[0]).wait_for()
    page.get_by_role("button", name="Another order").click()
    page.locator(".step").first.get_by_text(STEPS[4]).wait_for()
    assert steps(page) == STEPS[::-1]


@pytest.mark.parametrize("page", [{}, STILL], ids=["moving", "still"], indirect=True)
def test_nothing_glides_where_motion_is_not_wanted(drawn, request):
    page = drawn(steps=STEPS, order=[0, 1, 2, 3, 4])
    gliding = """() => {
        const animate = Element.prototype.animate
        window.glided = 0
        Element.prototype.animate = function (...all) { window.glided += 1; return animate.apply(this, all) }
    }"""
    page.evaluate(gliding)
    page.get_by_role("button", name=f"Move down: {STEPS[0]}").click()
    said(page, log=[[1, 0, 2, 3, 4]])
    assert page.evaluate("window.glided") == (2 if "moving" in request.node.name else 0)


# --- what a browser may send -------------------------------------------------------------------

NONSENSE = [None, {}, "x", [], {"choice": None}, {"choice": []}, {"choice": ["0", 1]}, {"choice": [1, 2, 3]},
            {"choice": [0.5]}, {"order": None}, {"order": [1, 2]}, {"order": [0, 0, 1]}, {"order": ["0"]}]  # fmt: skip


@pytest.mark.parametrize("state", NONSENSE, ids=repr)
def test_nonsense_from_the_browser_is_nothing(state):
    assert cells.sent(state) is None
    assert arrange.sent(state) is None


def test_what_the_components_send_is_read():
    assert cells.sent({"choice": [4, 3]}) == (4, 3)
    assert cells.sent({"choice": [0]}) == (0,)
    assert arrange.sent({"order": [2, 0, 1]}) == (2, 0, 1)
