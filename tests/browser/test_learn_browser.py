"""Reading in a real Chromium: a path from its first chapter to its last by keyboard alone, one answer for two presses,
what is new in sight, nothing answered that is out of sight, and nothing for axe to say."""

import json
import sqlite3
from contextlib import closing

import pytest

from attnquiz.cards.card import Kind
from attnquiz.cards.collection import load, shipped

READING = 350  # ms: a press sooner than anybody reads is taken for half of a double one
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "color_scheme": "dark"}
IN_SIGHT = """([name, part]) => {
    const found = document.querySelector(`.st-key-${name}`)?.getBoundingClientRect()
    const header = document.querySelector("[data-testid=stHeader]").getBoundingClientRect().bottom
    return Boolean(found) && found.top >= header - 1 && (part === "top" ? found.top + 40 : found.bottom) <= innerHeight
}"""
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"
NAVIGATION = ("list (", "listitem (")  # Streamlit's own, on an empty page as well: test_axe_review_browser.py
REFUSED = "Failed to load resource"  # Streamlit feels for its root first


@pytest.fixture(scope="module")
def paper():
    return load(shipped()).paths["paper"]


@pytest.fixture
def reader(app, page, settled):
    return Reader(app, page, settled)


class Reader:
    """Somebody who waits until all is there, and then presses a key."""

    def __init__(self, app, page, settled):
        self.app, self.page, self.settled = app, page, settled

    def open(self, chapter):
        """A chapter of the path, read to its first card, or to its end."""
        self.page.goto(f"{self.app.url}/learn?path=paper&chapter={chapter.id}")
        return self.at(chapter)

    def at(self, chapter):
        self.page.get_by_role("heading", name=chapter.title, exact=True).wait_for()
        self.page.locator(".st-key-onward").wait_for()
        return self.still()

    def still(self):
        self.settled(self.page)
        self.page.wait_for_timeout(READING)
        return self

    def press(self, key):
        """A key, and whatever it changes of the text."""
        before = self.passages
        self.page.keyboard.press(key)
        self.page.wait_for_function(f"before => ({PASSAGES}) !== before", arg=before)
        return self.still()

    @property
    def passages(self):
        return self.page.evaluate(PASSAGES)

    def button(self, name):
        return self.page.get_by_role("button", name=name)

    def sees(self, name, part="top"):
        """Whether this container comes into sight, its top at least or all of it."""
        self.page.wait_for_function(IN_SIGHT, arg=[name, part])
        return True

    def rows(self, question):
        with closing(sqlite3.connect(self.app.db)) as file:
            return file.execute(question).fetchall()

    def place(self):
        """The place in the path, as the log keeps it last."""
        said = self.rows("select payload from log where kind = 'setting' order by number desc limit 1")
        return json.loads(said[0][0])


PASSAGES = """[...document.querySelectorAll("h1, .st-key-asked, .st-key-reached, .st-key-onward button")]
    .map((each) => each.innerText).join("|")"""


def answered(reader, kind):
    """Answer the card on the screen, by keyboard alone, and rate it: the text goes on."""
    page = reader.page
    if kind in (Kind.MC, Kind.EXPERIMENT):
        reader.press("Space").press("1")
    elif kind in (Kind.NUMERIC, Kind.SHAPE, Kind.CODE, Kind.CLOZE, Kind.EXPLAIN):
        while page.evaluate("document.activeElement.matches('input, textarea')") is False:
            page.keyboard.press("Tab")
        page.keyboard.type("on purpose wrong: 0 of it")
        for _ in range(4 if kind is Kind.EXPLAIN else 3):
            page.keyboard.press("Tab")  # past the ways to be sure, to "I don't know"
        reader.press("Enter")
    else:
        reader.press("Space")
    reader.button("Next: ").first.wait_for()
    assert reader.sees("asked")
    assert reader.button("Read on without answering").count() == 0, "an answer is rated first"
    page.evaluate("document.activeElement?.blur()")
    reader.press("3")


