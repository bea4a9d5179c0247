"""Any moment of any kind of card: run again, reloaded, met in a second tab, pressed twice. One answer, one review."""

import re
import sqlite3
import time
from contextlib import closing
from itertools import pairwise

import pytest

READING = 0.35  # seconds: a press sooner than anybody reads is taken for half of a double one

WAYS = {  # kind -> a card of it, and what is pressed from the question to the feedback
    "basic": ("var-of-dot", ["Sure: show the answer"]),
    "cloze": ("cloze-softmax-axis&deletion=2", ["Sure: check"]),
    "mc": ("mc-recomputed-tensor", ["Sure: show the options", "the query matrix W_Q"]),
    "numeric": ("num-weight-curry", ["Sure: check"]),
    "shape": ("shape-scores", ["Sure: check"]),
    "order": ("order-equation-one", ["Sure: check"]),
    "code": ("code-softmax-dim", ["Sure: check"]),
    "heatmap": ("heat-curry-largest", ["Sure: check"]),
    "bug": ("bug-scale-width", ["Sure: I see it", "4  attn", "scores = scores / math.sqrt(d_k)"]),
    "explain": ("explain-equation-one", ["Sure: compare"]),
    "experiment": ("exp-thai-curry", ["Sure: show the options", "it keeps its weight"]),
}
TYPED = {"cloze": "matrix", "numeric": "123", "shape": "(1, 2)", "code": "dim=7", "explain": "It mixes."}
REFUSED = {  # kind -> what is typed, and what is said of it; nothing is written down
    "cloze": ("querry", "please check the spelling"),
    "numeric": ("q9x", "cannot be read as"),
    "shape": ("x", "cannot be read as"),
    "code": (" ", "Nothing was written."),
    "explain": (" ", "Nothing was written."),
    "heatmap": (None, "Choose a cell of the map first"),
}
RATED = "Next:"  # what the large button says in the feedback


def rows(app, question):
    with closing(sqlite3.connect(app.db)) as file:
        return file.execute(question).fetchall()


def written(app):
    """Answers and ratings in the file, read without any code of ours. Each showing has one of either at most."""
    for kind, name in (("attempt", "token"), ("review", "token"), ("review", "attempt")):
        named = rows(app, f"select {name} from log where kind = '{kind}'")
        assert len(named) == len(set(named))
    return tuple(rows(app, f"select count(*) from log where kind = '{kind}'")[0][0] for kind in ("attempt", "review"))


