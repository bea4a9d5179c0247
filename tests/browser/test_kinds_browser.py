"""Every kind of card in a real Chromium, from the question to the rating by keyboard alone; and on a phone."""

import shutil
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

DECK = Path(__file__).parents[1] / "kinds.md"
READING = 350  # ms: a press sooner than anybody reads is taken for half of a double one


def rows(app, kind, columns="count(*)"):
    """Entries of a kind in the file, the latest first, read without any code of ours."""
    with closing(sqlite3.connect(app.db)) as file:
        return file.execute(f"select {columns} from log where kind = ? order by rowid desc", [kind]).fetchone()


def counts(app):
    return rows(app, "attempt")[0], rows(app, "review")[0]


@pytest.fixture(scope="module")
def with_the_deck(shared_app):
    """The server with tests/kinds.md among its cards."""
    (shared_app.folder / "decks").mkdir()
    shutil.copy(DECK, shared_app.folder / "decks")
    return shared_app


@pytest.fixture
def app(with_the_deck):
    """Each test begins with nothing answered."""
    for file in with_the_deck.folder.glob("attnquiz.sqlite3*"):
        file.unlink()
    return with_the_deck


@pytest.fixture
def ask(app, page, settled):
    """``ask("kind-mc")`` opens that card and reads it."""

    def show(card, where=page):
        where.goto(f"{app.url}/review?card={card}")
        return Learner(where, settled).at(where.get_by_role("button", name="I don't know"))

    return show


class Learner:
    """Somebody who reads before pressing the next key."""

    def __init__(self, page, settled):
        self.page, self.settled = page, settled

    def at(self, sign):
        """Wait until this is on the screen and nothing runs, and read it."""
        sign.first.wait_for()
        self.settled(self.page)
        self.page.wait_for_timeout(READING)
        return self

    def button(self, name):
        return self.page.get_by_role("button", name=name)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def type(self, text):
        self.page.wait_for_function("['INPUT', 'TEXTAREA'].includes(document.activeElement?.tagName)")
        self.page.keyboard.type(text)
        return self

    def key_of(self, label):
        """The key that stands on the button with this label."""
        found = self.page.locator("[class*=st-key-option] button, .st-key-lines button").filter(has_text=label)
        return found.locator("kbd").first.inner_text()

    def choose(self, label):
        return self.press(self.key_of(label))

    def inside(self, place):
        """Wait until the keyboard is within a component."""
        self.page.wait_for_function(
            f"document.querySelector('.st-key-{place}')?.contains(document.activeElement)"
            " && document.activeElement.shadowRoot?.activeElement"
        )
        return self

    def tab_to(self, name):
        """Walk there with the tab key."""
        for _ in range(30):
            self.press("Tab")
            here = self.page.evaluate("document.activeElement.matches('button, a') && document.activeElement.innerText")
            if name in (here or ""):
                return self
        pytest.fail(f"{name} cannot be reached with the tab key.")

    def feedback(self):
        return self.at(self.button("Next:"))

    def rate(self, key):
        """Rate, and wait for the next card."""
        before = self.page.locator("[class*=st-key-rating]").first.get_attribute("class")
        self.press(key)
        self.page.wait_for_function("(was) => ![...document.querySelectorAll('[class*=st-key-rating]')]"
                                    ".some((rating) => rating.className === was)", arg=before)  # fmt: skip
        self.settled(self.page)
        return self

    def says(self, text):
        self.page.get_by_text(text).first.wait_for()
        return self


# How each kind is answered by keyboard, up to the feedback.


def typed(learner, answer):
    learner.type(answer).press("Enter")


def written(learner, answer):
    learner.type(answer).press("Control+Enter")


def recalled(learner, *choices):
    learner.press("Space")
    for place, choice in zip(["option"] if len(choices) == 1 else ["line", "fix"], choices, strict=True):
        learner.at(learner.page.locator(f"[class*='st-key-{place}-']")).choose(choice)


def arranged(learner, order):
    """Bring the steps into this order with Alt and the arrow keys."""
    learner.inside("steps")
    for goal, step in enumerate(order):
        there = learner.page.locator(".st-key-steps li .text").all_inner_texts().index(step)
        learner.press("Home", *["ArrowDown"] * there, *["Alt+ArrowUp"] * (there - goal))
    assert learner.page.locator(".st-key-steps li .text").all_inner_texts() == order
    learner.tab_to("Sure: check").press("Enter")


def pointed(learner, query, key):
    learner.inside("map").press(*["ArrowDown"] * query, *["ArrowRight"] * key, "Enter")
    learner.tab_to("Sure: check").press("Enter")


