"""The slider's preview in a real Chromium, and undo and redo after the server was killed and started again."""

import sqlite3
from contextlib import closing

import pytest

from attnquiz.store.database import Store
from attnquiz.store.doctor import examine


def log(app):
    """Number and kind of each entry, and what it takes back, read without any code of ours."""
    sql = "select l.number, l.kind, c.number from log as l left join log as c on c.id = l.cancels order by l.number"
    with closing(sqlite3.connect(app.db)) as db:
        return db.execute(sql).fetchall()


def open_settings(app, page, settled):
    page.goto(f"{app.url}/settings")
    page.get_by_role("slider").wait_for()
    settled(page)


def preview(page):
    """What the sentence below the slider says of the year."""
    return page.get_by_text("a day, and after a year you know about", exact=False).inner_text()


@pytest.mark.parametrize("page", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_the_slider_shows_a_year_before_anything_is_changed_and_undo_brings_it_back(app, page, settled, witness):
    open_settings(app, page, settled)
    before = preview(page)
    assert before.startswith("With 90%: about")
    page.get_by_role("slider").focus()
    for percent in (91, 92, 93):
        page.keyboard.press("ArrowRight")
        page.get_by_text(f"With {percent}%").wait_for()
        settled(page)
    assert preview(page) != before.replace("90%", "93%")
    page.get_by_role("columnheader", name="Chosen").wait_for()
    assert log(app) == [], "looking writes nothing"
    page.get_by_role("button", name="Apply").click()
    page.get_by_text("It holds from now on.", exact=False).wait_for()
    settled(page)
    assert page.get_by_role("columnheader", name="Chosen").count() == 0
    assert [kind for _, kind, _ in log(app)] == ["setting"]
    page.get_by_role("button", name="Undo the last change").click()
    page.get_by_text("The last change is taken back.").wait_for()
    settled(page)
    assert preview(page) == before
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert witness.foreign == []


def open_review(app, page, settled):
    page.goto(f"{app.url}/review")
    page.get_by_role("button", name="This card").wait_for()
    settled(page)
    page.wait_for_timeout(600)


def answer(page, settled):
    """Say "I don't know" and rate it Easy."""
    page.get_by_role("button", name="I don't know").click()
    page.get_by_role("button", name="Next: Again", exact=False).wait_for()
    settled(page)
    page.wait_for_timeout(400)
    page.get_by_role("button", name="Easy", exact=False).last.click()
    page.get_by_role("button", name="Next:", exact=False).wait_for(state="detached")
    settled(page)
    page.wait_for_timeout(400)


def press(app, page, settled, key, entries):
    """A key of the review page, and until the file holds so many entries."""
    page.evaluate("document.activeElement?.blur()")
    page.keyboard.press(key)
    for _ in range(600):
        if len(log(app)) == entries:
            break
        page.wait_for_timeout(100)
    settled(page)
    page.wait_for_timeout(500)
    return log(app)[-1]


def test_undo_and_redo_reach_back_over_a_server_that_was_killed(fresh_app, page, settled):
    """An answer, a suspend and a bury; a setting between them has an undo of its own and stays."""
    open_review(fresh_app, page, settled)
    answer(page, settled)
    for name in ("Suspend", "Bury till tomorrow"):
        page.get_by_role("button", name="This card").click()
        page.get_by_role("button", name=name).wait_for()
        settled(page)
        page.wait_for_timeout(400)
        page.get_by_role("button", name=name).click()
        page.get_by_role("button", name=name).wait_for(state="detached")
        settled(page)
        page.wait_for_timeout(500)
    open_settings(fresh_app, page, settled)
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Apply").click()
    page.get_by_text("It holds from now on.", exact=False).wait_for()
    done = [kind for _, kind, _ in log(fresh_app)]
    assert done == ["attempt", "review", "suspend", "bury", "setting"]

    fresh_app.kill()
    fresh_app.start()
    open_review(fresh_app, page, settled)
    taken_back = [press(fresh_app, page, settled, "u", 6 + step)[2] for step in range(4)]
    assert taken_back == [4, 3, 2, 1], "the newest first: bury, suspend, review, attempt"

    fresh_app.kill()
    fresh_app.start()
    open_review(fresh_app, page, settled)
    done_again = [press(fresh_app, page, settled, "y", 10 + step)[2] for step in range(4)]
    assert done_again == [9, 8, 7, 6]
    open_settings(fresh_app, page, settled)
    assert preview(page).startswith("With 91%")
    page.get_by_role("button", name="Undo the last change").click()
    page.get_by_text("The last change is taken back.").wait_for()
    assert log(fresh_app)[-1][1:] == ("withdrawal", 5)
    store = Store.open(fresh_app.db)
    assert examine(store) == []
    with store.reading() as r:
        assert len(r.memories()) == 1
        assert len(r.suspended()) == 1