def test_the_path_through_the_paper_is_walked_by_keyboard_from_the_first_chapter_to_the_last(reader, paper, witness):
    collection, page, answers = load(shipped()), reader.page, []
    reader.open(paper.chapters[0])
    wanted = [Kind.BASIC, Kind.MC, Kind.NUMERIC, Kind.CODE]
    for number, chapter in enumerate(paper.chapters):
        page.get_by_role("heading", name=chapter.title, exact=True).wait_for()
        page.wait_for_function(f"{SCROLLED} === 0")  # a chapter begins at its beginning
        for card in chapter.asks:
            kind = collection.cards[card].kind
            if kind in wanted:
                wanted.remove(kind)
                answers.append(card)
                answered(reader, kind)
            else:
                reader.press("o")
            assert reader.sees("reached"), card
        if number + 1 < len(paper.chapters):
            reader.press("n")
    page.get_by_text("This is the end of the path.").wait_for()
    assert wanted == []
    assert reader.rows("select card from log where kind = 'review' order by number") == [(card,) for card in answers]
    last = paper.chapters[-1]
    assert reader.place() == {"name": "path.paper", "value": f"{last.id} {len(last.asks)}"}
    other = page.context.new_page()
    other.goto(f"{reader.app.url}/learn?path=paper")
    other.get_by_text("This is the end of the path.").wait_for()
    assert [error for error in witness.errors if not error.startswith(REFUSED)] == []
    assert witness.foreign == []


def test_the_way_back_of_the_browser_leads_to_the_chapter_before(reader, paper):
    first, second = paper.chapters[:2]
    reader.page.goto(f"{reader.app.url}/learn")
    reader.page.get_by_role("button", name=f"Begin with: {first.title}").click()
    reader.at(first)
    for _ in first.asks:  # a press must not lead back to where the chapter was opened
        reader.press("o")
    reader.press("n").at(second)
    reader.page.go_back()
    reader.at(first)
    reader.page.go_forward()
    reader.at(second)


def test_two_presses_answer_one_card_once_and_read_on_past_one_card(reader, paper, at_once):
    chapter = paper.chapters[0]
    reader.open(chapter)
    page = reader.page
    with at_once(page):
        reader.button("I don't know").dblclick()
    reader.button("Next: ").first.wait_for()
    reader.still()
    with at_once(page):
        reader.button("Next: ").first.dblclick()
    reader.button("Next: ").first.wait_for(state="detached")
    reader.still()
    assert reader.rows("select card, kind from log") == [(chapter.asks[0], "attempt"), (chapter.asks[0], "review")]
    with at_once(page):
        page.keyboard.press("o")
        page.keyboard.press("o")
    page.locator(".st-key-reached", has_text="Passed").wait_for()
    reader.still()
    assert reader.place()["value"] == f"{chapter.id} 2"


def test_the_text_closes_again_at_a_card_that_is_taken_back_and_goes_on_past_one_set_aside(reader, paper):
    page = reader.page
    reader.open(paper.chapters[0])
    question = page.locator(".st-key-asked p").first.inner_text()
    reader.press("3").press("3").press("o").press("u")
    assert page.locator(".st-key-asked p").first.inner_text() == question
    reader.button("Next: ").first.wait_for()
    assert reader.sees("asked")
    page.reload()
    reader.button("Next: ").first.wait_for()
    assert reader.still().sees("asked"), "an answer that waits for its rating is in sight after a reload"
    reader.press("3")
    question = page.locator(".st-key-asked p").first.inner_text()
    page.keyboard.press("m")
    reader.button("Suspend").wait_for()
    reader.still().press("s")
    assert page.locator(".st-key-reached").inner_text().split("Set aside: ")[1][:40] == question[:40]
    reader.button(f"Next: {paper.chapters[1].title}").wait_for()


@pytest.mark.parametrize("page", [{"viewport": {"width": 1280, "height": 480}}], indirect=True)
def test_the_space_bar_scrolls_to_the_question_before_it_answers(reader, paper):
    reader.open(paper.chapters[0])
    page, large = reader.page, reader.page.locator("[class*=st-key-primary-] button")
    below = "element => element.getBoundingClientRect().bottom > innerHeight"
    assert large.evaluate(below)
    for _ in range(5):
        if not large.evaluate(below):
            break
        before = page.evaluate(SCROLLED)
        page.keyboard.press("Space")
        page.wait_for_function(f"before => {SCROLLED} > before", arg=before)
        reader.still()
    assert reader.rows("select count(*) from log") == [(0,)]
    reader.press("Space")
    assert reader.rows("select kind from log") == [("attempt",)]


@pytest.mark.parametrize("page", [{}, PHONE], indirect=True, ids=["light", "dark-phone"])
def test_the_contents_a_question_and_its_feedback_can_be_read_by_everybody(reader, page, paper, axe):
    page.goto(f"{reader.app.url}/learn")
    page.get_by_text("Or one idea at a time").wait_for()
    said = axe(reader.still().page)
    said += axe(reader.open(paper.chapters[4]).page)
    reader.button("Sure: show the options").click()
    reader.button("After all").wait_for()
    reader.still().page.locator("[class*=st-key-option] button").first.click()
    reader.button("Next: ").first.wait_for()
    said += axe(reader.still().page)
    assert [line for line in said if not line.startswith(NAVIGATION)] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