ANSWERS = {  # card -> (how, right, wrong in a named way, what is said of that, the belief behind it)
    "kind-cloze": (typed, ["exponentiates"], ["adds"], "You answered: adds", None),
    "kind-mc": (recalled, ["over the keys"], ["over the heads"], "Heads do not compete.", "softmax-over-heads"),
    "kind-numeric": (typed, ["0.881"], ["75 %"], "The exponentials come first.", "softmax-is-share"),
    "kind-shape": (typed, ["2 5 5"], ["(5, 5)"], "Each head has scores of its own.", "forgot-head-axis"),
    "kind-order": (
        arranged, [["Score.", "Mask.", "Scale.", "Softmax."]], [["Score.", "Scale.", "Softmax.", "Mask."]], "Almost:",
        "mask-after-softmax",
    ),
    "kind-code": (typed, ["dim=-1"], ["dim = -2"], "That shares out each column.", "softmax-over-queries"),
    "kind-heatmap": (pointed, [4, 3], [3, 4], "That is the mirror cell.", "symmetric-scores"),
    "kind-bug": (
        recalled, ["attn = scores", "attn = scores.softmax(dim=-1)"], ["scores = q", "out = attn"], "You chose line 1",
        "softmax-over-queries",
    ),
    "kind-experiment": (recalled, ["nothing"], ["they all grow"], "They still add up to 1.", "softmax-is-share"),
}  # fmt: skip


@pytest.mark.parametrize("card", ANSWERS)
def test_right_by_keyboard_alone(app, ask, card):
    how, right, _, _, _ = ANSWERS[card]
    learner = ask(card)
    how(learner, *right)
    learner.feedback().says("Right.")
    assert rows(app, "attempt", "card, verdict, confidence") == (card, "right", "sure")
    learner.rate("3")
    assert rows(app, "review", "card, rating") == (card, 3)
    assert counts(app) == (1, 1)


NONSENSE = {  # card -> keys that answer nothing, and the sentence that asks again
    "kind-cloze": (["Space", "Enter"], "Nothing was written."),
    "kind-numeric": (["q", "9", "x", "Enter"], "That cannot be read as"),
    "kind-shape": (["x", "Enter"], "a shape"),
    "kind-code": (["Enter"], "Nothing was written."),
    "kind-explain": (["Space", "Control+Enter"], "Nothing was written."),
    "kind-heatmap": (["Tab", "Enter"], "Choose a cell of the map first"),
}
IN_A_FIELD = "!['BODY', 'BUTTON'].includes(document.activeElement.tagName)"


def asked_again(app, learner, card):
    """Nonsense is no answer: a sentence says why, and the keyboard is where the answer goes."""
    keys, sentence = NONSENSE[card]
    learner.page.wait_for_function(IN_A_FIELD)
    learner.press(*keys).says(sentence).at(learner.button("I don't know"))
    assert counts(app) == (0, 0)
    learner.press("Shift+Tab" if card == "kind-heatmap" else "End")
    learner.page.wait_for_function(IN_A_FIELD)
    learner.press("Control+a", "Delete") if card != "kind-heatmap" else None
    return learner


@pytest.mark.parametrize("card", ANSWERS)
def test_nonsense_is_asked_again_and_wrong_in_a_named_way_by_keyboard_alone(app, ask, card):
    how, _, wrong, refutation, belief = ANSWERS[card]
    learner = ask(card)
    if card in NONSENSE:
        asked_again(app, learner, card)
    how(learner, *wrong)
    learner.feedback().says("Not right, and you were sure.").says(refutation)
    assert rows(app, "attempt", "card, verdict, misconception") == (card, "wrong", belief)
    learner.rate("Space")
    assert rows(app, "review", "card, rating") == (card, 1)
    assert counts(app) == (1, 1)


def test_a_card_to_reveal_by_keyboard_alone(app, ask):
    ask("kind-basic").press("Space").feedback().says("Compare this with the answer you had in mind.").rate("3")
    assert rows(app, "review", "card, rating") == ("kind-basic", 3)


def test_an_explanation_is_asked_for_again_and_marked_by_keyboard_alone(app, ask):
    learner = asked_again(app, ask("kind-explain"), "kind-explain")
    written(learner, "An <b>exponential</b> is *never* 0.")
    learner.feedback().says("An <b>exponential</b> is *never* 0.")
    assert learner.page.locator("main b, main em, main strong:text-is('never')").count() == 0
    learner.page.wait_for_function("document.activeElement?.type === 'checkbox'")
    learner.press("Space").at(learner.button("Next: Hard"))
    learner.press("Tab", "Space").at(learner.button("Next: Good"))
    learner.press("Tab", "Space").at(learner.button("Next: Again"))  # what it must not say
    learner.press("Space").at(learner.button("Next: Good"))
    learner.tab_to("Next:").rate("Enter")
    assert rows(app, "review", "card, rating, payload") == ("kind-explain", 3, '{"ticks": [0, 1]}')


