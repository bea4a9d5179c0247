"""The picture of the next stage is there at the click, before the page answers; and the answer has the last word."""

import re
from urllib.parse import parse_qs, quote, urlparse

import pytest
from playwright.sync_api import expect

MATRIX = "canvas[role=application]"
TITLES = {
    "EMBED": "X", "PROJECT": "Queries", "SCORE": "Scores", "SCALE": "Scaled", "MASK": "Masked", "SOFTMAX": "Weights",
    "WEIGH": "Mixed", "MERGE": "Output",
}  # fmt: skip
# Everything that the server says waits while the page is deaf, and then comes in its order; the page goes on talking,
# unless it is mute.
DEAF = """(() => {
    const waiting = []
    window.deaf = false
    window.listen = () => { window.deaf = false; for (const [tell, event] of waiting.splice(0)) tell(event) }
    window.listenSlowly = async () => {  // what comes at once is drawn once
        for (const [tell, event] of waiting.splice(0)) {
            tell(event)
            await new Promise((then) => setTimeout(then, 12))
        }
    }
    const soon = window.setTimeout // however slow the computer is: who is deaf on purpose, or patient, doubts no answer
    const longer = (wait) => wait > 1000 && (window.deaf || window.patient) ? 60_000 : wait
    window.setTimeout = (then, wait, ...more) => soon(then, longer(wait), ...more)
    const add = WebSocket.prototype.addEventListener
    const late = (tell) => (event) => window.deaf ? waiting.push([tell, event]) : tell(event)
    WebSocket.prototype.addEventListener = function (name, tell, ...more) {
        return add.call(this, name, name === "message" ? late(tell) : tell, ...more)
    }
    const own = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage")
    Object.defineProperty(WebSocket.prototype, "onmessage", { ...own, set(tell) { own.set.call(this, late(tell)) } })
    const send = WebSocket.prototype.send
    const kept = []
    window.speak = () => { window.slow = false; for (const say of kept.splice(0)) say() }
    WebSocket.prototype.send = function (message) {
        if (window.slow) kept.push(() => send.call(this, message))
        else if (!window.mute) send.call(this, message)
    }
})()"""
pytestmark = pytest.mark.parametrize("page", [{"script": DEAF}], ids=["deaf"], indirect=True)
SEEN = """(canvas) => ({
    label: canvas.getAttribute("aria-label"),
    pixels: canvas.toDataURL(),
    low: canvas.getRootNode().querySelector(".low").textContent,
    readout: canvas.getRootNode().querySelector(".readout").textContent,
})"""
CLICKED = f"""async (canvas, button) => {{
    const end = performance.now() + 20_000
    while (!document.querySelector(button)) {{
        if (performance.now() > end) throw new Error(`${{button}} does not come`)
        await new Promise(requestAnimationFrame)
    }}
    document.querySelector(button).click()
    return ({SEEN})(canvas)
}}"""
WATCH = """(canvas) => {
    window.labels = []
    new MutationObserver(() => window.labels.push(canvas.getAttribute("aria-label").split(" ")[0].split(":")[0]))
        .observe(canvas, { attributes: true, attributeFilter: ["aria-label"] })
}"""


@pytest.fixture
def visit(shared_app, page, settled):
    """``visit("stage=SOFTMAX")`` opens the page at that address; ``page.evaluate("window.deaf = true")`` from then on
    keeps what the server says from it until ``listen()``."""

    def opened(query=""):
        page.goto(f"{shared_app.url}/attention?{query}")
        page.locator(MATRIX).first.wait_for(timeout=60_000)
        settled(page)
        page.evaluate("document.fonts.ready.then(() => null)")
        return page

    return opened


def seen(page):
    return page.locator(MATRIX).evaluate(SEEN)


def button(page, key):
    return page.locator(f".st-key-{key} button")


def clicked(page, key):
    """What the picture shows within the same task as the click."""
    # Streamlit makes the button anew where its colour changes, so it is looked for until it is there
    return page.locator(MATRIX).evaluate(CLICKED, f".st-key-{key} button")


def deaf(page):
    page.evaluate("window.deaf = true")


def listens(page, settled, number):
    """Let the server's answers in, and wait for that stage."""
    page.evaluate("window.listen()")
    page.get_by_role("heading", name=f"{number}. ").wait_for()
    settled(page)


def address(page):
    return {name: values[-1] for name, values in parse_qs(urlparse(page.url).query).items()}


STATES = {
    "first example": "experiment=thai-curry&stage=SOFTMAX",
    "masked, edited, head 1": "text=a+b+c+d+e+f&heads=2&mask=causal&edit=W_Q.0.3:1.5&head=1&stage=MASK",
    "its own cell": "text=" + quote("a b c d e f") + "&heads=2&stage=SCORE&row=2&column=3",
    "64 tokens": "text=" + quote(" ".join(f"w{n}" for n in range(64))) + "&heads=4&d_model=32&stage=SCORE",
}


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_every_stage_is_there_at_the_click_and_the_answer_shows_the_same_pixels(visit, settled, witness, state):
    page, drawn = visit(state), set()
    for number, stage in reversed(list(enumerate(TITLES, 1))):
        if address(page).get("stage", "EMBED") == stage:
            continue
        deaf(page)
        ahead = clicked(page, f"stage-{stage}")
        assert ahead["label"].startswith(TITLES[stage])
        drawn.add(ahead["pixels"])
        listens(page, settled, number)
        assert seen(page) == ahead
        assert address(page).get("stage", "EMBED") == stage
    assert len(drawn) >= 5  # of seven: what a stage leaves as it was looks like the stage before
    assert witness.errors == []


