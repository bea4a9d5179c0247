"""The review page can be read and heard by everybody: axe-core says of no state of it more than of an empty page.

Empty means: the same navigation, and nothing beside it. What axe says of that is Streamlit's own.
"""

import json
import sqlite3
import uuid
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.recall.day import study_day
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Store
from attnquiz.store.entry import Entry, Happened
from attnquiz.study import drill
from attnquiz.study.drill import Desk
from attnquiz.study.marks import Marks
from attnquiz.study.proposal import Confidence
from tests.noon import ZONE

READING = 350  # ms: a press sooner than anybody reads is taken for half of a double one
EMPTY = """
import streamlit as st

st.set_page_config(page_title="attnquiz", page_icon="🎯", layout="centered")
pages = {
    "Study": [("Today", "today"), ("Review", "quiz")],
    "Sandbox": [("Attention", "grid_on"), ("Experiments", "science")],
    "Progress": [("Progress", "monitoring")],
}
st.navigation({
    section: [
        st.Page(lambda: None, title=title, icon=f":material/{icon}:", url_path=title.lower(), default=title == "Today")
        for title, icon in inside
    ]
    for section, inside in pages.items()
}).run()
"""
DARK, PHONE = {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}, "has_touch": True}

WAYS = {  # kind -> a card, what is refused first, what answers it, what is pressed up to the feedback, a sign of that
    "basic": ("why-separate-v", None, None, ["Sure: show the answer"], "Compare this with"),
    "cloze": ("cloze-softmax-axis", " ", "key", ["Sure: check"], "Right."),
    "mc": ("mc-recomputed-tensor", None, None, ["Sure: show", "the query matrix"], "The belief behind it"),
    "numeric": ("num-weight-curry", "q9x", "0.001", ["Not sure: check"], "Not right."),
    "shape": ("shape-scores", "x", "(1, 2)", ["Sure: check"], "you were sure"),
    "order": ("order-equation-one", None, None, ["Sure: check"], "Your order"),
    "code": ("code-softmax-dim", " ", "dim=-2", ["Sure: check"], "See it as if that were true"),
    "heatmap": ("heat-curry-largest", None, None, ["Sure: check"], "your choice"),
    "bug": ("bug-scale-width", None, None, ["Sure: I see it", "3  scores", "scores = scores / math.sqrt"], "Right."),
    "explain": ("explain-equation-one", " ", "It mixes.", ["Sure: compare"], "Does your text say this?"),
    "experiment": ("exp-thai-curry", None, None, ["Sure: show", "it keeps its weight"], "In your words: why?"),
}  # fmt: skip


@pytest.fixture(scope="module")
def bare(script_app, browser, settled, axe):
    """What axe says of an empty page."""
    said = set()
    for options in ({}, DARK, PHONE):
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}, "timezone_id": ZONE} | options))
        page = context.new_page()
        page.goto(f"{script_app(EMPTY).url}/review")
        page.get_by_test_id("stAppViewContainer").wait_for()
        said |= set(axe(settled(page)))
        context.close()
    assert {line.split()[0] for line in said} <= {"list", "listitem"}
    return said


@pytest.fixture
def reader(app, page, settled, axe, bare):
    return Reader(app, page, settled, axe, bare)