class Tab:
    """Somebody who reads, and then presses twice at once: a button of the mouse or a key."""

    def __init__(self, page, settled, at_once, kind, hand):
        self.page, self.settled, self.at_once, self.kind, self.hand = page, settled, at_once, kind, hand
        self.there = 0.0  # since when the screen has been as it is

    def open(self, address):
        self.page.goto(address)
        return self.at("I don't know")

    def reload(self, sign):
        self.page.reload()
        return self.at(sign)

    def at(self, sign):
        """Wait until this button is there and nothing runs."""
        self.button(sign).wait_for()
        return self.still()

    def still(self):
        self.settled(self.page)
        self.there = time.monotonic()
        return self

    def read(self):
        self.page.wait_for_timeout(max(0.0, self.there + READING - time.monotonic()) * 1000)
        return self

    def button(self, name):
        return self.page.get_by_role("button", name=name).first

    def run_again(self):
        """Something that has nothing to do with the card: the list of keys, shown or hidden."""
        listed = self.page.get_by_text("the large button:")
        shown = listed.count() > 0
        self.button("Keys").click()
        listed.wait_for(state="detached" if shown else "visible")
        self.settled(self.page)

    @property
    def question(self):
        """Its words, as they stand on the screen (code below them is coloured in later)."""
        text = self.page.locator("[data-testid=stMarkdown]:not(:has([data-testid=stCaptionContainer])) p").first
        return text.inner_text()

    @property
    def token(self):
        """Of the showing, as the large button carries it through all steps of a card."""
        return re.search(r"st-key-primary-(\S+)", self.large.get_attribute("class"))[1]

    @property
    def large(self):
        return self.page.locator("[class*=st-key-primary-]").first

    @property
    def choices(self):
        return self.page.locator("[class*=st-key-option] button, .st-key-lines button").all_inner_texts()

    @property
    def steps(self):
        """How many worked steps and hints stand open."""
        return self.page.locator("[data-testid=stMain] ol li p, [data-testid=stMain] ol > li").count()

    def once(self, name):
        self.read().button(name).click()
        return self

    def twice(self, name):
        self.read()
        if self.hand == "mouse":
            with self.at_once(self.page):
                self.button(name).dblclick()
            return
        key = self.button(name).locator("kbd")
        if key.count():
            keys = [key.first.inner_text()] * 2
            self.page.evaluate("""() => {
                let element = document.activeElement
                while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
                element.blur()
            }""")
        else:
            keys = ["Control+Enter" if self.kind == "explain" else "Enter"] * 2
            self.field.focus()
        with self.at_once(self.page):
            for pressed in keys:
                self.page.keyboard.press(pressed)

    @property
    def field(self):
        return self.page.locator(".st-key-typed").locator("input, textarea").first

    def type(self, text):
        self.field.fill(text)
        return self

    def prepare(self):
        """What comes before the press that commits."""
        if self.kind in TYPED:
            self.type(TYPED[self.kind])
        if self.kind == "heatmap":
            self.page.locator(".st-key-map button").first.click()
            self.page.locator(".st-key-map button[aria-pressed=true]").wait_for()
            self.still()

    def walk(self, way):
        """From the question to where the last of these stands on the screen."""
        for name, following in pairwise(way):
            self.once(name).at(following)
        return self

    @property
    def alert(self):
        return self.page.locator("[data-testid=stAlert]")

    def says(self, sentence):
        self.alert.filter(has_text=sentence).first.wait_for()
        return self


@pytest.mark.parametrize("kind", WAYS)
def test_whatever_happens_at_any_moment_one_answer_and_one_review_are_written(app, page, settled, at_once, kind):
    card, way = WAYS[kind]
    address = f"{app.url}/review?card={card}"
    mouse = Tab(page, settled, at_once, kind, "mouse")
    keys = Tab(page.context.new_page(), settled, at_once, kind, "keys")
    question, token = mouse.open(address).question, mouse.token
    keys.open(address)

    lesson(mouse, keys, question)
    hint(mouse, keys, question)
    if kind in REFUSED:
        refused(mouse, keys)
    for tab in (mouse, keys):
        assert (tab.question, tab.token) == (question, token)
    choosing(mouse, keys, way)
    assert written(app) == (0, 0)

    committing(mouse, keys, way[-1], question)
    assert written(app) == (1, 0)
    assert rows(app, "select token, card_kind from log") == [(token, kind)]

    marking(mouse)
    rating(mouse, keys, token, question)
    assert written(app) == (1, 1)

    again = by_keyboard_once_more(mouse, keys, address, way)
    assert written(app) == (2, 2)
    shown, kept = (rows(app, f"select variant from log where kind = '{kind}'") for kind in ("attempt", "review"))
    assert shown == kept
    assert (shown[0] == shown[1]) == (question == again)


def lesson(mouse, keys, question):
    """A double press opens it, and the next leads back to the question, not past it."""
    for tab in (mouse, keys):
        tab.twice("Teach me first")
        tab.at("Ask me now")
        assert tab.button("I don't know").count() == 0
    mouse.run_again()
    mouse.at("Ask me now").reload("I don't know")
    assert mouse.question == question
    mouse.twice("Teach me first")
    for tab in (mouse, keys):
        tab.at("Ask me now").twice("Ask me now")
        assert tab.at("I don't know").question == question