def test_back_and_next_and_the_keys_are_drawn_ahead_too(visit, settled):
    page = visit("stage=SCORE")
    deaf(page)
    assert clicked(page, "step-Next")["label"].startswith("Scaled")
    listens(page, settled, 4)
    deaf(page)
    assert clicked(page, "step-Back")["label"].startswith("Scores")
    listens(page, settled, 3)
    for key, title, number in (("7", "Mixed", 7), ("ArrowLeft", "Weights", 6), ("ArrowRight", "Mixed", 7)):
        deaf(page)
        page.keyboard.press(key)
        assert seen(page)["label"].startswith(title), key
        listens(page, settled, number)
        assert seen(page)["label"].startswith(title), key


def test_keys_in_a_field_and_in_the_picture_draw_nothing_ahead(visit):
    page = visit("stage=PROJECT&row=0&column=0")
    page.locator(MATRIX).focus()
    for key in ("ArrowRight", "ArrowLeft", "F2", "3", "Escape"):
        page.keyboard.press(key)
        assert seen(page)["label"].startswith("Queries")
    page.get_by_role("textbox", name="Another number at").focus()
    page.keyboard.press("5")
    page.keyboard.press("ArrowLeft")
    assert seen(page)["label"].startswith("Queries")


def test_an_answer_to_an_older_click_does_not_flick_the_picture_back(visit, settled):
    page = visit("stage=SCORE")
    page.locator(MATRIX).evaluate(WATCH)
    deaf(page)
    for stage in ("SOFTMAX", "SCORE", "WEIGH", "SOFTMAX"):
        clicked(page, f"stage-{stage}")
        page.wait_for_timeout(300)  # each is answered by itself, and no answer is heard
    page.evaluate("window.listenSlowly()")
    listens(page, settled, 6)
    page.wait_for_timeout(300)
    assert page.evaluate("window.labels") == ["Weights", "Scores", "Mixed", "Weights"]
    assert seen(page)["label"].startswith("Weights")


def test_hurried_clicks_end_where_the_last_one_led(visit, settled):
    page = visit("stage=EMBED")
    page.evaluate("window.patient = true")
    page.locator(MATRIX).evaluate(WATCH)
    walk = ["SCORE", "MASK", "SCORE", "WEIGH", "MERGE", "SOFTMAX", "MERGE", "PROJECT", "SCALE"]
    for stage in walk:
        assert clicked(page, f"stage-{stage}")["label"].startswith(TITLES[stage])
    page.get_by_role("heading", name="4. ").wait_for()
    settled(page)
    page.wait_for_timeout(2000)
    assert address(page)["stage"] == "SCALE"
    assert seen(page)["label"].startswith("Scaled")
    assert page.evaluate("window.labels") == [TITLES[stage] for stage in walk]


def test_clicks_that_a_slow_line_brings_all_at_once_end_where_the_last_one_led(visit, settled):
    page = visit("stage=EMBED")
    page.evaluate("window.patient = true")
    for last, number in (("SCORE", 3), ("WEIGH", 7), ("PROJECT", 2)):
        page.evaluate("window.slow = true")
        for stage in ("MASK", "MERGE", "SOFTMAX", last):
            clicked(page, f"stage-{stage}")
        page.evaluate("window.speak()")
        page.get_by_role("heading", name=f"{number}. ").wait_for()
        settled(page)
        assert address(page)["stage"] == last
        assert seen(page)["label"].startswith(TITLES[last])


def test_what_is_edited_right_after_a_click_lands_in_the_picture_it_was_made_in(visit, settled):
    page = visit("text=" + quote("a b c d") + "&stage=SCORE&row=1&column=1")
    page.locator(MATRIX).focus()
    deaf(page)
    clicked(page, "stage-EMBED")
    for key in ("ArrowRight", "2", ".", "5", "Enter"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert "edit" not in address(page)
    listens(page, settled, 1)
    page.wait_for_function("new URLSearchParams(location.search).get('edit') === 'X.1.2:2.5'")


def test_a_click_that_is_never_answered_leaves_the_picture_as_the_page_has_it(visit):
    page = visit("stage=SCORE")
    page.evaluate("window.mute = true")
    assert clicked(page, "stage-WEIGH")["label"].startswith("Mixed")
    expect(page.locator(MATRIX)).to_have_attribute("aria-label", re.compile("^Scores"))


def test_a_click_that_is_prevented_draws_nothing(visit):
    page = visit("stage=SCORE")
    page.evaluate("document.querySelector('.st-key-stage-WEIGH').addEventListener('click', (e) => e.preventDefault())")
    deaf(page)
    assert clicked(page, "stage-WEIGH")["label"].startswith("Scores")


@pytest.mark.parametrize("mode", ["view=heads", "belief=forgot-scaling"])
def test_where_another_stage_shows_more_than_a_picture_nothing_is_drawn_ahead(visit, mode):
    page = visit(f"text={quote('a b c d')}&stage=EMBED&{mode}")
    before = page.locator(MATRIX).first.get_attribute("aria-label")
    deaf(page)
    button(page, "stage-SOFTMAX").click()
    page.wait_for_timeout(100)
    assert page.locator(MATRIX).first.get_attribute("aria-label") == before