@pytest.mark.parametrize(
    ("card", "sign"), [("kind-mc", "[class*='st-key-option-']"), ("kind-bug", "[class*='st-key-line-']"),
                       ("kind-experiment", "[class*='st-key-option-']")],
)  # fmt: skip
def test_a_key_that_stands_on_no_button_answers_nothing(app, ask, card, sign):
    learner = ask(card)
    learner.press("x", "9", "Enter", "Space").at(learner.page.locator(sign))
    learner.press("9", "x", "Space", "Enter", "4" if card != "kind-bug" else "8").at(learner.page.locator(sign))
    assert counts(app) == (0, 0)


def test_an_order_left_as_it_stood_is_an_answer_and_letters_move_nothing(app, ask):
    learner = ask("kind-order").inside("steps")
    before = learner.page.locator(".st-key-steps li .text").all_inner_texts()
    learner.press("x", "9", "q")
    assert learner.page.locator(".st-key-steps li .text").all_inner_texts() == before
    learner.tab_to("Sure: check").press("Enter").feedback()
    assert [f"{step}." for step in rows(app, "attempt", "answer")[0].split()] == [
        {"Score.": "1.", "Scale.": "2.", "Mask.": "3.", "Softmax.": "4."}[text] for text in before
    ]


def test_what_is_typed_into_a_field_presses_no_button(app, ask):
    learner = ask("kind-explain").type("uyhtlm 123 4")
    learner.settled(learner.page)
    assert learner.page.locator("textarea").first.input_value() == "uyhtlm 123 4"
    assert learner.page.get_by_text("There is nothing to undo.").count() == 0
    assert counts(app) == (0, 0)


def test_a_hint_and_a_lesson_by_key_and_the_keyboard_is_back_where_the_answer_goes(app, ask):
    learner = ask("kind-numeric")
    learner.press("Shift+Tab", "l").says("Softmax turns any list of scores").at(learner.button("Ask me now"))
    learner.press("Space").at(learner.button("I don't know")).type("0.881")
    learner.press("Shift+Tab", "t").says("One hint taken")
    learner.at(learner.button("I don't know")).page.locator(".st-key-typed input").focus()
    learner.press("Enter").feedback().says("Right.")
    assert rows(app, "attempt", "hints, proposed") == (1, 2)


def test_a_choice_and_the_press_right_after_it_arrive_together(app, ask):
    learner = ask("kind-heatmap").inside("map")
    learner.press("ArrowDown", "Enter", "2")  # not sure, without waiting for the page to answer
    learner.feedback()
    assert rows(app, "attempt", "answer, confidence") == ("1,0", "unsure")


def test_a_move_and_the_press_right_after_it_arrive_together(app, ask):
    learner = ask("kind-order").inside("steps")
    learner.press("Alt+ArrowDown", "Alt+ArrowDown", "2")
    moved = learner.page.locator(".st-key-steps li .text").all_inner_texts()
    learner.feedback()
    numbers = {"Score.": "1", "Scale.": "2", "Mask.": "3", "Softmax.": "4"}
    assert rows(app, "attempt", "answer") == (" ".join(numbers[text] for text in moved),)


# On a phone


STEPS = {  # card -> what the buttons say that are pressed one after the other
    "kind-order": ["Sure:"],
    "kind-heatmap": ["Sure:"],
    "kind-bug": ["Sure:", "2  attn", "attn = scores"],
    "kind-explain": ["Sure:"],
    "kind-experiment": ["Sure:", "nothing"],
}


def prepare(learner, card):
    """What comes before the first press."""
    if card == "kind-explain":
        learner.type("so")
    if card == "kind-heatmap":
        learner.inside("map").press("Enter").says("You chose")
    return learner


def test_an_explanation_of_an_experiment_goes_along_with_the_rating(app, ask):
    learner = ask("kind-experiment")
    recalled(learner, "nothing")
    learner.feedback().tab_to("See it in the sandbox").press("Tab")
    learner.type("Only <i>differences</i> count.").tab_to("Next: Good").rate("Enter")
    expected = '{"ticks": [], "explanation": "Only <i>differences</i> count."}'
    assert rows(app, "review", "rating, payload") == (3, expected)


@pytest.mark.parametrize("page", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
@pytest.mark.parametrize("card", STEPS)
def test_nothing_runs_over_the_edge_of_a_phone_and_each_step_begins_at_its_top(ask, card):
    learner = prepare(ask(card), card)
    width = "document.documentElement.scrollWidth"
    for label, following in pairwise([*STEPS[card], "Next:"]):
        assert learner.page.evaluate(width) <= 390
        learner.button(label).first.click()
        learner.at(learner.button(following))
    assert learner.page.evaluate(width) <= 390
    assert learner.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