def hint(mouse, keys, question):
    """A double press brings one."""
    for tab in (mouse, keys):
        before = tab.steps
        tab.twice("A hint")
        tab.page.get_by_text("One hint taken").wait_for()
        tab.at("I don't know")
        assert tab.steps == before + 1
        assert tab.page.get_by_text("Two hints taken").count() == 0
    mouse.run_again()
    mouse.page.get_by_text("One hint taken").wait_for()
    mouse.reload("I don't know")
    assert mouse.steps == before
    assert mouse.page.get_by_text("One hint taken").count() == 0


def refused(mouse, keys):
    """What cannot be read, and a slip: the sentence is there to be read, however often the button is pressed."""
    text, sentence = REFUSED[mouse.kind]
    for tab in (mouse, keys):
        if text is not None:
            tab.type(text)
        tab.twice("Sure: check" if mouse.kind != "explain" else "Sure: compare")
        tab.says(sentence).at("I don't know")
    mouse.run_again()
    mouse.says(sentence).reload("I don't know")
    assert mouse.alert.count() == 0


def choosing(mouse, keys, way):
    """Options, lines and fixes: a double press opens them, and chooses none."""
    for number, (name, following) in enumerate(pairwise(way), start=2):
        mouse.twice(name)
        keys.twice(name)
        mouse.at(following).run_again()
        choices = mouse.at(following).choices
        assert keys.at(following).choices == choices
        mouse.reload("I don't know").walk(way[:number])
        assert mouse.choices == choices


def committing(mouse, keys, name, question):
    """The first tab's answer counts; the second is told, and shown the feedback of the first."""
    mouse.prepare()
    keys.prepare()
    mouse.twice(name)
    mouse.at(RATED).run_again()
    assert mouse.at(RATED).question == question
    token = mouse.token
    keys.twice(name)
    keys.says("another tab").at(RATED)
    mouse.reload(RATED)
    for tab in (mouse, keys):
        assert (tab.question, tab.token) == (question, token)
        assert tab.button("I don't know").count() == 0


def marking(mouse):
    """Ticks outlive a run, not a reload: until they are rated they stand nowhere but on the screen."""
    if mouse.kind not in ("explain", "experiment"):
        return
    ticked = mouse.page.locator("input[type=checkbox]:checked")

    def tick(number):
        if mouse.kind == "experiment":
            mouse.page.get_by_text("Compare your words with these points").click()
        mouse.page.locator("[data-testid=stCheckbox] label").nth(number).click()
        ticked.first.wait_for(state="attached")
        mouse.at(RATED)

    tick(0)
    mouse.run_again()
    assert ticked.count() == 1
    mouse.reload(RATED)
    tick(1)
    assert ticked.count() == 1


def rating(mouse, keys, token, asked):
    """The first tab's rating counts, and neither half of a double press answers the next card."""
    mouse.twice(RATED)
    mouse.button(RATED).wait_for(state="detached")
    following, question = mouse.at("I don't know").token, mouse.question
    assert (following != token, question != asked) == (True, True)
    mouse.run_again()
    mouse.at("I don't know").reload("I don't know")
    keys.twice(RATED)
    keys.says("another tab").at("I don't know")
    for tab in (mouse, keys):
        assert (tab.question, tab.token) == (question, following)


def by_keyboard_once_more(mouse, keys, address, way):
    """The next showing of the same card: the key that commits and the one that rates are pressed twice first."""
    again = keys.open(address).question
    for name, following in pairwise(way):
        keys.twice(name)
        keys.at(following)
    keys.prepare()
    keys.twice(way[-1])
    assert keys.at(RATED).question == again
    mouse.page.goto(address.partition("?")[0])  # no card named: what waits for its rating comes first
    assert mouse.at(RATED).question == again
    assert mouse.token == keys.token
    keys.twice("Good")
    keys.button(RATED).wait_for(state="detached")
    following = keys.at("I don't know").token
    mouse.twice("Good")
    mouse.says("another tab").at("I don't know")
    assert mouse.token == keys.token == following
    return again