class Reader:
    """Walks through a card and lets axe judge every screen."""

    def __init__(self, app, page, settled, axe, bare):
        self.app, self.page, self.settled, self.axe, self.bare = app, page, settled, axe, bare
        self.found = []

    def open(self, query=""):
        self.page.goto(f"{self.app.url}/review{query}")
        return self

    def at(self, sign):
        sign.first.wait_for()
        self.settled(self.page)
        self.page.wait_for_timeout(READING)
        return self

    def judge(self, state):
        """Later, all states at once, so that one run names every fault."""
        self.found += [f"{state}: {line}" for line in self.axe(self.page) if line not in self.bare]

    def button(self, name):
        return self.page.get_by_role("button", name=name)

    def press(self, name):
        self.button(name).first.click()
        return self

    def walk(self, kind):
        """The question with a hint and the list of keys, what is refused, what is to be chosen, the feedback."""
        card, refused, answer, way, sign = WAYS[kind]
        self.open(f"?card={card}").at(self.button("I don't know"))
        self.press("A hint").at(self.page.get_by_text("One hint taken"))
        if refused is not None:
            self.page.locator(".st-key-typed").locator("input, textarea").first.fill(refused)
            self.press(way[0]).at(self.page.get_by_test_id("stAlert"))
        if kind == "heatmap":
            self.press("Sure: check").at(self.page.get_by_test_id("stAlert"))
        self.judge(f"{kind}, asked")
        if answer is not None:
            self.page.locator(".st-key-typed").locator("input, textarea").first.fill(answer)
        if kind == "heatmap":
            self.page.locator(".st-key-map button").first.click()
            self.at(self.page.locator(".st-key-map button[aria-pressed=true]"))
        for name, following in pairwise(way):
            self.press(name).at(self.button(following)).judge(f"{kind}, {following}")
        self.press(way[-1]).at(self.button("Next:")).at(self.page.get_by_text(sign))
        if kind == "explain":
            self.page.locator("[data-testid=stCheckbox] label").first.click()
            self.at(self.page.locator("input[type=checkbox]:checked"))
        if kind == "experiment":
            for name in ("How to run it yourself", "Compare your words"):
                self.page.get_by_text(name).click()
            self.at(self.page.get_by_role("checkbox"))
        self.judge(f"{kind}, answered")
        return self


@pytest.mark.parametrize("kind", WAYS)
def test_a_card_from_the_question_to_the_feedback(reader, kind):
    assert reader.walk(kind).found == []


def test_what_stands_around_a_card(reader):
    """The lesson, the list of keys, the menu with the past of the card, a link that leads nowhere."""
    page = reader.page
    reader.open("?card=num-weight-curry").press("Teach me first").at(reader.button("Ask me now"))
    reader.press("Keys").at(page.get_by_text("the large button:")).judge("lesson")
    reader.press("Ask me now").at(reader.button("I don't know"))
    reader.press("I don't know").at(reader.button("Next:")).press("Good")
    reader.button("Next:").wait_for(state="detached")
    reader.open("?card=num-weight-curry").at(reader.button("I don't know"))
    reader.press("This card").at(page.locator("[data-testid=stVegaLiteChart] :is(svg, canvas)")).judge("menu")
    reader.open("?card=no-such-card").at(page.get_by_text("There is no card")).judge("error")
    assert reader.found == []


def test_the_end_of_a_sitting(reader):
    learn(reader.app.db)
    reader.open().at(reader.page.get_by_text("Mark your own words again"))
    reader.page.get_by_text("A model answer").click()
    reader.at(reader.page.get_by_text("Today", exact=True)).judge("end")
    assert reader.found == []


@pytest.mark.parametrize(
    ("page", "kinds"),
    [(DARK, ["heatmap", "bug"]), (PHONE, ["order", "explain"])],
    indirect=["page"],
    ids=["dark", "phone"],
)
def test_in_the_dark_and_on_a_phone(reader, kinds):
    for kind in kinds:
        reader.walk(kind).press("Next:")
        reader.button("Next:").wait_for(state="detached")
    assert reader.found == []


def learn(db):
    """An explanation four days ago, a card today, and no new card left for the day."""
    store, now = Store.open(db), datetime.now(UTC)
    desk = Desk(store, load(shipped(), db.parent / "decks"), ZONE, "test")
    past = now - timedelta(days=4)
    for card, answer, at in (("explain-equation-one", "It mixes.", past), ("why-separate-v", "", now)):
        sitting = drill.begin(desk, at, first=Face(card))
        sitting = drill.commit(desk, sitting, answer, Confidence.SURE, at)
        drill.rate(desk, sitting, Rating.EASY, at, Marks((0,)))
    setting = Entry(
        id=str(uuid.uuid4()), learner=store.learner, kind=Happened.SETTING, at=now, zone=ZONE, app_version="test",
        study_day=study_day(now, ZONE, 4), payload=json.dumps({"name": "new_per_day", "value": "1"}),
    )  # fmt: skip
    with store.writing() as w:
        w.append(setting)
    with closing(sqlite3.connect(db)) as file:
        assert file.execute("select count(*) from log where kind = 'review'").fetchone() == (2,)
