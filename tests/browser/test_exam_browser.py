"""An exam in a real Chromium, mostly by keyboard, with a reload in the middle."""

import sqlite3
from contextlib import closing

from attnquiz.cards.card import Kind
from attnquiz.cards.collection import load, shipped
from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from attnquiz.study.exam_paper import draw, paper_of

QUERY = {"levels": "1,2,3", "items": "6", "kinds": "numeric,mc", "seed": "1", "form": "A"}
HOUSE = ('list (serious): <ul data-testid="stSidebarNavItems', 'listitem (serious): <li class="st-emotion-cache')


def ours(found):
    """What axe says, without Streamlit's own navigation."""
    return [line for line in found if not line.startswith(HOUSE)]


def attempts(app):
    with closing(sqlite3.connect(app.db)) as db:
        return db.execute("select purpose, verdict from log where kind = 'attempt'").fetchall()


def at(page, settled, number, answered):
    page.get_by_text(f"Question {number} of 6 · {answered} answered").wait_for()
    settled(page)
    page.wait_for_timeout(400)


def test_an_exam_by_keyboard_survives_a_reload_and_moves_nothing(app, page, settled, axe, witness):
    items = draw(load(shipped()), paper_of(QUERY))
    kinds = [item.card.kind for item in items]
    assert set(kinds) == {Kind.NUMERIC, Kind.MC}
    page.goto(f"{app.url}/exam?" + "&".join(f"{name}={value}" for name, value in QUERY.items()))
    page.get_by_role("button", name="Begin").wait_for()
    settled(page)
    assert ours(axe(page)) == []
    page.keyboard.press("Space")
    for number, kind in enumerate(kinds, start=1):
        at(page, settled, number, number - 1)
        if kind is Kind.MC:
            page.keyboard.press("2")
            at(page, settled, number, number)
            page.keyboard.press("n")
        else:
            page.wait_for_function("document.activeElement?.tagName === 'INPUT'")
            page.keyboard.type("3")
            page.keyboard.press("Enter")
        if number == 3:
            page.get_by_text("Question 4 of 6 · 3 answered").wait_for()
            page.reload()
    page.get_by_text("You have answered all 6 questions.").wait_for()
    settled(page)
    assert attempts(app) == []
    assert ours(axe(page)) == []
    page.wait_for_timeout(400)
    page.keyboard.press("h")
    page.get_by_role("heading", name="Every question").wait_for()
    settled(page)
    written = attempts(app)
    assert [purpose for purpose, _ in written] == ["exam"] * 6
    right = sum(verdict == "right" for _, verdict in written)
    assert page.get_by_text(f"{right} of 6 right.").is_visible()
    assert ours(axe(page)) == []
    assert examine(Store.open(app.db)) == []
    with Store.open(app.db).reading() as r:
        assert (r.memories(), r.reviews(), r.undoable()) == ({}, [], None)
    page.reload()
    page.get_by_text(f"{right} of 6 right.").wait_for()
    page.get_by_text("For teachers").click()
    page.get_by_role("button", name="Form C").click()
    page.get_by_text("Exam 1, form C").wait_for()
    page.wait_for_url("**form=C**")
    assert witness.foreign == []
